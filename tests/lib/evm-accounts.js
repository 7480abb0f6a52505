// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The chain's accounts have 32 bytes, Ethereum's have 20. Each has the other's form.

import { getAddress, getBytes, hexlify, keccak256 } from 'ethers';

/** Where an Ethereum transaction's data is a call of the runtime, SCALE-encoded. */
export const RUNTIME_PALLETS = getAddress('0x6d6f646c70792f70616464720000000000000000');

/** What follows an Ethereum address in the account of 32 bytes. */
const FILLER = new Uint8Array(12).fill(0xee);

/** The account of an Ethereum address whose key is secp256k1: the address, then twelve bytes 0xEE. */
export function accountOf(address) {
  const account = new Uint8Array(32);
  account.set(getBytes(address));
  account.set(FILLER, 20);
  return account;
}

/** The Ethereum address of an account of 32 bytes. */
export function addressOf(account) {
  const ours = FILLER.every((byte, i) => account[20 + i] === byte);
  // Otherwise the last 20 bytes of the hash, as Ethereum makes addresses of public keys.
  return getAddress(ours ? hexlify(account.slice(0, 20)) : `0x${keccak256(account).slice(-40)}`);
}
