// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { getAddress, keccak256, parseEther, toHex, zeroHash, type Address } from 'viem';

import { simulatedChain } from '../lib/simulated.js';

const POLICY = { open: true, minRows: 1, maxRows: 1_000, maxBytes: 1_000_000n, similarity: 900_000 };
const REPORT = keccak256(toHex('report'));

describe('DataDAO', () => {
  let chain: Awaited<ReturnType<typeof simulatedChain>>;
  let dao: Awaited<ReturnType<typeof found>>;
  let curators: Address[];

  const found = (quorum = 2n) => chain.viem.deployContract('DataDAO', ['Law', POLICY, curators, quorum]);
  const account = (index: number) => chain.wallets[index]!.account;

  /** Brings rows as the account; contributions are numbered from 0. */
  const bring = (member: number, rows: number, value = 0n) =>
    dao.write.contribute([zeroHash, rows, 100n, zeroHash, 'CC0-1.0', ''], { account: account(member), value });

  const accept = async (contribution: bigint) => {
    await dao.write.accept([contribution, REPORT], { account: account(0) });
    return dao.write.accept([contribution, REPORT], { account: account(1) });
  };

  const earn = (amount: bigint) => chain.attribution.write.credit([dao.address], { value: amount });
  const owedTo = (member: number) => dao.read.owedTo([account(member).address]);

  beforeEach(async () => {
    chain = await simulatedChain();
    curators = [0, 1, 2].map((index) => account(index).address);
    dao = await found();
  });

  it('needs a quorum that its curators can reach', async () => {
    await chain.viem.assertions.revertWithCustomErrorWithArgs(found(4n), dao, 'BadQuorum', [3n, 4n]);
  });

  it('takes a curator only once', async () => {
    curators = [curators[0]!, curators[0]!];
    await chain.viem.assertions.revertWithCustomErrorWithArgs(found(1n), dao, 'BadCurator', [
      getAddress(curators[0]!),
    ]);
  });

  it('lets only curators accept', async () => {
    await bring(4, 10);
    await chain.viem.assertions.revertWithCustomErrorWithArgs(
      dao.write.accept([0n, REPORT], { account: account(4) }),
      dao,
      'NotACurator',
      [getAddress(account(4).address)],
    );
  });

  it('accepts nothing before the quorum', async () => {
    await bring(4, 10);
    await dao.write.accept([0n, REPORT], { account: account(0) });
    assert.equal(await chain.datanets.read.statusOf([0n]), 0);
  });

  it('accepts with the last approval needed', async () => {
    await bring(4, 10);
    await accept(0n);
    assert.equal(await chain.datanets.read.statusOf([0n]), 1);
  });

  it('counts approvals of different reports apart', async () => {
    await bring(4, 10);
    await dao.write.accept([0n, REPORT], { account: account(0) });
    await dao.write.accept([0n, zeroHash], { account: account(1) });
    assert.equal(await chain.datanets.read.statusOf([0n]), 0);
  });

  it('counts a curator once', async () => {
    await bring(4, 10);
    await dao.write.accept([0n, REPORT]);
    await chain.viem.assertions.revertWithCustomError(dao.write.accept([0n, REPORT]), dao, 'ApprovedAlready');
  });

  it('decides a contribution once', async () => {
    await bring(4, 10);
    await accept(0n);
    await chain.viem.assertions.revertWithCustomErrorWithArgs(
      dao.write.accept([0n, REPORT], { account: account(2) }),
      dao,
      'NotPending',
      [0n],
    );
  });

  it('rejects with the quorum', async () => {
    await bring(4, 10);
    await dao.write.reject([0n, 3, 0n, 0, REPORT], { account: account(0) });
    await dao.write.reject([0n, 3, 0n, 0, REPORT], { account: account(1) });
    assert.equal(await chain.datanets.read.statusOf([0n]), 2);
  });

  it('gives rejected rows no part of the revenue', async () => {
    await bring(4, 10);
    await dao.write.reject([0n, 3, 0n, 0, REPORT], { account: account(0) });
    await dao.write.reject([0n, 3, 0n, 0, REPORT], { account: account(1) });
    assert.equal(await dao.read.totalRows(), 0n);
  });

  it('publishes with the quorum', async () => {
    await dao.write.publish([1], { account: account(0) });
    await dao.write.publish([1], { account: account(2) });
    assert.equal(await chain.datanets.read.versions(), 1);
  });

  it('publishes the next version only', async () => {
    await chain.viem.assertions.revertWithCustomErrorWithArgs(
      dao.write.publish([2]),
      dao,
      'NotTheNextVersion',
      [2, 1],
    );
  });

  it('credits back what was sent beyond the deposit', async () => {
    await bring(4, 10, 5n);
    assert.equal(await owedTo(4), 5n);
  });

  it('shares revenue by accepted rows', async () => {
    await bring(4, 30);
    await bring(5, 10);
    await accept(0n);
    await accept(1n);
    await earn(400n);
    await dao.write.collect();
    assert.deepEqual([await owedTo(4), await owedTo(5)], [300n, 100n]);
  });

  it('shares what others claimed for it', async () => {
    await bring(4, 1);
    await accept(0n);
    await earn(400n);
    await chain.attribution.write.claimFor([dao.address]);
    await dao.write.collect();
    assert.equal(await owedTo(4), 400n);
  });

  it('gives later rows no part of earlier revenue', async () => {
    await bring(4, 10);
    await bring(5, 10);
    await accept(0n);
    await earn(400n);
    await accept(1n);
    assert.deepEqual([await owedTo(4), await owedTo(5)], [400n, 0n]);
  });

  it('never promises members more than it counts as owed, however shares round', async () => {
    await bring(4, 3);
    await bring(5, 4);
    await accept(0n);
    await accept(1n);
    for (const revenue of [1n, 100n, 9n, parseEther('1') + 1n]) {
      await earn(revenue);
      await dao.write.collect();
    }
    const total = (await owedTo(4)) + (await owedTo(5));
    assert.ok(total <= (await dao.read.owed()));
  });

  it('has all that it owes', async () => {
    await bring(4, 3, 11n);
    await accept(0n);
    await earn(100n);
    await dao.write.collect();
    assert.ok((await dao.read.owed()) <= (await chain.publicClient.getBalance({ address: dao.address })));
  });

  it('pays a member what it is owed', async () => {
    await bring(4, 10);
    await accept(0n);
    await earn(400n);
    await dao.write.collect();
    await chain.viem.assertions.balancesHaveChanged(dao.write.withdraw({ account: account(4) }), [
      { address: account(4).address, amount: 400n },
    ]);
  });

  it('pays only once', async () => {
    await bring(4, 10);
    await accept(0n);
    await earn(400n);
    await dao.write.collect();
    await dao.write.withdraw({ account: account(4) });
    await chain.viem.assertions.revertWithCustomError(
      dao.write.withdraw({ account: account(4) }),
      dao,
      'NothingToWithdraw',
    );
  });

  it('divides nothing among nobody', async () => {
    await earn(400n);
    await chain.viem.assertions.revertWithCustomError(dao.write.collect(), dao, 'NothingToCollect');
  });
});
