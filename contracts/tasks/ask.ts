// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';
import { formatEther, hexToString, isAddress, parseEventLogs, type Address } from 'viem';

import { openSession, POLLING_INTERVAL } from './session.js';

const INFERENCE: Address = '0x0000000000000000000000000000000008030000';
const MODELS: Address = '0x0000000000000000000000000000000008020000';

/** More tokens than a question of some sentences has; what is not used comes back. */
const UNITS = 256;

interface Arguments {
  question: string;
  contract: string | undefined;
  adapter: number;
  timeout: number;
  json: string | undefined;
}

/** Deploys AskTheModel where no address is given, asks, waits for the answer, and prints it with its shares. */
export default async function ask(options: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { viem, publicClient, client } = await openSession(hre);
  if (options.contract !== undefined && !isAddress(options.contract)) {
    throw new Error(`${options.contract} is no address`);
  }
  const asking = options.contract
    ? await viem.getContractAt('AskTheModel', options.contract, { client })
    : await viem.deployContract('AskTheModel', [], { client });
  console.log(`AskTheModel: ${asking.address}`);

  const inference = await viem.getContractAt('IInference', INFERENCE, { client });
  const models = await viem.getContractAt('IModels', MODELS, { client });
  const adapter = options.adapter >= 0 ? options.adapter : await lastServable();
  const gas = await inference.read.maxCallbackGas();
  const [maxFee, callbackFee] = [
    await inference.read.quote([adapter, UNITS]),
    await inference.read.callbackFee([gas]),
  ];
  const hash = await asking.write.ask([adapter, options.question, gas], { value: maxFee + callbackFee });
  const asked = await publicClient.waitForTransactionReceipt({ hash });
  const [question] = parseEventLogs({ abi: asking.abi, eventName: 'Asked', logs: asked.logs });
  if (question === undefined) {
    throw new Error(`the transaction ${hash} asked nothing: its status is ${asked.status}`);
  }
  const { jobId } = question.args;
  console.log(`Job ${jobId}: adapter ${adapter} is asked "${options.question}"`);
  console.log(`  at most ${formatEther(maxFee)} OPEN for the answer, ${formatEther(callbackFee)} for the callback`);

  const answered = await waitForAnswer();
  const influences = await asking.getEvents.Influenced(
    { jobId },
    { fromBlock: answered.blockNumber, toBlock: answered.blockNumber },
  );
  const result = {
    contract: asking.address,
    jobId: jobId.toString(),
    adapter,
    question: options.question,
    answer: hexToString(answered.args.answer!),
    fee: answered.args.fee!.toString(),
    receiptHash: answered.args.receiptHash!,
    influence: influences.map(({ args }) => ({
      contribution: args.contribution!.toString(),
      contributor: args.contributor!,
      share: args.share!,
    })),
  };
  console.log(`Answer: ${result.answer}`);
  console.log(`  for ${formatEther(BigInt(result.fee))} OPEN, receipt ${result.receiptHash}`);
  for (const { contribution, contributor, share } of result.influence) {
    console.log(`  ${(share / 10_000).toFixed(4).padStart(8)} %  contribution ${contribution} by ${contributor}`);
  }
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  }

  async function lastServable(): Promise<number> {
    for (let id = (await models.read.adapterCount()) - 1; id >= 0; id--) {
      const [, servable] = await models.read.priceOf([id]);
      if (servable) {
        return id;
      }
    }
    throw new Error('no adapter takes jobs: start the demo, or publish one');
  }

  async function waitForAnswer() {
    const range = { fromBlock: asked.blockNumber };
    const deadline = Date.now() + options.timeout * 1000;
    while (Date.now() < deadline) {
      const [found] = await asking.getEvents.Answered({ jobId }, range);
      if (found !== undefined) {
        return found;
      }
      const [closed] = await asking.getEvents.Closed({ jobId }, range);
      if (closed !== undefined) {
        throw new Error(`job ${jobId} ended without an answer; its escrow is credited to the asker`);
      }
      const [made] = await inference.getEvents.CallbackMade({ jobId }, range);
      if (made !== undefined && !made.args.success) {
        throw new Error(`the callback of job ${jobId} failed in transaction ${made.transactionHash}: call reclaim`);
      }
      await sleep(POLLING_INTERVAL);
    }
    throw new Error(`job ${jobId} was not answered within ${options.timeout} s: is a worker running?`);
  }
}
