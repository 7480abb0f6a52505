// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Brings a worker's receipts on chain without any validator. Started by scripts/submit-receipts.sh.

import { parseArgs } from 'node:util';

import { Chain, ChainError } from '../../tests/lib/chain.js';
import { registry } from '../../tests/lib/codec.js';
import { WorkerApi } from '../../tests/lib/worker-api.js';
import { readSecret } from './secret.js';

const USAGE = `Usage: ./scripts/submit-receipts.sh [--node URL] [--worker URL] --key FILE [JOB…]

Brings on chain the receipts that wait in a worker's outbox, or those of the named jobs: 17 for a job
on chain, c3-5 for request 5 of channel 3. Validators do this by themselves; it is for a worker that no
validator has in its pool, or that they leave out. Each is sent by attribution.submitReceipt, whose fee
the account in FILE pays; the split of the answer's fee is the same whoever brings the receipt.

  --node URL    the node's RPC (default: ws://127.0.0.1:9944)
  --worker URL  the worker's HTTP API (default: http://127.0.0.1:8600)
  --key FILE    an sr25519 secret (a phrase or URI), readable by its owner only

The exit code is 1 when a receipt was refused.`;

/** A job as the worker's API writes it. */
const jobName = (job) =>
  job.isEscrowed ? job.asEscrowed.toString() : `c${job.asChannel.channel}-${job.asChannel.sequence}`;

/** The receipts in the outbox, by the names of their jobs; of the jobs in `wanted` if there are any. */
async function waiting(worker, wanted) {
  const { receipts } = registry.createType('ReceiptsResponse', await worker.get('/v1/receipts'));
  const all = new Map(receipts.map((signed) => [jobName(signed.receipt.job), signed]));
  if (wanted.length === 0) return all;
  const missing = wanted.filter((name) => !all.has(name));
  if (missing.length > 0) {
    throw new Error(`no receipt waits in the outbox of ${worker.url} for: ${missing.join(', ')}`);
  }
  return new Map(wanted.map((name) => [name, all.get(name)]));
}

/** Submits a receipt. Returns whether it was settled. */
async function submit(chain, pair, name, signed) {
  try {
    const call = chain.api.tx.attribution.submitReceipt(signed.toHex());
    const { blockHash, events } = await chain.send(call, pair, { timeoutMs: 120_000 });
    const { fee } = chain.find(events, 'attribution', 'ReceiptSettled').data;
    console.log(`${name}: settled in block ${blockHash}, ${fee} planck`);
    return true;
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    console.log(`${name}: refused: ${error.message}`);
    return false;
  }
}

let chain;
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      node: { type: 'string', default: process.env.NODE_URL ?? 'ws://127.0.0.1:9944' },
      worker: { type: 'string', default: 'http://127.0.0.1:8600' },
      key: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) console.log(USAGE);
  else {
    const pair = readSecret(values.key);
    const receipts = await waiting(new WorkerApi(values.worker), positionals);
    if (receipts.size === 0) console.log('no receipt waits');
    else chain = await Chain.connect(values.node);
    for (const [name, signed] of receipts) {
      if (!(await submit(chain, pair, name, signed))) process.exitCode = 1;
    }
  }
} catch (error) {
  console.error(`error: ${error.message ?? error}`);
  process.exitCode = 1;
} finally {
  await chain?.disconnect();
}
