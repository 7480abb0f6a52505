// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { getAddress, keccak256, parseEther, parseGwei, toHex } from 'viem';

import { simulatedChain } from '../lib/simulated.js';

const GAS = 500_000n;
const CALLBACK = GAS * parseGwei('1');
const MAX_FEE = parseEther('2');
const FEE = parseEther('0.5');
const ANSWER = toHex('{"label":"law"}');
const RECEIPT = keccak256('0x01');
const ADAPTER = 7;
const STATE = { asked: 1, answered: 2, closed: 3 };

describe('AskTheModel', () => {
  let chain: Awaited<ReturnType<typeof simulatedChain>>;
  let asking: Awaited<ReturnType<typeof deploy>>;

  const deploy = () => chain.viem.deployContract('AskTheModel');

  /** Asks as the second account; the job is 0, 1, … in the order of questions. */
  const ask = (value = MAX_FEE + CALLBACK) =>
    asking.write.ask([ADAPTER, 'What is a tort?', GAS], { value, account: chain.wallets[1]!.account });

  /** Settles job 0 as the chain does: releases what it did not cost, then calls back. */
  const settle = async (callBack = true) => {
    await chain.release(asking.address, MAX_FEE - FEE);
    return chain.inference.write.settle([0n, FEE, ANSWER, RECEIPT, callBack]);
  };

  beforeEach(async () => {
    chain = await simulatedChain();
    asking = await deploy();
    const [, , alice, bob] = chain.wallets;
    await chain.attribution.write.setInfluence([0n, 11n, alice!.account.address, 700_000]);
    await chain.attribution.write.setInfluence([0n, 12n, bob!.account.address, 300_000]);
  });

  it('spends what the callback does not take on the answer', async () => {
    await ask();
    const [, maxFee] = await chain.inference.read.jobs([0n]);
    assert.equal(maxFee, MAX_FEE);
  });

  it('refuses a value that leaves nothing for the answer', async () => {
    await chain.viem.assertions.revertWithCustomErrorWithArgs(ask(CALLBACK), asking, 'ValueTooSmall', [
      CALLBACK,
      CALLBACK,
    ]);
  });

  it('stores the answer, its receipt and its fee', async () => {
    await ask();
    await settle();
    const question = await asking.read.questionOf([0n]);
    assert.deepEqual(question, {
      asker: getAddress(chain.wallets[1]!.account.address),
      adapter: ADAPTER,
      state: STATE.answered,
      maxFee: MAX_FEE,
      fee: FEE,
      receiptHash: RECEIPT,
      answer: ANSWER,
    });
  });

  it('logs every contribution that moved the answer with its share', async () => {
    await ask();
    const hash = await settle();
    const receipt = await chain.publicClient.getTransactionReceipt({ hash });
    const logs = await asking.getEvents.Influenced({}, { blockHash: receipt.blockHash });
    assert.deepEqual(
      logs.map(({ args }) => [args.contribution, args.share]),
      [
        [11n, 700_000],
        [12n, 300_000],
      ],
    );
  });

  it('pays its asker what the answer did not cost', async () => {
    await ask();
    await settle();
    const asker = chain.wallets[1]!.account;
    await chain.viem.assertions.balancesHaveChanged(asking.write.withdraw({ account: asker }), [
      { address: asker.address, amount: MAX_FEE - FEE },
    ]);
  });

  it('pays a credit only once', async () => {
    await ask();
    await settle();
    const account = chain.wallets[1]!.account;
    await asking.write.withdraw({ account });
    await chain.viem.assertions.revertWithCustomError(asking.write.withdraw({ account }), asking, 'NothingToWithdraw');
  });

  it('takes answers from the chain only', async () => {
    await ask();
    await chain.viem.assertions.revertWithCustomErrorWithArgs(
      asking.write.onInference([0n, ANSWER, RECEIPT]),
      asking,
      'NotTheChain',
      [getAddress(chain.wallets[0]!.account.address)],
    );
  });

  it('takes an answer only once', async () => {
    await ask();
    await settle();
    await chain.viem.assertions.revertWithCustomErrorWithArgs(
      chain.inference.write.settle([0n, FEE, ANSWER, RECEIPT, true]),
      asking,
      'NotWaiting',
      [0n, STATE.answered],
    );
  });

  it('credits all that the answer could have cost when the job is refunded', async () => {
    await ask();
    await chain.release(asking.address, MAX_FEE);
    await asking.write.cancel([0n]);
    assert.equal(await asking.read.creditOf([chain.wallets[1]!.account.address]), MAX_FEE);
  });

  it('credits what the answer did not cost when its callback failed', async () => {
    await ask();
    await settle(false);
    await asking.write.reclaim([0n]);
    assert.equal(await asking.read.creditOf([chain.wallets[1]!.account.address]), MAX_FEE - FEE);
  });

  it('reclaims nothing before the job has ended', async () => {
    await ask();
    await chain.viem.assertions.revertWithCustomErrorWithArgs(
      asking.write.reclaim([0n]),
      asking,
      'StillRunning',
      [0n],
    );
  });

  it('never reclaims from others what an answer with a forgotten receipt has cost', async () => {
    await ask();
    await settle(false);
    await chain.inference.write.forget([0n]);
    await chain.viem.assertions.revertWithCustomErrorWithArgs(asking.write.reclaim([0n]), asking, 'NotCovered', [
      MAX_FEE,
      MAX_FEE - FEE,
    ]);
  });

  it("leaves the keeper only what is nobody's", async () => {
    const unused = parseGwei('1000');
    await ask();
    await settle();
    await chain.release(asking.address, unused);
    await asking.write.sweep();
    assert.equal(await chain.publicClient.getBalance({ address: asking.address }), MAX_FEE - FEE);
  });

  it('lets nobody but the keeper sweep', async () => {
    const account = chain.wallets[1]!.account;
    await chain.viem.assertions.revertWithCustomErrorWithArgs(
      asking.write.sweep({ account }),
      asking,
      'NotTheKeeper',
      [getAddress(account.address)],
    );
  });

  it('sweeps nothing of what a waiting question may be owed', async () => {
    await ask();
    await chain.release(asking.address, MAX_FEE - FEE);
    await chain.viem.assertions.revertWithCustomError(asking.write.sweep(), asking, 'NothingToWithdraw');
  });
});
