// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bnToU8a } from '@polkadot/util';
import { ed25519Verify, sr25519Verify } from '@polkadot/util-crypto';

import { domainHash, u8aConcat } from '../lib/bytes.js';
import { account } from '../lib/chain.js';
import {
  decodeReceipt,
  receiptKey,
  receiptPayload,
  registrationProof,
  registry,
  signReceipt,
  signVoucher,
  voucherPayload,
} from '../lib/codec.js';

const little = (value, bits) => bnToU8a(BigInt(value), { bitLength: bits, isLe: true });

const voucher = {
  genesis: new Uint8Array(32).fill(1),
  channel: 2n,
  sequence: 3,
  adapter: 4,
  inputHash: new Uint8Array(32).fill(5),
  unitPrice: 6n,
  cumulative: 2n ** 100n,
};

const receipt = {
  version: 1,
  genesis: new Uint8Array(32).fill(1),
  job: { Channel: { channel: 2, sequence: 3 } },
  voucher: `0x${'07'.repeat(32)}`,
  adapter: 4,
  artifact: new Uint8Array(32).fill(2),
  inputHash: new Uint8Array(32).fill(3),
  outputHash: new Uint8Array(32).fill(4),
  units: 17,
  influence: [
    { contribution: 0, share: 400_000 },
    { contribution: 9, share: 600_000 },
  ],
  method: 'UnitGradientsV1',
  evidence: new Uint8Array(32).fill(5),
  worker: new Uint8Array(32).fill(6),
  seenAt: 8,
};

test('a voucher is encoded field by field, little-endian and without lengths', () => {
  const encoded = u8aConcat(
    new Uint8Array(32).fill(1),
    little(2, 64),
    little(3, 32),
    little(4, 32),
    new Uint8Array(32).fill(5),
    little(6, 128),
    little(2n ** 100n, 128),
  );
  assert.deepEqual(registry.createType('Voucher', voucher).toU8a(), encoded);
  assert.deepEqual(voucherPayload(voucher), domainHash('openledger/voucher/v1', encoded));
});

test('a signed voucher ends in a verifiable sr25519 multi-signature', () => {
  const alice = account('//Alice');
  const signed = signVoucher(voucher, alice);
  const body = registry.createType('Voucher', voucher).toU8a();
  assert.deepEqual(signed.subarray(0, body.length), body);
  assert.equal(signed[body.length], 1);
  assert.equal(signed.length, body.length + 1 + 64);
  assert.ok(sr25519Verify(voucherPayload(voucher), signed.subarray(-64), alice.publicKey));
});

test('a receipt is encoded field by field', () => {
  const encoded = u8aConcat(
    little(1, 16),
    new Uint8Array(32).fill(1),
    [1],
    little(2, 64),
    little(3, 32),
    [1],
    new Uint8Array(32).fill(7),
    little(4, 32),
    new Uint8Array(32).fill(2),
    new Uint8Array(32).fill(3),
    new Uint8Array(32).fill(4),
    little(17, 32),
    [2 << 2],
    little(0, 64),
    little(400_000, 32),
    little(9, 64),
    little(600_000, 32),
    [0],
    new Uint8Array(32).fill(5),
    new Uint8Array(32).fill(6),
    little(8, 32),
  );
  assert.deepEqual(registry.createType('InferenceReceipt', receipt).toU8a(), encoded);
  assert.deepEqual(receiptPayload(receipt), domainHash('openledger/receipt/v1', encoded));
});

test('a signed receipt survives being encoded', () => {
  const key = receiptKey('//Receipts');
  const signed = decodeReceipt(signReceipt(receipt, key, signVoucher(voucher, account('//Alice'))).toHex());
  assert.ok(ed25519Verify(receiptPayload(receipt), signed.signature.toU8a(), key.publicKey));
  assert.equal(signed.voucher.unwrap().voucher.cumulative.toBigInt(), 2n ** 100n);
});

test('a registration proof covers domain, genesis and account', () => {
  const key = receiptKey('//Receipts');
  const genesis = new Uint8Array(32).fill(7);
  const operator = new Uint8Array(32).fill(9);
  const proof = registrationProof(genesis, operator, key);
  assert.ok(ed25519Verify(domainHash('openledger/worker/v1', genesis, operator), proof, key.publicKey));
});
