// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// The whole way from a question to its answer and to who is paid for it. The test plays the worker; `npm run ask`
// walks the same way with a real one.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { artifacts } from 'hardhat';
import { getAddress, hexToString, parseEther, parseEventLogs, zeroHash } from 'viem';

import { rpcUrl } from '../../scripts/accounts.js';
import { ADDRESSES } from '../lib/addresses.js';
import { FEE, openMarket, SHARES } from '../../../tests/lib/own-market.js';
import { runningNode } from '../lib/node.js';

/** An adapter that no test registers. */
const NO_ADAPTER = 4_000_000_000;
const QUESTION = 'The court held that the contract was void.';
const ANSWER = '{"label":"law","probabilities_ppm":[900000,100000]}';
const MAX_FEE = parseEther('1');
const ROYALTY = parseEther('3');
/** The state of a question with an answer. */
const ANSWERED = 2;

const { viem, client, publicClient, accounts, succeeded } = await runningNode();
const asker = accounts.charleth;
const { abi } = await artifacts.readArtifact('IInference');
const inference = { address: ADDRESSES.inference, abi } as const;

describe('AskTheModel on a node', () => {
  let asking: ContractReturnType<'AskTheModel'>;
  let market: Awaited<ReturnType<typeof openMarket>>;
  let gas: bigint;
  let callbackFee: bigint;

  before(async () => {
    market = await openMarket(rpcUrl());
    asking = await viem.deployContract('AskTheModel', [], { client });
    gas = await publicClient.readContract({ ...inference, functionName: 'maxCallbackGas' });
    callbackFee = await publicClient.readContract({ ...inference, functionName: 'callbackFee', args: [gas] });
  });

  after(() => market?.close());

  it('passes on that there is no such adapter', async () => {
    await viem.assertions.revertWith(
      asking.write.ask([NO_ADAPTER, QUESTION, gas], { value: callbackFee + MAX_FEE }),
      'Inference.UnknownAdapter',
    );
  });

  it('refuses a value that leaves nothing for the answer', async () => {
    await viem.assertions.revertWithCustomErrorWithArgs(
      asking.write.ask([market.adapter, QUESTION, gas], { value: callbackFee }),
      asking,
      'ValueTooSmall',
      [callbackFee, callbackFee],
    );
  });

  it('takes answers from the chain only', async () => {
    await viem.assertions.revertWithCustomErrorWithArgs(
      asking.write.onInference([0n, '0x', zeroHash]),
      asking,
      'NotTheChain',
      [getAddress(accounts.alith.account.address)],
    );
  });

  describe('with a question that a worker answers', () => {
    let jobId: bigint;
    let question: Awaited<ReturnType<typeof asking.read.questionOf>>;
    let answeredAt: bigint;

    before(async () => {
      const hash = await asking.write.ask([market.adapter, QUESTION, gas], {
        value: MAX_FEE + callbackFee,
        account: asker.account,
      });
      const asked = await succeeded(hash);
      const [log] = parseEventLogs({ abi: asking.abi, eventName: 'Asked', logs: asked.logs });
      assert.ok(log);
      jobId = log.args.jobId;
      await market.settle(jobId, QUESTION, ANSWER);
      const deadline = Date.now() + 30_000;
      for (;;) {
        const [answered] = await asking.getEvents.Answered({ jobId }, { fromBlock: asked.blockNumber });
        if (answered !== undefined) {
          answeredAt = answered.blockNumber;
          break;
        }
        assert.ok(Date.now() < deadline, 'the answer never came to the contract');
        await sleep(300);
      }
      question = await asking.read.questionOf([jobId]);
    });

    it('keeps the answer that the worker gave', () => {
      assert.deepEqual([question.state, hexToString(question.answer)], [ANSWERED, ANSWER]);
    });

    it('names the receipt that the chain has', async () => {
      const receipt = await publicClient.readContract({ ...inference, functionName: 'receipt', args: [jobId] });
      assert.equal(question.receiptHash, receipt.receiptHash);
    });

    it('pays what the units cost', () => {
      assert.equal(question.fee, FEE);
    });

    it('logs whose data the answer came from, and to which part', async () => {
      const logs = await asking.getEvents.Influenced({ jobId }, { fromBlock: answeredAt, toBlock: answeredAt });
      assert.deepEqual(
        logs.map(({ args }) => [args.contribution, getAddress(args.contributor!), args.share]),
        market.contributions.map((id, index) => [id, getAddress(market.contributors[index]!), SHARES[index]]),
      );
    });

    it('gives the asker back what the answer did not cost', async () => {
      const before = await publicClient.getBalance({ address: asker.account.address });
      const paid = await succeeded(asking.write.withdraw({ account: asker.account }));
      const after = await publicClient.getBalance({ address: asker.account.address });
      assert.equal(after - before, MAX_FEE - FEE - paid.gasUsed * paid.effectiveGasPrice);
    });

    it('leaves to the keeper what the callback did not use of its gas', async () => {
      await succeeded(asking.write.sweep());
      assert.equal(await publicClient.getBalance({ address: asking.address }), 0n);
    });

    it('lets royalties follow the influence', async () => {
      const royalties = await viem.deployContract('InfluenceRoyalties', [], { client });
      await succeeded(royalties.write.payForJob([jobId], { value: ROYALTY }));
      const due = await Promise.all(market.contributors.map((contributor) => royalties.read.dueOf([contributor])));
      assert.deepEqual(
        due,
        SHARES.map((share) => (ROYALTY * BigInt(share)) / 1_000_000n),
      );
    });

    it('pays royalties to a contributor with an sr25519 account', async () => {
      const [contributor] = market.contributors;
      const royalties = await viem.deployContract('InfluenceRoyalties', [], { client });
      await succeeded(royalties.write.payForModel([market.adapter], { value: ROYALTY }));
      const due = await royalties.read.dueOf([contributor!]);
      const before = await publicClient.getBalance({ address: contributor! });
      await succeeded(royalties.write.release([contributor!]));
      assert.equal((await publicClient.getBalance({ address: contributor! })) - before, due);
    });
  });
});
