// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A validator's keys on two machines: what operators do by mistake, and what it costs.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import { account, Chain, dispatchError, OPEN } from '../lib/chain.js';
import { palletAccount } from '../lib/ledger.js';
import { Network } from '../lib/network.js';
import { newWorkFolder } from '../lib/places.js';
import { waitFor } from '../lib/wait.js';

const DELEGATED = 1_000n * OPEN;
// A slash waits for some eras, which are some minutes each with the preset's fast ones.
const DEFERRAL_MS = 30 * 60_000;

const folder = newWorkFolder('network-equivocation');
const network = new Network({ folder });
const [, bob, , dave] = network.validators;
const offender = account('//Dave');
const delegator = account('//Ferdie');
const seen = [];
let chain;
let stop;

/** The events so far with this name. */
const events = (name) => seen.filter((event) => `${event.section}.${event.method}` === name);
const kinds = () =>
  events('offences.Offence').map(({ data }) => Buffer.from(data.kind.toU8a()).toString('latin1'));

/** The offender's pool, the delegator's part of it, and what the treasury has after a block, planck. */
async function stakesAt(block) {
  const { query } = await chain.api.at(block);
  const { pool } = (await query.operatorStaking.operators(offender.address)).unwrap();
  const delegation = (await query.operatorStaking.delegations(delegator.address, offender.address)).unwrap();
  const treasury = await query.system.account(chain.address(palletAccount('py/trsry')));
  const [stake, shares] = [pool.stake.toBigInt(), pool.shares.toBigInt()];
  return {
    stake,
    delegated: (delegation.shares.toBigInt() * stake) / shares,
    treasury: treasury.data.free.toBigInt(),
  };
}

before(async () => {
  await network.prepare();
  await network.start();
  chain = await Chain.connect(bob.url);
  await chain.send(chain.api.tx.operatorStaking.delegate(offender.address, DELEGATED), delegator);
  stop = await chain.follow(({ events: records, hash }) => {
    for (const { event } of records) seen.push(Object.assign(event, { block: hash }));
  });
});

after(async () => {
  await stop?.();
  await chain?.disconnect();
  await network.stop();
  if (!process.env.OPENLEDGER_KEEP) fs.rmSync(folder, { recursive: true, force: true });
});

test('two blocks of one validator for one slot are reported on chain', async () => {
  const twin = await network.addNode('dave-again', { keys: '--dave' });
  twin.start();
  await twin.up();
  await waitFor('the offence', () => kinds().some((kind) => kind.startsWith('babe:')) || undefined, {
    timeoutMs: 120_000,
    children: [...network.children, twin.child],
  });
  await twin.child.kill();
});

test('every report names the kind of equivocation', () => {
  for (const kind of kinds()) assert.match(kind, /^(babe|grandpa):equivoc/);
});

test('no report is refused for its proof', () => {
  // Several validators report the same: all but one come too late, which is no fault of the proof.
  const names = events('system.ExtrinsicFailed').map(
    ({ data }) => dispatchError(chain.api, data.dispatchError).error,
  );
  assert.deepEqual(
    names.filter((name) => !name.endsWith('.DuplicateOffenceReport')),
    [],
  );
});

test('the report is about the validator whose keys were used twice', async () => {
  const guilty = new Set();
  for (const [, details] of await chain.api.query.offences.reports.entries()) {
    guilty.add(details.unwrap().offender[0].toString());
  }
  assert.deepEqual([...guilty], [chain.address(offender)]);
});

test('the network goes on', async () => {
  assert.ok(dave.isRunning);
  await network.agreeOn((await bob.height()) + 3, 120_000);
});

test('the operator is chilled at once', async () => {
  const { status } = (await chain.api.query.operatorStaking.operators(offender.address)).unwrap();
  assert.ok(status.isChilled && status.asChilled.reason.isSlashed, status.toString());
});

test('the slash is queued for a later era, three quarters squared for one of four', async () => {
  const [{ data, block }] = events('operatorStaking.SlashQueued');
  assert.equal(data.operator.toString(), chain.address(offender));
  assert.equal(data.fraction.toNumber(), 562_500_000);
  assert.ok(data.applyAt.toNumber() > data.era.toNumber());
  const { stake } = await stakesAt(block);
  assert.ok(stake >= (await stakesAt(await parentOf(block))).stake, 'nothing is taken yet');
});

test('the slash is applied in that era: operator and delegator lose their part to the treasury', async () => {
  await waitFor('the slash', () => events('operatorStaking.Slashed').length > 0 || undefined, {
    timeoutMs: DEFERRAL_MS,
    children: network.children,
  });
  const [{ data, block }] = events('operatorStaking.Slashed');
  const { applyAt } = events('operatorStaking.SlashQueued')[0].data;
  const { query } = await chain.api.at(block);
  assert.ok((await query.operatorStaking.activeEra()).index.toNumber() >= applyAt.toNumber());
  const [earlier, later] = [await stakesAt(await parentOf(block)), await stakesAt(block)];
  // Rounding favours neither by more than a planck; a reward may be paid in the same block.
  const lost = Number(data.amount.toBigInt()) / Number(earlier.stake);
  const kept = Number(later.delegated) / Number(earlier.delegated);
  assert.ok(Math.abs(lost - 0.5625) < 0.0001, `the pool lost ${lost}`);
  assert.ok(Math.abs(kept - 0.4375) < 0.05, `the delegator kept ${kept}`);
  assert.ok(later.treasury - earlier.treasury >= data.amount.toBigInt());
});

const parentOf = async (block) => (await chain.api.rpc.chain.getHeader(block)).parentHash.toHex();
