// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Checks the command line and the files that it names, or prints the help text, before anything is
// installed or built.

import { red } from './console.js';
import { checkFiles, readOptions, USAGE } from './options.js';

/** Ends with what is wrong, and with `more` that helps. */
function refuse(error, more = '') {
  console.error(`${red('error:')} ${error.message}${more}`);
  process.exit(2);
}

let options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  refuse(error, `\n\n${USAGE}`);
}
if (options.help) console.log(USAGE);
else {
  try {
    checkFiles(options);
  } catch (error) {
    refuse(error);
  }
}
