// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';

import { openSession } from './session.js';

/** Deploys AskTheModel and prints its address. */
export default async function deploy(_: object, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { viem, client } = await openSession(hre);
  const asking = await viem.deployContract('AskTheModel', [], { client });
  console.log(`AskTheModel: ${asking.address}`);
}
