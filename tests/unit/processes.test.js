// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { freePort } from '../lib/ports.js';
import { Supervisor } from '../lib/processes.js';
import { sleep, waitFor } from '../lib/wait.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openledger-processes-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const library = fileURLToPath(new URL('../lib/processes.js', import.meta.url));

const isRunning = (pid) =>
  fs.existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));

test('a child that ignores SIGTERM is killed after its grace', async () => {
  const supervisor = new Supervisor(folder);
  const child = supervisor.start('stubborn', 'bash', ['-c', 'trap "" TERM; while :; do sleep 0.1; done']);
  await sleep(300);
  await child.stop(300);
  assert.ok(!isRunning(child.pid));
});

test('stopping a child stops what it started', async () => {
  const supervisor = new Supervisor(folder);
  const child = supervisor.start('parent', 'bash', ['-c', 'sleep 60 & echo $!; wait']);
  const pid = await waitFor('the grandchild', () => Number(child.log().trim()) || undefined, {
    timeoutMs: 5_000,
    everyMs: 50,
  });
  await supervisor.stopAll();
  await waitFor('its end', () => (isRunning(pid) ? undefined : true), { timeoutMs: 5_000, everyMs: 50 });
});

for (const signal of ['SIGTERM', 'SIGKILL']) {
  test(`no child outlives a process that is ended by ${signal}`, async () => {
    const script = `
      const { Supervisor } = await import(${JSON.stringify(library)});
      const child = new Supervisor(${JSON.stringify(folder)}).start('orphan-${signal}', 'sleep', ['60']);
      console.log(child.pid);
      setTimeout(() => process.kill(process.pid, '${signal}'), 300);
      setInterval(() => {}, 1000);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    const pid = Number(stdout.trim());
    assert.ok(pid > 0);
    await waitFor('its end', () => (isRunning(pid) ? undefined : true), { timeoutMs: 5_000, everyMs: 50 });
  });
}

test('waiting ends with the last lines of the log when a child ends', async () => {
  const supervisor = new Supervisor(folder);
  const child = supervisor.start('failing', 'bash', ['-c', 'echo no database; exit 3']);
  await assert.rejects(
    waitFor('its answer', () => undefined, { timeoutMs: 5_000, everyMs: 50, children: [child] }),
    /failing ended with exit code 3.*no database/s,
  );
});

test('waiting too long names what was waited for and the log', async () => {
  const supervisor = new Supervisor(folder);
  const child = supervisor.start('slow', 'sleep', ['60']);
  await assert.rejects(
    waitFor(
      'its answer',
      () => {
        throw new Error('refused');
      },
      { timeoutMs: 200, everyMs: 50, children: [child] },
    ),
    /its answer: refused; the last lines of .*slow\.log/,
  );
  await supervisor.stopAll();
});

test('a port is given out once', async () => {
  const [first, second] = [await freePort(), await freePort()];
  assert.notEqual(first, second);
  assert.notEqual(await freePort(first), first);
});

test('memory is that of the child itself', async () => {
  const supervisor = new Supervisor(folder);
  const child = supervisor.start('memory', process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await sleep(500);
  assert.ok(child.memoryMb() > 10);
  await supervisor.stopAll();
  assert.equal(child.memoryMb(), undefined);
});
