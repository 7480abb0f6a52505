// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Four validators: finality needs three of them, blocks need one.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Network } from '../lib/network.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { sleep, waitFor } from '../lib/wait.js';

const folder = newTestFolder('network-finality');
const network = new Network({ folder });
const [alice, bob, charlie, dave] = network.validators;

before(async () => {
  await network.prepare();
  await network.start();
});

after(async () => {
  await network.stop();
  removeTestFolder(folder);
});

test('four validators finalise the same chain', async () => {
  await network.agreeOn(3, 120_000);
});

test('each of the four makes blocks', async () => {
  const authorities = new Set();
  await waitFor(
    'a block of each validator',
    async () => {
      const { digest } = await alice.rpc('chain_getHeader');
      authorities.add(authorityOf(digest));
      return authorities.size === 4 || undefined;
    },
    { timeoutMs: 120_000, everyMs: 500, children: network.children },
  );
});

/** The authority index in a header's BABE pre-digest. */
function authorityOf({ logs }) {
  for (const log of logs) {
    const bytes = Buffer.from(log.slice(2), 'hex');
    // DigestItem::PreRuntime, the engine "BABE", the length, then the kind of slot and the index.
    if (bytes[0] === 6 && bytes.toString('latin1', 1, 5) === 'BABE') {
      // The pre-digest is longer than 63 bytes with a VRF: its length then takes two bytes.
      const start = 5 + ((bytes[5] & 0b11) === 0 ? 1 : 2);
      return bytes.readUInt32LE(start + 1);
    }
  }
  throw new Error(`no BABE pre-digest among ${logs.join(', ')}`);
}

test('with one validator killed, finality goes on', async () => {
  await dave.child.kill();
  const final = await alice.finalized();
  await network.agreeOn(final + 5, 120_000);
});

test('with two validators killed, finality stops and blocks go on', async () => {
  await charlie.child.kill();
  // Votes that were under way may still end a round.
  await sleep(6_000);
  const [final, height] = [await alice.finalized(), await alice.height()];
  await waitFor(
    'five more blocks',
    async () => (await alice.height()) >= height + 5 || undefined,
    { timeoutMs: 120_000, everyMs: 500, children: network.children },
  );
  assert.equal(await alice.finalized(), final);
  assert.equal(await bob.finalized(), final);
});

test('finality recovers when they return, over all blocks made meanwhile', async () => {
  const height = await alice.height();
  for (const validator of [charlie, dave]) validator.start();
  for (const validator of [charlie, dave]) await validator.up();
  await network.agreeOn(height + 2, 240_000);
});
