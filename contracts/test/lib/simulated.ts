// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// Hardhat's own network with stand-ins where the chain's precompiles are, for unit tests of the contracts' logic.

import { artifacts, network } from 'hardhat';
import type { Address, Hex } from 'viem';

import { ADDRESSES } from './addresses.js';

/** A fresh simulated network with the stand-ins in place. */
export async function simulatedChain() {
  const connection = await network.create();
  const { viem, networkHelpers } = connection;
  const place = async (name: string, address: Address) => {
    const artifact = await artifacts.readArtifact(name);
    await networkHelpers.setCode(address, artifact.deployedBytecode as Hex);
  };
  await place('SimulatedDatanets', ADDRESSES.datanets);
  await place('SimulatedModels', ADDRESSES.models);
  await place('SimulatedInference', ADDRESSES.inference);
  await place('SimulatedAttribution', ADDRESSES.attribution);
  const publicClient = await viem.getPublicClient();
  return {
    viem,
    publicClient,
    wallets: await viem.getWalletClients(),
    datanets: await viem.getContractAt('SimulatedDatanets', ADDRESSES.datanets),
    models: await viem.getContractAt('SimulatedModels', ADDRESSES.models),
    inference: await viem.getContractAt('SimulatedInference', ADDRESSES.inference),
    attribution: await viem.getContractAt('SimulatedAttribution', ADDRESSES.attribution),
    /** Gives an account OPEN without calling it, as the chain does when it releases what was on hold. */
    release: async (address: Address, amount: bigint) => {
      const balance = await publicClient.getBalance({ address });
      await networkHelpers.setBalance(address, balance + amount);
    },
  };
}
