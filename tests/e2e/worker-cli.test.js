// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The worker's command line, where no chain is needed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';

import { ed25519Verify } from '@polkadot/util-crypto';

import { domainHash, hexToU8a } from '../lib/bytes.js';
import { account } from '../lib/chain.js';
import { binary } from '../lib/places.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';

const folder = newTestFolder('e2e-cli');
after(() => removeTestFolder(folder));

const key = path.join(folder, 'receipts.key');
const worker = (args, env = {}) =>
  spawnSync(binary('openledger-worker'), args, {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, ...env },
  });

const run = (env) =>
  worker(
    [
      'run',
      '--node',
      'ws://127.0.0.1:9',
      '--listen',
      '127.0.0.1:0',
      '--key',
      key,
      '--account',
      account('//Test//operator').address,
      '--data',
      path.join(folder, 'data'),
    ],
    env,
  );

test('a new key can be read by its owner only', () => {
  assert.equal(worker(['key', 'generate', '--out', key]).status, 0);
  assert.equal(fs.statSync(key).mode & 0o777, 0o600);
});

test('a key is never overwritten', () => {
  const before = fs.readFileSync(key, 'utf8');
  assert.notEqual(worker(['key', 'generate', '--out', key]).status, 0);
  assert.equal(fs.readFileSync(key, 'utf8'), before);
});

test('the registration proof is for its chain and account', () => {
  const genesis = `0x${'07'.repeat(32)}`;
  const operator = account('//Test//operator');
  const { status, stdout, stderr } = worker([
    'key',
    'prove',
    '--key',
    key,
    '--genesis',
    genesis,
    '--account',
    operator.address,
  ]);
  assert.equal(status, 0, stderr);
  const { receiptKey, proof } = JSON.parse(stdout);
  assert.ok(
    ed25519Verify(
      domainHash('openledger/worker/v1', hexToU8a(genesis), operator.addressRaw),
      proof,
      receiptKey,
    ),
  );
});

test('a missing ONNX Runtime is named, with how to get it, and the exit code is 1', () => {
  const missing = path.join(folder, 'libonnxruntime.so');
  const { status, stdout, stderr } = run({ ORT_DYLIB_PATH: missing });
  assert.equal(status, 1);
  assert.match(stdout + stderr, /libonnxruntime\.so/);
  assert.match(stdout + stderr, /scripts\/setup\.sh/);
});

test('a missing base model is named, with how to get it, and the exit code is 1', () => {
  const missing = path.join(folder, 'no-model');
  const { status, stdout, stderr } = run({ OPENLEDGER_MODEL_DIR: missing });
  assert.equal(status, 1);
  assert.match(stdout + stderr, /no-model/);
  assert.match(stdout + stderr, /scripts\/setup\.sh/);
});
