// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { getAddress, parseEther, parseSignature } from 'viem';

import { runningNode } from '../lib/node.js';

const SUPPLY = parseEther('1000000');

const { viem, client, publicClient, accounts, succeeded } = await runningNode();
const { alith, baltathar, charleth } = accounts;
const { assertions } = viem;
const owner = alith.account.address;
const spender = baltathar.account.address;
const receiver = charleth.account.address;

describe('tokens on a node', () => {
  describe('ERC-20', () => {
    let coin: ContractReturnType<'Coin'>;

    before(async () => {
      coin = await viem.deployContract('Coin', ['Test coin', 'TST', SUPPLY], { client });
    });

    it('transfers, and logs it', async () => {
      await assertions.emitWithArgs(coin.write.transfer([receiver, 5n]), coin, 'Transfer', [
        getAddress(owner),
        getAddress(receiver),
        5n,
      ]);
    });

    it('transfers no more than there is', async () => {
      const balance = await coin.read.balanceOf([owner]);
      await assertions.revertWithCustomErrorWithArgs(
        coin.write.transfer([receiver, 2n * SUPPLY]),
        coin,
        'ERC20InsufficientBalance',
        [getAddress(owner), balance, 2n * SUPPLY],
      );
    });

    it('lets a spender take what it was allowed', async () => {
      await succeeded(coin.write.approve([spender, 70n]));
      await succeeded(coin.write.transferFrom([owner, spender, 60n], { account: baltathar.account }));
      assert.equal(await coin.read.allowance([owner, spender]), 10n);
    });

    it('takes a signed permit from anybody', async () => {
      const value = 123n;
      const nonce = await coin.read.nonces([owner]);
      const { timestamp } = await publicClient.getBlock();
      const deadline = timestamp + 3_600n;
      const signature = await alith.signTypedData({
        domain: {
          name: 'Test coin',
          version: '1',
          chainId: await publicClient.getChainId(),
          verifyingContract: coin.address,
        },
        types: {
          Permit: [
            { name: 'owner', type: 'address' },
            { name: 'spender', type: 'address' },
            { name: 'value', type: 'uint256' },
            { name: 'nonce', type: 'uint256' },
            { name: 'deadline', type: 'uint256' },
          ],
        },
        primaryType: 'Permit',
        message: { owner, spender: receiver, value, nonce, deadline },
      });
      const { r, s, yParity } = parseSignature(signature);
      await succeeded(
        coin.write.permit([owner, receiver, value, deadline, yParity + 27, r, s], { account: charleth.account }),
      );
      assert.equal(await coin.read.allowance([owner, receiver]), value);
    });

    it('is found by its logs', async () => {
      const receipt = await succeeded(coin.write.mint([receiver, 77n]));
      const logs = await coin.getEvents.Transfer(
        { to: receiver },
        { fromBlock: receipt.blockNumber, toBlock: receipt.blockNumber },
      );
      assert.deepEqual(
        logs.map((log) => [log.transactionHash, log.args.value]),
        [[receipt.transactionHash, 77n]],
      );
    });
  });

  describe('ERC-721', () => {
    let picture: ContractReturnType<'Picture'>;
    let frame: ContractReturnType<'PictureFrame'>;

    before(async () => {
      [picture, frame] = await Promise.all([
        viem.deployContract('Picture', [], { client }),
        viem.deployContract('PictureFrame', [], { client: { ...client, wallet: baltathar } }),
      ]);
    });

    it('mints to an account', async () => {
      await succeeded(picture.write.mint([owner, 1n]));
      assert.equal(getAddress(await picture.read.ownerOf([1n])), getAddress(owner));
    });

    it('mints to a contract that takes it', async () => {
      await succeeded(picture.write.mint([frame.address, 2n]));
      assert.equal(await frame.read.received(), 1n);
    });

    it('mints to no contract that does not take it', async () => {
      await assertions.revertWithCustomErrorWithArgs(
        picture.write.mint([picture.address, 3n]),
        picture,
        'ERC721InvalidReceiver',
        [getAddress(picture.address)],
      );
    });

    it("moves nobody's picture but by its owner", async () => {
      await succeeded(picture.write.mint([owner, 4n]));
      await assertions.revertWithCustomError(
        picture.write.transferFrom([owner, spender, 4n], { account: baltathar.account }),
        picture,
        'ERC721InsufficientApproval',
      );
    });
  });

  describe('ERC-1155', () => {
    let goods: ContractReturnType<'Goods'>;

    before(async () => {
      goods = await viem.deployContract('Goods', [], { client });
    });

    it('mints and moves in batches', async () => {
      await succeeded(goods.write.mintBatch([owner, [1n, 2n], [10n, 20n]]));
      await succeeded(goods.write.safeBatchTransferFrom([owner, receiver, [1n, 2n], [3n, 4n], '0x']));
      assert.deepEqual(
        await goods.read.balanceOfBatch([
          [owner, owner, receiver, receiver],
          [1n, 2n, 1n, 2n],
        ]),
        [7n, 16n, 3n, 4n],
      );
    });

    it('moves no more than there is', async () => {
      await assertions.revertWithCustomError(
        goods.write.safeTransferFrom([owner, receiver, 9n, 1n, '0x']),
        goods,
        'ERC1155InsufficientBalance',
      );
    });
  });

  describe('WOPEN', () => {
    let wopen: ContractReturnType<'WOPEN'>;

    before(async () => {
      wopen = await viem.deployContract('WOPEN', [], { client });
    });

    it('wraps OPEN one for one', async () => {
      await succeeded(wopen.write.deposit({ value: parseEther('2') }));
      assert.equal(await publicClient.getBalance({ address: wopen.address }), await wopen.read.totalSupply());
    });

    it('gives OPEN back', async () => {
      await succeeded(wopen.write.deposit({ value: parseEther('2'), account: charleth.account }));
      const before = await publicClient.getBalance({ address: receiver });
      const receipt = await succeeded(wopen.write.withdraw([parseEther('2')], { account: charleth.account }));
      const after = await publicClient.getBalance({ address: receiver });
      assert.equal(after - before, parseEther('2') - receipt.gasUsed * receipt.effectiveGasPrice);
    });
  });
});
