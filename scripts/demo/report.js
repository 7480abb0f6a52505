// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Step 8: the books. What went in is counted from settlements. What went out to contributors, developers
// and workers is read from the chain's state, account by account, with what they claimed; what went to
// stakers and treasury, whose pots have other income, from the events of the transfers. Both must be
// equal to the planck.

import { bold, green, open, percent, say, table } from './console.js';

/**
 * Gathers everything that the report shows.
 * @throws when the books do not balance
 */
export async function makeReport({ stack, chain, ledger, markets, answers }) {
  const earnedBy = async (pair) => {
    const address = chain.address(pair);
    const credits = BigInt(await chain.rpc('attribution_creditsOf', address));
    return credits + (ledger.claimed.get(address) ?? 0n);
  };

  const contributors = [];
  for (const market of markets) {
    const entries = await chain.rpc('attribution_influenceOf', market.adapter);
    const shares = new Map(entries.map((entry) => [Number(entry.contribution), entry]));
    for (const contributor of market.dataset.contributors) {
      const own = shares.get(Number(contributor.contribution));
      const earned = await earnedBy(contributor.account);
      if (earned !== BigInt(own?.earned ?? 0)) {
        throw new Error(
          `${contributor.name} can claim or has claimed ${earned} planck, but its contribution earned ${own?.earned ?? 0}`,
        );
      }
      contributors.push({
        market: market.name,
        name: contributor.name,
        account: chain.address(contributor.account),
        kind: contributor.kind,
        accepted: contributor.accepted,
        rows: contributor.rows.length,
        influence: BigInt(own?.influencePpm ?? 0),
        earned,
      });
    }
  }
  const developers = await Promise.all(
    markets.map(async ({ name, developer }) => ({
      name: `developer of ${name}`,
      earned: await earnedBy(developer),
    })),
  );
  const workers = await Promise.all(
    stack.workers.map(async ({ child, operator }) => ({
      name: `operator of ${child.name}`,
      earned: await earnedBy(operator),
    })),
  );
  const pots = [
    { name: 'stakers', earned: ledger.stakers },
    { name: 'treasury', earned: ledger.treasury },
  ];
  const totals = await chain.api.query.attribution.totalsStore();

  const paidIn = ledger.paidIn;
  const paidOut = [...contributors, ...developers, ...workers, ...pots].reduce(
    (sum, { earned }) => sum + earned,
    0n,
  );
  if (paidIn !== paidOut) throw new Error(`${paidIn} planck were paid in, but ${paidOut} were paid out`);
  if (totals.paidIn.toBigInt() !== paidIn)
    throw new Error(`the chain counted ${totals.paidIn} planck of fees, its events ${paidIn}`);
  if (ledger.endedTwice.length > 0) throw new Error(`jobs ended twice: ${ledger.endedTwice.join(', ')}`);

  const allInfluence = contributors.reduce((sum, { influence }) => sum + influence, 0n);
  for (const contributor of contributors) {
    contributor.share =
      allInfluence === 0n
        ? 0
        : Number((contributor.influence * 1_000_000n + allInfluence / 2n) / allInfluence);
  }
  const jobs = {
    requested: answers.tasks.length,
    settled: answers.tasks.filter(({ key }) => ledger.settled.has(key)).length,
    refunded: answers.tasks.filter(({ key }) => ledger.refunded.has(key)).length,
  };
  const json = {
    paid_in: paidIn.toString(),
    paid_out: paidOut.toString(),
    contributors: contributors.map(({ name, account, kind, rows, share, earned }) => ({
      name,
      account,
      kind,
      rows,
      influence_ppm: share,
      earned: earned.toString(),
    })),
    jobs,
    adapters: markets.map(({ adapter, trained: { metrics } }) => ({
      id: adapter,
      accuracy: metrics.accuracy_ppm / 1e6,
      baseline_accuracy: metrics.baseline_accuracy_ppm / 1e6,
    })),
    latency_ms: percentiles(answers.latencies),
    memory_mb: { node: stack.node.memoryMb(), workers: stack.workers.map(({ child }) => child.memoryMb()) },
  };
  return {
    json,
    contributors,
    developers,
    workers,
    pots,
    paidIn,
    markets,
    http: percentiles(answers.httpLatencies),
  };
}

/** Nearest-rank percentiles of durations in ms. */
export function percentiles(durations) {
  if (durations.length === 0) return { p50: null, p99: null };
  const sorted = [...durations].sort((a, b) => a - b);
  const rank = (part) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  return { p50: rank(0.5), p99: rank(0.99) };
}

const perRow = ({ earned, rows }) => earned / BigInt(rows);

/** Prints the report. */
export function printReport({ json, contributors, developers, workers, pots, paidIn, markets, http }) {
  table(
    ['contributor', 'datanet', 'kind', '>rows', '>influence', '>OPEN earned', '>OPEN per row', 'account'],
    contributors.map((contributor) => [
      contributor.name,
      contributor.market,
      contributor.accepted ? contributor.kind : `${contributor.kind}, rejected`,
      String(contributor.rows),
      percent(contributor.share),
      open(contributor.earned),
      open(perRow(contributor)),
      contributor.account,
    ]),
  );
  console.log();
  const all = contributors.reduce((sum, { earned }) => sum + earned, 0n);
  const shareOf = (earned) => (paidIn === 0n ? '–' : percent((earned * 1_000_000n) / paidIn));
  table(
    ['paid to', '>OPEN', '>of all'],
    [{ name: 'contributors', earned: all }, ...developers, ...workers, ...pots].map(({ name, earned }) => [
      name,
      open(earned),
      shareOf(earned),
    ]),
  );
  console.log();
  say(`paid in  ${json.paid_in} planck`);
  say(`paid out ${json.paid_out} planck: ${green('equal')}`);
  say(`jobs: ${json.jobs.requested} requested, ${json.jobs.settled} settled, ${json.jobs.refunded} refunded`);
  for (const { adapter, name, trained } of markets) {
    const { accuracy_ppm: accuracy, baseline_accuracy_ppm: baseline } = trained.metrics;
    say(
      `adapter ${adapter} (${name}): accuracy ${percent(accuracy)} on held-out rows, baseline ${percent(baseline)}`,
    );
  }
  printWrongLabels(contributors);
  say(
    `from request to credit: p50 ${json.latency_ms.p50} ms, p99 ${json.latency_ms.p99} ms; answers over HTTP: p50 ${http.p50} ms, p99 ${http.p99} ms`,
  );
  say(`resident memory: node ${json.memory_mb.node} MB, workers ${json.memory_mb.workers.join(' and ')} MB`);
}

function printWrongLabels(contributors) {
  for (const wrong of contributors.filter(({ kind }) => kind === 'wrong-label')) {
    const honest = contributors
      .filter(({ kind, market, accepted }) => kind === 'honest' && accepted && market === wrong.market)
      .map(perRow)
      .sort((a, b) => (a < b ? -1 : 1));
    if (honest.length === 0) continue;
    const median = honest[Math.floor(honest.length / 2)];
    const ratio = median === 0n ? '–' : (Number((perRow(wrong) * 10_000n) / median) / 10_000).toFixed(3);
    say(
      bold(
        `${wrong.name}, whose labels are wrong, earned ${open(perRow(wrong))} OPEN per row; the median honest contributor ${open(median)} (ratio ${ratio})`,
      ),
    );
  }
}
