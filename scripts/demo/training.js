// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Training progress, as lines.

import { percent, say } from './console.js';

/** Returns a function that prints each entry of a training's progress that is worth a line. */
export function trainingPrinter(name) {
  let lastStep = 0;
  return (entry) => {
    const { event } = entry;
    if (event === 'epoch') {
      say(
        `${name}: epoch ${entry.epoch} done, loss ${entry.loss.toFixed(4)}, held-out accuracy ${percent(entry.held_out_accuracy_ppm)}`,
      );
    } else if (event === 'baseline') {
      say(`${name}: logistic regression on the frozen embeddings reaches ${percent(entry.accuracy_ppm)}`);
    } else if (event === 'step' && (Date.now() - lastStep > 5_000 || entry.step === entry.steps)) {
      lastStep = Date.now();
      say(
        `${name}: epoch ${entry.epoch}, step ${entry.step} of ${entry.steps}, loss ${entry.loss.toFixed(4)}`,
      );
    } else if (event === 'indexing' && entry.rows === entry.total) {
      say(`${name}: influence index of ${entry.total} rows`);
    }
  };
}
