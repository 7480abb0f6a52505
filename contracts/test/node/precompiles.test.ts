// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// OPEN, models, inference and attribution, called by a contract.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import {
  encodeFunctionData,
  getAddress,
  parseEther,
  parseSignature,
  toHex,
  zeroHash,
  type Address,
  type Hex,
} from 'viem';

import { openMarket } from '../../../tests/lib/own-market.js';
import { rpcUrl } from '../../scripts/accounts.js';
import { ADDRESSES } from '../lib/addresses.js';
import { tryDeeds, type Round } from '../lib/deeds.js';
import { runningNode } from '../lib/node.js';
import { abiOf, at } from '../lib/precompiles.js';

const { viem, client, publicClient, accounts, succeeded, allSucceeded } = await runningNode();
const { alith, baltathar, charleth } = accounts;
const receiver = charleth.account.address;

const FUNDING = parseEther('1000');
const MAX_FEE = parseEther('1');
const UNIT_PRICE = parseEther('0.001');
const QUESTION = 'a writ of right';
const LATER = 2n ** 40n;
/** States of an adapter. */
const [PUBLISHED, DEPRECATED] = [1, 2];
/** What charleth signs for, and what baltathar allows. */
const PERMITTED = 13n;
const ALLOWED = 11n;

describe('precompiles called by a contract', () => {
  let caller: ContractReturnType<'Caller'>;
  let market: Awaited<ReturnType<typeof openMarket>>;
  let permit: Hex;
  let adapter: number;
  let artifact: Hex;
  let callbackGas: bigint;

  before(async () => {
    caller = await viem.deployContract('Caller', [], { client });
    await succeeded(client.wallet.sendTransaction({ to: caller.address, value: FUNDING }));
    const args = [caller.address, ALLOWED] as const;
    await succeeded(baltathar.writeContract({ ...at.open, functionName: 'approve', args }));
    market = await openMarket(rpcUrl());
    artifact = market.hash('the artifact of a contract');
    permit = await signPermit();
    callbackGas = await publicClient.readContract({ ...at.inference, functionName: 'minCallbackGas' });
  });

  after(() => market?.close());

  /** The call that brings charleth's permit for the contract. */
  async function signPermit(): Promise<Hex> {
    const owner = receiver;
    const signature = await charleth.signTypedData({
      domain: {
        name: await publicClient.readContract({ ...at.open, functionName: 'name' }),
        version: '1',
        chainId: await publicClient.getChainId(),
        verifyingContract: ADDRESSES.open,
      },
      types: {
        Permit: [
          { name: 'owner', type: 'address' },
          { name: 'spender', type: 'address' },
          { name: 'value', type: 'uint256' },
          { name: 'nonce', type: 'uint256' },
          { name: 'deadline', type: 'uint256' },
        ],
      },
      primaryType: 'Permit',
      message: {
        owner,
        spender: caller.address,
        value: PERMITTED,
        nonce: await publicClient.readContract({ ...at.open, functionName: 'nonces', args: [owner] }),
        deadline: LATER,
      },
    });
    const { r, s, yParity } = parseSignature(signature);
    const args = [owner, caller.address, PERMITTED, LATER, 27 + yParity, r, s] as const;
    return encodeFunctionData({ abi: abiOf.open, functionName: 'permit', args });
  }

  const allowance = (owner: Address, spender: Address) =>
    publicClient.readContract({ ...at.open, functionName: 'allowance', args: [owner, spender] });

  /** The jobs that the contract opened with this fee as the most. */
  const requested = async (maxFee: bigint) => {
    const args = { consumer: caller.address };
    const filter = { ...at.inference, eventName: 'InferenceRequested', args, fromBlock: 0n } as const;
    const logs = await publicClient.getContractEvents(filter);
    return logs.filter((log) => log.args.maxFee === maxFee).map((log) => log.args.jobId!);
  };

  const ask = (of: number, maxFee: bigint) =>
    encodeFunctionData({ abi: abiOf.inference, functionName: 'request', args: [of, toHex(QUESTION), maxFee] });

  const askToBeCalled = (gas: bigint) =>
    encodeFunctionData({
      abi: abiOf.inference,
      functionName: 'requestWithCallback',
      args: [market.adapter, toHex(QUESTION), 3n * MAX_FEE, gas],
    });

  const own = () => publicClient.readContract({ ...at.models, functionName: 'adapter', args: [adapter] });

  const creditOf = (account: Address) =>
    publicClient.readContract({ ...at.attribution, functionName: 'creditsOf', args: [account] });

  const simple: Round = {
    deeds: [
      {
        name: 'IOpen.transfer',
        target: ADDRESSES.open,
        data: () => encodeFunctionData({ abi: abiOf.open, functionName: 'transfer', args: [receiver, 7n] }),
        state: () => publicClient.getBalance({ address: receiver }),
        expected: (before: bigint) => before + 7n,
      },
      {
        name: 'IOpen.approve',
        target: ADDRESSES.open,
        data: () => encodeFunctionData({ abi: abiOf.open, functionName: 'approve', args: [receiver, 5n] }),
        state: () => allowance(caller.address, receiver),
        expected: () => 5n,
      },
      {
        name: 'IOpen.transferFrom',
        target: ADDRESSES.open,
        data: () => {
          const args = [baltathar.account.address, alith.account.address, 4n] as const;
          return encodeFunctionData({ abi: abiOf.open, functionName: 'transferFrom', args });
        },
        state: () => allowance(baltathar.account.address, caller.address),
        expected: (before: bigint) => before - 4n,
      },
      {
        name: 'IOpen.permit',
        target: ADDRESSES.open,
        data: () => permit,
        state: async () => [
          await allowance(receiver, caller.address),
          await publicClient.readContract({ ...at.open, functionName: 'nonces', args: [receiver] }),
        ],
        expected: ([, nonce]: [bigint, bigint]) => [PERMITTED, nonce + 1n],
      },
      {
        name: 'IInference.request',
        target: ADDRESSES.inference,
        data: () => ask(market.adapter, MAX_FEE),
        state: async () => (await requested(MAX_FEE)).length,
        expected: (before: number) => before + 1,
      },
      {
        name: 'IInference.requestStored',
        target: ADDRESSES.inference,
        data: () => {
          const args = [market.adapter, market.hash('a stored text'), 2n * MAX_FEE] as const;
          return encodeFunctionData({ abi: abiOf.inference, functionName: 'requestStored', args });
        },
        state: async () => (await requested(2n * MAX_FEE)).length,
        expected: (before: number) => before + 1,
      },
      {
        name: 'IInference.requestWithCallback',
        target: ADDRESSES.inference,
        data: () => askToBeCalled(callbackGas),
        state: async () => (await requested(3n * MAX_FEE)).length,
        expected: (before: number) => before + 1,
      },
      {
        name: 'IModels.registerAdapter',
        target: ADDRESSES.models,
        data: () =>
          encodeFunctionData({
            abi: abiOf.models,
            functionName: 'registerAdapter',
            args: [
              market.baseModel,
              `Caller ${artifact.slice(0, 10)}`,
              [{ datanet: market.datanet, number: 1 }],
              { artifact, manifest: market.hash('a manifest'), influenceIndex: market.hash('an index') },
              UNIT_PRICE,
              { accuracy: 900_000, baselineAccuracy: 800_000, heldOutRows: 10 },
            ],
          }),
        state: () => publicClient.readContract({ ...at.models, functionName: 'adapterCount' }),
        expected: (before: number) => before + 1,
      },
    ],
  };

  const offered: Round = {
    prepare: async () => {
      adapter = await publicClient.readContract({
        ...at.models,
        functionName: 'adapterByArtifact',
        args: [artifact],
      });
    },
    deeds: [
      {
        name: 'IModels.setPrice',
        target: ADDRESSES.models,
        data: () => encodeFunctionData({ abi: abiOf.models, functionName: 'setPrice', args: [adapter, 2n * UNIT_PRICE] }),
        state: async () => (await own()).unitPrice,
        expected: () => 2n * UNIT_PRICE,
      },
      {
        name: 'IModels.publish',
        target: ADDRESSES.models,
        data: () => encodeFunctionData({ abi: abiOf.models, functionName: 'publish', args: [adapter] }),
        state: async () => [(await own()).status, (await own()).servable],
        expected: () => [PUBLISHED, true],
      },
    ],
  };

  const earned: Round = {
    // The contract developed the adapter: an answer of it earns it the developer's part.
    prepare: async () => {
      const fee = MAX_FEE / 2n;
      await succeeded(caller.write.run([ADDRESSES.inference, 0n, ask(adapter, fee)]));
      const [job] = await requested(fee);
      const influence = [{ contribution: market.contributions[0]!, share: 1_000_000 }];
      await market.settle(job!, QUESTION, undefined, { adapter, artifact, influence });
    },
    deeds: [
      {
        name: 'IAttribution.claim',
        target: ADDRESSES.attribution,
        data: () => encodeFunctionData({ abi: abiOf.attribution, functionName: 'claim' }),
        state: async () => [
          await creditOf(caller.address),
          await publicClient.getBalance({ address: caller.address }),
        ],
        expected: ([credit, balance]: [bigint, bigint]) => {
          assert.ok(credit > 0n, 'the contract has earned nothing');
          return [0n, balance + credit];
        },
      },
      {
        name: 'IAttribution.claimFor',
        target: ADDRESSES.attribution,
        data: () => {
          const args = [market.contributors[0]!] as const;
          return encodeFunctionData({ abi: abiOf.attribution, functionName: 'claimFor', args });
        },
        state: async () => (await creditOf(market.contributors[0]!)) > 0n,
        expected: (before: boolean) => !before,
      },
    ],
  };

  const ended: Round = {
    deeds: [
      {
        name: 'IModels.deprecate',
        target: ADDRESSES.models,
        data: () => encodeFunctionData({ abi: abiOf.models, functionName: 'deprecate', args: [adapter] }),
        state: async () => [(await own()).status, (await own()).servable],
        expected: () => [DEPRECATED, false],
      },
    ],
  };

  tryDeeds([simple, offered, earned, ended], () => caller, allSucceeded);

  it('is called back with the gas that it asked for, and with no less than the least', async () => {
    const [job] = await requested(3n * MAX_FEE);
    const args = [job!] as const;
    const { gas } = await publicClient.readContract({ ...at.inference, functionName: 'callbackOf', args });
    assert.deepEqual([gas, callbackGas], [50_000n, 50_000n]);
    await viem.assertions.revertWith(
      caller.simulate.run([ADDRESSES.inference, 0n, askToBeCalled(callbackGas - 1n)]),
      'Precompiles.CallbackGasOutOfBounds',
    );
  });

  it('logs claims, whoever is paid', async () => {
    const accounts = [caller.address, market.contributors[0]!].map((account) => getAddress(account));
    const logs = await publicClient.getContractEvents({ ...at.attribution, eventName: 'Claimed', fromBlock: 0n });
    const paid = logs.map(({ args }) => getAddress(args.account!));
    assert.deepEqual(paid.filter((account) => accounts.includes(account)), accounts);
  });

  it('says by name why a claim is refused', async () => {
    const claim = encodeFunctionData({ abi: abiOf.attribution, functionName: 'claim' });
    await viem.assertions.revertWith(
      caller.simulate.run([ADDRESSES.attribution, 0n, claim]),
      'Attribution.NothingToClaim',
    );
  });

  it('refuses a function that an interface does not have', async () => {
    await viem.assertions.revert(caller.simulate.run([ADDRESSES.open, 0n, zeroHash.slice(0, 10) as Hex]));
  });
});
