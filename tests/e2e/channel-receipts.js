// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What a voucher of a channel pays for, and what it does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contentHash } from '../lib/bytes.js';
import { OPEN } from '../lib/chain.js';
import { openChannel, UNIT_PRICE } from '../lib/market.js';

/**
 * Registers the tests. The context has a chain, a worker that the test plays, what it served (`adapter`,
 * `artifact`, `contribution`), accounts, the text that is asked, and `refused(signed, error)`, which asserts
 * that a submission fails and changes nothing.
 */
export function channelReceipts(context) {
  const { refused } = context;
  const { consumer, operator, stranger } = context.accounts;

  /** What a voucher signs for. */
  const terms = (fee) => ({
    adapter: context.served.adapter,
    text: context.text,
    unitPrice: UNIT_PRICE,
    fee,
  });

  /** A true receipt for a job, signed with what `vouchers` says of the voucher. */
  const signed = (job, vouchers) => context.worker.sign(context.worker.receipt(job), vouchers);

  /** Submits a true receipt. */
  const settle = (job, voucher) =>
    context.chain.send(context.worker.submission(signed(job, { voucher })), stranger);

  /** A channel with a request that a voucher pays for. */
  async function newChannelRequest(deposit = OPEN, changes = {}) {
    const channel = await openChannel(context.chain, consumer, { operator }, deposit);
    const voucher = channel.voucher(terms(5n * UNIT_PRICE), changes);
    const job = { job: { Channel: { channel: channel.id, sequence: 0 } }, ...context.served, text: context.text };
    return { channel, voucher, job };
  }

  test('a voucher settles one request of its channel', async () => {
    const { channel, voucher, job } = await newChannelRequest();
    await settle(job, voucher);
    const view = (await context.chain.api.query.inference.channels(channel.id)).unwrap();
    assert.equal(view.spent.toBigInt(), 5n * UNIT_PRICE);
  });

  test('a voucher that was spent cannot be spent again', async () => {
    const { voucher, job } = await newChannelRequest();
    await settle(job, voucher);
    // Even for another, truly signed answer to the same request.
    const answer = context.worker.receipt(job, { outputHash: contentHash('a second answer') });
    const again = context.worker.sign(answer, { voucher });
    await refused(again, 'inference.AlreadySettled');
  });

  test('a voucher pays for its own request only', async () => {
    const { channel, voucher, job } = await newChannelRequest();
    const next = { ...job, job: { Channel: { channel: channel.id, sequence: 1 } } };
    await refused(signed(next, { voucher }), 'inference.VoucherForAnotherRequest');
  });

  test('a voucher pays no more than its consumer signed for', async () => {
    const { voucher, job } = await newChannelRequest();
    const receipt = signed({ ...job, units: 6 }, { voucher });
    await refused(receipt, 'attribution.UnitsOverEscrow');
  });

  test('a channel pays no more than was put in', async () => {
    const { voucher, job } = await newChannelRequest(4n * UNIT_PRICE);
    await refused(signed(job, { voucher }), 'attribution.UnitsOverEscrow');
  });

  /** The second request of a channel whose first one is settled. */
  async function secondRequest(deposit, fee) {
    const { channel, voucher, job } = await newChannelRequest(deposit);
    await settle(job, voucher);
    return {
      voucher: channel.voucher(terms(fee)),
      job: { ...job, job: { Channel: { channel: channel.id, sequence: 1 } } },
    };
  }

  test('a voucher that signs for nothing more is exhausted', async () => {
    const { voucher, job } = await secondRequest(OPEN, 0n);
    await refused(signed(job, { voucher }), 'inference.VoucherExhausted');
  });

  test('a channel without money is exhausted', async () => {
    const { voucher, job } = await secondRequest(5n * UNIT_PRICE, 5n * UNIT_PRICE);
    await refused(signed(job, { voucher }), 'inference.ChannelExhausted');
  });

  test("a voucher below the adapter's price is refused", async () => {
    const { voucher, job } = await newChannelRequest(OPEN, { unitPrice: UNIT_PRICE - 1n });
    await refused(signed(job, { voucher }), 'inference.PriceTooLow');
  });

  test('a voucher that somebody else signed is refused', async () => {
    const { channel, job } = await newChannelRequest();
    channel.consumer = stranger;
    channel.sequence = 0;
    const voucher = channel.voucher(terms(5n * UNIT_PRICE));
    await refused(signed(job, { voucher }), 'inference.BadVoucherSignature');
  });

  test('a voucher other than the one that was served is refused', async () => {
    const { channel, voucher: served, job } = await newChannelRequest();
    const voucher = channel.voucher(terms(6n * UNIT_PRICE), { sequence: 0 });
    await refused(signed(job, { voucher, served }), 'attribution.WrongVoucher');
  });

  test("a channel's request without a voucher is refused", async () => {
    const { job } = await newChannelRequest();
    await refused(signed(job), 'inference.VoucherMissing');
  });

  test('the worker can close a channel at once, and the rest goes back', async () => {
    const { channel, voucher, job } = await newChannelRequest();
    await settle(job, voucher);
    const { events } = await context.chain.send(context.chain.api.tx.inference.closeChannel(channel.id), operator);
    const { spent, refunded } = context.chain.find(events, 'inference', 'ChannelClosed').data;
    assert.equal(spent.toBigInt(), 5n * UNIT_PRICE);
    assert.equal(refunded.toBigInt(), OPEN - 5n * UNIT_PRICE);
  });
}
