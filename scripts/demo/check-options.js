// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Checks the command line, or prints the help text, before anything is installed or built.

import { red } from './console.js';
import { readOptions, USAGE } from './options.js';

try {
  if (readOptions(process.argv.slice(2)).help) console.log(USAGE);
} catch (error) {
  console.error(`${red('error:')} ${error.message}\n\n${USAGE}`);
  process.exit(2);
}
