// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// How fast a node that joins imports a chain that another one has: every block is executed.

import { sleep } from '../../../tests/lib/wait.js';
import { Load, round, sum } from './stats.js';

/** When a node reached each height, as far as it was seen. */
async function follow(node, target) {
  const heights = [];
  const by = Date.now() + 600_000;
  for (;;) {
    const height = await node.height();
    const now = performance.now();
    if (heights.at(-1)?.height !== height) heights.push({ height, now });
    if (height >= target) return heights;
    if (Date.now() > by) throw new Error(`the node that syncs is at ${height} of ${target} after ten minutes`);
    await sleep(20);
  }
}

/** The moment a node reached `height`: between two that were seen, in proportion. */
function momentOf(heights, height) {
  const next = heights.findIndex((seen) => seen.height >= height);
  const [before, after] = [heights[Math.max(0, next - 1)], heights[next]];
  if (after.height === before.height) return after.now;
  const part = (height - before.height) / (after.height - before.height);
  return before.now + part * (after.now - before.now);
}

/**
 * Lets a new node sync from the only one of a network, which makes no blocks meanwhile.
 *
 * @param {import('../../../tests/lib/network.js').Network} network of one validator
 * @param {{ number: number, signed: string[] }[]} full consecutive blocks that were full
 */
export async function measureImport(network, full) {
  const [source] = network.validators;
  await source.child.stop();
  // Without keys it only serves what it has.
  source.keys = undefined;
  source.start();
  await source.up();

  const [first, last] = [full[0].number, full.at(-1).number];
  const joining = await network.addNode('joining');
  joining.start();
  await joining.up();
  const load = new Load([joining.child.pid]);
  const heights = await follow(joining, last);
  const cores = load.cores();
  const seconds = (momentOf(heights, last) - momentOf(heights, first - 1)) / 1_000;
  await joining.child.stop();
  const transfers = sum(full.map(({ signed }) => signed.length));
  return {
    how: 'a new node syncs from one that makes no blocks; every block is executed',
    full_blocks: full.length,
    transfers,
    seconds: round(seconds),
    blocks_per_second: round(full.length / seconds),
    transfers_per_second: round(transfers / seconds, 0),
    cores_busy_by_the_node: cores.nodes,
  };
}
