// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What differs from Ethereum. docs/evm.md lists the same, in this order.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { before, test } from 'node:test';

import { concat, dataLength, dataSlice, id, parseEther, toBeHex, Transaction, Wallet, zeroPadValue } from 'ethers';
import { privateKeyToAccount } from 'viem/accounts';

import { signer, wallet } from '../lib/evm.js';
import { CHAIN_ID, initCode } from './context.js';

/** The most bytes that a call brings and gives back, and that an event has. */
const MAX_DATA = 128 * 1024;
const MAX_EVENT = 64 * 1024;

/** The most bytes that a contract's code has, EIP-170, and that makes it, EIP-3860. */
const MAX_CODE = 24_576;
const MAX_INIT_CODE = 2 * MAX_CODE;

export function differenceStories(context) {
  const sender = context.actor('differences sender');
  const heir = wallet('differences heir').address;
  const probed = wallet('differences probed').address;
  let rpc;
  let probe;

  before(async () => {
    rpc = context.rpc;
    probe = await context.deploy(sender, 'Probe');
  });

  const raw = async (fields) => (await signer(rpc, sender))(fields);
  const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 0n };
  const word = (number) => zeroPadValue(toBeHex(number), 32);

  /** The answer to a call of an account as if it had this code. */
  const run = (code, data = '0x', { [probed]: own, ...others } = {}) =>
    rpc.answer('eth_call', { to: probed, data }, 'latest', { ...others, [probed]: { code: `0x${code}`, ...own } });

  test('calls nest 25 deep, not 1,024', async () => {
    const depth = await probe.depth.staticCall();
    assert.ok(depth >= 23n && depth <= 25n, `${depth}`);
  });

  test('transactions of type 3, with blobs, are refused', async () => {
    const blobs = { maxFeePerBlobGas: 1n, blobVersionedHashes: [`0x01${'00'.repeat(31)}`] };
    const { message } = await rpc.refusal(
      'eth_sendRawTransaction',
      await raw({ type: 3, to: heir, ...fees, ...blobs }),
    );
    assert.match(message, /transaction type not supported/);
  });

  test('transactions of type 4, which set code for accounts, are refused', async () => {
    const account = privateKeyToAccount(sender.privateKey);
    const authorization = await account.signAuthorization({
      chainId: Number(CHAIN_ID),
      address: await probe.getAddress(),
      nonce: 0,
    });
    const signed = await account.signTransaction({
      type: 'eip7702',
      chainId: Number(CHAIN_ID),
      to: heir,
      gas: 100_000n,
      nonce: Number(await rpc.call('eth_getTransactionCount', sender.address, 'latest')),
      authorizationList: [authorization],
      ...fees,
    });
    const { message } = await rpc.refusal('eth_sendRawTransaction', signed);
    assert.match(message, /transaction type not supported/);
  });

  test('transactions for any chain, without an id as before EIP-155, are refused', async () => {
    const signed = await raw({ type: 0, gasPrice: 10n ** 11n, to: heir, chainId: 0n });
    assert.equal(Transaction.from(signed).chainId, 0n);
    const { code, message } = await rpc.refusal('eth_sendRawTransaction', signed);
    assert.equal(code, -32000);
    assert.match(message, /^only replay-protected \(EIP-155\) transactions allowed/);
  });

  test('code has at most 24,576 bytes, as on Ethereum', async () => {
    const from = sender.address;
    const estimate = (size) => rpc.answer('eth_estimateGas', { from, data: initCode('00'.repeat(size)) });
    const largest = await estimate(MAX_CODE);
    assert.ok(largest.result, largest.error?.message);
    const { code, message } = (await estimate(MAX_CODE + 1)).error;
    assert.deepEqual([code, message], [-32000, 'max code size exceeded']);
  });

  test('code that makes a contract has at most 49,152 bytes, as on Ethereum', async () => {
    const from = sender.address;
    // RETURN(0, 0), and what is never run.
    const make = (size) => `0x5f5ff3${'00'.repeat(size - 3)}`;
    const largest = await rpc.answer('eth_estimateGas', { from, data: make(MAX_INIT_CODE) });
    assert.ok(largest.result, largest.error?.message);
    assert.ok((await rpc.answer('eth_estimateGas', { from, data: make(MAX_INIT_CODE + 1) })).error);
    const tooLarge = await raw({ data: make(MAX_INIT_CODE + 1), gasLimit: 10_000_000n });
    const { code, message } = await rpc.refusal('eth_sendRawTransaction', tooLarge);
    assert.deepEqual(
      [code, message],
      [-32000, `max initcode size exceeded: code size ${MAX_INIT_CODE + 1} limit ${MAX_INIT_CODE}`],
    );
  });

  for (const [name, opcodes] of [
    // Arguments first: seven zeros for CALLCODE, one for BLOBHASH.
    ['CALLCODE', '5f5f5f5f5f5f5ff2'],
    ['BLOBHASH', '5f49'],
    ['BLOBBASEFEE', '4a'],
  ]) {
    test(`the opcode ${name} is invalid`, async () => {
      const to = await context.deployRuntime(sender, `${opcodes}00`);
      const { code, message } = await rpc.refusal('eth_call', { to }, 'latest');
      assert.deepEqual([code, message], [-32000, 'invalid opcode']);
    });
  }

  test('opcodes up to Osaka are there: PUSH0, MCOPY, TLOAD, TSTORE, CLZ', async () => {
    // TSTORE(0, 1), MCOPY(0, 0, 32), and the leading zeros of what TLOAD reads.
    const to = await context.deployRuntime(sender, '60015f5d60205f5f5e5f5c1e5f5260205ff3');
    assert.equal(BigInt(await rpc.call('eth_call', { to }, 'latest')), 255n);
  });

  test('PREVRANDAO is a constant, and no source of chance', async () => {
    assert.equal(await probe.prevrandao(), 2_500_000_000_000_000n);
  });

  test('GASLIMIT is as large as a number of 64 bits', async () => {
    assert.equal(await probe.gasLimit(), 2n ** 64n - 1n);
  });

  test('COINBASE, CHAINID, BASEFEE, NUMBER, TIMESTAMP and BLOCKHASH are the block\'s', async () => {
    const [chainId, baseFee, [number, seconds, parent]] = [
      await probe.chainId(),
      await probe.baseFee(),
      await probe.here(),
    ];
    assert.equal(chainId, CHAIN_ID);
    assert.ok(baseFee > 0n);
    const before = await rpc.call('eth_getBlockByNumber', toBeHex(number - 1n).replace(/^0x0/, '0x'), false);
    assert.equal(parent, before.hash);
    assert.ok(Math.abs(Number(seconds) - Date.now() / 1_000) < 60);
  });

  test('SELFDESTRUCT removes only what was made in the same transaction, as since Cancun', async () => {
    const ender = await context.deploy(sender, 'Ender', [], { value: parseEther('1') });
    await (await ender.end(heir)).wait(1, 60_000);
    assert.notEqual(await context.provider.getCode(ender.target), '0x');
    assert.equal(await context.provider.getBalance(heir), parseEther('1'));
    const maker = await context.deploy(sender, 'EnderMaker');
    const { logs } = await (await maker.makeAndEnd(heir, { value: parseEther('1') })).wait(1, 60_000);
    assert.equal(await context.provider.getCode(logs[0].args.ender), '0x');
    assert.equal(await context.provider.getBalance(heir), parseEther('2'));
  });

  test('a contract that ends in the transaction that made it costs no deposit, and leaves nothing', async () => {
    const maker = await context.deploy(sender, 'EnderMaker');
    const used = async (sent) => {
      const { gasUsed, logs } = await (await sent).wait(1, 60_000);
      return { gasUsed, ender: logs[0].args.ender };
    };
    const ended = [await used(maker.makeAndEnd(heir)), await used(maker.makeAndEnd(heir))];
    for (const { ender } of ended) {
      assert.deepEqual(
        [await context.provider.getCode(ender), await context.provider.getBalance(ender)],
        ['0x', 0n],
      );
    }
    const made = await used(maker.make());
    assert.notEqual(await context.provider.getCode(made.ender), '0x');
    // The code was new each time: nothing of it was kept, and nothing was paid for keeping it.
    const [first, second] = ended.map(({ gasUsed }) => gasUsed);
    assert.equal(second, first);
    assert.ok(first < made.gasUsed, `${first} gas to make and end, ${made.gasUsed} to make`);
  });

  test('memory ends at 1 MiB', async () => {
    assert.equal(await probe.useMemory(1_000_000), 0n);
    await assert.rejects(probe.useMemory(1_100_000));
  });

  test('transient storage ends at 4 KiB', async () => {
    assert.equal(await probe.useTransient.staticCall(10), 10n);
    await assert.rejects(probe.useTransient.staticCall(200));
  });

  test('what is returned or reverted with has at most 128 KiB', async () => {
    // RETURN(0, n) and REVERT(0, n) of the number that is the call's data.
    for (const end of ['f3', 'fd']) {
      const { result, error } = await run(`5f355f${end}`, word(MAX_DATA));
      assert.equal(dataLength(result ?? error.data), MAX_DATA);
      const tooLarge = await run(`5f355f${end}`, word(MAX_DATA + 1));
      assert.deepEqual([tooLarge.error.code, tooLarge.error.message], [-32000, 'return data is too large']);
    }
  });

  test('an inner call brings and returns at most 128 KiB', async () => {
    const callee = wallet('differences callee').address;
    // MSTORE(0, n), CALL(GAS, callee, 0, 0, 32, 0, 0): whether it went through, and RETURNDATASIZE.
    const asking = `5f355f525f5f60205f5f73${callee.slice(2)}5af15f523d60205260405ff3`;
    const returned = async (size) => {
      const { result } = await run(asking, word(size), { [callee]: { code: '0x5f355ff3' } });
      return [dataSlice(result, 0, 32), dataSlice(result, 32)].map(Number);
    };
    assert.deepEqual(await returned(MAX_DATA), [1, MAX_DATA]);
    assert.deepEqual(await returned(MAX_DATA + 1), [0, 0]);
    // CALL(GAS, identity, 0, 0, n, 0, 0): whether it went through.
    const bringing = async (size) => Number((await run('5f5f5f355f5f60045af15f5260205ff3', word(size))).result);
    assert.deepEqual([await bringing(MAX_DATA), await bringing(MAX_DATA + 1)], [1, 0]);
  });

  test('eth_call brings at most 128 KiB', async () => {
    // CALLDATASIZE, returned as a word.
    const bringing = (size) => run('365f5260205ff3', `0x${'11'.repeat(size)}`);
    assert.equal(Number((await bringing(MAX_DATA)).result), MAX_DATA);
    const { code, message } = (await bringing(MAX_DATA + 1)).error;
    assert.equal(code, -32000);
    assert.match(message, /^oversized data/);
  });

  test('an event has at most 64 KiB of data', async () => {
    // LOG0(0, n).
    assert.equal((await run('5f355fa0', word(MAX_EVENT))).result, '0x');
    const { code, message } = (await run('5f355fa0', word(MAX_EVENT + 1))).error;
    assert.deepEqual([code, message], [-32000, 'out of gas']);
  });

  test('gas of opcodes is not Ethereum\'s: it is the time that they take', async () => {
    const additions = await probe.gasOfAdditions();
    const word = await probe.gasOfNewWord.staticCall(1);
    // A thousand rounds of this loop are some 60,000 gas on Ethereum, a new word 22,100.
    assert.ok(additions < 30_000n, `${additions}`);
    assert.ok(word > 0n && word !== 22_100n, `${word}`);
  });

  test('a call passes on all gas, not 63 of 64 parts', async () => {
    const perMille = await probe.passedOn({ gasLimit: 3_000_000n });
    assert.ok(perMille >= 985n, `${perMille}`);
  });

  test('a call with value brings a stipend that is enough for a log, and not for a slot', async () => {
    const payer = await context.deploy(sender, 'Payer', [], { value: parseEther('1') });
    const [logger, writer] = [await context.deploy(sender, 'Logger'), await context.deploy(sender, 'Writer')];
    assert.equal(await payer.pay.staticCall(logger.target), true);
    assert.equal(await payer.pay.staticCall(writer.target), false);
    const { logs } = await (await payer.pay(logger.target)).wait(1, 60_000);
    const { left } = logger.interface.parseLog(logs[0]).args;
    assert.ok(left !== 2_300n, `${left} gas was left`);
  });

  test('GASPRICE is the base fee, without the tip', async () => {
    const tip = 5n * 10n ** 9n;
    const { maxFeePerGas } = await context.provider.getFeeData();
    const sent = await probe.noteGasPrice({ maxFeePerGas: maxFeePerGas + tip, maxPriorityFeePerGas: tip });
    const { blockNumber, gasPrice } = await sent.wait(1, 60_000);
    const { baseFeePerGas } = await context.provider.getBlock(blockNumber);
    assert.equal(gasPrice, baseFeePerGas + tip);
    assert.equal(await probe.gasPriceSeen(), baseFeePerGas);
  });

  /** The answer of a precompile that Ethereum has. */
  const precompiled = (at, data) => rpc.answer('eth_call', { to: zeroPadValue(toBeHex(at), 20), data }, 'latest');

  test('a call of the precompile of KZG proofs fails', async () => {
    assert.equal((await precompiled(0x0a, `0x${'00'.repeat(192)}`)).error.code, -32000);
    // CALL(GAS, 0x0a, 0, 0, 192, 0, 0), and whether it went through.
    assert.equal(BigInt((await run('5f5f60c05f5f600a5af15f5260205ff3')).result), 0n);
  });

  test("BLS12-381's precompiles are not there", async () => {
    // From 0x0b to 0x11, since Prague; those before the one of KZG proofs are. The sum of two points at
    // infinity is one.
    assert.equal((await precompiled(0x0b, `0x${'00'.repeat(256)}`)).result, '0x');
    assert.equal((await precompiled(0x06, `0x${'00'.repeat(128)}`)).result, `0x${'00'.repeat(64)}`);
  });

  test("P-256's precompile, since Osaka, says one of a valid signature and nothing of another", async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const message = Buffer.from('differences');
    const hash = createHash('sha256').update(message).digest();
    const signature = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    const proof = Buffer.concat([signature, Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    assert.equal(BigInt((await precompiled(0x100, concat([hash, proof]))).result), 1n);
    assert.equal((await precompiled(0x100, concat([id('another'), proof]))).result, '0x');
  });

  for (const [eip, address] of [
    ['EIP-2935', '0x0000F90827F1C53a10cb7A02335B175320002935'],
    ['EIP-4788', '0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02'],
    ['EIP-7002', '0x00000961Ef480Eb55e80D19ad83579A64c007002'],
    ['EIP-7251', '0x0000BBdDc7CE488642fb579F8B00f3a590007251'],
  ]) {
    test(`the system's contract of ${eip} is not there`, async () => {
      assert.equal(await rpc.call('eth_getCode', address, 'latest'), '0x');
    });
  }

  test('the balance that is shown leaves the existential deposit out', async () => {
    const one = Wallet.createRandom().address;
    await (await context.connect(sender).sendTransaction({ to: one, value: 1n })).wait(1, 60_000);
    assert.equal(await context.provider.getBalance(one), 1n);
  });

  test('a balance may be spent to the last wei', async () => {
    const one = Wallet.createRandom();
    const value = parseEther('1');
    await (await context.connect(sender).sendTransaction({ to: one.address, value })).wait(1, 60_000);
    const gasPrice = 10n * BigInt(await rpc.call('eth_gasPrice'));
    const estimate = BigInt(await rpc.call('eth_estimateGas', { from: one.address, to: heir, value: '0x1' }));
    const signed = await (
      await signer(rpc, one)
    )({ type: 0, gasPrice, gasLimit: estimate, to: heir, value: value - estimate * gasPrice });
    assert.equal((await rpc.send(signed)).status, '0x1');
  });

  test('slots of an account without code cannot be overridden, unless its code is', async () => {
    const slots = { [word(0)]: word(5) };
    for (const override of [{ state: slots }, { stateDiff: slots }]) {
      const { code, message } = await rpc.refusal('eth_call', { to: probed }, 'latest', { [probed]: override });
      assert.equal(code, -32000);
      assert.match(message, /account is not a contract$/);
      // SLOAD(0), returned as a word.
      const { result } = await run('5f545f5260205ff3', '0x', { [probed]: override });
      assert.equal(Number(result), 5);
    }
  });
}
