// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// One person with two keys: sr25519 in polkadot-js, secp256k1 in MetaMask. OPEN moves between the two
// from either side. docs/evm.md has the same as commands.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Interface, parseEther } from 'ethers';

import { u8aToHex } from '../lib/bytes.js';
import { account, Chain, OPEN } from '../lib/chain.js';
import { accountOf, addressOf, RUNTIME_PALLETS } from '../lib/evm-accounts.js';
import { fund } from '../lib/market.js';

export function accountStories(context) {
  const metamask = context.actor('accounts metamask');
  const polkadot = account('//Test//accounts');
  let chain;

  before(async () => {
    chain = await Chain.connect(context.stack.nodeUrl);
    await fund(chain, account('//Bob'), [polkadot], 1_000n * OPEN);
  });

  after(async () => {
    await chain?.disconnect();
  });

  const shown = (address) => context.provider.getBalance(address);

  test('an account of polkadot-js has an Ethereum address, under which Ethereum clients see its OPEN', async () => {
    const { data } = await chain.api.query.system.account(polkadot.addressRaw);
    const existential = chain.api.consts.balances.existentialDeposit.toBigInt();
    assert.equal(await shown(addressOf(polkadot.addressRaw)), data.free.toBigInt() - existential);
  });

  test('an Ethereum account has an SS58 address, under which polkadot-js sees its OPEN', async () => {
    const free = await chain.freeBalance(accountOf(metamask.address));
    const existential = chain.api.consts.balances.existentialDeposit.toBigInt();
    assert.equal(free, (await shown(metamask.address)) + existential);
  });

  test('polkadot-js pays MetaMask', async () => {
    const before = await shown(metamask.address);
    const { tx } = chain.api;
    await chain.send(tx.balances.transferKeepAlive(accountOf(metamask.address), 5n * OPEN), polkadot);
    assert.equal(await shown(metamask.address), before + 5n * OPEN);
  });

  test('MetaMask pays polkadot-js, by an ordinary transfer', async () => {
    const before = await chain.freeBalance(polkadot);
    const to = addressOf(polkadot.addressRaw);
    const sent = await context.connect(metamask).sendTransaction({ to, value: parseEther('3') });
    await sent.wait(1, 60_000);
    assert.equal(await chain.freeBalance(polkadot), before + 3n * OPEN);
  });

  test('MetaMask pays an account that the chain has never seen, by a call of the runtime', async () => {
    const fresh = account('//Test//accounts//fresh');
    const { method } = chain.api.tx.balances.transferKeepAlive(fresh.address, 2n * OPEN);
    const sent = await context.connect(metamask).sendTransaction({ to: RUNTIME_PALLETS, data: method.toHex() });
    const { status } = await sent.wait(1, 60_000);
    assert.equal(status, 1);
    assert.equal(await chain.freeBalance(fresh), 2n * OPEN);
  });

  test('polkadot-js calls a contract, which sees its Ethereum address', async () => {
    const token = await context.deploy(metamask, 'Token', [1n]);
    const data = token.interface.encodeFunctionData('mint', [metamask.address, 4n]);
    await callContract(token.target, data);
    assert.equal(await token.balanceOf(metamask.address), 5n);
    const approve = token.interface.encodeFunctionData('approve', [metamask.address, 9n]);
    await callContract(token.target, approve);
    assert.equal(await token.allowance(addressOf(polkadot.addressRaw), metamask.address), 9n);
  });

  test("a contract's event is a log, whoever called it", async () => {
    const emitter = await context.deploy(metamask, 'Emitter');
    const tag = `0x${'77'.repeat(32)}`;
    await callContract(emitter.target, emitter.interface.encodeFunctionData('emitOne', [1, tag, 2]));
    const events = await emitter.queryFilter(emitter.filters.Emitted(addressOf(polkadot.addressRaw)), 0, 'latest');
    assert.equal(events.length, 1);
    const { transactionHash } = events[0];
    const receipt = await context.rpc.call('eth_getTransactionReceipt', transactionHash);
    assert.equal(receipt.logs.length, 2);
    const { fragment } = new Interface(context.contracts.Emitter.abi).parseLog(receipt.logs[0]);
    assert.equal(fragment.name, 'Emitted');
  });

  /** Calls a contract with an extrinsic that polkadot-js signs. */
  function callContract(address, data) {
    const weight = { refTime: 400_000_000_000n, proofSize: 1_000_000n };
    return chain.send(chain.api.tx.revive.call(address, 0, weight, 100n * OPEN, data), polkadot);
  }

  test('the two ways between addresses are the ones that the runtime goes', async () => {
    const asked = await chain.api.call.reviveApi.accountId(metamask.address);
    assert.equal(asked.toHex(), u8aToHex(accountOf(metamask.address)));
    const mapped = await chain.api.call.reviveApi.address(polkadot.addressRaw);
    assert.equal(mapped.toHex().toLowerCase(), addressOf(polkadot.addressRaw).toLowerCase());
  });
}
