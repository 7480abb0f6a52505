// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Calls that leave no trace: at which block they run, what they can be told to find, what they touch.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { concat, getCreateAddress, Interface, keccak256, toBeHex, zeroPadValue } from 'ethers';

import { Chain } from '../lib/chain.js';
import { RUNTIME_PALLETS } from '../lib/evm-accounts.js';
import { quantity, wallet } from '../lib/evm.js';
import { MULTICALL3 } from './predeploys.js';

const word = (value) => zeroPadValue(typeof value === 'string' ? value : toBeHex(value), 32);

/** Where Solidity keeps the entry of a mapping. */
const slotOf = (key, mapping) => keccak256(concat([word(key), word(mapping)]));

/** The slots of Token. */
const TOTAL_SUPPLY = word(0);
const balanceSlot = (account) => slotOf(account, 1);

const multicall = new Interface(['function getBlockNumber() view returns (uint256)']);

export function executionStories(context) {
  const sender = context.actor('execution sender');
  const nobody = wallet('execution nobody').address;
  let rpc;
  let token;
  let probe;

  before(async () => {
    ({ rpc } = context);
    token = await context.deploy(sender, 'Token', [1_000n]);
    probe = await context.deploy(sender, 'Probe');
  });

  const encode = (name, ...args) => token.interface.encodeFunctionData(name, args);
  /** Reads a number from the token, with overrides of the state. */
  const read = async (name, args, overrides) =>
    BigInt(await rpc.call('eth_call', { to: token.target, data: encode(name, ...args) }, 'latest', overrides));
  /** The number and the time of the block that a call sees. */
  const here = async (block, ...overrides) => {
    const data = probe.interface.encodeFunctionData('here');
    const answer = await rpc.call('eth_call', { to: probe.target, data }, block, ...overrides);
    const [number, seconds] = probe.interface.decodeFunctionResult('here', answer);
    return { number: Number(number), seconds: Number(seconds) };
  };

  for (const tag of ['latest', 'safe', 'finalized', 'earliest']) {
    test(`a call at "${tag}" runs in that block`, async () => {
      const data = multicall.encodeFunctionData('getBlockNumber');
      const height = async () => Number((await rpc.call('eth_getBlockByNumber', tag, false)).number);
      const before = await height();
      const seen = Number(await rpc.call('eth_call', { to: MULTICALL3, data }, tag));
      assert.ok(seen >= before && seen <= (await height()), `${seen} at ${tag}, which was ${before}`);
    });
  }

  test('a call at "pending" runs in the block that follows', async () => {
    const before = await rpc.height();
    const { number, seconds } = await here('pending');
    assert.ok(number > before && number <= (await rpc.height()) + 1, `${number} after ${before}`);
    const { timestamp } = await rpc.call('eth_getBlockByNumber', quantity(before), false);
    assert.ok(seconds >= Number(timestamp));
  });

  test("a call at a block's hash or number runs on its state", async () => {
    const { blockHash, blockNumber } = await rpc.receipt((await token.mint(nobody, 3n)).hash);
    const balanceAt = async (block) =>
      BigInt(await rpc.call('eth_call', { to: token.target, data: encode('balanceOf', nobody) }, block));
    assert.equal(await balanceAt(blockNumber), 3n);
    assert.equal(await balanceAt({ blockHash }), 3n);
    assert.equal(await balanceAt(quantity(Number(blockNumber) - 1)), 0n);
  });

  test('a call sees overridden code, balance and slots', async () => {
    const call = { to: nobody, data: '0x' };
    // SLOAD(0), SELFBALANCE, ADD: returned as a word.
    const code = '0x5f5447015f5260205ff3';
    const answer = await rpc.call('eth_call', call, 'latest', {
      [nobody]: { code, balance: quantity(10n ** 18n), stateDiff: { [word(0)]: word(5) } },
    });
    assert.equal(BigInt(answer), 10n ** 18n + 5n);
    assert.equal(await rpc.call('eth_call', call, 'latest'), '0x');
  });

  test('a call sees an overridden nonce: a contract is created where it says', async () => {
    // CREATE of a contract whose code is one byte; its address, returned as a word.
    const code = '0x6360015ff35f526004601c5ff05f5260205ff3';
    const answer = await rpc.call('eth_call', { to: nobody, data: '0x' }, 'latest', {
      [nobody]: { code, nonce: quantity(7), balance: quantity(10n ** 18n) },
    });
    assert.equal(answer, word(getCreateAddress({ from: nobody, nonce: 7 }).toLowerCase()));
  });

  test('overridden slots leave the others as they are', async () => {
    const overrides = { [token.target]: { stateDiff: { [TOTAL_SUPPLY]: word(5) } } };
    assert.equal(await read('totalSupply', [], overrides), 5n);
    assert.equal(await read('balanceOf', [sender.address], overrides), 1_000n);
  });

  test('an overridden state leaves nothing else', async () => {
    const overrides = { [token.target]: { state: { [TOTAL_SUPPLY]: word(5) } } };
    assert.equal(await read('totalSupply', [], overrides), 5n);
    assert.equal(await read('balanceOf', [sender.address], overrides), 0n);
  });

  test('state and stateDiff of one account are refused', async () => {
    const call = { to: token.target, data: encode('totalSupply') };
    const both = { [token.target]: { state: {}, stateDiff: {} } };
    assert.equal((await rpc.refusal('eth_call', call, 'latest', both)).code, -32602);
  });

  test('a precompile that shall be elsewhere is refused', async () => {
    // That of hashes, SHA-256.
    const moved = { [`0x${'02'.padStart(40, '0')}`]: { movePrecompileToAddress: nobody } };
    for (const method of ['eth_call', 'eth_estimateGas', 'eth_createAccessList']) {
      const { code, message } = await rpc.refusal(method, { to: nobody }, 'latest', moved);
      assert.equal(code, -32602, method);
      assert.match(message, /^movePrecompileToAddress/, method);
    }
  });

  test("a call sees the block's time as it is overridden", async () => {
    const { timestamp } = await rpc.call('eth_getBlockByNumber', 'latest', false);
    const later = Number(timestamp) + 86_400;
    assert.equal((await here('latest', {}, { time: quantity(later) })).seconds, later);
  });

  test('a time before that of the block is refused', async () => {
    const data = probe.interface.encodeFunctionData('here');
    const { code, message } = await rpc.refusal('eth_call', { to: probe.target, data }, 'latest', {}, { time: '0x1' });
    assert.equal(code, -32602);
    assert.match(message, /a call runs at the time of its block/);
  });

  test("an estimate sees the block's time as it is overridden, and none before it", async () => {
    const { timestamp } = await rpc.call('eth_getBlockByNumber', 'latest', false);
    const call = { from: sender.address, to: nobody };
    // TIMESTAMP, MSTORE, REVERT of the word.
    const overrides = { [nobody]: { code: '0x425f5260205ffd' } };
    const later = Number(timestamp) + 86_400;
    const refusal = (time) => rpc.refusal('eth_estimateGas', call, 'latest', overrides, { time: quantity(time) });
    assert.equal(Number((await refusal(later)).data), later);
    assert.equal((await refusal(1)).code, -32602);
  });

  test('an estimate sees overridden slots', async () => {
    const call = { from: nobody, to: token.target, data: encode('transfer', sender.address, 50n) };
    assert.equal((await rpc.refusal('eth_estimateGas', call, 'latest')).code, 3);
    const overrides = { [token.target]: { stateDiff: { [balanceSlot(nobody)]: word(50) } } };
    assert.ok(BigInt(await rpc.call('eth_estimateGas', call, 'latest', overrides)) > 0n);
  });

  test('an estimate sees an overridden balance', async () => {
    const call = { from: nobody, to: sender.address, value: quantity(10n ** 18n) };
    assert.match((await rpc.refusal('eth_estimateGas', call, 'latest')).message, /^insufficient funds/);
    const overrides = { [nobody]: { balance: quantity(10n ** 19n) } };
    assert.ok(BigInt(await rpc.call('eth_estimateGas', call, 'latest', overrides)) <= 21_000n);
  });

  /** The block that an estimate sees: code that reverts with its number stands where the call goes. */
  const estimatedIn = async (block) => {
    // NUMBER, MSTORE, REVERT of the word.
    const overrides = { [nobody]: { code: '0x435f5260205ffd' } };
    const { code, data } = await rpc.refusal('eth_estimateGas', { from: sender.address, to: nobody }, block, overrides);
    assert.equal(code, 3);
    return Number(data);
  };

  for (const tag of ['latest', 'safe', 'finalized']) {
    test(`an estimate at "${tag}" is one in the block that follows it`, async () => {
      const height = async () => Number((await rpc.call('eth_getBlockByNumber', tag, false)).number);
      const before = await height();
      const seen = await estimatedIn(tag);
      assert.ok(seen > before && seen <= (await height()) + 1, `${seen} at ${tag}, which was ${before}`);
    });
  }

  test('an estimate at "pending" is one in the block that follows the latest', async () => {
    const before = await rpc.height();
    const seen = await estimatedIn('pending');
    assert.ok(seen > before && seen <= (await rpc.height()) + 1, `${seen} after ${before}`);
  });

  test("an estimate at a block's number is one on its state", async () => {
    const holder = wallet('execution holder').address;
    const { blockNumber } = await rpc.receipt((await token.mint(holder, 50n)).hash);
    const call = { from: holder, to: token.target, data: encode('transfer', sender.address, 50n) };
    assert.ok(BigInt(await rpc.call('eth_estimateGas', call, blockNumber)) > 0n);
    assert.equal((await rpc.refusal('eth_estimateGas', call, quantity(Number(blockNumber) - 1))).code, 3);
    assert.equal(await estimatedIn(blockNumber), Number(blockNumber) + 1);
  });

  test('an access list names the slots that a call touches', async () => {
    const call = { from: sender.address, to: token.target, data: encode('transfer', nobody, 1n) };
    const { accessList, gasUsed, error } = await rpc.call('eth_createAccessList', call, 'latest');
    assert.equal(error, undefined);
    assert.ok(BigInt(gasUsed) > 0n);
    const touched = accessList.map(({ address, storageKeys }) => [address.toLowerCase(), [...storageKeys].sort()]);
    const slots = [balanceSlot(sender.address), balanceSlot(nobody)].sort();
    assert.deepEqual(touched, [[token.target.toLowerCase(), slots]]);
  });

  test('an access list sees overridden code and slots', async () => {
    const call = { from: sender.address, to: nobody };
    // SLOAD(7), and SLOAD of the slot that is kept there.
    const overrides = { [nobody]: { code: '0x60075454', stateDiff: { [word(7)]: word(9) } } };
    const { accessList, error } = await rpc.call('eth_createAccessList', call, 'latest', overrides);
    assert.equal(error, undefined);
    const touched = accessList.map(({ address, storageKeys }) => [address.toLowerCase(), [...storageKeys].sort()]);
    assert.deepEqual(touched, [[nobody.toLowerCase(), [word(7), word(9)]]]);
    assert.deepEqual((await rpc.call('eth_createAccessList', call, 'latest')).accessList, []);
  });

  test('a transfer touches no slots', async () => {
    const transfer = { from: sender.address, to: nobody, value: '0x1' };
    const { accessList } = await rpc.call('eth_createAccessList', transfer, 'latest');
    assert.deepEqual(accessList, []);
  });

  test('a call of the runtime that weighs more than any transaction may is refused before it runs', async () => {
    const chain = await Chain.connect(context.stack.nodeUrl);
    const weight = { refTime: 2n ** 62n, proofSize: 2n ** 40n };
    const data = chain.api.tx.revive.call(nobody, 0, weight, 10n ** 20n, '0x').method.toHex();
    await chain.disconnect();
    // JUMPDEST, PUSH0, JUMP: it would run for days.
    const overrides = { [nobody]: { code: '0x5b5f56' } };
    for (const method of ['eth_call', 'eth_estimateGas']) {
      const began = Date.now();
      const call = { from: sender.address, to: RUNTIME_PALLETS, data };
      const { code, message } = await rpc.refusal(method, call, 'latest', overrides);
      assert.equal(code, -32000, method);
      assert.match(message, /^intrinsic gas too low/, method);
      assert.ok(Date.now() - began < 10_000, `${method} took ${Date.now() - began} ms`);
    }
  });
}
