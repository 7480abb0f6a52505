// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A node alone, seen through @polkadot/api. The test plays the worker, so that it can also lie.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { contentHash, u8aToHex } from '../lib/bytes.js';
import { account, OPEN } from '../lib/chain.js';
import { Ledger } from '../lib/ledger.js';
import {
  createDatanet,
  fund,
  packRows,
  publishVersion,
  registerAdapter,
  registerBaseModel,
  requestCall,
  UNIT_PRICE,
} from '../lib/market.js';
import { OwnWorker } from '../lib/own-worker.js';
import { Stack } from '../lib/stack.js';
import { receiptKey } from '../lib/codec.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { bareTransaction, generalTransaction } from '../lib/unsigned.js';
import { sleep } from '../lib/wait.js';
import { badCalls } from './bad-calls.js';
import { channelReceipts } from './channel-receipts.js';

const TEXT = 'a formal charge';
// Long enough for what entered the pool to be in a block.
const SOME_BLOCKS_MS = 5_000;
const sudo = account('//Alice');
const [owner, developer, contributor, operator, consumer, stranger, rival] = [
  'owner',
  'developer',
  'contributor',
  'operator',
  'consumer',
  'stranger',
  'rival',
].map((name) => account(`//Test//${name}`));

const folder = newTestFolder('e2e-chain');
const stack = new Stack({ folder });
let chain;
let ledger;
let issuance;
let worker;
// Of the adapter that receipts are for, and of another one.
let adapter;
let artifact;
let contribution;
let otherAdapter;
let foreignContribution;

/** A contribution of a few rows, accepted by its Datanet's owner without any worker. */
async function acceptedContribution(datanet, word) {
  const { content, hash, root, lines } = packRows([
    { text: `${word} one`, label: 'a' },
    { text: `${word} two`, label: 'b' },
  ]);
  const { tx } = chain.api;
  const { events } = await chain.send(
    tx.datanets.contribute(datanet, root, lines.length, content.length, hash, 'CC0-1.0', ''),
    contributor,
  );
  const id = chain.find(events, 'datanets', 'Contributed').data.contribution.toBigInt();
  await chain.send(tx.datanets.acceptContribution(id, contentHash('report')), owner);
  return id;
}

async function adapterOn(baseModel, version, name) {
  const hash = (part) => u8aToHex(contentHash(`${name} ${part}`));
  const trained = {
    artifact: hash('artifact'),
    manifest: hash('manifest'),
    influence_index: hash('index'),
    metrics: { accuracy_ppm: 900_000, baseline_accuracy_ppm: 800_000, held_out_rows: 10 },
  };
  const id = await registerAdapter(chain, developer, {
    baseModel,
    name,
    versions: [version],
    trained,
    unitPrice: UNIT_PRICE,
  });
  return [id, trained.artifact];
}

before(async () => {
  await stack.choosePorts(0);
  stack.startNode();
  chain = await stack.connect();
  issuance = (await chain.api.query.balances.totalIssuance()).toBigInt();
  await fund(
    chain,
    sudo,
    [owner, developer, contributor, operator, consumer, stranger, rival],
    20_000n * OPEN,
  );
  ledger = await Ledger.follow(chain);
  worker = await OwnWorker.register(chain, operator, '//Receipts');
  const datanet = await createDatanet(chain, owner, 'first');
  contribution = await acceptedContribution(datanet, 'law');
  const version = await publishVersion(chain, owner, datanet);
  const foreign = await createDatanet(chain, owner, 'second');
  foreignContribution = await acceptedContribution(foreign, 'music');
  const foreignVersion = await publishVersion(chain, owner, foreign);
  const baseModel = await registerBaseModel(chain, sudo, contentHash('a base model'));
  [adapter, artifact] = await adapterOn(baseModel, version, 'one');
  [otherAdapter] = await adapterOn(baseModel, foreignVersion, 'two');
});

after(async () => {
  await stack.stop();
  removeTestFolder(folder);
});

/** A new escrowed job, with what a true receipt for it says. */
async function newJob() {
  const { events } = await chain.send(requestCall(chain, adapter, TEXT), consumer);
  const { job } = chain.find(events, 'inference', 'InferenceRequested').data;
  return {
    job: { Escrowed: job.toBigInt() },
    id: job.toBigInt(),
    adapter,
    artifact,
    text: TEXT,
    contribution,
  };
}

/** Everything that a receipt could change. */
async function snapshot(id) {
  const { query } = chain.api;
  const state = await Promise.all([
    query.inference.jobs(id),
    query.attribution.totalsStore(),
    query.attribution.credits(contributor.addressRaw),
    query.attribution.credits(operator.addressRaw),
    query.attribution.receipts({ Escrowed: id }),
    query.attribution.adapterInfluence(adapter, contribution),
    query.system.account(consumer.addressRaw),
  ]);
  return state.map((part) => part.toHex());
}

/** That submitting fails with this error of the metadata and changes nothing. */
async function refused(signed, error, id) {
  const before = await snapshot(id);
  await assert.rejects(chain.send(worker.submission(signed), stranger), { name: 'ChainError', error });
  assert.deepEqual(await snapshot(id), before);
}

test('@polkadot/api needs no types of ours and knows every runtime API from the metadata', () => {
  const { types, typesAlias, typesBundle, typesChain, typesSpec } = chain.api.registry.knownTypes;
  for (const own of [types, typesAlias, typesBundle, typesChain, typesSpec]) assert.equal(own, undefined);
  for (const name of ['datanetsApi', 'modelsApi', 'inferenceApi', 'attributionApi'])
    assert.ok(chain.api.call[name], name);
});

test('the chain says that its token is OPEN with 18 decimals and has an address prefix of its own', async () => {
  const properties = await chain.api.rpc.system.properties();
  assert.deepEqual(properties.tokenSymbol.unwrap().map(String), ['OPEN']);
  assert.deepEqual(properties.tokenDecimals.unwrap().map(Number), [18]);
  const prefix = properties.ss58Format.unwrap().toNumber();
  assert.equal(prefix, chain.api.consts.system.ss58Prefix.toNumber());
  assert.notEqual(prefix, 42);
});

test('metadata comes in versions 15 and 16', async () => {
  const versions = await chain.api.call.metadata.metadataVersions();
  const numbers = versions.map(Number);
  assert.ok(numbers.includes(15) && numbers.includes(16), numbers.join(', '));
});

test('the metadata hash extension is there for hardware wallets', () => {
  assert.ok(chain.api.registry.signedExtensions.includes('CheckMetadataHash'));
});

test('blocks come every two seconds and are finalised', async () => {
  assert.equal(chain.api.consts.babe.expectedBlockTime.toNumber(), 2_000);
  const finalised = await chain.api.rpc.chain.getHeader(await chain.api.rpc.chain.getFinalizedHead());
  assert.ok(finalised.number.toNumber() > 0);
});

test('Prometheus metrics are served', async () => {
  const response = await fetch(`http://127.0.0.1:${stack.ports.prometheus}/metrics`);
  assert.match(await response.text(), /^substrate_block_height\{.*status="best".*\} \d+$/m);
});

test('a true receipt splits its fee to the planck', async () => {
  const job = await newJob();
  const before = await chain.api.query.attribution.totalsStore();
  const credits = async (who) => BigInt(await chain.rpc('attribution_creditsOf', chain.address(who)));
  const earlier = [await credits(contributor), await credits(developer), await credits(operator)];
  const { events } = await chain.send(worker.submission(worker.sign(worker.receipt(job))), stranger);

  const fee = 5n * UNIT_PRICE;
  assert.equal(chain.find(events, 'attribution', 'ReceiptSettled').data.fee.toBigInt(), fee);
  assert.equal((await credits(contributor)) - earlier[0], (fee * 60n) / 100n);
  assert.equal((await credits(developer)) - earlier[1], (fee * 15n) / 100n);
  assert.equal((await credits(operator)) - earlier[2], (fee * 15n) / 100n);
  const after_ = await chain.api.query.attribution.totalsStore();
  assert.equal(after_.paidIn.toBigInt() - before.paidIn.toBigInt(), fee);
  assert.equal(
    after_.paidIn.toBigInt(),
    after_.credited.toBigInt() + after_.toStakers.toBigInt() + after_.toTreasury.toBigInt(),
  );
});

test('what a receipt did can be read by RPC', async () => {
  const job = await newJob();
  await chain.send(worker.submission(worker.sign(worker.receipt(job))), stranger);
  const receipt = await chain.rpc('attribution_receipt', { escrowed: Number(job.id) });
  assert.equal(receipt.fee, String(5n * UNIT_PRICE));
  assert.equal(receipt.units, 5);
  assert.deepEqual(receipt.influence, [{ contribution: Number(contribution), share: 1_000_000 }]);
  const [entry] = await chain.rpc('attribution_influenceOf', adapter);
  assert.equal(Number(entry.contribution), Number(contribution));
  assert.equal(entry.contributor, chain.address(contributor));
  const lineage = await chain.rpc('models_lineage', adapter);
  assert.equal(lineage.adapter.artifact, artifact);
  assert.deepEqual(
    lineage.contributions.map((known) => Number(known.contribution)),
    [Number(contribution)],
  );
});

test('RPC says of what it is asked that it is not there', async () => {
  await assert.rejects(chain.rpc('attribution_receipt', { escrowed: 999_999 }), /job 999999 has no receipt/);
  await assert.rejects(chain.rpc('datanets_proofOf', 999_999, 1, 0), /999999/);
  await assert.rejects(chain.rpc('models_lineage', 999_999), /999999/);
  await assert.rejects(chain.rpc('attribution_influenceOf', 999_999), /999999/);
  assert.equal(BigInt(await chain.rpc('attribution_creditsOf', chain.address(account('//Nobody')))), 0n);
});

test('RPC refuses parameters that make no sense', async () => {
  await assert.rejects(chain.rpc('attribution_creditsOf', 'nonsense'));
  await assert.rejects(chain.rpc('attribution_receipt', { escrowed: 'x' }));
});

// What is wrong with a receipt, and the error that names it.
const FORGERIES = [
  [
    "signed with a key that is not the worker's",
    'BadSignature',
    () => ({}),
    () => ({ key: receiptKey('//Forger') }),
  ],
  ['in a format of another version', 'WrongReceiptVersion', () => ({ version: 2 })],
  ['for another chain', 'WrongChain', () => ({ genesis: new Uint8Array(32) })],
  ['for another adapter', 'WrongAdapter', () => ({ adapter: otherAdapter })],
  ['for another artifact', 'WrongArtifact', () => ({ artifact: new Uint8Array(32) })],
  ['for another input', 'WrongInput', () => ({ inputHash: contentHash('another text') })],
  ['by an unknown worker', 'UnknownWorker', () => ({ worker: stranger.addressRaw })],
  ['for no units', 'NoUnits', () => ({ units: 0 })],
  ['for more units than the escrow pays', 'UnitsOverEscrow', () => ({ units: 129 })],
  ['with an empty vector', 'VectorEmpty', () => ({ influence: [] })],
  [
    'with shares that do not sum to one',
    'VectorWrongSum',
    () => ({ influence: [{ contribution, share: 999_999 }] }),
  ],
  [
    'with a contribution twice',
    'VectorDuplicate',
    () => ({
      influence: [
        { contribution, share: 400_000 },
        { contribution, share: 600_000 },
      ],
    }),
  ],
  [
    'with a zero share',
    'VectorZeroShare',
    () => ({
      influence: [
        { contribution, share: 1_000_000 },
        { contribution: contribution + 1n, share: 0 },
      ],
    }),
  ],
  [
    'with contributions out of order',
    'VectorUnsorted',
    () => ({
      influence: [
        { contribution: contribution + 1n, share: 400_000 },
        { contribution, share: 600_000 },
      ],
    }),
  ],
  [
    'that credits a contribution outside the lineage',
    'OutsideLineage',
    () => ({ influence: [{ contribution: foreignContribution, share: 1_000_000 }] }),
  ],
];

// None of them changes anything, so one job is enough for all, and they can be tried together.
describe('receipts that a dishonest or broken worker might send', { concurrency: true }, () => {
  let target;
  for (const [what, error, changes, signing = () => ({})] of FORGERIES) {
    test(`a receipt ${what} is refused and changes nothing`, async () => {
      target ??= newJob();
      const job = await target;
      await refused(worker.sign(worker.receipt(job, changes()), signing()), `attribution.${error}`, job.id);
    });
  }
});

test('a receipt whose answer was changed after it was signed is refused', async () => {
  const job = await newJob();
  const bytes = Buffer.from(worker.sign(worker.receipt(job)).toU8a());
  const answer = bytes.indexOf(contentHash('an answer'));
  assert.ok(answer > 0);
  bytes[answer] ^= 1;
  await refused({ toU8a: () => new Uint8Array(bytes) }, 'attribution.BadSignature', job.id);
});

test('a receipt with more contributions than a vector takes cannot even be decoded', async () => {
  const job = await newJob();
  const influence = Array.from({ length: 257 }, (_, i) => ({
    contribution: contribution + BigInt(i),
    share: i === 0 ? 1_000_000 - 256 : 1,
  }));
  const before = await snapshot(job.id);
  await assert.rejects(
    chain.send(worker.submission(worker.sign(worker.receipt(job, { influence }))), stranger),
    { name: 'ChainError', error: /^pool: / },
  );
  assert.deepEqual(await snapshot(job.id), before);
});

test('a replayed receipt is refused', async () => {
  const job = await newJob();
  const signed = worker.sign(worker.receipt(job));
  await chain.send(worker.submission(signed), stranger);
  await refused(signed, 'inference.UnknownOrEndedJob', job.id);
});

test('a receipt for a job that never was is refused', async () => {
  const job = { ...(await newJob()), job: { Escrowed: 999_999 } };
  await refused(worker.sign(worker.receipt(job)), 'inference.UnknownOrEndedJob', 999_999);
});

// What offchain workers submit: nobody signs it, and the pool takes it only if every receipt settles.
describe('submissions without a signer', () => {
  // What the pool says of the causes, as in pallets/attribution/src/authorize.rs.
  const FORGED = /bad signature/i;
  const STALE = /outdated/i;
  const NONSENSE = /call is not expected/i;

  const submit = (...receipts) =>
    chain.rpc('author_submitExtrinsic', generalTransaction(chain.api, worker.batch(receipts)));

  /** That the pool refuses the receipts for this reason and that nothing changes. */
  async function turnedAway(receipts, reason, id) {
    const before = await snapshot(id);
    await assert.rejects(submit(...receipts), reason);
    await sleep(SOME_BLOCKS_MS);
    assert.deepEqual(await snapshot(id), before);
  }

  test('true receipts are settled', async () => {
    const jobs = [await newJob(), await newJob()];
    await submit(...jobs.map((job) => worker.sign(worker.receipt(job))));
    await ledger.allEnded(
      jobs.map(({ id }) => `job ${id}`),
      { children: [stack.node] },
    );
    for (const { id } of jobs) assert.ok(ledger.settled.has(`job ${id}`));
  });

  test('a forged receipt does not enter the pool', async () => {
    const job = await newJob();
    const forged = worker.sign(worker.receipt(job), { key: receiptKey('//Forger') });
    await turnedAway([forged], FORGED, job.id);
  });

  test('a forged receipt does not enter the pool beside a true one', async () => {
    const [job, other] = [await newJob(), await newJob()];
    const forged = worker.sign(worker.receipt(job, { adapter: otherAdapter }));
    await turnedAway([worker.sign(worker.receipt(other)), forged], FORGED, other.id);
  });

  test('a replayed receipt does not enter the pool', async () => {
    const job = await newJob();
    const signed = worker.sign(worker.receipt(job));
    // By a signed transaction: the pool would know the same bytes again and not look into them.
    await chain.send(worker.submission(signed), stranger);
    await turnedAway([signed], STALE, job.id);
  });

  test('a receipt does not enter the pool twice in a batch', async () => {
    const job = await newJob();
    const signed = worker.sign(worker.receipt(job));
    await turnedAway([signed, signed], NONSENSE, job.id);
  });

  test('the call does not pass as a bare transaction', async () => {
    const job = await newJob();
    const call = worker.batch([worker.sign(worker.receipt(job))]);
    const before = await snapshot(job.id);
    await assert.rejects(chain.rpc('author_submitExtrinsic', bareTransaction(call)));
    assert.deepEqual(await snapshot(job.id), before);
  });

  test('the call does not pass with the signature of an account', async () => {
    const job = await newJob();
    const call = worker.batch([worker.sign(worker.receipt(job))]);
    await assert.rejects(chain.send(call, rival), { name: 'ChainError', error: 'BadOrigin' });
    assert.ok((await chain.api.query.inference.jobs(job.id)).isSome);
  });
});

channelReceipts({
  get chain() {
    return chain;
  },
  get worker() {
    return worker;
  },
  get served() {
    return { adapter, artifact, contribution };
  },
  accounts: { consumer, operator, stranger },
  text: TEXT,
  refused: (signed, error) => refused(signed, error, 999_999),
});

test('credits are claimed in full, once', async () => {
  await chain.send(worker.submission(worker.sign(worker.receipt(await newJob()))), stranger);
  const credits = BigInt(await chain.rpc('attribution_creditsOf', chain.address(contributor)));
  const { events } = await chain.send(chain.api.tx.attribution.claim(), contributor);
  assert.equal(chain.find(events, 'attribution', 'Claimed').data.amount.toBigInt(), credits);
  await assert.rejects(chain.send(chain.api.tx.attribution.claim(), contributor), {
    error: 'attribution.NothingToClaim',
  });
});

badCalls({
  get chain() {
    return chain;
  },
  get adapter() {
    return adapter;
  },
  accounts: { rival, developer, stranger },
  text: TEXT,
});

test('a job that was cancelled too early stays open', async () => {
  const job = await newJob();
  await assert.rejects(chain.send(chain.api.tx.inference.cancel(job.id), consumer), {
    error: 'inference.DeadlineNotReached',
  });
  assert.ok((await chain.api.query.inference.jobs(job.id)).isSome);
});

test('no job ended twice and total issuance is what it was', async () => {
  assert.deepEqual(ledger.endedTwice, []);
  assert.equal((await chain.api.query.balances.totalIssuance()).toBigInt(), issuance);
  await ledger.stop();
});
