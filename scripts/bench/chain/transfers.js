// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// How many balance transfers a chain takes: as many as may wait first, then steadily at the rates asked
// for, then at lower ones until no slot is missed.
//
// The two differ. When as many as may wait are sent, the pool validates a burst after each block, and
// what waits once more, beside the author; at a rate that the node keeps up with, nothing waits for
// longer than a block takes.

import { Chain } from '../../../tests/lib/chain.js';
import { sleep } from '../../../tests/lib/wait.js';
import { Blocks, prepared, SLOT_MS } from './blocks.js';
import { Rpc } from './rpc.js';
import { Sender } from './sender.js';
import { Load, quantile, round, sum } from './stats.js';

/** Planck that each transfer moves: PAYMENT of the signer. */
const PAYMENT = 10n ** 15n;

/** The most attempts to find a rate at which no slot is missed, and each one's part of the last. */
const ATTEMPTS = 4;
const NEXT_RATE = 0.75;

/** Transfers that fill a block even if the weights allow all of it. */
const MOST_PER_BLOCK = 4_000;

/** What most blocks of a measurement ended for. */
function limitedBy({ ends, waited, rate, perBlock, backlog }) {
  const [most] = Object.entries(ends).sort(([, a], [, b]) => b - a)[0] ?? [];
  if (most === 'HitBlockWeightLimit') return "a block's weight";
  if (most === 'HitBlockSizeLimit') return "a block's length";
  if (most === 'HitDeadline') return 'the time that an author has for a block';
  if (rate !== Infinity) return 'the rate that was asked for';
  // The pool gave the authors all it had. When as much as may wait was sent, that was too little, or
  // the pool was slower than the blocks; else the sender was.
  if (waited <= 0.5) return 'the sender';
  return perBlock > backlog / 2 ? 'what may wait for a block' : "the pool's validation";
}

const isWithoutMiss = ({ missed_slots: missed }) => missed === 0;

export class Transfers {
  /**
   * @param {object} options
   * @param {import('../../../tests/lib/network.js').Network} options.network that runs
   * @param {string} options.signer the program that signs
   * @param {number} options.accounts how many accounts send
   * @param {number} options.backlog how many transfers may wait for a block
   */
  constructor({ network, signer, accounts, backlog }) {
    Object.assign(this, { network, backlog });
    this.rpcs = network.running.map(({ ports }) => new Rpc(ports.rpc));
    this.blocks = new Blocks(this.rpcs[0]);
    this.sender = new Sender({ signer, rpcs: this.rpcs, blocks: this.blocks, accounts });
  }

  get #pids() {
    return this.network.children.map(({ pid }) => pid);
  }

  /** Sends for `seconds` at `rate`, once blocks are full or the rate is reached. */
  async #measure(seconds, rate) {
    const { sender, blocks } = this;
    const warmUp = 20;
    const perSecond = Math.min(rate, MOST_PER_BLOCK / (SLOT_MS / 1_000));
    await sender.prepare(Math.ceil(perSecond * (seconds + warmUp)) + this.backlog);

    const offer = sender.offer({ backlog: this.backlog, rate });
    const isFull = () => sender.backlog >= 0.9 * this.backlog;
    const fullBy = Date.now() + warmUp * 1_000;
    const warmBy = Date.now() + 3 * SLOT_MS;
    while (Date.now() < fullBy && (rate === Infinity ? !isFull() : Date.now() < warmBy)) {
      await blocks.update();
      await sleep(100);
    }
    const before = await blocks.update();
    const load = new Load(this.#pids);
    const end = Date.now() + seconds * 1_000;
    let [polls, waiting] = [0, 0];
    while (Date.now() < end && !offer.failure) {
      await blocks.update();
      polls += 1;
      if (isFull()) waiting += 1;
      await sleep(100);
    }
    const last = await blocks.update();
    const cores = load.cores();
    await offer.end();
    const repeated = await sender.drain();
    if (offer.ranOut) throw new Error('too few transfers were signed for this machine');
    const described = this.#describe({ before, last, rate, cores, waited: waiting / polls });
    return { ...described, refused_for_want_of_room: offer.refusals, lost_by_the_pool: repeated };
  }

  #describe({ before, last, rate, cores, waited }) {
    const window = this.blocks.between(before.number + 1, last.number);
    const hashes = new Map(window.map((block) => [block.hash, block]));
    const made = prepared(this.network.children.map(({ logFile }) => logFile)).filter(
      ({ number }) => number > before.number && number <= last.number,
    );
    const ends = {};
    for (const { hash, end } of made) if (hashes.has(hash)) ends[end] = (ends[end] ?? 0) + 1;
    const slots = last.slot - before.slot;
    const seconds = (slots * SLOT_MS) / 1_000;
    const perBlock = window.map(({ signed }) => signed.length);
    const ms = made.map((block) => block.ms);
    return {
      offered_per_second: rate === Infinity ? 'as many as the nodes take' : rate,
      blocks: { from: before.number + 1, to: last.number },
      seconds,
      slots,
      missed_slots: slots - window.length,
      // Blocks that were not ready in time, or that a fork replaced.
      blocks_made_in_vain: made.filter(({ hash }) => !hashes.has(hash)).length,
      transfers: sum(perBlock),
      transfers_per_second: round(sum(perBlock) / seconds, 1),
      transfers_per_block: {
        least: Math.min(...perBlock),
        p50: quantile(perBlock, 0.5),
        most: Math.max(...perBlock),
      },
      building_a_block_ms: { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) },
      blocks_ended_by: ends,
      limited_by: limitedBy({
        ends,
        waited,
        rate,
        perBlock: quantile(perBlock, 0.5),
        backlog: this.backlog,
      }),
      cores_busy: cores,
    };
  }

  /**
   * Measures as many as may wait, then each of `rates`, then lower and lower rates until no slot is
   * missed.
   *
   * @param {number} seconds of each measurement
   * @param {number[]} rates per second
   * @param {(rate: number) => void} say is told what comes
   */
  async run(seconds, rates, say) {
    await this.sender.fund();
    const start = await this.#received();
    const measured = [];
    const measure = async (rate) => {
      say(rate);
      measured.push(await this.#measure(seconds, rate));
    };
    for (const rate of [Infinity, ...rates]) await measure(rate);
    for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
      const last = measured.at(-1);
      if (measured.some(isWithoutMiss) || last.transfers === 0) break;
      await measure(Math.max(1, Math.floor(last.transfers_per_second * NEXT_RATE)));
    }
    const received = (await this.#received()) - start;
    const sent = this.sender.included;
    if (received !== BigInt(sent) * PAYMENT) {
      throw new Error(`${sent} transfers are in blocks, but the receivers got ${received} planck`);
    }
    return {
      senders: this.sender.accounts,
      may_wait_for_a_block: this.backlog,
      transfers_in_blocks_and_received: sent,
      without_a_missed_slot: Math.max(
        0,
        ...measured.filter(isWithoutMiss).map(({ transfers_per_second: rate }) => rate),
      ),
      measured,
    };
  }

  /** Planck that all receivers have. */
  async #received() {
    const chain = await Chain.connect(this.network.running[0].url);
    try {
      const receivers = await this.sender.receivers();
      const accounts = await chain.api.query.system.account.multi(receivers);
      return accounts.reduce((total, { data }) => total + data.free.toBigInt(), 0n);
    } finally {
      await chain.disconnect();
    }
  }

  close() {
    for (const rpc of this.rpcs) rpc.close();
  }
}
