// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// How people write a call's arguments on a command line.

/** A decimal number times 10 to the power of `digits`, exactly. */
function scaled(text, digits) {
  const [whole, fraction = ''] = text.split('.');
  if (fraction.length > digits) throw new Error(`${text} has more than ${digits} digits after the point`);
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

/** `100OPEN` is an amount in planck, `10%` a Perbill, all else JSON or, if it is none, text. */
export function parseArgument(word) {
  if (typeof word !== 'string') return word;
  const amount = /^(\d+(?:\.\d+)?) ?OPEN$/.exec(word);
  if (amount) return scaled(amount[1], 18);
  const part = /^(\d+(?:\.\d+)?)%$/.exec(word);
  if (part) return scaled(part[1], 7);
  // A number that JavaScript would round stays text.
  if (/^\d{16,}$/.test(word)) return word;
  try {
    return JSON.parse(word);
  } catch {
    return word;
  }
}
