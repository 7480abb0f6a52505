// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The chain's binary Merkle trees (blake2-256), checked without trusting node or worker:
// row → contribution → account. A level with an odd number of nodes carries its last one up.

import { contentHash, domainHash, hexToU8a, stringToU8a, u8aConcat, u8aEq, u8aToHex } from './bytes.js';
import { registry } from './codec.js';

const bytes = (value) => (typeof value === 'string' ? hexToU8a(value) : Uint8Array.from(value));

const inner = (left, right) => contentHash(u8aConcat(left, right));

/** The hash of a row: its bytes in the contribution's content, without the line end. */
export function rowHash(row) {
  return domainHash('openledger/row/v1', typeof row === 'string' ? stringToU8a(row) : row);
}

/** The root over leaves (bytes). A tree without leaves has the root zero. */
export function merkleRoot(leaves) {
  if (leaves.length === 0) return new Uint8Array(32);
  let level = leaves.map(contentHash);
  while (level.length > 1) {
    const next = [];
    for (let i = 0; i < level.length; i += 2) {
      next.push(i + 1 < level.length ? inner(level[i], level[i + 1]) : level[i]);
    }
    level = next;
  }
  return level[0];
}

/** The root that a contribution registers, from the lines of its content. */
export function rowsRoot(rows) {
  return merkleRoot(rows.map(rowHash));
}

/**
 * Whether a proof leads from a leaf (bytes) to a root.
 * @param {{ siblings: (string|Uint8Array)[], leafIndex: number, leaves: number }} proof
 */
export function verifyMerkle(root, leaf, proof) {
  let position = proof.leafIndex;
  let width = proof.leaves;
  if (position >= width) return false;
  let hash = contentHash(leaf);
  for (const sibling of proof.siblings) {
    // The last node of an odd level has no sibling there and waits for the level where it has one.
    while (width > 1 && position % 2 === 0 && position + 1 === width) {
      position = Math.floor(position / 2);
      width = Math.ceil(width / 2);
    }
    if (width <= 1) return false;
    hash = position % 2 === 1 ? inner(bytes(sibling), hash) : inner(hash, bytes(sibling));
    position = Math.floor(position / 2);
    width = Math.ceil(width / 2);
  }
  // Every level must be used up, but for those where the node had no sibling.
  while (width > 1) {
    if (!(position % 2 === 0 && position + 1 === width)) return false;
    position = Math.floor(position / 2);
    width = Math.ceil(width / 2);
  }
  return u8aEq(hash, bytes(root));
}

/**
 * Whether a row's proofs hold: the row is in the contribution that the worker's proof names, that
 * contribution is in the version, and the version's root is the one on chain.
 *
 * @param {object} chainProof `datanets_proofOf`'s answer
 * @param {{ row: string, proof: object }} workerProof the worker's answer for the row
 * @param {string|Uint8Array} versionRoot the version's root, read from the chain's storage
 * @returns {{ contribution: bigint, contributor: string }} what is proven
 */
export function verifyRowProof(chainProof, workerProof, versionRoot) {
  const leaf = registry.createType('ContributionLeaf', bytes(chainProof.leafBytes));
  if (u8aToHex(leaf.toU8a()) !== u8aToHex(bytes(chainProof.leafBytes))) {
    throw new Error('the leaf has bytes that it should not have');
  }
  if (!u8aEq(bytes(chainProof.root), bytes(versionRoot))) {
    throw new Error('the proof is for another version than the one on chain');
  }
  if (!verifyMerkle(versionRoot, leaf.toU8a(), chainProof.proof)) {
    throw new Error('the contribution is not in the version');
  }
  if (!verifyMerkle(leaf.rowsRoot.toU8a(), rowHash(workerProof.row), workerProof.proof)) {
    throw new Error('the row is not in the contribution');
  }
  if (workerProof.proof.leafIndex !== chainProof.rowInContribution) {
    throw new Error('the proof is for another row');
  }
  return { contribution: leaf.contribution.toBigInt(), contributor: leaf.contributor.toString() };
}
