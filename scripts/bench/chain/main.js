// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Measures running chains and prints one JSON object. Started by scripts/bench.sh.

import fs from 'node:fs';
import { parseArgs } from 'node:util';

import { Network } from '../../../tests/lib/network.js';
import { binary, newWorkFolder } from '../../../tests/lib/places.js';
import { waitFor } from '../../../tests/lib/wait.js';
import { SLOT_MS } from './blocks.js';
import { FinalityWatch } from './finality.js';
import { measureImport } from './sync.js';
import { Transfers } from './transfers.js';

const USAGE = `Usage: node scripts/bench/chain/main.js --signer FILE [--seconds N] [--accounts N]
       [--backlog N] [--rate N] [--only one|four] [--keep]

  --signer FILE  the runtime's example sign_transfers
  --seconds N    how long each rate is measured (default: 40)
  --accounts N   how many accounts send (default: 8000, so that few wait for
                 another transfer of their own)
  --backlog N    how many transfers may wait for a block (default: 6000)
  --rate N       how many transfers per second one node is steadily sent, after as
                 many as may wait (default: 1000)
  --only WHICH   only the chain of one node, or only that of four validators
  --keep         keep databases and logs`;

function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      signer: { type: 'string' },
      seconds: { type: 'string', default: '40' },
      accounts: { type: 'string', default: '8000' },
      backlog: { type: 'string', default: '6000' },
      rate: { type: 'string', default: '1000' },
      only: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { help: true };
  if (!values.signer) throw new Error('--signer is missing');
  if (values.only && !['one', 'four'].includes(values.only)) throw new Error('--only takes one or four');
  const number = (name) => {
    const parsed = Number(values[name]);
    if (!Number.isInteger(parsed) || parsed < 1) throw new Error(`--${name} takes a number from 1 on`);
    return parsed;
  };
  // Each of four nodes is sent whole accounts.
  const accounts = Math.ceil(number('accounts') / 4) * 4;
  const [seconds, backlog, rate] = ['seconds', 'backlog', 'rate'].map(number);
  return { ...values, accounts, seconds, backlog, rate };
}

/** The transactions that a node's pool takes: more than may wait, because it keeps those in blocks
 * that are not final yet. */
const POOL_LIMIT = 32_768;
const POOL = ['--pool-limit', String(POOL_LIMIT), '--pool-kbytes', '65536'];

/** The empty blocks whose finality is measured. */
const EMPTY_BLOCKS = 60;

const say = (text) => console.error(`    ${text}`);

const sayRate = (rate) =>
  say(rate === Infinity ? 'transfers, as many as it takes …' : `transfers, ${rate} per second …`);

/** Runs `work` over a network, and stops it whatever happens. */
async function withNetwork({ keep, ...options }, extra, work) {
  const folder = newWorkFolder('bench-chain');
  const network = new Network({ folder, ...options });
  let ok = false;
  try {
    await network.prepare();
    for (const validator of network.validators) validator.start(extra);
    for (const validator of network.validators) await validator.up();
    await network.connected();
    const result = await work(network);
    ok = true;
    return result;
  } finally {
    await network.stop();
    if (ok && !keep) fs.rmSync(folder, { recursive: true, force: true });
    else say(`logs and databases are kept in ${folder}`);
  }
}

/** Waits until a network makes blocks. */
function makesBlocks(network) {
  const [first] = network.validators;
  return waitFor(
    'the first blocks',
    async () => ((await first.height()) > 1 ? true : undefined),
    { timeoutMs: 300_000, children: network.children },
  );
}

/** One validator that is alone, as with --dev, but with a network key for the node that joins. */
async function oneNode(options) {
  say('starting one node …');
  const chosen = { chain: 'dev', names: ['alice'], keep: options.keep };
  return withNetwork(chosen, ['--force-authoring', ...POOL], async (network) => {
    await makesBlocks(network);
    const transfers = new Transfers({ network, ...options });
    const measured = await transfers.run(options.seconds, [options.rate], sayRate);
    const [{ blocks }] = measured.measured;
    const full = transfers.blocks.between(blocks.from, blocks.to);
    transfers.close();
    say('a second node imports it …');
    return { one_node: measured, block_import: await measureImport(network, full) };
  });
}

async function fourValidators(options) {
  say('starting four validators …');
  const chosen = { chain: 'local', keep: options.keep };
  return withNetwork(chosen, POOL, async (network) => {
    await makesBlocks(network);
    const [observed] = network.validators;
    await waitFor('the first final blocks', async () => (await observed.finalized()) > 2 || undefined, {
      timeoutMs: 300_000,
      children: network.children,
    });
    say('finality of empty blocks …');
    const quiet = await FinalityWatch.start(observed.url);
    await waitFor('final blocks', async () => quiet.count >= EMPTY_BLOCKS || undefined, {
      timeoutMs: 10 * EMPTY_BLOCKS * SLOT_MS,
      children: network.children,
    });
    const empty = await quiet.end();

    const busy = await FinalityWatch.start(observed.url);
    const transfers = new Transfers({ network, ...options });
    const measured = await transfers.run(options.seconds, [], sayRate);
    transfers.close();
    // Under the rate that was sustained, which came last.
    const { from, to } = measured.measured.at(-1).blocks;
    const loaded = await busy.end({ first: from, last: to });
    return {
      four_validators: measured,
      finality: {
        validators: network.validators.length,
        how: "from the start of a block's slot to a node's notice that the block is final",
        empty_blocks: empty,
        blocks_at_the_last_rate: loaded,
      },
    };
  });
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const result = { node: { binary: binary('openledger-node'), pool_limit: POOL_LIMIT } };
  if (options.only !== 'four') Object.assign(result, await oneNode(options));
  if (options.only !== 'one') Object.assign(result, await fourValidators(options));
  console.log(JSON.stringify(result, null, 2));
}

try {
  await main();
} catch (error) {
  console.error(`error: ${error.stack ?? error.message}`);
  process.exitCode = 1;
}
