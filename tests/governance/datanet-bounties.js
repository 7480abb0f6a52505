// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Datanet bounties: voters set the price of a row, and contributors are paid when theirs are accepted.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contentHash, u8aToHex } from '../lib/bytes.js';
import { OPEN } from '../lib/chain.js';
import { AiProposal, funds, history } from './ai.js';

// More than the stories take.
const LONG = 250;

/** Declares the stories and their tests. */
export function datanetBounties(context, people) {
  anAcceptanceBounty(context, people);
  aScoredBounty(context, people);
}

/** A bounty of `pot` OPEN that pays 10 OPEN per row. */
const bountyOf = (context, datanet, pot, bar) => ({
  DatanetBounty: {
    datanet,
    pot: pot * OPEN,
    pricePerRow: 10n * OPEN,
    bar,
    endsAt: context.log.height + LONG,
  },
});

function anAcceptanceBounty(context, { owner }) {
  // Does nothing else, so that what it earns can be seen.
  const contributor = context.actor('row contributor');

  /** Accepts a contribution; what the contributor has more by it beside its deposit, and the event. */
  async function acceptPaid(contribution) {
    const { chain } = context;
    const before = await chain.freeBalance(contributor);
    const { events } = await context.accept(owner, contribution);
    const after = await chain.freeBalance(contributor);
    const deposit = chain.api.consts.datanets.contributionDeposit.toBigInt();
    return {
      earned: after - before - deposit,
      paid: events.find(({ section, method }) => section === 'aiGovernance' && method === 'BountyPaid'),
    };
  }

  const story = context.stories.add(async () => {
    const datanet = await context.createDatanet(owner, 'paid by the row');
    const early = await context.contribute(datanet, contributor, 'before the bounty', 2);
    const proposal = await AiProposal.decide(context, bountyOf(context, datanet, 35n, 'Accepted'));
    const active = await proposal.stored();
    const unpaid = await acceptPaid(early);
    const first = await acceptPaid(await context.contribute(datanet, contributor, 'first', 2));
    const last = await acceptPaid(await context.contribute(datanet, contributor, 'last', 2));
    return {
      ...{ proposal, active, unpaid, first, last },
      events: await proposal.events('ProposalCompleted'),
      stored: await proposal.stored(),
    };
  });

  test('a bounty within the limit is on the small track', async () => {
    const { proposal } = await story();
    assert.equal(proposal.referendum.track, 20);
  });

  test('an enacted bounty has its pot from the treasury', async () => {
    const { active } = await story();
    assert.deepEqual(funds(active), [35, 0, 0]);
    assert.ok(active.status.isActive);
  });

  test('a contribution from before the bounty is not paid for', async () => {
    const { unpaid } = await story();
    assert.equal(unpaid.paid, undefined);
    assert.equal(unpaid.earned, 0n);
  });

  test('an accepted contribution is paid by its rows', async () => {
    const { first } = await story();
    assert.equal(first.paid.data.rows.toNumber(), 2);
    assert.equal(first.earned, 20n * OPEN);
  });

  test('the last contribution is paid for the rows that the pot pays for', async () => {
    const { last } = await story();
    assert.equal(last.paid.data.rows.toNumber(), 1);
    assert.equal(last.earned, 10n * OPEN);
  });

  test('what is left of the pot goes back to the treasury', async () => {
    const { stored } = await story();
    assert.deepEqual(funds(stored), [35, 30, 5]);
  });

  test('the history of a bounty is in one storage item', async () => {
    const { stored } = await story();
    assert.deepEqual(history(stored), ['Submitted', 'Active', 'Completed']);
  });

  test('the events of a bounty tell its history', async () => {
    const { events } = await story();
    assert.deepEqual(events, [
      'ProposalSubmitted',
      'ProposalEnacted',
      'DepositReturned',
      'BountyPaid',
      'BountyPaid',
      'ProposalCompleted',
    ]);
  });
}

function aScoredBounty(context, { owner, contributor, evaluators }) {
  const score = (proposal, contribution, ppm) =>
    context.tx.aiGovernance.submitScore(proposal.id, contribution, {
      score: ppm,
      report: u8aToHex(contentHash('scores')),
    });

  const story = context.stories.add(async () => {
    await evaluators.registered();
    const datanet = await context.createDatanet(owner, 'paid by the score');
    const kind = bountyOf(context, datanet, 1_000n, { Score: 800_000 });
    const proposal = await AiProposal.decide(context, kind);
    const contribution = await context.contribute(datanet, contributor, 'scored', 3);
    const [evaluator] = evaluators.pairs;
    const pending = await context.refusal(score(proposal, contribution, 900_000), evaluator);
    await context.accept(owner, contribution);
    const before = await context.query.aiGovernance.rewards(proposal.id, contribution);
    const stranger = await context.refusal(score(proposal, contribution, 900_000), context.anyone);
    const low = await context.refusal(score(proposal, contribution, 799_999), evaluator);
    const agreed = await evaluators.untilPaid(
      () => score(proposal, contribution, 900_000),
      'BountyPaid',
    );
    const again = await context.refusal(score(proposal, contribution, 900_001), evaluators.pairs.at(-1));
    return { pending, before, stranger, low, agreed, again };
  });

  test('evaluators score only what the owner accepted', async () => {
    const { pending } = await story();
    assert.equal(pending, 'aiGovernance.ContributionNotAccepted');
  });

  test('acceptance alone does not pay where a score is the bar', async () => {
    const { before } = await story();
    assert.ok(before.isNone);
  });

  test('a score by somebody who is no evaluator is refused', async () => {
    const { stranger } = await story();
    assert.equal(stranger, 'aiGovernance.NotEvaluator');
  });

  test('a score below the bar is refused', async () => {
    const { low } = await story();
    assert.equal(low, 'aiGovernance.BelowThreshold');
  });

  test('one evaluator is no quorum on a contribution', async () => {
    const { agreed } = await story();
    assert.ok(agreed.reports > 1);
  });

  test('a contribution that a quorum scores is paid by its rows', async () => {
    const { agreed } = await story();
    assert.equal(agreed.data.amount.toBigInt(), 30n * OPEN);
    assert.equal(agreed.data.contributor.toString(), context.chain.address(contributor));
  });

  test('a contribution is paid for once', async () => {
    const { again } = await story();
    assert.equal(again, 'aiGovernance.AlreadyRewarded');
  });
}
