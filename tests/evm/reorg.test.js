// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Two nodes are cut off from each other, each makes blocks of its own with another transaction of the
// same account, and one of them has to give its blocks up. What its subscribers and filters are told.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { id, Interface } from 'ethers';

import { DEVELOPERS, EthereumRpc, EthereumSocket, signer } from '../lib/evm.js';
import { compileFolder } from '../lib/evm-compile.js';
import { Network } from '../lib/network.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { waitFor } from '../lib/wait.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const { Emitter } = compileFolder(path.join(here, 'contracts'));
const events = new Interface(Emitter.abi);
const TAG = id('reorg');
const EMITTED = events.getEvent('Emitted').topicHash;

const folder = newTestFolder('evm-reorg');
const network = new Network({ folder, cuttable: true, names: ['alice', 'bob'] });
const { baltathar: sender } = DEVELOPERS;

/** Each node with its client, what its subscriptions heard and its filters. */
const sides = network.validators.map((validator) => ({ validator }));
let emitter;
/** The side whose blocks were given up, and the other one. */
let loser;
let winner;

async function connect(side) {
  const { port } = new URL(side.validator.url);
  side.rpc = new EthereumRpc(`http://127.0.0.1:${port}`, { children: [side.validator.child] });
  side.socket = await EthereumSocket.open(`ws://127.0.0.1:${port}`);
}

/** Starts to watch: subscriptions and filters, as an application has them. */
async function watch(side) {
  const filter = { address: emitter, topics: [EMITTED] };
  side.heads = await side.socket.subscribe('newHeads');
  side.logs = await side.socket.subscribe('logs', filter);
  side.blockFilter = await side.rpc.call('eth_newBlockFilter');
  side.logFilter = await side.rpc.call('eth_newFilter', filter);
  side.filtered = { blocks: [], logs: [] };
}

async function readFilters({ rpc, blockFilter, logFilter, filtered }) {
  filtered.blocks.push(...(await rpc.call('eth_getFilterChanges', blockFilter)));
  filtered.logs.push(...(await rpc.call('eth_getFilterChanges', logFilter)));
}

const numberOf = ({ topics }) => Number(topics[2]);

before(async () => {
  await network.prepare();
  // A node that sees no other makes no blocks, unless it is told to.
  for (const validator of network.validators) validator.start(['--force-authoring']);
  for (const validator of network.validators) await validator.up();
  await network.connected();
  for (const side of sides) await connect(side);
  const [{ rpc }, other] = sides;
  const sign = await signer(rpc, sender);
  const deployed = await rpc.send(await sign({ data: Emitter.bytecode, gasLimit: 2_000_000n }));
  emitter = deployed.contractAddress;
  await other.rpc.receipt(deployed.transactionHash);
  for (const side of sides) await watch(side);

  // The same nonce on both sides, so that only one of the two can stay.
  const nonce = Number(await rpc.call('eth_getTransactionCount', sender.address, 'latest'));
  network.split(...sides.map(({ validator }) => [validator]));
  await network.connected(0);
  for (const [i, side] of sides.entries()) {
    const data = events.encodeFunctionData('emitOne', [i + 1, TAG, 0]);
    side.raw = await sign({ to: emitter, data, gasLimit: 1_000_000n, nonce });
    side.receipt = await side.rpc.send(side.raw);
  }
  // Blocks on top of both, as an application would have waited for.
  for (const side of sides) {
    await side.rpc.blocks(3);
    await readFilters(side);
  }
  network.heal();
  await network.connected(1);
  const settled = await waitFor(
    'both to be on one chain',
    async () => {
      const at = sides[0].receipt.blockNumber;
      const hashes = await Promise.all(
        sides.map(async ({ rpc: one }) => (await one.call('eth_getBlockByNumber', at, false)).hash),
      );
      return hashes[0] === hashes[1] ? hashes : undefined;
    },
    { timeoutMs: 180_000, everyMs: 500, children: network.children },
  );
  assert.ok(settled);
  const stays = async ({ rpc: one, receipt }) =>
    (await one.call('eth_getBlockByNumber', receipt.blockNumber, false)).hash === receipt.blockHash;
  [winner, loser] = (await stays(sides[0])) ? sides : [...sides].reverse();
  // The transaction that stays may have to get into a block again.
  await loser.rpc.receipt(winner.receipt.transactionHash);
  await loser.rpc.blocks(1);
  await readFilters(loser);
});

after(async () => {
  for (const { socket } of sides) socket?.close();
  await network.stop();
  removeTestFolder(folder);
});

test('the two sides had different blocks', () => {
  assert.notEqual(winner.receipt.blockHash, loser.receipt.blockHash);
});

test('a subscriber to logs is told that its log was removed, and of the one that stays', () => {
  const mine = numberOf(loser.receipt.logs[0]);
  const heard = loser.logs.map((log) => [numberOf(log), log.removed]);
  assert.deepEqual(heard, [
    [mine, false],
    [mine, true],
    [3 - mine, false],
  ]);
});

test('a removed log names the block that it was in', () => {
  const [added, removed] = loser.logs;
  assert.deepEqual({ ...removed, removed: false }, added);
  assert.equal(removed.blockHash, loser.receipt.blockHash);
});

test('a subscriber to heads gets the blocks of the chain that stays, without a gap', async () => {
  const heads = new Map(loser.heads.map((head) => [head.hash, head]));
  const stays = winner.receipt.blockHash;
  assert.ok(heads.has(stays), 'the block of the transaction that stays was not told');
  const last = loser.heads.at(-1);
  let at = last;
  while (at && at.hash !== stays) at = heads.get(at.parentHash);
  assert.equal(at?.hash, stays);
});

test('a filter of logs gives the removed log and the one that stays', () => {
  const mine = numberOf(loser.receipt.logs[0]);
  assert.deepEqual(
    loser.filtered.logs.map((log) => [numberOf(log), log.removed]),
    [
      [mine, false],
      [mine, true],
      [3 - mine, false],
    ],
  );
});

test('a filter of blocks gives the blocks of both', () => {
  const { blocks } = loser.filtered;
  for (const { receipt } of sides) assert.ok(blocks.includes(receipt.blockHash), receipt.blockHash);
});

test('the transaction that was given up has no receipt and is not found', async () => {
  for (const { rpc } of sides) {
    const hash = loser.receipt.transactionHash;
    assert.equal(await rpc.call('eth_getTransactionReceipt', hash), null);
    assert.equal(await rpc.call('eth_getTransactionByHash', hash), null);
  }
});

test('both sides answer the same about the one that stays', async () => {
  const hash = winner.receipt.transactionHash;
  const receipts = await Promise.all(sides.map(({ rpc }) => rpc.call('eth_getTransactionReceipt', hash)));
  assert.deepEqual(receipts[0], receipts[1]);
  const filter = { address: emitter, topics: [EMITTED], fromBlock: '0x0' };
  const logs = await Promise.all(sides.map(({ rpc }) => rpc.call('eth_getLogs', filter)));
  assert.deepEqual(logs[0], logs[1]);
  assert.deepEqual(logs[0].map(numberOf), [numberOf(winner.receipt.logs[0])]);
});

test('the account has used one nonce', async () => {
  const counts = await Promise.all(
    sides.map(({ rpc }) => rpc.call('eth_getTransactionCount', sender.address, 'latest').then(Number)),
  );
  assert.deepEqual(counts, [2, 2]);
});
