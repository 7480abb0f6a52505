// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What genesis deploys: the deterministic CREATE2 deployer, Multicall3 and WOPEN.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { concat, Contract, getCreate2Address, id, keccak256, parseEther, toBeHex, zeroPadValue } from 'ethers';

export const CREATE2_DEPLOYER = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
export const MULTICALL3 = '0xcA11bde05977b3631167028862bE2a173976CA11';
export const WOPEN = '0x4F50454E00000000000000000000000000000001';

const WOPEN_ABI = [
  'function name() view returns (string)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function totalSupply() view returns (uint256)',
  'function balanceOf(address) view returns (uint256)',
  'function transfer(address, uint256) returns (bool)',
  'function deposit() payable',
  'function withdraw(uint256)',
  'event Deposit(address indexed, uint256)',
  'event Withdrawal(address indexed, uint256)',
];

const MULTICALL3_ABI = [
  'function aggregate3((address target, bool allowFailure, bytes callData)[]) payable returns ((bool success, bytes returnData)[])',
  'function getBlockNumber() view returns (uint256)',
  'function getChainId() view returns (uint256)',
];

export function predeployStories(context) {
  const owner = context.actor('predeploys owner');
  const other = context.actor('predeploys other');
  let wopen;
  let multicall;

  before(() => {
    wopen = new Contract(WOPEN, WOPEN_ABI, context.connect(owner));
    multicall = new Contract(MULTICALL3, MULTICALL3_ABI, context.connect(owner));
  });

  test('WOPEN has the name, symbol and decimals that wallets show', async () => {
    assert.deepEqual([await wopen.symbol(), await wopen.decimals()], ['WOPEN', 18n]);
    assert.match(await wopen.name(), /Wrapped OPEN/i);
  });

  test('WOPEN wraps and unwraps OPEN one to one', async () => {
    const balance = () => context.provider.getBalance(owner.address);
    const deposit = await (await wopen.deposit({ value: parseEther('3') })).wait(1, 60_000);
    assert.equal(await wopen.balanceOf(owner.address), parseEther('3'));
    assert.equal(await context.provider.getBalance(WOPEN), await wopen.totalSupply());
    assert.equal(deposit.logs[0].fragment.name, 'Deposit');
    const before = await balance();
    const { fee } = await (await wopen.withdraw(parseEther('2'))).wait(1, 60_000);
    assert.equal(await balance(), before + parseEther('2') - fee);
    assert.equal(await wopen.balanceOf(owner.address), parseEther('1'));
  });

  test('WOPEN moves between accounts', async () => {
    await (await wopen.transfer(other.address, 1n)).wait(1, 60_000);
    assert.equal(await wopen.balanceOf(other.address), 1n);
  });

  test('Multicall3 answers several calls, and says which failed', async () => {
    const call = (data, allowFailure = true) => ({ target: WOPEN, allowFailure, callData: data });
    const results = await multicall.aggregate3.staticCall([
      call(wopen.interface.encodeFunctionData('decimals')),
      call(wopen.interface.encodeFunctionData('withdraw', [parseEther('1000000')])),
    ]);
    assert.equal(BigInt(results[0].returnData), 18n);
    assert.deepEqual(results.map(({ success }) => success), [true, false]);
  });

  test('Multicall3 sees the block and the chain', async () => {
    const height = BigInt(await context.rpc.height());
    assert.ok((await multicall.getBlockNumber()) >= height);
    assert.equal(await multicall.getChainId(), 1984n);
  });

  test('the CREATE2 deployer puts code where anyone can compute', async () => {
    const { bytecode, runtime } = context.contracts.Emitter;
    const salt = id('a salt');
    const sent = await context.connect(owner).sendTransaction({
      to: CREATE2_DEPLOYER,
      data: concat([salt, bytecode]),
    });
    await sent.wait(1, 60_000);
    const address = getCreate2Address(CREATE2_DEPLOYER, salt, keccak256(bytecode));
    assert.equal(await context.provider.getCode(address), runtime);
  });

  test('the CREATE2 deployer refuses what is deployed already', async () => {
    const { bytecode } = context.contracts.Emitter;
    const salt = zeroPadValue(toBeHex(1), 32);
    const request = { to: CREATE2_DEPLOYER, data: concat([salt, bytecode]) };
    await (await context.connect(owner).sendTransaction(request)).wait(1, 60_000);
    await assert.rejects(context.connect(owner).estimateGas(request));
  });
}
