// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import net from 'node:net';

/** Whether a port of 127.0.0.1 can be listened on. */
function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function anyFree() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const given = new Set();

/** `preferred` if it is free, else one that is. A port is given out once per process. */
export async function freePort(preferred) {
  if (preferred && !given.has(preferred) && (await isFree(preferred))) {
    given.add(preferred);
    return preferred;
  }
  for (;;) {
    const port = await anyFree();
    if (!given.has(port)) {
      given.add(port);
      return port;
    }
  }
}
