// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Child processes that never outlive this one.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { sleep } from './wait.js';

// With util-linux's setpriv the kernel ends the children even if this process is killed outright.
const PARENT_DEATH =
  spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0
    ? ['setpriv', '--pdeathsig', 'TERM']
    : [];

/** A child process whose output goes to a log file. With `outlive` it goes on when this process ends. */
export class Child {
  constructor(name, command, args, { env, logFile, outlive = false }) {
    this.name = name;
    this.logFile = logFile;
    this.ended = false;
    this.expected = false;
    const log = fs.openSync(logFile, 'a');
    const [program, ...rest] = [...(outlive ? [] : PARENT_DEATH), command, ...args];
    // A process group of its own: Ctrl-C reaches this process only, which then stops the children
    // in order.
    this.process = spawn(program, rest, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
      detached: true,
    });
    if (outlive) this.process.unref();
    fs.closeSync(log);
    this.exited = new Promise((resolve) => {
      const end = (how) => {
        this.ended = true;
        this.how = how;
        resolve();
      };
      this.process.once('error', (error) => end(`could not be started: ${error.message}`));
      this.process.once('exit', (code, signal) =>
        end(signal ? `was ended by ${signal}` : `ended with exit code ${code}`),
      );
    });
  }

  get pid() {
    return this.process.pid;
  }

  /** Where its log is, and the log's last lines. */
  describeLog() {
    const tail = this.log().trimEnd().split('\n').slice(-15).join('\n  ');
    return `the last lines of ${this.logFile}:\n  ${tail}\n`;
  }

  /** How it ended, with the last lines of its log. */
  describeEnd() {
    return `${this.name} ${this.how}; ${this.describeLog()}`;
  }

  log() {
    return fs.readFileSync(this.logFile, 'utf8');
  }

  /** Resident memory in megabytes, or undefined when the process has ended. */
  memoryMb() {
    try {
      const status = fs.readFileSync(`/proc/${this.pid}/status`, 'utf8');
      const match = /^VmRSS:\s+(\d+) kB$/m.exec(status);
      return match ? Math.round(Number(match[1]) / 102.4) / 10 : undefined;
    } catch {
      return undefined;
    }
  }

  #signal(signal) {
    if (this.ended || this.pid === undefined) return;
    try {
      // The whole group: a worker's training job is a child of its own.
      process.kill(-this.pid, signal);
    } catch {
      // It has just ended.
    }
  }

  /** Asks it to end, and kills it if it has not after `graceMs`. */
  async stop(graceMs = 15_000) {
    this.expected = true;
    this.#signal('SIGTERM');
    await Promise.race([this.exited, sleep(graceMs)]);
    await this.kill();
  }

  /** Kills it at once, as a power cut would. */
  async kill() {
    this.expected = true;
    this.#signal('SIGKILL');
    await this.exited;
  }

  /** For the end of this process, where nothing can be waited for. */
  killNow() {
    this.#signal('SIGKILL');
  }
}

/** Starts children and stops all of them; at this process's end too, unless they are to outlive it. */
export class Supervisor {
  #children = [];

  constructor(logFolder, { outlive = false } = {}) {
    this.logFolder = logFolder;
    this.outlive = outlive;
    fs.mkdirSync(logFolder, { recursive: true });
    this.onExit = () => this.#children.forEach((child) => child.killNow());
    if (!outlive) process.once('exit', this.onExit);
  }

  /** @returns {Child} */
  start(name, command, args, { env = {} } = {}) {
    const logFile = path.join(this.logFolder, `${name}.log`);
    const child = new Child(name, command, args, { env, logFile, outlive: this.outlive });
    this.#children.push(child);
    return child;
  }

  /** Stops all, the last started first. */
  async stopAll() {
    for (const child of [...this.#children].reverse()) await child.stop();
    process.removeListener('exit', this.onExit);
  }
}

/** Runs a command to its end and returns its standard output; fails with its error output. */
export function runCommand(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${result.status}: ${result.stderr.trim()}`);
  }
  return result.stdout;
}
