// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// The node that the tests run against: the one at OPENLEDGER_RPC.

import { network } from 'hardhat';
import { custom, type Address, type Hex, type TransactionReceipt } from 'viem';

/** How often the clients ask whether a transaction is in a block, in milliseconds. */
const POLLING_INTERVAL = 200;

/** Connects to the node; fails with what is wrong where none answers. */
export async function runningNode() {
  const { viem, provider } = await network.create({ network: 'openledger' });
  // Behind Hardhat's provider viem takes a revert for an unknown error, and would ask three times more.
  const options = { pollingInterval: POLLING_INTERVAL, transport: custom(provider, { retryCount: 0 }) };
  const publicClient = await viem.getPublicClient(options);
  const wallets = await viem.getWalletClients(options);
  const [alith, baltathar, charleth, dorothy, ethan] = wallets;
  if (!alith || !baltathar || !charleth || !dorothy || !ethan) {
    throw new Error('the five development accounts are not configured');
  }
  const client = { public: publicClient, wallet: alith };

  /** Waits for a transaction's receipt, and requires that it succeeded. */
  const succeeded = async (hash: Hex | Promise<Hex>): Promise<TransactionReceipt> => {
    const receipt = await publicClient.waitForTransactionReceipt({ hash: await hash, timeout: 60_000 });
    if (receipt.status !== 'success') {
      throw new Error(`transaction ${receipt.transactionHash} was included and failed`);
    }
    return receipt;
  };

  /** Waits for transactions that were sent one after the other, which takes fewer blocks than waiting for each. */
  const allSucceeded = async (hashes: Hex[]) => {
    await Promise.all(hashes.map(succeeded));
  };

  return {
    viem,
    provider,
    publicClient,
    client,
    accounts: { alith, baltathar, charleth, dorothy, ethan },
    succeeded,
    allSucceeded,
    codeOf: (address: Address) => publicClient.getCode({ address }),
  };
}
