// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Transactions that nobody signed, which @polkadot/api decodes and does not make.

import { compactAddLength, u8aConcat, u8aToHex } from '@polkadot/util';

// The first byte of a transaction of version 5: nothing beside its call, or extensions.
const BARE = 0b0000_0101;
const GENERAL = 0b0100_0101;
// The version of the extensions, which the runtime counts by itself.
const EXTENSIONS = 0;

/** A call alone, hex. */
export function bareTransaction(call) {
  return u8aToHex(compactAddLength(u8aConcat([BARE], call.method.toU8a())));
}

/**
 * A call with this chain's transaction extensions, each with its least value: no mortality, nonce 0, no
 * tip, no metadata hash. Hex.
 */
export function generalTransaction(api, call) {
  const extensions = api.runtimeMetadata.asLatest.extrinsic.transactionExtensions.map(({ type }) =>
    api.registry.createType(api.registry.createLookupType(type)).toU8a(),
  );
  return u8aToHex(
    compactAddLength(u8aConcat([GENERAL, EXTENSIONS], ...extensions, call.method.toU8a())),
  );
}
