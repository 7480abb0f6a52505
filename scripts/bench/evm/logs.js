// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Fills blocks with logs: some in each, while other things are measured.

import { DEVELOPERS, id, Interface, signer } from '../../../tests/lib/evm.js';
import { sleep } from '../../../tests/lib/wait.js';

/** The third topic of all logs that are made here. */
export const TAG = id('bench');

export class Logs {
  #made = 0;
  #last;

  constructor({ rpc, emitter, abi, logs, 'log-blocks': blocks }) {
    Object.assign(this, { rpc, emitter, logs, blocks });
    this.events = new Interface(abi);
    this.each = Math.ceil(logs / blocks);
  }

  #data(count) {
    return this.events.encodeFunctionData('emitMany', [this.#made, count, TAG]);
  }

  async begin() {
    const { rpc, emitter } = this;
    this.sign = await signer(rpc, DEVELOPERS.ethan);
    const call = { from: DEVELOPERS.ethan.address, to: emitter, data: this.#data(this.each) };
    this.gas = BigInt(await rpc.call('eth_estimateGas', call)) * 2n;
    this.first = (await rpc.height()) + 1;
    this.ended = this.#emit();
    // A failure is thrown by `end`.
    this.ended.catch(() => {});
  }

  /** One transaction per block until there are enough logs. */
  async #emit() {
    let height = await this.rpc.height();
    while (this.#made < this.logs) {
      const count = Math.min(this.each, this.logs - this.#made);
      const raw = await this.sign({ to: this.emitter, data: this.#data(count), gasLimit: this.gas });
      this.#last = await this.rpc.call('eth_sendRawTransaction', raw);
      this.#made += count;
      for (const before = height; height <= before; height = await this.rpc.height()) await sleep(200);
    }
  }

  /** Waits for the last one; the range that has all. */
  async end() {
    await this.ended;
    const { blockNumber } = await this.rpc.receipt(this.#last);
    const range = {
      address: this.emitter,
      topics: [null, null, null, TAG],
      fromBlock: `0x${this.first.toString(16)}`,
      toBlock: blockNumber,
    };
    return { filter: range, logs: this.#made, blocks: Number(blockNumber) - this.first + 1 };
  }
}
