// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Nodes that come later: by warp sync, and as an archive.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Network } from '../lib/network.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { waitFor } from '../lib/wait.js';

const folder = newTestFolder('network-sync');
const network = new Network({ folder });
const [alice] = network.validators;

/** twox128("Timestamp") and twox128("Now"): in every block's state. */
const NOW = '0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb';

before(async () => {
  await network.prepare();
  await network.start();
  await network.agreeOn(12, 240_000);
});

after(async () => {
  await network.stop();
  removeTestFolder(folder);
});

/** Starts a node with these options and waits until it holds final what Alice does. */
async function join(name, options) {
  const node = await network.addNode(name);
  node.start(options);
  await node.up();
  await node.finalizes(await alice.finalized(), 180_000);
  return node;
}

test('a node that warps to the head has its state and follows', async () => {
  const node = await join('warped', ['--sync', 'warp']);
  assert.match(node.child.log(), /Warp sync is complete/);
  const final = await node.finalized();
  assert.ok(await node.rpc('state_getStorage', NOW, await node.hashAt(final)));
  await node.finalizes(final + 3, 120_000);
  await node.child.kill();
});

test('a node that warped fetches the blocks before', async () => {
  const node = await join('warped-again', ['--sync', 'warp']);
  await waitFor(
    'block 1',
    async () => {
      const block = await node.rpc('chain_getBlock', await node.hashAt(1));
      return block?.block.header.number === '0x1' || undefined;
    },
    { timeoutMs: 120_000, children: [node.child] },
  );
  await node.child.kill();
});

test('an archive answers for the state of every block', async () => {
  const node = await join('archive', ['--state-pruning', 'archive', '--blocks-pruning', 'archive']);
  const final = await node.finalized();
  for (let number = 1; number <= final; number += 1) {
    assert.ok(await node.rpc('state_getStorage', NOW, await node.hashAt(number)), `block ${number}`);
  }
  await node.child.stop();
});

test('what an archive keeps cannot be changed by a later start', async () => {
  const node = await network.addNode('archive');
  node.start(['--state-pruning', '256']);
  await node.child.exited;
  assert.match(node.child.log(), /^Error: .*pruning/im);
});
