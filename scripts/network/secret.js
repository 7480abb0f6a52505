// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import fs from 'node:fs';

import { account } from '../../tests/lib/chain.js';

/** The sr25519 account whose secret, a phrase or URI, is in a file that only its owner can read. */
export function readSecret(file) {
  if (!file) throw new Error('a call is signed: give --key FILE');
  if ((fs.statSync(file).mode & 0o077) !== 0) {
    throw new Error(`others can read ${file}: chmod 600 it`);
  }
  return account(fs.readFileSync(file, 'utf8').trim());
}
