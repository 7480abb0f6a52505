// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// What docs/evm.md says of Ethereum's gas: Hardhat's simulated network counts as Ethereum does.

import { before, describe, it } from 'node:test';
import { network } from 'hardhat';

import { measureGas, type Gas } from '../../tasks/gas.js';
import { assertGas, documentedGas } from '../lib/gas-table.js';

const rows = await documentedGas();

describe('gas on Ethereum', () => {
  let measured: Record<string, Gas>;

  before(async () => {
    const { viem } = await network.create();
    const publicClient = await viem.getPublicClient();
    const [wallet] = await viem.getWalletClients();
    measured = await measureGas({ viem, publicClient, client: { public: publicClient, wallet: wallet! } });
  });

  for (const { name, ethereum } of rows) {
    it(`is what docs/evm.md says: ${name}`, () => assertGas(measured[name]?.used, ethereum));
  }
});
