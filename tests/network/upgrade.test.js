// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A referendum upgrades the runtime of a running network: to one with a higher spec_version and a
// storage migration, which `scripts/lib/next-runtime.sh` builds.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';

import { blake2AsHex, xxhashAsHex } from '@polkadot/util-crypto';

import { account, Chain, OPEN } from '../lib/chain.js';
import { Network } from '../lib/network.js';
import { binary, runtimeCache } from '../lib/places.js';
import { runCommand } from '../lib/processes.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { waitFor } from '../lib/wait.js';

const folder = newTestFolder('network-upgrade');
const network = new Network({ folder });
const [alice] = network.validators;
const SLOT_MS = 2_000;

let file;
let code;
let chain;
let specBefore;

before(async () => {
  const script = fileURLToPath(new URL('../../scripts/lib/next-runtime.sh', import.meta.url));
  file = runCommand(script, [], { maxBuffer: 64 * 1024 * 1024 }).trim();
  code = `0x${fs.readFileSync(file).toString('hex')}`;
  await network.prepare();
  await network.start();
  chain = await Chain.connect(alice.url);
  specBefore = chain.api.runtimeVersion.specVersion.toNumber();
});

after(async () => {
  await chain?.disconnect();
  await network.stop();
  removeTestFolder(folder);
});

test('a referendum authorises the next runtime', async () => {
  const { api } = chain;
  const hash = blake2AsHex(code);
  const call = api.tx.system.authorizeUpgrade(hash);
  const bytes = call.method.toHex();
  const voters = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'].map((name) => account(`//${name}`));
  const [proposer] = voters;
  await chain.send(api.tx.preimage.notePreimage(bytes), proposer);
  const proposal = { Lookup: { hash: call.method.hash.toHex(), len: call.method.encodedLength } };
  const submission = api.tx.referenda.submit({ system: 'Root' }, proposal, { After: 1 });
  const { events } = await chain.send(submission, proposer);
  const index = chain.find(events, 'referenda', 'Submitted').data.index.toNumber();
  await chain.send(api.tx.referenda.placeDecisionDeposit(index), proposer);
  const vote = {
    Standard: { vote: { aye: true, conviction: 'Locked6x' }, balance: 9_000_000n * OPEN },
  };
  await Promise.all(
    voters.map((voter) => chain.send(api.tx.convictionVoting.vote(index, vote), voter)),
  );
  await waitFor(
    'the referendum to be enacted',
    async () => {
      const authorized = await api.query.system.authorizedUpgrade();
      if (authorized.isSome) return true;
      const state = await api.query.referenda.referendumInfoFor(index);
      throw new Error(`it is ${JSON.stringify(state.toHuman()).slice(0, 300)}`);
    },
    { timeoutMs: 300_000, everyMs: 1_000, children: network.children },
  );
  const authorized = (await api.query.system.authorizedUpgrade()).unwrap();
  assert.equal(authorized.codeHash.toHex(), hash);
});

test('another runtime than the authorised one is refused', async () => {
  const other = `${code.slice(0, -2)}${code.endsWith('00') ? '01' : '00'}`;
  await assert.rejects(
    chain.send(chain.api.tx.system.applyAuthorizedUpgrade(other), account('//Eve')),
    { name: 'ChainError' },
  );
});

test('the operators prepare it', () => {
  const options = ['--chain', network.spec, '--runtime-cache', runtimeCache()];
  const said = runCommand(binary('openledger-node'), ['prepare-runtime', ...options, file]);
  assert.match(said, new RegExp(`openledger ${specBefore + 1} is ready`));
});

let upgradedAt;

test('anybody applies it, and every validator runs it', async () => {
  const { api } = chain;
  upgradedAt = await chain.height();
  await chain.send(api.tx.system.applyAuthorizedUpgrade(code), account('//Eve'), {
    timeoutMs: 120_000,
  });
  for (const validator of network.validators) {
    await waitFor(
      `${validator.name} to run the next runtime`,
      async () => (await validator.rpc('state_getRuntimeVersion')).specVersion === specBefore + 1 || undefined,
      { timeoutMs: 120_000, everyMs: 500, children: network.children },
    );
  }
});

test('the migration ran once and noted its block', async () => {
  // It is not in the metadata: the key is made of the names.
  const key = xxhashAsHex('Pace', 128) + xxhashAsHex('RehearsedAt', 128).slice(2);
  // It runs at the begin of the first block that the next runtime executes.
  const noted = await waitFor(
    'the migration to write its block',
    async () => (await alice.rpc('state_getStorage', key)) ?? undefined,
    { timeoutMs: 30_000, everyMs: 500, children: network.children },
  );
  const block = Buffer.from(noted.slice(2), 'hex').readUInt32LE();
  assert.ok(block > upgradedAt && block <= (await alice.height()), `it says block ${block}`);
});

test('finality goes on over the upgrade', async () => {
  await network.agreeOn((await alice.height()) + 3, 240_000);
});

test('blocks go on over the upgrade', async () => {
  const height = await alice.height();
  const key = xxhashAsHex('Timestamp', 128) + xxhashAsHex('Now', 128).slice(2);
  const times = [];
  for (let number = Math.max(1, upgradedAt - 5); number <= height; number += 1) {
    // Without the metadata, which is not the same on both sides.
    const stored = await alice.rpc('state_getStorage', key, await alice.hashAt(number));
    times.push(Number(Buffer.from(stored.slice(2), 'hex').readBigUInt64LE()));
  }
  const gaps = times.slice(1).map((time, i) => (time - times[i]) / SLOT_MS);
  const longest = Math.max(...gaps);
  // Nothing has to be compiled: what is left is the machine's load, which no test asserts. What this
  // run saw is in its output.
  console.log(`longest gap over the upgrade: ${longest} slots`);
  assert.ok(gaps.every((gap) => gap > 0), 'block times go back');
  assert.ok(times.length >= 8, 'the chain made no blocks after the upgrade');
});
