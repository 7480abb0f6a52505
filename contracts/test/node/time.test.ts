// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// Time on a chain with validators cannot be moved by a test: these wait for it.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { parseEventLogs, type TransactionReceipt } from 'viem';

import { runningNode } from '../lib/node.js';

/** How long the clock's lock lasts, in seconds. */
const LOCK = 4n;

const { viem, client, publicClient, succeeded } = await runningNode();

describe('time on a node', () => {
  let clock: ContractReturnType<'Clock'>;
  let first: TransactionReceipt;
  let second: TransactionReceipt;

  before(async () => {
    clock = await viem.deployContract('Clock', [], { client });
    first = await succeeded(clock.write.tick());
    second = await succeeded(clock.write.tick());
  });

  const ticked = (receipt: TransactionReceipt) => {
    const [log] = parseEventLogs({ abi: clock.abi, eventName: 'Ticked', logs: receipt.logs });
    assert.ok(log);
    return log.args;
  };

  it("gives contracts the block's own number", () => {
    assert.equal(ticked(first).number, first.blockNumber);
  });

  it("gives contracts the block's own time, in seconds", async () => {
    const block = await publicClient.getBlock({ blockNumber: first.blockNumber });
    assert.equal(ticked(first).time, block.timestamp);
  });

  it('gives time that advances from block to block', () => {
    assert.ok(ticked(second).time > ticked(first).time);
  });

  it("keeps to the clock that clients have, within some blocks' time", () => {
    const seconds = BigInt(Math.floor(Date.now() / 1000));
    const behind = seconds - ticked(second).time;
    assert.ok(behind > -15n && behind < 60n, `the block is ${behind} s behind`);
  });

  it('lets a lock end when its time has come, and not before', async () => {
    await succeeded(clock.write.lockFor([LOCK]));
    await viem.assertions.revertWithCustomError(clock.write.open(), clock, 'TooEarly');
    const opensAt = await clock.read.opensAt();
    while ((await publicClient.getBlock()).timestamp < opensAt) {
      await sleep(500);
    }
    await succeeded(clock.write.open());
    assert.equal(await clock.read.opensAt(), 0n);
  });
});
