// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// ./scripts/network.sh, as people use it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { isRunning } from '../../scripts/network/state.js';
import { Chain } from '../lib/chain.js';
import { binary } from '../lib/places.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { sleep, waitFor } from '../lib/wait.js';

const script = fileURLToPath(new URL('../../scripts/network.sh', import.meta.url));
// Each node compiles its runtime if nothing has done so yet.
const UP_MS = 15 * 60_000;
const VALIDATORS = 5;

const parent = newTestFolder('network-script');
const folder = path.join(parent, 'network');
let started;

/** Runs the script on the test's folder, without building: the exit code and all that it prints. */
function network(...words) {
  const env = { ...process.env, NO_COLOR: '1', OPENLEDGER_BIN_DIR: path.dirname(binary('openledger-node')) };
  return new Promise((resolve) => {
    execFile(script, [...words, '--folder', folder], { env, timeout: UP_MS }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, text: stdout + stderr }),
    );
  });
}

const readState = () => JSON.parse(fs.readFileSync(path.join(folder, 'network.json')));

before(async () => {
  started = await network('up', '--validators', String(VALIDATORS));
});

after(async () => {
  await network('down');
  removeTestFolder(parent);
});

test('up starts validators and workers that outlive it', () => {
  assert.equal(started.code, 0, started.text);
  const { validators, workers } = readState();
  assert.deepEqual([validators.length, workers.length], [VALIDATORS, 2]);
  for (const one of [...validators, ...workers]) assert.ok(isRunning(one), one.name);
});

test('all validators are those of the chain', async () => {
  const chain = await Chain.connect(`ws://127.0.0.1:${readState().validators[0].ports.rpc}`);
  const elected = await chain.api.query.session.validators();
  await chain.disconnect();
  assert.equal(elected.length, VALIDATORS);
});

test('a validator beyond the four of the preset makes blocks', async () => {
  const { ports } = readState().validators[VALIDATORS - 1];
  const made = /^substrate_proposer_block_constructed_count\S* (\d+)$/m;
  await waitFor(
    'a block of validator-5',
    async () => {
      const text = await (await fetch(`http://127.0.0.1:${ports.prometheus}/metrics`)).text();
      return Number(made.exec(text)?.[1]) > 0 || undefined;
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );
});

test('Prometheus is told of all of them', () => {
  const targets = JSON.parse(fs.readFileSync(path.join(folder, 'prometheus-targets.json')));
  assert.equal(targets.length, VALIDATORS + 2);
});

test('status lists all, and its exit code says that they run', async () => {
  const { code, text } = await network('status');
  assert.equal(code, 0, text);
  for (const name of ['alice', 'bob', 'charlie', 'dave', 'validator-5'])
    assert.match(text, new RegExp(`^ *${name} +\\d+ +runs +\\d+ +\\d+ +${VALIDATORS - 1} `, 'm'));
  for (const name of ['worker-1', 'worker-2']) assert.match(text, new RegExp(`^ *${name} +\\d+ +ready `, 'm'));
});

test('up is refused while they run', async () => {
  const { code, text } = await network('up');
  assert.equal(code, 1);
  assert.match(text, /still run: see status, or down first/);
});

test('status says which one has ended, and its exit code that not all run', async () => {
  const [, worker] = readState().workers;
  process.kill(worker.pid, 'SIGKILL');
  while (isRunning(worker)) await sleep(50);
  const { code, text } = await network('status');
  assert.equal(code, 1);
  assert.match(text, /^ *worker-2 +- +ended /m);
});

test('down stops all and keeps the data', async () => {
  const { validators, workers } = readState();
  const { code, text } = await network('down');
  assert.equal(code, 0, text);
  assert.deepEqual([...validators, ...workers].filter(isRunning), []);
  assert.ok(fs.existsSync(path.join(folder, 'validator-5', 'data')));
});

test('the number of validators of a folder stays', async () => {
  const { code, text } = await network('up', '--validators', String(VALIDATORS + 1));
  assert.equal(code, 1);
  assert.match(text, new RegExp(`has ${VALIDATORS} validators: down --delete first`));
});

test('a number of validators that cannot be is refused', async () => {
  for (const count of ['3', '17', '4.5', 'many']) {
    const { code, text } = await network('up', '--validators', count);
    assert.equal(code, 1, count);
    assert.match(text, /--validators takes a number from 4 to 16/);
  }
});

test('down --delete deletes the folder', async () => {
  assert.equal((await network('down', '--delete')).code, 0);
  assert.ok(!fs.existsSync(folder));
});

test('status without a network says so', async () => {
  const { code, text } = await network('status');
  assert.equal(code, 1);
  assert.match(text, /there is no network in .*: start one with up/);
});
