// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Measures the Ethereum side of a running chain and prints one JSON object. Started by
// scripts/bench.sh.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { ContractFactory, DEVELOPERS, EthereumRpc, JsonRpcProvider } from '../../../tests/lib/evm.js';
import { compileFolder } from '../../../tests/lib/evm-compile.js';
import { binary, newWorkFolder } from '../../../tests/lib/places.js';
import { Supervisor } from '../../../tests/lib/processes.js';
import { Stack } from '../../../tests/lib/stack.js';
import { Logs } from './logs.js';
import { startPeer } from './peer.js';
import { measureCalls } from './queries.js';
import { ReceiptWatch } from './receipts.js';
import { Throughput } from './throughput.js';

const USAGE = `Usage: node scripts/bench/evm/main.js [--seconds N] [--accounts N] [--backlog N]
       [--log-blocks N] [--logs N] [--calls N] [--peer FILE] [--keep]

  --seconds N     how long each rate is measured (default: 40)
  --accounts N    how many accounts send (default: 1000)
  --backlog N     how many transfers may wait for a block (default: 3000)
  --log-blocks N  how many blocks the logs lie in, one every two seconds (default: 1000)
  --logs N        how many logs there are (default: 10000)
  --calls N       how often each call is made (default: 500)
  --peer FILE     the program of the crate pallet-revive-eth-rpc, to be measured beside
  --keep          keep database and logs`;

function readOptions(argv) {
  const options = {
    seconds: '40',
    accounts: '1000',
    backlog: '3000',
    'log-blocks': '1000',
    logs: '10000',
    calls: '500',
  };
  const { values } = parseArgs({
    args: argv,
    options: {
      ...Object.fromEntries(
        Object.entries(options).map(([name, value]) => [name, { type: 'string', default: value }]),
      ),
      peer: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  for (const name of Object.keys(options)) {
    const parsed = Number(values[name]);
    if (!Number.isInteger(parsed) || parsed < 1) throw new Error(`--${name} takes a number from 1 on`);
    values[name] = parsed;
  }
  return values;
}

const say = (text) => console.error(`    ${text}`);

/** Starts one development node whose pool has room for what waits. */
async function startNode(folder) {
  const stack = new Stack({ folder, supervisor: new Supervisor(path.join(folder, 'logs')) });
  await stack.choosePorts(0);
  // The peer reads the blocks that it finds with their states, which the node's own index does not need.
  stack.startNode({ more: ['--state-pruning', 'archive'] });
  await stack.nodeUp();
  return stack;
}

async function deploy(url, { abi, bytecode }, args) {
  const provider = new JsonRpcProvider(url, undefined, { pollingInterval: 250, cacheTimeout: -1 });
  try {
    const factory = new ContractFactory(abi, bytecode, DEVELOPERS.alith.connect(provider));
    const contract = await factory.deploy(...args);
    await contract.deploymentTransaction().wait(1, 120_000);
    return contract.target;
  } finally {
    provider.destroy();
  }
}

async function measure(options, stack, result) {
  const url = `http://127.0.0.1:${stack.ports.rpc}`;
  const rpc = new EthereumRpc(url, { children: [stack.node] });
  const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../tests/evm/contracts');
  const contracts = compileFolder(folder);
  say('deploying …');
  const token = await deploy(url, contracts.Token, [10n ** 24n]);
  const emitter = await deploy(url, contracts.Emitter, []);

  // Blocks come every two seconds whatever is done: the logs get into them from now on.
  const logs = new Logs({ rpc, emitter, abi: contracts.Emitter.abi, ...options });
  await logs.begin();

  const watch = await ReceiptWatch.start(stack.nodeUrl);
  const throughput = new Throughput({ rpc, token, abi: contracts.Token.abi, pid: stack.node.pid, ...options });
  result.erc20_transfers = await throughput.run(say);
  result.receipts_after_the_head_ms = { under_load: watch.take() };

  say(`logs in ${options['log-blocks']} blocks …`);
  const range = await logs.end();
  result.receipts_after_the_head_ms.at_rest = watch.take();
  watch.close();

  result.logs = { blocks: range.blocks, logs: range.logs };
  result.calls = {};
  const measureServer = async (name, server) => {
    say(`calls of ${name} …`);
    result.calls[name] = await measureCalls(server, { token, range, calls: options.calls });
  };
  await measureServer('node', url);
  if (options.peer) {
    const peer = await startPeer(options.peer, stack, range, say);
    await measureServer('pallet_revive_eth_rpc', peer.url);
    const [ours, theirs] = Object.values(result.calls).map(({ eth_getLogs: one }) => one.p50_ms);
    if (theirs !== undefined) result.getLogs_times_faster_than_the_peer = Number((theirs / ours).toFixed(1));
  }
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const folder = newWorkFolder('bench-evm');
  say('starting one node …');
  const stack = await startNode(folder);
  const result = { node: { binary: binary('openledger-node') } };
  let ok = false;
  try {
    await measure(options, stack, result);
    ok = true;
  } catch (error) {
    say(`measured until it failed: ${JSON.stringify(result)}`);
    throw error;
  } finally {
    await stack.stop();
    if (ok && !options.keep) fs.rmSync(folder, { recursive: true, force: true });
    else say(`logs and databases are kept in ${folder}`);
  }
  console.log(JSON.stringify(result, null, 2));
}

try {
  await main();
} catch (error) {
  console.error(`error: ${error.stack ?? error.message}`);
  process.exitCode = 1;
}
