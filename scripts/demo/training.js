// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Training progress, as lines.

import { percent, say } from './console.js';

/** Returns a function that prints each entry of a training's progress that is worth a line. */
export function trainingPrinter(name) {
  let lastStep = 0;
  return (entry) => {
    const [kind, value] = variant(entry);
    if (kind === 'epoch') {
      say(
        `${name}: epoch ${value.epoch} done, loss ${value.loss.toFixed(4)}, held-out accuracy ${percent(value.held_out_accuracy_ppm)}`,
      );
    } else if (kind === 'baseline') {
      say(`${name}: logistic regression on the frozen embeddings reaches ${percent(value.accuracy_ppm)}`);
    } else if (kind === 'step' && (Date.now() - lastStep > 5_000 || value.step === value.steps)) {
      lastStep = Date.now();
      say(
        `${name}: epoch ${value.epoch}, step ${value.step} of ${value.steps}, loss ${value.loss.toFixed(4)}`,
      );
    } else if (kind === 'indexing' && value.rows === value.total) {
      say(`${name}: influence index of ${value.total} rows`);
    }
  };
}

// {"type": "epoch", …} or {"epoch": {…}}.
function variant(entry) {
  const tag = entry.type ?? entry.kind ?? entry.event;
  if (typeof tag === 'string') return [tag.toLowerCase(), entry];
  const [[name, value]] = Object.entries(entry);
  return [name.toLowerCase(), value];
}
