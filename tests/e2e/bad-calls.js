// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Calls that nobody should make: each is refused with an error of its own.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { contentHash } from '../lib/bytes.js';
import { OPEN } from '../lib/chain.js';
import { requestCall } from '../lib/market.js';

/** What is asked, the error that says why not, the call and who sends it; the rival where nobody is named. */
const BAD_CALLS = [
  [
    'listing a base model without governance',
    'BadOrigin',
    ({ chain }) => chain.api.tx.models.registerBaseModel(contentHash('x'), 'x', 384, 6, 'MIT'),
  ],
  [
    'changing the fee split without governance',
    'BadOrigin',
    ({ chain }) =>
      chain.api.tx.attribution.setFeeSplit({
        contributors: 400_000,
        developer: 600_000,
        worker: 0,
        stakers: 0,
        treasury: 0,
      }),
  ],
  [
    'asking an unknown adapter',
    'inference.UnknownAdapter',
    ({ chain, text }) => requestCall(chain, 999_999, text),
  ],
  ['an empty input', 'inference.EmptyInput', ({ chain, adapter }) => requestCall(chain, adapter, '')],
  [
    'a fee of nothing',
    'inference.MaxFeeBelowUnitPrice',
    ({ chain, adapter, text }) => requestCall(chain, adapter, text, 0n),
  ],
  [
    'an escrow above all money',
    'inference.InsufficientFunds',
    ({ chain, adapter, text }) => requestCall(chain, adapter, text, 2n ** 128n - 1n),
  ],
  [
    'a channel to somebody who is no worker',
    'inference.UnknownWorker',
    ({ chain, accounts }) => chain.api.tx.inference.openChannel(accounts.stranger.address, OPEN),
  ],
  [
    'cancelling a job that never was',
    'inference.UnknownOrEndedJob',
    ({ chain }) => chain.api.tx.inference.cancel(999_999),
  ],
  [
    'a price of zero',
    'models.PriceBelowMinimum',
    ({ chain, adapter }) => chain.api.tx.models.setPrice(adapter, 0),
    ({ accounts }) => accounts.developer,
  ],
  [
    "pricing another's adapter",
    'models.NotDeveloper',
    ({ chain, adapter }) => chain.api.tx.models.setPrice(adapter, 5),
  ],
];

/**
 * Registers the tests. The context has a chain, a registered `adapter`, accounts and the text that is asked.
 */
export function badCalls(context) {
  const { rival } = context.accounts;

  describe('calls that make no sense', { concurrency: true }, () => {
    for (const [what, error, call, sender] of BAD_CALLS) {
      test(`${what} is refused with ${error}`, async () => {
        const from = sender?.(context) ?? rival;
        await assert.rejects(context.chain.send(call(context), from), { name: 'ChainError', error });
      });
    }
  });

  test('an input over 4 KiB cannot even be decoded', async () => {
    await assert.rejects(
      context.chain.send(requestCall(context.chain, context.adapter, 'x'.repeat(4097)), rival),
      {
        name: 'ChainError',
      },
    );
  });

  test('a malformed extrinsic is refused and the node stays up', async () => {
    await assert.rejects(context.chain.rpc('author_submitExtrinsic', '0x280403000b'));
    assert.ok((await context.chain.height()) > 0);
  });
}
