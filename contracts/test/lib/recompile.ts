// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// Verification by recompilation: what a block explorer does with a contract's sources.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { artifacts } from 'hardhat';
import type { Hex } from 'viem';

interface ImmutableReference {
  start: number;
  length: number;
}

interface DeployedBytecode {
  object: string;
  immutableReferences?: Record<string, ImmutableReference[]>;
}

interface Output {
  contracts: Record<string, Record<string, { evm: { deployedBytecode: DeployedBytecode } }>>;
}

/** What was compiled anew, by its build's id. */
const outputs = new Map<string, Output>();

function compile(input: { settings: object }): Output {
  const selected = ['evm.deployedBytecode.object', 'evm.deployedBytecode.immutableReferences'];
  const settings = { ...input.settings, outputSelection: { '*': { '*': selected } } };
  const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string };
  return JSON.parse(solc.compile(JSON.stringify({ ...input, settings }))) as Output;
}

/**
 * Compiles a contract anew from the sources that its build was made of.
 *
 * @param name the contract's name
 */
export async function recompiled(name: string): Promise<DeployedBytecode> {
  const artifact = await artifacts.readArtifact(name);
  const id = await artifacts.getBuildInfoId(name);
  assert.ok(id, `${name} was not built here`);
  const file = await artifacts.getBuildInfoPath(id);
  assert.ok(file);
  const { input } = JSON.parse(await readFile(file, 'utf8')) as { input: { settings: object } };
  const output = outputs.get(id) ?? compile(input);
  outputs.set(id, output);
  assert.ok('inputSourceName' in artifact && typeof artifact.inputSourceName === 'string');
  const contract = output.contracts[artifact.inputSourceName]?.[name];
  assert.ok(contract, `the compiler made no ${name}`);
  return contract.evm.deployedBytecode;
}

/**
 * Whether code on the chain is what the sources compile to. What the constructor filled in (immutables) is left out of
 * the comparison.
 */
export function isCompiledFrom(code: Hex | undefined, { object, immutableReferences }: DeployedBytecode): boolean {
  if (code === undefined) {
    return false;
  }
  const onChain = Buffer.from(code.slice(2), 'hex');
  const compiled = Buffer.from(object, 'hex');
  for (const { start, length } of Object.values(immutableReferences ?? {}).flat()) {
    onChain.fill(0, start, start + length);
    compiled.fill(0, start, start + length);
  }
  return onChain.equals(compiled);
}
