// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The server that the EVM pallet's makers have beside their nodes, on the same chain.

import path from 'node:path';

import { EthereumRpc } from '../../../tests/lib/evm.js';
import { freePort } from '../../../tests/lib/ports.js';
import { waitFor } from '../../../tests/lib/wait.js';

/**
 * Starts it beside the node and waits until it has indexed all blocks of the range.
 *
 * @param {string} program the crate's binary
 * @param {import('../../../tests/lib/stack.js').Stack} stack that runs
 * @param {{ filter: object, logs: number }} range
 */
export async function startPeer(program, stack, range, say) {
  say('starting the peer …');
  const port = await freePort();
  const child = stack.supervisor.start('peer', program, [
    ...['--node-rpc-url', stack.nodeUrl],
    ...['--rpc-port', String(port)],
    '--no-prometheus',
    // Its default, an archive: it reads all blocks that were made before it started.
    ...['--base-path', path.join(stack.folder, 'peer')],
  ]);
  const url = `http://127.0.0.1:${port}`;
  const rpc = new EthereumRpc(url, { children: [child] });
  await waitFor(
    'the peer to have the logs',
    async () => {
      const logs = await rpc.call('eth_getLogs', range.filter);
      if (logs.length === range.logs) return true;
      throw new Error(`it has ${logs.length} of ${range.logs}`);
    },
    { timeoutMs: 600_000, everyMs: 2_000, children: [child] },
  );
  return { url, child };
}
