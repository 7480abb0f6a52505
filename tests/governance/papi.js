// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The other client that people use: polkadot-api, with what it learns from the metadata alone.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { createClient, Enum } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import WebSocket from 'ws';

import { contentHash, u8aToHex } from '../lib/bytes.js';
import { OPEN } from '../lib/chain.js';
import { within } from '../lib/wait.js';
import { person, STASHES, VOTE } from './context.js';

/** A vote in favour, locked for one period: the byte that the chain stores. */
const AYE_LOCKED_1X = 0x81;

/** Text as the chain has it. */
const text = (words) => new TextEncoder().encode(words);

// Transactions are waited for until they are final.
const FINAL_MS = 120_000;

/** A connection that this client makes and signs with. */
class Papi {
  constructor(url, addressOf) {
    // Node 20 has no WebSocket of its own.
    this.client = createClient(getWsProvider(url, { websocketClass: WebSocket }));
    this.api = this.client.getUnsafeApi();
    this.addressOf = addressOf;
  }

  /** Signs, submits and waits until it is final. Resolves also when it failed in its block. */
  send(transaction, pair) {
    const signer = getPolkadotSigner(pair.publicKey, 'Sr25519', (message) => pair.sign(message));
    return within(
      transaction.signAndSubmit(signer),
      FINAL_MS,
      'a transaction of polkadot-api is not final',
    );
  }

  /** The same, for what must succeed. */
  async succeed(transaction, pair) {
    const result = await this.send(transaction, pair);
    if (!result.ok) throw new Error(`it failed: ${JSON.stringify(result.dispatchError)}`);
    return result;
  }

  /** The value of a transaction's event. */
  event({ events }, pallet, name) {
    const found = events.find(({ type, value }) => type === pallet && value.type === name);
    if (!found) throw new Error(`no ${pallet}.${name} among its events`);
    return found.value.value;
  }

  /** The first event of a kind in a final block that `matches`. */
  next(kind, matches, timeoutMs, what) {
    let subscription;
    const seen = new Promise((resolve, reject) => {
      subscription = kind.watch().subscribe({
        next: ({ events }) => {
          const found = events.map(({ payload }) => payload).find(matches);
          if (found) resolve(found);
        },
        error: reject,
      });
    });
    return within(seen, timeoutMs, `no ${what}`).finally(() => subscription.unsubscribe());
  }

  close() {
    this.client.destroy();
  }
}

/** Declares the stories and their tests. */
export function papi(context) {
  let connection;
  const connected = context.stories.add(async () => {
    connection = new Papi(context.stack.nodeUrl, (pair) => context.chain.address(pair));
    return connection;
  });
  after(() => connection?.close());

  reading(context, connected);
  aTransfer(context, connected);
  aDelegation(context, connected);
  const voted = aVote(context, connected);
  anAiProposal(context, connected, voted);
}

function reading(context, connected) {
  test('polkadot-api reads storage', async () => {
    const { api } = await connected();
    assert.equal(await api.query.Balances.TotalIssuance.getValue(), context.issuance);
  });

  test('polkadot-api reads constants', async () => {
    const { api } = await connected();
    const [ours, theirs] = [context.chain.api.consts.referenda, await api.constants.Referenda.Tracks()];
    assert.deepEqual(
      theirs.map(([id, { decision_period }]) => [id, decision_period]),
      ours.tracks.map(([id, { decisionPeriod }]) => [id.toNumber(), decisionPeriod.toNumber()]),
    );
  });

  test('polkadot-api calls the runtime APIs', async () => {
    const { api } = await connected();
    const holder = context.chain.address(STASHES[0]);
    assert.equal(await api.apis.StakingApi.operator(holder), undefined);
    const { validators } = await api.apis.StakingApi.era();
    assert.equal(validators.length, 1);
  });

  test('polkadot-api knows the chain and its token', async () => {
    const { client } = await connected();
    const { genesisHash, properties } = await client.getChainSpecData();
    assert.equal(genesisHash, u8aToHex(context.chain.genesis));
    assert.equal(properties.tokenSymbol, 'OPEN');
  });
}

function aTransfer(context, connected) {
  const sender = context.actor('papi sender');
  const receiver = person('papi receiver');

  const story = context.stories.add(async () => {
    const papi = await connected();
    const dest = Enum('Id', papi.addressOf(receiver));
    const transfer = papi.api.tx.Balances.transfer_keep_alive({ dest, value: 5n * OPEN });
    const sent = await papi.succeed(transfer, sender);
    const account = await papi.api.query.System.Account.getValue(papi.addressOf(receiver));
    const impossible = papi.api.tx.Balances.transfer_keep_alive({ dest, value: 5_000_000n * OPEN });
    const failed = await papi.send(impossible, sender);
    return { transferred: papi.event(sent, 'Balances', 'Transfer'), account, failed };
  });

  test('polkadot-api signs a transfer and sees its event', async () => {
    const { transferred } = await story();
    assert.deepEqual(transferred, {
      from: context.chain.address(sender),
      to: context.chain.address(receiver),
      amount: 5n * OPEN,
    });
  });

  test('polkadot-api reads the balance that was transferred', async () => {
    const { account } = await story();
    assert.equal(account.data.free, 5n * OPEN);
  });

  test('polkadot-api names the error of a transaction that failed', async () => {
    const { failed } = await story();
    assert.equal(failed.ok, false);
    assert.deepEqual(failed.dispatchError, {
      type: 'Token',
      value: { type: 'FundsUnavailable', value: undefined },
    });
  });
}

function aDelegation(context, connected) {
  const delegator = context.actor('papi delegator');
  const [target] = STASHES;
  const [track, balance] = [11, 1_000n * OPEN];

  const story = context.stories.add(async () => {
    const papi = await connected();
    const { tx, query } = papi.api;
    const voting = (who) => query.ConvictionVoting.VotingFor.getValue(papi.addressOf(who), track);
    const to = Enum('Id', papi.addressOf(target));
    const conviction = Enum('Locked2x');
    const delegate = tx.ConvictionVoting.delegate({ class: track, to, conviction, balance });
    const delegated = papi.event(await papi.succeed(delegate, delegator), 'ConvictionVoting', 'Delegated');
    const [mine, theirs] = [await voting(delegator), await voting(target)];
    await papi.succeed(tx.ConvictionVoting.undelegate({ class: track }), delegator);
    return { delegated, mine, theirs, left: await voting(target) };
  });

  test('polkadot-api delegates votes and sees the event', async () => {
    const { delegated } = await story();
    assert.deepEqual(delegated, [context.chain.address(delegator), context.chain.address(target), track]);
  });

  test('polkadot-api reads to whom votes were delegated', async () => {
    const { mine } = await story();
    assert.equal(mine.type, 'Delegating');
    assert.equal(mine.value.target, context.chain.address(target));
    assert.equal(mine.value.balance, balance);
  });

  test('votes that polkadot-api delegated weigh by their conviction', async () => {
    const { theirs } = await story();
    assert.deepEqual(theirs.value.delegations, { votes: 2n * balance, capital: balance });
  });

  test('votes that polkadot-api took back weigh nothing', async () => {
    const { left } = await story();
    assert.deepEqual(left.value.delegations, { votes: 0n, capital: 0n });
  });
}

/** Returns the story: after it, the voters can send other transactions. */
function aVote(context, connected) {
  const proposer = context.actor('papi proposer');
  const beneficiary = person('papi beneficiary');
  const amount = 7n * OPEN;

  const story = context.stories.add(async () => {
    const papi = await connected();
    const { api } = papi;
    const to = papi.addressOf(beneficiary);
    const approved = papi.next(
      api.event.Treasury.AssetSpendApproved,
      (spend) => spend.beneficiary === to,
      180_000,
      'approved spend, seen by polkadot-api',
    );
    // Until it is awaited below.
    approved.catch(() => {});

    const spend = api.tx.Treasury.spend({
      asset_kind: undefined,
      amount,
      beneficiary: to,
      valid_from: undefined,
    });
    const bytes = await spend.getEncodedData();
    const submitted = await papi.succeed(
      api.tx.Utility.batch_all({
        calls: [
          api.tx.Preimage.note_preimage({ bytes }).decodedCall,
          api.tx.Referenda.submit({
            proposal_origin: Enum('Origins', Enum('SmallSpender')),
            proposal: Enum('Lookup', { hash: u8aToHex(contentHash(bytes)), len: bytes.length }),
            enactment_moment: Enum('After', 0),
          }).decodedCall,
        ],
      }),
      proposer,
    );
    const { index } = papi.event(submitted, 'Referenda', 'Submitted');
    const vote = Enum('Standard', { vote: AYE_LOCKED_1X, balance: VOTE });
    const [, voted] = await Promise.all([
      papi.succeed(api.tx.Referenda.place_decision_deposit({ index }), proposer),
      ...STASHES.map((voter) =>
        papi.succeed(api.tx.ConvictionVoting.vote({ poll_index: index, vote }), voter),
      ),
    ]);
    const { index: spendIndex } = await approved;
    await papi.succeed(api.tx.Treasury.payout({ index: spendIndex }), proposer);
    const account = await api.query.System.Account.getValue(to);
    return {
      voted: papi.event(voted, 'ConvictionVoting', 'Voted'),
      referendum: await api.query.Referenda.ReferendumInfoFor.getValue(index),
      free: account.data.free,
    };
  });

  test('polkadot-api votes and sees the event', async () => {
    const { voted } = await story();
    assert.equal(voted.who, context.chain.address(STASHES[0]));
    assert.equal(voted.vote.value.balance, VOTE);
  });

  test('a referendum of polkadot-api alone is approved', async () => {
    const { referendum } = await story();
    assert.equal(referendum.type, 'Approved');
  });

  test('a spend that was decided by polkadot-api is paid', async () => {
    const { free } = await story();
    assert.equal(free, amount);
  });
  return story;
}

function anAiProposal(context, connected, voted) {
  const proposer = context.actor('papi AI proposer');
  const listing = {
    hash: u8aToHex(contentHash('weights that polkadot-api proposes')),
    name: text('small-encoder'),
    hidden_size: 384,
    layers: 6,
    licence: text('Apache-2.0'),
  };

  const story = context.stories.add(async () => {
    const papi = await connected();
    const { tx, query, event } = papi.api;
    // The same voters: their transactions come one after the other.
    await voted().catch(() => {});
    const submit = tx.AiGovernance.submit({ kind: Enum('ListBaseModel', listing) });
    const submitted = await papi.succeed(submit, proposer);
    const { proposal, referendum, deposit } = papi.event(submitted, 'AiGovernance', 'ProposalSubmitted');
    const enacted = papi.next(
      event.AiGovernance.ProposalEnacted,
      (data) => data.proposal === proposal,
      600_000,
      'enacted AI proposal, seen by polkadot-api',
    );
    // Until it is awaited below.
    enacted.catch(() => {});

    const vote = Enum('Standard', { vote: AYE_LOCKED_1X, balance: VOTE });
    await Promise.all([
      papi.succeed(tx.Referenda.place_decision_deposit({ index: referendum }), proposer),
      ...STASHES.map((voter) =>
        papi.succeed(tx.ConvictionVoting.vote({ poll_index: referendum, vote }), voter),
      ),
    ]);
    await enacted;
    return {
      deposit,
      stored: await query.AiGovernance.Proposals.getValue(proposal),
      baseModel: await query.Models.BaseModelByHash.getValue(listing.hash),
    };
  });

  test('an AI proposal of polkadot-api alone is enacted', async () => {
    const { stored } = await story();
    assert.deepEqual(
      stored.history.map(([, status]) => status.type),
      ['Submitted', 'Completed'],
    );
  });

  test('an AI proposal of polkadot-api lists its base model', async () => {
    const { baseModel } = await story();
    assert.ok(Number.isInteger(baseModel), String(baseModel));
  });

  test('an enacted AI proposal of polkadot-api has given its deposit back', async () => {
    const { deposit, stored } = await story();
    assert.ok(deposit > 0n);
    assert.equal(stored.deposit, 0n);
  });
}
