// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A network of validators on one machine, each with a folder, ports and a log of its own.

import fs from 'node:fs';
import path from 'node:path';

import { Gate } from './gate.js';
import { withValidators } from './genesis.js';
import { binary, runtimeCache } from './places.js';
import { freePort } from './ports.js';
import { runCommand, Supervisor } from './processes.js';
import { waitFor } from './wait.js';

/** The validators of the preset `local`, in the order of their authority indices. */
export const VALIDATORS = ['alice', 'bob', 'charlie', 'dave'];

/**
 * The names of the first `count` validators: those of the preset, then `validator-5` and so on, whose
 * keys are made from `//Validator//5`.
 */
export const validatorNames = (count) => [
  ...VALIDATORS.slice(0, count),
  ...Array.from({ length: Math.max(0, count - VALIDATORS.length) }, (_, i) => `validator-${i + 5}`),
];

/** The secret URI of a validator that the preset does not have. */
function secretOf(name) {
  const [, number] = /^validator-(\d+)$/.exec(name) ?? [];
  return number && `//Validator//${number}`;
}

// Each node compiles its runtime when it starts: several on a busy machine take minutes.
const START_MS = 600_000;

/** A node of the network. */
export class Validator {
  constructor(network, name, { keys = secretOf(name) ? '--validator' : `--${name}` } = {}) {
    Object.assign(this, { network, name, keys, folder: path.join(network.folder, name) });
    this.secret = secretOf(name);
    fs.mkdirSync(this.folder, { recursive: true });
  }

  /** Chooses ports and makes the network key that the node is known by. */
  async prepare(preferred = {}) {
    this.ports = {
      rpc: await freePort(preferred.rpc),
      p2p: await freePort(preferred.p2p),
      prometheus: await freePort(preferred.prometheus),
    };
    this.nodeKey = path.join(this.folder, 'node-key');
    const node = binary('openledger-node');
    if (this.secret) this.#insertKeys(node);
    if (!fs.existsSync(this.nodeKey)) runCommand(node, ['key', 'generate-node-key', '--file', this.nodeKey]);
    this.peerId = runCommand(node, ['key', 'inspect-node-key', '--file', this.nodeKey]).trim();
  }

  // The session keys of a validator that the node has no option for.
  #insertKeys(node) {
    const place = ['--chain', this.network.spec, '--base-path', path.join(this.folder, 'data')];
    for (const [type, scheme] of [
      ['babe', 'sr25519'],
      ['gran', 'ed25519'],
    ]) {
      const key = ['--key-type', type, '--scheme', scheme, '--suri', this.secret];
      runCommand(node, ['key', 'insert', ...place, ...key]);
    }
  }

  get url() {
    return `ws://127.0.0.1:${this.ports.rpc}`;
  }

  /** Where others reach it, or where the gate to it listens. */
  address(port = this.ports.p2p) {
    return `/ip4/127.0.0.1/tcp/${port}/p2p/${this.peerId}`;
  }

  /** What it is started with. */
  args(extra = []) {
    const { network, ports } = this;
    return [
      ...['--chain', network.spec, '--name', this.name],
      ...(this.keys ? [this.keys] : []),
      ...['--base-path', path.join(this.folder, 'data'), '--node-key-file', this.nodeKey],
      ...['--listen-addr', `/ip4/127.0.0.1/tcp/${ports.p2p}`, '--no-mdns'],
      ...['--rpc-port', String(ports.rpc), '--prometheus-port', String(ports.prometheus)],
      ...['--runtime-cache', runtimeCache()],
      ...network.peersOf(this),
      ...(this.pool ?? []).flatMap((url) => ['--inference-pool', url]),
      ...extra,
    ];
  }

  /** Starts it, or starts it again on the same database. */
  start(extra = []) {
    this.child = this.network.supervisor.start(this.name, binary('openledger-node'), this.args(extra));
    return this.child;
  }

  get isRunning() {
    return this.child !== undefined && !this.child.ended;
  }

  /** One JSON-RPC call over HTTP. */
  async rpc(method, ...params) {
    const response = await fetch(`http://127.0.0.1:${this.ports.rpc}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(10_000),
    });
    const { result, error } = await response.json();
    if (error) throw new Error(`${this.name}: ${method}: ${error.message}: ${error.data ?? ''}`);
    return result;
  }

  async #number(hash) {
    return Number((await this.rpc('chain_getHeader', hash)).number);
  }

  /** The number of its best block. */
  async height() {
    return Number((await this.rpc('chain_getHeader')).number);
  }

  /** The number of the last block that it holds final. */
  async finalized() {
    return this.#number(await this.rpc('chain_getFinalizedHead'));
  }

  hashAt(number) {
    return this.rpc('chain_getBlockHash', number);
  }

  async peers() {
    return (await this.rpc('system_health')).peers;
  }

  /** What Prometheus would read. */
  async metrics() {
    const response = await fetch(`http://127.0.0.1:${this.ports.prometheus}/metrics`, {
      signal: AbortSignal.timeout(10_000),
    });
    return response.text();
  }

  /** Waits until it answers. */
  up() {
    return waitFor(`${this.name} to answer`, async () => (await this.height(), true), {
      timeoutMs: START_MS,
      everyMs: 500,
      children: [this.child],
    });
  }

  /** Waits until it holds block `number` final. */
  async finalizes(number, timeoutMs) {
    let last;
    return waitFor(
      `${this.name} to finalise block ${number}`,
      async () => {
        last = await this.finalized();
        if (last >= number) return last;
        throw new Error(`it is at ${last}`);
      },
      { timeoutMs, everyMs: 500, children: [this.child] },
    );
  }
}

/** Validators that are connected to each other, each to each. */
export class Network {
  #gates = new Map();
  /** The groups that are cut off from each other; empty while all are connected. */
  #groups = [];

  /**
   * @param {object} options
   * @param {string} options.folder for databases, keys and logs
   * @param {boolean} [options.cuttable] connect the nodes through gates that `split` shuts
   * @param {string} [options.chain] a preset's name or the path of a specification
   * @param {string[]} [options.names] keys of the preset, `alice` and so on, and more of `validatorNames`
   * @param {Supervisor} [options.supervisor] starts the processes
   */
  constructor({
    folder,
    cuttable = false,
    chain = process.env.OPENLEDGER_NETWORK_CHAIN ?? 'local',
    names = VALIDATORS,
    supervisor = new Supervisor(path.join(folder, 'logs')),
  }) {
    Object.assign(this, { folder, cuttable, chain, supervisor });
    this.spec = path.join(folder, 'chain.json');
    this.validators = names.map((name) => new Validator(this, name));
  }

  /**
   * Writes the chain's specification unless the folder has one, chooses ports and makes keys; starts
   * nothing.
   *
   * @param {object[]} [ports] the ports that each validator takes if they are free
   */
  async prepare(ports = []) {
    if (!fs.existsSync(this.spec)) this.#writeSpec();
    for (const [index, validator] of this.validators.entries()) await validator.prepare(ports[index]);
    if (!this.cuttable) return;
    for (const to of this.validators) {
      const gate = await Gate.open(to.ports.p2p, (from) => !this.#isCut(from, to));
      this.#gates.set(to.name, gate);
    }
  }

  #writeSpec() {
    const print = (...args) =>
      runCommand(binary('openledger-node'), ['export-chain-spec', ...args], {
        maxBuffer: 64 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    let { chain } = this;
    const added = this.validators.flatMap(({ secret }) => secret ?? []);
    if (added.length > 0) {
      const plain = print('--chain', chain);
      chain = path.join(this.folder, 'chain-plain.json');
      fs.writeFileSync(chain, withValidators(plain, added));
    }
    const spec = JSON.parse(print('--chain', chain, '--raw'));
    // On a chain of the type "Local" nodes tell each other their loopback addresses, and would dial
    // around the gates.
    if (this.cuttable) spec.chainType = { Custom: 'Test' };
    fs.writeFileSync(this.spec, JSON.stringify(spec));
  }

  /** Whether the node that listens on port `from` is in another group than `to`. */
  #isCut(from, to) {
    const groupOf = (is) => this.#groups.findIndex((group) => group.some(is));
    return groupOf(({ ports }) => ports.p2p === from) !== groupOf((member) => member === to);
  }

  /** A further node that knows the others; it takes no part unless `keys` says so. */
  async addNode(name, { keys = null } = {}) {
    const node = new Validator(this, name, { keys });
    node.isGuest = true;
    await node.prepare();
    return node;
  }

  /** How a node finds the others. */
  peersOf(node) {
    const addresses = this.validators
      .filter((other) => other !== node)
      .map((other) => other.address(this.#gates.get(other.name)?.port));
    const reserved = addresses.flatMap((address) => ['--reserved-nodes', address]);
    return this.cuttable ? ['--reserved-only', ...reserved] : reserved;
  }

  /** Starts all and waits until they answer and see each other. */
  async start() {
    for (const validator of this.validators) validator.start();
    for (const validator of this.validators) await validator.up();
    await this.connected();
  }

  /** The validators that run. */
  get running() {
    return this.validators.filter((validator) => validator.isRunning);
  }

  get children() {
    return this.running.map(({ child }) => child);
  }

  /** Waits until each running validator has `count` peers, all others by default. */
  async connected(count = this.running.length - 1, timeoutMs = 180_000) {
    for (const validator of this.running) {
      await waitFor(
        `${validator.name} to have ${count} peers`,
        async () => {
          const peers = await validator.peers();
          if (peers === count) return true;
          throw new Error(`it has ${peers}`);
        },
        { timeoutMs, everyMs: 500, children: this.children },
      );
    }
  }

  /** Cuts validators of different groups off from each other. */
  split(...groups) {
    this.#groups = groups;
    for (const gate of this.#gates.values()) gate.review();
  }

  /** Connects all again. */
  heal() {
    this.#groups = [];
  }

  /** Waits until all running validators hold block `number` final, and that it is the same block. */
  async agreeOn(number, timeoutMs) {
    const hashes = new Map();
    for (const validator of this.running) {
      await validator.finalizes(number, timeoutMs);
      hashes.set(validator.name, await validator.hashAt(number));
    }
    const distinct = new Set(hashes.values());
    if (distinct.size !== 1) {
      throw new Error(`block ${number} differs: ${JSON.stringify(Object.fromEntries(hashes))}`);
    }
    return [...distinct][0];
  }

  async stop() {
    // All at once: each takes seconds to close its database.
    await Promise.all(this.validators.map(({ child }) => child?.stop()));
    await this.supervisor.stopAll();
    for (const gate of this.#gates.values()) await gate.close();
  }
}
