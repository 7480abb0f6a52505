// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { Gate } from '../lib/gate.js';

let server;

before(async () => {
  server = net.createServer((socket) => socket.on('error', () => {}).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

after(() => server.close());

/** A connection through a gate, and the port that it comes from. */
async function dial(gate) {
  const socket = net.connect(gate.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

// Not `once`: a connection that is reset says so with an error first.
const ended = (socket) => new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', resolve)));

test('who is let in reaches the target', async () => {
  const gate = await Gate.open(server.address().port, () => true);
  const socket = await dial(gate);
  socket.write('hello');
  const [data] = await once(socket, 'data');
  assert.equal(data.toString(), 'hello');
  await gate.close();
});

test('who is not let in is disconnected', async () => {
  const gate = await Gate.open(server.address().port, () => false);
  await ended(await dial(gate));
  await gate.close();
});

test('a review disconnects those who are no longer let in, and nobody else', async () => {
  let shut;
  const gate = await Gate.open(server.address().port, (from) => from !== shut);
  const [one, other] = [await dial(gate), await dial(gate)];
  one.write('hello');
  await once(one, 'data');
  other.write('hello');
  await once(other, 'data');
  shut = one.localPort;
  gate.review();
  await ended(one);
  other.write('still here');
  const [data] = await once(other, 'data');
  assert.equal(data.toString(), 'still here');
  await gate.close();
});

test('closing a gate disconnects all', async () => {
  const gate = await Gate.open(server.address().port, () => true);
  const socket = await dial(gate);
  socket.write('hello');
  await once(socket, 'data');
  await gate.close();
  await ended(socket);
});
