// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The commands by which docs/evm.md joins the two kinds of accounts, as they stand there.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import { concat, getAddress, keccak256 } from 'ethers';

import { u8aToHex } from '../lib/bytes.js';
import { account, Chain, OPEN } from '../lib/chain.js';
import { accountOf, addressOf } from '../lib/evm-accounts.js';
import { DEVELOPERS } from '../lib/evm.js';
import { runShell } from '../lib/evm-foundry.js';
import { fund } from '../lib/market.js';
import { waitFor } from '../lib/wait.js';

const text = fs.readFileSync(new URL('../../docs/evm.md', import.meta.url), 'utf8');

/** The only indented block of the document that has these words. */
function block(words) {
  const blocks = text.match(/(?:^ {4}.*\n)+/gm).filter((one) => one.includes(words));
  assert.equal(blocks.length, 1, `${blocks.length} blocks have "${words}"`);
  return blocks[0].replace(/^ {4}/gm, '');
}

/** Runs a documented piece of JavaScript with these names defined, and gives what `names` are then. */
async function evaluate(code, scope, names = []) {
  const AsyncFunction = (async () => {}).constructor;
  const body = `${code.replace(/^import .*$/gm, '')}\nreturn { ${names.join(', ')} };`;
  return new AsyncFunction(...Object.keys(scope), body)(...Object.values(scope));
}

export function documentedStories(context) {
  const metamask = context.actor('documented metamask');
  const polkadot = account('//Test//documented');
  const publicKey = u8aToHex(polkadot.addressRaw);
  let chain;
  let written;

  before(async () => {
    chain = await Chain.connect(context.stack.nodeUrl);
    await fund(chain, account('//Dave'), [polkadot], 1_000n * OPEN);
    written = await evaluate(block('const accountOf'), { concat, keccak256 }, ['accountOf', 'addressOf']);
  });

  after(() => chain?.disconnect());

  test('the two functions between accounts are those of the tests', () => {
    const { address } = DEVELOPERS.alith;
    assert.equal(written.accountOf(address), u8aToHex(accountOf(address)));
    assert.equal(getAddress(written.addressOf(publicKey)), addressOf(polkadot.addressRaw));
  });

  test('polkadot-js pays MetaMask', async () => {
    const code = block('signAndSend(alice)');
    const [receiver] = /0x[0-9a-fA-F]{40}/.exec(code);
    const before = await context.provider.getBalance(receiver);
    await evaluate(code, { api: chain.api, alice: polkadot, accountOf: written.accountOf });
    const paid = async () => ((await context.provider.getBalance(receiver)) > before ? true : undefined);
    await waitFor('the transfer', paid, { timeoutMs: 60_000, children: [context.node] });
    assert.equal(await context.provider.getBalance(receiver), before + 5n * OPEN);
  });

  test('MetaMask pays polkadot-js', async () => {
    const before = await chain.freeBalance(polkadot);
    const command = block('cast keccak').replaceAll('http://127.0.0.1:9944', context.url);
    await runShell(command, { KEY: metamask.privateKey, PUBLIC_KEY: publicKey });
    assert.equal(await chain.freeBalance(polkadot), before + 3n * OPEN);
  });

  test('MetaMask calls the runtime', async () => {
    const fresh = account('//Test//documented//fresh');
    const code = block('method.toHex()').replace('await wallet', 'const sent = await wallet');
    const { sent } = await evaluate(code, { api: chain.api, fresh, wallet: context.connect(metamask) }, ['sent']);
    assert.equal((await sent.wait(1, 60_000)).status, 1);
    assert.equal(await chain.freeBalance(fresh), 2n * OPEN);
  });

  test('cast shows a balance', async () => {
    const [command] = block('cast balance').split('\n');
    const said = await runShell(command.replaceAll('http://127.0.0.1:9944', context.url), {});
    assert.ok(Number(said) > 0, said);
  });
}
