// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The calls that MetaMask makes of a network, in its order: adding the network, showing an account,
// sending, watching the transaction. Checked for the types that it relies on. Speeding a transaction up
// and cancelling it are what MetaMask's help says under "How to speed up or cancel a pending
// transaction" (support.metamask.io): another one of the same nonce, for a tenth more.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Interface, parseEther } from 'ethers';

import { quantity, signer, wallet } from '../lib/evm.js';

const QUANTITY = /^0x(0|[1-9a-f][0-9a-f]*)$/;
const HASH = /^0x[0-9a-f]{64}$/;

export function metamaskStories(context) {
  const user = context.actor('metamask user');
  const friend = wallet('metamask friend');

  test('adding the network: the chain id is a quantity, the network id the same in decimals', async () => {
    const [chain, network] = await Promise.all(['eth_chainId', 'net_version'].map((m) => context.rpc.call(m)));
    assert.match(chain, QUANTITY);
    assert.equal(network, String(Number(chain)));
    assert.equal(await context.rpc.call('net_listening'), true);
  });

  test('a page of another origin may ask', async () => {
    const origin = 'chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn';
    const response = await fetch(context.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
    });
    assert.equal(response.status, 200);
    assert.ok(['*', origin].includes(response.headers.get('access-control-allow-origin')));
  });

  test('polling: block number, block without transactions, balance', async () => {
    const { rpc } = context;
    const number = await rpc.call('eth_blockNumber');
    assert.match(number, QUANTITY);
    const block = await rpc.call('eth_getBlockByNumber', number, false);
    assert.equal(block.number, number);
    for (const field of ['gasLimit', 'gasUsed', 'timestamp', 'baseFeePerGas']) assert.match(block[field], QUANTITY);
    for (const field of ['hash', 'parentHash']) assert.match(block[field], HASH);
    assert.match(await rpc.call('eth_getBalance', user.address, number), QUANTITY);
  });

  test('showing a token: code, then decimals, symbol and balance by calls', async () => {
    const token = await context.deploy(user, 'Token', [5n]);
    const to = await token.getAddress();
    const { rpc } = context;
    assert.ok((await rpc.call('eth_getCode', to, 'latest')).length > 2);
    const erc20 = new Interface(context.contracts.Token.abi);
    const read = async (name, ...args) => {
      const data = erc20.encodeFunctionData(name, args);
      return erc20.decodeFunctionResult(name, await rpc.call('eth_call', { to, data }, 'latest'))[0];
    };
    assert.equal(await read('decimals'), 18n);
    assert.equal(await read('symbol'), 'TEST');
    assert.equal(await read('balanceOf', user.address), 5n);
  });

  test('sending: code of the receiver, fees, gas, nonce, raw transaction, receipt, block', async () => {
    const { rpc } = context;
    assert.equal(await rpc.call('eth_getCode', friend.address, 'latest'), '0x');
    const block = await rpc.call('eth_getBlockByNumber', 'latest', false);
    const history = await rpc.call('eth_feeHistory', quantity(5), 'latest', [10, 20, 30]);
    assert.equal(history.reward.length, history.gasUsedRatio.length);
    assert.equal(history.baseFeePerGas.length, history.gasUsedRatio.length + 1);
    const price = await rpc.call('eth_gasPrice');
    assert.ok(BigInt(price) >= BigInt(block.baseFeePerGas));
    const tip = await rpc.call('eth_maxPriorityFeePerGas');
    assert.match(tip, QUANTITY);
    const call = { from: user.address, to: friend.address, value: quantity(10n ** 18n) };
    const estimate = BigInt(await rpc.call('eth_estimateGas', call));
    assert.ok(estimate <= 21_000n, `a transfer is estimated at ${estimate}`);
    const nonce = Number(await rpc.call('eth_getTransactionCount', user.address, 'pending'));
    const sign = await signer(rpc, user);
    // MetaMask gives plain transfers 21,000 gas, whatever the estimate.
    const raw = await sign({ to: friend.address, value: 10n ** 18n, nonce, gasLimit: 21_000n });
    const hash = await rpc.call('eth_sendRawTransaction', raw);
    assert.match(hash, HASH);
    const receipt = await rpc.receipt(hash);
    assert.equal(receipt.status, '0x1');
    const [mined, inBlock] = await Promise.all([
      rpc.call('eth_getTransactionByHash', hash),
      rpc.call('eth_getBlockByHash', receipt.blockHash, false),
    ]);
    assert.equal(mined.blockHash, receipt.blockHash);
    assert.ok(inBlock.transactions.includes(hash));
    assert.equal(BigInt(await rpc.call('eth_getBalance', friend.address, 'latest')), 10n ** 18n);
  });

  test('a transaction that is dropped has no receipt and is not found', async () => {
    const unknown = `0x${'ab'.repeat(32)}`;
    assert.equal(await context.rpc.call('eth_getTransactionReceipt', unknown), null);
    assert.equal(await context.rpc.call('eth_getTransactionByHash', unknown), null);
  });
}

/** What MetaMask multiplies both fees by, at least. */
const tenthMore = (fee) => (fee * 11n) / 10n;

/** Alone, so that the slot is long enough for what waits to be replaced. */
export function metamaskReplacementStories(context) {
  const user = context.actor('metamask replacing user');
  const friend = wallet('metamask replacing friend');
  const value = parseEther('1');

  /** Sends what MetaMask proposes, and right after it what replaces it. Gives both with the receipt. */
  async function replace(changes) {
    const { rpc } = context;
    await rpc.blocks();
    const sign = await signer(rpc, user);
    const nonce = Number(await rpc.call('eth_getTransactionCount', user.address, 'latest'));
    const { baseFeePerGas } = await rpc.call('eth_getBlockByNumber', 'latest', false);
    const tip = BigInt(await rpc.call('eth_maxPriorityFeePerGas'));
    const cap = 2n * BigInt(baseFeePerGas) + tip;
    const fields = { type: 2, to: friend.address, value, nonce, gasLimit: 21_000n };
    const first = await rpc.call(
      'eth_sendRawTransaction',
      await sign({ ...fields, maxFeePerGas: cap, maxPriorityFeePerGas: tip }),
    );
    assert.equal((await rpc.call('eth_getTransactionByHash', first)).blockNumber, null);
    const fees = { maxFeePerGas: tenthMore(cap), maxPriorityFeePerGas: tenthMore(tip) };
    const receipt = await rpc.send(await sign({ ...fields, ...changes, ...fees }));
    return { first, receipt, nonce, price: BigInt(baseFeePerGas) + fees.maxPriorityFeePerGas };
  }

  /** How MetaMask learns that the first one is gone. */
  async function isDropped({ first, nonce }) {
    const { rpc } = context;
    assert.equal(await rpc.call('eth_getTransactionReceipt', first), null);
    assert.equal(await rpc.call('eth_getTransactionByHash', first), null);
    assert.equal(Number(await rpc.call('eth_getTransactionCount', user.address, 'latest')), nonce + 1);
  }

  const balance = (address) => context.provider.getBalance(address);

  test('speeding up: the same for a tenth more takes its place, and is done once', async () => {
    const before = await balance(friend.address);
    const replaced = await replace({});
    const { receipt, price } = replaced;
    assert.equal(receipt.status, '0x1');
    assert.equal(BigInt(receipt.effectiveGasPrice), price);
    await isDropped(replaced);
    assert.equal(await balance(friend.address), before + value);
  });

  test('cancelling: nothing to oneself for a tenth more takes its place, and the friend gets nothing', async () => {
    const [before, had] = [await balance(friend.address), await balance(user.address)];
    const replaced = await replace({ to: user.address, value: 0n });
    const { receipt } = replaced;
    assert.equal(receipt.status, '0x1');
    await isDropped(replaced);
    assert.equal(await balance(friend.address), before);
    assert.equal(await balance(user.address), had - BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice));
  });
}
