// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What nobody should send: each is answered with an error, memory stays bounded, blocks go on.

import assert from 'node:assert/strict';
import { afterEach, before, test } from 'node:test';

import { concat, encodeRlp, zeroPadValue } from 'ethers';

import { DEVELOPERS, EthereumSocket, quantity, signer, wallet } from '../lib/evm.js';
import { sleep, waitFor } from '../lib/wait.js';

/** Megabytes that the node may have grown by, after each of these. */
const GROWTH_MB = 400;

export function badInputStories(context) {
  const sender = context.actor('bad input sender');
  let rpc;
  let memory;

  before(() => {
    rpc = context.rpc;
    memory = context.node.memoryMb();
  });

  afterEach(async () => {
    // Whatever it was, the node makes blocks and answers.
    const { timestamp } = await rpc.call('eth_getBlockByNumber', 'latest', false);
    const age = Date.now() / 1_000 - Number(timestamp);
    assert.ok(age < 20, `the last block is ${age} s old`);
    const grown = context.node.memoryMb() - memory;
    assert.ok(grown < GROWTH_MB, `the node grew by ${grown} MB`);
  });

  const refused = (raw) => rpc.refusal('eth_sendRawTransaction', raw);

  /** Whether a body is refused as a whole: with an error, or with a status while it still comes. */
  async function refusedWhole(body) {
    try {
      const { status, text } = await rpc.post(body);
      return status === 413 || JSON.parse(text).error !== undefined;
    } catch (error) {
      return ['EPIPE', 'ECONNRESET'].includes(error.cause?.code);
    }
  }

  for (const [what, raw] of [
    ['nothing', '0x'],
    ['no RLP', '0x02'],
    ['a list that ends early', '0xf86b80'],
    ['a length that is longer than anything', '0xffffffffffffffffffff'],
    ['nested lists without end', `0x${'c1'.repeat(5_000)}c0`],
    ['a list of too few fields', encodeRlp(['0x01', '0x02', '0x03'])],
    ['an unknown type', concat(['0x7f', encodeRlp(['0x01'])])],
  ]) {
    test(`a raw transaction that is ${what}`, async () => {
      const { code, message } = await refused(raw);
      assert.ok([-32000, -32602].includes(code), String(code));
      assert.ok(message.length > 0);
    });
  }

  test('a raw transaction with bytes after its end', async () => {
    const sign = await signer(rpc, sender);
    const { code } = await refused(`${await sign({ to: sender.address })}00`);
    assert.ok([-32000, -32602].includes(code));
  });

  test('hex that is none', async () => {
    for (const raw of ['0xzz', '0x123', 'hello', 5, null]) {
      const { code } = await refused(raw);
      assert.equal(code, -32602, String(raw));
    }
  });

  test('data over the limit of a transaction', async () => {
    const sign = await signer(rpc, sender);
    const data = `0x${'11'.repeat(140_000)}`;
    const { code, message } = await refused(await sign({ to: sender.address, data, gasLimit: 10_000_000n }));
    assert.equal(code, -32000);
    assert.match(message, /^oversized data/);
  });

  test('a body over the limit of the server', async () => {
    const body = `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":["${'0'.repeat(40_000_000)}"]}`;
    assert.ok(await refusedWhole(body));
  });

  test('a call with more data than any call takes', async () => {
    const data = `0x${'22'.repeat(1_000_000)}`;
    const { code } = await rpc.refusal('eth_call', { to: sender.address, data }, 'latest');
    assert.ok([-32000, -32602].includes(code), String(code));
  });

  for (const [what, block] of [
    ['far ahead', quantity(10 ** 9)],
    ['beyond any number of blocks', '0xffffffffffffffffffff'],
    ['a hash that no block has', `0x${'cd'.repeat(32)}`],
  ]) {
    test(`a block that is ${what}`, async () => {
      const byHash = block.length === 66;
      const found = await rpc.answer(byHash ? 'eth_getBlockByHash' : 'eth_getBlockByNumber', block, false);
      assert.ok(found.result === null || found.error, JSON.stringify(found).slice(0, 100));
      const at = byHash ? { blockHash: block } : block;
      const { message } = await rpc.refusal('eth_getBalance', sender.address, at);
      assert.ok(message.length > 0);
    });
  }

  test('a tag that is none', async () => {
    const { code } = await rpc.refusal('eth_getBalance', sender.address, 'newest');
    assert.equal(code, -32602);
  });

  for (const [what, filter] of [
    ['the wrong way round', { fromBlock: '0x5', toBlock: '0x2' }],
    ['given twice', { blockHash: `0x${'00'.repeat(32)}`, fromBlock: '0x1' }],
  ]) {
    test(`a range of logs that is ${what}`, async () => {
      const { code, message } = await rpc.refusal('eth_getLogs', filter);
      assert.ok([-32000, -32602, -32005].includes(code), String(code));
      assert.ok(message.length > 10, message);
    });
  }

  test('a range of logs that is far longer than the chain', async () => {
    const started = Date.now();
    const { result, error } = await rpc.answer('eth_getLogs', { fromBlock: '0x0', toBlock: '0xffffffff' });
    assert.ok(Array.isArray(result) || error.message.length > 10);
    assert.ok(Date.now() - started < 5_000);
  });

  test('more logs than an answer may have are an error, never a part of them', async () => {
    const [calls, each] = [11, 1_000];
    const emitter = await context.deploy(sender, 'Emitter');
    const sign = await signer(rpc, sender);
    const data = emitter.interface.encodeFunctionData('emitMany', [0, each, `0x${'00'.repeat(32)}`]);
    const gasLimit = BigInt(await rpc.call('eth_estimateGas', { from: sender.address, to: emitter.target, data }));
    const hashes = [];
    for (let i = 0; i < calls; i += 1) {
      hashes.push(await rpc.call('eth_sendRawTransaction', await sign({ to: emitter.target, data, gasLimit })));
    }
    const receipts = [];
    for (const hash of hashes) receipts.push(await rpc.receipt(hash));
    for (const { status, logs } of receipts) assert.deepEqual([status, logs.length], ['0x1', each]);
    const filter = { address: emitter.target, fromBlock: receipts[0].blockNumber };
    const { code, message } = await rpc.refusal('eth_getLogs', filter);
    assert.equal(code, -32005);
    assert.match(message, /10,?000/);
    const fifth = zeroPadValue('0x05', 32);
    const narrower = await rpc.call('eth_getLogs', { ...filter, topics: [null, null, fifth] });
    assert.equal(narrower.length, calls);
  });

  test('a thousand topics', async () => {
    const topics = [Array(1_000).fill(`0x${'00'.repeat(32)}`), null, null, null, null];
    await rpc.refusal('eth_getLogs', { topics });
  });

  test('more history of fees than is kept', async () => {
    const { result, error } = await rpc.answer('eth_feeHistory', quantity(10 ** 9), 'latest', [50]);
    assert.ok(error ?? result.gasUsedRatio.length <= 1_024);
    await rpc.refusal('eth_feeHistory', quantity(2), 'latest', [90, 10]);
    await rpc.refusal('eth_feeHistory', quantity(2), 'latest', [150]);
  });

  test('a batch of a thousand calls is answered, or refused as one', async () => {
    const calls = Array.from({ length: 1_000 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'eth_chainId', params: [] }));
    const { text } = await rpc.post(calls);
    const answer = JSON.parse(text);
    assert.ok(answer.error ?? answer.length === 1_000);
  });

  test('a batch of a hundred thousand calls is refused', async () => {
    const one = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';
    assert.ok(await refusedWhole(`[${Array(100_000).fill(one).join(',')}]`));
  });

  test('JSON that is none', async () => {
    const { text } = await rpc.post('{"jsonrpc":"2.0",');
    assert.equal(JSON.parse(text).error.code, -32700);
  });

  test('a method that nobody has', async () => {
    assert.equal((await rpc.refusal('eth_makeMeRich')).code, -32601);
  });

  test('filters without end', async () => {
    const ids = [];
    let refused = false;
    while (!refused && ids.length < 20_000) {
      const answers = await rpc.batch(Array(50).fill(['eth_newBlockFilter']));
      ids.push(...answers.filter(({ result }) => result).map(({ result }) => result));
      refused = answers.some(({ error }) => error);
    }
    for (let at = 0; at < ids.length; at += 50) {
      await rpc.batch(ids.slice(at, at + 50).map((id) => ['eth_uninstallFilter', id]));
    }
    assert.ok(refused, 'there is no limit to the number of filters');
  });

  test('subscriptions that nobody reads', async () => {
    const contract = await context.deploy(sender, 'Emitter');
    const deaf = await Promise.all(Array.from({ length: 8 }, () => EthereumSocket.open(context.socketUrl)));
    try {
      for (const socket of deaf) {
        for (let i = 0; i < 20; i += 1) await socket.subscribe('logs', { address: contract.target });
        await socket.subscribe('newHeads');
        socket.stopReading();
      }
      const before = context.node.memoryMb();
      const sign = await signer(rpc, sender);
      // 8 × 20 subscriptions × 2,000 logs of some 700 bytes: over 200 MB if all were kept.
      const data = contract.interface.encodeFunctionData('emitMany', [0, 100, `0x${'00'.repeat(32)}`]);
      const gasLimit = (await context.provider.estimateGas({ from: sender.address, to: contract.target, data })) * 2n;
      const hashes = [];
      for (let i = 0; i < 20; i += 1) {
        hashes.push(await rpc.call('eth_sendRawTransaction', await sign({ to: contract.target, data, gasLimit })));
      }
      for (const hash of hashes) assert.equal((await rpc.receipt(hash)).status, '0x1');
      await sleep(4_000);
      const grown = context.node.memoryMb() - before;
      assert.ok(grown < 150, `the node grew by ${grown} MB`);
      // Who reads is served while others do not.
      const alive = await context.socket();
      const heads = await alive.subscribe('newHeads');
      await waitFor('a head', async () => heads[0], { timeoutMs: 20_000 });
    } finally {
      for (const socket of deaf) socket.close();
    }
  });

  test('a flood of transactions that can never be in a block', async () => {
    const { ethan } = DEVELOPERS;
    const sign = await signer(rpc, ethan);
    const nonce = Number(await rpc.call('eth_getTransactionCount', ethan.address, 'pending'));
    const calls = [];
    for (let i = 0; i < 1_000; i += 1) {
      const raw = await sign({ to: wallet('nobody').address, nonce: nonce + 1_000 + i });
      calls.push(['eth_sendRawTransaction', raw]);
    }
    for (let at = 0; at < calls.length; at += 100) {
      for (const { result, error } of await rpc.batch(calls.slice(at, at + 100))) {
        assert.ok(result ?? error.message.length > 0);
      }
    }
    assert.equal((await rpc.send(await sign({ to: wallet('nobody').address, value: 1n, nonce }))).status, '0x1');
  });
}
