// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contentHash, u8aConcat, u8aToHex } from '../lib/bytes.js';
import { merkleRoot, rowHash, rowsRoot, verifyMerkle, verifyRowProof } from '../lib/merkle.js';
import { registry } from '../lib/codec.js';

const leaves = (count) => Array.from({ length: count }, (_, i) => rowHash(`row ${i}`));

/** Sibling hashes from the leaf up, made independently of the verifier. */
function prove(items, leafIndex) {
  const siblings = [];
  let level = items.map(contentHash);
  let position = leafIndex;
  while (level.length > 1) {
    const sibling = position ^ 1;
    if (sibling < level.length) siblings.push(level[sibling]);
    const next = [];
    for (let i = 0; i < level.length; i += 2)
      next.push(level[i + 1] ? contentHash(u8aConcat(level[i], level[i + 1])) : level[i]);
    level = next;
    position >>= 1;
  }
  return { siblings, leafIndex, leaves: items.length };
}

test('every leaf of trees of every shape is provable', () => {
  for (let count = 1; count <= 33; count += 1) {
    const items = leaves(count);
    const root = merkleRoot(items);
    items.forEach((item, i) => assert.ok(verifyMerkle(root, item, prove(items, i)), `${i} of ${count}`));
  }
});

test('a proof of another leaf is refused', () => {
  const items = leaves(7);
  assert.ok(!verifyMerkle(merkleRoot(items), items[3], prove(items, 2)));
});

test('a proof with a sibling too few or too many is refused', () => {
  const items = leaves(8);
  const root = merkleRoot(items);
  const proof = prove(items, 5);
  assert.ok(!verifyMerkle(root, items[5], { ...proof, siblings: proof.siblings.slice(0, -1) }));
  assert.ok(!verifyMerkle(root, items[5], { ...proof, siblings: [...proof.siblings, root] }));
});

test('a leaf outside the tree is refused', () => {
  const items = leaves(4);
  assert.ok(!verifyMerkle(merkleRoot(items), items[0], { ...prove(items, 0), leafIndex: 4 }));
});

const rows = ['{"text":"a","label":"x"}', '{"text":"b","label":"y"}', '{"text":"c","label":"x"}'];

function rowProof() {
  const leaf = registry.createType('ContributionLeaf', {
    contribution: 7,
    contributor: new Uint8Array(32).fill(9),
    rowsRoot: rowsRoot(rows),
    firstRow: 10,
    rows: 3,
  });
  const others = [contentHash('another contribution'), leaf.toU8a()];
  const root = merkleRoot(others);
  return {
    chain: {
      root: u8aToHex(root),
      leafBytes: [...leaf.toU8a()],
      proof: prove(others, 1),
      rowInContribution: 2,
    },
    worker: { row: rows[2], proof: prove(rows.map(rowHash), 2) },
    root,
  };
}

test('a row leads to the account that contributed it', () => {
  const { chain, worker, root } = rowProof();
  const proven = verifyRowProof(chain, worker, root);
  assert.equal(proven.contribution, 7n);
  assert.equal(proven.contributor, registry.createType('AccountId32', new Uint8Array(32).fill(9)).toString());
});

test('another row with the same proof is refused', () => {
  const { chain, worker, root } = rowProof();
  assert.throws(
    () => verifyRowProof(chain, { ...worker, row: rows[1] }, root),
    /the row is not in the contribution/,
  );
});

test('a proof for a version that is not on chain is refused', () => {
  const { chain, worker } = rowProof();
  assert.throws(() => verifyRowProof(chain, worker, new Uint8Array(32)), /another version/);
});

test('a leaf that names another account is refused', () => {
  const { chain, worker, root } = rowProof();
  const leafBytes = chain.leafBytes.map((byte, i) => (i === 8 ? byte ^ 1 : byte));
  assert.throws(
    () => verifyRowProof({ ...chain, leafBytes }, worker, root),
    /the contribution is not in the version/,
  );
});
