// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { readDataset } from './dataset.js';

export const USAGE = `Usage: ./scripts/demo.sh [--once] [--json FILE] [--data DIR]

Sets up what is missing, builds, starts a development chain and two workers, and does OpenLedger's
main job on real data: data in, model trained, answers given, influence measured, contributors paid.
Then everything stays up until Ctrl-C.

  --once        stop when the main job is done
  --json FILE   write the result to FILE as well
  --data DIR    take your own data for the first Datanet: one folder per contributor with .jsonl
                files of {"text": …, "label": …}, one row a line. Optional: held-out.jsonl (what is
                asked about; without it every tenth row is held out) and contributors.json, such as
                {"mallory": "wrong-label"}, for kinds other than "honest"
  --requests N  how many texts are asked about (default: 200)
  --epochs N    passes over the data in training (default: the worker's own)
  --free-ports  take free ports instead of the ones that people expect (9944, 30333, 9615, 8600)
  --keep        keep databases and logs when all went well
  --help        this text

Environment: OPENLEDGER_CACHE, CARGO_TARGET_DIR and others, see ./scripts/setup.sh --help`;

/** Reads the command line; fails with a message that says what is wrong. */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'string' },
      data: { type: 'string' },
      requests: { type: 'string', default: '200' },
      epochs: { type: 'string' },
      'free-ports': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const requests = Number(values.requests);
  if (!Number.isInteger(requests) || requests < 4) throw new Error('--requests takes a number from 4 on');
  const epochs = values.epochs === undefined ? undefined : Number(values.epochs);
  if (epochs !== undefined && !(Number.isInteger(epochs) && epochs > 0))
    throw new Error('--epochs takes a number from 1 on');
  return {
    once: values.once,
    freePorts: values['free-ports'],
    keep: values.keep,
    help: values.help,
    json: values.json && path.resolve(values.json),
    data: values.data && path.resolve(values.data),
    requests,
    epochs,
  };
}

/** Fails when the result could not be written in the end, or the data are not what the demo reads. */
export function checkFiles({ json, data }) {
  if (json) {
    const folder = path.dirname(json);
    if (!fs.existsSync(folder)) throw new Error(`--json: there is no folder ${folder}`);
    const isThere = fs.existsSync(json);
    if (isThere && fs.statSync(json).isDirectory()) throw new Error(`--json: ${json} is a folder`);
    try {
      fs.accessSync(isThere ? json : folder, fs.constants.W_OK);
    } catch {
      throw new Error(`--json: ${json} cannot be written`);
    }
  }
  if (!data) return;
  try {
    readDataset(data);
  } catch (error) {
    throw new Error(`--data: ${error.message}`);
  }
}
