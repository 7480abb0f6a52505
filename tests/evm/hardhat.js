// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Hardhat's tests of contracts/ that need a node, against this one.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { within } from '../lib/wait.js';

const contracts = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../contracts');

export function hardhatStories(context) {
  test('the tests of contracts/ pass on this node', async (t) => {
    const child = spawn('npm', ['run', '--silent', 'node'], {
      cwd: contracts,
      env: { ...process.env, OPENLEDGER_RPC: context.url, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what npm starts is ended with it.
      detached: true,
    });
    const parts = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(part));
    const ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const said = () => Buffer.concat(parts).toString();
    let code;
    try {
      code = await within(ended, 1_200_000, () => `Hardhat does not end:\n${said()}`);
    } finally {
      if (child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    }
    for (const line of said().trimEnd().split('\n').slice(-8)) t.diagnostic(line);
    if (code !== 0) throw new Error(`Hardhat ended with ${code}:\n${said()}`);
  });
}
