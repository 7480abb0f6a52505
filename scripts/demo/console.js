// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What the demo prints while it runs.

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);

export const bold = (text) => paint('1', text);
export const red = (text) => paint('31', text);
export const green = (text) => paint('32', text);

const started = Date.now();
let steps = 0;

/** A headline, with the time since the start. */
export function step(text) {
  steps += 1;
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    bold(`\n[${steps}] ${text}`) + paint('2', `  (${Math.floor(seconds / 60)} min ${seconds % 60} s)`),
  );
}

/** A detail below a headline. */
export function say(text) {
  console.log(`    ${text}`);
}

/** Planck as OPEN with six decimals, cut and not rounded. */
export function open(planck) {
  const micro = planck / 10n ** 12n;
  return `${micro / 1_000_000n}.${String(micro % 1_000_000n).padStart(6, '0')}`;
}

/** Parts per million as percent. */
export const percent = (ppm) => `${(Number(ppm) / 10_000).toFixed(2)} %`;

/**
 * A table. Columns whose header starts with ">" are aligned to the right.
 * @param {string[]} headers
 * @param {string[][]} rows
 */
export function table(headers, rows) {
  const right = headers.map((header) => header.startsWith('>'));
  const names = headers.map((header) => header.replace(/^>/, ''));
  const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  const print = (cells) =>
    cells
      .map((cell, i) => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  say(bold(print(names)));
  say(widths.map((width) => '─'.repeat(width)).join('  '));
  for (const row of rows) say(print(row));
}
