// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Workers beside a network of validators, and an adapter that can be asked.

import fs from 'node:fs';
import path from 'node:path';

import { prepareWordnetDatasets } from '../../scripts/demo/wordnet-datasets.js';
import { readDataset } from '../../scripts/demo/dataset.js';
import { contentHash } from './bytes.js';
import { account, OPEN } from './chain.js';
import {
  contribute,
  createDatanet,
  curate,
  fund,
  publishVersion,
  registerAdapter,
  registerBaseModel,
  registerWorker,
  requestCall,
  train,
  UNIT_PRICE,
} from './market.js';
import { modelWeights, wordnetArchive } from './places.js';
import { Stack } from './stack.js';

const sudo = account('//Alice');

/** Inference workers that serve one adapter to the validators of a network. */
export class Marketplace {
  /**
   * Chooses the workers' ports and makes each validator's pool of them. Before the network starts.
   *
   * @param {import('./network.js').Network} network
   * @param {object} options
   * @param {number} [options.workers]
   * @param {(validator: object, urls: string[]) => string[]} [options.poolOf] a validator's part of
   *   the workers; all of them by default
   */
  static async beside(network, { workers = 2, poolOf = (_, urls) => urls } = {}) {
    const market = new Marketplace();
    market.network = network;
    market.stack = new Stack({ folder: path.join(network.folder, 'workers') });
    await market.stack.choosePorts(workers);
    const urls = Array.from({ length: workers }, (_, index) => market.stack.workerUrl(index));
    for (const validator of network.validators) validator.pool = poolOf(validator, urls);
    market.operators = urls.map((_, index) => account(`//Test//operator//${index + 1}`));
    return market;
  }

  get workers() {
    return this.stack.workers;
  }

  get children() {
    return [...this.network.children, ...this.workers.map(({ child }) => child)];
  }

  /**
   * Registers and starts the workers, each on a node of its own, and trains an adapter.
   *
   * @param {import('./chain.js').Chain} chain
   * @param {object} options
   * @param {object[]} options.nodes the validator that each worker follows
   * @param {object[]} options.consumers accounts that are given OPEN to ask with
   */
  async open(chain, { nodes, consumers }) {
    const { stack, operators } = this;
    const [owner, developer, law, music] = ['owner', 'developer', 'law', 'music'].map((name) =>
      account(`//Test//${name}`),
    );
    stack.chain = chain;
    await fund(chain, sudo, [...operators, ...consumers, owner, developer, law, music], 20_000n * OPEN);
    await Promise.all(
      operators.map(async (operator, index) => {
        await registerWorker(chain, operator, stack.makeWorkerKey(index, operator));
        await stack.workerReady(stack.startWorker(index, operator, { nodeUrl: nodes[index].url }));
      }),
    );

    const folder = path.join(this.network.folder, 'datasets');
    const { contributors, heldOut } = readDataset(prepareWordnetDatasets(wordnetArchive(), folder).topics);
    const [worker] = this.workers;
    const datanet = await createDatanet(chain, owner, 'law and music');
    for (const [name, contributor] of [
      ['amara', law],
      ['goran', music],
    ]) {
      const rows = contributors.find((one) => one.name === name).rows.slice(0, 16);
      const { contribution } = await contribute(chain, worker, datanet, contributor, rows);
      const report = await curate(chain, worker, owner, datanet, contribution);
      if (report.verdict !== 'accept') throw new Error(`${name} was rejected: ${JSON.stringify(report)}`);
    }
    const version = await publishVersion(chain, owner, datanet);
    const trained = await train(worker, {
      task: 'law or music',
      versions: [{ datanet, number: version.number }],
      seed: 1,
      hyper: { epochs: 1, batch_size: 8 },
    });
    const weights = contentHash(fs.readFileSync(modelWeights()));
    this.adapter = await registerAdapter(chain, developer, {
      baseModel: await registerBaseModel(chain, sudo, weights),
      name: 'law-or-music',
      versions: [version],
      trained,
      unitPrice: UNIT_PRICE,
    });
    this.texts = heldOut
      .filter(({ label }) => label === 'law' || label === 'music')
      .map(({ text }) => text);
  }

  /** Requests jobs, fifty in an extrinsic, and returns their keys. */
  async request(chain, consumer, count, from = 0) {
    const { adapter, texts } = this;
    const keys = [];
    for (let done = 0; done < count; done += 50) {
      const calls = Array.from({ length: Math.min(50, count - done) }, (_, i) =>
        requestCall(chain, adapter, texts[(from + done + i) % texts.length]),
      );
      const { events } = await chain.send(chain.api.tx.utility.batchAll(calls), consumer);
      for (const { section, method, data } of events) {
        if (section === 'inference' && method === 'InferenceRequested') keys.push(`job ${data.job}`);
      }
    }
    if (keys.length !== count) throw new Error(`${count} jobs were requested, ${keys.length} accepted`);
    return keys;
  }

  /** How many workers were given each job. */
  async holders(keys) {
    const counts = new Map(keys.map((key) => [key, 0]));
    for (const { api } of this.workers) {
      for (const key of keys) {
        const known = await api.job(key.slice('job '.length)).catch((error) => {
          if (error.status === 404) return undefined;
          throw error;
        });
        if (known) counts.set(key, counts.get(key) + 1);
      }
    }
    return counts;
  }

  /** A worker's counter, summed over its labels. */
  async counter(worker, name) {
    const line = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm');
    return [...(await worker.api.metrics()).matchAll(line)].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async stop() {
    await this.stack.stop();
  }
}
