// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The calls that MetaMask makes of a network, in its order: adding the network, showing an account,
// sending, watching the transaction, speeding it up. Checked for the types that it relies on.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Interface } from 'ethers';

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
