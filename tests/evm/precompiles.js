// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// OPEN as ERC-20, from a client and from Solidity, also inside frames that fail. The other precompiles
// are tried from Solidity by the contracts' own tests, see hardhat.js.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Contract, parseEther, Signature, Wallet } from 'ethers';

import { wallet } from '../lib/evm.js';
import { CHAIN_ID } from './context.js';

const IOPEN = '0x0000000000000000000000000000000008000000';
const ABI = [
  'function name() view returns (string)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function totalSupply() view returns (uint256)',
  'function balanceOf(address) view returns (uint256)',
  'function allowance(address, address) view returns (uint256)',
  'function transfer(address, uint256) returns (bool)',
  'function approve(address, uint256) returns (bool)',
  'function transferFrom(address, address, uint256) returns (bool)',
  'function nonces(address) view returns (uint256)',
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
  'function permit(address, address, uint256, uint256, uint8, bytes32, bytes32)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'event Approval(address indexed owner, address indexed spender, uint256 value)',
];

export function precompileStories(context) {
  const owner = context.actor('precompiles owner');
  const spender = context.actor('precompiles spender');
  const receiver = wallet('precompiles receiver').address;
  let open;
  let asSpender;
  let user;

  before(async () => {
    open = new Contract(IOPEN, ABI, context.connect(owner));
    asSpender = open.connect(context.connect(spender));
    // So that it exists: what is sent below is less than an account's minimum.
    await (await context.connect(owner).sendTransaction({ to: receiver, value: 1n })).wait(1, 60_000);
    user = await context.deploy(owner, 'OpenUser', [], { value: parseEther('5') });
  });

  test('OPEN has the name, symbol, decimals and supply that wallets show', async () => {
    assert.deepEqual([await open.symbol(), await open.decimals()], ['OPEN', 18n]);
    assert.equal(await open.totalSupply(), parseEther('1000000000'));
  });

  test('the ERC-20 balance is the balance', async () => {
    assert.equal(await open.balanceOf(spender.address), await context.provider.getBalance(spender.address));
  });

  test('an ERC-20 transfer moves OPEN, and is a Transfer event', async () => {
    const { logs } = await (await open.transfer(receiver, 5n)).wait(1, 60_000);
    assert.equal(await context.provider.getBalance(receiver), 6n);
    const transfers = logs.filter(({ address }) => address === IOPEN);
    assert.deepEqual(transfers.map(({ args }) => [...args]), [[owner.address, receiver, 5n]]);
  });

  test('an ERC-20 transfer to a new account pays its existential deposit out of the gas', async () => {
    const fresh = Wallet.createRandom().address;
    const [estimate, known] = await Promise.all(
      [fresh, receiver].map((to) => open.transfer.estimateGas(to, 5n)),
    );
    assert.ok(estimate > known, `${estimate} to a new account, ${known} to another`);
    const before = await context.provider.getBalance(owner.address);
    const { fee, status } = await (await open.transfer(fresh, 5n, { gasLimit: estimate })).wait(1, 60_000);
    assert.equal(status, 1);
    assert.equal(await context.provider.getBalance(fresh), 5n);
    assert.equal(await context.provider.getBalance(owner.address), before - 5n - fee);
  });

  test('an allowance is spent', async () => {
    await (await open.approve(spender.address, 7n)).wait(1, 60_000);
    await (await asSpender.transferFrom(owner.address, receiver, 3n)).wait(1, 60_000);
    assert.equal(await open.allowance(owner.address, spender.address), 4n);
    await assert.rejects(asSpender.transferFrom.staticCall(owner.address, receiver, 5n));
  });

  test('a permit is an allowance by signature', async () => {
    const domain = { name: await open.name(), version: '1', chainId: CHAIN_ID, verifyingContract: IOPEN };
    const types = {
      Permit: ['address owner', 'address spender', 'uint256 value', 'uint256 nonce', 'uint256 deadline'].map((field) => {
        const [type, name] = field.split(' ');
        return { type, name };
      }),
    };
    const nonce = await open.nonces(owner.address);
    const deadline = 2n ** 40n;
    const message = { owner: owner.address, spender: spender.address, value: 11n, nonce, deadline };
    const { v, r, s } = Signature.from(await owner.signTypedData(domain, types, message));
    const permit = [owner.address, spender.address, 11n, deadline, v, r, s];
    await (await asSpender.permit(...permit)).wait(1, 60_000);
    assert.equal(await open.allowance(owner.address, spender.address), 11n);
    await assert.rejects(asSpender.permit.staticCall(...permit), 'a permit counts once');
  });

  test('Solidity moves OPEN', async () => {
    const before = await context.provider.getBalance(receiver);
    await (await user.send(receiver, 9n)).wait(1, 60_000);
    assert.equal(await context.provider.getBalance(receiver), before + 9n);
  });

  test('what a frame that fails moved is moved back, and its events are gone', async () => {
    const before = await context.provider.getBalance(receiver);
    const has = await context.provider.getBalance(user.target);
    const { logs } = await (await user.tryAndGoOn(receiver, 9n)).wait(1, 60_000);
    assert.equal(await context.provider.getBalance(receiver), before);
    assert.deepEqual(logs.map(({ fragment }) => fragment?.name), ['Kept']);
    assert.equal(logs[0].args.balance, has);
  });

  test('nothing is written in a static call', async () => {
    assert.equal(await user.sendStatically(receiver, 1n), false);
  });

  test('what is not there to move is refused with a reason', async () => {
    const error = await open.transfer.staticCall(receiver, parseEther('1000000')).catch((one) => one);
    assert.equal(error.code, 'CALL_EXCEPTION');
    assert.ok(error.data.length > 2);
  });
}
