// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// SCALE types that clients write or read outside of extrinsics: vouchers for a worker's HTTP API,
// receipts, and the leaves of a version's Merkle tree. The chain's metadata describes everything
// else, so that @polkadot/api needs no types from here to talk to the node.

import { TypeRegistry } from '@polkadot/types';
import { Keyring } from '@polkadot/keyring';

import { domainHash } from './bytes.js';

export const registry = new TypeRegistry();
registry.register({
  ChannelRequest: { channel: 'u64', sequence: 'u32' },
  JobRef: { _enum: { Escrowed: 'u64', Channel: 'ChannelRequest' } },
  InfluenceShare: { contribution: 'u64', share: 'u32' },
  InfluenceMethod: { _enum: ['UnitGradientsV1'] },
  InferenceReceipt: {
    version: 'u16',
    genesis: 'H256',
    job: 'JobRef',
    voucher: 'Option<H256>',
    adapter: 'u32',
    artifact: 'H256',
    inputHash: 'H256',
    outputHash: 'H256',
    units: 'u32',
    influence: 'Vec<InfluenceShare>',
    method: 'InfluenceMethod',
    evidence: 'H256',
    worker: 'AccountId32',
    seenAt: 'u32',
  },
  Voucher: {
    genesis: 'H256',
    channel: 'u64',
    sequence: 'u32',
    adapter: 'u32',
    inputHash: 'H256',
    unitPrice: 'u128',
    cumulative: 'u128',
  },
  SignedVoucher: { voucher: 'Voucher', signature: 'MultiSignature' },
  SignedReceipt: {
    receipt: 'InferenceReceipt',
    signature: 'Ed25519Signature',
    voucher: 'Option<SignedVoucher>',
    output: 'Option<Bytes>',
  },
  ContributionLeaf: {
    contribution: 'u64',
    contributor: 'AccountId32',
    rowsRoot: 'H256',
    firstRow: 'u64',
    rows: 'u32',
  },
  JobInput: { _enum: { Inline: 'Bytes', Stored: 'H256' } },
  DispatchedJob: { job: 'u64', adapter: 'u32', input: 'JobInput', maxUnits: 'u32' },
  DispatchRequest: { genesis: 'H256', jobs: 'Vec<DispatchedJob>' },
  DispatchStatus: { _enum: ['Queued', 'Finished', 'Busy', 'NotEscrowed', 'Unservable'] },
  DispatchResponse: { statuses: 'Vec<DispatchStatus>' },
  ReceiptsResponse: { receipts: 'Vec<SignedReceipt>' },
});

/** What a consumer signs for one request of a channel; also the voucher's hash. */
export function voucherPayload(voucher) {
  return domainHash('openledger/voucher/v1', registry.createType('Voucher', voucher).toU8a());
}

/** A voucher with the consumer's sr25519 signature, SCALE-encoded. */
export function signVoucher(voucher, consumer) {
  const signature = { Sr25519: consumer.sign(voucherPayload(voucher)) };
  return registry.createType('SignedVoucher', { voucher, signature }).toU8a();
}

/** What a worker signs for one answer; also the receipt's hash. */
export function receiptPayload(receipt) {
  return domainHash('openledger/receipt/v1', registry.createType('InferenceReceipt', receipt).toU8a());
}

/**
 * A receipt with the ed25519 signature of a worker's receipt key.
 * @param {Uint8Array} [voucher] a signed voucher, encoded
 * @returns {object} ready to be an argument of `attribution.submitReceipt`
 */
export function signReceipt(receipt, key, voucher) {
  return registry.createType('SignedReceipt', {
    receipt,
    signature: key.sign(receiptPayload(receipt)),
    voucher: voucher ? registry.createType('SignedVoucher', voucher) : null,
    output: null,
  });
}

/** Decodes a receipt from hex or bytes. */
export function decodeReceipt(encoded) {
  return registry.createType('SignedReceipt', encoded);
}

/** Shows that whoever registers a receipt key holds it. */
export function registrationProof(genesis, account, key) {
  return key.sign(domainHash('openledger/worker/v1', genesis, account));
}

/** A new ed25519 receipt key from a secret URI, for tests that play a worker themselves. */
export function receiptKey(uri) {
  return new Keyring({ type: 'ed25519' }).addFromUri(uri);
}
