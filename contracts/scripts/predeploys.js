// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// Compiles the contracts that genesis deploys and writes their runtime code, as hexadecimal digits, where the
// runtime reads it. With --check it writes nothing and fails where the committed code is another.

import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

import { SOLC_SETTINGS } from './compiler.js';

const solc = createRequire(import.meta.url)('solc');
const CONTRACTS = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The names of the contracts in src/predeploys. */
export const PREDEPLOYS = ['WOPEN', 'Multicall3'];

/** The file with a predeploy's committed code. */
export function predeployFile(name) {
  return path.resolve(CONTRACTS, '..', 'runtime', 'src', 'predeploys', `${name}.hex`);
}

/**
 * Compiles the predeploys.
 *
 * @returns {Promise<Record<string, string>>} the runtime code of each by its name, hexadecimal without `0x`
 * @throws where the compiler reports an error or a warning, or where the code has something that a constructor would
 *   have to fill in
 */
export async function compilePredeploys() {
  const sources = {};
  for (const name of PREDEPLOYS) {
    const file = path.join(CONTRACTS, 'src', 'predeploys', `${name}.sol`);
    sources[`src/predeploys/${name}.sol`] = { content: await readFile(file, 'utf8') };
  }
  const input = {
    language: 'Solidity',
    sources,
    settings: {
      ...SOLC_SETTINGS,
      outputSelection: { '*': { '*': ['evm.deployedBytecode.object', 'evm.deployedBytecode.immutableReferences'] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  if (output.errors?.length) {
    throw new Error(output.errors.map((error) => error.formattedMessage).join('\n'));
  }
  const codes = {};
  for (const name of PREDEPLOYS) {
    const { object, immutableReferences } = output.contracts[`src/predeploys/${name}.sol`][name].evm.deployedBytecode;
    if (Object.keys(immutableReferences ?? {}).length > 0) {
      throw new Error(`${name} has immutables: genesis runs no constructor that would set them`);
    }
    codes[name] = object;
  }
  return codes;
}

async function main() {
  const check = process.argv.includes('--check');
  const codes = await compilePredeploys();
  for (const [name, code] of Object.entries(codes)) {
    const file = predeployFile(name);
    if (check) {
      const committed = (await readFile(file, 'utf8')).trim();
      if (committed !== code) {
        throw new Error(`${file} is not what the source compiles to: run npm run predeploys`);
      }
    } else {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, `${code}\n`);
    }
    console.log(`${name}: ${code.length / 2} bytes`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
