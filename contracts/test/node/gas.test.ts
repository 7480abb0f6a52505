// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// The gas of common transactions, as docs/evm.md has it, and how much their estimates are above it.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { measureGas, type Gas } from '../../tasks/gas.js';
import { assertGas, documentedGas } from '../lib/gas-table.js';
import { runningNode } from '../lib/node.js';

/** The most that an estimate may be above what is used. */
const MOST = 1.3;

const { viem, client, publicClient } = await runningNode();
const rows = await documentedGas();

describe('gas on a node', () => {
  let measured: Record<string, Gas>;

  before(async () => {
    measured = await measureGas({ viem, client, publicClient });
  });

  for (const { name, here, estimated } of rows) {
    it(`is what docs/evm.md says: ${name}`, () => assertGas(measured[name]?.used, here));

    it(`is estimated as docs/evm.md says: ${name}`, () => assertGas(measured[name]?.estimated, estimated));
  }

  it('is at most 1.3 times less than its estimate', () => {
    const above = Object.entries(measured).filter(([, { used, estimated }]) => estimated > used * MOST);
    assert.deepEqual(above, []);
  });
});
