// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A node that is started again answers about earlier blocks as before: after it was stopped, after it was
// killed, and with an index that is built anew.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { id } from 'ethers';

import { waitFor } from '../lib/wait.js';

export function restartStories(context) {
  const sender = context.actor('restart sender');
  let rpc;
  let emitter;

  before(async () => {
    ({ rpc } = context);
    emitter = await context.deploy(sender, 'Emitter');
  });

  /** Emits, and gives a function that asks for all there is about it. */
  async function happening(name) {
    const { hash } = await emitter.emitOne(1, id(name), 2);
    const { blockHash, blockNumber } = await rpc.receipt(hash);
    return async () => ({
      receipt: await rpc.call('eth_getTransactionReceipt', hash),
      logs: await rpc.call('eth_getLogs', { address: emitter.target, fromBlock: blockNumber, toBlock: blockNumber }),
      block: await rpc.call('eth_getBlockByHash', blockHash, true),
    });
  }

  test('blocks, receipts and logs outlive a restart; filters do not', async () => {
    const ask = await happening('restart');
    const filter = await rpc.call('eth_newBlockFilter');
    const before = await ask();
    assert.equal(before.logs.length, 2);
    await context.restart();
    assert.deepEqual(await ask(), before);
    const { message } = await rpc.refusal('eth_getFilterChanges', filter);
    assert.match(message, /filter not found/);
    await rpc.blocks(2);
  });

  test('a node that is killed comes back with its blocks, receipts and logs', async () => {
    const ask = await happening('kill');
    // The database keeps what it was given; what it was not yet given is made again.
    await rpc.blocks(1);
    const before = await ask();
    await context.restart({ kill: true });
    // The index catches up with the chain.
    await waitFor('the receipt', async () => (await ask()).receipt ?? undefined, { timeoutMs: 60_000 });
    assert.deepEqual(await ask(), before);
    await rpc.blocks(2);
  });

  test('an index that is built anew says the same', async () => {
    const ask = await happening('rebuild');
    const before = await ask();
    await context.restart({ more: ['--ethereum-rebuild-index'] });
    await waitFor('the receipt', async () => (await ask()).receipt ?? undefined, { timeoutMs: 60_000 });
    assert.deepEqual(await ask(), before);
    assert.match(context.node.log(), /The index of Ethereum blocks is built anew/);
    await rpc.blocks(2);
  });
}
