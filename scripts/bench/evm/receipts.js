// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// How long after a block became the best one its receipts can be asked for. The Substrate side of the
// node says when: it does not wait for the Ethereum side.

import { EthereumSocket, WebSocket } from '../../../tests/lib/evm.js';
import { sleep } from '../../../tests/lib/wait.js';
import { quantile } from '../chain/stats.js';

export class ReceiptWatch {
  #delays = [];

  static async start(url) {
    const watch = new ReceiptWatch();
    watch.socket = await EthereumSocket.open(url);
    watch.heads = new WebSocket(url);
    watch.heads.on('open', () => {
      watch.heads.send('{"jsonrpc":"2.0","id":1,"method":"chain_subscribeNewHeads","params":[]}');
    });
    watch.heads.on('message', (text) => {
      const { params } = JSON.parse(text);
      if (params) watch.#ask(Number(params.result.number), performance.now());
    });
    watch.heads.on('error', () => {});
    return watch;
  }

  /** Asks for the receipts of a block until they are there. */
  async #ask(number, since) {
    const quantity = `0x${number.toString(16)}`;
    while (performance.now() - since < 10_000 && !this.closed) {
      const receipts = await this.socket.call('eth_getBlockReceipts', quantity).catch(() => null);
      if (receipts) {
        if (receipts.length > 0) this.#delays.push(performance.now() - since);
        return;
      }
      await sleep(2);
    }
  }

  /** What was measured since the last time. */
  take() {
    const delays = this.#delays.splice(0);
    const at = (part) => (delays.length > 0 ? Number(quantile(delays, part).toFixed(1)) : null);
    return { blocks: delays.length, p50: at(0.5), p99: at(0.99) };
  }

  close() {
    this.closed = true;
    this.heads.terminate();
    this.socket.close();
  }
}
