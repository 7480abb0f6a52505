#!/usr/bin/env node
// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// The Solidity compiler from npm behind the command line of the native one, as far as forge uses it:
// `--version` and `--standard-json` with the input on standard input. Nothing is downloaded.

import fs from 'node:fs';
import { createRequire } from 'node:module';

const solc = createRequire(import.meta.url)('solc');

if (process.argv.includes('--version')) {
  console.log('solc, the solidity compiler commandline interface');
  console.log(`Version: ${solc.version().replace('.Emscripten.clang', '.Linux.g++')}`);
} else if (process.argv.includes('--standard-json')) {
  // Forge gives all sources in the input: no import is read from disk.
  process.stdout.write(solc.compile(fs.readFileSync(0, 'utf8')));
} else {
  console.error('usage: evm-solc.js --version | --standard-json');
  process.exitCode = 1;
}
