// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The chain as a client sees it: @polkadot/api without a single type of ours.

import { ApiPromise, WsProvider } from '@polkadot/api';
import { Keyring } from '@polkadot/keyring';

import { within } from './wait.js';

// While a node restarts, the library writes a line at every attempt to connect; what waits for the
// node says it once, with the log's name.
const { error: writeError } = console;
console.error = (...parts) => {
  if (!parts.some((part) => String(part).includes('API-WS:'))) writeError(...parts);
};

/** 1 OPEN in planck. */
export const OPEN = 10n ** 18n;

/** An extrinsic that the chain refused, or that failed in a block. */
export class ChainError extends Error {
  /** @param {string} name "pallet.Error", as in the metadata, or what the pool said */
  constructor(name, docs) {
    super(docs ? `${name}: ${docs}` : name);
    this.name = 'ChainError';
    this.error = name;
  }
}

/** A signing account from a secret URI such as `//Alice`. */
export function account(uri) {
  return new Keyring({ type: 'sr25519' }).addFromUri(uri, { name: uri });
}

export class Chain {
  #nonces = new Map();

  /** Connects, and waits for the node if it is still starting. */
  static async connect(url, { timeoutMs = 60_000 } = {}) {
    const chain = new Chain();
    chain.url = url;
    chain.provider = new WsProvider(url, 500);
    chain.api = await within(
      ApiPromise.create({ provider: chain.provider, noInitWarn: true }),
      timeoutMs,
      `no connection to the node at ${url}`,
    );
    chain.genesis = chain.api.genesisHash.toU8a();
    return chain;
  }

  async disconnect() {
    await this.api.disconnect();
  }

  /** The chain's own address format. */
  address(pair) {
    const raw = pair.addressRaw ?? pair;
    return new Keyring({ ss58Format: this.api.registry.chainSS58 }).encodeAddress(raw);
  }

  /** Calls an RPC method by its name, for methods that the client library does not know. */
  rpc(method, ...params) {
    return this.provider.send(method, params);
  }

  async height() {
    return (await this.api.rpc.chain.getHeader()).number.toNumber();
  }

  async finalizedHeight() {
    const { chain } = this.api.rpc;
    return (await chain.getHeader(await chain.getFinalizedHead())).number.toNumber();
  }

  async freeBalance(who) {
    const { data } = await this.api.query.system.account(who.addressRaw ?? who);
    return data.free.toBigInt();
  }

  // The next nonce is read from the node once and counted here, so that many extrinsics of one
  // account can be under way together.
  async #nextNonce(pair) {
    const key = pair.address;
    if (!this.#nonces.has(key)) {
      this.#nonces.set(
        key,
        this.api.rpc.system.accountNextIndex(pair.address).then((n) => n.toNumber()),
      );
    }
    const nonce = this.#nonces.get(key);
    this.#nonces.set(
      key,
      nonce.then((n) => n + 1),
    );
    return nonce;
  }

  /** Forgets counted nonces: after a restart of the node, whose pool is empty then. */
  forgetNonces() {
    this.#nonces.clear();
  }

  /**
   * Signs, submits and waits for a block that has it. Signing writes into the call: one call object is
   * for one `send`.
   *
   * @returns {Promise<{ blockHash: string, events: object[], submittedAt: number }>} events of this
   *   extrinsic; `submittedAt` in ms since the epoch
   * @throws {ChainError} when it is refused or fails
   */
  async send(call, pair, { timeoutMs = 60_000 } = {}) {
    const nonce = await this.#nextNonce(pair);
    const { api } = this;
    let unsubscribe;
    const submittedAt = Date.now();
    const heard = [];
    const included = new Promise((resolve, reject) => {
      const onResult = (result) => {
        const { status } = result;
        heard.push(status.type);
        if (status.isInBlock || status.isFinalized) {
          const error = dispatchErrorOf(api, result);
          if (error) reject(error);
          else
            resolve({
              blockHash: (status.isInBlock ? status.asInBlock : status.asFinalized).toHex(),
              events: result.events.map((e) => e.event),
              submittedAt,
            });
        } else if (result.isError) {
          reject(new ChainError(`pool: ${status.type}`));
        }
      };
      call
        .signAndSend(pair, { nonce, era: 0 }, onResult)
        .then((stop) => {
          unsubscribe = stop;
        })
        .catch((error) => {
          // Never in the pool: the nonce that was counted for it is free again.
          this.#nonces.delete(pair.address);
          reject(new ChainError(`pool: ${error.message}`));
        });
    });
    try {
      const what = () => `${describe(call)} is in no block; the pool said ${heard.join(', ') || 'nothing'}`;
      return await within(included, timeoutMs, what);
    } finally {
      unsubscribe?.();
    }
  }

  /** Sends a call as root, with the development chain's sudo key. */
  async sudo(call, pair) {
    const result = await this.send(this.api.tx.sudo.sudo(call), pair);
    const sudid = this.find(result.events, 'sudo', 'Sudid');
    if (sudid.data[0].isErr) throw dispatchError(this.api, sudid.data[0].asErr);
    return result;
  }

  /** The first event of that name, or an error that says what there was instead. */
  find(events, section, method) {
    const event = events.find((e) => e.section === section && e.method === method);
    if (!event) {
      const names = events.map((e) => `${e.section}.${e.method}`).join(', ');
      throw new Error(`no event ${section}.${method} among ${names}`);
    }
    return event;
  }

  /**
   * Follows the chain's blocks in order, none left out, and calls `onBlock` with each one's number, hash
   * and events. Returns a function that ends it.
   *
   * @param {Function} onBlock
   * @param {object} options
   * @param {number} [options.from] the first block; the next one by default
   * @param {boolean} [options.finalized] waits until blocks are final. Without it they are read when they
   *   are the best, and not again when a fork takes their place: for a chain of one validator.
   */
  async follow(onBlock, { from, finalized = false } = {}) {
    const { chain } = this.api.rpc;
    let next = from ?? (finalized ? await this.finalizedHeight() : await this.height()) + 1;
    let queue = Promise.resolve();
    let stopped = false;
    const catchUp = async (head) => {
      while (!stopped && next <= head) {
        const hash = await chain.getBlockHash(next);
        const events = await (await this.api.at(hash)).query.system.events();
        const number = next;
        next += 1;
        await onBlock({ number, hash: hash.toHex(), seenAt: Date.now(), events });
      }
    };
    const subscribe = finalized ? chain.subscribeFinalizedHeads : chain.subscribeNewHeads;
    const unsubscribe = await subscribe((header) => {
      queue = queue
        .then(() => catchUp(header.number.toNumber()))
        .catch((error) => {
          // A broken connection is made again by the provider, and the next head catches up.
          if (!stopped) console.error(`    (following the chain: ${error.message}; trying again)`);
        });
    });
    return async () => {
      stopped = true;
      unsubscribe();
      await queue;
    };
  }
}

function describe(call) {
  return `${call.method.section}.${call.method.method}`;
}

function dispatchErrorOf(api, result) {
  if (result.dispatchError) return dispatchError(api, result.dispatchError);
  // utility.batch stops at the call that fails and itself succeeds.
  const interrupted = result.events.find(({ event }) => api.events.utility?.BatchInterrupted.is(event));
  return interrupted ? dispatchError(api, interrupted.event.data[1]) : undefined;
}

/** A dispatch error with the name and documentation that the metadata gives it. */
export function dispatchError(api, error) {
  if (!error.isModule) return new ChainError(error.toString());
  const { section, name, docs } = api.registry.findMetaError(error.asModule);
  return new ChainError(`${section}.${name}`, docs.join(' ').trim());
}
