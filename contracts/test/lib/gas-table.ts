// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// The table of gas in docs/evm.md, which the tests hold to what is measured.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

/** A row of the table. */
export interface Row {
  name: string;
  here: number;
  estimated: number;
  ethereum: number;
}

/** How far a measurement may be from the documented number: signatures have lengths, weights are measured anew. */
const TOLERANCE = 0.02;

/** The documented rows. */
export async function documentedGas(): Promise<Row[]> {
  const text = await readFile(new URL('../../../docs/evm.md', import.meta.url), 'utf8');
  const [, table] = text.split('| | here | estimated | Ethereum |\n|---|---|---|---|\n');
  assert.ok(table, 'docs/evm.md has no table of gas');
  const lines = table.split('\n');
  return lines.slice(0, lines.indexOf('')).map((line) => {
    const [name, ...numbers] = line.split('|').slice(1, -1).map((cell) => cell.trim());
    const [here, estimated, ethereum] = numbers.map((cell) => Number(cell.replaceAll(',', '')));
    return { name: name!, here: here!, estimated: estimated!, ethereum: ethereum! };
  });
}

/** Whether a measured number is the documented one. */
export function assertGas(measured: number | undefined, documented: number): void {
  assert.ok(measured !== undefined, 'it was not measured');
  const difference = Math.abs(measured - documented) / documented;
  assert.ok(difference <= TOLERANCE, `${measured} instead of ${documented}`);
}
