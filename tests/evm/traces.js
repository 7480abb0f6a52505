// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What a transaction did, run again: its calls, the state that it found and left, its steps.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { concat, id, keccak256, parseEther, toBeHex, zeroPadValue } from 'ethers';

import { wallet } from '../lib/evm.js';
import { RUNTIME_PALLETS } from '../lib/evm-accounts.js';

const IOPEN = '0x0000000000000000000000000000000008000000';
const word = (value) => zeroPadValue(typeof value === 'string' ? value : toBeHex(value), 32);
const lower = (text) => text?.toLowerCase();

export function traceStories(context) {
  const sender = context.actor('traces sender');
  const receiver = wallet('traces receiver').address;
  /** Where Token keeps what an account has. */
  const slotOf = (account) => keccak256(concat([word(account), word(1)]));
  let rpc;
  let user;
  let emitter;
  let token;
  let failed;
  let emitted;
  let moved;

  before(async () => {
    ({ rpc } = context);
    user = await context.deploy(sender, 'OpenUser', [], { value: parseEther('5') });
    emitter = await context.deploy(sender, 'Emitter');
    token = await context.deploy(sender, 'Token', [1_000n]);
    failed = await rpc.receipt((await user.tryAndGoOn(receiver, 9n)).hash);
    emitted = await rpc.receipt((await emitter.emitOne(1, id('traces'), 2)).hash);
    moved = await rpc.receipt((await token.transfer(receiver, 7n)).hash);
  });

  const trace = ({ transactionHash }, options) => rpc.call('debug_traceTransaction', transactionHash, options);

  test('a transaction is traced from its sender to what it called', async () => {
    const { type, from, to, gasUsed } = await trace(failed, { tracer: 'callTracer' });
    assert.deepEqual([type, lower(from), lower(to)], ['CALL', lower(sender.address), lower(user.target)]);
    assert.equal(gasUsed, failed.gasUsed);
  });

  test('the calls inside are in the trace, in their order, and those inside of them', async () => {
    const { calls } = await trace(failed, { tracer: 'callTracer' });
    assert.deepEqual(
      calls.map(({ type, to }) => [type, lower(to)]),
      [
        ['CALL', lower(user.target)],
        ['STATICCALL', IOPEN],
      ],
    );
    assert.deepEqual(
      calls[0].calls.map(({ type, to }) => [type, lower(to)]),
      [['CALL', IOPEN]],
    );
  });

  test('a call inside that failed says why', async () => {
    const { error, calls } = await trace(failed, { tracer: 'callTracer' });
    assert.equal(error, undefined);
    assert.equal(calls[0].error, 'execution reverted');
    // go-ethereum gives the bare text.
    assert.equal(calls[0].revertReason, 'revert: after sending');
  });

  test('with onlyTopCall the calls inside are left out', async () => {
    const { calls } = await trace(failed, { tracer: 'callTracer', tracerConfig: { onlyTopCall: true } });
    assert.deepEqual(calls ?? [], []);
  });

  test('logs are in the trace where they are asked for', async () => {
    const { logs } = await trace(emitted, { tracer: 'callTracer', tracerConfig: { withLog: true } });
    assert.deepEqual(
      logs.map(({ address, topics, data }) => [lower(address), topics, data]),
      emitted.logs.map(({ address, topics, data }) => [lower(address), topics, data]),
    );
  });

  test('logs are not in the trace where they are not', async () => {
    assert.deepEqual((await trace(emitted, { tracer: 'callTracer' })).logs ?? [], []);
  });

  test('a block is traced, a transaction after the other', async () => {
    const { blockHash, blockNumber } = moved;
    const byNumber = await rpc.call('debug_traceBlockByNumber', blockNumber, { tracer: 'callTracer' });
    const byHash = await rpc.call('debug_traceBlockByHash', blockHash, { tracer: 'callTracer' });
    const { transactions } = await rpc.call('eth_getBlockByHash', blockHash, false);
    assert.deepEqual(byNumber.map(({ txHash }) => txHash), transactions);
    assert.deepEqual(byHash, byNumber);
  });

  test('a call of the runtime is in its place in a block, and says why it has no trace', async () => {
    // system.remark('0x01')
    const sent = await context.connect(sender).sendTransaction({ to: RUNTIME_PALLETS, data: '0x00000401' });
    const { blockHash, hash } = await sent.wait(1, 60_000);
    const traces = await rpc.call('debug_traceBlockByHash', blockHash, { tracer: 'callTracer' });
    const { result, error } = traces.find(({ txHash }) => txHash === hash);
    assert.equal(result, undefined);
    assert.match(error, /call of the runtime/);
  });

  /** What a trace says of an account. */
  const of = (state, address) => Object.entries(state).find(([one]) => lower(one) === lower(address))?.[1];

  test('the state that a transaction found is that before it', async () => {
    const state = await trace(moved, { tracer: 'prestateTracer' });
    assert.equal(of(state, token.target).storage[slotOf(sender.address)], word(1_000));
    assert.ok(BigInt(of(state, sender.address).balance) > 0n);
  });

  test('with diffMode there is what changed, before and after', async () => {
    const { pre, post } = await trace(moved, { tracer: 'prestateTracer', tracerConfig: { diffMode: true } });
    const slot = slotOf(sender.address);
    assert.deepEqual(
      [of(pre, token.target).storage[slot], of(post, token.target).storage[slot]],
      [word(1_000), word(993)],
    );
    assert.equal(of(post, token.target).storage[slotOf(receiver)], word(7));
  });

  test('a call is traced with the state that it touches', async () => {
    const call = { from: sender.address, to: receiver, value: '0x1' };
    const state = await rpc.call('debug_traceCall', call, 'latest', { tracer: 'prestateTracer' });
    assert.ok(of(state, sender.address));
  });

  test('without a tracer the steps are told, with their opcodes', async () => {
    const { failed: isFailed, gas, structLogs } = await trace(moved, {});
    assert.deepEqual([isFailed, gas], [false, Number(moved.gasUsed)]);
    const opcodes = structLogs.map(({ op }) => op);
    assert.equal(opcodes.filter((op) => op === 'SSTORE').length, 2);
    assert.equal(opcodes.at(-1), 'RETURN');
    for (const { pc, depth, stack } of structLogs) {
      assert.ok(Number.isInteger(pc) && depth >= 1 && Array.isArray(stack));
    }
  });

  test('a tracer that there is not is refused by name', async () => {
    const { code, message } = await rpc.refusal('debug_traceTransaction', moved.transactionHash, {
      tracer: '4byteTracer',
    });
    assert.equal(code, -32602);
    assert.match(message, /4byteTracer/);
  });

  test('a transaction that there is not is refused', async () => {
    const { code, message } = await rpc.refusal('debug_traceTransaction', id('nothing'), { tracer: 'callTracer' });
    assert.deepEqual([code, message], [-32000, 'transaction not found']);
  });
}
