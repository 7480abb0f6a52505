// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The network falls into two halves that both go on making blocks, and is made whole again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { account, Chain } from '../lib/chain.js';
import { Ledger } from '../lib/ledger.js';
import { Marketplace } from '../lib/marketplace.js';
import { Network } from '../lib/network.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { sleep, waitFor } from '../lib/wait.js';

const JOBS = 12;

const folder = newTestFolder('network-partition');
const network = new Network({ folder, cuttable: true });
const [alice, bob, charlie, dave] = network.validators;
const halves = [
  [alice, bob],
  [charlie, dave],
];
const consumers = [account('//Test//consumer//1'), account('//Test//consumer//2')];
let market;
let chains;
let issuance;
let splitAt;

const heights = () => Promise.all(network.validators.map((validator) => validator.height()));

before(async () => {
  await network.prepare();
  // A split cuts a half off from the other half's workers too.
  market = await Marketplace.beside(network, {
    poolOf: (validator, urls) => [urls[halves.findIndex((half) => half.includes(validator))]],
  });
  await network.start();
  chains = await Promise.all(halves.map(([{ url }]) => Chain.connect(url)));
  await market.open(chains[0], { nodes: [alice, charlie], consumers });
  issuance = (await chains[0].api.query.balances.totalIssuance()).toBigInt();
});

after(async () => {
  await Promise.all(chains?.map((chain) => chain.disconnect()) ?? []);
  await market?.stop();
  await network.stop();
  removeTestFolder(folder);
});

test('two halves finalise nothing and both make blocks', async () => {
  splitAt = await alice.height();
  await network.agreeOn(splitAt, 120_000);
  network.split(...halves);
  // Votes that were under way may still end a round.
  await sleep(6_000);
  await network.connected(1);
  const final = await alice.finalized();
  const before = await heights();
  await waitFor(
    'five more blocks in each half',
    async () => (await heights()).every((height, i) => height >= before[i] + 5) || undefined,
    { timeoutMs: 180_000, everyMs: 500, children: market.children },
  );
  for (const validator of network.validators) assert.equal(await validator.finalized(), final);
  await network.connected(1);
});

test('each half takes jobs and settles some', async () => {
  const ledgers = await Promise.all(chains.map((chain) => Ledger.follow(chain)));
  await Promise.all(chains.map((chain, i) => market.request(chain, consumers[i], JOBS, i * JOBS)));
  await waitFor(
    'a settlement in each half',
    () => ledgers.every(({ settled }) => settled.size > 0) || undefined,
    { timeoutMs: 180_000, children: market.children },
  );
  await Promise.all(ledgers.map((ledger) => ledger.stop()));
});

test('each half takes jobs that are open when it meets the other', async () => {
  // The halves give the same numbers to different jobs, and their workers have heard of both.
  await Promise.all(chains.map((chain, i) => market.request(chain, consumers[i], JOBS, (i + 2) * JOBS)));
});

test('healed, all finalise one chain', async () => {
  const [here, there] = await Promise.all(halves.map(([validator]) => validator.hashAt(splitAt + 8)));
  assert.notEqual(here, there, 'the halves were on one chain all the time');
  const highest = Math.max(...(await heights()));
  network.heal();
  await network.connected(3);
  await network.agreeOn(highest + 3, 300_000);
});

test('no job is lost: all that were asked in either half are settled once each', async () => {
  // The final chain, read again from before the split: what a half saw may have been taken back.
  const [chain] = chains;
  const requested = new Map();
  const stop = await chain.follow(
    ({ events }) => {
      for (const { event } of events) {
        if (event.section === 'inference' && event.method === 'InferenceRequested') {
          requested.set(`job ${event.data.job}`, event.data.consumer.toString());
        }
      }
    },
    { from: splitAt, finalized: true },
  );
  const ledger = await Ledger.follow(chain, { from: splitAt, finalized: true });
  await waitFor(
    'the requests of both halves on one chain',
    () => requested.size >= 4 * JOBS || undefined,
    { timeoutMs: 120_000, children: market.children },
  );
  for (const consumer of consumers) {
    const address = chain.address(consumer);
    assert.equal([...requested.values()].filter((one) => one === address).length, 2 * JOBS, consumer.meta.name);
  }
  const keys = [...requested.keys()];
  await ledger.allEnded(keys, { children: market.children });
  assert.deepEqual(
    keys.filter((key) => !ledger.settled.has(key) || ledger.endings.get(key) !== 1),
    [],
  );
  await Promise.all([stop(), ledger.stop()]);
});

test('no receipt is lost: what settlements took is what accounts and pots got, to the planck', async () => {
  // The whole history once more, as the other half has it, now that all hold it final. Nothing was
  // settled before the split.
  const hash = await network.agreeOn(await alice.height(), 120_000);
  const ledger = await Ledger.follow(chains[1], { from: splitAt, finalized: true });
  await waitFor('all settlements', () => ledger.settled.size === 4 * JOBS || undefined, {
    timeoutMs: 120_000,
    children: market.children,
  });
  await ledger.stop();
  assert.deepEqual(ledger.endedTwice, []);
  const { paidIn, counted, out } = await ledger.books(await chains[1].api.at(hash));
  assert.ok(paidIn > 0n);
  assert.deepEqual({ counted, out }, { counted: paidIn, out: paidIn });
});

test('no escrow is left, and total issuance is what it was', async () => {
  const { api } = chains[1];
  assert.deepEqual(await api.query.inference.jobs.entries(), []);
  assert.equal((await api.query.balances.totalIssuance()).toBigInt(), issuance);
});
