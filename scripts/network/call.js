// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Signs and sends one call, or reads one storage item. Started by scripts/call.sh.

import { Chain, ChainError } from '../../tests/lib/chain.js';
import { parseArgument } from './arguments.js';
import { readSecret } from './secret.js';

const USAGE = `Usage: ./scripts/call.sh [--node URL] --key FILE PALLET.CALL [ARGUMENT…]
       ./scripts/call.sh [--node URL] --query PALLET.ITEM [KEY…]
       ./scripts/call.sh [--node URL] --constant PALLET.NAME

Signs a call with the sr25519 secret in FILE (a phrase or URI, readable by its owner only), sends it,
waits for its block and prints its events as JSON. With --query prints what is in storage.

Names are written as in polkadot-js: operatorStaking.bondMore, session.setKeys. An argument is JSON,
or text; 100OPEN is an amount, 10% a part (Perbill).

  --node URL  the node's RPC (default: ws://127.0.0.1:9944)
  --batch     PALLET.CALL and its arguments are one JSON list of such lists, done all or not at all`;

function readOptions(words) {
  const options = { node: process.env.NODE_URL ?? 'ws://127.0.0.1:9944', rest: [] };
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (word === '--help' || word === '-h') return { help: true };
    if (word === '--node' || word === '--key') {
      i += 1;
      if (words[i] === undefined) throw new Error(`${word} needs a value`);
      options[word.slice(2)] = words[i];
    } else if (word === '--query' || word === '--constant' || word === '--batch') options.mode = word.slice(2);
    else if (word.startsWith('--')) throw new Error(`unknown option ${word}: see --help`);
    else options.rest.push(word);
  }
  if (options.rest.length === 0) throw new Error('say which call: see --help');
  return options;
}

/** What `tree` has under "pallet.name". */
function find(tree, name, kind) {
  const [pallet, item] = name.split('.');
  const found = tree[pallet]?.[item];
  if (found) return found;
  const known = tree[pallet] ? `${pallet} has ${Object.keys(tree[pallet]).join(', ')}` : 'no such pallet';
  throw new Error(`the chain has no ${kind} ${name}: ${known}`);
}

async function run(chain, { mode, rest: [name, ...words], key }) {
  const { api } = chain;
  const values = words.map(parseArgument);
  if (mode === 'constant') return find(api.consts, name, 'constant').toHuman();
  if (mode === 'query') return (await find(api.query, name, 'storage item')(...values)).toHuman();
  const build = ([call, ...args]) => find(api.tx, call, 'call')(...args.map(parseArgument));
  const call =
    mode === 'batch' ? api.tx.utility.batchAll(JSON.parse(name).map(build)) : build([name, ...words]);
  const { blockHash, events } = await chain.send(call, readSecret(key), { timeoutMs: 120_000 });
  return {
    block: blockHash,
    events: events.map((event) => ({
      event: `${event.section}.${event.method}`,
      ...event.data.toHuman(),
    })),
  };
}

let chain;
try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else {
    chain = await Chain.connect(options.node);
    console.log(JSON.stringify(await run(chain, options), null, 2));
  }
} catch (error) {
  console.error(`error: ${error instanceof ChainError ? error.message : (error.message ?? error)}`);
  process.exitCode = 1;
} finally {
  await chain?.disconnect();
}
