// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Writes the demo's datasets: node write-datasets.js FOLDER [--without-copier]

import fs from 'node:fs';
import path from 'node:path';

import { wordnetArchive } from '../../tests/lib/places.js';
import { readDataset } from './dataset.js';
import { prepareWordnetDatasets } from './wordnet-datasets.js';

const [folder, option] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node write-datasets.js FOLDER [--without-copier]');
  process.exit(2);
}
const datasets = prepareWordnetDatasets(wordnetArchive(), folder);
if (option === '--without-copier') {
  // What copies is never accepted, so no model is trained on it.
  for (const dataset of Object.values(datasets)) {
    for (const { name, kind } of readDataset(dataset).contributors) {
      if (kind === 'copier') fs.rmSync(path.join(dataset, name), { recursive: true });
    }
  }
}
console.log(Object.values(datasets).join('\n'));
