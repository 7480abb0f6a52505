// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';

/** How often the node is asked for news, in milliseconds: a block takes 2 s. */
export const POLLING_INTERVAL = 500;

/** Builds the contracts and connects to the network that the command line names. */
export async function openSession(hre: HardhatRuntimeEnvironment) {
  await hre.tasks.getTask('build').run({ quiet: true });
  const { viem } = await hre.network.create();
  const publicClient = await viem.getPublicClient({ pollingInterval: POLLING_INTERVAL });
  const [wallet] = await viem.getWalletClients({ pollingInterval: POLLING_INTERVAL });
  if (wallet === undefined) {
    throw new Error('the network has no account: add --network openledger');
  }
  return { viem, publicClient, client: { public: publicClient, wallet } };
}

/** What a task works with. */
export type Session = Awaited<ReturnType<typeof openSession>>;
