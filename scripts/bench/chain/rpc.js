// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// JSON-RPC over HTTP with kept connections: as little work for the sender as can be, because it
// shares the machine with what it measures.

import http from 'node:http';

/** What the pool answers when it has no room, and when it would have to drop another for it. */
const NO_ROOM = new Set([1014, 1016]);

/** The pool's code for what it has already: it took what it had checked at a block that was given up. */
const HAS_IT = 1013;

export class Rpc {
  /** @param {number} port the node's */
  constructor(port) {
    this.port = port;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  }

  /** Sends one body and returns the answer as JSON. */
  #post(body) {
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          host: '127.0.0.1',
          port: this.port,
          method: 'POST',
          agent: this.agent,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
          timeout: 60_000,
        },
        (response) => {
          const parts = [];
          response.on('data', (part) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(parts).toString();
            if (response.statusCode !== 200) {
              reject(new Error(`the node answered ${response.statusCode}: ${text.slice(0, 200)}`));
              return;
            }
            resolve(JSON.parse(text));
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error('the node did not answer for a minute')));
      request.on('error', reject);
      request.end(body);
    });
  }

  async call(method, ...params) {
    const { result, error } = await this.#post(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    );
    if (error) throw new Error(`${method}: ${error.message}: ${error.data ?? ''}`);
    return result;
  }

  /** One `author_submitExtrinsic` for each extrinsic, all in one request; the answers. */
  #submitAll(extrinsics) {
    const calls = extrinsics.map(
      (extrinsic, id) =>
        `{"jsonrpc":"2.0","id":${id},"method":"author_submitExtrinsic","params":["${extrinsic}"]}`,
    );
    return this.#post(`[${calls.join(',')}]`);
  }

  /**
   * Submits extrinsics.
   *
   * @param {string[]} extrinsics as hex
   * @returns {Promise<string[]>} those that the pool had no room for
   */
  async submit(extrinsics) {
    const refused = [];
    for (const { id, error } of await this.#submitAll(extrinsics)) {
      if (!error || error.code === HAS_IT) continue;
      // The pool checked it at a block that was given up at that moment: again.
      if (!NO_ROOM.has(error.code) && !/State already discarded/.test(error.data ?? '')) {
        throw new Error(`a transfer was refused: ${error.code} ${error.message}: ${error.data ?? ''}`);
      }
      refused.push(extrinsics[id]);
    }
    return refused;
  }

  /** Submits extrinsics that the pool may have, or have had, already. */
  async resubmit(extrinsics) {
    await this.#submitAll(extrinsics);
  }

  close() {
    this.agent.destroy();
  }
}
