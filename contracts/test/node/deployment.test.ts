// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { artifacts } from 'hardhat';
import {
  concat,
  encodeDeployData,
  getAddress,
  getContractAddress,
  getCreate2Address,
  keccak256,
  parseEther,
  toHex,
  type Address,
  type Hex,
} from 'viem';

import { predeployFile } from '../../scripts/predeploys.js';
import { runningNode } from '../lib/node.js';
import { isCompiledFrom, recompiled } from '../lib/recompile.js';

const CREATE2_DEPLOYER: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
const MULTICALL3: Address = '0xcA11bde05977b3631167028862bE2a173976CA11';

const node = await runningNode();
const { viem, client, publicClient, succeeded } = node;
const { alith } = node.accounts;
const supply = parseEther('1000');

describe('deployment on a node', () => {
  let coin: ContractReturnType<'Coin'>;
  let failing: ContractReturnType<'Failing'>;

  before(async () => {
    coin = await viem.deployContract('Coin', ['Some coin', 'COIN', supply], { client });
    failing = await viem.deployContract('Failing', [], { client });
  });

  it('puts a contract where its deployer and nonce say', async () => {
    const nonce = await publicClient.getTransactionCount({ address: alith.account.address, blockTag: 'pending' });
    const { address } = await viem.deployContract('Clock', [], { client });
    const expected = getContractAddress({ from: alith.account.address, nonce: BigInt(nonce) });
    assert.equal(getAddress(address), expected);
  });

  it('runs the constructor with its arguments', async () => {
    assert.equal(await coin.read.balanceOf([alith.account.address]), supply);
  });

  it('stores the code that the sources compile to', async () => {
    assert.ok(isCompiledFrom(await node.codeOf(failing.address), await recompiled('Failing')));
  });

  it('stores the code that the sources compile to, but for immutables', async () => {
    assert.ok(isCompiledFrom(await node.codeOf(coin.address), await recompiled('Coin')));
  });

  it('tells the code of different contracts apart', async () => {
    assert.ok(!isCompiledFrom(await node.codeOf(coin.address), await recompiled('Failing')));
  });

  it('refuses value to a constructor that takes none', async () => {
    await assert.rejects(viem.deployContract('Clock', [], { client, value: 1n }), /revert|does not exist on/i);
  });

  describe('through the CREATE2 deployer', () => {
    let initCode: Hex;
    let predicted: Address;
    const salt = keccak256(toHex(`${Date.now()}`));

    before(async () => {
      const { abi, bytecode } = await artifacts.readArtifact('Coin');
      initCode = encodeDeployData({ abi, bytecode: bytecode as Hex, args: ['Fixed place', 'FIX', supply] });
      predicted = getCreate2Address({ from: CREATE2_DEPLOYER, salt, bytecodeHash: keccak256(initCode) });
      await succeeded(alith.sendTransaction({ to: CREATE2_DEPLOYER, data: concat([salt, initCode]) }));
    });

    it('puts a contract where its salt and code say', async () => {
      assert.ok(isCompiledFrom(await node.codeOf(predicted), await recompiled('Coin')));
    });

    it('deploys nothing twice', async () => {
      await assert.rejects(alith.sendTransaction({ to: CREATE2_DEPLOYER, data: concat([salt, initCode]) }));
    });
  });

  it("has Multicall3's compiled code where clients look for it", async () => {
    const code = `0x${(await readFile(predeployFile('Multicall3'), 'utf8')).trim()}`;
    assert.equal(await node.codeOf(MULTICALL3), code);
  });

  it('reads many values in one call through Multicall3', async () => {
    const contract = { address: coin.address, abi: coin.abi } as const;
    const results = await publicClient.multicall({
      multicallAddress: MULTICALL3,
      allowFailure: false,
      contracts: [
        { ...contract, functionName: 'symbol' },
        { ...contract, functionName: 'totalSupply' },
      ],
    });
    assert.deepEqual(results, ['COIN', supply]);
  });

  describe('instructions of later hard forks', () => {
    let modern: ContractReturnType<'ModernInstructions'>;

    before(async () => {
      modern = await viem.deployContract('ModernInstructions', [], { client });
    });

    it('copies memory with MCOPY', async () => {
      assert.equal(await modern.read.copied(['0x00112233']), '0x00112233');
    });

    it('remembers within a transaction with TSTORE', async () => {
      const value = keccak256('0x01');
      const [, after] = (await modern.simulate.remembered([value])).result;
      assert.equal(after, value);
    });

    it('counts leading zeros with CLZ', async () => {
      assert.equal(await modern.read.leadingZeros([1n << 200n]), 55n);
    });

    it('has the precompiled hash functions', async () => {
      const [sha256, ripemd160] = await modern.read.hashed([toHex('abc')]);
      assert.deepEqual(
        [sha256, ripemd160],
        [
          '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
          '0x8eb208f7e05d987a9b044a8e98c6b087f15a0bfc',
        ],
      );
    });
  });
});
