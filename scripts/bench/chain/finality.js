// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// How long blocks take to become final: from the start of a block's slot, when its author starts to
// build it, to the moment a node tells its subscribers that the block is final.

import { Chain } from '../../../tests/lib/chain.js';
import { SLOT_MS, slotOf } from './blocks.js';
import { quantile, round } from './stats.js';

export class FinalityWatch {
  /** Block number → when it was heard to be final, in ms since the epoch. */
  #seen = new Map();

  /** Starts to listen at a node. */
  static async start(url) {
    const watch = new FinalityWatch();
    watch.chain = await Chain.connect(url);
    let last;
    watch.stop = await watch.chain.api.rpc.chain.subscribeFinalizedHeads((header) => {
      const now = Date.now();
      const number = header.number.toNumber();
      // A head stands for all blocks since the head before.
      for (let each = (last ?? number) + 1; each <= number; each += 1) watch.#seen.set(each, now);
      last = Math.max(last ?? 0, number);
    });
    return watch;
  }

  /** How many blocks were heard of. */
  get count() {
    return this.#seen.size;
  }

  /** Ends listening; the latencies of the blocks from `first` to `last`, of all by default. */
  async end({ first = 0, last = Infinity } = {}) {
    this.stop();
    const ms = [];
    for (const [number, seenAt] of this.#seen) {
      if (number < first || number > last) continue;
      const hash = await this.chain.rpc('chain_getBlockHash', number);
      const header = await this.chain.rpc('chain_getHeader', hash);
      ms.push(seenAt - slotOf(header) * SLOT_MS);
    }
    await this.chain.disconnect();
    if (ms.length === 0) return { blocks: 0 };
    const seconds = (part) => round(quantile(ms, part) / 1_000);
    return { blocks: ms.length, p50_seconds: seconds(0.5), p99_seconds: seconds(0.99) };
  }
}
