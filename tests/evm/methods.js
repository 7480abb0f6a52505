// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The methods themselves: what agrees with what, and what can be computed again from the answers.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { encodeRlp, id, keccak256, toBeHex, toUtf8Bytes, zeroPadValue } from 'ethers';

import { DEVELOPERS, EthereumSocket, quantity, scalar, signer, wallet } from '../lib/evm.js';
import { waitFor } from '../lib/wait.js';

/** The gas limit that is hashed into a header: what a block really has is smaller, and is what is served. */
const HASHED_GAS_LIMIT = 2n ** 64n - 1n;

/** Of the three transactions that are in one block, wei per gas. */
const TIPS = [3_000_000_000n, 1_000_000_000n, 2_000_000_000n];

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

/** Tips of a block by percentiles of its gas, as go-ethereum counts them. */
function rewardsOf(receipts, baseFee, percentiles) {
  const tips = receipts.map(({ effectiveGasPrice, gasUsed }) => ({
    tip: BigInt(effectiveGasPrice) - baseFee,
    gas: Number(gasUsed),
  }));
  tips.sort((a, b) => (a.tip < b.tip ? -1 : 1));
  const total = tips.reduce((sum, { gas }) => sum + gas, 0);
  return percentiles.map((percentile) => {
    let wanted = (total * percentile) / 100;
    for (const { tip, gas } of tips) {
      wanted -= gas;
      if (wanted <= 0) return tip;
    }
    return tips.at(-1)?.tip ?? 0n;
  });
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
    const { baseFeePerGas } = await rpc.call('eth_getBlockByNumber', 'latest', false);
    const raws = [];
    for (const [i, request] of requests.entries()) {
      const maxPriorityFeePerGas = TIPS[i];
      const maxFeePerGas = 2n * BigInt(baseFeePerGas) + maxPriorityFeePerGas;
      raws.push(await sign({ ...request, type: 2, maxFeePerGas, maxPriorityFeePerGas }));
    }
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

  test('the receipts of a block can be read once the chain has it as its head', async () => {
    const socket = await EthereumSocket.open(context.socketUrl);
    const sign = await signer(rpc, sender);
    const [readings, read] = [[], new Set()];
    const readAll = async (number) => {
      const receiptsOf = async () => (await rpc.call('eth_getBlockReceipts', number)) ?? undefined;
      const wait = { timeoutMs: 10_000, everyMs: 20 };
      for (const one of await waitFor(`the receipts of block ${number}`, receiptsOf, wait)) read.add(one.transactionHash);
    };
    try {
      // Told by the Substrate side, which does not wait for the index; `newHeads` would.
      await socket.listenTo('chain_subscribeNewHeads', ({ number }) =>
        readings.push(readAll(quantity(Number(number)))),
      );
      const sent = [];
      for (let i = 0; i < 3; i += 1) sent.push((await rpc.send(await sign({ to: receiver }))).transactionHash);
      const all = async () => sent.every((hash) => read.has(hash)) || undefined;
      await waitFor('the heads of all three', all, { timeoutMs: 30_000, everyMs: 50 });
    } finally {
      socket.close();
      await Promise.all(readings);
    }
  });

  test('the history of fees is what the blocks and their receipts say', async () => {
    const percentiles = [0, 25, 50, 100];
    const numbers = [-1, 0, 1].map((more) => quantity(Number(blockNumber) + more));
    await waitFor('the block after', async () => (await rpc.height()) > Number(blockNumber) || undefined, {
      timeoutMs: 30_000,
    });
    const blocks = [];
    for (const number of numbers) blocks.push(await rpc.call('eth_getBlockByNumber', number, false));
    const history = await rpc.call('eth_feeHistory', quantity(2), blockNumber, percentiles);
    assert.equal(history.oldestBlock, numbers[0]);
    assert.deepEqual(history.baseFeePerGas, blocks.map(({ baseFeePerGas }) => baseFeePerGas));
    for (const [i, ratio] of history.gasUsedRatio.entries()) {
      const full = Number(blocks[i].gasUsed) / Number(blocks[i].gasLimit);
      assert.ok(Math.abs(ratio - Math.min(full, 1)) < 1e-9, `${ratio} instead of ${full}`);
    }
    const rewards = [];
    for (const { hash, baseFeePerGas } of blocks.slice(0, 2)) {
      const all = await rpc.call('eth_getBlockReceipts', hash);
      rewards.push(rewardsOf(all, BigInt(baseFeePerGas), percentiles).map(quantity));
    }
    assert.deepEqual(history.reward, rewards);
    // The tips differ, so that the percentiles do.
    assert.ok(new Set(history.reward[1]).size > 1);
  });

  test('the node says what it is in numbers', async () => {
    assert.equal(await rpc.call('eth_protocolVersion'), quantity(68));
    assert.equal(await rpc.call('net_peerCount'), quantity(0));
    assert.equal(await rpc.call('eth_mining'), false);
    assert.equal(await rpc.call('eth_hashrate'), quantity(0));
  });

  test('a subscriber to synchronisation is told at once where the node stands', async () => {
    const socket = await context.socket();
    const told = await socket.subscribe('syncing');
    await waitFor('the state', async () => told[0], { timeoutMs: 30_000 });
    assert.deepEqual([...told], [false]);
    assert.equal(await socket.unsubscribe(told), true);
  });

  // As in node/ethereum-rpc/src/api/unsupported.rs.
  for (const method of [
    'eth_getProof',
    'eth_sign',
    'eth_signTransaction',
    'eth_signTypedData_v4',
    'eth_blobBaseFee',
    'eth_getWork',
    'eth_submitWork',
    'eth_submitHashrate',
    'eth_simulateV1',
    'evm_mine',
    'evm_snapshot',
    'evm_revert',
    'evm_increaseTime',
    'evm_setNextBlockTimestamp',
    'evm_setAutomine',
  ]) {
    test(`${method} says why it is not there`, async () => {
      const { code, message } = await rpc.refusal(method);
      assert.equal(code, -32004);
      assert.ok(message.startsWith(`${method} is not supported: `), message);
    });
  }
}
