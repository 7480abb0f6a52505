// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A node that is started again answers about earlier blocks as before.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { id } from 'ethers';

export function restartStories(context) {
  const sender = context.actor('restart sender');

  test('blocks, receipts and logs outlive a restart; filters do not', async () => {
    const { rpc } = context;
    const emitter = await context.deploy(sender, 'Emitter');
    const { hash } = await emitter.emitOne(1, id('restart'), 2);
    const receipt = await rpc.receipt(hash);
    const filter = await rpc.call('eth_newBlockFilter');
    const ask = async () => {
      const logs = await rpc.call('eth_getLogs', { address: emitter.target, fromBlock: '0x0' });
      const block = await rpc.call('eth_getBlockByHash', receipt.blockHash, true);
      return [await rpc.call('eth_getTransactionReceipt', hash), logs, block];
    };
    const before = await ask();
    assert.equal(before[1].length, 2);
    await context.restart();
    assert.deepEqual(await ask(), before);
    const { message } = await rpc.refusal('eth_getFilterChanges', filter);
    assert.match(message, /filter not found/);
    await rpc.blocks(2);
  });
}
