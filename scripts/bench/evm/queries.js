// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// How long calls take that read: one after the other, over one kept connection.

import { DEVELOPERS, EthereumRpc, Interface, quantity } from '../../../tests/lib/evm.js';
import { quantile, round } from '../chain/stats.js';

const ERC20 = new Interface(['function balanceOf(address) view returns (uint256)']);

/** Times `count` runs of `work` after a few that are not counted. */
async function time(count, work) {
  const ms = [];
  for (let i = -3; i < count; i += 1) {
    const started = performance.now();
    await work(i);
    if (i >= 0) ms.push(performance.now() - started);
  }
  return { runs: count, p50_ms: round(quantile(ms, 0.5)), p99_ms: round(quantile(ms, 0.99)) };
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
  const result = { eth_call: await time(calls, () => rpc.call('eth_call', { to: token, data }, 'latest')) };
  const all = await found(filter);
  result.eth_getLogs = {
    blocks: range.blocks,
    logs: all,
    // A server that leaves some out answers faster than it should.
    complete: all === range.logs,
    ...(await time(Math.max(20, Math.floor(calls / 10)), () => found(filter))),
  };
  const middle = (Number(filter.fromBlock) + Number(filter.toBlock)) >> 1;
  const few = { ...filter, fromBlock: quantity(Math.max(1, middle - 5)), toBlock: quantity(middle + 4) };
  result.eth_getLogs_of_10_blocks = { logs: await found(few), ...(await time(calls, () => found(few))) };
  result.eth_getBlockByNumber = await time(calls, () =>
    rpc.call('eth_getBlockByNumber', quantity(middle), true),
  );
  return result;
}
