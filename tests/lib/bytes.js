// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import { hexToU8a, stringToU8a, u8aConcat, u8aEq, u8aToHex } from '@polkadot/util';
import { blake2AsU8a } from '@polkadot/util-crypto';

export { hexToU8a, stringToU8a, u8aConcat, u8aEq, u8aToHex };

/** blake2-256 of bytes or of a string's UTF-8, as the chain names content. */
export function contentHash(content) {
  return blake2AsU8a(typeof content === 'string' ? stringToU8a(content) : content, 256);
}

/** blake2-256 over a domain and what follows it: what receipts, vouchers and rows are signed by. */
export function domainHash(domain, ...parts) {
  return blake2AsU8a(u8aConcat(stringToU8a(domain), ...parts), 256);
}
