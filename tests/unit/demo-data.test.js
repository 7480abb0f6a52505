// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { wordnetArchive } from '../lib/places.js';
import { readDataset, writeDataset } from '../../scripts/demo/dataset.js';
import { prepareWordnetDatasets, TOPICS } from '../../scripts/demo/wordnet-datasets.js';
import { definition, normalised, readGlosses } from '../../scripts/demo/wordnet.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openledger-data-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const { topics, wordClasses } = prepareWordnetDatasets(wordnetArchive(), path.join(folder, 'first'));
const dataset = readDataset(topics);
const texts = (rows) => rows.map(({ text }) => normalised(text));
const named = (name) => dataset.contributors.find((contributor) => contributor.name === name);

function write(files) {
  const target = fs.mkdtempSync(path.join(folder, 'own-'));
  for (const [file, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
    fs.writeFileSync(path.join(target, file), content);
  }
  return target;
}

const rowsOf = (count, label = 'x') =>
  Array.from({ length: count }, (_, i) => `${JSON.stringify({ text: `text ${label} ${i}`, label })}\n`).join(
    '',
  );

test('a definition has neither its topic nor examples', () => {
  assert.equal(definition('(law) a formal charge; "he was indicted"; "so was she"  '), 'a formal charge');
});

test('the topics dataset has eight honest contributors, one with wrong labels and one who copies', () => {
  const kinds = dataset.contributors.map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === 'honest').length, 8);
  assert.equal(kinds.filter((kind) => kind === 'wrong-label').length, 1);
  assert.equal(kinds.filter((kind) => kind === 'copier').length, 1);
});

test('an honest contributor has a share of one or two topics', () => {
  for (const { name, kind, rows } of dataset.contributors) {
    if (kind === 'honest') assert.ok(new Set(rows.map(({ label }) => label)).size <= 2, name);
  }
});

test('nothing that is held out is trained on', () => {
  const trained = new Set(dataset.contributors.flatMap(({ rows }) => texts(rows)));
  for (const text of texts(dataset.heldOut)) assert.ok(!trained.has(text), text);
});

test('no two contributors but the copier have a text in common', () => {
  const all = dataset.contributors.filter(({ kind }) => kind !== 'copier').flatMap(({ rows }) => texts(rows));
  assert.equal(new Set(all).size, all.length);
});

test("the copier has copies of one contributor's rows, and only a third are verbatim", () => {
  const original = new Set(named('goran').rows.map(({ text }) => text));
  const verbatim = named('jules').rows.filter(({ text }) => original.has(text)).length;
  assert.equal(verbatim, named('jules').rows.length / 3);
});

test('every label of the one with wrong labels is wrong', () => {
  const topicsOf = new Map(readGlosses(wordnetArchive()).map((gloss) => [gloss.text, gloss.topics]));
  for (const { text, label } of named('igor').rows) {
    assert.ok(!TOPICS[label].some((topic) => topicsOf.get(text).includes(topic)), text);
  }
});

test('the datasets are the same on every run', () => {
  prepareWordnetDatasets(wordnetArchive(), path.join(folder, 'second'));
  const read = (name) => fs.readFileSync(path.join(folder, name, 'topics', 'jules', 'rows.jsonl'), 'utf8');
  assert.equal(read('first'), read('second'));
});

test('the word-class dataset is honest and has four labels', () => {
  const { contributors } = readDataset(wordClasses);
  assert.ok(contributors.every(({ kind }) => kind === 'honest'));
  assert.equal(new Set(contributors.flatMap(({ rows }) => rows.map(({ label }) => label))).size, 4);
});

test('a dataset that was written reads as the same', () => {
  const target = path.join(folder, 'written');
  writeDataset(target, dataset);
  assert.deepEqual(readDataset(target), dataset);
});

test('without held-out.jsonl a tenth of each honest contributor is held out', () => {
  const own = readDataset(
    write({
      'a/rows.jsonl': rowsOf(30),
      'b/rows.jsonl': rowsOf(20, 'y'),
      'contributors.json': '{"b": "wrong-label"}',
    }),
  );
  assert.equal(own.heldOut.length, 3);
  assert.deepEqual(
    own.contributors.map(({ rows }) => rows.length),
    [27, 20],
  );
});

test('a row that is not JSON is named by file and line', () => {
  assert.throws(
    () => readDataset(write({ 'a/rows.jsonl': `${rowsOf(2)}oops\n` })),
    /a\/rows\.jsonl, line 3: this is not JSON/,
  );
});

test('a row without a label is named by file and line', () => {
  assert.throws(() => readDataset(write({ 'a/rows.jsonl': '{"text": "t"}\n' })), /line 1: expected/);
});

test('a folder without contributors is refused', () => {
  assert.throws(() => readDataset(write({ 'held-out.jsonl': rowsOf(1) })), /no folder with \.jsonl files/);
});

test('an unknown kind is refused', () => {
  assert.throws(
    () => readDataset(write({ 'a/rows.jsonl': rowsOf(9), 'contributors.json': '{"a": "saint"}' })),
    /a must be one of/,
  );
});
