// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// How long calls take that read: one after the other, over one kept connection, until the last byte of
// the answer is there. What the client then makes of it is not the server's time.

import http from 'node:http';

import { DEVELOPERS, EthereumRpc, Interface, quantity } from '../../../tests/lib/evm.js';
import { quantile, round } from '../chain/stats.js';

const ERC20 = new Interface(['function balanceOf(address) view returns (uint256)']);

/**
 * Posts a request and returns the answer's bytes and the milliseconds until the last of them. Not by the
 * `fetch` of EthereumRpc, which adds half to the time of a long answer.
 */
function post(url, agent, body) {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const request = http.request(url, { method: 'POST', agent, headers, timeout: 60_000 }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const ms = performance.now() - started;
        resolve({ ms, bytes: Buffer.concat(parts) });
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer within a minute')));
    request.on('error', reject);
    request.end(body);
  });
}

/** Times `count` runs of a call after a few that are not counted. */
async function time(url, count, method, params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ms = [];
  let length;
  try {
    for (let i = -3; i < count; i += 1) {
      const answer = await post(url, agent, body);
      const { error } = JSON.parse(answer.bytes.toString());
      if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
      if (i >= 0) ms.push(answer.ms);
      length = answer.bytes.length;
    }
  } finally {
    agent.destroy();
  }
  return { runs: count, bytes: length, p50_ms: round(quantile(ms, 0.5)), p99_ms: round(quantile(ms, 0.99)) };
}

/**
 * @param {string} url of the server
 * @param {object} options
 * @param {string} options.token an ERC-20
 * @param {{ filter: object, logs: number, blocks: number }} options.range where the logs are
 * @param {number} options.calls how often each call is made
 */
export async function measureCalls(url, { token, range, calls }) {
  const rpc = new EthereumRpc(url);
  const data = ERC20.encodeFunctionData('balanceOf', [DEVELOPERS.alith.address]);
  const { filter } = range;
  const found = async (wanted) => {
    const logs = await rpc.call('eth_getLogs', wanted);
    return logs.length;
  };
  const result = { eth_call: await time(url, calls, 'eth_call', [{ to: token, data }, 'latest']) };
  const all = await found(filter);
  result.eth_getLogs = {
    blocks: range.blocks,
    logs: all,
    // A server that leaves some out answers faster than it should.
    complete: all === range.logs,
    ...(await time(url, Math.max(20, Math.floor(calls / 10)), 'eth_getLogs', [filter])),
  };
  const middle = (Number(filter.fromBlock) + Number(filter.toBlock)) >> 1;
  const few = { ...filter, fromBlock: quantity(Math.max(1, middle - 5)), toBlock: quantity(middle + 4) };
  result.eth_getLogs_of_10_blocks = {
    logs: await found(few),
    ...(await time(url, calls, 'eth_getLogs', [few])),
  };
  result.eth_getBlockByNumber = await time(url, calls, 'eth_getBlockByNumber', [quantity(middle), true]);
  return result;
}
