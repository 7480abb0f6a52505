// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// More validators than the preset `local` has, written into its specification.

import { Keyring } from '@polkadot/keyring';
import { decodeAddress } from '@polkadot/util-crypto';

import { u8aEq } from './bytes.js';
import { OPEN } from './chain.js';
import { palletAccount } from './ledger.js';

/** What a validator that is added starts with, planck: as the preset's accounts. Out of the treasury. */
const ENDOWMENT = 10_000_000n * OPEN;

// Numbers that JavaScript would round are text while the specification is an object.
const LONG_NUMBER = /(?<=[[:,]\s*)\d{16,}(?=\s*[\],}])/g;
const QUOTED_NUMBER = /"number (\d+)"/g;
const parse = (text) => JSON.parse(text.replaceAll(LONG_NUMBER, (digits) => `"number ${digits}"`));
const stringify = (value) => JSON.stringify(value).replaceAll(QUOTED_NUMBER, '$1');
const asBigInt = (number) => BigInt(String(number).replace('number ', ''));
const asNumber = (planck) => `number ${planck}`;

/** The public keys of a secret URI: the account's, which is the BABE key too, and the GRANDPA key. */
function keysOf(uri) {
  const [babe, grandpa] = ['sr25519', 'ed25519'].map((type) => new Keyring({ type }).addFromUri(uri).address);
  return { account: babe, babe, grandpa };
}

/**
 * Adds validators to a specification that `export-chain-spec` wrote without `--raw`.
 *
 * @param {string} text the specification
 * @param {string[]} uris the validators' secret URIs
 * @returns {string} the specification with them; total issuance is what it was
 */
export function withValidators(text, uris) {
  const spec = parse(text);
  const { balances, operatorStaking, session } = spec.genesis.runtimeGenesis.patch;
  const treasury = balances.balances.find(([who]) => u8aEq(decodeAddress(who), palletAccount('py/trsry')));
  const [example] = operatorStaking.operators;
  for (const uri of uris) {
    const { account, babe, grandpa } = keysOf(uri);
    treasury[1] = asNumber(asBigInt(treasury[1]) - ENDOWMENT);
    balances.balances.push([account, asNumber(ENDOWMENT)]);
    operatorStaking.operators.push({ ...example, account });
    session.keys.push([account, account, { babe, grandpa }]);
  }
  operatorStaking.validatorCount = operatorStaking.operators.length;
  return stringify(spec);
}
