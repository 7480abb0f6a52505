// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The last step: a Solidity contract asks a model, gets the answer in a callback, and says whose
// data moved it; a DAO founds a Datanet of its own; royalties for the answer follow its influence. It
// is what contracts/README.md shows by hand.

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { open, percent, say } from './console.js';

const CONTRACTS = fileURLToPath(new URL('../../contracts', import.meta.url));
const ANSWER_SECONDS = 180;

const run = promisify(execFile);

/** Runs a script of contracts/ on the demo's node, and returns what it writes. */
async function runScript(name, options, { stack, folder }) {
  const file = path.join(folder, `${name}.json`);
  await run('npm', ['run', '--silent', name, '--', ...options, '--json', file], {
    cwd: CONTRACTS,
    env: { ...process.env, OPENLEDGER_RPC: `http://127.0.0.1:${stack.ports.rpc}` },
    timeout: (ANSWER_SECONDS + 180) * 1000,
    maxBuffer: 1 << 24,
  });
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/**
 * Deploys AskTheModel with a development account's key and asks the market's adapter one of its
 * held-out texts; then deploys DataDAO and InfluenceRoyalties and pays royalties for the answer.
 * Returns what `npm run ask` and `npm run examples` write, with the contributors' names.
 */
export async function askByContract({ stack, ledger, market, folder }) {
  const question = market.dataset.heldOut[0].text;
  const options = ['--question', question, '--adapter', String(market.adapter)];
  options.push('--timeout', String(ANSWER_SECONDS));
  say('compiling and deploying contracts/src/AskTheModel.sol with Hardhat …');
  const result = await runScript('ask', options, { stack, folder });
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

  say('deploying contracts/src/DataDAO.sol and InfluenceRoyalties.sol …');
  const { dao, royalties } = await runScript('examples', ['--job', result.jobId], { stack, folder });
  say(`the DAO at ${dao.contract} owns Datanet ${dao.datanet}`);
  const earned = royalties.earned.map((entry) => ({ ...entry, name: names.get(entry.contribution) }));
  say(`${open(BigInt(royalties.amount))} OPEN of royalties for the answer came to ${royalties.contract}`);
  for (const { name, amount } of earned.slice(0, 3)) say(`${open(BigInt(amount))} OPEN of them to ${name}`);
  return { ...result, influence, dao, royalties: { ...royalties, earned } };
}
