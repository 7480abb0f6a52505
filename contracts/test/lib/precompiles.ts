// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// The chain's interfaces with their addresses.

import { artifacts } from 'hardhat';

import { ADDRESSES } from './addresses.js';

export const abiOf = {
  open: (await artifacts.readArtifact('IOpen')).abi,
  datanets: (await artifacts.readArtifact('IDatanets')).abi,
  models: (await artifacts.readArtifact('IModels')).abi,
  inference: (await artifacts.readArtifact('IInference')).abi,
  attribution: (await artifacts.readArtifact('IAttribution')).abi,
  staking: (await artifacts.readArtifact('IStaking')).abi,
  governance: (await artifacts.readArtifact('IGovernance')).abi,
};

export const at = {
  open: { address: ADDRESSES.open, abi: abiOf.open },
  datanets: { address: ADDRESSES.datanets, abi: abiOf.datanets },
  models: { address: ADDRESSES.models, abi: abiOf.models },
  inference: { address: ADDRESSES.inference, abi: abiOf.inference },
  attribution: { address: ADDRESSES.attribution, abi: abiOf.attribution },
  staking: { address: ADDRESSES.staking, abi: abiOf.staking },
  governance: { address: ADDRESSES.governance, abi: abiOf.governance },
} as const;
