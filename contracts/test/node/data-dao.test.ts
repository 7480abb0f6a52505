// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { artifacts } from 'hardhat';
import { getAddress, keccak256, parseEther, parseEventLogs, toHex, zeroHash, type Hex } from 'viem';

import { ADDRESSES } from '../lib/addresses.js';
import { runningNode } from '../lib/node.js';

const POLICY = { open: true, minRows: 1, maxRows: 1_000, maxBytes: 1_000_000n, similarity: 900_000 };
const FUNDING = parseEther('11');
const REPORT = keccak256(toHex('report'));
const SENT = parseEther('3');

const { viem, client, publicClient, accounts, succeeded } = await runningNode();
const { alith, baltathar, charleth } = accounts;
const curators = [alith.account.address, baltathar.account.address];
const { abi } = await artifacts.readArtifact('IDatanets');
const datanets = { address: ADDRESSES.datanets, abi } as const;

describe('DataDAO on a node', () => {
  const name = `DAO ${Date.now()}`;
  let dao: ContractReturnType<'DataDAO'>;
  let datanetId: number;

  before(async () => {
    dao = await viem.deployContract('DataDAO', [name, POLICY, curators, 2n], { client, value: FUNDING });
    datanetId = await dao.read.datanetId();
  });

  const datanet = () => publicClient.readContract({ ...datanets, functionName: 'datanet', args: [datanetId] });

  /** Brings rows as Charleth and gives the contribution's id. */
  const bring = async (rows: number) => {
    const content = keccak256(toHex(`${name} ${rows}`));
    const hash = await dao.write.contribute([content, rows, 100n, content, 'CC0-1.0', ''], {
      account: charleth.account,
      value: SENT,
    });
    const [log] = parseEventLogs({ abi: dao.abi, eventName: 'Brought', logs: (await succeeded(hash)).logs });
    assert.ok(log);
    return log.args;
  };

  /** Both curators send the same transaction. */
  const agree = async (send: (account: typeof alith.account) => Promise<Hex>) => {
    const first = await send(alith.account);
    await succeeded(first);
    return succeeded(await send(baltathar.account));
  };

  it('owns its Datanet', async () => {
    assert.equal(getAddress((await datanet()).owner), getAddress(dao.address));
  });

  it("pays the Datanet's deposit from the value that it was founded with", async () => {
    const left = await publicClient.getBalance({ address: dao.address });
    assert.ok(left < FUNDING, `${left} is left`);
  });

  it('cannot be founded without the deposit', async () => {
    await assert.rejects(
      viem.deployContract('DataDAO', [`${name}!`, POLICY, curators, 2n], { client }),
      /Token\.|Balances\.|Datanets\./,
    );
  });

  it('passes on what the chain finds wrong', async () => {
    await viem.assertions.revertWith(
      dao.write.contribute([zeroHash, 0, 100n, zeroHash, 'CC0-1.0', ''], { value: SENT }),
      'Datanets.TooFewRows',
    );
  });

  describe('with rows that a member brought', () => {
    let contribution: bigint;
    let deposit: bigint;

    before(async () => {
      ({ contributionId: contribution, deposit } = await bring(10));
    });

    it('contributes them in its own name', async () => {
      const record = await publicClient.readContract({
        ...datanets,
        functionName: 'contribution',
        args: [contribution],
      });
      assert.equal(getAddress(record.contributor), getAddress(dao.address));
    });

    it('takes the deposit from the member', async () => {
      assert.equal(await dao.read.owedTo([charleth.account.address]), SENT - deposit);
    });

    it('gives the deposit back once the rows are accepted', async () => {
      await agree((account) => dao.write.accept([contribution, REPORT], { account }));
      assert.equal(await dao.read.owedTo([charleth.account.address]), SENT);
    });

    it('shows the acceptance in the logs of IDatanets', async () => {
      const { contributionId } = await bring(20);
      const receipt = await agree((account) => dao.write.accept([contributionId, REPORT], { account }));
      const logs = parseEventLogs({ abi, eventName: 'ContributionAccepted', logs: receipt.logs });
      assert.deepEqual(
        logs.map((log) => [getAddress(log.address), log.args.contribution]),
        [[getAddress(ADDRESSES.datanets), contributionId]],
      );
    });

    it('publishes them', async () => {
      await agree((account) => dao.write.publish([1], { account }));
      assert.equal((await datanet()).versions, 1);
    });

    it('proves that a published row is its own', async () => {
      const [, contributor] = await publicClient.readContract({
        ...datanets,
        functionName: 'ownerOfRow',
        args: [datanetId, 1, 0n],
      });
      assert.equal(getAddress(contributor), getAddress(dao.address));
    });
  });
});
