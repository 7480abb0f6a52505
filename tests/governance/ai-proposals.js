// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// AI proposals of each kind, from their submission to their end.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OPEN } from '../lib/chain.js';
import { adapterOn, AiProposal, Evaluators, history, listing, publishedVersion } from './ai.js';
import { ballots, VOTERS } from './context.js';
import { datanetBounties } from './datanet-bounties.js';
import { feeSplit } from './fee-split.js';
import { modelGrants } from './model-grants.js';

/** Declares the stories and their tests. */
export function aiProposals(context) {
  const people = {
    evaluators: new Evaluators(context),
    owner: context.actor('data owner'),
    contributor: context.actor('data contributor'),
    developer: context.actor('model developer'),
  };
  const model = aListedBaseModel(context, people);
  aDelistedBaseModel(context, model);
  aProposalThatFails(context, model);
  feeSplit(context, model);
  aRejectedProposal(context);
  datanetBounties(context, people);
  modelGrants(context, people, model);
  badProposals(context, people);
}

function aListedBaseModel(context, { owner, contributor, developer }) {
  const kind = { ListBaseModel: listing('weights') };

  const story = context.stories.add(async () => {
    const [proposal, version] = await Promise.all([
      AiProposal.decide(context, kind),
      publishedVersion(context, owner, contributor, 'training data'),
    ]);
    const baseModel = (await context.query.models.baseModelByHash(kind.ListBaseModel.hash)).unwrap();
    return {
      ...{ proposal, version, baseModel: baseModel.toNumber() },
      stored: await proposal.stored(),
      events: await proposal.events('DepositReturned'),
      adapter: await adapterOn(context, developer, baseModel.toNumber(), version, 'granted'),
    };
  });

  test('voters list a base model', async () => {
    const { baseModel, proposal } = await story();
    const record = (await context.query.models.baseModels(baseModel)).unwrap();
    assert.equal(record.hiddenSize.toNumber(), 384);
    assert.equal(proposal.referendum.track, 21);
  });

  test('developers register adapters on a base model that voters listed', async () => {
    const { adapter, baseModel } = await story();
    const record = (await context.query.models.adapters(adapter)).unwrap();
    assert.equal(record.baseModel.toNumber(), baseModel);
  });

  test('the history of a listing is in one storage item', async () => {
    const { stored, proposal } = await story();
    assert.deepEqual(history(stored), ['Submitted', 'Completed']);
    assert.equal(stored.referendum.toNumber(), proposal.referendum.index);
    const blocks = stored.history.map(([block]) => block.toNumber());
    assert.ok(blocks[0] < blocks[1], blocks.join(' < '));
  });

  test('the events of a listing tell its history', async () => {
    const { events } = await story();
    assert.deepEqual(events, ['ProposalSubmitted', 'ProposalEnacted', 'DepositReturned']);
  });

  test('an enacted proposal has given its deposit back', async () => {
    const { stored, proposal } = await story();
    assert.ok(proposal.deposit > 0n);
    assert.equal(stored.deposit.toBigInt(), 0n);
  });
  return story;
}

function aDelistedBaseModel(context, model) {
  const developer = context.actor('late developer');

  const story = context.stories.add(async () => {
    const { baseModel, version } = await model();
    const proposal = await AiProposal.decide(context, { DelistBaseModel: { baseModel } });
    return { baseModel, version, stored: await proposal.stored() };
  });

  test('voters delist a base model', async () => {
    const { stored } = await story();
    assert.deepEqual(history(stored), ['Submitted', 'Completed']);
  });

  test('no adapter is registered on a delisted base model', async () => {
    const { baseModel, version } = await story();
    await assert.rejects(adapterOn(context, developer, baseModel, version, 'too late'), {
      error: 'models.BaseModelDelisted',
    });
  });
}

function aProposalThatFails(context, model) {
  // The same model again: nobody can know at the submission that it will be listed by then.
  const kind = { ListBaseModel: listing('weights') };

  const story = context.stories.add(async () => {
    await model();
    const proposal = await AiProposal.decide(context, kind);
    const failed = await proposal.stored();
    await context.send(context.tx.aiGovernance.retry(proposal.id), context.anyone);
    return { failed, retried: await proposal.stored() };
  });

  test('a proposal that cannot be carried out keeps the error', async () => {
    const { failed } = await story();
    const { error } = failed.status.asEnactmentFailed;
    const { section, name } = context.chain.api.registry.findMetaError(error.asModule);
    assert.equal(`${section}.${name}`, 'models.BaseModelTaken');
  });

  test('the deposit of a proposal that can be retried stays', async () => {
    const { failed } = await story();
    assert.ok(failed.deposit.toBigInt() > 0n);
  });

  test('a retry that fails for the same cause changes no history', async () => {
    const { retried } = await story();
    assert.deepEqual(history(retried), ['Submitted', 'EnactmentFailed']);
  });
}

function aRejectedProposal(context) {
  const kind = { ListBaseModel: listing('unwanted weights') };

  const story = context.stories.add(async () => {
    const { tx, query, anyone } = context;
    const proposal = await AiProposal.submit(context, kind);
    await proposal.referendum.open(ballots(VOTERS), false);
    const early = await context.refusal(tx.aiGovernance.close(proposal.id), anyone);
    await proposal.referendum.ended();
    const closed = await context.send(tx.aiGovernance.close(proposal.id), anyone);
    return {
      ...{ proposal, early },
      returned: context.data(closed, 'aiGovernance', 'DepositReturned'),
      stored: await proposal.stored(),
      listed: await query.models.baseModelByHash(kind.ListBaseModel.hash),
    };
  });

  test('a proposal is not closed while its referendum is ongoing', async () => {
    const { early } = await story();
    assert.equal(early, 'aiGovernance.ReferendumOngoing');
  });

  test('a proposal that voters refuse is closed as rejected', async () => {
    const { stored } = await story();
    assert.deepEqual(history(stored), ['Submitted', 'Closed']);
    assert.ok(stored.status.asClosed.isRejected);
  });

  test('a rejected proposal gives its deposit back', async () => {
    const { returned, proposal } = await story();
    assert.equal(returned.amount.toBigInt(), proposal.deposit);
  });

  test('a rejected proposal lists nothing', async () => {
    const { listed } = await story();
    assert.ok(listed.isNone);
  });
}

function badProposals(context, { developer }) {
  const bounty = (changes) => ({
    DatanetBounty: {
      datanet: 0,
      pot: 100n * OPEN,
      pricePerRow: OPEN,
      bar: 'Accepted',
      endsAt: 1_000_000,
      ...changes,
    },
  });
  const grant = (milestones) => ({ ModelGrant: { beneficiary: developer.address, milestones } });
  const milestone = (changes) => ({
    metric: 'accuracy',
    threshold: { AtLeast: 900_000 },
    evaluation: { datanet: 0, number: 1 },
    payout: OPEN,
    deadline: 1_000_000,
    ...changes,
  });
  const split = { contributors: 600_000, developer: 150_000, worker: 150_000, stakers: 50_000 };
  const proposals = [
    ['a bounty for no Datanet', 'UnknownDatanet', bounty({ datanet: 999_999 })],
    ['a bounty that pays nothing per row', 'ZeroPrice', bounty({ pricePerRow: 0 })],
    ['a bounty that pays for no row', 'PotBelowPrice', bounty({ pot: OPEN - 1n })],
    ['a bounty above what voters may give', 'AmountTooLarge', bounty({ pot: 2_000_001n * OPEN })],
    ['a bar above everything', 'InvalidScore', bounty({ bar: { Score: 1_000_001 } })],
    ['a bounty that has ended', 'DeadlinePassed', bounty({ endsAt: 1 })],
    ['a grant without milestones', 'NoMilestones', grant([])],
    ['a milestone without a metric', 'InvalidMetric', grant([milestone({ metric: '' })])],
    ['a milestone that pays dust', 'PayoutTooSmall', grant([milestone({ payout: 1 })])],
    [
      'a milestone on a version that never was',
      'UnknownVersion',
      grant([milestone({ evaluation: { datanet: 999_999, number: 1 } })]),
    ],
    [
      'a base model without layers',
      'InvalidListing',
      { ListBaseModel: { ...listing('flat'), layers: 0 } },
    ],
    ['delisting what is not listed', 'BaseModelNotListed', { DelistBaseModel: { baseModel: 999_999 } }],
    [
      'a fee split that is not whole',
      'InvalidFeeSplit',
      { AttributionParameters: { split: { ...split, treasury: 49_999 } } },
    ],
  ];
  // The Datanet that they name.
  const ready = context.stories.add(() => context.createDatanet(context.anyone, 'named by bad proposals'));

  for (const [what, error, kind] of proposals) {
    test(`${what} is refused with ${error}`, async () => {
      await ready();
      await assert.rejects(context.send(context.tx.aiGovernance.submit(kind), context.anyone), {
        name: 'ChainError',
        error: `aiGovernance.${error}`,
      });
    });
  }

  test('nobody enacts a proposal without a vote', async () => {
    await assert.rejects(context.send(context.tx.aiGovernance.enact(0), context.anyone), {
      error: 'BadOrigin',
    });
  });

  test('nobody lists a base model without a vote', async () => {
    const { hash, name, hiddenSize, layers, licence } = listing('smuggled');
    const call = context.tx.models.registerBaseModel(hash, name, hiddenSize, layers, licence);
    await assert.rejects(context.send(call, context.anyone), { error: 'BadOrigin' });
  });
}
