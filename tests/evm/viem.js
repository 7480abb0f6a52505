// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// viem: contracts, filters over HTTP, subscriptions over WebSocket, replaced transactions.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  defineChain,
  http,
  parseEther,
  webSocket,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { sleep, waitFor } from '../lib/wait.js';
import { CHAIN_ID } from './context.js';
import { MULTICALL3 } from './predeploys.js';

const WAIT = { timeout: 60_000, pollingInterval: 250 };

export function viemStories(context) {
  const owner = context.actor('viem owner');
  const replacer = context.actor('viem replacer');
  const account = privateKeyToAccount(owner.privateKey);
  let chain;
  let reader;
  let listener;
  let writer;
  let token;

  /** A transaction that is sent right after a block, so that it waits for most of a slot. */
  async function sendEarly(client, transaction) {
    await context.rpc.blocks();
    return client.sendTransaction(transaction);
  }

  before(async () => {
    chain = defineChain({
      id: Number(CHAIN_ID),
      name: 'OpenLedger development',
      nativeCurrency: { name: 'OPEN', symbol: 'OPEN', decimals: 18 },
      rpcUrls: { default: { http: [context.url], webSocket: [context.socketUrl] } },
      contracts: { multicall3: { address: MULTICALL3 } },
    });
    reader = createPublicClient({ chain, transport: http(), pollingInterval: 250, cacheTime: 0 });
    listener = createPublicClient({ chain, transport: webSocket(), cacheTime: 0 });
    writer = createWalletClient({ chain, transport: http(), account });
    const { abi, bytecode } = context.contracts.Token;
    const hash = await writer.deployContract({ abi, bytecode, args: [1_000n] });
    const { contractAddress } = await reader.waitForTransactionReceipt({ hash, ...WAIT });
    token = { address: contractAddress, abi };
  });

  after(async () => {
    // Not only the socket: the client would connect again.
    const client = await listener?.transport.getRpcClient();
    client?.close();
  });

  test('a contract is read and written', async () => {
    const hash = await writer.writeContract({
      ...token,
      functionName: 'transfer',
      args: [replacer.address, 5n],
    });
    const { status } = await reader.waitForTransactionReceipt({ hash, ...WAIT });
    assert.equal(status, 'success');
    const balance = await reader.readContract({ ...token, functionName: 'balanceOf', args: [replacer.address] });
    assert.equal(balance, 5n);
  });

  test('a simulated call fails with the custom error', async () => {
    const args = [owner.address, 6n];
    await assert.rejects(
      reader.simulateContract({ ...token, functionName: 'transfer', args, account: replacer.address }),
      (error) => {
        assert.ok(error instanceof BaseError);
        const cause = error.walk((one) => one instanceof ContractFunctionRevertedError);
        assert.equal(cause.data.errorName, 'InsufficientBalance');
        assert.deepEqual(cause.data.args, [replacer.address, 5n, 6n]);
        return true;
      },
    );
  });

  test('many reads are one call of Multicall3', async () => {
    const of = (who) => ({ ...token, functionName: 'balanceOf', args: [who] });
    const results = await reader.multicall({ contracts: [of(replacer.address), of(token.address)] });
    assert.deepEqual(results, [
      { status: 'success', result: 5n },
      { status: 'success', result: 0n },
    ]);
  });

  test('a call sees state that is overridden', async () => {
    const balance = await reader.call({
      to: MULTICALL3,
      // getEthBalance(address)
      data: `0x4d2301cc${'11'.repeat(20).padStart(64, '0')}`,
      stateOverride: [{ address: `0x${'11'.repeat(20)}`, balance: parseEther('123') }],
    });
    assert.equal(BigInt(balance.data), parseEther('123'));
  });

  for (const blockTag of ['latest', 'safe', 'finalized', 'earliest', 'pending']) {
    test(`there is a block that is ${blockTag}`, async () => {
      const block = await reader.getBlock({ blockTag, includeTransactions: true });
      assert.ok(block.gasLimit > 0n && block.gasLimit <= BigInt(Number.MAX_SAFE_INTEGER));
      assert.ok(Array.isArray(block.transactions));
    });
  }

  test('the fee history has a reward for every percentile', async () => {
    const blocks = 3;
    const history = await reader.getFeeHistory({ blockCount: blocks, rewardPercentiles: [10, 50, 90] });
    assert.equal(history.baseFeePerGas.length, blocks + 1);
    assert.deepEqual(
      history.reward.map((rewards) => rewards.length),
      Array(blocks).fill(3),
    );
  });

  test("a contract's filter gives each event once", async () => {
    const filter = await reader.createContractEventFilter({ ...token, eventName: 'Approval' });
    const hash = await writer.writeContract({ ...token, functionName: 'approve', args: [replacer.address, 1n] });
    await reader.waitForTransactionReceipt({ hash, ...WAIT });
    const [{ args, removed }] = await waitFor(
      'the event',
      async () => {
        const changes = await reader.getFilterChanges({ filter });
        return changes.length > 0 ? changes : undefined;
      },
      { timeoutMs: 20_000 },
    );
    assert.deepEqual([args.value, removed], [1n, false]);
    assert.deepEqual(await reader.getFilterChanges({ filter }), []);
    assert.equal(await reader.uninstallFilter({ filter }), true);
    await assert.rejects(reader.getFilterChanges({ filter }), /filter not found/);
  });

  test('a filter of blocks gives their hashes in order', async () => {
    const filter = await reader.createBlockFilter();
    await context.rpc.blocks(2);
    const hashes = await reader.getFilterChanges({ filter });
    assert.ok(hashes.length >= 2);
    const blocks = await Promise.all(hashes.map((blockHash) => reader.getBlock({ blockHash })));
    blocks.slice(1).forEach((block, i) => assert.equal(block.parentHash, blocks[i].hash));
  });

  test('a filter of pending transactions has one that is sent', async () => {
    const filter = await reader.createPendingTransactionFilter();
    const hash = await writer.sendTransaction({ to: replacer.address, value: 1n });
    const found = await waitFor(
      'the transaction',
      async () => (await reader.getFilterChanges({ filter })).find((one) => one === hash),
      { timeoutMs: 20_000, everyMs: 100 },
    );
    assert.equal(found, hash);
    await reader.waitForTransactionReceipt({ hash, ...WAIT });
  });

  test('over WebSocket events, heads and pending transactions are heard', async () => {
    const [events, heads, pending] = [[], [], []];
    const onError = (error) => assert.fail(error);
    const stops = [
      listener.watchContractEvent({ ...token, onLogs: (logs) => events.push(...logs), onError }),
      listener.watchBlocks({ onBlock: (block) => heads.push(block.number), onError }),
      listener.watchPendingTransactions({ onTransactions: (hashes) => pending.push(...hashes), onError }),
    ];
    await listener.getChainId();
    await context.rpc.blocks();
    const hash = await writer.writeContract({ ...token, functionName: 'approve', args: [replacer.address, 2n] });
    const { blockNumber } = await reader.waitForTransactionReceipt({ hash, ...WAIT });
    await waitFor(
      'event, head and pending transaction',
      async () =>
        (events.some((log) => log.transactionHash === hash) &&
          heads.includes(blockNumber) &&
          pending.includes(hash)) ||
        undefined,
      { timeoutMs: 20_000, everyMs: 50 },
    );
    for (const stop of stops) stop();
  });

  for (const [title, change] of [
    ['sped up', {}],
    ['cancelled', { to: replacer.address, value: 0n }],
  ]) {
    test(`a transaction is ${title} by one with the same nonce and a higher fee`, async () => {
      const mine = privateKeyToAccount(replacer.privateKey);
      const client = createWalletClient({ chain, transport: http(), account: mine });
      const nonce = await reader.getTransactionCount({ address: mine.address });
      const { maxFeePerGas } = await reader.estimateFeesPerGas();
      const first = {
        to: owner.address,
        value: 7n,
        nonce,
        gas: 21_000n,
        maxFeePerGas: 2n * maxFeePerGas,
        maxPriorityFeePerGas: 1_000_000_000n,
      };
      const hash = await sendEarly(client, first);
      const replaced = [];
      const waiting = reader.waitForTransactionReceipt({
        hash,
        onReplaced: (replacement) => replaced.push(replacement),
        ...WAIT,
      });
      // The library knows a replacement by the transaction that it read before.
      await sleep(500);
      const second = await client.sendTransaction({
        ...first,
        ...change,
        maxFeePerGas: 3n * maxFeePerGas,
        maxPriorityFeePerGas: 2_000_000_000n,
      });
      const receipt = await waiting;
      assert.equal(receipt.transactionHash, second);
      assert.equal(replaced[0].reason, title === 'sped up' ? 'repriced' : 'cancelled');
      assert.equal(await context.rpc.call('eth_getTransactionReceipt', hash), null);
    });
  }
}
