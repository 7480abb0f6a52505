// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Fees as ordinary clients meet them: 21,000 for a transfer, estimates that are enough and not too much.
// The table in docs/evm.md is held by contracts/test/node/gas.test.ts, with larger contracts.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Wallet } from 'ethers';

import { wallet } from '../lib/evm.js';

/** The most that an estimate may be above what is used. */
const MOST = { numerator: 13n, denominator: 10n };

export function gasStories(context) {
  const sender = context.actor('gas sender');
  const receiver = wallet('gas receiver').address;
  const used = {};
  let ethers;
  let token;

  before(async () => {
    ethers = context.connect(sender);
    token = await context.deploy(sender, 'Token', [10n ** 24n]);
  });

  /** Sends with the estimate as limit, and compares it with what was used. */
  async function compare(name, request) {
    const estimate = await context.provider.estimateGas({ from: sender.address, ...request });
    const sent = await ethers.sendTransaction({ ...request, gasLimit: estimate });
    const { status, gasUsed } = await sent.wait(1, 60_000);
    used[name] = gasUsed;
    assert.equal(status, 1, 'the estimate was not enough');
    assert.ok(
      estimate * MOST.denominator <= gasUsed * MOST.numerator,
      `estimated at ${estimate}, used ${gasUsed}`,
    );
  }

  test('a transfer to an account that exists succeeds with 21,000 gas', async () => {
    const sent = await ethers.sendTransaction({ to: DEVELOPER, value: 1n, gasLimit: 21_000n });
    assert.equal((await sent.wait(1, 60_000)).status, 1);
  });

  test('a transfer to a new account succeeds with 21,000 gas', async () => {
    const sent = await ethers.sendTransaction({ to: Wallet.createRandom().address, value: 1n, gasLimit: 21_000n });
    assert.equal((await sent.wait(1, 60_000)).status, 1);
  });

  const calls = {
    'a transfer to an account that exists': () => ({ to: DEVELOPER, value: 1n }),
    'a transfer to a new account': () => ({ to: Wallet.createRandom().address, value: 1n }),
    'a deployment': () => ({ data: context.contracts.Emitter.bytecode }),
    'an ERC-20 mint to a new holder': () => call('mint', Wallet.createRandom().address, 5n),
    'an ERC-20 transfer to a new holder': () => call('transfer', receiver, 5n),
    'an ERC-20 transfer to a holder': () => call('transfer', receiver, 5n),
    'an ERC-20 approval': () => call('approve', receiver, 5n),
  };
  const DEVELOPER = '0xf24FF3a9CF04c71Dbc94D0b566f7A27B94566cac';
  const call = (name, ...args) => ({ to: token.target, data: token.interface.encodeFunctionData(name, args) });

  for (const [name, request] of Object.entries(calls)) {
    test(`the estimate of ${name} is enough, and at most 1.3 times what is used`, () =>
      compare(name, request()));
  }

  test('what frees storage uses less than it has to bring, because the deposit comes back', async () => {
    const request = call('approve', receiver, 0n);
    const estimate = await context.provider.estimateGas({ from: sender.address, ...request });
    const { status, gasUsed } = await (await ethers.sendTransaction({ ...request, gasLimit: estimate })).wait(1, 60_000);
    assert.equal(status, 1);
    assert.ok(gasUsed < used['an ERC-20 approval']);
    assert.ok(estimate > gasUsed);
  });

  test('deposits come on top of the gas that a block shows', async () => {
    const probe = await context.deploy(sender, 'Probe');
    // Some 2,000 gas of time for each slot, and over 11,000 of deposit.
    const request = { to: probe.target, data: probe.interface.encodeFunctionData('fill', [0, 1_200]) };
    const estimate = await context.provider.estimateGas({ from: sender.address, ...request });
    const { gasLimit } = await context.provider.getBlock('latest');
    assert.ok(estimate > gasLimit, `${estimate} fit into ${gasLimit}`);
    const { status } = await (await ethers.sendTransaction({ ...request, gasLimit: estimate })).wait(1, 60_000);
    assert.equal(status, 1);
  });
}
