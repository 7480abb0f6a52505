// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The demo, run as ./scripts/demo.sh runs it once all is built, on little data: that it ends, what it
// writes, and that it leaves nothing behind. What its models reach takes whole epochs, and is not
// looked at here.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { readDataset, writeDataset } from '../../scripts/demo/dataset.js';
import { prepareWordnetDatasets } from '../../scripts/demo/wordnet-datasets.js';
import { wordnetArchive } from '../lib/places.js';
import { Supervisor } from '../lib/processes.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { sleep, waitFor, within } from '../lib/wait.js';

const main = fileURLToPath(new URL('../../scripts/demo/main.js', import.meta.url));
const REQUESTS = 12;
const ROWS = 24;
// A busy machine may compile the runtime first.
const JOB_MS = 15 * 60_000;
const STOP_MS = 60_000;

const folder = newTestFolder('e2e-demo');
const supervisor = new Supervisor(path.join(folder, 'logs'));
const data = path.join(folder, 'law-and-music');

/** Three who are honest, one whose labels are wrong, and one who copies. */
function writeData() {
  const all = readDataset(prepareWordnetDatasets(wordnetArchive(), path.join(folder, 'datasets')).topics);
  const rowsOf = (name, from, count = ROWS) =>
    all.contributors.find((contributor) => contributor.name === name).rows.slice(from, from + count);
  const [law, music] = [
    { label: 'law', rows: (from, count) => rowsOf('amara', from, count) },
    { label: 'music', rows: (from, count) => rowsOf('goran', from, count) },
  ];
  const half = ROWS / 2;
  const relabelled = (rows, label) => rows.map(({ text }) => ({ text, label }));
  writeDataset(data, {
    contributors: [
      { name: 'amara', kind: 'honest', rows: law.rows(0) },
      { name: 'goran', kind: 'honest', rows: music.rows(0) },
      { name: 'hana', kind: 'honest', rows: [...law.rows(ROWS, half), ...music.rows(ROWS, half)] },
      {
        name: 'igor',
        kind: 'wrong-label',
        rows: [
          ...relabelled(law.rows(ROWS + half, half), music.label),
          ...relabelled(music.rows(ROWS + half, half), law.label),
        ],
      },
      {
        name: 'jules',
        kind: 'copier',
        rows: music.rows(0).map(({ text, label }, i) => ({ text: i % 2 ? text : `${text}.`, label })),
      },
    ],
    heldOut: all.heldOut.filter(({ label }) => label === law.label || label === music.label),
  });
}

/** Starts the demo. Whatever it starts inherits a mark, by which it is found. */
function startDemo(name, ...options) {
  const mark = `OPENLEDGER_TEST_MARK=${randomUUID()}`;
  const [key, value] = mark.split('=');
  const args = [main, '--free-ports', '--data', data, '--epochs', '2', ...options];
  const child = supervisor.start(name, process.execPath, args, { env: { [key]: value } });
  return { child, mark };
}

/** The command lines of the processes that have a mark. */
function marked(mark) {
  const read = (pid, file) => fs.readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return read(pid, 'environ').includes(mark) ? [read(pid, 'cmdline').join(' ')] : [];
      } catch {
        // It has ended, or is not ours.
        return [];
      }
    });
}

async function leavesNothing({ mark }) {
  // What was killed may take a moment to be gone.
  for (let i = 0; i < 20 && marked(mark).length > 0; i += 1) await sleep(100);
  assert.deepEqual(marked(mark), []);
}

before(() => writeData());

after(async () => {
  await supervisor.stopAll();
  removeTestFolder(folder);
});

describe('--once', () => {
  let demo;
  let result;
  const named = (name) => result.contributors.find((contributor) => contributor.name === name);
  const perRow = ({ earned, rows }) => BigInt(earned) / BigInt(rows);

  before(async () => {
    const file = path.join(folder, 'out.json');
    demo = startDemo('demo-once', '--once', '--json', file, '--requests', String(REQUESTS));
    await within(demo.child.exited, JOB_MS, () => `the demo has not ended; ${demo.child.describeLog()}`);
    assert.equal(demo.child.how, 'ended with exit code 0', demo.child.describeEnd());
    result = JSON.parse(fs.readFileSync(file, 'utf8'));
  });

  test('the demo leaves no process behind', () => leavesNothing(demo));

  test('what was paid in is paid out, to the planck', () => {
    assert.match(result.paid_in, /^[1-9]\d*$/);
    assert.equal(result.paid_out, result.paid_in);
  });

  test('every job that was asked is settled', () => {
    assert.deepEqual(result.jobs, { requested: REQUESTS, settled: REQUESTS, refunded: 0 });
  });

  test('every contributor of both Datanets is in the result', () => {
    const names = result.contributors.map(({ name }) => name);
    const own = ['amara', 'goran', 'hana', 'igor', 'jules'];
    assert.deepEqual(names.slice(0, own.length), own);
    assert.equal(names.length, own.length + 4);
    for (const { name, account, kind, rows, influence_ppm: influence, earned } of result.contributors) {
      assert.match(account, /^[1-9A-HJ-NP-Za-km-z]{46,}$/, name);
      assert.ok(['honest', 'wrong-label', 'copier'].includes(kind), name);
      assert.ok(Number.isInteger(rows) && rows > 0, name);
      assert.ok(Number.isInteger(influence) && influence >= 0, name);
      assert.match(earned, /^\d+$/, name);
    }
    assert.equal(new Set(result.contributors.map(({ account }) => account)).size, names.length);
  });

  test('the kinds of contributors are those of the data', () => {
    assert.equal(named('hana').kind, 'honest');
    assert.equal(named('igor').kind, 'wrong-label');
    assert.equal(named('jules').kind, 'copier');
  });

  test('shares of influence sum to one, but for rounding', () => {
    const sum = result.contributors.reduce((all, { influence_ppm: influence }) => all + influence, 0);
    assert.ok(Math.abs(sum - 1_000_000) <= result.contributors.length, `they sum to ${sum}`);
  });

  test('whoever copied was rejected on chain and earned nothing', () => {
    assert.match(demo.child.log(), /contribution \d+ of jules: .*: rejected, on chain \{"Duplicate"/);
    assert.equal(named('jules').earned, '0');
    assert.equal(named('jules').influence_ppm, 0);
  });

  test('a row with a wrong label earned far less than an honest one', () => {
    const honest = ['amara', 'goran', 'hana'].map((name) => perRow(named(name)));
    const [, median] = honest.sort((a, b) => (a < b ? -1 : 1));
    assert.ok(median > 0n);
    const wrong = perRow(named('igor'));
    assert.ok(wrong * 2n < median, `${wrong} planck per row beside ${median}`);
  });

  test('both adapters are there with their accuracy and that of the baseline', () => {
    assert.equal(result.adapters.length, 2);
    for (const { id, accuracy, baseline_accuracy: baseline } of result.adapters) {
      assert.ok(Number.isInteger(id));
      for (const part of [accuracy, baseline]) assert.ok(part > 0 && part <= 1, String(part));
    }
  });

  test('latency and memory are measured', () => {
    const { latency_ms: latency, memory_mb: memory } = result;
    assert.ok(latency.p50 > 0 && latency.p50 <= latency.p99, JSON.stringify(latency));
    assert.ok(memory.node > 0, JSON.stringify(memory));
    assert.equal(memory.workers.length, 2);
    for (const worker of memory.workers) assert.ok(worker > 0, JSON.stringify(memory));
  });

  test('a contract got its answer, and who influenced it', () => {
    const { answer, influence } = result.contract;
    assert.ok(['law', 'music'].includes(JSON.parse(answer).label), answer);
    assert.equal(
      influence.reduce((sum, { share }) => sum + share, 0),
      1_000_000,
    );
  });
});

describe('without --once', () => {
  let demo;

  before(async () => {
    demo = startDemo('demo-stays', '--requests', '4');
    await waitFor('the main job', () => /Everything stays up/.test(demo.child.log()) || undefined, {
      timeoutMs: JOB_MS,
      children: [demo.child],
    });
  });

  const address = (what) => new RegExp(`^ *${what} +\\S+//(127\\.0\\.0\\.1:\\d+)`, 'm').exec(demo.child.log())[1];

  test('the node stays up where the demo says', async () => {
    const response = await fetch(`http://${address('node RPC')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chain_getHeader', params: [] }),
    });
    assert.ok(Number((await response.json()).result.number) > 0);
  });

  test('the workers stay up where the demo says', async () => {
    for (const worker of ['worker-1', 'worker-2'])
      assert.equal((await fetch(`http://${address(worker)}/readyz`)).status, 200, worker);
  });

  test('Ctrl-C stops it all and deletes what it made', async () => {
    const [, logs] = /^ *logs +(\S+)$/m.exec(demo.child.log());
    assert.ok(fs.existsSync(logs));
    process.kill(demo.child.pid, 'SIGINT');
    await within(demo.child.exited, STOP_MS, () => `the demo goes on; ${demo.child.describeLog()}`);
    assert.equal(demo.child.how, 'ended with exit code 130');
    await leavesNothing(demo);
    assert.ok(!fs.existsSync(path.dirname(logs)), `${path.dirname(logs)} is left`);
  });
});
