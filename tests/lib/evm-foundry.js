// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Foundry's programs, from npm.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { within } from './wait.js';

const packages = fileURLToPath(new URL('../node_modules/@foundry-rs', import.meta.url));

/** Where npm has put a program. */
const folderOf = (name) => path.join(packages, `${name}-linux-amd64/bin`);

/** A program of Foundry: npm's, or the one that is installed where npm has none for this platform. */
function program(name) {
  const fromNpm = path.join(folderOf(name), name);
  return fs.existsSync(fromNpm) ? fromNpm : name;
}

/** Runs a program to its end. Others go on meanwhile. Gives its output, or fails with what it said. */
function run(command, args, { cwd, env = {}, timeoutMs = 120_000 } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', FOUNDRY_DISABLE_NIGHTLY_WARNING: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const name = path.basename(command);
  const [out, err] = [[], []];
  child.stdout.on('data', (part) => out.push(part));
  child.stderr.on('data', (part) => err.push(part));
  const ended = new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Error(`${name} cannot be run: ${error.message}; install Foundry, or run npm ci in tests/`)),
    );
    child.once('close', (code) => {
      const [text, errors] = [out, err].map((parts) => Buffer.concat(parts).toString());
      if (code === 0) resolve(text);
      else reject(new Error(`${name} ${args.join(' ')} ended with ${code}: ${errors}${text}`));
    });
  });
  return within(ended, timeoutMs, `${name} ${args[0]} does not end`).finally(() => child.kill());
}

/** Runs `forge` or `cast`. */
export const runFoundry = (name, args, options) => run(program(name), args, options);

/** Runs a line of shell as people type it, with Foundry's programs at hand. */
export function runShell(line, env = {}) {
  const places = ['cast', 'forge'].map(folderOf).filter((folder) => fs.existsSync(folder));
  const PATH = [...places, process.env.PATH].join(path.delimiter);
  return run('bash', ['-euo', 'pipefail', '-c', line], { env: { ...env, PATH } });
}
