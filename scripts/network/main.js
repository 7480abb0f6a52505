// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A network that outlives this process. Started by scripts/network.sh.

import fs from 'node:fs';
import path from 'node:path';

import { account, Chain, OPEN } from '../../tests/lib/chain.js';
import { fund, registerWorker } from '../../tests/lib/market.js';
import { Network, validatorNames, VALIDATORS } from '../../tests/lib/network.js';
import { cacheFolder } from '../../tests/lib/places.js';
import { Supervisor } from '../../tests/lib/processes.js';
import { DEFAULT_PORTS, Stack } from '../../tests/lib/stack.js';
import { sleep } from '../../tests/lib/wait.js';
import { bold, green, red, say, step, table } from '../demo/console.js';
import { isRunning, readState, writeState, writeTargets } from './state.js';

const WORKERS = 2;
const MAX_VALIDATORS = 16;
/** What a worker's operator starts with, planck: its bond and some fees. */
const OPERATOR_FUNDS = 20_000n * OPEN;
/** How long a process gets to close its database. */
const STOP_MS = 30_000;

function readOptions([command, ...rest]) {
  const options = { command, folder: path.join(cacheFolder(), 'network'), delete: false };
  for (let i = 0; i < rest.length; i += 1) {
    if (rest[i] === '--folder' && rest[i + 1]) {
      i += 1;
      options.folder = path.resolve(rest[i]);
    } else if (rest[i] === '--validators' && command === 'up') {
      i += 1;
      const count = Number(rest[i]);
      options.count = count;
      if (!Number.isInteger(count) || count < VALIDATORS.length || count > MAX_VALIDATORS) {
        throw new Error(`--validators takes a number from ${VALIDATORS.length} to ${MAX_VALIDATORS}`);
      }
    } else if (rest[i] === '--delete' && command === 'down') options.delete = true;
    else throw new Error(`unknown option ${rest[i]}: see --help`);
  }
  return options;
}

/** The ports that people expect, one further for each validator; those of the last time before. */
function preferredPorts(index, before) {
  return (
    before?.validators[index]?.ports ?? {
      rpc: DEFAULT_PORTS.rpc + index,
      p2p: DEFAULT_PORTS.p2p + index,
      prometheus: DEFAULT_PORTS.prometheus + index,
    }
  );
}

async function up({ folder, count }) {
  const before = readState(folder);
  const size = before?.size ?? count ?? VALIDATORS.length;
  if (count !== undefined && count !== size) {
    throw new Error(`the network in ${folder} has ${size} validators: down --delete first, or --folder`);
  }
  const alive = before?.processes.filter(isRunning) ?? [];
  if (alive.length > 0) {
    throw new Error(`${alive.map(({ name }) => name).join(', ')} still run: see status, or down first`);
  }
  fs.mkdirSync(folder, { recursive: true });
  const supervisor = new Supervisor(path.join(folder, 'logs'), { outlive: true });
  const network = new Network({ folder, supervisor, names: validatorNames(size) });
  const stack = new Stack({ folder: path.join(folder, 'workers'), defaultPorts: true, supervisor });
  const save = () => writeState(folder, network, stack);

  step(`Starting ${size} validators`);
  await network.prepare(network.validators.map((_, index) => preferredPorts(index, before)));
  await stack.choosePorts(WORKERS);
  const urls = Array.from({ length: WORKERS }, (_, index) => stack.workerUrl(index));
  for (const validator of network.validators) {
    validator.pool = urls;
    validator.start();
    // At once, so that `down` finds what was started even if this is interrupted.
    save();
  }
  for (const validator of network.validators) await validator.up();
  await network.connected();
  await network.agreeOn((await network.validators[0].finalized()) + 1, 300_000);

  step(`Starting ${WORKERS} workers`);
  const chain = await Chain.connect(network.validators[0].url);
  stack.chain = chain;
  try {
    for (let index = 0; index < WORKERS; index += 1) {
      const operator = account(`//Network//operator//${index + 1}`);
      const registered = await chain.api.query.inference.workers(operator.address);
      if (registered.isNone) {
        await fund(chain, account('//Alice'), [operator], OPERATOR_FUNDS);
        await registerWorker(chain, operator, stack.makeWorkerKey(index, operator));
      }
      stack.startWorker(index, operator, { nodeUrl: network.validators[index].url });
      save();
    }
    for (const worker of stack.workers) await stack.workerReady(worker);
  } finally {
    await chain.disconnect();
  }
  const targets = writeTargets(folder, network, stack);
  await status({ folder });
  say(`logs                ${path.join(folder, 'logs')}`);
  say(`Prometheus targets  ${targets}`);
  say(`chain specification ${network.spec}`);
}

async function rpc(port, method, ...params) {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(5_000),
  });
  return (await response.json()).result;
}

async function describeValidator(validator) {
  const { name, pid, ports } = validator;
  const address = `ws://127.0.0.1:${ports.rpc}`;
  if (!isRunning(validator)) return { well: false, row: [name, '-', 'ended', '', '', '', address] };
  try {
    const best = await rpc(ports.rpc, 'chain_getHeader');
    const final = await rpc(ports.rpc, 'chain_getHeader', await rpc(ports.rpc, 'chain_getFinalizedHead'));
    const { peers } = await rpc(ports.rpc, 'system_health');
    const numbers = [best.number, final.number].map((number) => String(Number(number)));
    return { well: true, row: [name, String(pid), 'runs', ...numbers, String(peers), address] };
  } catch (error) {
    return { well: false, row: [name, String(pid), `no answer: ${error.message}`, '', '', '', address] };
  }
}

async function describeWorker(worker) {
  const { name, pid, port } = worker;
  const address = `http://127.0.0.1:${port}`;
  if (!isRunning(worker)) return { well: false, row: [name, '-', 'ended', '', '', '', address] };
  const ready = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(5_000) })
    .then((response) => response.ok)
    .catch(() => false);
  return { well: ready, row: [name, String(pid), ready ? 'ready' : 'not ready', '', '', '', address] };
}

async function status({ folder }) {
  const state = readState(folder);
  if (!state) throw new Error(`there is no network in ${folder}: start one with up`);
  const described = [
    ...(await Promise.all(state.validators.map(describeValidator))),
    ...(await Promise.all(state.workers.map(describeWorker))),
  ];
  console.log('');
  table(
    ['name', '>pid', 'state', '>best', '>final', '>peers', 'address'],
    described.map(({ row }) => row),
  );
  const well = described.every((one) => one.well) && state.workers.length === WORKERS;
  say(well ? green('all run') : red('not all run'));
  if (!well) process.exitCode = 1;
}

async function down({ folder, delete: remove }) {
  const state = readState(folder);
  const processes = state?.processes.filter(isRunning) ?? [];
  step(`Stopping ${processes.length} processes`);
  // Workers first: they lose their node otherwise.
  for (const { pid } of [...processes].reverse()) process.kill(-pid, 'SIGTERM');
  const started = Date.now();
  while (processes.some(isRunning) && Date.now() - started < STOP_MS) await sleep(200);
  for (const one of processes.filter(isRunning)) {
    say(`${one.name} did not end in ${STOP_MS / 1000} s: killing it`);
    process.kill(-one.pid, 'SIGKILL');
  }
  if (remove) {
    // Only what `up` made: a folder that was named by mistake keeps everything.
    if (!state) throw new Error(`there is no network in ${folder}: nothing was deleted`);
    fs.rmSync(folder, { recursive: true, force: true });
    say(`${folder} was deleted`);
  } else if (state) say(`the data stays in ${folder}`);
}

const commands = { up, down, status };
try {
  // The command may stand anywhere among the options.
  const words = process.argv.slice(2);
  const command = words.find((word) => word in commands);
  const options = readOptions([command, ...words.filter((word) => word !== command)]);
  await commands[command](options);
} catch (error) {
  console.error(`${red('error:')} ${bold(error.message)}`);
  process.exitCode = 1;
}
// The library's connections and the children's handles keep the process alive otherwise.
process.exit();
