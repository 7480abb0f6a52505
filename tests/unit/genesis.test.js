// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { encodeAddress } from '@polkadot/util-crypto';

import { account } from '../lib/chain.js';
import { withValidators } from '../lib/genesis.js';
import { palletAccount } from '../lib/ledger.js';

const treasury = encodeAddress(palletAccount('py/trsry'));
const { address: alice } = account('//Alice');

// As export-chain-spec writes it: amounts are numbers of more digits than JavaScript keeps.
const SPEC = `{
  "name": "Test",
  "genesis": {
    "runtimeGenesis": {
      "code": "0x1234567890123456789012345678901234567890",
      "patch": {
        "balances": { "balances": [
          ["${alice}", 10000000000000000000000001],
          ["${treasury}", 830000000000000000000000007]
        ] },
        "operatorStaking": {
          "validatorCount": 1,
          "operators": [
            { "account": "${alice}", "bond": 100000000000000000000000, "commission": 50000000, "roles": { "validator": true } }
          ]
        },
        "session": { "keys": [["${alice}", "${alice}", { "babe": "b", "grandpa": "g" }]] }
      }
    }
  }
}`;

const URIS = ['//Validator//5', '//Validator//6'];
const text = withValidators(SPEC, URIS);
const { patch } = JSON.parse(text).genesis.runtimeGenesis;

/** The amounts in a specification, exactly, in their order. */
const amounts = (spec) => [...spec.matchAll(/[:,]\s*(\d{20,})\s*[\]},]/g)].map(([, digits]) => BigInt(digits));

test('amounts stay exact to the planck', () => {
  const [first, rest] = amounts(text);
  assert.equal(first, 10_000_000_000_000_000_000_000_001n);
  assert.equal(rest, 810_000_000_000_000_000_000_000_007n);
});

test('what validators start with comes out of the treasury', () => {
  const balances = (spec, count) => amounts(spec).slice(0, count);
  const sum = (all) => all.reduce((total, amount) => total + amount, 0n);
  assert.equal(sum(balances(text, 4)), sum(balances(SPEC, 2)));
});

test('validators are operators with the stake of the others', () => {
  const { operators, validatorCount } = patch.operatorStaking;
  assert.equal(validatorCount, 3);
  assert.deepEqual(
    operators.map((operator) => operator.account),
    [alice, ...URIS.map((uri) => account(uri).address)],
  );
  for (const operator of operators) assert.equal(operator.bond, patch.operatorStaking.operators[0].bond);
});

test('validators have session keys of their own', () => {
  const [, five, six] = patch.session.keys;
  assert.equal(five[2].babe, account(URIS[0]).address);
  assert.equal(new Set([five, six].flatMap(([, , { babe, grandpa }]) => [babe, grandpa])).size, 4);
});

test('what is no amount is left as it was', () => {
  assert.match(text, /"code":"0x1234567890123456789012345678901234567890"/);
  assert.match(text, /"commission":50000000\b/);
});
