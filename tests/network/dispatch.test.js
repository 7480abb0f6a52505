// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The offchain workers of four validators share the jobs between them.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { account, Chain } from '../lib/chain.js';
import { Ledger } from '../lib/ledger.js';
import { Marketplace } from '../lib/marketplace.js';
import { Network } from '../lib/network.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { waitFor } from '../lib/wait.js';

const JOBS = 500;

const folder = newTestFolder('network-dispatch');
const network = new Network({ folder });
const [alice, bob, , dave] = network.validators;
const consumer = account('//Test//consumer');
let market;
let chain;
let ledger;
let keys;

before(async () => {
  await network.prepare();
  market = await Marketplace.beside(network);
  await network.start();
  chain = await Chain.connect(alice.url);
  await market.open(chain, { nodes: [alice, bob], consumers: [consumer] });
  ledger = await Ledger.follow(chain, { finalized: true });
});

after(async () => {
  await ledger?.stop();
  await chain?.disconnect();
  await market?.stop();
  await network.stop();
  removeTestFolder(folder);
});

test(`${JOBS} jobs are settled once each although a validator is killed in the middle`, async () => {
  keys = await market.request(chain, consumer, JOBS);
  await waitFor('a fifth of the jobs to end', () => ledger.ended >= JOBS / 5 || undefined, {
    timeoutMs: 300_000,
    children: market.children,
  });
  await dave.child.kill();
  assert.ok(ledger.ended < JOBS, 'the validator was killed too late to matter');
  await ledger.allEnded(keys, { children: market.children });
  const wrong = keys.filter((key) => !ledger.settled.has(key) || ledger.endings.get(key) !== 1);
  assert.deepEqual(wrong, []);
});

test('every job was dispatched to one worker', async () => {
  const counts = await market.holders(keys);
  assert.deepEqual(
    [...counts].filter(([, count]) => count !== 1),
    [],
  );
});

test('every job was answered once', async () => {
  let answered = 0;
  for (const worker of market.workers) answered += await market.counter(worker, 'openledger_worker_jobs_total');
  assert.equal(answered, JOBS);
});

test('the network has finalised all of it', async () => {
  await network.agreeOn(await alice.height(), 120_000);
});

/** The metrics that a file under deploy/ names. */
function metricsIn(file) {
  const text = fs.readFileSync(fileURLToPath(new URL(`../../deploy/${file}`, import.meta.url)), 'utf8');
  return new Set(text.match(/\b(?:substrate|openledger|serving)_[a-z0-9_]+\b/g));
}

for (const file of ['prometheus/alerts.yml', 'grafana/openledger.json']) {
  test(`nodes and workers serve every metric that ${file} names`, async () => {
    const texts = [await alice.metrics(), ...(await Promise.all(market.workers.map(({ api }) => api.metrics())))];
    const served = new Set(texts.flatMap((text) => text.match(/^[a-z][a-z0-9_]*/gm)));
    const named = [...metricsIn(file)];
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter((name) => !served.has(name)),
      [],
    );
  });
}

test("a node's counters are what was done", async () => {
  let accepted = 0;
  for (const validator of network.running) {
    const text = await validator.metrics();
    accepted += Number(/^openledger_inference_jobs_accepted_total\S* (\d+)$/m.exec(text)[1]);
  }
  // The validator that was killed took its own count with it.
  assert.ok(accepted > 0 && accepted <= JOBS, `${accepted} of ${JOBS}`);
});
