// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What is refused is refused in go-ethereum's words, by which clients know it.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { concat, encodeRlp, id, Interface, keccak256, parseEther, Transaction } from 'ethers';

import { quantity, scalar, signer, wallet } from '../lib/evm.js';
import { CHAIN_ID } from './context.js';

/** The most gas for deposits. */
const DEPOSIT_GAS = 100_000_000n;

export function errorStories(context) {
  const sender = context.actor('errors sender');
  const poor = wallet('errors poor');
  const receiver = wallet('errors receiver').address;
  let rpc;
  let sign;
  let refuser;
  let encode;

  before(async () => {
    rpc = context.rpc;
    sign = await signer(rpc, sender);
    const contract = await context.deploy(sender, 'Refuser');
    refuser = await contract.getAddress();
    encode = (name, ...args) => new Interface(context.contracts.Refuser.abi).encodeFunctionData(name, args);
    sign = await signer(rpc, sender);
  });

  /** The error of a raw transaction that is refused. */
  const refused = (raw) => rpc.refusal('eth_sendRawTransaction', raw);
  const nonceNow = () => rpc.call('eth_getTransactionCount', sender.address, 'latest').then(Number);

  test('nonce too low', async () => {
    const nonce = (await nonceNow()) - 1;
    const { code, message } = await refused(await sign({ to: receiver, nonce }));
    assert.equal(code, -32000);
    assert.match(message, /^nonce too low/);
  });

  test('already known', async () => {
    await rpc.blocks();
    const raw = await sign({ to: receiver });
    const hash = await rpc.call('eth_sendRawTransaction', raw);
    const { code, message } = await refused(raw);
    assert.equal(code, -32000);
    assert.match(message, /^already known/);
    await rpc.receipt(hash);
  });

  test('insufficient funds for gas * price + value, of who has nothing', async () => {
    const signPoor = await signer(rpc, poor);
    const { code, message } = await refused(await signPoor({ to: receiver }));
    assert.equal(code, -32000);
    assert.match(message, /^insufficient funds for gas \* price \+ value/);
  });

  test('insufficient funds for gas * price + value, of who has less than the value', async () => {
    const nonce = await nonceNow();
    const { message } = await refused(await sign({ to: receiver, nonce, value: parseEther('2000') }));
    assert.match(message, /^insufficient funds for gas \* price \+ value/);
  });

  test('intrinsic gas too low', async () => {
    const nonce = await nonceNow();
    const { code, message } = await refused(await sign({ to: receiver, nonce, gasLimit: 2_000n }));
    assert.equal(code, -32000);
    assert.match(message, /^intrinsic gas too low/);
  });

  test('a tip above the most that is paid', async () => {
    const nonce = await nonceNow();
    // No library signs such a thing.
    const fields = [CHAIN_ID, nonce, 10n ** 11n, 10n ** 10n, 21_000, receiver, 0, '0x', []];
    const encoded = fields.map((one) => (typeof one === 'object' || `${one}`.startsWith('0x') ? one : scalar(one)));
    const { yParity, r, s } = sender.signingKey.sign(keccak256(concat(['0x02', encodeRlp(encoded)])));
    const signature = [scalar(yParity), scalar(r), scalar(s)];
    const { message } = await refused(concat(['0x02', encodeRlp([...encoded, ...signature])]));
    assert.match(message, /max priority fee per gas higher than max fee per gas/);
  });

  test('a price below the base fee', async () => {
    const nonce = await nonceNow();
    const fees = { type: 2, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n };
    const { message } = await refused(await sign({ to: receiver, nonce, ...fees }));
    assert.match(message, /^max fee per gas less than block base fee: maxFeePerGas: 1, baseFee: \d+$/);
  });

  test('more gas than any transaction can use', async () => {
    const nonce = await nonceNow();
    const { gasLimit } = await rpc.call('eth_getBlockByNumber', 'latest', false);
    // What a block shows is the most for computing; deposits come on top.
    const raw = await sign({ to: receiver, nonce, gasLimit: BigInt(gasLimit) + DEPOSIT_GAS + 1n });
    const { code, message } = await refused(raw);
    assert.deepEqual([code, message], [-32000, 'exceeds block gas limit']);
  });

  test("another chain's id", async () => {
    const nonce = await nonceNow();
    const { code, message } = await refused(await sign({ to: receiver, nonce, chainId: 1n }));
    assert.equal(code, -32000);
    assert.equal(message, `invalid sender: invalid chain id for signer: have 1 want ${CHAIN_ID}`);
  });

  test('a signature that is none', async () => {
    const nonce = await nonceNow();
    const transaction = Transaction.from(await sign({ to: receiver, nonce }));
    // s in the upper half of the curve's order.
    const raw = Buffer.from(transaction.serialized.slice(2), 'hex');
    raw.fill(0xff, raw.length - 32);
    const { message } = await refused(`0x${raw.toString('hex')}`);
    assert.equal(message, 'invalid sender: invalid transaction v, r, s values');
  });

  test('a revert with a reason has the reason in words and in data', async () => {
    const call = { from: sender.address, to: refuser, data: encode('withReason') };
    for (const method of ['eth_call', 'eth_estimateGas']) {
      const { code, message, data } = await rpc.refusal(method, call, 'latest');
      assert.equal(code, 3, method);
      assert.equal(message, 'execution reverted: not today', method);
      assert.equal(data.slice(0, 10), id('Error(string)').slice(0, 10), method);
    }
  });

  test('a revert with a custom error has it in the data', async () => {
    const call = { from: sender.address, to: refuser, data: encode('withCustomError', 5) };
    const { code, message, data } = await rpc.refusal('eth_call', call, 'latest');
    assert.equal(code, 3);
    assert.match(message, /^execution reverted/);
    const { name, args } = new Interface(context.contracts.Refuser.abi).parseError(data);
    assert.deepEqual([name, args[0], args[1]], ['Refused', 5n, 'because']);
  });

  test('a revert with nothing is a revert', async () => {
    const { code, message } = await rpc.refusal('eth_call', { to: refuser, data: encode('withNothing') }, 'latest');
    assert.deepEqual([code, message], [3, 'execution reverted']);
  });

  test('an invalid opcode is no revert', async () => {
    const call = { to: refuser, data: encode('withInvalidOpcode') };
    const { code, message } = await rpc.refusal('eth_call', call, 'latest');
    assert.equal(code, -32000);
    assert.match(message, /invalid opcode/);
  });

  test('a call that never ends is ended by its gas', async () => {
    const call = { from: sender.address, to: refuser, data: encode('forever'), gas: quantity(1_000_000) };
    const { code, message } = await rpc.refusal('eth_call', call, 'latest');
    assert.equal(code, -32000);
    assert.match(message, /out of gas/);
  });

  test('a transaction that fails costs its gas and changes nothing', async () => {
    const transaction = await context.connect(sender).sendTransaction({
      to: refuser,
      data: encode('afterWriting'),
      gasLimit: 500_000n,
    });
    const { status, gasUsed, logs } = await rpc.receipt(transaction.hash);
    assert.equal(status, '0x0');
    assert.ok(BigInt(gasUsed) > 0n && BigInt(gasUsed) < 500_000n);
    assert.deepEqual(logs, []);
    assert.equal(BigInt(await rpc.call('eth_call', { to: refuser, data: encode('counter') }, 'latest')), 0n);
  });
}
