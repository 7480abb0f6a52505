// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What Ethereum's developers do, with their own tools, on one development chain. A transaction waits
// for a block, so that stories run side by side; those that fill the node with work come last.

import { after, before, describe } from 'node:test';

import { accountStories } from './accounts.js';
import { badInputStories } from './bad-input.js';
import { Context } from './context.js';
import { differenceStories } from './differences.js';
import { documentedStories } from './documented.js';
import { errorStories } from './errors.js';
import { ethersReplacementStories, ethersStories } from './ethers.js';
import { executionStories } from './execution.js';
import { foundryStories } from './foundry.js';
import { gasStories } from './gas.js';
import { hardhatStories } from './hardhat.js';
import { metamaskReplacementStories, metamaskStories } from './metamask.js';
import { methodStories } from './methods.js';
import { palletLogStories } from './pallet-logs.js';
import { loadStories, poolStories } from './pool.js';
import { precompileStories } from './precompiles.js';
import { predeployStories } from './predeploys.js';
import { restartStories } from './restart.js';
import { traceStories } from './traces.js';
import { viemStories } from './viem.js';
import { web3pyStories } from './web3py.js';

const context = new Context();

before(() => context.start());
after(() => context.stop());

// A suite's tests come one after the other, unless it says otherwise; they would inherit it from here.
const story = (name, tests) => describe(name, { concurrency: 1 }, () => tests(context));

describe('clients', { concurrency: 6 }, () => {
  story('ethers', ethersStories);
  story('viem', viemStories);
  story('web3.py', web3pyStories);
  story('Foundry', foundryStories);
  story('differences from Ethereum', differenceStories);
  story('gas', gasStories);
  story('errors', errorStories);
  story('MetaMask', metamaskStories);
  story('methods', methodStories);
  story('calls', executionStories);
  story('traces', traceStories);
  story('two kinds of accounts', accountStories);
  story('what is documented', documentedStories);
  story('predeployed contracts', predeployStories);
  story('OPEN as ERC-20', precompileStories);
  story('logs of pallets', palletLogStories);
});

story('Hardhat', hardhatStories);
// These look at what waits: alone, so that the slot is theirs.
story('the pool', poolStories);
story('ethers, replacing', ethersReplacementStories);
story('MetaMask, replacing', metamaskReplacementStories);
story('load', loadStories);
story('bad input', badInputStories);
// Last: the index that is built anew begins where the states do that were not pruned.
story('a restart', restartStories);
