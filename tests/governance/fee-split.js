// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Voters change how inference fees are split, and the next receipt is settled by it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { palletAccount } from '../lib/ledger.js';
import { requestCall, UNIT_PRICE } from '../lib/market.js';
import { OwnWorker } from '../lib/own-worker.js';
import { AiProposal, funds } from './ai.js';

/** What voters decide, parts per million. */
const SPLIT = {
  contributors: 500_000,
  developer: 200_000,
  worker: 200_000,
  stakers: 60_000,
  treasury: 40_000,
};

const TEXT = 'a formal charge';
const UNITS = 5;
const FEE = BigInt(UNITS) * UNIT_PRICE;

/** Declares the stories and their tests. */
export function feeSplit(context, model) {
  const operator = context.actor('operator of the split');
  const consumer = context.actor('consumer of the split');

  const story = context.stories.add(async () => {
    const proposal = await AiProposal.decide(context, { AttributionParameters: { split: SPLIT } });
    const { adapter } = await model();
    return {
      stored: await proposal.stored(),
      current: await context.query.attribution.feeSplitStore(),
      settled: await settle(context, adapter, { operator, consumer }),
    };
  });

  test('voters change how inference fees are split', async () => {
    const { current } = await story();
    const parts = Object.keys(SPLIT).map((part) => [part, current[part].toNumber()]);
    assert.deepEqual(Object.fromEntries(parts), SPLIT);
  });

  test('a change of parameters takes nothing from the treasury', async () => {
    const { stored } = await story();
    assert.deepEqual(funds(stored), [0, 0, 0]);
  });

  test('a receipt is settled by the split that voters decided', async () => {
    const { settled } = await story();
    const parts = Object.entries(SPLIT).map(([part, ppm]) => [part, (FEE * BigInt(ppm)) / 1_000_000n]);
    assert.deepEqual(settled, Object.fromEntries(parts));
  });
}

/** Asks an adapter, settles a receipt for the answer, and returns who got what of the fee, planck. */
async function settle(context, adapter, { operator, consumer }) {
  const { chain } = context;
  const worker = await OwnWorker.register(chain, operator, '//Receipts//split');
  const lineage = await chain.rpc('models_lineage', adapter);
  const [{ contribution, contributor }] = lineage.contributions;
  const { artifact, developer } = lineage.adapter;
  const credited = async () =>
    Promise.all(
      [contributor, developer, operator.address].map(async (who) =>
        (await context.query.attribution.credits(who)).toBigInt(),
      ),
    );

  const asked = await context.send(requestCall(chain, adapter, TEXT), consumer);
  const { job } = context.data(asked, 'inference', 'InferenceRequested');
  const receipt = worker.receipt({
    ...{ job: { Escrowed: job.toBigInt() }, adapter, artifact, text: TEXT },
    ...{ contribution, units: UNITS },
  });
  const before = await credited();
  const { events } = await context.send(worker.submission(worker.sign(receipt)), context.anyone);
  const [contributors, developers, workers] = (await credited()).map((amount, i) => amount - before[i]);

  const paidTo = (pot) =>
    events
      .filter(({ section, method }) => section === 'balances' && method === 'TransferOnHold')
      .filter(({ data }) => data.dest.toString() === chain.address(palletAccount(pot)))
      .reduce((sum, { data }) => sum + data.amount.toBigInt(), 0n);
  return {
    contributors,
    developer: developers,
    worker: workers,
    stakers: paidTo('ol/stake'),
    treasury: paidTo('py/trsry'),
  };
}
