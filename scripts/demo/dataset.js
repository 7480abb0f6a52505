// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A dataset is a folder: one folder per contributor with JSONL rows {"text", "label"}, an optional
// held-out.jsonl, and an optional contributors.json that tells a contributor's kind where it is not
// "honest".

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const KINDS = ['honest', 'wrong-label', 'copier'];

/** A row as a line of JSONL. */
export const line = ({ text, label }) => JSON.stringify({ text, label });

/** A number from 0 to 2^32 - 1 that depends on nothing but the text. */
export function pseudoRandom(text) {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

/** The items in an order that depends on nothing but their keys and the seed. */
export function shuffled(items, seed, key) {
  const rank = new Map(items.map((item) => [item, pseudoRandom(`${seed}/${key(item)}`)]));
  return [...items].sort((a, b) => rank.get(a) - rank.get(b));
}

function readRows(file) {
  const rows = [];
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  lines.forEach((text, index) => {
    const where = `${file}, line ${index + 1}`;
    let row;
    try {
      row = JSON.parse(text);
    } catch {
      throw new Error(`${where}: this is not JSON`);
    }
    for (const field of ['text', 'label']) {
      if (typeof row?.[field] !== 'string' || row[field].trim() === '') {
        throw new Error(`${where}: expected {"text": "…", "label": "…"}`);
      }
    }
    rows.push({ text: row.text, label: row.label });
  });
  return rows;
}

/**
 * Reads a dataset. Without held-out.jsonl every tenth row of each honest contributor is held out:
 * taken away from what it contributes, so that nothing is asked about that was trained on.
 *
 * @returns {{ contributors: { name: string, kind: string, rows: object[] }[], heldOut: object[] }}
 */
export function readDataset(folder) {
  if (!fs.existsSync(folder)) throw new Error(`there is no folder ${folder}`);
  const kindsFile = path.join(folder, 'contributors.json');
  const kinds = fs.existsSync(kindsFile) ? JSON.parse(fs.readFileSync(kindsFile, 'utf8')) : {};
  const contributors = [];
  for (const entry of fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue;
    const own = path.join(folder, entry.name);
    const files = fs
      .readdirSync(own)
      .filter((file) => file.endsWith('.jsonl'))
      .sort();
    const rows = files.flatMap((file) => readRows(path.join(own, file)));
    if (rows.length === 0) continue;
    const kind = kinds[entry.name] ?? 'honest';
    if (!KINDS.includes(kind))
      throw new Error(`${kindsFile}: ${entry.name} must be one of ${KINDS.join(', ')}`);
    contributors.push({ name: entry.name, kind, rows });
  }
  if (contributors.length === 0) throw new Error(`${folder} has no folder with .jsonl files`);
  const heldOutFile = path.join(folder, 'held-out.jsonl');
  const heldOut = fs.existsSync(heldOutFile) ? readRows(heldOutFile) : holdOut(contributors);
  if (heldOut.length === 0) throw new Error(`${folder} has too few rows to hold some out`);
  return { contributors, heldOut };
}

function holdOut(contributors) {
  const heldOut = [];
  for (const contributor of contributors.filter(({ kind }) => kind === 'honest')) {
    const order = shuffled(contributor.rows, 'hold-out', line);
    const taken = new Set(order.slice(0, Math.ceil(order.length / 10)));
    if (taken.size === order.length) continue;
    heldOut.push(...taken);
    contributor.rows = contributor.rows.filter((row) => !taken.has(row));
  }
  return heldOut;
}

/** Writes a dataset, in the form that `readDataset` reads. */
export function writeDataset(folder, { contributors, heldOut }) {
  fs.rmSync(folder, { recursive: true, force: true });
  const write = (file, rows) =>
    fs.writeFileSync(path.join(folder, file), rows.map((row) => `${line(row)}\n`).join(''));
  const kinds = {};
  for (const { name, kind, rows } of contributors) {
    fs.mkdirSync(path.join(folder, name), { recursive: true });
    write(path.join(name, 'rows.jsonl'), rows);
    if (kind !== 'honest') kinds[name] = kind;
  }
  write('held-out.jsonl', heldOut);
  fs.writeFileSync(path.join(folder, 'contributors.json'), `${JSON.stringify(kinds, null, 2)}\n`);
}
