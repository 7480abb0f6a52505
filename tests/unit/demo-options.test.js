// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What ./scripts/demo.sh refuses before it installs or builds anything.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../scripts/demo/check-options.js', import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openledger-options-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const inFolder = (name) => path.join(folder, name);
const row = (text) => `${JSON.stringify({ text, label: 'a' })}\n`;

/** A folder of data with one contributor's file. */
function data(name, content) {
  fs.mkdirSync(path.join(inFolder(name), 'anna'), { recursive: true });
  fs.writeFileSync(path.join(inFolder(name), 'anna', 'rows.jsonl'), content);
  return inFolder(name);
}

const check = (...options) =>
  spawnSync(process.execPath, [script, ...options], { encoding: 'utf8', cwd: folder, timeout: 30_000 });

/** That the options are refused, and what is said. */
function refused(options, message) {
  const { status, stderr } = check(...options);
  assert.equal(status, 2, stderr);
  assert.match(stderr, message);
  return stderr;
}

test('good options are accepted without a word', () => {
  const { status, stdout, stderr } = check(
    ...['--once', '--free-ports', '--requests', '4', '--epochs', '1'],
    ...['--json', 'out.json', '--data', data('good', row('one') + row('two'))],
  );
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
});

test('every option is in the help text', () => {
  const { status, stdout } = check('--help');
  assert.equal(status, 0);
  for (const option of ['once', 'json', 'data', 'requests', 'epochs', 'free-ports', 'keep', 'help'])
    assert.match(stdout, new RegExp(`^  --${option} `, 'm'));
});

test('an unknown option is answered with the help text', () => {
  assert.match(refused(['--twice'], /--twice/), /^Usage: /m);
});

test('a number that makes no sense is refused', () => {
  refused(['--requests', '3'], /--requests takes a number from 4 on/);
  refused(['--epochs', 'many'], /--epochs takes a number from 1 on/);
});

test('a result in a folder that is not there is refused', () => {
  refused(['--json', 'nowhere/out.json'], /--json: there is no folder .*nowhere/);
});

test('a result that is a folder is refused', () => {
  refused(['--json', folder], /--json: .* is a folder/);
});

test('data that are not there are refused', () => {
  refused(['--data', 'nowhere'], /--data: there is no folder .*nowhere/);
});

test('data without rows are refused', () => {
  fs.mkdirSync(inFolder('empty'));
  refused(['--data', 'empty'], /--data: .*empty has no folder with \.jsonl files/);
});

test('a row that is none is named by its file and line', () => {
  refused(['--data', data('bad', `${row('one')}{"text": "two"}\n`)], /--data: .*rows\.jsonl, line 2: expected/);
});

test('a refused file is told in one line', () => {
  const said = refused(['--data', 'nowhere'], /error:/);
  assert.equal(said.trimEnd().split('\n').length, 1, said);
});
