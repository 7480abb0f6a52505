// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Small sums, and how busy processes are.

import fs from 'node:fs';
import os from 'node:os';

/** The value below which that part (0 to 1) of the numbers lies; undefined of none. */
export function quantile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

export const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

export const round = (number, digits = 2) => Number(number.toFixed(digits));

// The kernel counts a process's time in hundredths of a second on every Linux.
const TICKS_PER_SECOND = 100;

/** Processor seconds that a process has used. */
function processorSeconds(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may have spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Idle and all processor seconds of the machine. */
function machineSeconds() {
  const times = os.cpus().map((cpu) => cpu.times);
  const all = sum(times.map((time) => sum(Object.values(time))));
  return { idle: sum(times.map((time) => time.idle)) / 1_000, all: all / 1_000 };
}

/** Measures how many cores the nodes, this process and the whole machine keep busy. */
export class Load {
  #started = Date.now();
  #own = process.cpuUsage();
  #machine = machineSeconds();
  #nodes;

  /** @param {number[]} pids of the nodes */
  constructor(pids) {
    this.pids = pids;
    this.#nodes = sum(pids.map(processorSeconds));
  }

  /** Cores that were busy since the start, by who kept them so. */
  cores() {
    const seconds = (Date.now() - this.#started) / 1_000;
    const own = process.cpuUsage(this.#own);
    const machine = machineSeconds();
    const all = machine.all - this.#machine.all;
    return {
      machine: os.cpus().length,
      nodes: round((sum(this.pids.map(processorSeconds)) - this.#nodes) / seconds),
      sender: round((own.user + own.system) / 1e6 / seconds),
      idle: round(((machine.idle - this.#machine.idle) / all) * os.cpus().length),
    };
  }
}
