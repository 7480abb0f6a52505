// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { getAddress, keccak256, parseEther, parseEventLogs, toHex, zeroHash, type Hex } from 'viem';

import { FEE, openMarket } from '../../../tests/lib/own-market.js';
import { rpcUrl } from '../../scripts/accounts.js';
import { ADDRESSES } from '../lib/addresses.js';
import { runningNode } from '../lib/node.js';
import { at } from '../lib/precompiles.js';

const POLICY = { open: true, minRows: 1, maxRows: 1_000, maxBytes: 1_000_000n, similarity: 900_000 };
const FUNDING = parseEther('11');
const REPORT = keccak256(toHex('report'));
const SENT = parseEther('3');
/** The accepted rows when revenue comes, and those of the second member among them. */
const [ROWS, OTHER_ROWS] = [40, 10];

const { viem, client, publicClient, accounts, succeeded } = await runningNode();
const { alith, baltathar, charleth, dorothy } = accounts;
const curators = [alith.account.address, baltathar.account.address];
const { datanets } = at;
const { abi } = datanets;

describe('DataDAO on a node', () => {
  const name = `DAO ${Date.now()}`;
  let dao: ContractReturnType<'DataDAO'>;
  let datanetId: number;

  before(async () => {
    dao = await viem.deployContract('DataDAO', [name, POLICY, curators, 2n], { client, value: FUNDING });
    datanetId = await dao.read.datanetId();
  });

  const datanet = () => publicClient.readContract({ ...datanets, functionName: 'datanet', args: [datanetId] });

  /** Brings rows as a member and gives the contribution's id. */
  const bring = async (rows: number, member = charleth) => {
    const content = keccak256(toHex(`${name} ${rows} ${member.account.address}`));
    const hash = await dao.write.contribute([content, rows, 100n, content, 'CC0-1.0', ''], {
      account: member.account,
      value: SENT,
    });
    const [log] = parseEventLogs({ abi: dao.abi, eventName: 'Brought', logs: (await succeeded(hash)).logs });
    assert.ok(log);
    return log.args;
  };

  /** Both curators send the same transaction. */
  const agree = async (send: (account: typeof alith.account) => Promise<Hex>) => {
    const first = await send(alith.account);
    await succeeded(first);
    return succeeded(await send(baltathar.account));
  };

  it('owns its Datanet', async () => {
    assert.equal(getAddress((await datanet()).owner), getAddress(dao.address));
  });

  it("pays the Datanet's deposit from the value that it was founded with", async () => {
    const left = await publicClient.getBalance({ address: dao.address });
    assert.ok(left < FUNDING, `${left} is left`);
  });

  it('cannot be founded without the deposit', async () => {
    await assert.rejects(
      viem.deployContract('DataDAO', [`${name}!`, POLICY, curators, 2n], { client }),
      /Token\.|Balances\.|Datanets\./,
    );
  });

  it('passes on what the chain finds wrong', async () => {
    await viem.assertions.revertWith(
      dao.write.contribute([zeroHash, 0, 100n, zeroHash, 'CC0-1.0', ''], { value: SENT }),
      'Datanets.TooFewRows',
    );
  });

  describe('with rows that a member brought', () => {
    let contribution: bigint;
    let deposit: bigint;

    before(async () => {
      ({ contributionId: contribution, deposit } = await bring(10));
    });

    it('contributes them in its own name', async () => {
      const record = await publicClient.readContract({
        ...datanets,
        functionName: 'contribution',
        args: [contribution],
      });
      assert.equal(getAddress(record.contributor), getAddress(dao.address));
    });

    it('takes the deposit from the member', async () => {
      assert.equal(await dao.read.owedTo([charleth.account.address]), SENT - deposit);
    });

    it('gives the deposit back once the rows are accepted', async () => {
      await agree((account) => dao.write.accept([contribution, REPORT], { account }));
      assert.equal(await dao.read.owedTo([charleth.account.address]), SENT);
    });

    it('shows the acceptance in the logs of IDatanets', async () => {
      const { contributionId } = await bring(20);
      const receipt = await agree((account) => dao.write.accept([contributionId, REPORT], { account }));
      const logs = parseEventLogs({ abi, eventName: 'ContributionAccepted', logs: receipt.logs });
      assert.deepEqual(
        logs.map((log) => [getAddress(log.address), log.args.contribution]),
        [[getAddress(ADDRESSES.datanets), contributionId]],
      );
    });

    it('publishes them', async () => {
      await agree((account) => dao.write.publish([1], { account }));
      assert.equal((await datanet()).versions, 1);
    });

    it('proves that a published row is its own', async () => {
      const [, contributor] = await publicClient.readContract({
        ...datanets,
        functionName: 'ownerOfRow',
        args: [datanetId, 1, 0n],
      });
      assert.equal(getAddress(contributor), getAddress(dao.address));
    });

    describe('and a model that was trained on them', () => {
      let market: Awaited<ReturnType<typeof openMarket>>;
      let earned: bigint;
      let owed: Record<'charleth' | 'dorothy', bigint>;
      let collected: bigint;

      const owedTo = async () => ({
        charleth: await dao.read.owedTo([charleth.account.address]),
        dorothy: await dao.read.owedTo([dorothy.account.address]),
      });

      before(async () => {
        market = await openMarket(rpcUrl());
        // Of forty accepted rows, ten are Dorothy's.
        const { contributionId } = await bring(OTHER_ROWS, dorothy);
        await agree((account) => dao.write.accept([contributionId, REPORT], { account }));
        const influence = [{ contribution, share: 1_000_000 }];
        const model = await market.register('dao', datanetId, influence);
        const text = 'what is in the rows of the DAO?';
        const args = [model.adapter, toHex(text), parseEther('1')] as const;
        const hash = client.wallet.writeContract({ ...at.inference, functionName: 'request', args });
        const { logs } = await succeeded(hash);
        const [opened] = parseEventLogs({ abi: at.inference.abi, eventName: 'InferenceRequested', logs });
        await market.settle(opened!.args.jobId, text, undefined, model);
        earned = await publicClient.readContract({
          ...at.attribution,
          functionName: 'creditsOf',
          args: [dao.address],
        });
        owed = await owedTo();
        const receipt = await succeeded(dao.write.collect());
        const [log] = parseEventLogs({ abi: dao.abi, eventName: 'Collected', logs: receipt.logs });
        collected = log!.args.amount;
      });

      after(() => market?.close());

      it("earns the contributors' part of the answer's fee", async () => {
        const { contributors } = await publicClient.readContract({ ...at.attribution, functionName: 'feeSplit' });
        assert.equal(earned, (FEE * BigInt(contributors)) / 1_000_000n);
      });

      it('collects what it has earned, but for what rounding moves between collections', () => {
        const difference = earned - collected;
        assert.ok(difference <= 3n && difference >= -3n, `${collected} of ${earned}`);
      });

      it('divides it by accepted rows', async () => {
        const now = await owedTo();
        const parts = [now.charleth - owed.charleth, now.dorothy - owed.dorothy];
        const part = (rows: number) => (collected * BigInt(rows)) / BigInt(ROWS);
        const [mine, other] = parts as [bigint, bigint];
        for (const [paid, due] of [
          [mine, part(ROWS - OTHER_ROWS)],
          [other, part(OTHER_ROWS)],
        ] as const) {
          assert.ok(paid - due <= 1n && due - paid <= 1n, `${paid} instead of ${due}`);
        }
      });

      it('pays a member what it is owed', async () => {
        const { dorothy: due } = await owedTo();
        const before = await publicClient.getBalance({ address: dorothy.account.address });
        const paid = await succeeded(dao.write.withdraw({ account: dorothy.account }));
        const now = await publicClient.getBalance({ address: dorothy.account.address });
        assert.equal(now - before, due - paid.gasUsed * paid.effectiveGasPrice);
        assert.equal(await dao.read.owedTo([dorothy.account.address]), 0n);
      });

      it('has nothing more to collect', async () => {
        await viem.assertions.revertWithCustomError(dao.write.collect(), dao, 'NothingToCollect');
      });
    });
  });
});
