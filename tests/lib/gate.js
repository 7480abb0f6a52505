// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Connections that can be cut by who dials: a network split without firewall rules or root.

import net from 'node:net';

/** A door to a port of 127.0.0.1 that asks who comes. */
export class Gate {
  /** The open connections: both sides, and the port that the dialler dialled from. */
  #connections = new Set();

  /**
   * Listens on a free port and forwards to `target` whom `admits` lets in.
   *
   * @param {number} target a port of 127.0.0.1
   * @param {(from: number) => boolean} admits is given the port that the dialler dials from: a node
   *   dials from the port that it listens on
   */
  static open(target, admits) {
    const gate = new Gate();
    gate.admits = admits;
    gate.server = net.createServer((near) => gate.#forward(near, target));
    return new Promise((resolve, reject) => {
      gate.server.once('error', reject);
      gate.server.listen(0, '127.0.0.1', () => {
        gate.port = gate.server.address().port;
        resolve(gate);
      });
    });
  }

  #forward(near, target) {
    const from = near.remotePort;
    if (!this.admits(from)) {
      near.destroy();
      return;
    }
    const far = net.connect(target, '127.0.0.1');
    const connection = { from, near, far };
    this.#connections.add(connection);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      socket.setNoDelay(true);
      // What breaks one side breaks the other; the nodes dial again by themselves.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#connections.delete(connection);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }

  /** Breaks the connections of those who would no longer be let in. */
  review() {
    for (const { from, near, far } of this.#connections) {
      if (this.admits(from)) continue;
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Ends for good. */
  close() {
    this.admits = () => false;
    this.review();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
