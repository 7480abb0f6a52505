// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A test file's folder for databases, keys and logs.

import fs from 'node:fs';
import { afterEach } from 'node:test';

import { newWorkFolder } from './places.js';

let failed = false;

/** A new folder below the cache. At most one for a test file. */
export function newTestFolder(prefix) {
  afterEach(({ passed }) => {
    failed ||= !passed;
  });
  return newWorkFolder(prefix);
}

/** Removes the folder, unless a test failed, whose logs are in it, or `OPENLEDGER_KEEP` is set. */
export function removeTestFolder(folder) {
  if (failed || process.env.OPENLEDGER_KEEP) console.error(`    (kept ${folder})`);
  else fs.rmSync(folder, { recursive: true, force: true });
}
