// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// web3.py, by the program beside this.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { testPython } from '../lib/places.js';
import { within } from '../lib/wait.js';

const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'web3_client.py');

export function web3pyStories(context) {
  const user = context.actor('web3.py user');

  test('web3.py deploys, calls, filters, is refused and pays', async () => {
    const child = spawn(testPython(), [program, context.url, user.privateKey], { stdio: 'pipe' });
    const parts = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(part));
    child.stdin.end(JSON.stringify(context.contracts.Token));
    const ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const code = await within(ended, 180_000, 'web3.py does not end').finally(() => child.kill());
    const said = Buffer.concat(parts).toString();
    assert.equal(code, 0, said);
    assert.match(said, /done/);
  });
}
