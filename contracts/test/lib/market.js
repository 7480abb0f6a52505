// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// An adapter that can be asked, and a worker that the test plays itself, on a running development node. It uses the
// JavaScript client in tests/, whose dependencies must be installed too.

import { keccak256 } from 'viem';

import { contentHash, u8aToHex } from '../../../tests/lib/bytes.js';
import { account, Chain, OPEN } from '../../../tests/lib/chain.js';
import { registry } from '../../../tests/lib/codec.js';
import {
  createDatanet,
  fund,
  packRows,
  publishVersion,
  registerAdapter,
  registerBaseModel,
  UNIT_PRICE,
} from '../../../tests/lib/market.js';
import { OwnWorker } from '../../../tests/lib/own-worker.js';

/** How many units every answer of the test's worker uses. */
export const UNITS = 5;

/** What every answer costs, in wei. */
export const FEE = UNIT_PRICE * BigInt(UNITS);

/** How much the first and the second contribution move every answer, in parts per million. */
export const SHARES = [700_000, 300_000];

/** @typedef {import('viem').Address} Address */
/** @typedef {import('viem').Hex} Hex */

/**
 * @typedef {object} Market
 * @property {number} adapter a published adapter
 * @property {number} baseModel the base model that it adapts
 * @property {number} datanet the Datanet that it was trained on
 * @property {bigint[]} contributions the two contributions in its lineage
 * @property {Address[]} contributors the address of each one's contributor
 * @property {(job: bigint, text: string, answer?: string) => Promise<void>} settle brings the worker's receipt, with
 *   the answer beside it where one is given
 * @property {() => Promise<void>} close ends the connection
 */

/** The address by which the EVM knows an account that has no Ethereum key. */
function addressOf(pair) {
  return /** @type {Address} */ (`0x${keccak256(pair.addressRaw).slice(26)}`);
}

async function contribute(chain, datanet, contributor, word) {
  const rows = ['one', 'two'].map((number) => ({ text: `${word} ${number}`, label: word }));
  const { content, hash, root, lines } = packRows(rows);
  const { tx } = chain.api;
  const call = tx.datanets.contribute(datanet, root, lines.length, content.length, hash, 'CC0-1.0', '');
  const { events } = await chain.send(call, contributor);
  return { id: chain.find(events, 'datanets', 'Contributed').data.contribution.toBigInt(), contributor };
}

/**
 * Sets the market up: new accounts, a Datanet with two contributions, an adapter on it, a worker.
 *
 * @param {string} url the node's HTTP or WebSocket URL
 * @returns {Promise<Market>}
 */
export async function openMarket(url) {
  const chain = await Chain.connect(url.replace(/^http/, 'ws'));
  const stamp = Date.now();
  const [owner, operator, ...contributors] = ['owner', 'operator', 'law', 'music'].map((name) =>
    account(`//Contracts//${stamp}//${name}`),
  );
  const sudo = account('//Alice');
  await fund(chain, sudo, [owner, operator, ...contributors], 2_000n * OPEN);
  const hash = (part) => u8aToHex(contentHash(`${stamp} ${part}`));
  // Accounts that do not wait for each other share blocks.
  const [worker, datanet, baseModel] = await Promise.all([
    OwnWorker.register(chain, operator, `//Contracts//${stamp}`),
    createDatanet(chain, owner, `contracts ${stamp}`),
    registerBaseModel(chain, sudo, hash('base model')),
  ]);
  const contributions = await Promise.all(
    contributors.map((contributor, index) => contribute(chain, datanet, contributor, `word ${stamp} ${index}`)),
  );
  contributions.sort((a, b) => (a.id < b.id ? -1 : 1));
  const { tx } = chain.api;
  const accepted = contributions.map(({ id }) => tx.datanets.acceptContribution(id, contentHash('report')));
  await chain.send(tx.utility.batchAll(accepted), owner);
  const version = await publishVersion(chain, owner, datanet);
  const trained = {
    artifact: hash('artifact'),
    manifest: hash('manifest'),
    influence_index: hash('index'),
    metrics: { accuracy_ppm: 900_000, baseline_accuracy_ppm: 800_000, held_out_rows: 10 },
  };
  const adapter = await registerAdapter(chain, owner, {
    baseModel,
    name: `contracts ${stamp}`,
    versions: [version],
    trained,
    unitPrice: UNIT_PRICE,
  });
  const influence = contributions.map(({ id }, index) => ({ contribution: id, share: SHARES[index] }));

  return {
    adapter,
    baseModel,
    datanet,
    contributions: contributions.map(({ id }) => id),
    contributors: contributions.map(({ contributor }) => addressOf(contributor)),
    settle: async (job, text, answer) => {
      const { artifact } = trained;
      const outputHash = contentHash(answer ?? 'an answer');
      const said = { job: { Escrowed: job }, adapter, artifact, text, contribution: contributions[0].id, units: UNITS };
      const signed = worker.sign(worker.receipt(said, { influence, outputHash }));
      const output = answer === undefined ? null : u8aToHex(new TextEncoder().encode(answer));
      const delivered = registry.createType('SignedReceipt', {
        receipt: signed.receipt,
        signature: signed.signature,
        voucher: null,
        output,
      });
      await chain.send(worker.submission(delivered), operator);
    },
    close: () => chain.disconnect(),
  };
}
