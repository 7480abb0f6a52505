// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

/** Sleeps. */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Rejects with `message`, a text or what makes it, when `promise` has not settled after `timeoutMs`. */
export function within(promise, timeoutMs, message) {
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => {
      const text = typeof message === 'function' ? message() : message;
      reject(new Error(`${text} (waited ${timeoutMs / 1000} s)`));
    }, timeoutMs);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

/**
 * Asks `probe` until it returns something other than undefined, and returns that.
 *
 * @param {string} what what is waited for: part of the error's message
 * @param {() => Promise<any>} probe an exception of its own counts as "not yet"
 * @param {object} options
 * @param {number} options.timeoutMs the most to wait
 * @param {number} [options.everyMs] between two probes
 * @param {import('./processes.js').Child[]} [options.children] if one of them ends, waiting ends
 */
export async function waitFor(what, probe, { timeoutMs, everyMs = 250, children = [] }) {
  const started = Date.now();
  let last;
  for (;;) {
    try {
      const value = await within(Promise.resolve(probe()), timeoutMs, `no answer for: ${what}`);
      if (value !== undefined) return value;
      last = undefined;
    } catch (error) {
      if (error.fatal) throw error;
      last = error;
    }
    const logs = children.map((child) => `; ${child.describeLog()}`).join('');
    for (const child of children) {
      if (child.ended) throw new Error(`${child.describeEnd()} while waiting for: ${what}`);
    }
    if (Date.now() - started > timeoutMs) {
      const reason = last ? `: ${last.message}` : '';
      throw new Error(`waited ${timeoutMs / 1000} s for: ${what}${reason}${logs}`);
    }
    await sleep(everyMs);
  }
}

/** Runs `work` over `items`, at most `limit` at a time; results in the items' order. */
export async function mapLimited(items, limit, work) {
  const results = new Array(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
