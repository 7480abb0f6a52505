// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A referendum's life: preimage, deposits, votes, delegation, enactment, and the ways to fail.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contentHash, stringToU8a, u8aToHex } from '../lib/bytes.js';
import { OPEN } from '../lib/chain.js';
import { palletAccount } from '../lib/ledger.js';
import { alice, ballots, bob, charlie, dave, eve, ferdie, person, VOTE, VOTERS } from './context.js';

const GENERAL_ADMIN = 12;

// Eve and Ferdie leave decisions of the general admin to Dave.
const DELEGATORS = [eve, ferdie];
const GENERAL_ADMIN_BALLOTS = ballots(VOTERS.filter((voter) => !DELEGATORS.includes(voter)));

const hex = (text) => u8aToHex(stringToU8a(text));

/** Declares the stories and their tests. */
export function referenda(context) {
  const delegations = context.stories.add(() => delegate(context));
  aRootReferendum(context);
  aDelegatedVote(context, delegations);
  aRejectedReferendum(context);
  aCancelledReferendum(context, delegations);
  aWhitelistedCall(context);
  badCalls(context);
}

/** Before anybody votes there, because who has voted cannot delegate. */
function delegate(context) {
  // A call for each: signing writes into it.
  const call = () => context.tx.convictionVoting.delegate(GENERAL_ADMIN, dave.address, 'Locked1x', VOTE);
  return Promise.all(DELEGATORS.map((delegator) => context.send(call(), delegator)));
}

function aRootReferendum(context) {
  const codeHash = u8aToHex(contentHash('a runtime to come'));
  // What each conviction multiplies the vote by, in tenths.
  const convictions = [
    [alice, 'None', 1n],
    [bob, 'Locked1x', 10n],
    [charlie, 'Locked2x', 20n],
    [dave, 'Locked3x', 30n],
    [eve, 'Locked4x', 40n],
    [ferdie, 'Locked6x', 60n],
  ];

  const story = context.stories.add(async () => {
    const { tx, query, governance, proposer, anyone } = context;
    const preimage = await governance.notePreimage(tx.system.authorizeUpgrade(codeHash));
    const noted = await query.preimage.requestStatusFor(preimage.hash);
    const referendum = await governance.submit('Root', preimage);
    const deposit = await referendum.placeDecisionDeposit();
    await Promise.all(
      convictions.map(([voter, conviction]) => referendum.vote({ voter, balance: VOTE, conviction })),
    );
    const { ending, data } = await referendum.ended();
    await referendum.enacted();
    const authorized = await query.system.authorizedUpgrade();
    const decision = await context.send(tx.referenda.refundDecisionDeposit(referendum.index), anyone);
    const submission = await context.send(tx.referenda.refundSubmissionDeposit(referendum.index), anyone);
    await context.send(tx.preimage.unnotePreimage(preimage.hash), proposer);
    const unnoted = await query.preimage.requestStatusFor(preimage.hash);
    return {
      ...{ referendum, noted, unnoted, deposit, ending, authorized },
      tally: data.tally,
      decision: context.data(decision, 'referenda', 'DecisionDepositRefunded'),
      submission: context.data(submission, 'referenda', 'SubmissionDepositRefunded'),
    };
  });

  test('a noted preimage can be seen on chain', async () => {
    const { noted } = await story();
    assert.ok(noted.isSome);
  });

  test("a referendum takes its track's decision deposit", async () => {
    const { deposit, referendum } = await story();
    assert.equal(deposit.amount.toBigInt(), referendum.plan.deposit);
  });

  test('a referendum for root is on the root track', async () => {
    const { referendum } = await story();
    assert.equal(referendum.track, 0);
  });

  test('a referendum that voters support is confirmed', async () => {
    const { ending } = await story();
    assert.equal(ending, 'Confirmed');
  });

  test('ayes count by conviction', async () => {
    const { tally } = await story();
    const tenths = convictions.reduce((sum, [, , weight]) => sum + weight, 0n);
    assert.equal(tally.ayes.toBigInt(), (VOTE * tenths) / 10n);
  });

  test('support counts without conviction', async () => {
    const { tally } = await story();
    assert.equal(tally.support.toBigInt(), VOTE * BigInt(convictions.length));
  });

  test('a referendum for root authorises a runtime upgrade', async () => {
    const { authorized } = await story();
    assert.equal(authorized.unwrap().codeHash.toHex(), codeHash);
  });

  test('the decision deposit is given back to who placed it', async () => {
    const { decision, referendum } = await story();
    assert.equal(decision.who.toString(), context.chain.address(context.depositor));
    assert.equal(decision.amount.toBigInt(), referendum.plan.deposit);
  });

  test('the submission deposit is given back to the proposer', async () => {
    const { submission } = await story();
    assert.equal(submission.who.toString(), context.chain.address(context.proposer));
    assert.equal(
      submission.amount.toBigInt(),
      context.chain.api.consts.referenda.submissionDeposit.toBigInt(),
    );
  });

  test('a preimage can be taken back after the enactment', async () => {
    const { unnoted } = await story();
    assert.ok(unnoted.isNone);
  });
}

function aDelegatedVote(context, delegations) {
  const SHARE = 600_000n;
  const key = { Fees: { StakersShare: null } };

  const story = context.stories.add(async () => {
    const { tx, query, governance, anyone } = context;
    await delegations();
    const call = tx.parameters.setParameter({ Fees: { StakersShare: [null, SHARE] } });
    const referendum = await governance.propose('GeneralAdmin', call);
    await referendum.open(GENERAL_ADMIN_BALLOTS);
    const { data } = await referendum.ended();
    await referendum.enacted();
    const parameter = await query.parameters.parameters(key);
    const { events } = await context.send(tx.system.remark('0x00'), anyone);
    return { tally: data.tally, parameter, events };
  });

  test('delegated votes count as support', async () => {
    const { tally } = await story();
    assert.equal(tally.support.toBigInt(), VOTE * BigInt(VOTERS.length));
  });

  test('a referendum of the general admin sets a parameter', async () => {
    const { parameter } = await story();
    assert.equal(parameter.unwrap().asFees.asStakersShare.toBigInt(), SHARE);
  });

  test('transaction fees are shared by the parameter', async () => {
    const { events } = await story();
    const fee = context.chain.find(events, 'transactionPayment', 'TransactionFeePaid').data.actualFee;
    const pot = context.chain.address(palletAccount('ol/stake'));
    const deposits = events.filter(
      ({ section, method, data }) =>
        section === 'balances' && method === 'Deposit' && data.who.toString() === pot,
    );
    assert.deepEqual(
      deposits.map(({ data }) => data.amount.toBigInt()),
      [(fee.toBigInt() * SHARE) / 1_000_000n],
    );
  });
}

function aRejectedReferendum(context) {
  const beneficiary = person('rejected beneficiary');

  // It takes the whole decision period: the longest story.
  const story = context.stories.add(async () => {
    const { tx, governance, anyone } = context;
    const call = tx.treasury.spend(null, OPEN, beneficiary.address, null);
    const referendum = await governance.propose('SmallSpender', call);
    await referendum.open(ballots(VOTERS), false);
    const { ending } = await referendum.ended();
    const refund = await context.send(tx.referenda.refundDecisionDeposit(referendum.index), anyone);
    return { referendum, ending, refund: context.data(refund, 'referenda', 'DecisionDepositRefunded') };
  });

  test('a referendum that voters refuse is rejected', async () => {
    const { ending } = await story();
    assert.equal(ending, 'Rejected');
  });

  test('the decision deposit of a rejected referendum is given back', async () => {
    const { refund, referendum } = await story();
    assert.equal(refund.amount.toBigInt(), referendum.plan.deposit);
  });

  test('the submission deposit of a rejected referendum stays', async () => {
    const { referendum } = await story();
    const call = context.tx.referenda.refundSubmissionDeposit(referendum.index);
    await assert.rejects(context.send(call, context.anyone), { error: 'referenda.BadStatus' });
  });

  test('what was rejected is not spent', async () => {
    await story();
    const to = context.chain.address(beneficiary);
    const spends = await context.query.treasury.spends.entries();
    assert.ok(spends.every(([, spend]) => spend.unwrap().beneficiary.toString() !== to));
  });
}

function aCancelledReferendum(context, delegations) {
  const story = context.stories.add(async () => {
    const { tx, governance } = context;
    await delegations();
    const target = await governance.propose('Root', tx.system.remark(hex('nobody wants this')));
    await governance.decide('GeneralAdmin', tx.referenda.cancel(target.index), GENERAL_ADMIN_BALLOTS);
    return { target, ...(await target.ended()) };
  });

  test('the general admin cancels a referendum', async () => {
    const { ending } = await story();
    assert.equal(ending, 'Cancelled');
  });

  test('the submission deposit of a cancelled referendum is given back', async () => {
    const { target } = await story();
    const call = context.tx.referenda.refundSubmissionDeposit(target.index);
    const refund = context.data(
      await context.send(call, context.anyone),
      'referenda',
      'SubmissionDepositRefunded',
    );
    assert.equal(refund.who.toString(), context.chain.address(context.proposer));
  });
}

function aWhitelistedCall(context) {
  const [key, value] = [hex('openledger/test'), hex('whitelisted')];

  /** A motion of the committee, voted on by `members`, closed, with what it came to. */
  async function motion(call, threshold, members) {
    const { tx, chain, anyone } = context;
    const length = call.method.toU8a().length;
    const proposed = await context.send(tx.technicalCommittee.propose(threshold, call, length), alice);
    const { proposalIndex, proposalHash } = context.data(proposed, 'technicalCommittee', 'Proposed');
    await Promise.all(
      members.map((member) =>
        context.send(tx.technicalCommittee.vote(proposalHash, proposalIndex, true), member),
      ),
    );
    const { weight } = await call.paymentInfo(alice);
    return chain.send(tx.technicalCommittee.close(proposalHash, proposalIndex, weight, length), anyone);
  }

  const story = context.stories.add(async () => {
    const { tx, chain, governance } = context;
    const call = tx.system.setStorage([[key, value]]);
    const preimage = await governance.notePreimage(call);
    const closed = await motion(tx.whitelist.whitelistCall(preimage.hash), 2, [alice, bob]);
    const { weight } = await call.paymentInfo(alice);
    const dispatch = tx.whitelist.dispatchWhitelistedCall(preimage.hash, preimage.length, weight);
    const referendum = await governance.decide('WhitelistedCaller', dispatch, ballots(VOTERS));
    return { preimage, closed, referendum, stored: await chain.rpc('state_getStorage', key) };
  });

  test('two of three committee members whitelist a call', async () => {
    const { closed, preimage } = await story();
    assert.equal(context.data(closed, 'whitelist', 'CallWhitelisted').callHash.toHex(), preimage.hash);
  });

  test('a whitelisted call is dispatched as root', async () => {
    const { stored } = await story();
    assert.equal(stored, value);
  });

  test('a whitelisted call is confirmed sooner than one for root', async () => {
    const { referendum } = await story();
    assert.ok(referendum.plan.confirm < context.governance.track(0).confirm);
  });

  test('one committee member whitelists nothing', async () => {
    await story();
    const call = context.tx.whitelist.whitelistCall(u8aToHex(contentHash('another call')));
    const length = call.method.toU8a().length;
    const outcome = await context.send(context.tx.technicalCommittee.propose(1, call, length), charlie);
    const { result } = context.data(outcome, 'technicalCommittee', 'Executed');
    assert.ok(result.isErr && result.asErr.isBadOrigin, result.toString());
  });
}

function badCalls(context) {
  const nobodys = () => ({ Lookup: { hash: u8aToHex(contentHash('nobody noted this')), len: 1 } });
  const calls = [
    [
      'a referendum that speaks for an account',
      'referenda.NoTrack',
      ({ tx }) => tx.referenda.submit({ system: { Signed: bob.address } }, nobodys(), { After: 0 }),
    ],
    [
      'a vote on a referendum that never was',
      'convictionVoting.NotOngoing',
      ({ tx }) =>
        tx.convictionVoting.vote(999_999, {
          Standard: { vote: { aye: true, conviction: 'None' }, balance: OPEN },
        }),
    ],
    [
      'a decision deposit for a referendum that never was',
      'referenda.NotOngoing',
      ({ tx }) => tx.referenda.placeDecisionDeposit(999_999),
    ],
    [
      'a delegation to oneself',
      'convictionVoting.Nonsense',
      ({ tx, anyone }) => tx.convictionVoting.delegate(30, anyone.address, 'None', OPEN),
    ],
    [
      'a delegation of more than one has',
      'convictionVoting.InsufficientFunds',
      ({ tx }) => tx.convictionVoting.delegate(30, bob.address, 'None', VOTE),
    ],
    [
      "a root call without root's say",
      'BadOrigin',
      ({ tx }) => tx.system.authorizeUpgrade(u8aToHex(contentHash('mine'))),
    ],
    [
      'whitelisting by somebody outside the committee',
      'BadOrigin',
      ({ tx }) => tx.whitelist.whitelistCall(u8aToHex(contentHash('mine'))),
    ],
    [
      'a parameter that an account wants',
      'BadOrigin',
      ({ tx }) => tx.parameters.setParameter({ Fees: { StakersShare: [null, 1] } }),
    ],
  ];
  for (const [what, error, call] of calls) {
    test(`${what} is refused with ${error}`, async () => {
      await assert.rejects(context.send(call(context), context.anyone), { name: 'ChainError', error });
    });
  }
}
