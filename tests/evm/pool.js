// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Transactions before they are in a block: seen, counted, replaced; and two thousand at once.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Transaction } from 'ethers';

import { Chain } from '../lib/chain.js';
import { RUNTIME_PALLETS } from '../lib/evm-accounts.js';
import { DEVELOPERS, fundEach, quantity, signer, wallet } from '../lib/evm.js';
import { waitFor } from '../lib/wait.js';

const GWEI = 10n ** 9n;

export function poolStories(context) {
  const sender = context.actor('pool sender');
  const receiver = wallet('pool receiver');
  let rpc;
  let sign;
  let price;

  before(async () => {
    rpc = context.rpc;
    sign = await signer(rpc, sender);
    price = 2n * BigInt(await rpc.call('eth_gasPrice'));
  });

  const fees = (tip) => ({ type: 2, maxFeePerGas: price + tip, maxPriorityFeePerGas: tip });

  test('a waiting transaction is seen, without a block', async () => {
    await rpc.blocks();
    const raw = await sign({ to: receiver.address, value: GWEI });
    const hash = await rpc.call('eth_sendRawTransaction', raw);
    const [found, receipt, waiting] = await Promise.all([
      rpc.call('eth_getTransactionByHash', hash),
      rpc.call('eth_getTransactionReceipt', hash),
      rpc.call('eth_pendingTransactions'),
    ]);
    assert.equal(hash, Transaction.from(raw).hash);
    assert.deepEqual([found.hash, found.blockNumber, found.blockHash], [hash, null, null]);
    assert.equal(receipt, null);
    assert.ok(waiting.some((one) => one.hash === hash));
    await rpc.receipt(hash);
    assert.equal(Number((await rpc.call('eth_getTransactionByHash', hash)).blockNumber) > 0, true);
  });

  test('the pending count has what waits, the latest has not', async () => {
    await rpc.blocks();
    const [raw, next] = [await sign({ to: receiver.address }), await sign({ to: receiver.address })];
    const before = Number(await rpc.call('eth_getTransactionCount', sender.address, 'latest'));
    const hashes = [];
    for (const one of [raw, next]) hashes.push(await rpc.call('eth_sendRawTransaction', one));
    const count = (tag) => rpc.call('eth_getTransactionCount', sender.address, tag).then(Number);
    assert.deepEqual([await count('pending'), await count('latest')], [before + 2, before]);
    for (const hash of hashes) await rpc.receipt(hash);
    assert.deepEqual([await count('pending'), await count('latest')], [before + 2, before + 2]);
  });

  test('what cannot go into a block yet is queued, and goes when the gap closes', async () => {
    await rpc.blocks();
    const [first, second] = [await sign({ to: receiver.address }), await sign({ to: receiver.address })];
    const { nonce } = Transaction.from(second);
    const later = await rpc.call('eth_sendRawTransaction', second);
    const { queued } = await rpc.call('txpool_content');
    const mine = Object.entries(queued).find(([from]) => from.toLowerCase() === sender.address.toLowerCase());
    assert.equal(mine[1][nonce].hash, later);
    await rpc.blocks(2);
    assert.equal(await rpc.call('eth_getTransactionReceipt', later), null);
    await rpc.send(first);
    await rpc.receipt(later);
  });

  test("the pool's content, its summary and its size agree", async () => {
    await rpc.blocks();
    const hash = await rpc.call('eth_sendRawTransaction', await sign({ to: receiver.address }));
    const [content, summary, status] = await Promise.all(
      ['txpool_content', 'txpool_inspect', 'txpool_status'].map((method) => rpc.call(method)),
    );
    const all = Object.values(content.pending).flatMap((byNonce) => Object.values(byNonce));
    assert.ok(all.some((one) => one.hash === hash));
    const lines = Object.values(summary.pending).flatMap((byNonce) => Object.values(byNonce));
    assert.ok(lines.some((line) => line.toLowerCase().startsWith(receiver.address.toLowerCase())), lines[0]);
    assert.ok(Number(status.pending) >= 1);
    await rpc.receipt(hash);
  });

  test("the pool's content of one sender is what that sender has there", async () => {
    await rpc.blocks();
    const [next, later] = [await sign({ to: receiver.address }), await sign({ to: receiver.address })];
    await sign({ to: receiver.address });
    const afterGap = await sign({ to: receiver.address });
    const hashes = [];
    for (const raw of [next, later, afterGap]) hashes.push(await rpc.call('eth_sendRawTransaction', raw));
    const [first, second, third] = [next, later, afterGap].map((raw) => Transaction.from(raw));
    const { pending, queued } = await rpc.call('txpool_contentFrom', sender.address);
    assert.deepEqual(
      Object.entries(pending).map(([nonce, { hash }]) => [Number(nonce), hash]),
      [
        [first.nonce, first.hash],
        [second.nonce, second.hash],
      ],
    );
    assert.deepEqual(
      Object.entries(queued).map(([nonce, { hash }]) => [Number(nonce), hash]),
      [[third.nonce, third.hash]],
    );
    const others = await rpc.call('txpool_contentFrom', receiver.address);
    assert.deepEqual(others, { pending: {}, queued: {} });
    await rpc.send(await sign({ to: receiver.address, nonce: third.nonce - 1 }));
    for (const hash of hashes) await rpc.receipt(hash);
  });

  test('a replacement that pays too little more is refused', async () => {
    await rpc.blocks();
    const raw = await sign({ to: receiver.address, value: 1n, ...fees(10n * GWEI) });
    const { nonce, hash } = Transaction.from(raw);
    await rpc.call('eth_sendRawTransaction', raw);
    const little = await sign({ to: receiver.address, value: 2n, nonce, ...fees((105n * GWEI) / 10n) });
    const error = await rpc.refusal('eth_sendRawTransaction', little);
    assert.match(error.message, /replacement transaction underpriced/);
    await rpc.receipt(hash);
  });

  test('a replacement that pays a tenth more takes the place', async () => {
    await rpc.blocks();
    const raw = await sign({ to: receiver.address, value: 1n, ...fees(10n * GWEI) });
    const { nonce, hash } = Transaction.from(raw);
    await rpc.call('eth_sendRawTransaction', raw);
    const more = { type: 2, maxFeePerGas: 2n * (price + 10n * GWEI), maxPriorityFeePerGas: 20n * GWEI };
    const second = await sign({ to: receiver.address, value: 2n, nonce, ...more });
    const receipt = await rpc.send(second);
    assert.equal(Number(receipt.status), 1);
    assert.equal(await rpc.call('eth_getTransactionByHash', hash), null);
  });

  test('the one that pays more is earlier in a block', async () => {
    // Two accounts: the order within one is the nonce's.
    const [low, high] = [wallet('pool low'), wallet('pool high')];
    await fundEach(rpc, DEVELOPERS.baltathar, [low.address, high.address], '1');
    const [signLow, signHigh] = [await signer(rpc, low), await signer(rpc, high)];
    await rpc.blocks();
    const cheap = await rpc.call(
      'eth_sendRawTransaction',
      await signLow({ to: receiver.address, ...fees(0n) }),
    );
    const dear = await rpc.call(
      'eth_sendRawTransaction',
      await signHigh({ to: receiver.address, ...fees(50n * GWEI) }),
    );
    const [first, second] = [await rpc.receipt(dear), await rpc.receipt(cheap)];
    assert.equal(first.blockNumber, second.blockNumber, 'the slot ended between the two');
    assert.ok(Number(first.transactionIndex) < Number(second.transactionIndex));
  });

  test('the tip of a call of the runtime, which is not paid, does not make it earlier', async () => {
    const [calling, paying] = [wallet('pool calling'), wallet('pool paying')];
    await fundEach(rpc, DEVELOPERS.baltathar, [calling.address, paying.address], '1');
    const [signCall, signPaying] = [await signer(rpc, calling), await signer(rpc, paying)];
    const chain = await Chain.connect(context.stack.nodeUrl);
    const data = chain.api.tx.system.remark('0x').method.toHex();
    await chain.disconnect();
    await rpc.blocks();
    const call = await signCall({ to: RUNTIME_PALLETS, data, gasLimit: 500_000n, ...fees(50n * GWEI) });
    const called = await rpc.call('eth_sendRawTransaction', call);
    const paid = await rpc.call('eth_sendRawTransaction', await signPaying({ to: receiver.address, ...fees(GWEI) }));
    const [first, second] = [await rpc.receipt(paid), await rpc.receipt(called)];
    assert.equal(second.status, '0x1');
    assert.equal(first.blockNumber, second.blockNumber, 'the slot ended between the two');
    assert.ok(Number(first.transactionIndex) < Number(second.transactionIndex));
  });
}

/** Numbers below `count` in an order that looks random and is always the same. */
function shuffled(count) {
  const order = Array.from({ length: count }, (_, i) => i);
  let state = 1;
  for (let i = count - 1; i > 0; i -= 1) {
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (i + 1);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}

export function loadStories(context) {
  const ACCOUNTS = 50;
  const EACH = 40;
  const PART = 100;

  test('2,000 transactions of 50 accounts with nonces out of order all land', async () => {
    const { rpc } = context;
    const wallets = Array.from({ length: ACCOUNTS }, (_, i) => wallet(`load ${i}`));
    await fundEach(rpc, DEVELOPERS.charleth, wallets.map(({ address }) => address), '10');
    const receiver = wallet('load receiver').address;
    const raws = [];
    for (const one of wallets) {
      const sign = await signer(rpc, one);
      for (let nonce = 0; nonce < EACH; nonce += 1) raws.push(await sign({ to: receiver, value: GWEI }));
    }
    const order = shuffled(raws.length);
    const hashes = [];
    for (let at = 0; at < order.length; at += PART) {
      const part = order.slice(at, at + PART).map((i) => ['eth_sendRawTransaction', raws[i]]);
      for (const { result, error } of await rpc.batch(part)) {
        assert.equal(error, undefined, error?.message);
        hashes.push(result);
      }
    }
    const balance = async () => BigInt(await rpc.call('eth_getBalance', receiver, 'latest'));
    const all = BigInt(raws.length) * GWEI;
    await waitFor('all to be in blocks', async () => ((await balance()) >= all ? true : undefined), {
      timeoutMs: 120_000,
      everyMs: 1_000,
      children: [context.node],
    });
    assert.equal(await balance(), all);
    for (let at = 0; at < hashes.length; at += PART) {
      const part = hashes.slice(at, at + PART).map((hash) => ['eth_getTransactionReceipt', hash]);
      for (const { result } of await rpc.batch(part)) assert.equal(result?.status, quantity(1));
    }
    for (const { address } of wallets) {
      assert.equal(Number(await rpc.call('eth_getTransactionCount', address, 'latest')), EACH);
    }
  });
}
