// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The main job, step by step: data in, model trained, answers given, influence measured,
// contributors paid.

import fs from 'node:fs';
import path from 'node:path';

import { account, OPEN } from '../../tests/lib/chain.js';
import { Ledger } from '../../tests/lib/ledger.js';
import {
  createDatanet,
  contribute,
  curate,
  fund,
  proveRow,
  publishVersion,
  registerAdapter,
  registerBaseModel,
  registerWorker,
  train,
  UNIT_PRICE,
} from '../../tests/lib/market.js';
import { contentHash, u8aToHex } from '../../tests/lib/bytes.js';
import { modelWeights, wordnetArchive } from '../../tests/lib/places.js';
import { open, percent, say, step } from './console.js';
import { askByContract } from './contract.js';
import { readDataset } from './dataset.js';
import { askEverything } from './questions.js';
import { makeReport, printReport } from './report.js';
import { trainingPrinter } from './training.js';
import { prepareWordnetDatasets } from './wordnet-datasets.js';

const WORKERS = 2;
const CONSUMERS = 5;

/** Runs everything and returns what out.json holds. */
export async function mainJob(stack, options) {
  step('The data');
  const markets = prepareData(options);

  step('The chain');
  const chain = await startChain(stack);
  const sudo = account('//Alice');
  const people = await nameEverybody(chain, sudo, markets);
  const ledger = await Ledger.follow(chain);

  step('Two workers');
  await startWorkers(stack, chain, people.operators);

  for (const market of markets) {
    step(`Datanet "${market.name}"`);
    await fillDatanet(stack, chain, market);
  }

  step("Training: a LoRA adapter and a head per Datanet, on this machine's CPU");
  await trainAdapters(stack, chain, sudo, markets, options);

  step(
    `Inference: ${options.requests} held-out texts, half by extrinsics with escrow, half through prepaid channels`,
  );
  const answers = await askEverything({
    stack,
    chain,
    ledger,
    markets,
    consumers: people.consumers,
    requests: options.requests,
  });

  step('Claims');
  await claimSome(chain, ledger, stack, markets);

  step('A Solidity contract asks');
  const contract = await askByContract({ stack, ledger, market: markets[0], folder: options.folder });

  step('Who was paid what, and why');
  const report = await makeReport({ stack, chain, ledger, markets, answers });
  printReport(report);
  await ledger.stop();
  return { ...report.json, contract };
}

function prepareData({ data, folder }) {
  const folders = prepareWordnetDatasets(wordnetArchive(), path.join(folder, 'datasets'));
  const markets = [
    { name: data ? path.basename(data) : 'topics', dataset: readDataset(data ?? folders.topics) },
    // Few rows: small batches, so that there are enough steps to learn from them.
    {
      name: 'word-classes',
      dataset: readDataset(folders.wordClasses),
      hyper: { batch_size: 8, epochs: 5 },
    },
  ];
  for (const { name, dataset } of markets) {
    const rows = dataset.contributors.reduce((sum, contributor) => sum + contributor.rows.length, 0);
    const labels = new Set(
      dataset.contributors.flatMap((contributor) => contributor.rows.map((row) => row.label)),
    );
    say(
      `${name}: ${rows} rows of ${dataset.contributors.length} contributors, ${labels.size} labels, ${dataset.heldOut.length} rows held out`,
    );
  }
  return markets;
}

async function startChain(stack) {
  const ports = await stack.choosePorts(WORKERS);
  say(
    `ports: RPC ${ports.rpc}, p2p ${ports.p2p}, Prometheus ${ports.prometheus}, workers ${ports.workers.join(' and ')}`,
  );
  stack.startNode();
  const chain = await stack.connect();
  const {
    chainDecimals: [decimals],
    chainTokens: [token],
    chainSS58,
  } = chain.api.registry;
  const { specName, specVersion } = chain.api.runtimeVersion;
  say(
    `${specName} version ${specVersion}, genesis ${chain.api.genesisHash.toHex().slice(0, 18)}…, ${token} with ${decimals} decimals, address prefix ${chainSS58}`,
  );
  return chain;
}

async function nameEverybody(chain, sudo, markets) {
  const make = (role, index) => account(`//Demo//${role}//${index + 1}`);
  const operators = Array.from({ length: WORKERS }, (_, i) => make('operator', i));
  const consumers = Array.from({ length: CONSUMERS }, (_, i) => make('consumer', i));
  const everybody = [...operators, ...consumers];
  markets.forEach((market, i) => {
    market.owner = make('owner', i);
    market.developer = make('developer', i);
    everybody.push(market.owner, market.developer);
    for (const contributor of market.dataset.contributors) {
      contributor.account = account(`//Demo//contributor//${i + 1}//${contributor.name}`);
      everybody.push(contributor.account);
    }
  });
  await fund(chain, sudo, everybody, 20_000n * OPEN);
  say(`${everybody.length} accounts with 20,000 OPEN each`);
  return { operators, consumers };
}

async function startWorkers(stack, chain, operators) {
  await Promise.all(
    operators.map(async (operator, index) => {
      await registerWorker(chain, operator, stack.makeWorkerKey(index, operator));
      const worker = stack.startWorker(index, operator);
      await stack.workerReady(worker);
      say(`${worker.child.name} at ${worker.url}, operated and bonded by ${chain.address(operator)}`);
    }),
  );
}

async function fillDatanet(stack, chain, market) {
  const [worker] = stack.workers;
  market.datanet = await createDatanet(chain, market.owner, market.name);
  // Registered one after the other, so that whoever copies comes after whom it copied.
  for (const contributor of market.dataset.contributors) {
    let made;
    try {
      made = await contribute(chain, worker, market.datanet, contributor.account, contributor.rows);
    } catch (error) {
      // The chain itself refuses what is the same to the byte.
      if (!/^datanets\.(Content|Rows?|Root)\w*Taken$/.test(error.error ?? '')) throw error;
      say(`${contributor.name}: refused by the chain: ${error.message}`);
      contributor.accepted = false;
      continue;
    }
    contributor.contribution = made.contribution;
    const report = await curate(chain, worker, market.owner, market.datanet, made.contribution);
    contributor.accepted = report.verdict === 'accept';
    const findings = `${report.copied.exact} exact and ${report.copied.near} near copies`;
    say(
      contributor.accepted
        ? `contribution ${made.contribution} of ${contributor.name}: ${contributor.rows.length} rows, ${findings}: accepted`
        : `contribution ${made.contribution} of ${contributor.name}: ${contributor.rows.length} rows, ${findings}: rejected, on chain ${JSON.stringify(report.onChain)}`,
    );
  }
  market.version = await publishVersion(chain, market.owner, market.datanet);
  say(
    `version ${market.version.number}: ${market.version.contributions} contributions, ${market.version.rows} rows, root ${market.version.root}`,
  );

  const row = Math.floor(market.version.rows / 2);
  const proven = await proveRow(chain, worker, market.version, row);
  say(
    `row ${row}, ${JSON.stringify(JSON.parse(proven.row).text)}, is proven to be in contribution ${proven.contribution} of ${chain.api.createType('AccountId', proven.contributor)}`,
  );
}

async function trainAdapters(stack, chain, sudo, markets, { epochs }) {
  const model = fs.readFileSync(modelWeights());
  const baseModel = await registerBaseModel(chain, sudo, u8aToHex(contentHash(model)));
  await Promise.all(
    markets.map(async (market, index) => {
      const worker = stack.workers[index % stack.workers.length];
      const lines = market.dataset.heldOut.map((row) => JSON.stringify(row)).join('\n');
      const heldOut = await worker.api.putContent(new TextEncoder().encode(`${lines}\n`));
      const { datanet, number } = market.version;
      const spec = { task: market.name, versions: [{ datanet, number }], seed: 1, held_out: heldOut.hash };
      spec.hyper = { ...market.hyper };
      if (epochs) spec.hyper.epochs = epochs;
      market.trained = await train(worker, spec, trainingPrinter(market.name));
      market.adapter = await registerAdapter(chain, market.developer, {
        baseModel,
        name: market.name,
        versions: [market.version],
        trained: market.trained,
        unitPrice: UNIT_PRICE,
      });
      const { metrics, artifact } = market.trained;
      say(
        `${market.name}: adapter ${market.adapter}, artifact ${artifact}, held-out accuracy ${percent(metrics.accuracy_ppm)} (baseline ${percent(metrics.baseline_accuracy_ppm)}), ${open(UNIT_PRICE)} OPEN a token`,
      );
    }),
  );
}

// Every other contributor, the first developer and the first worker; the others leave theirs.
async function claimSome(chain, ledger, stack, markets) {
  const claimants = markets
    .flatMap((market) => market.dataset.contributors)
    .filter((contributor, index) => contributor.accepted && index % 2 === 0)
    .map(({ name, account: pair }) => ({ name, pair }));
  claimants.push({ name: `developer of ${markets[0].name}`, pair: markets[0].developer });
  claimants.push({ name: `operator of ${stack.workers[0].child.name}`, pair: stack.workers[0].operator });
  await Promise.all(
    claimants.map(async ({ name, pair }) => {
      const credits = BigInt(await chain.rpc('attribution_creditsOf', chain.address(pair)));
      if (credits === 0n) {
        say(`${name} has nothing to claim`);
        return;
      }
      const { events } = await chain.send(chain.api.tx.attribution.claim(), pair);
      const amount = chain.find(events, 'attribution', 'Claimed').data.amount.toBigInt();
      if (amount !== credits) throw new Error(`${name} claimed ${amount} planck instead of ${credits}`);
      say(`${name} claimed ${open(amount)} OPEN`);
    }),
  );
}
