// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The chain as an Ethereum client sees it, one level below ethers and viem: JSON-RPC as it is.

import { keccak256, parseEther, toBeHex, toUtf8Bytes, Wallet } from 'ethers';
import WebSocket from 'ws';

import { waitFor, within } from './wait.js';

// The scripts outside of tests/ have no packages of their own.
export { ContractFactory, id, Interface, JsonRpcProvider } from 'ethers';
export { WebSocket };

/** The Ethereum accounts that genesis gives OPEN to, on development chains. Their keys are public. */
export const DEVELOPERS = Object.fromEntries(
  Object.entries({
    alith: '0x5fb92d6e98884f76de468fa3f6278f8807c48bebc13595d45af5bdc4da702133',
    baltathar: '0x8075991ce870b93a8870eca0c0f91913d12f47948ca0fd25b49c6fa7cdbeee8b',
    charleth: '0x0b6e18cafb6ed99687ec547bd28139cafdd2bffe70e6b688025de6b445aa5c5b',
    dorothy: '0x39539ab1876910bbf3a223d84a29e28f1cb4e2e456503e7e91ed39b2e7223d68',
    ethan: '0x7dce9bc8babb68fec1409be38c8e1a52650206a7ed90ff956ae8a6d15eeaaef4',
  }).map(([name, key]) => [name, new Wallet(key)]),
);

/** A wallet of a test's own, always the same for the same name. It has nothing until it is given some. */
export const wallet = (name) => new Wallet(keccak256(toUtf8Bytes(`OpenLedger tests: ${name}`)));

/** A quantity as JSON-RPC writes it. */
export const quantity = (number) => `0x${BigInt(number).toString(16)}`;

/** A number as RLP has it: without leading zeros, zero as nothing. */
export const scalar = (number) => (BigInt(number) === 0n ? '0x' : toBeHex(BigInt(number)));

/** An error that a JSON-RPC server answered. */
export class RpcError extends Error {
  constructor(method, { code, message, data }) {
    super(`${method}: ${code}: ${message}`);
    this.name = 'RpcError';
    Object.assign(this, { code, data, said: message });
  }
}

/** JSON-RPC over HTTP. */
export class EthereumRpc {
  /** @param {string} url such as http://127.0.0.1:9944 */
  constructor(url, { children = [] } = {}) {
    Object.assign(this, { url, children });
  }

  /** Posts a body, a text or what JSON makes of a value. Returns the status and the text. */
  async post(body, { timeoutMs = 60_000 } = {}) {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, text: await response.text() };
  }

  /** One call; `{ result }` or `{ error }` as the server said it. */
  async answer(method, ...params) {
    const { status, text } = await this.post({ jsonrpc: '2.0', id: 1, method, params });
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`${method}: status ${status}: ${text.slice(0, 200)}`);
    }
  }

  /** One call. @throws {RpcError} */
  async call(method, ...params) {
    const { result, error } = await this.answer(method, ...params);
    if (error) throw new RpcError(method, error);
    return result;
  }

  /** The error of a call that must be refused. */
  async refusal(method, ...params) {
    const { result, error } = await this.answer(method, ...params);
    if (!error) throw new Error(`${method} was not refused: ${JSON.stringify(result).slice(0, 200)}`);
    return error;
  }

  /** Several calls in one request; the answers in the calls' order. */
  async batch(calls) {
    const body = calls.map(([method, ...params], id) => ({ jsonrpc: '2.0', id, method, params }));
    const { status, text } = await this.post(body);
    let answers;
    try {
      answers = JSON.parse(text);
    } catch {
      throw new Error(`a batch of ${calls.length}: status ${status}: ${text.slice(0, 200)}`);
    }
    if (!Array.isArray(answers)) throw new RpcError('batch', answers.error);
    return answers.sort((a, b) => a.id - b.id);
  }

  async height() {
    return Number(await this.call('eth_blockNumber'));
  }

  /** Waits for a transaction's receipt. */
  receipt(hash, { timeoutMs = 60_000 } = {}) {
    return waitFor(
      `the receipt of ${hash}`,
      async () => (await this.call('eth_getTransactionReceipt', hash)) ?? undefined,
      { timeoutMs, everyMs: 100, children: this.children },
    );
  }

  /** Waits until there are `count` more blocks; right after it most of a slot is left. */
  async blocks(count = 1) {
    const target = (await this.height()) + count;
    return waitFor(
      `block ${target}`,
      async () => {
        const height = await this.height();
        return height >= target ? height : undefined;
      },
      { timeoutMs: 30_000 + 4_000 * count, everyMs: 50, children: this.children },
    );
  }

  /** Sends a signed transaction, and waits for its receipt. */
  async send(raw) {
    return this.receipt(await this.call('eth_sendRawTransaction', raw));
  }
}

/** JSON-RPC over WebSocket, with subscriptions. */
export class EthereumSocket {
  #next = 1;
  #waiting = new Map();
  #subscriptions = new Map();
  /** What came for a subscription whose number its caller does not know yet. */
  #early = new Map();

  static async open(url) {
    const socket = new EthereumSocket();
    socket.ws = new WebSocket(url, { maxPayload: 1 << 30 });
    socket.ws.on('message', (text) => socket.#onMessage(JSON.parse(text)));
    socket.closed = new Promise((resolve) => {
      socket.ws.once('close', resolve);
    });
    // An error is followed by `close`.
    socket.ws.on('error', () => {});
    const opened = new Promise((resolve, reject) => {
      socket.ws.once('open', resolve);
      socket.ws.once('error', reject);
    });
    await within(opened, 30_000, `no connection to ${url}`);
    return socket;
  }

  #onMessage({ id, result, error, method, params }) {
    if (method) {
      const { subscription } = params;
      const listener = this.#subscriptions.get(subscription);
      if (listener) listener(params.result);
      else this.#early.set(subscription, [...(this.#early.get(subscription) ?? []), params.result]);
      return;
    }
    this.#waiting.get(id)?.({ result, error });
    this.#waiting.delete(id);
  }

  async call(method, ...params) {
    const id = this.#next++;
    const answered = new Promise((resolve) => {
      this.#waiting.set(id, resolve);
    });
    this.ws.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    const { result, error } = await within(answered, 30_000, `no answer to ${method}`);
    if (error) throw new RpcError(method, error);
    return result;
  }

  /** Subscribes, and gives whatever comes to the listener. Returns the subscription's number. */
  listen(listener, ...params) {
    return this.listenTo('eth_subscribe', listener, ...params);
  }

  /** As `listen`, to any subscription of the node, such as `chain_subscribeNewHeads`. */
  async listenTo(method, listener, ...params) {
    const id = await this.call(method, ...params);
    this.#subscriptions.set(id, listener);
    for (const item of this.#early.get(id) ?? []) listener(item);
    this.#early.delete(id);
    return id;
  }

  /** Subscribes; what comes is put into the array that is returned, which has the number as `id`. */
  async subscribe(...params) {
    const heard = [];
    const id = await this.listen((item) => heard.push(item), ...params);
    return Object.assign(heard, { id });
  }

  async unsubscribe({ id }) {
    this.#subscriptions.delete(id);
    return this.call('eth_unsubscribe', id);
  }

  /** Stops reading what the node sends, as a client does that hangs. */
  stopReading() {
    this.ws.pause();
  }

  close() {
    this.ws.terminate();
  }
}

/**
 * Signs plain transactions without asking the node for anything but nonce and fee once.
 *
 * @returns {Promise<(fields: object) => Promise<string>>} makes raw transactions; the nonce counts up
 *   unless the fields have one
 */
export async function signer(rpc, account) {
  const [chainId, nonce, block] = await Promise.all([
    rpc.call('eth_chainId'),
    rpc.call('eth_getTransactionCount', account.address, 'pending'),
    rpc.call('eth_getBlockByNumber', 'latest', false),
  ]);
  let next = Number(nonce);
  return async (fields) => {
    const nonceOfThis = fields.nonce ?? next++;
    // Twice the base fee, as clients do: it may rise before the transaction is in a block.
    const fees =
      'gasPrice' in fields || 'maxFeePerGas' in fields
        ? {}
        : { type: 2, maxFeePerGas: 2n * BigInt(block.baseFeePerGas), maxPriorityFeePerGas: 0n };
    return account.signTransaction({
      chainId: BigInt(chainId),
      gasLimit: 21_000n,
      ...fees,
      ...fields,
      nonce: nonceOfThis,
    });
  };
}

/** Gives each address the same, and waits until the last has it. Amounts in wei, or OPEN as text. */
export async function fundEach(rpc, from, addresses, amount) {
  const value = typeof amount === 'string' ? parseEther(amount) : amount;
  const sign = await signer(rpc, from);
  const raws = [];
  for (const to of addresses) raws.push(await sign({ to, value }));
  const hashes = [];
  for (let at = 0; at < raws.length; at += 50) {
    const answers = await rpc.batch(raws.slice(at, at + 50).map((raw) => ['eth_sendRawTransaction', raw]));
    for (const { result, error } of answers) {
      if (error) throw new RpcError('eth_sendRawTransaction', error);
      hashes.push(result);
    }
  }
  for (const hash of hashes) {
    const { status } = await rpc.receipt(hash);
    if (Number(status) !== 1) throw new Error(`${hash}, which funds an account, failed`);
  }
}
