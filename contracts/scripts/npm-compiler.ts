// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// A Hardhat plugin: the compiler comes from the npm package `solc`. Hardhat's own compiler configuration asks a
// server for the list of compilers even where a path is given; this one asks nobody.

import { createRequire } from 'node:module';

import type { SolidityBuildProfileConfig } from 'hardhat/types/config';
import type { HardhatPlugin } from 'hardhat/types/plugins';
import type { Compiler, CompilerInput, CompilerOutput } from 'hardhat/types/solidity';

import { SOLC_PATH, SOLC_SETTINGS, SOLC_VERSION } from './compiler.js';

/** The `type` that Hardhat's configuration gives a compiler to choose this one. */
export const NPM_COMPILER = 'npm';

declare module 'hardhat/types/config' {
  interface SolidityCompilerTypeDefinitions {
    npm: true;
  }

  interface NpmCompilerConfig extends CommonSolidityCompilerConfig {
    type: 'npm';
  }

  interface SolidityCompilerConfigPerType {
    npm: NpmCompilerConfig;
  }
}

interface SolcPackage {
  version(): string;
  compile(input: string): string;
}

const plugin: HardhatPlugin = {
  id: 'openledger-npm-compiler',
  hookHandlers: {
    config: async () => ({
      default: async () => ({
        resolveUserConfig: async (userConfig, resolveConfigurationVariable, next) => {
          const resolved = await next(userConfig, resolveConfigurationVariable);
          const profile: SolidityBuildProfileConfig = {
            isolated: false,
            preferWasm: false,
            overrides: {},
            compilers: [{ type: NPM_COMPILER, version: SOLC_VERSION, settings: SOLC_SETTINGS, path: SOLC_PATH }],
          };
          const solidity = resolved.solidity;
          return {
            ...resolved,
            solidity: {
              ...solidity,
              registeredCompilerTypes: [...solidity.registeredCompilerTypes, NPM_COMPILER],
              profiles: { default: profile, production: profile },
            },
          };
        },
      }),
    }),
    solidity: async () => ({
      default: async () => ({
        getCompiler: async (context, config, next) => {
          if (config.type !== NPM_COMPILER) {
            return next(context, config);
          }
          return npmCompiler();
        },
      }),
    }),
  },
};

function npmCompiler(): Compiler {
  const solc = createRequire(import.meta.url)('solc') as SolcPackage;
  const longVersion = solc.version().match(/^\d+\.\d+\.\d+\+commit\.[0-9a-f]+/)?.[0];
  if (longVersion === undefined || !longVersion.startsWith(`${SOLC_VERSION}+`)) {
    throw new Error(`the package solc is ${solc.version()}, not ${SOLC_VERSION}: run npm ci`);
  }
  return {
    version: SOLC_VERSION,
    longVersion,
    compilerPath: SOLC_PATH,
    isSolcJs: true,
    compile: async (input: CompilerInput) => JSON.parse(solc.compile(JSON.stringify(input))) as CompilerOutput,
  };
}

export default plugin;
