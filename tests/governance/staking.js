// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Stake as a wallet shows it: operators, delegations, what unbonds, and why something was refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { u8aToHex } from '../lib/bytes.js';
import { OPEN } from '../lib/chain.js';
import { alice } from './context.js';

const WORKER = { validator: false, worker: true, evaluator: false };
const VALIDATOR = { validator: true, worker: false, evaluator: false };

/** 10 %, in parts per billion. */
const COMMISSION = 100_000_000;

/** Declares the stories and their tests. */
export function staking(context) {
  const operator = context.actor('operator');
  aPool(context, operator);
  theValidators(context);
  sessionKeys(context);
  badStakes(context, operator);
}

function aPool(context, operator) {
  const delegator = context.actor('delegator');
  const [bond, stake, part] = [2_000n * OPEN, 500n * OPEN, 200n * OPEN];

  const story = context.stories.add(async () => {
    const { tx, chain } = context;
    const { stakingApi } = chain.api.call;
    const register = tx.operatorStaking.registerOperator(WORKER, COMMISSION, bond);
    await context.send(register, operator);
    const registered = (await stakingApi.operator(operator.address)).unwrap();

    const before = await chain.freeBalance(delegator);
    const { events } = await context.send(
      tx.operatorStaking.delegate(operator.address, stake),
      delegator,
    );
    const fee = chain.find(events, 'transactionPayment', 'TransactionFeePaid').data.actualFee.toBigInt();
    const staked = before - fee - (await chain.freeBalance(delegator));
    const joined = (await stakingApi.delegation(delegator.address, operator.address)).unwrap();
    const pool = (await stakingApi.operator(operator.address)).unwrap();

    await context.send(tx.operatorStaking.undelegate(operator.address, part), delegator);
    const [left, ...others] = await stakingApi.delegations(delegator.address);
    const early = await context.refusal(tx.operatorStaking.withdraw(operator.address), delegator);
    const { active } = await stakingApi.era();
    return { registered, staked, joined, pool, left, others, early, era: active.toNumber() };
  });

  test('a registered operator has its role, commission and self-bond', async () => {
    const { registered } = await story();
    assert.ok(registered.state.isActive && registered.worker.isTrue && registered.validator.isFalse);
    assert.equal(registered.commission.toNumber(), COMMISSION);
    assert.equal(registered.selfBond.toBigInt(), bond);
  });

  test('what is delegated leaves the balance', async () => {
    const { staked } = await story();
    assert.equal(staked, stake);
  });

  test('a delegation is worth what was put in', async () => {
    const { joined } = await story();
    assert.equal(joined.value.toBigInt(), stake);
  });

  test("a delegation is part of the operator's stake and not of its self-bond", async () => {
    const { pool } = await story();
    assert.equal(pool.stake.toBigInt(), bond + stake);
    assert.equal(pool.selfBond.toBigInt(), bond);
  });

  test('what is undelegated leaves the delegation', async () => {
    const { left, others } = await story();
    assert.equal(left.value.toBigInt(), stake - part);
    assert.deepEqual(others, []);
  });

  test('what is undelegated unbonds until a later era', async () => {
    const { left, era } = await story();
    const [ticket] = left.unbonding;
    assert.equal(ticket.amount.toBigInt(), part);
    const { bondingDuration } = context.chain.api.consts.operatorStaking;
    assert.equal(ticket.withdrawableAt.toNumber(), era + bondingDuration.toNumber());
  });

  test('what unbonds cannot be withdrawn before its era', async () => {
    const { early } = await story();
    assert.equal(early, 'operatorStaking.NotMatured');
  });
}

function theValidators(context) {
  const me = () => context.chain.address(alice);

  test("the chain's validator is an operator with a stake", async () => {
    const view = (await context.chain.api.call.stakingApi.operator(alice.address)).unwrap();
    assert.ok(view.validator.isTrue && view.validating.isTrue);
    const { validatorBond } = context.chain.api.consts.operatorStaking;
    assert.ok(view.selfBond.toBigInt() >= validatorBond.toBigInt());
  });

  test('the validators of the era are known', async () => {
    const { validators } = await context.chain.api.call.stakingApi.era();
    assert.deepEqual(validators.map(String), [me()]);
  });

  test('a wallet can see who would be elected', async () => {
    const elected = await context.chain.api.call.stakingApi.elected();
    assert.deepEqual(
      elected.map(([account]) => account.toString()),
      [me()],
    );
  });
}

function sessionKeys(context) {
  const thief = context.actor("somebody with another's session keys");
  const keysOf = async (who) => (await context.query.session.nextKeys(who.address)).toHex();

  // Keys that the node holds, with a true proof: for the chain's validator, and for an account that has none.
  const story = context.stories.add(async () => {
    const { chain, tx } = context;
    const made = (owner) => chain.rpc('author_rotateKeysWithOwner', u8aToHex(owner.publicKey));
    const before = await Promise.all([keysOf(alice), keysOf(thief)]);
    const [ours, theirs] = [await made(alice), await made(thief)];
    const attempts = [
      [thief, ours.keys, ours.proof],
      [alice, theirs.keys, theirs.proof],
      [alice, theirs.keys, ours.proof],
      [alice, ours.keys, '0x'],
    ];
    const refusals = [];
    for (const [who, keys, proof] of attempts)
      refusals.push(await context.refusal(tx.session.setKeys(keys, proof), who));
    return { refusals, before, after: await Promise.all([keysOf(alice), keysOf(thief)]) };
  });

  test('session keys with a proof for another account, of other keys or none are refused', async () => {
    const { refusals } = await story();
    assert.deepEqual(refusals, Array(4).fill('session.InvalidProof'));
  });

  test('session keys whose proof was refused are registered for nobody', async () => {
    const { before, after } = await story();
    assert.deepEqual(after, before);
  });
}

function badStakes(context, operator) {
  const rich = context.actor('somebody with stake to give');
  const least = (name) => context.chain.api.consts.operatorStaking[name].toBigInt();
  const cases = [
    ['an operator without a role', 'NoRoles', (s) => s.registerOperator({}, 0, 5_000n * OPEN)],
    [
      'a validator below its self-bond',
      'BelowSelfBond',
      (s) => s.registerOperator(VALIDATOR, 0, least('validatorBond') - 1n),
    ],
    [
      'a worker below its self-bond',
      'BelowSelfBond',
      (s) => s.registerOperator(WORKER, 0, least('workerBond') - 1n),
    ],
    [
      'a commission above the highest',
      'CommissionTooHigh',
      (s) => s.registerOperator(WORKER, 1_000_000_000, 5_000n * OPEN),
    ],
    [
      'a self-bond that one does not have',
      'InsufficientFunds',
      (s) => s.registerOperator(WORKER, 0, 5_000_000n * OPEN),
    ],
    [
      'registering twice',
      'AlreadyRegistered',
      (s) => s.registerOperator(WORKER, COMMISSION, 5_000n * OPEN),
      operator,
    ],
    ['delegating to oneself', 'OwnPool', (s) => s.delegate(operator.address, OPEN), operator],
    ['a delegation to nobody', 'UnknownOperator', (s) => s.delegate(context.anyone.address, 100n * OPEN)],
    [
      'a delegation below the least',
      'BelowMinDelegation',
      (s) => s.delegate(operator.address, least('minDelegation') - 1n),
    ],
    [
      'a delegation of more than one has',
      'InsufficientFunds',
      (s) => s.delegate(operator.address, 5_000_000n * OPEN),
    ],
    ['undelegating what was never delegated', 'NotDelegated', (s) => s.undelegate(operator.address, OPEN)],
    ['withdrawing what never unbonded', 'NothingToWithdraw', (s) => s.withdraw(operator.address)],
    ['activating who acts already', 'NotChilled', (s) => s.activate(), operator],
    ['setting the number of validators without a vote', 'BadOrigin', (s) => s.setValidatorCount(2)],
    ['chilling somebody else', 'BadOrigin', (s) => s.forceChill(operator.address)],
    ['slashing somebody else', 'BadOrigin', (s) => s.slashOperator(operator.address, 10_000_000, 0)],
    ['cancelling a slash without a vote', 'BadOrigin', (s) => s.cancelSlash(0)],
  ];

  // Whom they are about.
  const ready = context.stories.add(() =>
    context.log.first(['operatorStaking.OperatorRegistered'], {
      matches: (data) => data.operator.toString() === context.chain.address(operator),
      blocks: 20,
      what: 'the registration of the operator',
    }),
  );

  for (const [what, error, call, sender = rich] of cases) {
    test(`${what} is refused with ${error}`, async () => {
      await ready();
      const name = error === 'BadOrigin' ? error : `operatorStaking.${error}`;
      assert.equal(await context.refusal(call(context.tx.operatorStaking), sender), name);
    });
  }

  test('what was refused changed no stake', async () => {
    await ready();
    const { stakingApi } = context.chain.api.call;
    assert.deepEqual((await stakingApi.delegations(rich.address)).toHuman(), []);
    assert.ok((await stakingApi.operator(rich.address)).isNone);
  });
}
