// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// deploy/prometheus, checked by Prometheus' own tool.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { promtool } from '../lib/places.js';

const deploy = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openledger-prometheus-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

function check(...words) {
  const { status, stdout, stderr } = spawnSync(promtool(), words, { encoding: 'utf8', cwd: deploy });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

test('the configuration is valid, with all that it names', () => {
  check('check', 'config', 'prometheus.yml');
});

test('every rule is valid', () => {
  const rules = fs.readFileSync(path.join(deploy, 'alerts.yml'), 'utf8').match(/- alert: /g).length;
  assert.match(check('check', 'rules', 'alerts.yml'), new RegExp(`SUCCESS: ${rules} rules found`));
});

/**
 * Asserts which alerts a rule raises after `minutes`.
 *
 * @param {string} alert the rule
 * @param {object} series by name, the values of each minute in promtool's notation
 * @param {number} minutes
 * @param {{ labels: object, summary: string }[]} expected
 */
function raises(alert, series, minutes, expected) {
  const file = path.join(folder, `${alert}.json`);
  const alerts = expected.map(({ labels, summary }) => ({
    exp_labels: labels,
    exp_annotations: { summary },
  }));
  const content = {
    rule_files: [path.join(deploy, 'alerts.yml')],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [{ eval_time: `${minutes}m`, alertname: alert, exp_alerts: alerts }],
      },
    ],
  };
  // YAML has all of JSON.
  fs.writeFileSync(file, JSON.stringify(content));
  check('test', 'rules', file);
}

test('a transaction pool that is nearly full raises an alert, one that is half full does not', () => {
  const series = {
    'substrate_ready_transactions_number{node="a"}': '30000+0x10',
    'substrate_ready_transactions_number{node="b"}': '16384+0x10',
  };
  raises('TransactionPoolFull', series, 6, [
    { labels: { severity: 'message', node: 'a' }, summary: '30000 transactions wait in a' },
  ]);
});

test('finality that stands still raises an alert for its node', () => {
  const series = {
    'substrate_block_height{node="a",status="best"}': '100+30x10',
    'substrate_block_height{node="a",status="finalized"}': '98+0x10',
    'substrate_block_height{node="b",status="best"}': '100+30x10',
    'substrate_block_height{node="b",status="finalized"}': '98+30x10',
  };
  raises('FinalityStalled', series, 5, [
    { labels: { severity: 'page', node: 'a' }, summary: 'a is 152 blocks ahead of finality' },
  ]);
});
