// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseArgument } from '../../scripts/network/arguments.js';

test('an amount of OPEN is exact to the planck', () => {
  assert.equal(parseArgument('10000OPEN'), 10_000n * 10n ** 18n);
  assert.equal(parseArgument('0.000000000000000001OPEN'), 1n);
});

test('a part of a planck is refused', () => {
  assert.throws(() => parseArgument('0.0000000000000000001OPEN'), /more than 18 digits/);
});

test('a percentage is a Perbill', () => {
  assert.equal(parseArgument('10%'), 100_000_000n);
  assert.equal(parseArgument('0.5%'), 5_000_000n);
});

test('JSON is JSON', () => {
  assert.deepEqual(parseArgument('{"validator": true}'), { validator: true });
  assert.equal(parseArgument('7'), 7);
});

test('what is no JSON is text', () => {
  assert.equal(parseArgument('0x1234'), '0x1234');
  assert.equal(parseArgument('rLdFGAW9RWmiZ4MqaK7CkxiAe8uPj3RCPK1cBkXZAVdiNeP6Y'), 'rLdFGAW9RWmiZ4MqaK7CkxiAe8uPj3RCPK1cBkXZAVdiNeP6Y');
});

test('a number that would be rounded stays text', () => {
  assert.equal(parseArgument('12345678901234567890'), '12345678901234567890');
});
