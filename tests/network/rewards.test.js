// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What an era brings to those who stake: fees and incentives, by the blocks that validators made.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { account, Chain, OPEN } from '../lib/chain.js';
import { palletAccount } from '../lib/ledger.js';
import { Network } from '../lib/network.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { waitFor } from '../lib/wait.js';

const DELEGATED = 1_000n * OPEN;
/** Transfers whose fees the stakers share. */
const TRANSFERS = 20;
// An era is under a minute with the preset's fast ones, and half of its slots are empty.
const ERAS_MS = 10 * 60_000;

const folder = newTestFolder('network-rewards');
// Two of the four validators make blocks, of which none becomes final; rewards do not wait for that.
const network = new Network({ folder, names: ['alice', 'bob'] });
const operator = account('//Alice');
const delegator = account('//Ferdie');
const payer = account('//Eve');
const pots = { stakers: palletAccount('ol/stake') };
const blocks = [];
let chain;
let stop;

/** The blocks' events of this name, with their blocks, oldest first. */
const events = (name) =>
  blocks.flatMap(({ hash, records }) =>
    records
      .map(({ event }) => event)
      .filter(({ section, method }) => `${section}.${method}` === name)
      .map(({ data }) => ({ data, hash })),
  );

const parentOf = async (hash) => (await chain.api.rpc.chain.getHeader(hash)).parentHash.toHex();

/** The operator's pool and the delegator's part of it after a block. */
async function poolAt(hash) {
  const { query } = await chain.api.at(hash);
  const { pool, commission } = (await query.operatorStaking.operators(operator.address)).unwrap();
  const position = (await query.operatorStaking.delegations(delegator.address, operator.address)).unwrap();
  const [stake, shares] = [pool.stake.toBigInt(), pool.shares.toBigInt()];
  return {
    ...{ stake, shares, commission: commission.toBigInt(), mine: position.shares.toBigInt() },
    value: (position.shares.toBigInt() * stake) / shares,
  };
}

const parts = (amount, perbill) => (amount * perbill) / 1_000_000_000n;

let fees;
let closed;
let rewarded;

before(async () => {
  await network.prepare();
  await network.start();
  chain = await Chain.connect(network.validators[0].url);
  stop = await chain.follow(({ hash, events: records }) => blocks.push({ hash, records }));
  const { tx } = chain.api;
  await chain.send(tx.operatorStaking.delegate(operator.address, DELEGATED), delegator);
  const calls = Array.from({ length: TRANSFERS }, () =>
    chain.send(tx.balances.transferKeepAlive(delegator.address, OPEN), payer),
  );
  const sent = await Promise.all(calls);
  const paid = await Promise.all(
    sent.map(async ({ blockHash, events: own }) => ({
      era: (await (await chain.api.at(blockHash)).query.operatorStaking.activeEra()).index.toNumber(),
      fee: chain.find(own, 'transactionPayment', 'TransactionFeePaid').data.actualFee.toBigInt(),
    })),
  );
  // An era may have ended among them.
  const { era } = paid.at(-1);
  fees = paid.filter((one) => one.era === era).reduce((sum, { fee }) => sum + fee, 0n);
  rewarded = await waitFor(
    'the reward for an era with fees',
    () =>
      events('operatorStaking.Rewarded').find(
        ({ data }) => data.era.toNumber() === era && data.operator.toString() === chain.address(operator),
      ),
    { timeoutMs: ERAS_MS, everyMs: 500, children: network.children },
  );
  closed = events('operatorStaking.EraClosed').find(({ data }) => data.era.toNumber() === era);
});

after(async () => {
  await stop?.();
  await chain?.disconnect();
  await network.stop();
  removeTestFolder(folder);
});

test("half of the era's fees are there for the stakers", async () => {
  const at = await chain.api.at(await parentOf(closed.hash));
  const { data } = await at.query.system.account(pots.stakers);
  // Others than the payer paid some, too.
  assert.ok(data.free.toBigInt() >= fees / 2n, `${data.free} planck of ${fees}`);
});

test('an era shares the fees and its incentive between validators', async () => {
  const at = await chain.api.at(await parentOf(closed.hash));
  const { query, consts } = at;
  const { data } = await query.system.account(pots.stakers);
  const brought = data.free.toBigInt() - consts.balances.existentialDeposit.toBigInt();
  const incentive = consts.operatorStaking.initialIncentive.toBigInt();
  const reserve = (await query.operatorStaking.reserve()).toBigInt();
  const split = (await query.operatorStaking.rewardSplit()).toBigInt();
  const expected = [brought, incentive, reserve].reduce((sum, part) => sum + parts(part, split), 0n);
  assert.equal(closed.data.validators.toBigInt(), expected);
});

test("a reward raises the worth of a delegator's shares by its part after commission", async () => {
  const [earlier, later] = [await poolAt(await parentOf(rewarded.hash)), await poolAt(rewarded.hash)];
  const { amount, commission } = rewarded.data;
  assert.ok(amount.toBigInt() > 0n);
  assert.equal(later.mine, earlier.mine, 'the delegator did nothing for it');
  const shared = amount.toBigInt() - commission.toBigInt();
  const gain = later.value - earlier.value;
  const due = (shared * earlier.mine) / earlier.shares;
  // Rounded in favour of the pool. Both worths are cut to a planck, and so their difference may be one more.
  assert.ok(gain > 0n && gain <= due + 1n && gain >= due - 2n, `${gain} planck of ${due}`);
});

test('the operator keeps its commission', async () => {
  const { amount, commission } = rewarded.data;
  const { commission: rate } = await poolAt(await parentOf(rewarded.hash));
  assert.equal(commission.toBigInt(), parts(amount.toBigInt(), rate));
});

test('all pools together are paid what the era closed with', () => {
  const paid = events('operatorStaking.Rewarded').filter(
    ({ data }) => data.era.toNumber() === closed.data.era.toNumber(),
  );
  const sum = paid.reduce((total, { data }) => total + data.amount.toBigInt(), 0n);
  const budget = closed.data.validators.toBigInt() + closed.data.workers.toBigInt();
  const rounding = BigInt(2 * paid.length);
  assert.ok(sum <= budget && sum >= budget - rounding, `${sum} of ${budget} planck`);
});
