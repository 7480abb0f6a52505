// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { encodeFunctionData, getAddress } from 'viem';

import { runningNode } from '../lib/node.js';

const { viem, client, publicClient, accounts, succeeded } = await runningNode();
const { alith } = accounts;
const { assertions } = viem;

describe('failures on a node', () => {
  let failing: ContractReturnType<'Failing'>;

  before(async () => {
    failing = await viem.deployContract('Failing', [], { client });
  });

  it('tells a custom error', async () => {
    await assertions.revertWithCustomError(failing.write.plain(), failing, 'Plain');
  });

  it("tells a custom error's arguments", async () => {
    await assertions.revertWithCustomErrorWithArgs(failing.write.detailed([42n]), failing, 'Detailed', [
      getAddress(alith.account.address),
      42n,
      'because',
    ]);
  });

  it('tells the reason that a contract gives', async () => {
    await assertions.revertWith(failing.write.withReason(), 'told why');
  });

  it('tells that a contract gives no reason', async () => {
    await assertions.revert(failing.write.withoutReason());
  });

  it('tells a division by zero', async () => {
    await assert.rejects(failing.simulate.panic([0n]), /divi(de|sion)[^.]*by zero|Panic|0x12/i);
  });

  it('reverts reads in the same way', async () => {
    await assertions.revertWithCustomError(failing.simulate.plain(), failing, 'Plain');
  });

  it('includes a transaction that fails, and marks its receipt', async () => {
    const hash = await alith.sendTransaction({
      to: failing.address,
      data: encodeFunctionData({ abi: failing.abi, functionName: 'plain' }),
      gas: 500_000n,
    });
    const receipt = await publicClient.waitForTransactionReceipt({ hash, timeout: 60_000 });
    assert.equal(receipt.status, 'reverted');
  });

  it('undoes what an inner call changed, and nothing else', async () => {
    const before = await failing.read.changes();
    await succeeded(failing.write.caught());
    assert.equal(await failing.read.changes(), before + 1n);
  });
});
