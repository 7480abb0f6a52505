// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// ethers 6: deploying, calling, events over HTTP and WebSocket, failures as it decodes them, replaced
// transactions.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { getCreateAddress, parseEther, Transaction, WebSocketProvider } from 'ethers';

import { wallet } from '../lib/evm.js';
import { waitFor, within } from '../lib/wait.js';

const GWEI = 10n ** 9n;

/** What a promise is rejected with. */
async function failure(promise) {
  return promise.then(
    (value) => assert.fail(`it did not fail but gave ${value}`),
    (error) => error,
  );
}

export function ethersStories(context) {
  const owner = context.actor('ethers owner');
  const other = context.actor('ethers other');
  let token;
  let refuser;

  before(async () => {
    token = await context.deploy(owner, 'Token', [1_000n]);
    refuser = await context.deploy(owner, 'Refuser');
  });

  test('a contract is at the address that its deployer and nonce give', async () => {
    const { from, nonce } = token.deploymentTransaction();
    assert.equal(await token.getAddress(), getCreateAddress({ from, nonce }));
  });

  test('the code on chain is what the compiler made', async () => {
    const code = await context.provider.getCode(await token.getAddress());
    assert.equal(code, context.contracts.Token.runtime);
  });

  test('a call reads what the constructor wrote', async () => {
    assert.equal(await token.balanceOf(owner.address), 1_000n);
  });

  test("a receipt has the transaction's events", async () => {
    const sent = await token.transfer(other.address, 7n);
    const { logs, status } = await sent.wait(1, 60_000);
    assert.equal(status, 1);
    const [{ fragment, args }] = logs;
    assert.equal(fragment.name, 'Transfer');
    assert.deepEqual([...args], [owner.address, other.address, 7n]);
  });

  test('events are found by an indexed argument', async () => {
    const found = await token.queryFilter(token.filters.Transfer(null, other.address), 0, 'latest');
    assert.deepEqual(found.map(({ args }) => args.value), [7n]);
    const none = await token.queryFilter(token.filters.Transfer(other.address), 0, 'latest');
    assert.deepEqual(none, []);
  });

  test('a custom error is decoded before anything is sent', async () => {
    const error = await failure(token.connect(context.connect(other)).transfer(owner.address, 8n));
    assert.equal(error.code, 'CALL_EXCEPTION');
    const { name, args } = token.interface.parseError(error.data);
    assert.equal(name, 'InsufficientBalance');
    assert.deepEqual([...args], [other.address, 7n, 8n]);
  });

  test('a reason is decoded', async () => {
    const error = await failure(refuser.withReason());
    assert.equal(error.reason, 'not today');
  });

  test('a panic is decoded', async () => {
    const error = await failure(refuser.withPanic(0));
    assert.match(error.reason, /DIVIDE_BY_ZERO/);
  });

  test('a failed transaction is in a block with status 0', async () => {
    const sent = await refuser.afterWriting({ gasLimit: 1_000_000n });
    const error = await failure(sent.wait(1, 60_000));
    assert.equal(error.code, 'CALL_EXCEPTION');
    assert.equal(error.receipt.status, 0);
    assert.equal(await refuser.counter(), 0n);
  });

  test('what a transaction costs is the gas that its receipt names at the price that it names', async () => {
    const before = await context.provider.getBalance(other.address);
    const sent = await context.connect(other).sendTransaction({ to: owner.address, value: 5n });
    const { gasUsed, gasPrice } = await sent.wait(1, 60_000);
    const after = await context.provider.getBalance(other.address);
    assert.equal(before - after, 5n + gasUsed * gasPrice);
  });

  test('a tip is part of the price', async () => {
    const before = await context.provider.getBalance(other.address);
    const tip = 1_000_000_000n;
    const { maxFeePerGas } = await context.provider.getFeeData();
    const sent = await context.connect(other).sendTransaction({
      to: owner.address,
      value: 5n,
      maxPriorityFeePerGas: tip,
      maxFeePerGas: maxFeePerGas + tip,
    });
    const { gasUsed, gasPrice, blockNumber } = await sent.wait(1, 60_000);
    const { baseFeePerGas } = await context.provider.getBlock(blockNumber);
    assert.equal(gasPrice, baseFeePerGas + tip);
    assert.equal(before - (await context.provider.getBalance(other.address)), 5n + gasUsed * gasPrice);
  });

  for (const type of [0, 1, 2]) {
    test(`a transaction of type ${type} is taken and comes back as that`, async () => {
      const { gasPrice, maxFeePerGas } = await context.provider.getFeeData();
      const fees = type === 2 ? { maxFeePerGas, maxPriorityFeePerGas: 0n } : { gasPrice };
      const sent = await context.connect(owner).sendTransaction({ type, to: other.address, value: 1n, ...fees });
      const { status } = await sent.wait(1, 60_000);
      assert.equal(status, 1);
      const found = await context.provider.getTransaction(sent.hash);
      assert.equal(found.type, type);
      // Made again from the node's answer, signature included.
      const { to, nonce, gasLimit, data, value, chainId, signature, accessList } = found;
      const parts = { type, to, nonce, gasLimit, data, value, chainId, signature, accessList };
      const priced = type === 2 ? fees : { gasPrice: found.gasPrice };
      assert.equal(Transaction.from({ ...parts, ...priced }).hash, sent.hash);
    });
  }

  test('a contract takes OPEN when it is deployed', async () => {
    const user = await context.deploy(owner, 'OpenUser', [], { value: parseEther('1') });
    assert.equal(await context.provider.getBalance(await user.getAddress()), parseEther('1'));
  });

  test('a listener over HTTP hears an event', async () => {
    const heard = [];
    await token.on(token.filters.Approval(owner.address), ({ args }) => heard.push([...args]));
    await (await token.approve(other.address, 3n)).wait(1, 60_000);
    await waitFor('the event', async () => heard[0], { timeoutMs: 30_000 });
    await token.removeAllListeners();
    assert.deepEqual(heard, [[owner.address, other.address, 3n]]);
  });

  test('a listener over WebSocket hears an event, heads and what is pending', async () => {
    const provider = new WebSocketProvider(context.socketUrl);
    try {
      const [events, heads, pending] = [[], [], []];
      const listening = token.connect(provider);
      await listening.on('Approval', (_owner, _spender, value) => events.push(value));
      await provider.on('block', (number) => heads.push(number));
      await provider.on('pending', (hash) => pending.push(hash));
      // A call's answer comes after those to the subscriptions, which were asked for before it.
      await provider.getBlockNumber();
      const sent = await token.approve(other.address, 4n);
      const { blockNumber } = await sent.wait(1, 60_000);
      const all = async () =>
        (events.includes(4n) && heads.includes(blockNumber) && pending.includes(sent.hash)) || undefined;
      await waitFor('event, head and pending transaction', all, { timeoutMs: 30_000, everyMs: 50 });
    } finally {
      await within(provider.destroy(), 10_000, 'the WebSocket does not close');
    }
  });

  test('the fee data has all that wallets show', async () => {
    const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = await context.provider.getFeeData();
    assert.ok(gasPrice > 0n);
    assert.ok(maxFeePerGas >= gasPrice - maxPriorityFeePerGas);
    assert.ok(maxPriorityFeePerGas >= 0n);
  });
}

/** Alone, so that the slot is long enough for what waits to be replaced. */
export function ethersReplacementStories(context) {
  const sender = context.actor('ethers replacing sender');
  const receiver = wallet('ethers replacing receiver').address;

  for (const [title, reason, change] of [
    ['sped up', 'repriced', {}],
    ['cancelled', 'cancelled', { to: sender.address, value: 0n }],
  ]) {
    test(`who waits for a transaction that is ${title} hears of the one in its place`, async () => {
      const { rpc, provider } = context;
      const account = context.connect(sender);
      await rpc.blocks();
      const { baseFeePerGas } = await provider.getBlock('latest');
      const fees = (tip) => ({ maxFeePerGas: 2n * baseFeePerGas + tip, maxPriorityFeePerGas: tip });
      const fields = { to: receiver, value: 7n, nonce: await account.getNonce(), gasLimit: 21_000n };
      const first = await account.sendTransaction({ ...fields, ...fees(GWEI) });
      const waiting = failure(first.wait(1, 60_000));
      const second = await account.sendTransaction({ ...fields, ...change, ...fees(10n * GWEI) });
      const error = await waiting;
      assert.deepEqual([error.code, error.reason], ['TRANSACTION_REPLACED', reason]);
      assert.equal(error.cancelled, reason === 'cancelled');
      assert.equal(error.replacement.hash, second.hash);
      assert.deepEqual([error.receipt.hash, error.receipt.status], [second.hash, 1]);
      assert.equal(await provider.getTransactionReceipt(first.hash), null);
    });
  }
}
