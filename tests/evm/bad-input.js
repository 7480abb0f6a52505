// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What nobody should send: each is answered with an error, memory stays bounded, blocks go on.

import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { afterEach, before, test } from 'node:test';

import { concat, encodeRlp, keccak256, toBeHex, zeroPadValue } from 'ethers';

import { DEVELOPERS, EthereumSocket, quantity, signer, wallet } from '../lib/evm.js';
import { sleep, waitFor } from '../lib/wait.js';
import { CHAIN_ID } from './context.js';

/** Megabytes that the node may have grown by, after each of these. */
const GROWTH_MB = 400;

/** How many logs subscribers are sent who do not read, and how many of them in one transaction. */
const EMITTED = 2_000;
const EACH = 100;

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

  for (const [what, raw, words = /^rlp: ./] of [
    ['nothing', '0x'],
    ['no RLP', '0x02'],
    ['a list that ends early', '0xf86b80'],
    ['a length that is longer than anything', '0xffffffffffffffffffff'],
    ['nested lists without end', `0x${'c1'.repeat(5_000)}c0`],
    ['a list of too few fields', encodeRlp(['0x01', '0x02', '0x03'])],
    ['an unknown type', concat(['0x7f', encodeRlp(['0x01'])]), /^transaction type not supported$/],
  ]) {
    test(`a raw transaction that is ${what}`, async () => {
      const { code, message } = await refused(raw);
      assert.equal(code, -32000);
      assert.match(message, words);
    });
  }

  test('a raw transaction with bytes after its end', async () => {
    const sign = await signer(rpc, sender);
    const { code, message } = await refused(`${await sign({ to: sender.address })}00`);
    assert.deepEqual([code, message], [-32000, 'rlp: input contains more than one value']);
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
    const { code, message } = await rpc.refusal('eth_call', { to: sender.address, data }, 'latest');
    assert.equal(code, -32000);
    assert.match(message, /^oversized data/);
  });

  for (const [what, block, isNumber = true] of [
    ['far ahead', quantity(10 ** 9)],
    ['beyond any number of blocks', '0xffffffffffffffffffff', false],
    ['a hash that no block has', `0x${'cd'.repeat(32)}`],
  ]) {
    test(`a block that is ${what}`, async () => {
      const byHash = block.length === 66;
      const at = byHash ? { blockHash: block } : block;
      const { code, message } = await rpc.refusal('eth_getBalance', sender.address, at);
      const method = byHash ? 'eth_getBlockByHash' : 'eth_getBlockByNumber';
      if (isNumber) {
        assert.equal(await rpc.call(method, block, false), null);
        assert.deepEqual([code, message], [-32000, 'header not found']);
      } else {
        assert.deepEqual([(await rpc.refusal(method, block, false)).code, code], [-32602, -32602]);
      }
    });
  }

  test('a tag that is none', async () => {
    const { code } = await rpc.refusal('eth_getBalance', sender.address, 'newest');
    assert.equal(code, -32602);
  });

  for (const [what, filter, words] of [
    ['the wrong way round', { fromBlock: '0x5', toBlock: '0x2' }, /^invalid block range/],
    [
      'given twice',
      { blockHash: `0x${'00'.repeat(32)}`, fromBlock: '0x1' },
      /^cannot specify both blockHash and fromBlock\/toBlock/,
    ],
  ]) {
    test(`a range of logs that is ${what}`, async () => {
      const { code, message } = await rpc.refusal('eth_getLogs', filter);
      assert.equal(code, -32602);
      assert.match(message, words);
    });
  }

  for (const [what, range] of [
    ['goes on after the best block', { fromBlock: '0x0', toBlock: '0xffffffff' }],
    ['begins after the best block', { fromBlock: '0xffffffff', toBlock: 'latest' }],
    ['begins after the best block and has no end', { fromBlock: '0xffffffff' }],
    ['is all after the best block', { fromBlock: '0xfffffff0', toBlock: '0xffffffff' }],
    ['goes on after any block that there can be', { fromBlock: '0x0', toBlock: '0xffffffffff' }],
  ]) {
    test(`a range of logs that ${what}`, async () => {
      const address = wallet('bad input silent').address;
      const { code, message } = await rpc.refusal('eth_getLogs', { address, ...range });
      assert.equal(code, -32602);
      assert.match(message, /^block range extends beyond current head block/);
    });
  }

  test('logs of a block that nobody knows', async () => {
    const { code, message } = await rpc.refusal('eth_getLogs', { blockHash: `0x${'cd'.repeat(32)}` });
    assert.deepEqual([code, message], [-32000, 'unknown block']);
  });

  test('a filter of logs whose range is the wrong way round', async () => {
    const { code, message } = await rpc.refusal('eth_newFilter', { fromBlock: '0x5', toBlock: '0x2' });
    assert.equal(code, -32602);
    assert.match(message, /^invalid block range/);
  });

  test('a trace of the pending block, which has not run', async () => {
    const { code, message } = await rpc.refusal('debug_traceBlockByNumber', 'pending', { tracer: 'callTracer' });
    assert.equal(code, -32602);
    assert.match(message, /^the pending block has not run/);
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

  test('few logs that have more data than an answer may have are an error, never a part of them', async () => {
    const [size, count, calls] = [60_000, 10, 16];
    const emitter = await context.deploy(sender, 'Emitter');
    const sign = await signer(rpc, sender);
    const data = emitter.interface.encodeFunctionData('emitLarge', [size, count]);
    const gasLimit = BigInt(await rpc.call('eth_estimateGas', { from: sender.address, to: emitter.target, data }));
    const hashes = [];
    for (let i = 0; i < calls; i += 1) {
      hashes.push(await rpc.call('eth_sendRawTransaction', await sign({ to: emitter.target, data, gasLimit })));
    }
    const receipts = [];
    for (const hash of hashes) receipts.push(await rpc.receipt(hash));
    for (const { status, logs } of receipts) assert.deepEqual([status, logs.length], ['0x1', count]);
    const filter = { address: emitter.target, fromBlock: receipts[0].blockNumber };
    const { code, message } = await rpc.refusal('eth_getLogs', filter);
    assert.equal(code, -32005);
    assert.match(message, /^query returned more than \d+ bytes of logs/);
    const narrower = await rpc.call('eth_getLogs', { address: emitter.target, blockHash: receipts[0].blockHash });
    assert.ok(narrower.length >= count);
  });

  test('more calls at a time than can wait are refused at once, and cheap questions are answered', async () => {
    const contract = await context.deploy(sender, 'Refuser');
    const data = contract.interface.encodeFunctionData('forever');
    const call = { from: sender.address, to: contract.target, data, gas: quantity(5_000_000) };
    const socket = await context.socket();
    const outcome = () => socket.call('eth_call', call, 'latest').then(assert.fail, ({ code, said }) => ({ code, said }));
    // For each processor one runs and 32 wait.
    const asked = Array.from({ length: 100 * availableParallelism() }, outcome);
    assert.equal(await rpc.call('eth_chainId'), quantity(CHAIN_ID));
    const outcomes = await Promise.all(asked);
    const refusals = outcomes.filter(({ code }) => code === -32005);
    const done = outcomes.filter(({ code }) => code === -32000);
    assert.deepEqual(
      outcomes.filter(({ code }) => code !== -32005 && code !== -32000),
      [],
    );
    assert.ok(refusals.length > 0 && done.length > 0, `${refusals.length} of ${outcomes.length} were refused`);
    for (const { said } of refusals) assert.match(said, /^the node is busy/);
    for (const { said } of done) assert.equal(said, 'out of gas');
  });

  test('five topics: a log has four at most', async () => {
    const { code, message } = await rpc.refusal('eth_getLogs', { topics: Array(5).fill(null) });
    assert.equal(code, -32602);
    assert.match(message, /^exceed max topics/);
  });

  test('more than a thousand alternatives for one topic, or a thousand addresses', async () => {
    const many = (count, size) => Array.from({ length: count }, (_, i) => zeroPadValue(toBeHex(i + 1), size));
    const range = { fromBlock: 'latest', toBlock: 'latest' };
    for (const filter of [{ topics: [null, many(1_001, 32)] }, { address: many(1_001, 20) }]) {
      const { code, message } = await rpc.refusal('eth_getLogs', { ...range, ...filter });
      assert.equal(code, -32602);
      assert.match(message, /^exceed max addresses or topics: at most 1000 alternatives/);
    }
    // Each position may have as many, and the addresses too.
    const topics = Array(4).fill(many(1_000, 32));
    assert.deepEqual(await rpc.call('eth_getLogs', { ...range, topics, address: many(1_000, 20) }), []);
  });

  test('more history of fees than is kept', async () => {
    const [height, { gasUsedRatio }] = [
      await rpc.height(),
      await rpc.call('eth_feeHistory', quantity(10 ** 9), 'latest', [50]),
    ];
    assert.ok(gasUsedRatio.length > 0 && gasUsedRatio.length <= 1_024, `${gasUsedRatio.length}`);
    assert.ok(gasUsedRatio.length >= Math.min(height, 1_024), `${gasUsedRatio.length} of ${height}`);
    for (const percentiles of [[90, 10], [150], Array(101).fill(50)]) {
      const { code, message } = await rpc.refusal('eth_feeHistory', quantity(2), 'latest', percentiles);
      assert.equal(code, -32602);
      assert.match(message, /^invalid reward percentile/);
    }
  });

  test('a batch of 500 calls is answered, and one of more is refused as one', async () => {
    const batch = async (length) => {
      const calls = Array.from({ length }, (_, id) => ({ jsonrpc: '2.0', id, method: 'eth_chainId', params: [] }));
      return JSON.parse((await rpc.post(calls)).text);
    };
    assert.equal((await batch(500)).length, 500);
    const { error } = await batch(501);
    assert.match(error.message, /^The batch request was too large/);
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
    const deaf = [];
    for (let i = 0; i < 8; i += 1) {
      deaf.push(await EthereumSocket.open(context.socketUrl));
    }
    try {
      for (const socket of deaf) {
        for (let i = 0; i < 20; i += 1) {
          await socket.subscribe('logs', { address: contract.target });
        }
        socket.stopReading();
      }
      const before = context.node.memoryMb();
      const sign = await signer(rpc, sender);
      // 8 × 20 subscriptions × 2,000 logs of some 700 bytes: over 200 MB if all were kept.
      const data = contract.interface.encodeFunctionData('emitMany', [0, EACH, `0x${'00'.repeat(32)}`]);
      const gasLimit = (await context.provider.estimateGas({ from: sender.address, to: contract.target, data })) * 2n;
      const hashes = [];
      for (let i = 0; i < EMITTED / EACH; i += 1) {
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
    const raws = [];
    for (let i = 0; i < 1_000; i += 1) {
      raws.push(await sign({ to: wallet('nobody').address, nonce: nonce + 1_000 + i }));
    }
    const refusals = [];
    for (let at = 0; at < raws.length; at += 100) {
      const part = raws.slice(at, at + 100);
      const answers = await rpc.batch(part.map((raw) => ['eth_sendRawTransaction', raw]));
      for (const [i, { result, error }] of answers.entries()) {
        if (error) refusals.push(error);
        else assert.equal(result, keccak256(part[i]));
      }
    }
    // The pool may have room for all of them, or not.
    for (const { code, message } of refusals) assert.deepEqual([code, message], [-32000, 'txpool is full']);
    assert.equal((await rpc.send(await sign({ to: wallet('nobody').address, value: 1n, nonce }))).status, '0x1');
  });
}
