// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What people do on the chain and at a worker, one function each.

import { contentHash, stringToU8a, u8aToHex } from './bytes.js';
import { OPEN } from './chain.js';
import { signVoucher } from './codec.js';
import { rowsRoot, verifyRowProof } from './merkle.js';
import { waitFor } from './wait.js';

/** Gives each account the same amount of planck, in batches. */
export async function fund(chain, from, accounts, amount) {
  const { tx } = chain.api;
  const calls = accounts.map((to) => tx.balances.transferKeepAlive(to.address, amount));
  for (let i = 0; i < calls.length; i += 50)
    await chain.send(tx.utility.batchAll(calls.slice(i, i + 50)), from);
}

/** The self-bond that a worker needs, planck. */
export const WORKER_BOND = 1_000n * OPEN;

// What a worker keeps of its rewards, parts per billion.
const COMMISSION = 50_000_000;

/**
 * Makes an account an operator that serves adapters, with its own stake behind it, and registers the
 * receipt key that it proved to hold.
 */
export async function registerWorker(chain, operator, { receiptKey, proof }) {
  const { tx } = chain.api;
  const calls = [
    tx.operatorStaking.registerOperator({ worker: true }, COMMISSION, WORKER_BOND),
    tx.inference.registerWorker(receiptKey, proof, 'all-MiniLM-L6-v2'),
  ];
  return chain.send(tx.utility.batchAll(calls), operator);
}

/** Creates a Datanet and returns its id. */
export async function createDatanet(chain, owner, name, policy = {}) {
  const rules = {
    open: true,
    minRows: 1,
    maxRows: 10_000,
    maxBytes: 16 * 1024 * 1024,
    similarity: 700_000,
    ...policy,
  };
  const { events } = await chain.send(chain.api.tx.datanets.createDatanet(name, rules), owner);
  return chain.find(events, 'datanets', 'DatanetCreated').data.datanet.toNumber();
}

/** A contribution's content: JSONL, and what it is registered by. */
export function packRows(rows) {
  const lines = rows.map(({ text, label }) => JSON.stringify({ text, label }));
  const content = stringToU8a(`${lines.join('\n')}\n`);
  return { lines, content, hash: u8aToHex(contentHash(content)), root: u8aToHex(rowsRoot(lines)) };
}

/**
 * Puts rows into the content store and registers them as a contribution.
 * @returns {Promise<{ contribution: bigint, hash: string, lines: string[] }>}
 */
export async function contribute(chain, worker, datanet, contributor, rows, licence = 'WordNet-3.0') {
  const { lines, content, hash, root } = packRows(rows);
  const stored = await worker.api.putContent(content);
  if (stored.hash !== hash) throw new Error(`the worker stored ${stored.hash} instead of ${hash}`);
  const call = chain.api.tx.datanets.contribute(
    datanet,
    root,
    lines.length,
    content.length,
    hash,
    licence,
    '',
  );
  const { events } = await chain.send(call, contributor);
  const { contribution } = chain.find(events, 'datanets', 'Contributed').data;
  return { contribution: contribution.toBigInt(), hash, lines };
}

/**
 * Has a worker evaluate a contribution and does on chain what its report says.
 * @returns {Promise<object>} the report
 */
export async function curate(chain, worker, owner, datanet, contribution) {
  const { tx } = chain.api;
  const report = await worker.api.evaluate(datanet, Number(contribution));
  if (report.verdict === 'accept') {
    await chain.send(tx.datanets.acceptContribution(contribution, report.report_hash), owner);
  } else {
    const { events } = await chain.send(
      tx.datanets.rejectContribution(contribution, rejectReason(report.reason), report.report_hash),
      owner,
    );
    report.onChain = chain.find(events, 'datanets', 'ContributionRejected').data.reason.toHuman();
  }
  return report;
}

// The worker writes an enum as serde does: {"duplicate": {"of": 1, "share": 2}} or "malformed";
// @polkadot/api wants the variant's name in its own case.
function rejectReason(reason) {
  if (typeof reason === 'string') return upperFirst(reason);
  const [[variant, fields]] = Object.entries(reason);
  return { [upperFirst(variant)]: fields };
}

const upperFirst = (text) => text[0].toUpperCase() + text.slice(1);

/** Publishes a version of a Datanet. */
export async function publishVersion(chain, owner, datanet) {
  const { events } = await chain.send(chain.api.tx.datanets.publishVersion(datanet), owner);
  const { version, root, contributions, rows } = chain.find(events, 'datanets', 'VersionPublished').data;
  return {
    datanet,
    number: version.number.toNumber(),
    root: root.toHex(),
    contributions: contributions.toNumber(),
    rows: rows.toNumber(),
  };
}

/**
 * Fetches the proofs of a version's row from the node and from a worker, and verifies both against
 * the root in the chain's storage.
 */
export async function proveRow(chain, worker, version, row) {
  const chainProof = await chain.rpc('datanets_proofOf', version.datanet, version.number, row);
  const stored = await chain.api.query.datanets.versions(version.datanet, version.number);
  const workerProof = await worker.api.row(chainProof.content, chainProof.rowInContribution);
  const proven = verifyRowProof(chainProof, workerProof, stored.unwrap().root.toHex());
  return { ...proven, row: workerProof.row, chainProof, workerProof };
}

/** Lists the base model, as governance would. */
export async function registerBaseModel(chain, sudo, hash) {
  const call = chain.api.tx.models.registerBaseModel(hash, 'all-MiniLM-L6-v2', 384, 6, 'Apache-2.0');
  const { events } = await chain.sudo(call, sudo);
  return chain.find(events, 'models', 'BaseModelRegistered').data.baseModel.toNumber();
}

/**
 * Trains an adapter at a worker; `onProgress` gets every new entry of the job's progress.
 * @returns {Promise<object>} artifact, manifest and index hashes, and metrics
 */
export async function train(worker, spec, onProgress = () => {}, timeoutMs = 45 * 60_000) {
  const { train: id } = await worker.api.train(spec);
  // Frequent entries are thinned out while it runs: places in the list mean nothing.
  const shown = new Set();
  return waitFor(
    `training ${id} at ${worker.child.name}`,
    async () => {
      const job = await worker.api.training(id);
      for (const entry of job.progress) {
        const text = JSON.stringify(entry);
        if (!shown.has(text)) onProgress(entry);
        shown.add(text);
      }
      if (job.status === 'failed')
        throw Object.assign(new Error(`training failed: ${job.error}; see ${worker.child.logFile}`), {
          fatal: true,
        });
      return job.result ?? undefined;
    },
    { timeoutMs, everyMs: 1_000, children: [worker.child] },
  );
}

/** Registers a trained adapter with its lineage and publishes it. Returns its id. */
export async function registerAdapter(chain, developer, { baseModel, name, versions, trained, unitPrice }) {
  const { tx } = chain.api;
  const artifacts = {
    artifact: trained.artifact,
    manifest: trained.manifest,
    influenceIndex: trained.influence_index,
  };
  const metrics = {
    accuracy: trained.metrics.accuracy_ppm,
    baselineAccuracy: trained.metrics.baseline_accuracy_ppm,
    heldOutRows: trained.metrics.held_out_rows,
  };
  const refs = versions.map(({ datanet, number }) => ({ datanet, number }));
  const { events } = await chain.send(
    tx.models.registerAdapter(baseModel, name, refs, artifacts, unitPrice, metrics),
    developer,
  );
  const adapter = chain.find(events, 'models', 'AdapterRegistered').data.adapter.toNumber();
  await chain.send(tx.models.publish(adapter), developer);
  return adapter;
}

/** A price per unit that makes an answer of twenty tokens cost 0.02 OPEN. */
export const UNIT_PRICE = OPEN / 1_000n;

/** The most that the demo and the tests pay for one answer: 128 tokens, the longest input. */
export const MAX_FEE = UNIT_PRICE * 128n;

/** The call that asks an adapter about a text. */
export function requestCall(chain, adapter, text, maxFee = MAX_FEE) {
  return chain.api.tx.inference.requestInference(adapter, { Inline: text }, maxFee);
}

/** Opens a prepaid channel from a consumer to a worker. */
export async function openChannel(chain, consumer, worker, deposit) {
  const call = chain.api.tx.inference.openChannel(worker.operator.address, deposit);
  const { events } = await chain.send(call, consumer);
  const channel = chain.find(events, 'inference', 'ChannelOpened').data.channel.toBigInt();
  return new PrepaidChannel(chain, consumer, worker, channel);
}

/** The consumer's side of a channel: signs a voucher per request. */
export class PrepaidChannel {
  constructor(chain, consumer, worker, id) {
    Object.assign(this, { chain, consumer, worker, id });
    this.sequence = 0;
    this.cumulative = 0n;
  }

  /** A signed voucher for the next request, or for the one that `changes` describe. */
  voucher({ adapter, text, unitPrice, fee }, changes = {}) {
    this.cumulative += fee;
    const voucher = {
      genesis: this.chain.genesis,
      channel: this.id,
      sequence: this.sequence,
      adapter,
      inputHash: contentHash(text),
      unitPrice,
      cumulative: this.cumulative,
      ...changes,
    };
    this.sequence += 1;
    return signVoucher(voucher, this.consumer);
  }

  /** Asks what an answer costs, signs for it, and asks. */
  async ask(adapter, text) {
    const model = `adapter:${adapter}`;
    const quote = await this.worker.api.quote(model, text);
    const terms = { adapter, text, unitPrice: BigInt(quote.unit_price), fee: BigInt(quote.fee) };
    return this.worker.api.complete(model, text, this.voucher(terms));
  }
}
