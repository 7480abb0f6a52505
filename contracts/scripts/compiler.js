// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// The compiler's settings, in one place: Hardhat and the script that writes the predeploys share them.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The compiler's version; the `solc` package of the same version brings it, so that nothing is downloaded. */
export const SOLC_VERSION = '0.8.37';

/** The path of the compiler itself, compiled to JavaScript and WebAssembly. */
export const SOLC_PATH = require.resolve('solc/soljson.js');

/**
 * `pallet-revive` knows every instruction up to Osaka's CLZ. Neither the metadata's hash nor its CBOR trailer is
 * appended, so that the same source gives the same code wherever the files lie.
 */
export const SOLC_SETTINGS = {
  evmVersion: 'osaka',
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: 'none', appendCBOR: false },
};
