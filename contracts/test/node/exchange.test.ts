// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { artifacts } from 'hardhat';
import {
  concat,
  encodeAbiParameters,
  getAddress,
  getCreate2Address,
  keccak256,
  encodePacked,
  parseEther,
  type Address,
  type Hex,
} from 'viem';

import { runningNode } from '../lib/node.js';

const LIQUIDITY = parseEther('1000');
const LATER = 2n ** 64n;

/** What a constant-product pool with a fee of 0.3 % pays. */
const output = (amount: bigint, reserveIn: bigint, reserveOut: bigint) =>
  (amount * 997n * reserveOut) / (reserveIn * 1000n + amount * 997n);

const { viem, client, accounts, succeeded, allSucceeded } = await runningNode();
const { assertions } = viem;
const trader = accounts.alith.account.address;

describe('an exchange on a node', () => {
  let a: ContractReturnType<'Coin'>;
  let b: ContractReturnType<'Coin'>;
  let c: ContractReturnType<'Coin'>;
  let factory: ContractReturnType<'PairFactory'>;
  let router: ContractReturnType<'Router'>;

  const swap = (amount: bigint, least: bigint, path: Address[], deadline = LATER) =>
    router.write.swapExact([amount, least, path, trader, deadline]);

  before(async () => {
    const hashes: Hex[] = [];
    const coin = async (symbol: string) => {
      const sent = await viem.sendDeploymentTransaction('Coin', [symbol, symbol, parseEther('100000')], { client });
      hashes.push(sent.deploymentTransaction.hash);
      return sent.contract;
    };
    [a, b, c] = [await coin('AAA'), await coin('BBB'), await coin('CCC')];
    const sentFactory = await viem.sendDeploymentTransaction('PairFactory', [], { client });
    factory = sentFactory.contract;
    const sentRouter = await viem.sendDeploymentTransaction('Router', [factory.address], { client });
    router = sentRouter.contract;
    hashes.push(sentFactory.deploymentTransaction.hash, sentRouter.deploymentTransaction.hash);
    await allSucceeded(hashes.splice(0));
    for (const token of [a, b, c]) {
      hashes.push(await token.write.approve([router.address, parseEther('100000')]));
    }
    hashes.push(await factory.write.createPair([a.address, b.address]));
    hashes.push(await factory.write.createPair([b.address, c.address]));
    await allSucceeded(hashes.splice(0));
    for (const [one, other] of [
      [a, b],
      [b, c],
    ] as const) {
      hashes.push(await router.write.addLiquidity([one.address, other.address, LIQUIDITY, LIQUIDITY, trader]));
    }
    await allSucceeded(hashes);
  });

  it('makes a pair where its tokens say', async () => {
    const [token0, token1] = [a.address, b.address].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1)) as [
      Address,
      Address,
    ];
    const { bytecode } = await artifacts.readArtifact('Pair');
    const args = encodeAbiParameters([{ type: 'address' }, { type: 'address' }], [token0, token1]);
    const predicted = getCreate2Address({
      from: factory.address,
      salt: keccak256(encodePacked(['address', 'address'], [token0, token1])),
      bytecodeHash: keccak256(concat([bytecode as Hex, args])),
    });
    assert.equal(getAddress(await factory.read.pairOf([a.address, b.address])), predicted);
  });

  it('makes a pair once', async () => {
    await assertions.revertWithCustomError(
      factory.write.createPair([b.address, a.address]),
      factory,
      'PairExists',
    );
  });

  it('pays by the constant product, less 0.3 %', async () => {
    const pair = await viem.getContractAt('Pair', await factory.read.pairOf([a.address, b.address]), { client });
    const [reserveA, reserveB] = [await a.read.balanceOf([pair.address]), await b.read.balanceOf([pair.address])];
    const had = await b.read.balanceOf([trader]);
    await succeeded(swap(parseEther('10'), 0n, [a.address, b.address]));
    const bought = (await b.read.balanceOf([trader])) - had;
    assert.equal(bought, output(parseEther('10'), reserveA, reserveB));
  });

  it('swaps through two pairs', async () => {
    const had = await c.read.balanceOf([trader]);
    await succeeded(swap(parseEther('5'), 0n, [a.address, b.address, c.address]));
    assert.ok((await c.read.balanceOf([trader])) > had);
  });

  it('swaps for no less than was asked', async () => {
    await assertions.revertWithCustomError(
      swap(parseEther('1'), parseEther('1'), [a.address, b.address]),
      router,
      'TooLittle',
    );
  });

  it('swaps nothing after its deadline', async () => {
    await assertions.revertWithCustomError(swap(parseEther('1'), 0n, [a.address, b.address], 1n), router, 'Late');
  });

  it('pays liquidity back with its fees', async () => {
    const pair = await viem.getContractAt('Pair', await factory.read.pairOf([a.address, b.address]), { client });
    const shares = await pair.read.balanceOf([trader]);
    const supply = await pair.read.totalSupply();
    const reserve = await a.read.balanceOf([pair.address]);
    const had = await a.read.balanceOf([trader]);
    await succeeded(pair.write.transfer([pair.address, shares / 2n]));
    await succeeded(pair.write.burn([trader]));
    assert.equal((await a.read.balanceOf([trader])) - had, ((shares / 2n) * reserve) / supply);
  });

  it('gives nothing to who does not pay', async () => {
    const pair = await viem.getContractAt('Pair', await factory.read.pairOf([b.address, c.address]), { client });
    await assertions.revertWithCustomError(pair.write.swap([1n, 0n, trader, '0x']), pair, 'ProductFell');
  });
});
