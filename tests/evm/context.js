// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What all stories share: one development node, compiled contracts, accounts with OPEN.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ContractFactory, JsonRpcProvider, Network, parseEther } from 'ethers';

import { DEVELOPERS, EthereumRpc, EthereumSocket, fundEach, wallet } from '../lib/evm.js';
import { compileFolder } from '../lib/evm-compile.js';
import { Stack } from '../lib/stack.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';

/** The chain id of the preset `dev`. */
export const CHAIN_ID = 1984n;

const here = path.dirname(fileURLToPath(import.meta.url));

export class Context {
  folder = newTestFolder('evm');
  #actors = [];
  #sockets = [];
  contracts = compileFolder(path.join(here, 'contracts'));

  /** A wallet that has 1,000 OPEN when the stories begin. One story uses it: nonces are counted by it. */
  actor(name) {
    const made = wallet(name);
    this.#actors.push(made);
    return made;
  }

  /** Starts the node and funds the actors. */
  async start() {
    this.stack = new Stack({ folder: this.folder });
    await this.stack.choosePorts(0);
    this.node = this.stack.startNode();
    await this.stack.nodeUp();
    const { rpc: port } = this.stack.ports;
    this.url = `http://127.0.0.1:${port}`;
    this.socketUrl = `ws://127.0.0.1:${port}`;
    this.rpc = new EthereumRpc(this.url, { children: [this.node] });
    this.provider = this.newProvider();
    const addresses = this.#actors.map(({ address }) => address);
    await fundEach(this.rpc, DEVELOPERS.alith, addresses, parseEther('1000'));
  }

  /** Stops the node, or kills it, and starts it again on its database, with more arguments where some are given. */
  async restart({ kill = false, more = [] } = {}) {
    await (kill ? this.node.kill() : this.node.stop());
    this.node = this.stack.startNode({ more });
    this.rpc.children = [this.node];
    await this.stack.nodeUp();
  }

  newProvider() {
    return new JsonRpcProvider(this.url, Network.from(CHAIN_ID), {
      staticNetwork: true,
      pollingInterval: 250,
      // Nothing that was asked before is answered again without asking.
      cacheTimeout: -1,
    });
  }

  /** A WebSocket that is closed at the end. */
  async socket() {
    const socket = await EthereumSocket.open(this.socketUrl);
    this.#sockets.push(socket);
    return socket;
  }

  async stop() {
    for (const socket of this.#sockets) socket.close();
    this.provider?.destroy();
    await this.stack?.stop();
    removeTestFolder(this.folder);
  }

  /** An actor that sends through ethers. */
  connect(actor) {
    return actor.connect(this.provider);
  }

  /** Deploys one of the compiled contracts with ethers, and returns it once it is in a block. */
  async deploy(actor, name, args = [], overrides = {}) {
    const { abi, bytecode } = this.contracts[name];
    const factory = new ContractFactory(abi, bytecode, this.connect(actor));
    const contract = await factory.deploy(...args, overrides);
    await contract.deploymentTransaction().wait(1, 60_000);
    return contract;
  }

  /** Deploys code that no compiler made, and returns its address. */
  async deployRuntime(actor, runtime) {
    const transaction = await this.connect(actor).sendTransaction({ data: initCode(runtime) });
    const { contractAddress } = await transaction.wait(1, 60_000);
    return contractAddress;
  }
}

/** Code that makes a contract with this code, both as hex. */
export function initCode(runtime) {
  const body = runtime.replace(/^0x/, '');
  const length = (body.length / 2).toString(16).padStart(4, '0');
  // PUSH2 length, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN: ten bytes, then the body.
  return `0x61${length}80600a5f395ff3${body}`;
}
