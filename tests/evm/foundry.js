// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// Foundry's forge and cast, from npm.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { encodeBytes32String, id, Interface } from 'ethers';

import { wallet } from '../lib/evm.js';
import { runFoundry } from '../lib/evm-foundry.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const solc = path.join(here, '../lib/evm-solc.js');

export function foundryStories(context) {
  const user = context.actor('foundry user');
  const receiver = wallet('foundry receiver').address;
  let project;
  let ledger;
  let network;
  let signed;

  const cast = (...args) => runFoundry('cast', args);
  const forge = (...args) => runFoundry('forge', args, { cwd: project });

  before(() => {
    // A copy: the compiler's output and the records of broadcasts lie beside the sources.
    project = path.join(context.folder, 'foundry');
    fs.cpSync(path.join(here, 'foundry'), project, { recursive: true });
    network = ['--rpc-url', context.url];
    signed = [...network, '--private-key', user.privateKey];
  });

  test('forge builds and tests', async () => {
    const said = await forge('test', '--use', solc);
    assert.match(said, /1 tests passed, 0 failed/);
  });

  test('forge tests over the state of the node', async () => {
    const said = await forge('test', '--use', solc, '--fork-url', context.url);
    assert.match(said, /1 tests passed, 0 failed/);
  });

  for (const [how, more] of [
    ['one after the other', ['--slow']],
    ['together', []],
  ]) {
    test(`forge script --broadcast sends several transactions ${how}, and all succeed`, async () => {
      await forge('script', 'script/Deploy.s.sol', ...signed, '--broadcast', '--use', solc, ...more);
      const record = path.join(project, 'broadcast/Deploy.s.sol/1984/run-latest.json');
      const { receipts, transactions } = JSON.parse(fs.readFileSync(record, 'utf8'));
      assert.equal(transactions.length, 5);
      assert.deepEqual(
        receipts.map(({ status }) => status),
        Array(5).fill('0x1'),
      );
      ledger = transactions[0].contractAddress;
      const sum = await cast('call', ledger, 'sums(bytes32)(uint256)', encodeBytes32String('rows'), ...network);
      assert.equal(sum.trim(), '15');
    });
  }

  test('forge create deploys', async () => {
    const said = await forge('create', 'src/Ledger.sol:Ledger', ...signed, '--broadcast', '--use', solc, '--json');
    const { deployedTo } = JSON.parse(said);
    const owner = await cast('call', deployedTo, 'owner()(address)', ...network);
    assert.equal(owner.trim(), user.address);
  });

  test('cast send calls a contract, and cast logs finds the event', async () => {
    const name = encodeBytes32String('cast');
    const said = await cast('send', ledger, 'add(bytes32,uint256)', name, '11', ...signed, '--json');
    const { status, blockNumber } = JSON.parse(said);
    assert.equal(status, '0x1');
    const range = ['--from-block', String(Number(blockNumber)), '--to-block', String(Number(blockNumber))];
    const signature = 'Added(bytes32 indexed,uint256,uint256)';
    const found = JSON.parse(await cast('logs', signature, name, '--address', ledger, ...range, ...network, '--json'));
    assert.equal(found.length, 1);
    assert.equal(found[0].topics[0], id('Added(bytes32,uint256,uint256)'));
  });

  test('cast send moves OPEN, and cast balance shows it', async () => {
    await cast('send', receiver, '--value', '2ether', ...signed);
    const balance = await cast('balance', receiver, '--ether', ...network);
    assert.equal(Number(balance), 2);
  });

  test('cast run replays a transaction', async () => {
    const name = encodeBytes32String('run');
    const { transactionHash } = JSON.parse(
      await cast('send', ledger, 'add(bytes32,uint256)', name, '1', ...signed, '--gas-limit', '300000', '--json'),
    );
    const said = await cast('run', transactionHash, ...network, '--quick');
    assert.match(said, /Transaction successfully executed/);
  });

  test('cast estimate, block, receipt, tx, code, nonce and storage answer', async () => {
    const said = await cast('send', receiver, '--value', '1', ...signed, '--json');
    const { transactionHash, blockNumber } = JSON.parse(said);
    const estimate = await cast('estimate', receiver, '--value', '1', '--from', user.address, ...network);
    assert.ok(Number(estimate) <= 21_000);
    const block = JSON.parse(await cast('block', String(Number(blockNumber)), ...network, '--json'));
    assert.ok(block.transactions.includes(transactionHash));
    const receipt = JSON.parse(await cast('receipt', transactionHash, ...network, '--json'));
    assert.equal(receipt.blockNumber, blockNumber);
    const transaction = JSON.parse(await cast('tx', transactionHash, ...network, '--json'));
    assert.equal(transaction.hash, transactionHash);
    assert.ok((await cast('code', ledger, ...network)).length > 100);
    assert.ok(Number(await cast('nonce', user.address, ...network)) > 0);
    assert.match(await cast('storage', ledger, '0', ...network), /^0x0{64}/);
  });

  test('cast shows the custom error of a call that fails', async () => {
    const name = encodeBytes32String('other');
    const call = cast('call', ledger, 'add(bytes32,uint256)', name, '1', '--from', receiver, ...network);
    const selector = new Interface(['error NotOwner(address)']).getError('NotOwner').selector;
    await assert.rejects(call, (error) => error.message.includes(selector) || error.message.includes('NotOwner'));
  });
}
