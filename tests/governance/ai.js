// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What the stories of AI proposals share.

import { contentHash, u8aToHex } from '../lib/bytes.js';
import { OPEN } from '../lib/chain.js';
import { publishVersion, registerAdapter, UNIT_PRICE } from '../lib/market.js';
import { ballots, VOTERS } from './context.js';

/** A base model to list, told apart by its weights. */
export const listing = (weights) => ({
  hash: u8aToHex(contentHash(weights)),
  name: 'small-encoder',
  hiddenSize: 384,
  layers: 6,
  licence: 'Apache-2.0',
});

/** A proposal from its submission on. */
export class AiProposal {
  constructor(context, id, referendum, deposit) {
    Object.assign(this, { context, id, referendum, deposit });
  }

  static async submit(context, kind) {
    const sent = await context.send(context.tx.aiGovernance.submit(kind), context.proposer);
    const { proposal, referendum, deposit } = context.data(sent, 'aiGovernance', 'ProposalSubmitted');
    return new AiProposal(
      context,
      proposal.toNumber(),
      await context.governance.referendum(referendum.toNumber()),
      deposit.toBigInt(),
    );
  }

  /** Submits a proposal and takes it through its referendum to its enactment. */
  static async decide(context, kind) {
    const proposal = await AiProposal.submit(context, kind);
    await proposal.referendum.carry(ballots(VOTERS));
    return proposal;
  }

  /** The one storage item that has all of it. */
  async stored() {
    return (await this.context.query.aiGovernance.proposals(this.id)).unwrap();
  }

  /** Whether an event is about this proposal. */
  concerns(data) {
    return data.proposal?.toNumber() === this.id;
  }

  /** Waits until its last event was seen, and returns the names of all of them, oldest first. */
  async events(last, blocks = 0) {
    await this.context.log.first([`aiGovernance.${last}`], {
      matches: (data) => this.concerns(data),
      blocks,
      what: `${last} of proposal ${this.id}`,
    });
    return this.context.log
      .of('aiGovernance', (data) => this.concerns(data))
      .map(({ name }) => name.slice('aiGovernance.'.length));
  }
}

/** The statuses that a stored proposal has been through. */
export const history = (stored) => stored.history.map(([, status]) => status.type);

/** The money of a stored proposal in OPEN. */
export const funds = ({ funds: { granted, paid, refunded } }) =>
  [granted, paid, refunded].map((amount) => Number(amount.toBigInt() / OPEN));

/** A Datanet with a contribution, published: a version to train or to evaluate on. */
export async function publishedVersion(context, owner, contributor, name) {
  const datanet = await context.createDatanet(owner, name);
  await context.accept(owner, await context.contribute(datanet, contributor, name, 4));
  return publishVersion(context.chain, owner, datanet);
}

/** Registers an adapter that nobody trained: the chain cannot tell. */
export function adapterOn(context, developer, baseModel, version, name) {
  const hash = (part) => u8aToHex(contentHash(`${name} ${part}`));
  return registerAdapter(context.chain, developer, {
    baseModel,
    name,
    versions: [version],
    trained: {
      artifact: hash('artifact'),
      manifest: hash('manifest'),
      influence_index: hash('index'),
      metrics: { accuracy_ppm: 900_000, baseline_accuracy_ppm: 800_000, held_out_rows: 10 },
    },
    unitPrice: UNIT_PRICE,
  });
}

/** Operators with the role of an evaluator: more of them than a quorum takes. */
export class Evaluators {
  constructor(context) {
    this.context = context;
    this.pairs = [1, 2, 3, 4, 5].map((number) => context.actor(`evaluator ${number}`));
    this.registered = context.stories.add(() => this.#register());
  }

  #register() {
    const { tx } = this.context;
    const roles = { validator: false, worker: false, evaluator: true };
    const bond = this.context.chain.api.consts.operatorStaking.evaluatorBond;
    return Promise.all(
      this.pairs.map((pair) =>
        this.context.send(tx.operatorStaking.registerOperator(roles, 0, bond), pair),
      ),
    );
  }

  /**
   * One evaluator after the other signs the same report, until an event says that it was paid.
   * @param {() => object} report makes the call
   * @returns {Promise<{ reports: number, data: object }>} how many it took, and the event's data
   */
  async untilPaid(report, method) {
    for (const [index, evaluator] of this.pairs.entries()) {
      const { events } = await this.context.send(report(), evaluator);
      const paid = events.find((event) => event.section === 'aiGovernance' && event.method === method);
      if (paid) return { reports: index + 1, data: paid.data };
    }
    throw new Error(`${this.pairs.length} evaluators agree and there is no ${method}`);
  }
}
