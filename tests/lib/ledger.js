// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Follows the chain's events and keeps the books: what was asked, settled, paid and claimed.

import { waitFor } from './wait.js';

/** The account of a runtime's pot: "modl" and the pallet's id, filled up with zeros. */
export function palletAccount(id) {
  const account = new Uint8Array(32);
  account.set(new TextEncoder().encode(`modl${id}`));
  return account;
}

/** A job's name, equal for equal jobs. */
export function jobKey(job) {
  return job.isEscrowed
    ? `job ${job.asEscrowed.toString()}`
    : `channel ${job.asChannel.channel.toString()}/${job.asChannel.sequence.toString()}`;
}

export class Ledger {
  settled = new Map();
  /** How often each job was settled, refunded or cancelled: more than once is an error. */
  endings = new Map();
  refunded = new Set();
  skipped = [];
  /** Planck per account. */
  claimed = new Map();
  /** Planck that settlements paid to the stakers' pot and to the treasury. */
  stakers = 0n;
  treasury = 0n;

  /** Follows `chain` from its next block on; options as those of `Chain.follow`. */
  static async follow(chain, options) {
    const ledger = new Ledger();
    ledger.chain = chain;
    ledger.potAccounts = {
      stakers: chain.address(palletAccount('ol/stake')),
      treasury: chain.address(palletAccount('py/trsry')),
    };
    ledger.stop = await chain.follow((block) => ledger.#read(block), options);
    return ledger;
  }

  #end(key) {
    this.endings.set(key, (this.endings.get(key) ?? 0) + 1);
  }

  #read({ number, seenAt, events }) {
    // Transaction fees reach the treasury too, by deposits; a settlement transfers what is on hold.
    const settling = new Set(
      events
        .filter(({ event }) => event.section === 'attribution' && event.method === 'ReceiptSettled')
        .map(({ phase }) => phase.toString()),
    );
    for (const { event, phase } of events) {
      const { data } = event;
      switch (`${event.section}.${event.method}`) {
        case 'attribution.ReceiptSettled': {
          const key = jobKey(data.job);
          this.#end(key);
          this.settled.set(key, {
            job: data.job,
            fee: data.fee.toBigInt(),
            units: data.units.toNumber(),
            adapter: data.adapter.toNumber(),
            worker: data.worker.toString(),
            outputHash: data.outputHash.toHex(),
            block: number,
            seenAt,
          });
          break;
        }
        case 'balances.TransferOnHold': {
          if (!settling.has(phase.toString())) break;
          const to = data.dest.toString();
          if (to === this.potAccounts.stakers) this.stakers += data.amount.toBigInt();
          if (to === this.potAccounts.treasury) this.treasury += data.amount.toBigInt();
          break;
        }
        case 'attribution.ReceiptSkipped':
          this.skipped.push(jobKey(data.job));
          break;
        case 'inference.JobRefunded':
        case 'inference.JobCancelled': {
          const key = `job ${data.job.toString()}`;
          this.#end(key);
          this.refunded.add(key);
          break;
        }
        case 'attribution.Claimed': {
          const account = data.account.toString();
          this.claimed.set(account, (this.claimed.get(account) ?? 0n) + data.amount.toBigInt());
          break;
        }
        default:
          break;
      }
    }
  }

  /** The fees of all settled jobs, planck. */
  get paidIn() {
    return [...this.settled.values()].reduce((sum, { fee }) => sum + fee, 0n);
  }

  get ended() {
    return this.endings.size;
  }

  /** Jobs that ended more than once: there must be none. */
  get endedTwice() {
    return [...this.endings].filter(([, times]) => times > 1).map(([key]) => key);
  }

  /**
   * The books, planck, of a ledger that has followed the chain from its first settlement on: the fees
   * of the settlements that it saw, the fees that the chain counted, and what accounts and pots have
   * of them, claimed or not. All three are equal.
   *
   * @param {object} api the chain's state after what the ledger has seen
   * @returns {Promise<{ paidIn: bigint, counted: bigint, out: bigint }>}
   */
  async books(api) {
    const totals = await api.query.attribution.totalsStore();
    const credits = await api.query.attribution.credits.entries();
    const held = credits.reduce((sum, [, credit]) => sum + credit.toBigInt(), 0n);
    const claimed = [...this.claimed.values()].reduce((sum, amount) => sum + amount, 0n);
    return {
      paidIn: this.paidIn,
      counted: totals.paidIn.toBigInt(),
      out: held + claimed + this.stakers + this.treasury,
    };
  }

  /** Waits until all of `keys` have ended; gives up when nothing ends for `idleMs`. */
  async allEnded(keys, { children, idleMs = 180_000, onProgress = () => {} }) {
    let before = -1;
    let since = Date.now();
    await waitFor(
      `${keys.length} jobs to end`,
      async () => {
        const open = keys.filter((key) => !this.endings.has(key));
        if (open.length === 0) return true;
        const count = keys.length - open.length;
        if (count !== before) {
          before = count;
          since = Date.now();
          onProgress(count, keys.length);
        } else if (Date.now() - since > idleMs) {
          const named = open.slice(0, 5).join(', ');
          const logs = children.map((child) => child.logFile).join(', ');
          throw Object.assign(
            new Error(
              `${open.length} jobs did not end, nothing happened for ${idleMs / 1000} s: ${named}; see ${logs}`,
            ),
            { fatal: true },
          );
        }
        return undefined;
      },
      { timeoutMs: 30 * 60_000, everyMs: 500, children },
    );
    onProgress(keys.length, keys.length);
  }
}
