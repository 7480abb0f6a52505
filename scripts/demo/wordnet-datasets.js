// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The demo's two datasets, made of WordNet's glosses: the same on every machine.

import path from 'node:path';

import { line, pseudoRandom, shuffled, writeDataset } from './dataset.js';
import { normalised, readGlosses } from './wordnet.js';

/** Labels and the WordNet topics that each stands for. */
export const TOPICS = {
  law: ['law'],
  medicine: ['medicine', 'anatomy'],
  computing: ['computer_science'],
  chemistry: ['chemistry'],
  physics: ['physics'],
  music: ['music'],
  military: ['military'],
  mathematics: ['mathematics'],
};

// Each contributor's share of one or two topics, in rows.
const HONEST = {
  amara: { law: 90 },
  bruno: { law: 30, military: 60 },
  chen: { medicine: 90 },
  dalia: { computing: 90 },
  emil: { chemistry: 90 },
  farah: { physics: 70, mathematics: 20 },
  goran: { music: 90 },
  hana: { military: 30, mathematics: 70 },
};
const WRONG_LABEL = { name: 'igor', rowsPerTopic: 10 };
const COPIER = { name: 'jules', of: 'goran', rows: 60 };
const HELD_OUT_PER_TOPIC = 20;

const WORD_CLASSES = ['noun', 'verb', 'adjective', 'adverb'];
const WORD_CLASS_CONTRIBUTORS = ['kofi', 'lena', 'mateo', 'nadia'];
const WORD_CLASS_ROWS = 12;
const WORD_CLASS_HELD_OUT = 20;

/** A copy of a row that tries not to look like one: a third is verbatim. */
function disguised({ text, label }, index) {
  if (index % 3 === 1) return { text: `${text[0].toUpperCase()}${text.slice(1)}.`, label };
  if (index % 3 === 2) return { text: `${text}, in general`, label };
  return { text, label };
}

/** Deals items out in order; fails when there are not enough. */
function dealer(items, what) {
  let next = 0;
  return (count) => {
    const dealt = items.slice(next, next + count);
    next += count;
    if (dealt.length < count) throw new Error(`WordNet has too few glosses of ${what}`);
    return dealt;
  };
}

/** Topics: eight honest contributors, one whose labels are wrong, one who copies. */
function topicDataset(glosses) {
  const labels = Object.keys(TOPICS);
  const deal = {};
  for (const label of labels) {
    // A gloss that has two of the labels' topics would have two right answers.
    const own = glosses.filter(({ topics }) => {
      const fitting = labels.filter((other) => TOPICS[other].some((topic) => topics.includes(topic)));
      return fitting.length === 1 && fitting[0] === label;
    });
    const rows = shuffled(own, 'topics', ({ text }) => text).map(({ text }) => ({ text, label }));
    deal[label] = dealer(rows, label);
  }
  const heldOut = labels.flatMap((label) => deal[label](HELD_OUT_PER_TOPIC));
  const mixed = (name, rows) => shuffled(rows, name, line);
  const contributors = Object.entries(HONEST).map(([name, shares]) => {
    const rows = Object.entries(shares).flatMap(([label, count]) => deal[label](count));
    return { name, kind: 'honest', rows: mixed(name, rows) };
  });
  const mislabelled = labels.flatMap((label) =>
    deal[label](WRONG_LABEL.rowsPerTopic).map(({ text }) => {
      const others = labels.filter((other) => other !== label);
      return { text, label: others[pseudoRandom(text) % others.length] };
    }),
  );
  contributors.push({
    name: WRONG_LABEL.name,
    kind: 'wrong-label',
    rows: mixed(WRONG_LABEL.name, mislabelled),
  });
  const source = contributors.find(({ name }) => name === COPIER.of).rows;
  const copies = mixed(COPIER.name, source).slice(0, COPIER.rows).map(disguised);
  contributors.push({ name: COPIER.name, kind: 'copier', rows: copies });
  return { contributors, heldOut: mixed('held-out', heldOut) };
}

/** Word classes: is the word that the gloss explains a noun, a verb, an adjective or an adverb? */
function wordClassDataset(glosses) {
  const deal = {};
  for (const label of WORD_CLASSES) {
    const own = glosses.filter(({ wordClass, topics }) => wordClass === label && topics.length === 0);
    const rows = shuffled(own, 'word classes', ({ text }) => normalised(text));
    deal[label] = dealer(
      rows.map(({ text }) => ({ text, label })),
      label,
    );
  }
  const share = (name, count) =>
    shuffled(
      WORD_CLASSES.flatMap((label) => deal[label](count)),
      name,
      line,
    );
  const heldOut = share('held-out', WORD_CLASS_HELD_OUT);
  const contributors = WORD_CLASS_CONTRIBUTORS.map((name) => ({
    name,
    kind: 'honest',
    rows: share(name, WORD_CLASS_ROWS),
  }));
  return { contributors, heldOut };
}

/**
 * Makes both datasets below `folder`.
 * @returns {{ topics: string, wordClasses: string }} their folders
 */
export function prepareWordnetDatasets(archive, folder) {
  const glosses = readGlosses(archive);
  const folders = { topics: path.join(folder, 'topics'), wordClasses: path.join(folder, 'word-classes') };
  writeDataset(folders.topics, topicDataset(glosses));
  writeDataset(folders.wordClasses, wordClassDataset(glosses));
  return folders;
}
