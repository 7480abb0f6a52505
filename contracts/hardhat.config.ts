// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import hardhatNetworkHelpers from '@nomicfoundation/hardhat-network-helpers';
import hardhatNodeTestRunner from '@nomicfoundation/hardhat-node-test-runner';
import hardhatViem from '@nomicfoundation/hardhat-viem';
import hardhatViemAssertions from '@nomicfoundation/hardhat-viem-assertions';
import { defineConfig } from 'hardhat/config';

import { SOLC_VERSION } from './scripts/compiler.js';
import { DEVELOPMENT_KEYS, rpcUrl } from './scripts/accounts.js';
import npmCompiler from './scripts/npm-compiler.js';
import tasks from './tasks/index.js';

export default defineConfig({
  plugins: [npmCompiler, hardhatNetworkHelpers, hardhatNodeTestRunner, hardhatViem, hardhatViemAssertions],
  solidity: {
    version: SOLC_VERSION,
    npmFilesToBuild: ['Attribution', 'Datanets', 'Governance', 'Inference', 'Models', 'Open', 'Staking'].map(
      (name) => `@openledger/precompiles/I${name}.sol`,
    ),
  },
  paths: {
    sources: ['src', 'fixtures'],
  },
  tasks,
  networks: {
    openledger: {
      type: 'http',
      chainType: 'l1',
      url: rpcUrl(),
      accounts: DEVELOPMENT_KEYS,
    },
  },
});
