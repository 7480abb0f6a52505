// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A validator's keys on two machines: what operators do by mistake, and what it costs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { account, Chain, dispatchError, OPEN } from '../lib/chain.js';
import { palletAccount } from '../lib/ledger.js';
import { Network } from '../lib/network.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { waitFor } from '../lib/wait.js';

const DELEGATED = 1_000n * OPEN;
/** A Perbill of all. */
const WHOLE = 1_000_000_000n;
// A slash waits for some eras, which are some minutes each with the preset's fast ones.
const DEFERRAL_MS = 30 * 60_000;

const folder = newTestFolder('network-equivocation');
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

/** The offender's pool and the delegator's shares of it, and what the treasury has after a block. */
async function stakesAt(block) {
  const { query } = await chain.api.at(block);
  const { pool } = (await query.operatorStaking.operators(offender.address)).unwrap();
  const delegation = (await query.operatorStaking.delegations(delegator.address, offender.address)).unwrap();
  const treasury = await query.system.account(chain.address(palletAccount('py/trsry')));
  return {
    stake: pool.stake.toBigInt(),
    shares: pool.shares.toBigInt(),
    mine: delegation.shares.toBigInt(),
    treasury: treasury.data.free.toBigInt(),
  };
}

/** What the delegator's shares are worth, planck. */
const worth = ({ stake, shares, mine }) => (mine * stake) / shares;

/** What a block's events make of the offender's pool, each one with the pool before it. */
function replay(block, pool) {
  const steps = [];
  let { stake, shares } = pool;
  for (const { section, method, data, block: own } of seen) {
    if (own !== block || section !== 'operatorStaking' || !data.operator) continue;
    if (data.operator.toString() !== chain.address(offender)) continue;
    steps.push({ method, data, before: { ...pool, stake, shares } });
    if (method === 'Slashed') stake -= data.amount.toBigInt();
    else if (method === 'Rewarded') {
      const commission = data.commission.toBigInt();
      stake += data.amount.toBigInt() - commission;
      // Commission buys the operator shares.
      shares += (commission * shares) / stake;
      stake += commission;
    }
  }
  return { steps, after: { ...pool, stake, shares } };
}

before(async () => {
  await network.prepare();
  await network.start();
  chain = await Chain.connect(bob.url);
  await chain.send(chain.api.tx.operatorStaking.delegate(offender.address, DELEGATED), delegator);
  stop = await chain.follow(
    ({ events: records, hash }) => {
      for (const { event } of records) seen.push(Object.assign(event, { block: hash }));
    },
    { finalized: true },
  );
});

after(async () => {
  await stop?.();
  await chain?.disconnect();
  await network.stop();
  removeTestFolder(folder);
});

test('one validator on two machines is reported on chain', async () => {
  const twin = await network.addNode('dave-again', { keys: '--dave' });
  twin.start();
  await twin.up();
  // Whichever comes first: who is reported for a vote makes no blocks any more.
  await waitFor('the offence', () => kinds().length > 0 || undefined, {
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

test('the slash is applied in that era', async () => {
  await waitFor('the slash', () => events('operatorStaking.Slashed').length > 0 || undefined, {
    timeoutMs: DEFERRAL_MS,
    children: network.children,
  });
  const [{ block }] = events('operatorStaking.Slashed');
  const { applyAt } = events('operatorStaking.SlashQueued')[0].data;
  const { query } = await chain.api.at(block);
  assert.ok((await query.operatorStaking.activeEra()).index.toNumber() >= applyAt.toNumber());
});

test('the slash takes its fraction of the pool, to the planck', async () => {
  const { slash } = await applied();
  const { fraction } = events('operatorStaking.SlashQueued')[0].data;
  assert.equal(slash.data.amount.toBigInt(), (slash.before.stake * fraction.toBigInt()) / WHOLE);
});

test('the delegator loses the same fraction, to the planck', async () => {
  const { slash } = await applied();
  const { fraction } = events('operatorStaking.SlashQueued')[0].data;
  const { before: pool } = slash;
  const lost = worth(pool) - worth({ ...pool, stake: pool.stake - slash.data.amount.toBigInt() });
  const due = (worth(pool) * fraction.toBigInt()) / WHOLE;
  // What shares are worth is rounded down, before and after.
  assert.ok(lost >= due - 1n && lost <= due + 1n, `${lost} planck instead of ${due}`);
});

test('nothing but the slash and rewards has changed the pool', async () => {
  const { expected, later } = await applied();
  assert.deepEqual([later.stake, later.shares, later.mine], [expected.stake, expected.shares, expected.mine]);
});

test('what was taken is in the treasury', async () => {
  const { slash, earlier, later } = await applied();
  // Transaction fees of the block go there, too.
  assert.ok(later.treasury - earlier.treasury >= slash.data.amount.toBigInt());
});

/** The block of the slash: stakes before and after it, what its events make of them, and the slash. */
async function applied() {
  const [{ block }] = events('operatorStaking.Slashed');
  const [earlier, later] = [await stakesAt(await parentOf(block)), await stakesAt(block)];
  const { steps, after: expected } = replay(block, earlier);
  return { earlier, later, expected, slash: steps.find(({ method }) => method === 'Slashed') };
}

const parentOf = async (block) => (await chain.api.rpc.chain.getHeader(block)).parentHash.toHex();
