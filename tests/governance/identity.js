// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Who is behind an account: what it says of itself, and a registrar that voters appoint confirms.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { alice, ballots, bob, charlie, dave } from './context.js';

const DISPLAY = 'a contributor';

// Others have left decisions of the general admin to Dave, and cannot vote on them.
const VOTERS = [alice, bob, charlie, dave];

/** Declares the stories and their tests. */
export function identity(context) {
  const owner = context.actor('somebody with a name');
  const registrar = context.actor('registrar');

  const reserved = async () => {
    const { data } = await context.query.system.account(owner.address);
    return data.reserved.toBigInt();
  };

  const story = context.stories.add(async () => {
    const { tx, query, governance, anyone } = context;
    await context.send(tx.identity.setIdentity({ display: { Raw: DISPLAY } }), owner);
    const set = (await query.identity.identityOf(owner.address)).unwrap();
    const deposit = await reserved();
    const uninvited = await context.refusal(tx.identity.addRegistrar(anyone.address), anyone);

    await governance.decide('GeneralAdmin', tx.identity.addRegistrar(registrar.address), ballots(VOTERS));
    const registrars = await query.identity.registrars();
    const index = registrars.findIndex(
      (entry) => entry.isSome && entry.unwrap().account.toString() === context.chain.address(registrar),
    );
    await context.send(tx.identity.requestJudgement(index, 0), owner);
    const judgement = tx.identity.provideJudgement(index, owner.address, 'KnownGood', set.info.hash);
    await context.send(judgement, registrar);
    const judged = (await query.identity.identityOf(owner.address)).unwrap();

    await context.send(tx.identity.clearIdentity(), owner);
    const cleared = await query.identity.identityOf(owner.address);
    return { set, deposit, uninvited, index, judged, cleared, left: await reserved() };
  });

  test('an account says who is behind it', async () => {
    const { set } = await story();
    assert.equal(set.info.display.asRaw.toUtf8(), DISPLAY);
  });

  test('an identity takes a deposit', async () => {
    const { set, deposit } = await story();
    assert.ok(deposit > 0n);
    assert.equal(deposit, set.deposit.toBigInt());
  });

  test('nobody becomes a registrar without a vote', async () => {
    const { uninvited } = await story();
    assert.equal(uninvited, 'BadOrigin');
  });

  test('a registrar that voters appointed confirms an identity', async () => {
    const { judged, index } = await story();
    assert.deepEqual(
      judged.judgements.map(([by, judgement]) => [by.toNumber(), judgement.type]),
      [[index, 'KnownGood']],
    );
  });

  test('a cleared identity gives its deposit back', async () => {
    const { cleared, left } = await story();
    assert.ok(cleared.isNone);
    assert.equal(left, 0n);
  });
}
