// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What the treasury pays: spends within a track's limit, and bounties.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OPEN } from '../lib/chain.js';
import { ballots, person, VOTERS } from './context.js';

/** What one referendum on the track small_spender may spend, planck. */
const SMALL_LIMIT = 10_000n * OPEN;

/** Declares the stories and their tests. */
export function treasury(context) {
  aSpend(context);
  aSpendAboveTheLimit(context);
  aBounty(context);
  aChildBounty(context);
}

/** A bounty that voters approve and a curator accepts. Returns its index. */
async function curatedBounty(context, { value, fee, curator, description }) {
  const { tx, governance, chain, log, proposer } = context;
  const proposed = await context.send(tx.bounties.proposeBounty(value, description), proposer);
  const index = context.data(proposed, 'bounties', 'BountyProposed').index.toNumber();
  const approval = tx.bounties.approveBountyWithCurator(index, curator.address, fee);
  await governance.decide('SmallSpender', approval, ballots(VOTERS));
  await log.first(['bounties.BountyBecameActive'], {
    matches: (bounty) => bounty.index.toNumber() === index,
    blocks: chain.api.consts.treasury.spendPeriod.toNumber(),
    what: `the funding of bounty ${index}`,
  });
  await context.send(tx.bounties.acceptCurator(index), curator);
  return index;
}

function aSpend(context) {
  const beneficiary = person('spend beneficiary');
  const voter = context.actor('small voter');
  const amount = 1_000n * OPEN;

  const story = context.stories.add(async () => {
    const { tx, query, governance, chain, log, anyone } = context;
    const call = tx.treasury.spend(null, amount, beneficiary.address, null);
    const referendum = await governance.propose('SmallSpender', call);
    // One more vote than it takes, of an account that wants its OPEN back at once.
    await referendum.open([
      ...ballots(VOTERS),
      { voter, balance: 100n * OPEN, conviction: 'None' },
    ]);
    const locked = await query.balances.locks(voter.address);
    const { ending } = await referendum.ended();
    const enactment = await referendum.enacted();

    const { data } = await log.first(['treasury.AssetSpendApproved'], {
      matches: (spend) => spend.beneficiary.toString() === chain.address(beneficiary),
      blocks: 0,
      what: 'the approval of the spend',
    });
    const index = data.index.toNumber();
    const before = await chain.freeBalance(beneficiary);
    await context.send(tx.treasury.payout(index), anyone);
    const after = await chain.freeBalance(beneficiary);
    await context.send(tx.treasury.checkStatus(index), anyone);

    const { track } = referendum;
    await context.send(tx.convictionVoting.removeVote(track, referendum.index), voter);
    await context.send(tx.convictionVoting.unlock(track, voter.address), voter);
    const unlocked = await query.balances.locks(voter.address);
    return { ending, enactment, index, paid: after - before, locked, unlocked };
  });

  test('a spend within the limit of its track is confirmed', async () => {
    const { ending } = await story();
    assert.equal(ending, 'Confirmed');
  });

  test('anyone pays an approved spend out', async () => {
    const { paid } = await story();
    assert.equal(paid, amount);
  });

  test('a spend that was paid cannot be paid again', async () => {
    const { index } = await story();
    await assert.rejects(context.send(context.tx.treasury.payout(index), context.anyone), {
      error: 'treasury.InvalidIndex',
    });
  });

  test('what an account votes with is locked', async () => {
    const { locked } = await story();
    assert.deepEqual(
      locked.map((lock) => lock.amount.toBigInt()),
      [100n * OPEN],
    );
  });

  test('a vote without conviction is unlocked when its referendum is over', async () => {
    const { unlocked } = await story();
    assert.equal(unlocked.length, 0);
  });
}

function aSpendAboveTheLimit(context) {
  const beneficiary = person('rich beneficiary');

  const story = context.stories.add(async () => {
    const { tx, governance } = context;
    const call = tx.treasury.spend(null, SMALL_LIMIT + 1n, beneficiary.address, null);
    const referendum = await governance.propose('SmallSpender', call);
    await referendum.open(ballots(VOTERS));
    const { ending } = await referendum.ended();
    return { ending, dispatch: await referendum.enacted().catch((error) => error) };
  });

  test('voters cannot lift the limit of a track', async () => {
    const { ending, dispatch } = await story();
    assert.equal(ending, 'Confirmed');
    assert.equal(dispatch.error, 'treasury.InsufficientPermission');
  });

  test('a spend above the limit of its track is not approved', async () => {
    await story();
    const to = context.chain.address(beneficiary);
    const approved = context.log.of('treasury', (data) => data.beneficiary?.toString() === to);
    assert.deepEqual(approved, []);
  });

  test('nobody spends without a vote', async () => {
    const call = context.tx.treasury.spend(null, OPEN, beneficiary.address, null);
    await assert.rejects(context.send(call, context.anyone), { error: 'BadOrigin' });
  });
}

function aBounty(context) {
  const curator = context.actor('curator');
  const hunter = person('bounty hunter');
  const [value, fee] = [1_000n * OPEN, 100n * OPEN];

  const story = context.stories.add(async () => {
    const { tx, query, chain, log, anyone } = context;
    const index = await curatedBounty(context, { value, fee, curator, description: 'a guide for voters' });
    const curated = (await query.bounties.bounties(index)).unwrap().status;
    await context.send(tx.bounties.awardBounty(index, hunter.address), curator);
    const early = await context.refusal(tx.bounties.claimBounty(index), anyone);
    const { status } = (await query.bounties.bounties(index)).unwrap();
    await log.reached(status.asPendingPayout.unlockAt.toNumber());
    const before = await chain.freeBalance(curator);
    await context.send(tx.bounties.claimBounty(index), anyone);
    const earned = (await chain.freeBalance(curator)) - before;
    return { curated, early, earned, won: await chain.freeBalance(hunter) };
  });

  test('a funded bounty is active with its curator', async () => {
    const { curated } = await story();
    assert.equal(curated.asActive.curator.toString(), context.chain.address(curator));
  });

  test('an award cannot be claimed before its delay', async () => {
    const { early } = await story();
    assert.equal(early, 'bounties.Premature');
  });

  test('a bounty pays its beneficiary', async () => {
    const { won } = await story();
    assert.equal(won, value - fee);
  });

  test('a bounty pays its curator the fee', async () => {
    const { earned } = await story();
    // With what the curator had put in as a deposit: half of the fee.
    assert.equal(earned, fee + fee / 2n);
  });
}

function aChildBounty(context) {
  const curator = context.actor('curator of a book');
  const editor = context.actor('editor of a chapter');
  const author = person('author of a chapter');
  const [value, fee] = [200n * OPEN, 40n * OPEN];

  const story = context.stories.add(async () => {
    const { tx, query, chain, log, anyone } = context;
    const { childBounties, bounties } = tx;
    const book = { value: 1_000n * OPEN, fee: 100n * OPEN, curator, description: 'a book for voters' };
    const parent = await curatedBounty(context, book);
    const added = await context.send(childBounties.addChildBounty(parent, value, 'a chapter'), curator);
    const child = context.data(added, 'childBounties', 'Added').childIndex.toNumber();
    await context.send(childBounties.proposeCurator(parent, child, editor.address, fee), curator);
    await context.send(childBounties.acceptCurator(parent, child), editor);
    const whole = await context.refusal(bounties.awardBounty(parent, author.address), curator);

    await context.send(childBounties.awardChildBounty(parent, child, author.address), editor);
    const early = await context.refusal(childBounties.claimChildBounty(parent, child), anyone);
    const { status } = (await query.childBounties.childBounties(parent, child)).unwrap();
    await log.reached(status.asPendingPayout.unlockAt.toNumber());
    const before = await chain.freeBalance(editor);
    await context.send(childBounties.claimChildBounty(parent, child), anyone);
    const earned = (await chain.freeBalance(editor)) - before;
    const left = await query.childBounties.childBounties(parent, child);
    return { whole, early, earned, left, won: await chain.freeBalance(author) };
  });

  test('a bounty is not awarded while a part of it is open', async () => {
    const { whole } = await story();
    assert.equal(whole, 'bounties.HasActiveChildBounty');
  });

  test('the award of a child bounty cannot be claimed before its delay', async () => {
    const { early } = await story();
    assert.equal(early, 'bounties.Premature');
  });

  test('a child bounty pays its beneficiary out of its parent', async () => {
    const { won } = await story();
    assert.equal(won, value - fee);
  });

  test('a child bounty pays its own curator the fee', async () => {
    const { earned } = await story();
    // With what the curator had put in as a deposit: half of the fee.
    assert.equal(earned, fee + fee / 2n);
  });

  test('a child bounty that was claimed is gone', async () => {
    const { left } = await story();
    assert.ok(left.isNone);
  });
}
