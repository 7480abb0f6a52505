// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Step 6: asks about held-out texts, by extrinsics and through prepaid channels, and waits until
// every answer is paid for.

import { OPEN } from '../../tests/lib/chain.js';
import { decodeReceipt } from '../../tests/lib/codec.js';
import { MAX_FEE, openChannel, requestCall } from '../../tests/lib/market.js';
import { mapLimited, sleep } from '../../tests/lib/wait.js';
import { percent, say } from './console.js';

// Of each channel's requests so many are under way together.
const CHANNEL_CONCURRENCY = 8;
// One of the consumers puts so many requests into one extrinsic.
const BATCH = 5;
// Between two extrinsics of a consumer, ms: requests come spread over several blocks.
const PACE_MS = 250;

/** Which text is asked of which adapter: of the first market seven in ten, mixed. */
function makeTasks(markets, requests) {
  const next = markets.map(() => 0);
  return Array.from({ length: requests }, (_, i) => {
    const index = i % 10 < 7 ? 0 : 1;
    const { dataset, adapter } = markets[index];
    const { text, label } = dataset.heldOut[next[index] % dataset.heldOut.length];
    next[index] += 1;
    return { market: index, adapter, text, label };
  });
}

/** `items` dealt out to `hands` in turn. */
const deal = (items, hands) =>
  Array.from({ length: hands }, (_, hand) => items.filter((_item, i) => i % hands === hand));

/**
 * @returns {Promise<{ tasks: object[], latencies: number[], httpLatencies: number[] }>} tasks with
 *   their job's key and answered label; latencies in ms
 */
export async function askEverything({ stack, chain, ledger, markets, consumers, requests }) {
  const tasks = makeTasks(markets, requests);
  // Pairs, so that both halves ask both adapters.
  const byExtrinsic = tasks.filter((_, i) => i % 4 < 2);
  const byChannel = tasks.filter((_, i) => i % 4 >= 2);
  const escrowConsumers = consumers.slice(0, -1);
  const channelConsumer = consumers.at(-1);

  const hands = deal(byExtrinsic, escrowConsumers.length);
  const asking = Promise.all([
    ...escrowConsumers.map((consumer, i) => {
      const batch = i === escrowConsumers.length - 1 ? BATCH : 1;
      return askByExtrinsic(chain, consumer, hands[i], batch);
    }),
    askByChannels(stack, chain, channelConsumer, byChannel),
  ]);
  await asking;
  say(
    `${byExtrinsic.length} requests of ${escrowConsumers.length} consumers are escrowed; ${byChannel.length} answers came over HTTP, paid by vouchers`,
  );

  const keys = tasks.map(({ key }) => key);
  let shown = 0;
  await ledger.allEnded(keys, {
    children: [stack.node, ...stack.workers.map(({ child }) => child)],
    onProgress: (count, all) => {
      if (count === all || Date.now() - shown > 3_000) {
        shown = Date.now();
        say(`${count} of ${all} settled on chain`);
      }
    },
  });
  await readAnswers(stack, byExtrinsic, ledger);

  const settledAt = (task) => ledger.settled.get(task.key)?.seenAt;
  const latencies = byExtrinsic.filter(settledAt).map((task) => settledAt(task) - task.submittedAt);
  const httpLatencies = byChannel.map(({ answeredMs }) => answeredMs);
  for (const [index, { name }] of markets.entries()) {
    const answered = tasks.filter(({ market, answer }) => market === index && answer !== undefined);
    const right = answered.filter(({ answer, label }) => answer === label).length;
    if (answered.length > 0)
      say(
        `${name}: ${right} of ${answered.length} answers are right (${percent((right / answered.length) * 1e6)})`,
      );
  }
  return { tasks, latencies, httpLatencies };
}

async function askByExtrinsic(chain, consumer, tasks, batch) {
  const groups = [];
  for (let i = 0; i < tasks.length; i += batch) groups.push(tasks.slice(i, i + batch));
  const ask = async (group, place) => {
    await sleep(place * batch * PACE_MS);
    const calls = group.map(({ adapter, text }) => requestCall(chain, adapter, text));
    const call = calls.length === 1 ? calls[0] : chain.api.tx.utility.batchAll(calls);
    const { events, submittedAt } = await chain.send(call, consumer);
    const requested = events.filter(
      (event) => event.section === 'inference' && event.method === 'InferenceRequested',
    );
    if (requested.length !== group.length) {
      throw new Error(`${group.length} requests made ${requested.length} jobs`);
    }
    requested.forEach(({ data }, i) => {
      group[i].job = data.job.toString();
      group[i].key = `job ${group[i].job}`;
      group[i].submittedAt = submittedAt;
    });
  };
  await Promise.all(groups.map(ask));
}

async function askByChannels(stack, chain, consumer, tasks) {
  const hands = deal(tasks, stack.workers.length);
  await Promise.all(
    stack.workers.map(async (worker, i) => {
      const own = hands[i];
      const channel = await openChannel(chain, consumer, worker, MAX_FEE * BigInt(own.length) + OPEN);
      // A worker sees a channel as soon as it has seen its block.
      await mapLimited(own, CHANNEL_CONCURRENCY, async (task) => {
        const started = Date.now();
        const answer = await askPatiently(channel, task);
        task.answeredMs = Date.now() - started;
        const receipt = answer.openledger;
        task.key = keyOf(receipt.job);
        task.answer = answer.choices[0].message.content;
      });
    }),
  );
}

// A full worker says 429 before it takes the voucher: the same voucher is offered again.
async function askPatiently(channel, { adapter, text }) {
  const model = `adapter:${adapter}`;
  const quote = await channel.worker.api.quote(model, text);
  const voucher = channel.voucher({
    adapter,
    text,
    unitPrice: BigInt(quote.unit_price),
    fee: BigInt(quote.fee),
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await channel.worker.api.complete(model, text, voucher);
    } catch (error) {
      if (error.status !== 429 || attempt === 10) throw error;
      await sleep(200 * attempt);
    }
  }
}

// A worker writes request 5 of channel 3 as "c3-5".
function keyOf(job) {
  const [, channel, sequence] = /^c(\d+)-(\d+)$/.exec(job);
  return `channel ${channel}/${sequence}`;
}

// The answers to escrowed jobs are at the worker that served them.
async function readAnswers(stack, tasks, ledger) {
  await mapLimited(tasks, 4, async (task) => {
    const settled = ledger.settled.get(task.key);
    if (!settled) return;
    for (const { api } of stack.workers) {
      try {
        const job = await api.job(task.job);
        if (job.output_hash !== settled.outputHash) continue;
        task.answer = job.output.label;
        if (job.receipt) task.receipt = decodeReceipt(job.receipt);
        return;
      } catch (error) {
        if (error.status !== 404) throw error;
      }
    }
  });
}
