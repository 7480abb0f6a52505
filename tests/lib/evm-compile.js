// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Solidity for the tests and the benchmark, compiled by solc from npm when they start.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

// As hex, as ethers and viem take it.
const withPrefix = (hex) => `0x${hex}`;

/**
 * Compiles all contracts of a folder.
 *
 * @param {string} folder with files that end in .sol
 * @returns {Record<string, { abi: object[], bytecode: string, runtime: string }>} by the contract's name;
 *   `bytecode` makes the contract, `runtime` is what the chain then holds
 */
export function compileFolder(folder) {
  // Loading it takes a second: only who compiles loads it.
  const solc = createRequire(import.meta.url)('solc');
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.sol'));
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(
      files.map((file) => [file, { content: fs.readFileSync(path.join(folder, file), 'utf8') }]),
    ),
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
    },
  };
  const { errors = [], contracts } = JSON.parse(solc.compile(JSON.stringify(input)));
  const serious = errors.filter(({ severity }) => severity === 'error');
  if (serious.length > 0) throw new Error(serious.map((error) => error.formattedMessage).join('\n'));
  return Object.fromEntries(
    Object.values(contracts)
      .flatMap((ofFile) => Object.entries(ofFile))
      .map(([name, { abi, evm }]) => [
        name,
        {
          abi,
          bytecode: withPrefix(evm.bytecode.object),
          runtime: withPrefix(evm.deployedBytecode.object),
        },
      ]),
  );
}
