// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The serving graph, judged by ONNX itself.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { binary, testPython } from '../lib/places.js';
import { runCommand } from '../lib/processes.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';

const folder = newTestFolder('e2e-onnx');
after(() => removeTestFolder(folder));

const checker = fileURLToPath(new URL('../../inference-worker/serving/tests/check_onnx.py', import.meta.url));
const check = (graph) => spawnSync(testPython(), [checker, graph], { encoding: 'utf8' });

test('onnx.checker accepts the graph that is exported from the base model', () => {
  const graph = runCommand(binary('examples/export_onnx'), [folder]).trim();
  const { status, stdout, stderr } = check(graph);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^valid: \d+ operators/);
});

test('onnx.checker refuses a file that is no graph', () => {
  const file = `${folder}/broken.onnx`;
  fs.writeFileSync(file, 'broken');
  assert.notEqual(check(file).status, 0);
});
