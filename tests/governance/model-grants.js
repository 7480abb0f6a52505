// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Model grants: a milestone is paid when a quorum of evaluators measured that it is reached, and goes
// back to the treasury when its deadline passes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contentHash, u8aToHex } from '../lib/bytes.js';
import { OPEN } from '../lib/chain.js';
import { AiProposal, funds, history, publishedVersion } from './ai.js';

/** Declares the story and its tests. */
export function modelGrants(context, { evaluators, owner, contributor, developer }, model) {
  const [payout, missed] = [1_000n * OPEN, 500n * OPEN];

  const story = context.stories.add(async () => {
    const { chain, log, tx, anyone } = context;
    const [{ datanet, number }] = await Promise.all([
      publishedVersion(context, owner, contributor, 'evaluation data'),
      evaluators.registered(),
    ]);
    const milestone = {
      metric: 'accuracy',
      threshold: { AtLeast: 900_000 },
      evaluation: { datanet, number },
      payout,
      deadline: log.height + 250,
    };
    // After the enactment, and soon.
    const deadline = log.height + 45;
    const proposal = await AiProposal.decide(context, {
      ModelGrant: {
        beneficiary: developer.address,
        milestones: [milestone, { ...milestone, payout: missed, deadline }],
      },
    });
    const active = await proposal.stored();

    // The adapter that is measured is on the base model that voters list meanwhile.
    const { adapter } = await model();
    const report = (index, changes) =>
      tx.aiGovernance.submitEvaluation(proposal.id, index, {
        adapter,
        evaluation: { datanet, number },
        value: 910_000,
        report: u8aToHex(contentHash('evaluation report')),
        ...changes,
      });
    const [evaluator] = evaluators.pairs;
    const refused = {
      stranger: await context.refusal(report(0), anyone),
      low: await context.refusal(report(0, { value: 899_999 }), evaluator),
      elsewhere: await context.refusal(report(0, { evaluation: { datanet, number: number + 1 } }), evaluator),
    };
    const before = await chain.freeBalance(developer);
    const agreed = await evaluators.untilPaid(() => report(0), 'MilestonePaid');
    const earned = (await chain.freeBalance(developer)) - before;

    const refunded = await log.first(['aiGovernance.MilestoneRefunded'], {
      matches: (data) => proposal.concerns(data),
      blocks: Math.max(deadline - log.height, 0),
      what: `the refund of a milestone of proposal ${proposal.id}`,
    });
    await proposal.events('ProposalCompleted');
    return {
      ...{ active, refused, agreed, earned, refunded, deadline },
      late: await context.refusal(report(1), evaluator),
      stored: await proposal.stored(),
    };
  });

  test('an enacted grant has its payouts from the treasury', async () => {
    const { active } = await story();
    assert.deepEqual(funds(active), [1_500, 0, 0]);
  });

  test('a report by somebody who is no evaluator is refused', async () => {
    const { refused } = await story();
    assert.equal(refused.stranger, 'aiGovernance.NotEvaluator');
  });

  test('a report that does not reach the threshold is refused', async () => {
    const { refused } = await story();
    assert.equal(refused.low, 'aiGovernance.BelowThreshold');
  });

  test('a report on another version is refused', async () => {
    const { refused } = await story();
    assert.equal(refused.elsewhere, 'aiGovernance.WrongEvaluation');
  });

  test('one evaluator is no quorum on a milestone', async () => {
    const { agreed } = await story();
    assert.ok(agreed.reports > 1);
  });

  test('a milestone that a quorum measured is paid to the beneficiary', async () => {
    const { agreed, earned } = await story();
    assert.equal(agreed.data.amount.toBigInt(), payout);
    assert.equal(earned, payout);
  });

  test('a milestone whose deadline passes goes back to the treasury', async () => {
    const { refunded, deadline } = await story();
    assert.equal(refunded.data.milestone.toNumber(), 1);
    assert.equal(refunded.data.amount.toBigInt(), missed);
    assert.ok(refunded.block >= deadline, `${refunded.block} >= ${deadline}`);
  });

  test('a report on a grant that is over is refused', async () => {
    const { late } = await story();
    assert.equal(late, 'aiGovernance.NotActiveGrant');
  });

  test('what became of each milestone is in the storage item', async () => {
    const { stored } = await story();
    assert.deepEqual(
      stored.milestones.map(({ type }) => type),
      ['Paid', 'Refunded'],
    );
    assert.equal(stored.milestones[0].asPaid.value.toNumber(), 910_000);
  });

  test('the history of a grant is in one storage item', async () => {
    const { stored } = await story();
    assert.deepEqual(history(stored), ['Submitted', 'Active', 'Completed']);
    assert.deepEqual(funds(stored), [1_500, 1_000, 500]);
  });
}
