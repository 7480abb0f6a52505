// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// Every precompile, called by a contract: what it does, that a frame which reverts undoes it, and that nothing is
// written where nothing may be written.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { artifacts } from 'hardhat';
import {
  BaseError,
  ContractFunctionRevertedError,
  encodeFunctionData,
  getAddress,
  keccak256,
  parseEther,
  toHex,
  zeroHash,
  type Address,
  type Hex,
} from 'viem';

import { rpcUrl } from '../../scripts/accounts.js';
import { ADDRESSES } from '../lib/addresses.js';
import { openMarket } from '../lib/market.js';
import { runningNode } from '../lib/node.js';

const { viem, client, publicClient, accounts, succeeded, allSucceeded } = await runningNode();
const { charleth } = accounts;
const receiver = charleth.account.address;
const stamp = Date.now();

const POLICY = { open: true, minRows: 1, maxRows: 1_000, maxBytes: 1_000_000n, similarity: 900_000 };
const FUNDING = parseEther('1000');
const STAKE = parseEther('50');
const VOTES = parseEther('10');
const TRACK = 0;
const QUESTION = 'a writ of right';
/** The address of Alice, who validates on the development presets. */
const ALICE: Address = `0x${keccak256('0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d').slice(26)}`;

const abiOf = {
  open: (await artifacts.readArtifact('IOpen')).abi,
  datanets: (await artifacts.readArtifact('IDatanets')).abi,
  models: (await artifacts.readArtifact('IModels')).abi,
  inference: (await artifacts.readArtifact('IInference')).abi,
  attribution: (await artifacts.readArtifact('IAttribution')).abi,
  staking: (await artifacts.readArtifact('IStaking')).abi,
  governance: (await artifacts.readArtifact('IGovernance')).abi,
};

const at = {
  open: { address: ADDRESSES.open, abi: abiOf.open },
  datanets: { address: ADDRESSES.datanets, abi: abiOf.datanets },
  models: { address: ADDRESSES.models, abi: abiOf.models },
  inference: { address: ADDRESSES.inference, abi: abiOf.inference },
  attribution: { address: ADDRESSES.attribution, abi: abiOf.attribution },
  staking: { address: ADDRESSES.staking, abi: abiOf.staking },
  governance: { address: ADDRESSES.governance, abi: abiOf.governance },
} as const;

/** Something that a contract can do with a precompile, and what it changes. */
interface Deed {
  name: string;
  target: Address;
  data: () => Hex;
  /** What the deed changes, in a form that can be compared. */
  state: () => Promise<unknown>;
  /** What the state is after the deed, from what it was before. */
  expected: (before: never) => unknown;
}

/** Whether a call reverts; what goes wrong in any other way is thrown. */
async function reverts(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError)) {
      return true;
    }
    throw error;
  }
}

describe('precompiles called by a contract', () => {
  let caller: ContractReturnType<'Caller'>;
  let market: Awaited<ReturnType<typeof openMarket>>;

  before(async () => {
    caller = await viem.deployContract('Caller', [], { client });
    await succeeded(client.wallet.sendTransaction({ to: caller.address, value: FUNDING }));
    market = await openMarket(rpcUrl());
  });

  after(() => market?.close());

  // Which of these were refused, before anything was done.
  const refusedToLook = new Map<Deed, boolean>();
  const refusedToBorrow = new Map<Deed, boolean>();
  const refused = new Map<Deed, boolean>();
  // What each deed changes: before all, after all were done and undone, and after all were done.
  const initial = new Map<Deed, unknown>();
  const undone = new Map<Deed, unknown>();
  const done = new Map<Deed, unknown>();

  const deeds: Deed[] = [
    {
      name: 'IOpen.transfer',
      target: ADDRESSES.open,
      data: () => encodeFunctionData({ abi: abiOf.open, functionName: 'transfer', args: [receiver, 7n] }),
      state: () => publicClient.getBalance({ address: receiver }),
      expected: (before: bigint) => before + 7n,
    },
    {
      name: 'IDatanets.createDatanet',
      target: ADDRESSES.datanets,
      data: () =>
        encodeFunctionData({ abi: abiOf.datanets, functionName: 'createDatanet', args: [`Caller ${stamp}`, POLICY] }),
      state: () => publicClient.readContract({ ...at.datanets, functionName: 'datanetCount' }),
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
            `Caller ${stamp}`,
            [{ datanet: market.datanet, number: 1 }],
            {
              artifact: keccak256(toHex(`artifact ${stamp}`)),
              manifest: keccak256(toHex(`manifest ${stamp}`)),
              influenceIndex: keccak256(toHex(`index ${stamp}`)),
            },
            1n,
            { accuracy: 900_000, baselineAccuracy: 800_000, heldOutRows: 10 },
          ],
        }),
      state: () => publicClient.readContract({ ...at.models, functionName: 'adapterCount' }),
      expected: (before: number) => before + 1,
    },
    {
      name: 'IInference.request',
      target: ADDRESSES.inference,
      data: () =>
        encodeFunctionData({
          abi: abiOf.inference,
          functionName: 'request',
          args: [market.adapter, toHex(QUESTION), parseEther('1')],
        }),
      state: async () => {
        const args = { consumer: caller.address };
        const requests = { ...at.inference, eventName: 'InferenceRequested', args, fromBlock: 0n } as const;
        return (await publicClient.getContractEvents(requests)).length;
      },
      expected: (before: number) => before + 1,
    },
    {
      name: 'IStaking.delegate',
      target: ADDRESSES.staking,
      data: () => encodeFunctionData({ abi: abiOf.staking, functionName: 'delegate', args: [ALICE, STAKE] }),
      state: async () => {
        const args = [caller.address, ALICE] as const;
        return (await publicClient.readContract({ ...at.staking, functionName: 'delegationOf', args })).value;
      },
      expected: (before: bigint) => before + STAKE,
    },
    {
      name: 'IGovernance.delegateVotes',
      target: ADDRESSES.governance,
      data: () =>
        encodeFunctionData({ abi: abiOf.governance, functionName: 'delegateVotes', args: [TRACK, receiver, 1, VOTES] }),
      state: async () => {
        const args = [caller.address, TRACK] as const;
        const { target } = await publicClient.readContract({ ...at.governance, functionName: 'votingOf', args });
        return getAddress(target);
      },
      expected: () => getAddress(receiver),
    },
  ];

  before(async () => {
    const look = async (into: Map<Deed, unknown>) => {
      for (const deed of deeds) into.set(deed, await deed.state());
    };
    const send = async (way: 'run' | 'runAndUndo') => {
      const hashes: Hex[] = [];
      for (const { target, data } of deeds) hashes.push(await caller.write[way]([target, 0n, data()]));
      await allSucceeded(hashes);
    };
    for (const deed of deeds) {
      const args = [deed.target, deed.data()] as const;
      refusedToLook.set(deed, await reverts(caller.read.look(args)));
      refusedToBorrow.set(deed, await reverts(caller.simulate.borrow(args)));
      refused.set(deed, !(await caller.simulate.runAndUndo([deed.target, 0n, deed.data()])).result);
    }
    await look(initial);
    await send('runAndUndo');
    await look(undone);
    await send('run');
    await look(done);
  });

  for (const deed of deeds) {
    describe(deed.name, () => {
      it('is refused where nothing may be written', () => {
        assert.equal(refusedToLook.get(deed), true);
      });

      it("is refused in another contract's name", () => {
        assert.equal(refusedToBorrow.get(deed), true);
      });

      it('is not refused in a frame that then reverts', () => {
        assert.equal(refused.get(deed), false);
      });

      it('is undone where the frame around it reverts', () => {
        assert.deepEqual(undone.get(deed), initial.get(deed));
      });

      it('is done', () => {
        assert.deepEqual(done.get(deed), deed.expected(initial.get(deed) as never));
      });
    });
  }

  describe('IAttribution.claim', () => {
    const claim = encodeFunctionData({ abi: abiOf.attribution, functionName: 'claim' });

    it('says by name why it is refused', async () => {
      await viem.assertions.revertWith(
        caller.simulate.run([ADDRESSES.attribution, 0n, claim]),
        'Attribution.NothingToClaim',
      );
    });

    it('can be made for anybody, and is logged', async () => {
      const [contributor] = market.contributors;
      const request = encodeFunctionData({
        abi: abiOf.inference,
        functionName: 'request',
        args: [market.adapter, toHex(QUESTION), parseEther('1')],
      });
      const receipt = await succeeded(caller.write.run([ADDRESSES.inference, 0n, request]));
      const [opened] = await publicClient.getContractEvents({
        ...at.inference,
        eventName: 'InferenceRequested',
        fromBlock: receipt.blockNumber,
        toBlock: receipt.blockNumber,
      });
      await market.settle(opened!.args.jobId!, QUESTION);
      const args = [contributor!] as const;
      const credit = await publicClient.readContract({ ...at.attribution, functionName: 'creditsOf', args });
      assert.ok(credit > 0n);
      const claimFor = encodeFunctionData({ abi: abiOf.attribution, functionName: 'claimFor', args });
      const claimed = await succeeded(caller.write.run([ADDRESSES.attribution, 0n, claimFor]));
      const logs = await publicClient.getContractEvents({
        ...at.attribution,
        eventName: 'Claimed',
        fromBlock: claimed.blockNumber,
        toBlock: claimed.blockNumber,
      });
      assert.deepEqual(
        logs.map((log) => [log.transactionHash, getAddress(log.args.account!), log.args.amount]),
        [[claimed.transactionHash, getAddress(contributor!), credit]],
      );
    });
  });

  it('refuses a function that an interface does not have', async () => {
    await viem.assertions.revert(caller.simulate.run([ADDRESSES.open, 0n, zeroHash.slice(0, 10) as Hex]));
  });
});
