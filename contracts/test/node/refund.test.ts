// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// Questions that nobody answers: cancelled from their deadline on, refunded in full, and told to who asked. A vote has
// made the deadline as short as it can be, a minute; the tests wait for it.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { encodeFunctionData, getAddress, parseEther, parseEventLogs, toHex, zeroHash } from 'viem';

import { account } from '../../../tests/lib/chain.js';
import { openMarket } from '../../../tests/lib/own-market.js';
import { rpcUrl } from '../../scripts/accounts.js';
import { ADDRESSES } from '../lib/addresses.js';
import { tryDeeds, type Round } from '../lib/deeds.js';
import { runningNode } from '../lib/node.js';
import { abiOf, at } from '../lib/precompiles.js';

const { viem, client, publicClient, accounts, succeeded, allSucceeded } = await runningNode();
const { inference: abi } = abiOf;
const { inference: target } = ADDRESSES;
const asker = accounts.charleth;

const MAX_FEE = parseEther('1');
const FUNDING = parseEther('10');
const QUESTION = 'a question that nobody answers';
/** Blocks in a minute: the least that governance can set. */
const MINUTE = 30;
/** States of a job, and of a question of AskTheModel. */
const [OPEN, ENDED] = [1, 3];
const CLOSED = 3;

describe('a question without an answer', () => {
  let caller: ContractReturnType<'Caller'>;
  let asking: ContractReturnType<'AskTheModel'>;
  let market: Awaited<ReturnType<typeof openMarket>>;
  let jobs: { caller: bigint; asking: bigint };
  let refusedBefore: Promise<void>;

  const setDeadline = (blocks: number | null) =>
    market.chain.sudo(
      market.chain.api.tx.parameters.setParameter({ Inference: { JobDeadline: [null, blocks] } }),
      account('//Alice'),
    );

  const cancel = (job: bigint) => encodeFunctionData({ abi, functionName: 'cancel', args: [job] });
  const job = (id: bigint) => publicClient.readContract({ ...at.inference, functionName: 'job', args: [id] });
  const status = (id: bigint) => publicClient.readContract({ ...at.inference, functionName: 'status', args: [id] });

  before(async () => {
    market = await openMarket(rpcUrl());
    await setDeadline(MINUTE);
    caller = await viem.deployContract('Caller', [], { client });
    asking = await viem.deployContract('AskTheModel', [], { client });
    const gas = await publicClient.readContract({ ...at.inference, functionName: 'maxCallbackGas' });
    const fee = await publicClient.readContract({ ...at.inference, functionName: 'callbackFee', args: [gas] });
    await succeeded(client.wallet.sendTransaction({ to: caller.address, value: FUNDING }));

    const args = [market.adapter, toHex(QUESTION), MAX_FEE, gas] as const;
    const data = encodeFunctionData({ abi, functionName: 'requestWithCallback', args });
    const requested = await succeeded(caller.write.run([target, 0n, data]));
    const [opened] = parseEventLogs({ abi, eventName: 'InferenceRequested', logs: requested.logs });
    const value = MAX_FEE + fee;
    const asked = await succeeded(asking.write.ask([market.adapter, QUESTION, gas], { value, account: asker.account }));
    const [question] = parseEventLogs({ abi: asking.abi, eventName: 'Asked', logs: asked.logs });
    jobs = { caller: opened!.args.jobId, asking: question!.args.jobId };
    refusedBefore = viem.assertions.revertWith(
      caller.simulate.run([target, 0n, cancel(jobs.caller)]),
      'Inference.DeadlineNotReached',
    );
    // Its test looks at it.
    refusedBefore.catch(() => {});
    await refusedBefore.catch(() => {});
  });

  after(async () => {
    await setDeadline(null);
    await market.close();
  });

  const due: Round = {
    prepare: async () => {
      const { deadline } = await job(jobs.asking);
      while ((await publicClient.getBlockNumber()) < BigInt(deadline)) {
        await sleep(1_000);
      }
    },
    deeds: [
      {
        name: 'IInference.cancel',
        target,
        data: () => cancel(jobs.caller),
        state: () => status(jobs.caller),
        expected: (before: number) => {
          assert.equal(before, OPEN);
          return ENDED;
        },
      },
    ],
  };

  tryDeeds([due], () => caller, allSucceeded);

  it('is not cancelled before its deadline', () => refusedBefore);

  it('is cancelled by who asked it only', async () => {
    await viem.assertions.revertWith(
      publicClient.simulateContract({ ...at.inference, functionName: 'cancel', args: [jobs.asking] }),
      'Inference.NotConsumer',
    );
  });

  it('is told to the contract that asked', async () => {
    const filter = { ...at.inference, eventName: 'CallbackMade', fromBlock: 0n } as const;
    const [made] = await publicClient.getContractEvents({ ...filter, args: { jobId: jobs.caller } });
    assert.deepEqual([made?.args.success, getAddress(made!.args.consumer!)], [true, getAddress(caller.address)]);
    const told = await caller.getEvents.CalledBack({ jobId: jobs.caller }, { fromBlock: 0n });
    assert.deepEqual(
      told.map(({ args }) => [args.output, args.receiptHash]),
      [['0x', zeroHash]],
    );
  });

  it('gives all of its escrow back, and what the callback did not use', async () => {
    const filter = { ...at.inference, eventName: 'CallbackMade', fromBlock: 0n } as const;
    const [made] = await publicClient.getContractEvents({ ...filter, args: { jobId: jobs.caller } });
    assert.equal(await publicClient.getBalance({ address: caller.address }), FUNDING - made!.args.paid!);
  });

  describe('that AskTheModel asked', () => {
    before(async () => {
      const cancelled = await succeeded(asking.write.cancel([jobs.asking]));
      const deadline = Date.now() + 30_000;
      const closed = () => asking.getEvents.Closed({ jobId: jobs.asking }, { fromBlock: cancelled.blockNumber });
      while ((await closed()).length === 0) {
        assert.ok(Date.now() < deadline, 'the contract was never told');
        await sleep(300);
      }
    });

    it('is closed', async () => {
      assert.equal((await asking.read.questionOf([jobs.asking])).state, CLOSED);
    });

    it('is credited to its asker in full', async () => {
      assert.equal(await asking.read.creditOf([asker.account.address]), MAX_FEE);
    });

    it('is paid back', async () => {
      const before = await publicClient.getBalance({ address: asker.account.address });
      const paid = await succeeded(asking.write.withdraw({ account: asker.account }));
      const now = await publicClient.getBalance({ address: asker.account.address });
      assert.equal(now - before, MAX_FEE - paid.gasUsed * paid.effectiveGasPrice);
    });
  });
});
