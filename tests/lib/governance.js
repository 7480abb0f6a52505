// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Referenda as voters see them: preimage, deposit, votes, and what the chain's events say came of it.

import { contentHash, stringToU8a, u8aConcat, u8aToHex } from './bytes.js';
import { dispatchError } from './chain.js';
import { registry } from './codec.js';
import { within } from './wait.js';

const BLOCK_MS = 2_000;

// Blocks that are waited for beyond those that a step takes: transactions and events take their time
// on a busy machine.
const GRACE = 25;

/** How a referendum can end, by the events of `Referenda`. */
const ENDINGS = ['Confirmed', 'Rejected', 'TimedOut', 'Cancelled', 'Killed'];

/** All events of a chain from a block on, to be looked up and waited for. */
export class EventLog {
  #events = [];
  #lookers = new Set();

  /** Follows `chain` from its next block on. */
  static async open(chain) {
    const log = new EventLog();
    log.height = await chain.height();
    log.close = await chain.follow((block) => log.#read(block), { from: log.height + 1 });
    return log;
  }

  #read({ number, events }) {
    for (const { event } of events) {
      const { section, method, data } = event;
      this.#events.push({ block: number, name: `${section}.${method}`, data });
    }
    this.height = number;
    for (const look of [...this.#lookers]) look();
  }

  /** The events whose data `matches`, of any name that starts with `section.`, oldest first. */
  of(section, matches = () => true) {
    return this.#events.filter(({ name, data }) => name.startsWith(`${section}.`) && matches(data));
  }

  /**
   * The first event of one of these names that `matches`, whether it has come or is to come.
   *
   * @param {string[]} names such as "referenda.Confirmed"
   * @param {object} options
   * @param {(data: object) => boolean} [options.matches]
   * @param {number} options.blocks how many blocks from now it may take
   * @param {string} options.what what is waited for: part of the error's message
   * @returns {Promise<{ block: number, name: string, data: object }>}
   */
  first(names, { matches = () => true, blocks, what }) {
    return this.#until(blocks, what, () =>
      this.#events.find(({ name, data }) => names.includes(name) && matches(data)),
    );
  }

  /** Waits for a block. */
  reached(block) {
    return this.#until(Math.max(block - this.height, 0), `block ${block}`, () =>
      this.height >= block ? block : undefined,
    );
  }

  async #until(blocks, what, find) {
    const since = this.height;
    const limit = since + blocks + GRACE;
    let look;
    const found = new Promise((resolve, reject) => {
      look = () => {
        try {
          const result = find();
          if (result !== undefined) resolve(result);
          else if (this.height > limit) {
            reject(new Error(`blocks ${since} to ${this.height} passed without: ${what}`));
          }
        } catch (error) {
          reject(error);
        }
      };
    });
    this.#lookers.add(look);
    look();
    try {
      // In case that blocks stop, or the connection does.
      return await within(
        found,
        (blocks + GRACE) * BLOCK_MS * 3,
        `no more blocks from ${since} on for: ${what}`,
      );
    } finally {
      this.#lookers.delete(look);
    }
  }
}

/** The origin that a referendum speaks as: `Root`, or the name of an origin with a track. */
export function originOf(name) {
  return name === 'Root' ? { system: 'Root' } : { Origins: name };
}

/** The name under which the scheduler keeps what a referendum decided, hex. */
export function enactmentName(index) {
  const word = stringToU8a('enactment');
  const encoded = u8aConcat(
    stringToU8a('assembly'),
    registry.createType('Compact<u32>', word.length).toU8a(),
    word,
    registry.createType('u32', index).toU8a(),
  );
  return u8aToHex(contentHash(encoded));
}

/** Opens referenda and follows them. */
export class Governance {
  /**
   * @param {import('./chain.js').Chain} chain
   * @param {EventLog} log
   * @param {object} people
   * @param {object} people.proposer pays for preimages and submissions
   * @param {object} people.depositor pays decision deposits
   */
  constructor(chain, log, { proposer, depositor }) {
    Object.assign(this, { chain, log, proposer, depositor });
  }

  /** A track's periods, blocks, and decision deposit, planck, as the metadata gives them. */
  track(id) {
    const entry = this.chain.api.consts.referenda.tracks.find(([track]) => track.toNumber() === id);
    if (!entry) throw new Error(`there is no track ${id}`);
    const [, info] = entry;
    return {
      deposit: info.decisionDeposit.toBigInt(),
      prepare: info.preparePeriod.toNumber(),
      decision: info.decisionPeriod.toNumber(),
      confirm: info.confirmPeriod.toNumber(),
      enact: info.minEnactmentPeriod.toNumber(),
    };
  }

  /** Notes a call's preimage. Returns its hash, hex, and length in bytes. */
  async notePreimage(call) {
    const bytes = call.method.toU8a();
    const { tx } = this.chain.api;
    const { events } = await this.chain.send(tx.preimage.notePreimage(u8aToHex(bytes)), this.proposer);
    const hash = u8aToHex(contentHash(bytes));
    // By its place: the client's own `hash` of the event hides the field.
    const noted = this.chain.find(events, 'preimage', 'Noted').data[0].toHex();
    if (noted !== hash) throw new Error(`${noted} was noted, not ${hash}`);
    return { hash, length: bytes.length };
  }

  /** Submits a referendum about a call whose preimage is noted. */
  async submit(origin, { hash, length }) {
    const call = this.chain.api.tx.referenda.submit(
      originOf(origin),
      { Lookup: { hash, len: length } },
      { After: 0 },
    );
    const { events } = await this.chain.send(call, this.proposer);
    const { index } = this.chain.find(events, 'referenda', 'Submitted').data;
    return this.referendum(index.toNumber());
  }

  /** Notes the preimage and submits the referendum. */
  async propose(origin, call) {
    return this.submit(origin, await this.notePreimage(call));
  }

  /** A referendum that is ongoing, whoever submitted it. */
  async referendum(index) {
    const info = await this.chain.api.query.referenda.referendumInfoFor(index);
    const track = info.unwrap().asOngoing.track.toNumber();
    return new Referendum(this, index, track);
  }

  /** Takes a call through a referendum that all of `ballots` decide, and waits for its dispatch. */
  async decide(origin, call, ballots) {
    const referendum = await this.propose(origin, call);
    await referendum.carry(ballots);
    return referendum;
  }
}

/** One referendum. */
export class Referendum {
  constructor(governance, index, track) {
    Object.assign(this, { governance, index, track, plan: governance.track(track) });
    this.chain = governance.chain;
    this.log = governance.log;
  }

  /** What the chain keeps of it. */
  async info() {
    return (await this.chain.api.query.referenda.referendumInfoFor(this.index)).unwrap();
  }

  async placeDecisionDeposit() {
    const call = this.chain.api.tx.referenda.placeDecisionDeposit(this.index);
    const { events } = await this.chain.send(call, this.governance.depositor);
    return this.chain.find(events, 'referenda', 'DecisionDepositPlaced').data;
  }

  /**
   * One account votes.
   * @param {{ voter: object, balance: bigint, conviction?: string }} ballot
   */
  async vote({ voter, balance, conviction = 'Locked1x' }, aye = true) {
    const vote = { Standard: { vote: { aye, conviction }, balance } };
    const { events } = await this.chain.send(
      this.chain.api.tx.convictionVoting.vote(this.index, vote),
      voter,
    );
    return this.chain.find(events, 'convictionVoting', 'Voted').data;
  }

  /** Places the decision deposit while all vote alike. */
  async open(ballots, aye = true) {
    await Promise.all([this.placeDecisionDeposit(), ...ballots.map((ballot) => this.vote(ballot, aye))]);
  }

  /**
   * Waits until it is decided.
   * @returns {Promise<{ ending: string, block: number, data: object }>} one of {@link ENDINGS}
   */
  async ended() {
    const { prepare, decision, confirm } = this.plan;
    const { name, block, data } = await this.log.first(
      ENDINGS.map((ending) => `referenda.${ending}`),
      {
        matches: ({ index }) => index.toNumber() === this.index,
        blocks: prepare + decision + confirm,
        what: `the end of referendum ${this.index} on track ${this.track}`,
      },
    );
    return { ending: name.slice('referenda.'.length), block, data };
  }

  /**
   * Waits until what it decided is dispatched.
   * @throws {import('./chain.js').ChainError} when the dispatch failed
   */
  async enacted() {
    const id = enactmentName(this.index);
    const { name, block, data } = await this.log.first(
      ['scheduler.Dispatched', 'scheduler.CallUnavailable', 'scheduler.PermanentlyOverweight'],
      {
        matches: (task) => task.id.isSome && task.id.unwrap().toHex() === id,
        blocks: this.plan.enact,
        what: `the enactment of referendum ${this.index} on track ${this.track}`,
      },
    );
    if (name !== 'scheduler.Dispatched') throw new Error(`referendum ${this.index}: ${name}`);
    if (data.result.isErr) throw dispatchError(this.chain.api, data.result.asErr);
    return block;
  }

  /** Opens it, and waits until it is confirmed and dispatched. */
  async carry(ballots) {
    await this.open(ballots);
    const { ending } = await this.ended();
    if (ending !== 'Confirmed') throw new Error(`referendum ${this.index} was ${ending}, not Confirmed`);
    return this.enacted();
  }
}

/**
 * Stories that run side by side while tests, one after the other, look at what they tell. A story that
 * fails fails the tests that ask for it, and no others.
 */
export class Stories {
  #stories = [];

  /** Adds a story. Returns a function that waits for what it tells. */
  add(tell) {
    const story = { tell };
    this.#stories.push(story);
    return () => story.told ?? Promise.reject(new Error('the stories have not begun: see the first error'));
  }

  /** Begins all of them. */
  begin() {
    for (const story of this.#stories) {
      story.told = Promise.resolve().then(story.tell);
      // Whoever asks for it gets the error; until then nobody has to.
      story.told.catch(() => {});
    }
  }
}
