// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What all stories share: one development chain, those who vote on it, and those who act.


import { contentHash } from '../lib/bytes.js';
import { account, OPEN } from '../lib/chain.js';
import { EventLog, Governance, Stories } from '../lib/governance.js';
import { createDatanet, fund, packRows } from '../lib/market.js';
import { Stack } from '../lib/stack.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';

/** What each voter votes with, planck: most of what genesis gives to a development account. */
export const VOTE = 9_000_000n * OPEN;

const [alice, bob, charlie, dave, eve, ferdie] = [
  'Alice',
  'Bob',
  'Charlie',
  'Dave',
  'Eve',
  'Ferdie',
].map((name) => account(`//${name}`));

export { alice, bob, charlie, dave, eve, ferdie };

/** Voters through @polkadot/api: together nearly half of all OPEN that can vote. */
export const VOTERS = [alice, bob, charlie, dave, eve, ferdie];

/** Voters through polkadot-api: other accounts, so that two clients never count one nonce. */
export const STASHES = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve'].map((name) => account(`//${name}//stash`));

/** Ballots of equal weight. */
export const ballots = (voters) => voters.map((voter) => ({ voter, balance: VOTE }));

/** An account of a story's own. It exists once it is given something. */
export const person = (name) => account(`//Test//${name}`);

export class Context {
  folder = newTestFolder('governance');
  stories = new Stories();
  #funded = [];

  constructor() {
    this.proposer = person('proposer');
    this.depositor = person('depositor');
    /** Does what anyone may do. */
    this.anyone = this.actor('anyone');
  }

  /** An account that has 20,000 OPEN when the stories begin. */
  actor(name) {
    const pair = person(name);
    this.#funded.push(pair);
    return pair;
  }

  /** Starts the node, gives the sudo key up, funds the actors and begins the stories. */
  async start() {
    this.stack = new Stack({ folder: this.folder });
    await this.stack.choosePorts(0);
    this.stack.startNode();
    this.chain = await this.stack.connect();
    const { chain } = this;
    this.issuance = (await chain.api.query.balances.totalIssuance()).toBigInt();
    this.log = await EventLog.open(chain);
    this.governance = new Governance(chain, this.log, this);
    // Whatever happens from here on happens without sudo.
    await chain.send(chain.api.tx.sudo.removeKey(), alice);
    const treasurer = account('//Ferdie//stash');
    await fund(chain, treasurer, [this.proposer, this.depositor], 1_000_000n * OPEN);
    await fund(chain, treasurer, this.#funded, 20_000n * OPEN);
    this.stories.begin();
  }

  async stop() {
    await this.log?.close();
    await this.stack?.stop();
    removeTestFolder(this.folder);
  }

  get tx() {
    return this.chain.api.tx;
  }

  get query() {
    return this.chain.api.query;
  }

  send(call, signer) {
    return this.chain.send(call, signer);
  }

  /** Sends what must fail, and returns the name of its error. */
  async refusal(call, signer) {
    const failure = await this.send(call, signer).then(
      () => undefined,
      (error) => error,
    );
    if (!failure) throw new Error(`${call.method.section}.${call.method.method} was not refused`);
    if (!failure.error) throw failure;
    return failure.error;
  }

  /** The data of an extrinsic's event. */
  data({ events }, section, method) {
    return this.chain.find(events, section, method).data;
  }

  createDatanet(owner, name) {
    return createDatanet(this.chain, owner, name);
  }

  /** Contributes `count` rows about `word`, and returns the contribution. */
  async contribute(datanet, contributor, word, count) {
    const rows = Array.from({ length: count }, (_, row) => ({ text: `${word} ${row}`, label: 'a' }));
    const { lines, content, hash, root } = packRows(rows);
    const call = this.tx.datanets.contribute(
      datanet,
      root,
      lines.length,
      content.length,
      hash,
      'CC0-1.0',
      '',
    );
    const { contribution } = this.data(await this.send(call, contributor), 'datanets', 'Contributed');
    return contribution.toBigInt();
  }

  /** A Datanet's owner accepts a contribution. */
  accept(owner, contribution) {
    return this.send(this.tx.datanets.acceptContribution(contribution, contentHash('report')), owner);
  }
}
