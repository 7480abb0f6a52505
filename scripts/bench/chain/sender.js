// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Sends signed transfers to nodes as fast as they take them, or at a rate.

import { spawn } from 'node:child_process';

import { sleep, waitFor } from '../../../tests/lib/wait.js';

/** How many transfers go out in one request. */
const BATCH = 20;

/** Requests that are under way to one node at once. */
const LANES = 6;

/** Runs the signer and returns its lines. */
async function sign(signer, args) {
  const child = spawn(signer, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  const parts = [];
  child.stdout.on('data', (part) => parts.push(part));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${signer} ${args[0]} ended with exit code ${code}`);
  return Buffer.concat(parts).toString().split('\n').slice(0, -1);
}

export class Sender {
  #signed = [];
  /** The next transfer of each node's share: node `i` of `n` is sent the transfers i, i + n, … */
  #next;
  /** Transfers that were taken to be sent. */
  taken = 0;

  /**
   * @param {object} options
   * @param {string} options.signer the program that signs
   * @param {import('./rpc.js').Rpc[]} options.rpcs the nodes, by which the transfers are shared
   * @param {import('./blocks.js').Blocks} options.blocks the chain as one of them sees it
   * @param {number} options.accounts how many accounts send: a multiple of the number of nodes, so
   *   that all transfers of one account go to one node, in order
   */
  constructor({ signer, rpcs, blocks, accounts }) {
    Object.assign(this, { signer, rpcs, blocks, accounts });
    this.#next = rpcs.map((_, index) => index);
  }

  /** Funds the senders and creates the receivers. */
  async fund() {
    this.genesis = await this.rpcs[0].call('chain_getBlockHash', 0);
    await this.blocks.update();
    const batches = await sign(this.signer, ['fund', this.genesis, this.accounts]);
    for (const batch of batches) {
      const refused = await this.rpcs[0].submit([batch]);
      if (refused.length > 0) throw new Error('the pool has no room for the funding');
    }
    await waitFor(
      'the senders to be funded',
      async () => {
        await this.blocks.update();
        if (this.blocks.count === batches.length) return true;
        throw new Error(`${this.blocks.count} of ${batches.length} batches are in blocks`);
      },
      { timeoutMs: 300_000 },
    );
    this.funding = batches.length;
  }

  /** The public keys of all receivers. */
  receivers() {
    return sign(this.signer, ['receivers', this.accounts]);
  }

  /** Signs ahead, so that `count` transfers are ready to be sent. */
  async prepare(count) {
    const missing = count - (this.#signed.length - Math.max(...this.#next));
    if (missing <= 0) return;
    const signed = await sign(this.signer, [
      'pay',
      this.genesis,
      this.accounts,
      this.#signed.length,
      missing,
    ]);
    for (const transfer of signed) this.#signed.push(transfer);
  }

  /** Transfers that are in blocks. */
  get included() {
    return this.blocks.count - this.funding;
  }

  /** Transfers that were sent and are in no block yet. */
  get backlog() {
    return this.taken - this.included;
  }

  #take(node, count) {
    const batch = [];
    while (batch.length < count && this.#next[node] < this.#signed.length) {
      batch.push(this.#signed[this.#next[node]]);
      this.#next[node] += this.rpcs.length;
    }
    this.taken += batch.length;
    return batch;
  }

  /**
   * Starts to send.
   *
   * @param {object} options
   * @param {number} options.backlog how many transfers may wait for a block
   * @param {number} options.rate transfers per second, or Infinity
   * @returns an offer; call its `end()` to stop sending
   */
  offer({ backlog, rate }) {
    const offer = { stopped: false, ranOut: false, refusals: 0, failure: undefined };
    const [started, takenBefore] = [Date.now(), this.taken];
    const due = () => {
      // At the start, infinitely many times no time is not a number.
      if (rate === Infinity) return Infinity;
      return ((Date.now() - started) / 1_000) * rate - (this.taken - takenBefore);
    };
    const allowed = () => Math.floor(Math.min(backlog - this.backlog, due(), BATCH));
    const lane = async (node) => {
      while (!offer.stopped && !offer.failure) {
        const count = allowed();
        // Small batches only where the rate is small.
        if (count < Math.min(BATCH, Math.max(1, rate / 50))) {
          await sleep(10);
          continue;
        }
        let batch = this.#take(node, count);
        if (batch.length === 0) {
          offer.ranOut = true;
          return;
        }
        // One that has no room is sent again, also after the end: the next of its account waits.
        for (;;) {
          batch = await this.rpcs[node].submit(batch);
          if (batch.length === 0) break;
          offer.refusals += batch.length;
          await sleep(100);
        }
      }
    };
    const lanes = this.rpcs.flatMap((_, node) =>
      Array.from({ length: LANES }, () =>
        lane(node).catch((error) => {
          offer.failure ??= error;
        }),
      ),
    );
    offer.end = async () => {
      offer.stopped = true;
      await Promise.all(lanes);
      if (offer.failure) throw offer.failure;
    };
    return offer;
  }

  /** Those of node `node` that were sent and are in no block. */
  #missing(node) {
    const inBlocks = this.blocks.extrinsics;
    const missing = [];
    for (let index = node; index < this.#next[node]; index += this.rpcs.length) {
      if (!inBlocks.has(this.#signed[index])) missing.push(this.#signed[index]);
    }
    return missing;
  }

  /**
   * Waits until all that was sent is in blocks. A pool may drop what it took: when blocks bring
   * nothing more, the rest is sent again.
   *
   * @returns {Promise<number>} how many had to be sent again
   */
  async drain() {
    let [least, repeated] = [this.backlog, 0];
    let [progressAt, sentAt] = [Date.now(), Date.now()];
    while (this.backlog > 0) {
      await this.blocks.update();
      if (this.backlog < least) {
        least = this.backlog;
        progressAt = Date.now();
      }
      const now = Date.now();
      if (now - progressAt > 180_000) {
        throw new Error(`${this.backlog} transfers came into no block for three minutes`);
      }
      if (now - Math.max(progressAt, sentAt) > 20_000) {
        for (const [node, rpc] of this.rpcs.entries()) {
          const missing = this.#missing(node);
          repeated += missing.length;
          for (let i = 0; i < missing.length; i += BATCH) await rpc.resubmit(missing.slice(i, i + BATCH));
        }
        sentAt = Date.now();
      }
      await sleep(250);
    }
    return repeated;
  }
}
