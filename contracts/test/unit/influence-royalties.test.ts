// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Address } from 'viem';

import { simulatedChain } from '../lib/simulated.js';

const JOB = 3n;
const ADAPTER = 9;
const FIRST_SHARE = 333_333n;

describe('InfluenceRoyalties', () => {
  let chain: Awaited<ReturnType<typeof simulatedChain>>;
  let royalties: Awaited<ReturnType<typeof deploy>>;
  let alice: Address;
  let bob: Address;

  const deploy = () => chain.viem.deployContract('InfluenceRoyalties');

  beforeEach(async () => {
    chain = await simulatedChain();
    royalties = await deploy();
    alice = chain.wallets[2]!.account.address;
    bob = chain.wallets[3]!.account.address;
    await chain.attribution.write.setInfluence([JOB, 11n, alice, Number(FIRST_SHARE)]);
    await chain.attribution.write.setInfluence([JOB, 12n, bob, 1_000_000 - Number(FIRST_SHARE)]);
  });

  it('divides a payment for an answer by influence', async () => {
    const value = 3_000_000n;
    await royalties.write.payForJob([JOB], { value });
    assert.equal(await royalties.read.dueOf([alice]), (value * FIRST_SHARE) / 1_000_000n);
  });

  it('credits exactly what was paid, however the shares round', async () => {
    const value = 1_000_000_000_000_000_007n;
    await royalties.write.payForJob([JOB], { value });
    const due = (await royalties.read.dueOf([alice])) + (await royalties.read.dueOf([bob]));
    assert.equal(due, value);
  });

  it('says which contribution earned what', async () => {
    const hash = await royalties.write.payForJob([JOB], { value: 3_000_000n });
    const { blockHash } = await chain.publicClient.getTransactionReceipt({ hash });
    const logs = await royalties.getEvents.RoyaltyEarned({}, { blockHash });
    assert.deepEqual(
      logs.map(({ args }) => [args.contribution, args.amount]),
      [
        [11n, 999_999n],
        [12n, 2_000_001n],
      ],
    );
  });

  it('takes no payment for an answer without a receipt', async () => {
    await chain.viem.assertions.revertWith(
      royalties.write.payForJob([JOB + 1n], { value: 1n }),
      'Attribution.UnknownReceipt',
    );
  });

  it('takes no payment of nothing', async () => {
    await chain.viem.assertions.revertWithCustomError(royalties.write.payForJob([JOB]), royalties, 'NothingPaid');
  });

  it('divides a payment for a model by the influence on all its answers', async () => {
    await chain.models.write.setLineageSize([ADAPTER, 3]);
    await chain.attribution.write.setModel([ADAPTER, [alice, bob, alice], [10n, 60n, 30n]]);
    await royalties.write.payForModel([ADAPTER], { value: 1_000n });
    assert.deepEqual([await royalties.read.dueOf([alice]), await royalties.read.dueOf([bob])], [400n, 600n]);
  });

  it('reads a lineage that is longer than a page to its end', async () => {
    const size = 300;
    const contributors = Array.from({ length: size }, (_, i) => (i < size - 1 ? alice : bob));
    await chain.models.write.setLineageSize([ADAPTER, size]);
    for (let start = 0; start < size; start += 100) {
      const page = contributors.slice(start, start + 100);
      await chain.attribution.write.setModel([ADAPTER, page, page.map(() => 1n)]);
    }
    await royalties.write.payForModel([ADAPTER], { value: 300n });
    assert.deepEqual([await royalties.read.dueOf([alice]), await royalties.read.dueOf([bob])], [299n, 1n]);
  });

  it('takes no payment for a model that has answered nothing', async () => {
    await chain.viem.assertions.revertWithCustomErrorWithArgs(
      royalties.write.payForModel([ADAPTER], { value: 1n }),
      royalties,
      'NoInfluence',
      [ADAPTER],
    );
  });

  it('pays a contributor whoever asks for it', async () => {
    await royalties.write.payForJob([JOB], { value: 1_000_000n });
    await chain.viem.assertions.balancesHaveChanged(royalties.write.release([alice]), [
      { address: alice, amount: FIRST_SHARE },
    ]);
  });

  it('pays what is due only once', async () => {
    await royalties.write.payForJob([JOB], { value: 1_000_000n });
    await royalties.write.release([alice]);
    await chain.viem.assertions.revertWithCustomError(royalties.write.release([alice]), royalties, 'NothingDue');
  });
});
