// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// How many ERC-20 transfers a chain takes through eth_sendRawTransaction: as many as it can first, then
// fewer until no slot is missed.

import { DEVELOPERS, fundEach, Interface, RpcError, signer, wallet } from '../../../tests/lib/evm.js';
import { mapLimited, sleep } from '../../../tests/lib/wait.js';
import { Load, quantile, round, sum } from '../chain/stats.js';

const SLOT_SECONDS = 2;

/** The most attempts to find a rate at which no slot is missed, and each one's part of the last. */
const ATTEMPTS = 4;
const NEXT_RATE = 0.75;

/** Transactions in one request, and requests at a time. */
const PART = 50;
const LANES = 4;

/** More than any machine takes: transfers that are signed for each second of a measurement. */
const MOST_PER_SECOND = 900;

export class Throughput {
  #ready = [];
  /** Of what is sent and in no block that was read. */
  #hashes = new Set();
  #sent = 0;
  #signed = 0;
  #included = 0;
  #next;

  constructor({ rpc, token, abi, pid, seconds, accounts, backlog }) {
    Object.assign(this, { rpc, token, pid, seconds, backlog });
    this.erc20 = new Interface(abi);
    this.accounts = Array.from({ length: accounts }, (_, i) => wallet(`bench ${i}`));
  }

  /** Gives each account OPEN for fees and tokens. */
  async #fund() {
    const addresses = this.accounts.map(({ address }) => address);
    await fundEach(this.rpc, DEVELOPERS.baltathar, addresses, '20');
    const sign = await signer(this.rpc, DEVELOPERS.alith);
    const mints = [];
    for (const address of addresses) {
      const data = this.erc20.encodeFunctionData('mint', [address, 10n ** 18n]);
      mints.push(await sign({ to: this.token, data, gasLimit: this.gas }));
    }
    const hashes = await this.#submit(mints);
    for (const hash of hashes) await this.rpc.receipt(hash, { timeoutMs: 120_000 });
    this.signers = await mapLimited(this.accounts, LANES, (account) => signer(this.rpc, account));
  }

  /** Sends raw transactions; the hashes of all, or the first error. */
  async #submit(raws) {
    const parts = [];
    for (let at = 0; at < raws.length; at += PART) parts.push(raws.slice(at, at + PART));
    const hashes = await mapLimited(parts, LANES, async (part) => {
      const answers = await this.rpc.batch(part.map((raw) => ['eth_sendRawTransaction', raw]));
      return answers.map(({ result, error }) => {
        if (error) throw new RpcError('eth_sendRawTransaction', error);
        return result;
      });
    });
    return hashes.flat();
  }

  /** Signs that many transfers, an account after the other, so that their nonces wait for few others. */
  async #prepare(count) {
    const missing = count - this.#ready.length;
    for (let i = 0; i < missing; i += 1) {
      const at = this.#signed++ % this.accounts.length;
      const to = this.accounts[(at + 1) % this.accounts.length].address;
      const data = this.erc20.encodeFunctionData('transfer', [to, 1n]);
      this.#ready.push(await this.signers[at]({ to: this.token, data, gasLimit: this.gas }));
    }
  }

  /** Reads the blocks since the last time. */
  async #readBlocks() {
    const height = await this.rpc.height();
    const blocks = [];
    for (; this.#next <= height; this.#next += 1) {
      const number = `0x${this.#next.toString(16)}`;
      const { timestamp, transactions } = await this.rpc.call('eth_getBlockByNumber', number, false);
      // Others are sent too.
      const ours = transactions.filter((hash) => this.#hashes.delete(hash));
      this.#included += ours.length;
      blocks.push({ number: this.#next, seconds: Number(timestamp), transfers: ours.length });
    }
    return blocks;
  }

  /** Sends for `seconds` at `rate`, and describes the blocks of that time. */
  async #measure(rate) {
    const { seconds, backlog } = this;
    const warmUp = 3 * SLOT_SECONDS;
    await this.#prepare(Math.ceil(Math.min(rate, MOST_PER_SECOND) * (seconds + warmUp)) + backlog);
    await this.#readBlocks();
    const started = Date.now();
    const sentBefore = this.#sent;
    const window = [];
    let load;
    while (Date.now() - started < (seconds + warmUp) * 1_000) {
      const due = Math.ceil(((Date.now() - started) / 1_000) * rate);
      const room = Math.min(backlog - (this.#sent - this.#included), due - (this.#sent - sentBefore));
      const part = this.#ready.splice(0, Math.max(0, Math.min(room, PART * LANES)));
      if (part.length > 0) {
        for (const hash of await this.#submit(part)) this.#hashes.add(hash);
        this.#sent += part.length;
      } else {
        await sleep(20);
      }
      const blocks = await this.#readBlocks();
      if (Date.now() - started > warmUp * 1_000) {
        load ??= new Load([this.pid]);
        window.push(...blocks);
      }
    }
    const cores = load.cores();
    await this.#drain();
    return this.#describe(window, rate, cores);
  }

  async #drain() {
    const until = Date.now() + 120_000;
    while (this.#included < this.#sent) {
      if (Date.now() > until) throw new Error(`${this.#sent - this.#included} transfers are in no block`);
      await this.#readBlocks();
      await sleep(200);
    }
  }

  #describe(window, rate, cores) {
    const [first, ...rest] = window;
    const seconds = rest.at(-1).seconds - first.seconds;
    const transfers = rest.map((block) => block.transfers);
    const slots = seconds / SLOT_SECONDS;
    return {
      offered_per_second: rate === Infinity ? 'as many as the node takes' : rate,
      blocks: rest.length,
      seconds,
      missed_slots: slots - rest.length,
      transfers: sum(transfers),
      transfers_per_second: round(sum(transfers) / seconds, 1),
      transfers_per_block: {
        least: Math.min(...transfers),
        p50: quantile(transfers, 0.5),
        most: Math.max(...transfers),
      },
      cores_busy: cores,
    };
  }

  /** @param {(text: string) => void} say is told what comes */
  async run(say) {
    say(`funding ${this.accounts.length} accounts …`);
    const data = this.erc20.encodeFunctionData('mint', [wallet('bench new').address, 10n ** 18n]);
    const call = { from: DEVELOPERS.alith.address, to: this.token, data };
    // A new holder costs the most of all that is sent here.
    this.gas = BigInt(await this.rpc.call('eth_estimateGas', call)) * 2n;
    await this.#fund();
    this.#next = (await this.rpc.height()) + 1;
    const measured = [];
    let rate = Infinity;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      say(rate === Infinity ? 'ERC-20 transfers, as many as it takes …' : `ERC-20 transfers, ${rate} per second …`);
      const result = await this.#measure(rate);
      measured.push(result);
      if (result.missed_slots === 0 || result.transfers === 0) break;
      rate = Math.max(1, Math.floor(result.transfers_per_second * NEXT_RATE));
    }
    await this.#check();
    return {
      senders: this.accounts.length,
      may_wait_for_a_block: this.backlog,
      transfers_in_blocks: this.#included,
      without_a_missed_slot:
        measured.find(({ missed_slots: missed }) => missed === 0)?.transfers_per_second ?? null,
      measured,
    };
  }

  /** Each transfer was counted and moved a token: what all hold is what was minted, and nonces agree. */
  async #check() {
    const counts = await mapLimited(this.accounts, LANES, ({ address }) =>
      this.rpc.call('eth_getTransactionCount', address, 'latest').then(Number),
    );
    if (sum(counts) !== this.#included) {
      throw new Error(`${this.#included} transfers were read in blocks, accounts count ${sum(counts)}`);
    }
    const height = await this.rpc.call('eth_blockNumber');
    const receipts = await this.rpc.call('eth_getBlockReceipts', height);
    const failed = receipts.filter(({ status }) => status !== '0x1');
    if (failed.length > 0) throw new Error(`${failed.length} transfers failed in block ${height}`);
  }
}
