// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { encodeFunctionData, getAddress, keccak256, parseEventLogs, slice, toHex } from 'viem';

import { runningNode } from '../lib/node.js';

/** Where a proxy keeps its implementation's address (ERC-1967). */
const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';

const { viem, client, publicClient, accounts, succeeded } = await runningNode();
const { alith, baltathar } = accounts;

describe('proxies on a node', () => {
  let first: ContractReturnType<'BoxV1'>;
  let second: ContractReturnType<'BoxV2'>;
  let box: ContractReturnType<'BoxV2'>;

  before(async () => {
    [first, second] = await Promise.all([
      viem.deployContract('BoxV1', [], { client }),
      viem.deployContract('BoxV2', [], { client: { ...client, wallet: baltathar } }),
    ]);
    const args = [alith.account.address, 5n] as const;
    const initialize = encodeFunctionData({ abi: first.abi, functionName: 'initialize', args });
    const proxy = await viem.deployContract('BoxProxy', [first.address, initialize], { client });
    box = await viem.getContractAt('BoxV2', proxy.address, { client });
  });

  it('keeps its own state behind a proxy', async () => {
    await succeeded(box.write.store([6n]));
    assert.deepEqual([await box.read.value(), await first.read.value()], [6n, 0n]);
  });

  it('shows its implementation in the slot of ERC-1967', async () => {
    const stored = await publicClient.getStorageAt({ address: box.address, slot: IMPLEMENTATION_SLOT });
    assert.equal(getAddress(slice(stored!, 12)), getAddress(first.address));
  });

  it('keeps its state over an upgrade', async () => {
    await succeeded(box.write.store([5n]));
    await succeeded(box.write.upgradeToAndCall([second.address, '0x']));
    await succeeded(box.write.increment());
    assert.deepEqual([await box.read.version(), await box.read.value()], [2n, 6n]);
  });

  it('is upgraded by its owner only', async () => {
    await viem.assertions.revertWithCustomError(
      box.write.upgradeToAndCall([second.address, '0x'], { account: baltathar.account }),
      box,
      'NotOwner',
    );
  });

  it('is initialized only once', async () => {
    await viem.assertions.revertWithCustomError(
      box.write.initialize([baltathar.account.address, 1n]),
      box,
      'InvalidInitialization',
    );
  });

  describe('minimal (ERC-1167)', () => {
    let cloner: ContractReturnType<'BoxCloner'>;

    before(async () => {
      cloner = await viem.deployContract('BoxCloner', [], { client });
    });

    it('delegate to their implementation', async () => {
      const receipt = await succeeded(cloner.write.clone([first.address, 9n]));
      const [log] = parseEventLogs({ abi: cloner.abi, eventName: 'Cloned', logs: receipt.logs });
      const clone = await viem.getContractAt('BoxV1', log!.args.clone, { client });
      assert.equal(await clone.read.value(), 9n);
    });

    it('stand where their salt says', async () => {
      const salt = keccak256(toHex('clone'));
      const predicted = await cloner.read.predict([first.address, salt]);
      await succeeded(cloner.write.cloneAt([first.address, salt]));
      const clone = await viem.getContractAt('BoxV1', predicted, { client });
      assert.equal(getAddress(await clone.read.owner()), getAddress(alith.account.address));
    });
  });
});
