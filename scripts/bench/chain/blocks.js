// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What blocks say of themselves, and what their authors' logs say of them.

import fs from 'node:fs';

/** Milliseconds of a slot. */
export const SLOT_MS = 2_000;

// The two highest bits of an extrinsic's first byte say what it is; the others are its version.
const KIND = 0b1100_0000;
const SIGNED = 0b1000_0000;

/** Whether an extrinsic, as hex, is signed: the others are inherents. */
function isSigned(extrinsic) {
  const first = Number.parseInt(extrinsic.slice(2, 4), 16);
  // A compact length of one, two or four bytes comes first.
  const lengthBytes = [1, 2, 4][first & 0b11];
  const at = 2 + 2 * lengthBytes;
  return (Number.parseInt(extrinsic.slice(at, at + 2), 16) & KIND) === SIGNED;
}

/** The slot in a header's BABE pre-digest. */
export function slotOf({ digest }) {
  for (const log of digest.logs) {
    const bytes = Buffer.from(log.slice(2), 'hex');
    // DigestItem::PreRuntime, the engine "BABE", the length, then the kind of slot, the authority's
    // index in four bytes and the slot in eight.
    if (bytes[0] === 6 && bytes.toString('latin1', 1, 5) === 'BABE') {
      const start = 5 + ((bytes[5] & 0b11) === 0 ? 1 : 2);
      return Number(bytes.readBigUInt64LE(start + 5));
    }
  }
  throw new Error(`no BABE pre-digest among ${digest.logs.join(', ')}`);
}

/** Follows the canonical chain and remembers each block's hash, slot and signed extrinsics. */
export class Blocks {
  #known = [];

  /** @param {import('./rpc.js').Rpc} rpc of the node that is asked */
  constructor(rpc) {
    this.rpc = rpc;
  }

  async #read(number) {
    const hash = await this.rpc.call('chain_getBlockHash', number);
    const { block } = await this.rpc.call('chain_getBlock', hash);
    return {
      number,
      hash,
      parent: block.header.parentHash,
      slot: slotOf(block.header),
      signed: block.extrinsics.filter(isSigned),
    };
  }

  /** Reads what is new. Blocks that were replaced by a fork are read again. */
  async update() {
    const height = Number((await this.rpc.call('chain_getHeader')).number);
    const first = this.#known[0]?.number ?? height;
    let next = first + this.#known.length;
    while (next <= height) {
      const block = await this.#read(next);
      const last = this.#known.at(-1);
      if (last && last.hash !== block.parent && this.#known.length > 1) {
        this.#known.pop();
        next -= 1;
        continue;
      }
      this.#known.push(block);
      next += 1;
    }
    return this.best;
  }

  get best() {
    return this.#known.at(-1);
  }

  /** The number of signed extrinsics since the first block that was read, without it. */
  get count() {
    return this.#known.slice(1).reduce((total, { signed }) => total + signed.length, 0);
  }

  /** All signed extrinsics that were read. */
  get extrinsics() {
    return new Set(this.#known.flatMap(({ signed }) => signed));
  }

  /** The blocks from one number to another. */
  between(first, last) {
    return this.#known.filter(({ number }) => number >= first && number <= last);
  }
}

/** What logs say of the blocks that their nodes made: which, how long that took, why it ended. */
export function prepared(logFiles) {
  const made = /Prepared block for proposing at (\d+) \((\d+) ms\) hash: (0x[0-9a-f]{64});.* end: (\w+);/g;
  // The author's seal changes the hash.
  const sealed = /Hash now (0x[0-9a-f]{64}), previously (0x[0-9a-f]{64})/g;
  return logFiles.flatMap((file) => {
    const log = fs.readFileSync(file, 'utf8');
    const hashes = new Map([...log.matchAll(sealed)].map(([, now, before]) => [before, now]));
    return [...log.matchAll(made)].map(([, number, ms, hash, end]) => ({
      number: Number(number),
      ms: Number(ms),
      // None when it was not finished in time.
      hash: hashes.get(hash),
      end,
    }));
  });
}
