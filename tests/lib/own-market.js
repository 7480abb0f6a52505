// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// An adapter that can be asked, and a worker that the test plays itself, on a running development node:
// for the tests of contracts/ and for those of Ethereum's side.

import { contentHash, u8aToHex } from './bytes.js';
import { account, Chain, OPEN } from './chain.js';
import { registry } from './codec.js';
import { addressOf } from './evm-accounts.js';
import {
  createDatanet,
  fund,
  openChannel,
  packRows,
  publishVersion,
  registerAdapter,
  registerBaseModel,
  UNIT_PRICE,
} from './market.js';
import { OwnWorker } from './own-worker.js';

/** How many units every answer of the test's worker uses. */
export const UNITS = 5;

/** What every answer of the market's own adapter costs, in wei. */
export const FEE = UNIT_PRICE * BigInt(UNITS);

/** How much the first and the second contribution move its answers, in parts per million. */
export const SHARES = [700_000, 300_000];

/** @typedef {`0x${string}`} Hex */

/**
 * @typedef {object} Model
 * @property {number} adapter a published adapter
 * @property {Hex} artifact the hash of its file
 * @property {{ contribution: bigint, share: number }[]} influence what its answers came from
 */

/**
 * @typedef {object} Market
 * @property {number} adapter a published adapter
 * @property {number} baseModel the base model that it adapts
 * @property {number} datanet the Datanet that it was trained on, in version 1
 * @property {bigint[]} contributions the two contributions in its lineage
 * @property {string[][]} rows the lines of each
 * @property {Hex[]} contributors the address of each one's contributor
 * @property {Hex} operator the address of the operator that serves it
 * @property {any} chain the connection, see chain.js
 * @property {(part: string) => Hex} hash a hash that no other market has
 * @property {(name: string, datanet: number, influence: Model['influence']) => Promise<Model>} register registers and
 *   publishes another adapter, on version 1 of a Datanet
 * @property {(word: string) => Promise<bigint>} contribute the first contributor contributes two more rows, by an
 *   extrinsic; the contribution's id
 * @property {(job: bigint, text: string, answer?: string, model?: Model) => Promise<void>} settle brings the worker's
 *   receipt, with the answer beside it where one is given
 * @property {(consumer: any, text: string) => Promise<bigint>} serve answers the first request of a new channel of the
 *   consumer's, and brings the receipt; the channel's id
 * @property {(contributor: Hex) => Promise<void>} claim claims by an extrinsic what a contributor has earned
 * @property {() => Promise<void>} close ends the connection
 */

async function contribute(chain, datanet, contributor, word) {
  const rows = ['one', 'two'].map((number) => ({ text: `${word} ${number}`, label: word }));
  const { content, hash, root, lines } = packRows(rows);
  const { tx } = chain.api;
  const call = tx.datanets.contribute(datanet, root, lines.length, content.length, hash, 'CC0-1.0', '');
  const { events } = await chain.send(call, contributor);
  return { id: chain.find(events, 'datanets', 'Contributed').data.contribution.toBigInt(), contributor, lines };
}

/**
 * Sets the market up: new accounts, a Datanet with two contributions, an adapter on it, a worker.
 *
 * @param {string} url the node's HTTP or WebSocket URL
 * @returns {Promise<Market>}
 */
export async function openMarket(url) {
  const chain = await Chain.connect(url.replace(/^http/, 'ws'));
  const { tx } = chain.api;
  const stamp = Date.now();
  const [owner, operator, ...contributors] = ['owner', 'operator', 'law', 'music'].map((name) =>
    account(`//Market//${stamp}//${name}`),
  );
  const sudo = account('//Alice');
  await fund(chain, sudo, [owner, operator, ...contributors], 2_000n * OPEN);
  const hash = (part) => /** @type {Hex} */ (u8aToHex(contentHash(`${stamp} ${part}`)));
  const address = (pair) => /** @type {Hex} */ (addressOf(pair.addressRaw));
  // Accounts that do not wait for each other share blocks.
  const [worker, datanet, baseModel] = await Promise.all([
    OwnWorker.register(chain, operator, `//Market//${stamp}`),
    createDatanet(chain, owner, `market ${stamp}`),
    registerBaseModel(chain, sudo, hash('base model')),
  ]);
  const contributions = await Promise.all(
    contributors.map((contributor, index) => contribute(chain, datanet, contributor, `word ${stamp} ${index}`)),
  );
  contributions.sort((a, b) => (a.id < b.id ? -1 : 1));
  const accepted = contributions.map(({ id }) => tx.datanets.acceptContribution(id, contentHash('report')));
  await chain.send(tx.utility.batchAll(accepted), owner);
  await publishVersion(chain, owner, datanet);

  const register = async (name, of, influence) => {
    const artifact = hash(`artifact ${name}`);
    const adapter = await registerAdapter(chain, owner, {
      baseModel,
      name: `${name} ${stamp}`,
      versions: [{ datanet: of, number: 1 }],
      trained: {
        artifact,
        manifest: hash(`manifest ${name}`),
        influence_index: hash(`index ${name}`),
        metrics: { accuracy_ppm: 900_000, baseline_accuracy_ppm: 800_000, held_out_rows: 10 },
      },
      unitPrice: UNIT_PRICE,
    });
    return { adapter, artifact, influence };
  };
  const own = await register(
    'market',
    datanet,
    contributions.map(({ id }, index) => ({ contribution: id, share: SHARES[index] })),
  );

  return {
    adapter: own.adapter,
    baseModel,
    datanet,
    contributions: contributions.map(({ id }) => id),
    rows: contributions.map(({ lines }) => lines),
    contributors: contributions.map(({ contributor }) => address(contributor)),
    operator: address(operator),
    chain,
    hash,
    register,
    contribute: async (word) => (await contribute(chain, datanet, contributions[0].contributor, `${word} ${stamp}`)).id,
    settle: async (job, text, answer, model = own) => {
      const { adapter, artifact, influence } = model;
      const outputHash = contentHash(answer ?? 'an answer');
      const said = { job: { Escrowed: job }, adapter, artifact, text, units: UNITS };
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
    serve: async (consumer, text) => {
      const { adapter, artifact, influence } = own;
      const channel = await openChannel(chain, consumer, { operator }, FEE);
      const voucher = channel.voucher({ adapter, text, unitPrice: UNIT_PRICE, fee: FEE });
      const job = { Channel: { channel: channel.id, sequence: 0 } };
      const receipt = worker.receipt({ job, adapter, artifact, text, units: UNITS }, { influence });
      await chain.send(worker.submission(worker.sign(receipt, { voucher })), operator);
      return channel.id;
    },
    claim: async (contributor) => {
      const pair = contributors.find((one) => address(one) === contributor);
      await chain.send(tx.attribution.claim(), pair);
    },
    close: () => chain.disconnect(),
  };
}
