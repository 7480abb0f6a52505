// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What the node says when something is wrong with its start: one line that says what to do.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { binary } from '../lib/places.js';
import { freePort } from '../lib/ports.js';
import { Network } from '../lib/network.js';
import { runCommand } from '../lib/processes.js';
import { newTestFolder, removeTestFolder } from '../lib/test-folder.js';
import { waitFor } from '../lib/wait.js';

const folder = newTestFolder('network-start');
const network = new Network({ folder, names: ['alice'] });
let ports;

before(async () => {
  await network.prepare();
  ports = { rpc: await freePort(), p2p: await freePort(), prometheus: await freePort() };
});

after(async () => {
  await network.stop();
  removeTestFolder(folder);
});

const base = (name) => ['--base-path', path.join(folder, name)];

/** Starts a node that must not run, and returns the one line that begins with "Error:". */
function refusal(...args) {
  const all = [
    ...['--rpc-port', ports.rpc, '--prometheus-port', ports.prometheus, '--no-mdns'],
    ...['--listen-addr', `/ip4/127.0.0.1/tcp/${ports.p2p}`],
    ...args,
  ].map(String);
  const { status, stderr } = spawnSync(binary('openledger-node'), all, { encoding: 'utf8', timeout: 120_000 });
  assert.equal(status, 1, stderr);
  const lines = stderr.trimEnd().split('\n');
  const errors = lines.filter((line) => line.startsWith('Error:'));
  assert.equal(errors.length, 1, stderr);
  assert.equal(lines.at(-1), errors[0], 'nothing follows it');
  return errors[0];
}

test('a chain that is not known is named, with those that are', () => {
  assert.match(refusal('--chain', 'nowhere', ...base('a')), /`nowhere`.*local/);
});

test('a file that is no specification is named', () => {
  const file = path.join(folder, 'no-spec.json');
  fs.writeFileSync(file, '{"name": "x"}');
  assert.match(refusal('--chain', file, ...base('a')), /no-spec\.json.*not a chain specification/);
});

test('a validator without a network key is told how to make one', () => {
  const line = refusal('--chain', network.spec, '--validator', ...base('b'));
  assert.match(line, /network key.*key generate-node-key --file .*secret_ed25519/);
});

test('no network key is made on the way', () => {
  refusal('--chain', network.spec, '--validator', ...base('c'));
  const { stdout } = spawnSync('find', [path.join(folder, 'c'), '-name', 'secret_ed25519'], { encoding: 'utf8' });
  assert.equal(stdout, '');
});

test('a taken port is named, with the option that moves it', async () => {
  const server = net.createServer().listen(ports.rpc, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const line = refusal('--chain', network.spec, ...base('d'));
  assert.match(line, new RegExp(`port ${ports.rpc}.*--rpc-port`));
  await new Promise((resolve) => server.close(resolve));
});

test('a pool on a node that is no validator is refused', () => {
  const line = refusal('--chain', network.spec, ...base('e'), '--inference-pool', 'http://127.0.0.1:1');
  assert.match(line, /--validator/);
});

test('a network backend that the node does not know is refused', () => {
  const line = refusal('--dev', '--network-backend', 'libp2p', ...base('libp2p'));
  assert.match(line, /litep2p only.*--network-backend/);
});

test('a disk without enough room is named, with the room that is there', () => {
  const line = refusal('--chain', network.spec, ...base('f'), '--db-storage-threshold', '1000000000');
  assert.match(line, /disk of .*MiB left.*--db-storage-threshold/);
});

test('a database of another chain is named, with what can be done', () => {
  const spec = JSON.parse(fs.readFileSync(network.spec, 'utf8'));
  // One more account in the genesis: the same id and folder, another chain.
  spec.genesis.raw.top['0x00'] = '0x01';
  const other = path.join(folder, 'other.json');
  fs.writeFileSync(other, JSON.stringify(spec));
  runCommand(binary('openledger-node'), ['export-blocks', '--chain', network.spec, ...base('g'), '--to', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const line = refusal('--chain', other, ...base('g'));
  assert.match(line, /another chain.*--base-path.*purge-chain/);
});

test('session keys of no session are a warning, and so is a pool that cannot be reached', async () => {
  const [alice] = network.validators;
  const free = await freePort();
  alice.pool = [`http://127.0.0.1:${free}`];
  alice.start();
  await alice.up();
  const stranger = await network.addNode('stranger');
  const keys = JSON.parse(
    runCommand(binary('openledger-node'), [
      ...['key', 'generate-session', '--chain', network.spec, '--base-path', path.join(stranger.folder, 'data')],
      ...['--account', `0x${'11'.repeat(32)}`],
    ]),
  );
  assert.match(keys.proof, /^0x[0-9a-f]{256}$/);
  stranger.start(['--validator']);
  await stranger.up();
  assert.equal(await stranger.rpc('author_hasSessionKeys', keys.keys), true);
  for (const [child, expected] of [
    [stranger.child, /BABE key\(s\) is in the session.*session\.setKeys/],
    [alice.child, new RegExp(`127\\.0\\.0\\.1:${free} cannot be reached: start it, or correct --inference-pool`)],
  ]) {
    await waitFor(String(expected), () => expected.test(child.log()) || undefined, {
      timeoutMs: 60_000,
      children: [child],
    });
  }
});
