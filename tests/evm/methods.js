// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The methods themselves: what agrees with what, and what can be computed again from the answers.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { encodeRlp, id, keccak256, toBeHex, toUtf8Bytes, zeroPadValue } from 'ethers';

import { DEVELOPERS, quantity, scalar, signer, wallet } from '../lib/evm.js';

/** The gas limit that is hashed into a header: what a block really has is smaller, and is what is served. */
const HASHED_GAS_LIMIT = 2n ** 64n - 1n;

/** A block's hash, computed from what the node says of it. */
function hashOf(block) {
  const fields = [
    block.parentHash,
    block.sha3Uncles,
    block.miner,
    block.stateRoot,
    block.transactionsRoot,
    block.receiptsRoot,
    block.logsBloom,
    scalar(block.difficulty),
    scalar(block.number),
    scalar(HASHED_GAS_LIMIT),
    scalar(block.gasUsed),
    scalar(block.timestamp),
    block.extraData,
    block.mixHash,
    block.nonce,
    scalar(block.baseFeePerGas),
    block.withdrawalsRoot,
    scalar(block.blobGasUsed),
    scalar(block.excessBlobGas),
  ];
  for (const later of ['parentBeaconBlockRoot', 'requestsHash']) if (block[later]) fields.push(block[later]);
  return keccak256(encodeRlp(fields));
}

export function methodStories(context) {
  const sender = context.actor('methods sender');
  const receiver = wallet('methods receiver').address;
  const tag = id('methods');
  let rpc;
  let emitter;
  let blockHash;
  let blockNumber;
  let hashes;
  let receipts;

  before(async () => {
    rpc = context.rpc;
    const contract = await context.deploy(sender, 'Emitter');
    emitter = await contract.getAddress();
    // Several transactions in one block: sent right after the one before.
    const sign = await signer(rpc, sender);
    const emit = (first, count) => contract.interface.encodeFunctionData('emitMany', [first, count, tag]);
    const requests = [
      { to: emitter, data: emit(0, 3), gasLimit: 500_000n },
      { to: receiver, value: 1n },
      { to: emitter, data: emit(3, 2), gasLimit: 500_000n },
    ];
    const raws = [];
    for (const request of requests) raws.push(await sign(request));
    await rpc.blocks();
    const sent = await rpc.batch(raws.map((raw) => ['eth_sendRawTransaction', raw]));
    hashes = sent.map(({ result }) => result);
    receipts = [];
    for (const hash of hashes) receipts.push(await rpc.receipt(hash));
    ({ blockHash, blockNumber } = receipts[0]);
  });

  test('receipts count within their block', async () => {
    const all = await rpc.call('eth_getBlockReceipts', blockHash);
    assert.equal(new Set(receipts.map((receipt) => receipt.blockHash)).size, 1, 'the slot ended in between');
    all.forEach((receipt, index) => assert.equal(Number(receipt.transactionIndex), index));
    let gas = 0n;
    let log = 0;
    for (const receipt of all) {
      gas += BigInt(receipt.gasUsed);
      assert.equal(BigInt(receipt.cumulativeGasUsed), gas);
      for (const { logIndex, transactionIndex } of receipt.logs) {
        assert.deepEqual([Number(logIndex), transactionIndex], [log, receipt.transactionIndex]);
        log += 1;
      }
    }
    const block = await rpc.call('eth_getBlockByHash', blockHash, false);
    assert.equal(BigInt(block.gasUsed), gas);
  });

  test('a block by its hash and by its number is the same, in full and with hashes', async () => {
    const [short, full, byNumber] = [
      await rpc.call('eth_getBlockByHash', blockHash, false),
      await rpc.call('eth_getBlockByHash', blockHash, true),
      await rpc.call('eth_getBlockByNumber', blockNumber, false),
    ];
    assert.deepEqual(byNumber, short);
    assert.deepEqual(full.transactions.map(({ hash }) => hash), short.transactions);
    assert.deepEqual({ ...full, transactions: [] }, { ...short, transactions: [] });
  });

  test('a transaction is found by its hash and by its place', async () => {
    const [{ transactionIndex }] = receipts;
    const [byHash, inHash, inNumber] = [
      await rpc.call('eth_getTransactionByHash', hashes[0]),
      await rpc.call('eth_getTransactionByBlockHashAndIndex', blockHash, transactionIndex),
      await rpc.call('eth_getTransactionByBlockNumberAndIndex', blockNumber, transactionIndex),
    ];
    assert.equal(byHash.hash, hashes[0]);
    assert.deepEqual(inHash, byHash);
    assert.deepEqual(inNumber, byHash);
  });

  test('transactions and uncles of a block are counted', async () => {
    const { transactions } = await rpc.call('eth_getBlockByHash', blockHash, false);
    for (const [method, block] of [
      ['eth_getBlockTransactionCountByHash', blockHash],
      ['eth_getBlockTransactionCountByNumber', blockNumber],
    ]) {
      assert.equal(Number(await rpc.call(method, block)), transactions.length);
    }
    for (const [method, block] of [
      ['eth_getUncleCountByBlockHash', blockHash],
      ['eth_getUncleCountByBlockNumber', blockNumber],
    ]) {
      assert.equal(await rpc.call(method, block), '0x0');
    }
    assert.equal(await rpc.call('eth_getUncleByBlockHashAndIndex', blockHash, '0x0'), null);
    assert.equal(await rpc.call('eth_getUncleByBlockNumberAndIndex', blockNumber, '0x0'), null);
  });

  test("a block's hash can be computed from its fields, with the gas limit that was hashed", async () => {
    const block = await rpc.call('eth_getBlockByHash', blockHash, false);
    assert.equal(hashOf(block), blockHash);
  });

  test("a block's parent is the block before", async () => {
    const block = await rpc.call('eth_getBlockByHash', blockHash, false);
    const before = await rpc.call('eth_getBlockByNumber', quantity(Number(blockNumber) - 1), false);
    assert.equal(block.parentHash, before.hash);
  });

  test('logs are found by block, by address and by each topic', async () => {
    const logsOf = (filter) => rpc.call('eth_getLogs', filter);
    const number = (n) => zeroPadValue(toBeHex(n), 32);
    const byBlock = await logsOf({ blockHash, address: emitter });
    assert.equal(byBlock.length, 5);
    const range = { fromBlock: blockNumber, toBlock: blockNumber, address: emitter };
    assert.deepEqual(await logsOf(range), byBlock);
    const numbers = async (topics) =>
      (await logsOf({ ...range, topics })).map(({ topics: [, , n] }) => Number(n));
    assert.deepEqual(await numbers([null, null, number(1)]), [1]);
    assert.deepEqual(await numbers([null, null, [number(1), number(4)], tag]), [1, 4]);
    assert.deepEqual(await numbers([null, null, null, id('another')]), []);
    assert.deepEqual(await logsOf({ ...range, address: receiver }), []);
    assert.deepEqual(await logsOf({ ...range, address: [receiver, emitter] }), byBlock);
  });

  test("each log names its block, its transaction and its place, as in the receipts", async () => {
    const logs = await rpc.call('eth_getLogs', { blockHash, address: emitter });
    const inReceipts = receipts.flatMap((receipt) => receipt.logs);
    assert.deepEqual(logs, inReceipts);
  });

  test('a filter gives all logs that it is for, whenever it is asked', async () => {
    const range = { address: emitter, fromBlock: blockNumber, toBlock: blockNumber };
    const filter = await rpc.call('eth_newFilter', range);
    for (let i = 0; i < 2; i += 1) {
      assert.deepEqual(await rpc.call('eth_getFilterLogs', filter), await rpc.call('eth_getLogs', range));
    }
    assert.equal(await rpc.call('eth_uninstallFilter', filter), true);
    assert.equal(await rpc.call('eth_uninstallFilter', filter), false);
  });

  test('the bloom of a receipt is not empty where there are logs', () => {
    const empty = `0x${'00'.repeat(256)}`;
    assert.deepEqual(
      receipts.map(({ logsBloom }) => logsBloom === empty),
      [false, true, false],
    );
  });

  test('storage is read by its slot', async () => {
    const token = await context.deploy(sender, 'Token', [77n]);
    const at = (slot) => rpc.call('eth_getStorageAt', token.target, slot, 'latest');
    assert.equal(BigInt(await at('0x0')), 77n);
    assert.equal(await at(zeroPadValue('0x10', 32)), `0x${'00'.repeat(32)}`);
  });

  test('state is read at an earlier block', async () => {
    const before = quantity(Number(blockNumber) - 1);
    assert.equal(await rpc.call('eth_getBalance', receiver, before), '0x0');
    assert.equal(await rpc.call('eth_getBalance', receiver, blockNumber), '0x1');
    assert.equal(await rpc.call('eth_getBalance', receiver, { blockHash }), '0x1');
  });

  test('a call sees overridden code, balance and storage', async () => {
    const address = wallet('methods nobody').address;
    const call = { to: address, data: '0x' };
    // SLOAD(0), SELFBALANCE, ADD: returned as a word.
    const code = '0x5f5447015f5260205ff3';
    const state = { [zeroPadValue('0x', 32)]: zeroPadValue('0x05', 32) };
    const answer = await rpc.call('eth_call', call, 'latest', {
      [address]: { code, balance: quantity(10n ** 18n), stateDiff: state },
    });
    assert.equal(BigInt(answer), 10n ** 18n + 5n);
    assert.equal(await rpc.call('eth_call', call, 'latest'), '0x');
  });

  test('an access list is made for a call', async () => {
    const transfer = { from: sender.address, to: receiver, value: '0x1' };
    const { accessList, gasUsed } = await rpc.call('eth_createAccessList', transfer, 'latest');
    assert.ok(Array.isArray(accessList));
    assert.ok(BigInt(gasUsed) > 0n);
  });

  test("the development accounts are the node's, and it signs for them", async () => {
    const accounts = await rpc.call('eth_accounts');
    const { address } = DEVELOPERS.dorothy;
    assert.ok(accounts.map((one) => one.toLowerCase()).includes(address.toLowerCase()));
    const hash = await rpc.call('eth_sendTransaction', { from: address, to: receiver, value: '0x1' });
    assert.equal((await rpc.receipt(hash)).status, '0x1');
  });

  test('it signs for nobody else', async () => {
    const { message } = await rpc.refusal('eth_sendTransaction', { from: receiver, to: receiver, value: '0x1' });
    assert.match(message, /unknown account/i);
  });

  test('web3_sha3 is keccak256', async () => {
    assert.equal(await rpc.call('web3_sha3', '0x68656c6c6f'), keccak256(toUtf8Bytes('hello')));
  });

  test('the client names itself', async () => {
    assert.match(await rpc.call('web3_clientVersion'), /^openledger/i);
  });

  test('a node that has all blocks is not syncing', async () => {
    assert.equal(await rpc.call('eth_syncing'), false);
  });

  test('the author of a block is its beneficiary', async () => {
    const { miner } = await rpc.call('eth_getBlockByHash', blockHash, false);
    assert.notEqual(miner, `0x${'00'.repeat(20)}`);
    assert.match(await rpc.call('eth_coinbase'), /^0x[0-9a-f]{40}$/i);
  });

  test('a transaction is traced with its calls', async () => {
    const trace = await rpc.call('debug_traceTransaction', hashes[0], { tracer: 'callTracer' });
    assert.equal(trace.to.toLowerCase(), emitter.toLowerCase());
    assert.equal(trace.from.toLowerCase(), sender.address.toLowerCase());
    assert.equal(trace.type, 'CALL');
  });

  test('a block is traced, a transaction after the other', async () => {
    const byNumber = await rpc.call('debug_traceBlockByNumber', blockNumber, { tracer: 'callTracer' });
    const byHash = await rpc.call('debug_traceBlockByHash', blockHash, { tracer: 'callTracer' });
    const { transactions } = await rpc.call('eth_getBlockByHash', blockHash, false);
    assert.deepEqual(byNumber.map(({ txHash }) => txHash), transactions);
    assert.deepEqual(byHash, byNumber);
  });

  test('a call is traced with the state that it touches', async () => {
    const call = { from: sender.address, to: receiver, value: '0x1' };
    const trace = await rpc.call('debug_traceCall', call, 'latest', { tracer: 'prestateTracer' });
    const touched = Object.keys(trace).map((one) => one.toLowerCase());
    assert.ok(touched.includes(sender.address.toLowerCase()));
  });

  test('the receipts of a block are there within a tenth of a second of its head', async () => {
    const socket = await context.socket();
    const sign = await signer(rpc, sender);
    const delays = [];
    await socket.listen(async ({ hash }) => {
      const heard = Date.now();
      const found = await socket.call('eth_getBlockReceipts', hash);
      if (found.length > 0) delays.push(Date.now() - heard);
    }, 'newHeads');
    while (delays.length < 3) await rpc.send(await sign({ to: receiver }));
    // The machine does other things too.
    assert.ok(Math.min(...delays) <= 100, `${delays} ms`);
  });

  const refusedMethods = [
    ['eth_getProof', [receiver, [], 'latest']],
    ['eth_sign', [receiver, '0x00']],
    ['eth_getWork', []],
    ['evm_snapshot', []],
    ['evm_increaseTime', ['0x10']],
  ];
  for (const [method, params] of refusedMethods) {
    test(`${method} says that it is not there`, async () => {
      const { code, message } = await rpc.refusal(method, ...params);
      assert.ok([-32601, -32000, -32004].includes(code), String(code));
      assert.ok(message.length > 10);
    });
  }
}
