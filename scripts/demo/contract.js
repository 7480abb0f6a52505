// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The last step: a Solidity contract asks a model, gets the answer in a callback, and says whose
// data moved it. It is what contracts/README.md shows by hand.

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { open, percent, say } from './console.js';

const CONTRACTS = fileURLToPath(new URL('../../contracts', import.meta.url));
const ANSWER_SECONDS = 180;

const run = promisify(execFile);

/**
 * Deploys AskTheModel with a development account's key and asks the market's adapter one of its
 * held-out texts. Returns what `npm run ask` writes, with the contributors' names.
 */
export async function askByContract({ stack, ledger, market, folder }) {
  const file = path.join(folder, 'contract.json');
  const question = market.dataset.heldOut[0].text;
  const options = ['--question', question, '--adapter', String(market.adapter)];
  options.push('--timeout', String(ANSWER_SECONDS), '--json', file);
  say('compiling and deploying contracts/src/AskTheModel.sol with Hardhat …');
  await run('npm', ['run', '--silent', 'ask', '--', ...options], {
    cwd: CONTRACTS,
    env: { ...process.env, OPENLEDGER_RPC: `http://127.0.0.1:${stack.ports.rpc}` },
    timeout: (ANSWER_SECONDS + 180) * 1000,
    maxBuffer: 1 << 24,
  });
  const result = JSON.parse(fs.readFileSync(file, 'utf8'));
  await ledger.allEnded([`job ${result.jobId}`], { children: [stack.node] });

  const names = new Map(
    market.dataset.contributors.map(({ contribution, name }) => [String(contribution), name]),
  );
  const influence = result.influence
    .map((entry) => ({ ...entry, name: names.get(entry.contribution) }))
    .sort((a, b) => b.share - a.share);
  say(`the contract at ${result.contract} asked ${JSON.stringify(question)}`);
  say(`it was called back with ${JSON.stringify(result.answer)}, for ${open(BigInt(result.fee))} OPEN`);
  for (const { name, contribution, share } of influence.slice(0, 5))
    say(`${percent(share).padStart(9)} by contribution ${contribution} of ${name}`);
  if (influence.length > 5) say(`and ${influence.length - 5} more`);
  return { ...result, influence };
}
