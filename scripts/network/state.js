// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What is known of a network between two commands: a file in its folder.

import fs from 'node:fs';
import path from 'node:path';

const stateFile = (folder) => path.join(folder, 'network.json');

/** What the last `up` wrote, with all its processes in one list; undefined when there was none. */
export function readState(folder) {
  if (!fs.existsSync(stateFile(folder))) return undefined;
  const state = JSON.parse(fs.readFileSync(stateFile(folder), 'utf8'));
  // How many there were to be, also if not all of them were started.
  const size = state.size ?? state.validators.length;
  return { ...state, size, processes: [...state.validators, ...state.workers] };
}

/** Writes down what runs where. */
export function writeState(folder, network, stack) {
  const state = {
    size: network.validators.length,
    validators: network.validators
      .filter(({ child }) => child)
      .map(({ name, child, ports, peerId }) => ({ name, pid: child.pid, ports, peerId })),
    workers: stack.workers.map(({ child }, index) => ({
      name: child.name,
      pid: child.pid,
      port: stack.ports.workers[index],
    })),
  };
  fs.writeFileSync(stateFile(folder), `${JSON.stringify(state, null, 2)}\n`);
}

/** Writes the list that Prometheus reads with `file_sd_configs`, and returns its path. */
export function writeTargets(folder, network, stack) {
  const target = (port, labels) => ({ targets: [`127.0.0.1:${port}`], labels });
  const targets = [
    ...network.validators.map(({ name, ports }) =>
      target(ports.prometheus, { job: 'openledger-node', node: name, role: 'validator' }),
    ),
    ...stack.workers.map(({ child }, index) =>
      target(stack.ports.workers[index], { job: 'openledger-worker', node: child.name }),
    ),
  ];
  const file = path.join(folder, 'prometheus-targets.json');
  fs.writeFileSync(file, `${JSON.stringify(targets, null, 2)}\n`);
  return file;
}

/** Whether a process of the network still runs, and its number was not given to another program. */
export function isRunning({ pid }) {
  try {
    const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes('openledger-');
  } catch {
    return false;
  }
}
