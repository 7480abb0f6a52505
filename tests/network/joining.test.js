// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// docs/operators/joining.md, and the rotation of keys in keys.md, run as they are written: their commands,
// in their order, by a shell.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { account, Chain, OPEN } from '../lib/chain.js';
import { fund } from '../lib/market.js';
import { Network } from '../lib/network.js';
import { binary } from '../lib/places.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { waitFor } from '../lib/wait.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FUNDS = 20_000n * OPEN;
// Elections and unbonding take eras: some minutes each with the preset's fast ones.
const SECTION_MS = 30 * 60_000;

const folder = newTestFolder('network-joining');
const network = new Network({ folder });
const [alice] = network.validators;
const places = { keys: path.join(folder, 'keys'), marks: path.join(folder, 'marks') };
let chain;
let stranger;
let shell;

/** The text of a page below its headings of the second level: heading and text. */
function sectionsOf(page) {
  return fs
    .readFileSync(path.join(root, 'docs/operators', page), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((text) => ({ heading: text.split('\n', 1)[0], text }));
}

/** The commands and comments for tests of a section, in their order. A list's may be indented. */
function stepsOf(text) {
  const found = text.matchAll(/^( *)```bash\n(.*?)^ *```|^ *<!-- test: (.*?) -->/gms);
  return [...found].flatMap(([, indent, commands, comment]) => {
    if (!comment) return [{ commands: commands.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }];
    const [, heading, page] = /^the section "(.+)" of (\S+)$/.exec(comment) ?? [];
    if (!page) return [{ comment }];
    const section = sectionsOf(page).find((one) => one.heading === heading);
    assert.ok(section, `${page} has no section "${heading}"`);
    return stepsOf(section.text);
  });
}

const sections = sectionsOf('joining.md').map(({ heading, text }) => ({ heading, steps: stepsOf(text) }));

/** What the test does where the page has a comment for it. */
const HOOKS = {
  'the account is funded here': async () => {
    const { publicKey } = JSON.parse(fs.readFileSync(path.join(places.keys, 'account.json')));
    stranger = Buffer.from(publicKey.slice(2), 'hex');
    await fund(chain, account('//Alice'), [{ address: chain.address(stranger) }], FUNDS);
  },
  'a block is made with the new keys': async () => {
    const { keys } = JSON.parse(fs.readFileSync(path.join(places.keys, 'rotated.json')));
    await waitFor('a block of the new BABE key', () => authoredBy(keys.slice(0, 66)), {
      timeoutMs: 120_000,
      everyMs: 1_000,
      children: network.children,
    });
  },
  'there is a seat for one more': async () => {
    const count = (await chain.api.query.operatorStaking.validatorCount()).toNumber();
    await chain.sudo(chain.api.tx.operatorStaking.setValidatorCount(count + 1), account('//Alice'));
  },
};

/** The best block, if it was made with this BABE key; undefined if not. */
async function authoredBy(key) {
  const { hash, digest } = await chain.api.rpc.chain.getHeader();
  const [, claim] = digest.logs.find((log) => log.isPreRuntime).asPreRuntime;
  // A byte for the kind of slot, then the author's place among the authorities, little-endian.
  const place = Buffer.from(claim.toU8a(true)).readUInt32LE(1);
  const authorities = await (await chain.api.at(hash)).query.babe.authorities();
  return authorities[place][0].toHex() === key ? hash.toHex() : undefined;
}

const mark = (name) => path.join(places.marks, name);

/** The page as a script that says how far it is, and waits where the test has to do something. */
function script() {
  const lines = ['set -euo pipefail'];
  sections.forEach(({ steps }, section) => {
    steps.forEach(({ commands, comment }, step) => {
      const name = `${section}-${step}`;
      if (comment) {
        lines.push(`touch ${mark(name)}.asked`);
        lines.push(`until [ -e ${mark(name)}.done ]; do sleep 0.5; done`);
      } else lines.push(commands);
    });
    lines.push(`touch ${mark(String(section))}.passed`);
  });
  // The node that was started belongs to the shell.
  lines.push('wait');
  return lines.join('\n');
}

before(async () => {
  fs.mkdirSync(places.marks, { recursive: true });
  await network.prepare();
  await network.start();
  chain = await Chain.connect(alice.url);
  // Ports and peers only: this node's keys are made by the page.
  const node = await network.addNode('stranger');
  const { rpc, p2p, prometheus } = node.ports;
  const file = path.join(folder, 'joining.sh');
  fs.writeFileSync(file, script());
  shell = network.supervisor.start('joining', 'bash', ['-c', `cd ${root} && exec bash ${file}`], {
    env: {
      PATH: `${path.dirname(binary('openledger-node'))}:${process.env.PATH}`,
      CHAIN: network.spec,
      DATA: path.join(folder, 'stranger', 'own'),
      KEYS: places.keys,
      NAME: 'stranger',
      NODE_URL: node.url,
      PROMETHEUS: `http://127.0.0.1:${prometheus}`,
      NODE_ARGS: [
        ...['--rpc-port', rpc, '--prometheus-port', prometheus],
        ...['--listen-addr', `/ip4/127.0.0.1/tcp/${p2p}`, '--no-mdns'],
        ...network.peersOf(node),
      ].join(' '),
    },
  });
});

after(async () => {
  await chain?.disconnect();
  await shell?.stop();
  await network.stop();
  removeTestFolder(folder);
});

test('the page has commands in every section', () => {
  assert.ok(sections.length >= 8);
  for (const { heading, steps } of sections) assert.ok(steps.length > 0, heading);
});

sections.forEach(({ heading, steps }, section) => {
  test(heading, async () => {
    const children = [shell, ...network.children];
    for (const [step, { comment }] of steps.entries()) {
      if (!comment) continue;
      assert.ok(HOOKS[comment], `nothing is known to do for: ${comment}`);
      await waitFor(comment, () => fs.existsSync(`${mark(`${section}-${step}`)}.asked`) || undefined, {
        timeoutMs: SECTION_MS,
        children,
      });
      await HOOKS[comment]();
      fs.writeFileSync(`${mark(`${section}-${step}`)}.done`, '');
    }
    await waitFor(`"${heading}"`, () => fs.existsSync(`${mark(String(section))}.passed`) || undefined, {
      timeoutMs: SECTION_MS,
      everyMs: 500,
      children,
    });
  });
});

test('the stranger has its OPEN back, but for fees', async () => {
  const { data } = await chain.api.query.system.account(stranger);
  const [free, reserved] = [data.free.toBigInt(), data.reserved.toBigInt()];
  assert.equal(reserved, 0n);
  assert.ok(free > FUNDS - 10n * OPEN, `${free} planck are left`);
});

test('the operator is gone from the chain', async () => {
  assert.ok((await chain.api.query.operatorStaking.operators(stranger)).isNone);
  assert.ok((await chain.api.query.session.nextKeys(stranger)).isNone);
});
