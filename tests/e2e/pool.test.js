// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A node and two workers: from rows to credits, and through what can go wrong on the way.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { prepareWordnetDatasets } from '../../scripts/demo/wordnet-datasets.js';
import { readDataset } from '../../scripts/demo/dataset.js';
import { contentHash, u8aToHex } from '../lib/bytes.js';
import { account, OPEN } from '../lib/chain.js';
import { decodeReceipt, registry } from '../lib/codec.js';
import { jobKey, Ledger } from '../lib/ledger.js';
import {
  contribute,
  createDatanet,
  curate,
  fund,
  MAX_FEE,
  openChannel,
  proveRow,
  publishVersion,
  registerAdapter,
  registerBaseModel,
  registerWorker,
  requestCall,
  train,
  UNIT_PRICE,
} from '../lib/market.js';
import { modelWeights, wordnetArchive } from '../lib/places.js';
import { Stack } from '../lib/stack.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { mapLimited, sleep, waitFor } from '../lib/wait.js';
import { WorkerError } from '../lib/worker-api.js';

const sudo = account('//Alice');
const operators = [account('//Test//operator//1'), account('//Test//operator//2')];
const people = Object.fromEntries(
  ['owner', 'developer', 'consumer', 'saver', 'law', 'music', 'copier'].map((name) => [
    name,
    account(`//Test//${name}`),
  ]),
);

const folder = newTestFolder('e2e-pool');
const stack = new Stack({ folder });
let chain;
let ledger;
let issuance;
let version;
let heldOutRows;
let texts;
const contributions = {};
const adapters = [];
let trained;

const children = () => [stack.node, ...stack.workers.map(({ child }) => child)];

before(async () => {
  await stack.choosePorts(operators.length);
  stack.startNode();
  chain = await stack.connect();
  issuance = (await chain.api.query.balances.totalIssuance()).toBigInt();
  await fund(chain, sudo, [...operators, ...Object.values(people)], 20_000n * OPEN);
  ledger = await Ledger.follow(chain);
  await Promise.all(
    operators.map(async (operator, index) => {
      await registerWorker(chain, operator, stack.makeWorkerKey(index, operator));
      await stack.workerReady(stack.startWorker(index, operator));
    }),
  );
});

after(async () => {
  await stack.stop();
  removeTestFolder(folder);
});

/** Requests one job per text, in one extrinsic per fifty, and returns the jobs' keys. */
async function requestJobs(count) {
  const calls = Array.from({ length: count }, (_, i) =>
    requestCall(chain, adapters[i % adapters.length], texts[i % texts.length]),
  );
  const keys = [];
  for (let i = 0; i < calls.length; i += 50) {
    const { events } = await chain.send(
      chain.api.tx.utility.batchAll(calls.slice(i, i + 50)),
      people.consumer,
    );
    for (const { section, method, data } of events) {
      if (section === 'inference' && method === 'InferenceRequested') keys.push(`job ${data.job}`);
    }
  }
  assert.equal(keys.length, count);
  return keys;
}

/** Waits until the chain holds a block final. */
function finalised(number) {
  return waitFor(
    `block ${number} to be final`,
    async () => {
      const head = await chain.api.rpc.chain.getFinalizedHead();
      const { number: final } = await chain.api.rpc.chain.getHeader(head);
      return final.toNumber() >= number || undefined;
    },
    { timeoutMs: 60_000, children: [stack.node] },
  );
}

/** That every job was settled, once each. */
function settledOnce(keys) {
  for (const key of keys) {
    assert.ok(ledger.settled.has(key), `${key} was not settled`);
    assert.equal(ledger.endings.get(key), 1, key);
  }
}

/** That what settlements took is what accounts and pots got, to the planck. */
async function booksBalance() {
  const { paidIn, counted, out } = await ledger.books(chain.api);
  assert.deepEqual({ counted, out }, { counted: paidIn, out: paidIn });
  assert.deepEqual(ledger.endedTwice, []);
}

test('contributions are registered, copies are rejected with the reason on chain, a version is published', async () => {
  const datasets = prepareWordnetDatasets(wordnetArchive(), path.join(folder, 'datasets'));
  const { contributors, heldOut } = readDataset(datasets.topics);
  const rowsOf = (name) => contributors.find((contributor) => contributor.name === name).rows.slice(0, 24);
  const copies = rowsOf('amara')
    .map(({ text, label }, i) => ({ text: i % 2 ? text : `${text}.`, label }))
    .reverse();
  heldOutRows = heldOut.filter(({ label }) => label === 'law' || label === 'music');
  texts = heldOutRows.map(({ text }) => text);

  const [worker] = stack.workers;
  const datanet = await createDatanet(chain, people.owner, 'law and music');
  for (const [name, rows] of [
    ['law', rowsOf('amara')],
    ['music', rowsOf('goran')],
    ['copier', copies],
  ]) {
    const made = await contribute(chain, worker, datanet, people[name], rows);
    contributions[name] = made.contribution;
    const report = await curate(chain, worker, people.owner, datanet, made.contribution);
    assert.equal(report.verdict, name === 'copier' ? 'reject' : 'accept', name);
  }
  const { status } = (await chain.api.query.datanets.contributions(contributions.copier)).unwrap();
  assert.equal(status.asRejected.asDuplicate.of.toBigInt(), contributions.law);
  version = await publishVersion(chain, people.owner, datanet);
  assert.equal(version.contributions, 2);
});

test("a row is proven to come from its contributor's account", async () => {
  for (const [row, name] of [
    [0, 'law'],
    [23, 'law'],
    [24, 'music'],
    [47, 'music'],
  ]) {
    const proven = await proveRow(chain, stack.workers[1], version, row);
    assert.equal(proven.contribution, contributions[name]);
    assert.equal(
      chain.api.createType('AccountId', proven.contributor).toString(),
      chain.address(people[name]),
    );
  }
});

test('two adapters are trained; their artifacts are in the content store under the hashes on chain', async () => {
  const baseModel = await registerBaseModel(chain, sudo, contentHash(fs.readFileSync(modelWeights())));
  const lines = heldOutRows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const heldOut = await stack.workers[0].api.putContent(new TextEncoder().encode(lines));
  const kinds = new Set();
  const results = await Promise.all(
    stack.workers.map((worker, index) =>
      train(
        worker,
        {
          task: `law or music, ${index}`,
          versions: [{ datanet: version.datanet, number: version.number }],
          seed: index,
          hyper: { epochs: 2, batch_size: 8 },
          held_out: heldOut.hash,
        },
        ({ event }) => kinds.add(event),
      ),
    ),
  );
  assert.ok(kinds.has('step') && kinds.has('epoch'), 'loss and accuracy are told while it trains');
  for (const [index, result] of results.entries()) {
    adapters.push(
      await registerAdapter(chain, people.developer, {
        baseModel,
        name: `law-or-music-${index}`,
        versions: [version],
        trained: result,
        unitPrice: UNIT_PRICE,
      }),
    );
    for (const part of ['artifact', 'manifest', 'influence_index']) {
      assert.equal(u8aToHex(contentHash(await rawContent(result[part]))), result[part], part);
    }
  }
  [trained] = results;
  const manifest = JSON.parse(new TextDecoder().decode(await rawContent(trained.manifest)));
  assert.equal(manifest.adapter.replace(/^0x/, ''), trained.artifact.replace(/^0x/, ''));
  assert.deepEqual(
    manifest.contributions.map(({ id }) => BigInt(id)),
    [contributions.law, contributions.music],
  );
});

/** A content's bytes, whatever media type the worker gives them. */
async function rawContent(hash) {
  const response = await fetch(`${stack.workers[1].url}/v1/content/${hash}`);
  assert.equal(response.status, 200);
  return new Uint8Array(await response.arrayBuffer());
}

test('jobs of both adapters are settled, with influence that sums to one and within the lineage', async () => {
  const keys = await requestJobs(12);
  await ledger.allEnded(keys, { children: children() });
  settledOnce(keys);
  const lineage = new Set([Number(contributions.law), Number(contributions.music)]);
  for (const key of keys) {
    const receipt = await chain.rpc('attribution_receipt', { escrowed: Number(key.slice(4)) });
    assert.equal(
      receipt.influence.reduce((sum, { share }) => sum + share, 0),
      1_000_000,
    );
    for (const { contribution } of receipt.influence) assert.ok(lineage.has(contribution));
  }
  await booksBalance();
});

/** A channel of the saving consumer with worker `index`. */
const channelTo = (index, deposit = OPEN * 10n) =>
  openChannel(chain, people.saver, stack.workers[index], deposit);

test('a prepaid answer comes with its receipt, and is settled', async () => {
  const channel = await channelTo(0);
  const answer = await channel.ask(adapters[0], texts[0]);
  assert.ok(['law', 'music'].includes(answer.choices[0].message.content));
  const { influence, units, fee } = answer.openledger;
  assert.equal(
    influence.reduce((sum, { ppm }) => sum + ppm, 0),
    1_000_000,
  );
  assert.equal(BigInt(fee), UNIT_PRICE * BigInt(units));
  const key = `channel ${channel.id}/0`;
  await ledger.allEnded([key], { children: children() });
  settledOnce([key]);
});

test('two workers give the same influence for the same question', async () => {
  const channels = [await channelTo(0), await channelTo(1)];
  const answers = await Promise.all(channels.map((channel) => channel.ask(adapters[0], texts[1])));
  assert.deepEqual(answers[0].openledger.influence, answers[1].openledger.influence);
  await ledger.allEnded(
    channels.map(({ id }) => `channel ${id}/0`),
    { children: children() },
  );
});

test('a voucher is served once', async () => {
  const channel = await channelTo(0);
  const { api } = stack.workers[0];
  const model = `adapter:${adapters[0]}`;
  const quote = await api.quote(model, texts[2]);
  const terms = {
    adapter: adapters[0],
    text: texts[2],
    unitPrice: BigInt(quote.unit_price),
    fee: BigInt(quote.fee),
  };
  const voucher = channel.voucher(terms);
  await api.complete(model, texts[2], voucher);
  // The same request again may be answered from the record, but never for another text, and it is
  // paid for once.
  const other = channel.voucher({ ...terms, text: texts[3] }, { sequence: 0 });
  await assert.rejects(
    api.complete(model, texts[3], other),
    (error) => error.status >= 400 && error.status < 500,
  );
  await api
    .complete(model, texts[2], voucher)
    .catch((error) => assert.ok(error.status >= 400 && error.status < 500, error.message));
  const key = `channel ${channel.id}/0`;
  await ledger.allEnded([key], { children: children() });
  await sleep(6_000);
  const view = (await chain.api.query.inference.channels(channel.id)).unwrap();
  assert.equal(view.spent.toString(), quote.fee);
  settledOnce([key]);
});

/** Announces a body of so many bytes and sends none: the answer cannot get lost in an upload. */
async function announce(url, bytes) {
  const headers = { 'content-type': 'application/json', 'content-length': bytes };
  const request = http.request(url, { method: 'POST', headers });
  request.flushHeaders();
  const [response] = await once(request, 'response');
  const parts = await response.toArray();
  request.destroy();
  throw new WorkerError(response.statusCode, JSON.parse(Buffer.concat(parts).toString()), 'POST');
}

// What a worker refuses before it does any work, and the status that says whose fault it is.
const REFUSALS = [
  ['a direct question without a voucher', 402, ({ api }) => api.complete(`adapter:${adapters[0]}`, texts[0])],
  ['an unknown adapter', 404, ({ api }) => api.quote('adapter:999999', 'text')],
  [
    'broken JSON',
    400,
    ({ api }) =>
      api.request('POST', '/v1/chat/completions', {
        body: '{',
        headers: { 'content-type': 'application/json' },
      }),
  ],
  ['a hash that is none', 400, ({ api }) => api.content('0x12')],
  [
    'content that is not there',
    404,
    ({ api }) => api.content(u8aToHex(contentHash('nobody put this there'))),
  ],
  ['a row that is not there', 404, ({ api }) => api.row(trained.manifest, 99_999_999)],
  ['an unknown job', 404, ({ api }) => api.job('999999999')],
  ['an unknown training', 404, ({ api }) => api.training('999999999')],
  [
    'training on a version that is not published',
    404,
    ({ api }) => api.train({ task: 'x', versions: [{ datanet: version.datanet, number: 99 }] }),
  ],
  ['an unknown contribution', 404, ({ api }) => api.evaluate(version.datanet, 999_999)],
  ['a body that is announced as huge', 413, ({ url }) => announce(`${url}/v1/chat/completions`, 8 * 1024 * 1024)],
];

for (const [what, status, ask] of REFUSALS) {
  test(`${what} is refused with ${status} and a message`, async () => {
    await assert.rejects(ask(stack.workers[0]), (error) => {
      assert.equal(error.status, status, error.message);
      assert.ok(error.body?.error?.message?.length > 10, 'the body says what is wrong');
      return true;
    });
  });
}

test('health, readiness, models and metrics are served', async () => {
  const { api } = stack.workers[0];
  await api.get('/healthz');
  await api.ready();
  const { data } = await api.get('/v1/models');
  assert.ok(data.some(({ id }) => id === `adapter:${adapters[0]}`));
  assert.match(await api.metrics(), /^# TYPE /m);
});

test('a channel closes and the rest goes back to the consumer', async () => {
  const channel = await channelTo(0, OPEN);
  const { events } = await chain.send(chain.api.tx.inference.closeChannel(channel.id), operators[0]);
  assert.equal(chain.find(events, 'inference', 'ChannelClosed').data.refunded.toBigInt(), OPEN);
});

test('a worker killed in the middle of 50 jobs: all end once', async () => {
  const [{ api, child }] = stack.workers;
  const keys = new Set(await requestJobs(50));
  // In the middle: it has answered some of them, and nobody has collected those receipts yet.
  await waitFor(
    'a receipt in the outbox of worker-1',
    async () => {
      const { receipts } = registry.createType('ReceiptsResponse', await api.get('/v1/receipts'));
      return receipts.some(({ receipt }) => keys.has(jobKey(receipt.job))) || undefined;
    },
    { timeoutMs: 60_000, everyMs: 10, children: children() },
  );
  await child.kill();
  assert.ok([...keys].some((key) => !ledger.settled.has(key)), 'the worker was killed too late to matter');
  await sleep(3_000);
  await stack.workerReady(stack.startWorker(0, operators[0]));
  await ledger.allEnded([...keys], { children: children() });
  settledOnce(keys);
  await booksBalance();
});

// What ends the node: what an operator does, and what a power cut would.
const ENDINGS = [
  ['is stopped', (node) => node.stop()],
  ['is killed', (node) => node.kill()],
];

for (const [how, end] of ENDINGS) {
  test(`a node that ${how} and started again with jobs pending loses none`, async () => {
    for (const { child } of stack.workers) await child.stop();
    const keys = await requestJobs(8);
    // A database that is not closed may lose its last blocks, which on this chain nobody else has.
    await finalised(await chain.height());
    await end(stack.node);
    stack.startNode();
    await stack.nodeUp();
    chain.forgetNonces();
    const open = await chain.api.query.inference.jobs.entries();
    assert.equal(open.length, keys.length);
    for (const [index, operator] of operators.entries())
      await stack.workerReady(stack.startWorker(index, operator));
    await ledger.allEnded(keys, { children: children() });
    settledOnce(keys);
    await booksBalance();
  });
}

test('both workers killed and the node restarted under load: every job ends once', async () => {
  const keys = await requestJobs(20);
  await sleep(2_500);
  await Promise.all(stack.workers.map(({ child }) => child.kill()));
  await stack.node.stop();
  stack.startNode();
  await stack.nodeUp();
  chain.forgetNonces();
  for (const [index, operator] of operators.entries())
    await stack.workerReady(stack.startWorker(index, operator));
  await ledger.allEnded(keys, { children: children() });
  settledOnce(keys);
  await booksBalance();
});

test('a receipt of a worker decodes to what the chain recorded', async () => {
  const [key] = await requestJobs(1);
  await ledger.allEnded([key], { children: children() });
  const id = key.slice(4);
  const recorded = await chain.rpc('attribution_receipt', { escrowed: Number(id) });
  const answers = await mapLimited(stack.workers, 1, ({ api }) => api.job(id).catch(() => undefined));
  const job = answers.find((answer) => answer?.receipt);
  const { receipt } = decodeReceipt(job.receipt);
  assert.equal(receipt.outputHash.toHex(), recorded.outputHash);
  assert.equal(receipt.units.toNumber(), recorded.units);
  assert.ok(recorded.units * Number(UNIT_PRICE) <= Number(MAX_FEE));
});

test('a worker that validators ignore is paid when its receipts are brought by hand', async () => {
  const [worker] = stack.workers;
  await stack.node.stop();
  stack.startNode({ pool: [] });
  await stack.nodeUp();
  chain.forgetNonces();
  await stack.workerReady(worker);
  const channel = await channelTo(0);
  // The worker may still be reading the blocks that it missed.
  await waitFor(
    'the worker to know the channel',
    async () => {
      const json = { model: `adapter:${adapters[0]}`, input: texts[4], channel: Number(channel.id) };
      return (await worker.api.request('POST', '/v1/quote', { json })).channel;
    },
    { timeoutMs: 60_000, children: children() },
  );
  await channel.ask(adapters[0], texts[4]);
  const key = `channel ${channel.id}/0`;
  await sleep(6_000);
  assert.ok(!ledger.settled.has(key), 'a validator has brought it');

  const secret = path.join(folder, 'bringer');
  fs.writeFileSync(secret, '//Test//saver', { mode: 0o600 });
  const options = ['--node', stack.nodeUrl, '--worker', worker.url, '--key', secret];
  const script = fileURLToPath(new URL('../../scripts/submit-receipts.sh', import.meta.url));
  const { stdout } = await promisify(execFile)(script, options);
  assert.match(stdout, new RegExp(`^c${channel.id}-0: settled in block 0x`, 'm'));
  await ledger.allEnded([key], { children: children() });
  settledOnce([key]);
  await booksBalance();
});

test('total issuance is what it was', async () => {
  assert.equal((await chain.api.query.balances.totalIssuance()).toBigInt(), issuance);
  await ledger.stop();
});
