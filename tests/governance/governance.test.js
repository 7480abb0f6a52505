// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What token holders do, through the clients that they use, on one development chain whose sudo key
// was given up. Referenda take minutes, so that all stories run side by side.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { aiProposals } from './ai-proposals.js';
import { Context } from './context.js';
import { identity } from './identity.js';
import { papi } from './papi.js';
import { referenda } from './referenda.js';
import { staking } from './staking.js';
import { treasury } from './treasury.js';

const context = new Context();

before(() => context.start());
after(() => context.stop());

describe('stake, as a wallet sees it', () => staking(context));
describe('polkadot-api', () => papi(context));
describe('the treasury', () => treasury(context));
describe('referenda', () => referenda(context));
describe('identities', () => identity(context));
describe('AI proposals', () => aiProposals(context));

describe('all of it', () => {
  test('happened without custom types', () => {
    const { types, typesAlias, typesBundle, typesChain, typesSpec } = context.chain.api.registry.knownTypes;
    for (const own of [types, typesAlias, typesBundle, typesChain, typesSpec]) assert.equal(own, undefined);
  });

  test('happened without a sudo key', async () => {
    assert.ok((await context.query.sudo.key()).isNone);
  });

  test('left total issuance as it was', async () => {
    assert.equal((await context.query.balances.totalIssuance()).toBigInt(), context.issuance);
  });
});
