// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Runs the demo: see options.js for what it does. Started by scripts/demo.sh.

import fs from 'node:fs';

import { newWorkFolder } from '../../tests/lib/places.js';
import { Stack } from '../../tests/lib/stack.js';
import { bold, red, say } from './console.js';
import { readOptions } from './options.js';
import { mainJob } from './main-job.js';

function showAddresses(stack) {
  const { rpc, prometheus } = stack.ports;
  console.log(bold('\nEverything stays up. Ctrl-C stops it.'));
  say(`node RPC         ws://127.0.0.1:${rpc}   (polkadot-js Apps: Development → Local Node → this address)`);
  say(`                 http://127.0.0.1:${rpc}   (MetaMask and other Ethereum tools, chain id 1984: docs/evm.md)`);
  say(`node Prometheus  http://127.0.0.1:${prometheus}/metrics`);
  for (const { child, url } of stack.workers)
    say(`${child.name}         ${url}   (/v1/models, /metrics, OpenAI-compatible /v1/chat/completions)`);
  say(`logs             ${stack.supervisor.logFolder}`);
}

async function main() {
  const chosen = readOptions(process.argv.slice(2));
  const folder = newWorkFolder('demo');
  const stack = new Stack({ folder, defaultPorts: !chosen.freePorts });

  let stopping = false;
  const stop = async (code, keep) => {
    if (stopping) return;
    stopping = true;
    await stack.stop();
    if (keep) say(`logs and databases are kept in ${folder}`);
    else fs.rmSync(folder, { recursive: true, force: true });
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (stopping) process.exit(130); // Asked twice: children are killed on exit.
      console.log('\nStopping node and workers …');
      stop(130, chosen.keep);
    });
  }

  try {
    const result = await mainJob(stack, { ...chosen, folder });
    if (chosen.json) {
      fs.writeFileSync(chosen.json, `${JSON.stringify(result, null, 2)}\n`);
      say(`written to ${chosen.json}`);
    }
  } catch (error) {
    if (stopping) return;
    console.error(`\n${red('error:')} ${error.stack ?? error.message}`);
    await stop(1, true);
    return;
  }
  if (chosen.once) {
    await stop(0, chosen.keep);
    return;
  }
  showAddresses(stack);
  for (const child of [stack.node, ...stack.workers.map((worker) => worker.child)]) {
    child.exited.then(() => {
      if (!child.expected) console.error(`\n${red('warning:')} ${child.describeEnd()}`);
    });
  }
  // Children of their own do not keep this process alive once nothing else does.
  setInterval(() => {}, 1 << 30);
}

await main();
