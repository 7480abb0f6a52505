// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Starts nodes and workers for the demo and the tests.

import fs from 'node:fs';
import path from 'node:path';

import { Chain } from './chain.js';
import { binary, runtimeCache } from './places.js';
import { freePort } from './ports.js';
import { runCommand, Supervisor } from './processes.js';
import { waitFor } from './wait.js';
import { WorkerApi } from './worker-api.js';

/** The ports that people expect; others are taken where these are not free. */
export const DEFAULT_PORTS = { rpc: 9944, p2p: 30333, prometheus: 9615, workers: 8600 };

// A node compiles its runtime when it starts: on a busy machine, unoptimised, that takes minutes.
const START_MS = 300_000;

/** A development chain with any number of workers, in a folder of its own. */
export class Stack {
  /**
   * @param {object} options
   * @param {string} options.folder for databases, keys, logs and the content store
   * @param {boolean} [options.defaultPorts] take the ports that people expect, if they are free
   * @param {Supervisor} [options.supervisor] starts the processes
   */
  constructor({
    folder,
    defaultPorts = false,
    supervisor = new Supervisor(path.join(folder, 'logs')),
  }) {
    this.folder = folder;
    this.defaultPorts = defaultPorts;
    this.supervisor = supervisor;
    this.workers = [];
    this.store = path.join(folder, 'store');
    fs.mkdirSync(this.store, { recursive: true });
  }

  /** Chooses all ports: the node has to know the workers' before they run. */
  async choosePorts(workers) {
    const preferred = this.defaultPorts ? DEFAULT_PORTS : {};
    this.ports = {
      rpc: await freePort(preferred.rpc),
      p2p: await freePort(preferred.p2p),
      prometheus: await freePort(preferred.prometheus),
      workers: [],
    };
    for (let i = 0; i < workers; i += 1) {
      this.ports.workers.push(await freePort(preferred.workers && preferred.workers + i));
    }
    this.nodeUrl = `ws://127.0.0.1:${this.ports.rpc}`;
    return this.ports;
  }

  workerUrl(index) {
    return `http://127.0.0.1:${this.ports.workers[index]}`;
  }

  /**
   * Starts the node, or starts it again on the same database.
   *
   * @param {object} [options]
   * @param {string[]} [options.pool] the workers that it brings jobs to; all by default
   * @param {string[]} [options.more] further arguments
   */
  startNode({ pool = this.ports.workers.map((_, index) => this.workerUrl(index)), more = [] } = {}) {
    const { rpc, p2p, prometheus } = this.ports;
    const args = [
      '--dev',
      '--base-path',
      path.join(this.folder, 'node'),
      '--rpc-port',
      String(rpc),
      '--port',
      String(p2p),
      '--prometheus-port',
      String(prometheus),
      '--runtime-cache',
      runtimeCache(),
      ...pool.flatMap((url) => ['--inference-pool', url]),
      ...more,
    ];
    this.node = this.supervisor.start('node', binary('openledger-node'), args);
    return this.node;
  }

  /** Waits until the node answers and makes blocks. */
  async nodeUp() {
    await waitFor(
      'the node to make blocks',
      async () => {
        const response = await fetch(`http://127.0.0.1:${this.ports.rpc}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chain_getHeader', params: [] }),
          signal: AbortSignal.timeout(2_000),
        });
        const { result } = await response.json();
        return Number(result.number) > 0 ? true : undefined;
      },
      { timeoutMs: START_MS, children: [this.node] },
    );
    if (this.chain) {
      // The client library connects again by itself.
      await waitFor('the connection to the node', () => this.chain.provider.isConnected || undefined, {
        timeoutMs: 60_000,
        children: [this.node],
      });
    }
  }

  /** Connects to the node once it makes blocks. */
  async connect() {
    await this.nodeUp();
    this.chain = await Chain.connect(this.nodeUrl);
    return this.chain;
  }

  /** Makes a receipt key for worker `index` and returns what its registration needs. */
  makeWorkerKey(index, operator) {
    const key = path.join(this.folder, `worker-${index + 1}.key`);
    if (!fs.existsSync(key)) runCommand(binary('openledger-worker'), ['key', 'generate', '--out', key]);
    const proof = runCommand(binary('openledger-worker'), [
      'key',
      'prove',
      '--key',
      key,
      '--genesis',
      this.chain.api.genesisHash.toHex(),
      '--account',
      this.chain.address(operator),
    ]);
    return JSON.parse(proof);
  }

  /** Starts worker `index`, or starts it again on the same state, on the node at `nodeUrl`. */
  startWorker(index, operator, { nodeUrl = this.nodeUrl } = {}) {
    const args = [
      'run',
      '--node',
      nodeUrl,
      '--listen',
      `127.0.0.1:${this.ports.workers[index]}`,
      '--key',
      path.join(this.folder, `worker-${index + 1}.key`),
      '--account',
      this.chain.address(operator),
      '--data',
      path.join(this.folder, `worker-${index + 1}`),
      '--store',
      this.store,
    ];
    const child = this.supervisor.start(`worker-${index + 1}`, binary('openledger-worker'), args);
    this.workers[index] = {
      child,
      operator,
      url: this.workerUrl(index),
      api: new WorkerApi(this.workerUrl(index)),
    };
    return this.workers[index];
  }

  /** Waits until a worker serves. */
  async workerReady(worker) {
    await waitFor(
      `${worker.child.name} at ${worker.url}`,
      async () => {
        await worker.api.ready();
        return true;
      },
      { timeoutMs: START_MS, children: [worker.child] },
    );
  }

  async stop() {
    // The client library keeps trying to connect as long as it is not told that this is the end.
    await this.chain?.disconnect().catch(() => {});
    await this.supervisor.stopAll();
  }
}
