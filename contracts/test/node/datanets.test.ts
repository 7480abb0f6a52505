// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// Datanets, called by a contract that owns one and contributes to it; and the proofs of a published row.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import {
  decodeFunctionResult,
  encodeFunctionData,
  getAddress,
  keccak256,
  parseEther,
  stringToHex,
  type Hex,
} from 'viem';

import { contentHash, u8aToHex } from '../../../tests/lib/bytes.js';
import { packRows } from '../../../tests/lib/market.js';
import { rowHash } from '../../../tests/lib/merkle.js';
import { ADDRESSES } from '../lib/addresses.js';
import { reasonOf, tryDeeds, type Round } from '../lib/deeds.js';
import { runningNode } from '../lib/node.js';
import { abiOf, at } from '../lib/precompiles.js';

const { viem, client, publicClient, accounts, succeeded, allSucceeded } = await runningNode();
const heir = accounts.charleth.account.address;
const { datanets: abi } = abiOf;
const { datanets: target } = ADDRESSES;

const FUNDING = parseEther('100');
const POLICY = { open: true, minRows: 1, maxRows: 1_000, maxBytes: 1_000_000n, similarity: 900_000 };
const STRICTER = { ...POLICY, maxRows: 500 };
const REPORT = keccak256(stringToHex('report'));
/** States of a contribution. */
const [ACCEPTED, REJECTED] = [1, 2];
/** Why one is rejected. */
const LOW_QUALITY = 3;

describe('IDatanets called by a contract', () => {
  const name = `Caller ${Date.now()}`;
  // Three contributions of two rows: one to be accepted, one to be rejected, one to be withdrawn.
  const packed = ['kept', 'refused', 'withdrawn'].map((word) =>
    packRows([1, 2].map((row) => ({ text: `${name} ${word} ${row}`, label: word }))),
  );
  const [kept] = packed;
  let caller: ContractReturnType<'Caller'>;
  let datanet: number;
  let contributions: bigint[];

  before(async () => {
    caller = await viem.deployContract('Caller', [], { client });
    await succeeded(client.wallet.sendTransaction({ to: caller.address, value: FUNDING }));
  });

  const record = () => publicClient.readContract({ ...at.datanets, functionName: 'datanet', args: [datanet] });
  const contribution = (id: bigint) =>
    publicClient.readContract({ ...at.datanets, functionName: 'contribution', args: [id] });
  /** The contract's contributions, by their content. */
  const contributed = async () => {
    const args = { contributor: caller.address };
    const filter = { ...at.datanets, eventName: 'Contributed', args, fromBlock: 0n } as const;
    return (await publicClient.getContractEvents(filter)).map((log) => log.args.contribution!);
  };
  const contribute = ({ root, lines, content, hash }: ReturnType<typeof packRows>) =>
    encodeFunctionData({
      abi,
      functionName: 'contribute',
      args: [datanet, root as Hex, lines.length, BigInt(content.length), hash as Hex, 'CC0-1.0', ''],
    });

  const founded: Round = {
    deeds: [
      {
        name: 'createDatanet',
        target,
        data: () => encodeFunctionData({ abi, functionName: 'createDatanet', args: [name, POLICY] }),
        state: () => publicClient.readContract({ ...at.datanets, functionName: 'datanetCount' }),
        expected: (before: number) => before + 1,
      },
    ],
  };

  const open: Round = {
    prepare: async () => {
      const args = { owner: caller.address };
      const filter = { ...at.datanets, eventName: 'DatanetCreated', args, fromBlock: 0n } as const;
      const [created] = await publicClient.getContractEvents(filter);
      datanet = created!.args.datanet!;
    },
    deeds: [
      {
        name: 'setPolicy',
        target,
        data: () => encodeFunctionData({ abi, functionName: 'setPolicy', args: [datanet, STRICTER] }),
        state: async () => (await record()).policy,
        expected: () => STRICTER,
      },
      {
        name: 'contribute',
        target,
        data: () => contribute(kept!),
        state: async () => (await contributed()).length,
        expected: (before: number) => before + 1,
      },
    ],
  };

  const decided: Round = {
    prepare: async () => {
      for (const one of packed.slice(1)) await succeeded(caller.write.run([target, 0n, contribute(one)]));
      contributions = await contributed();
    },
    deeds: [
      {
        name: 'acceptContribution',
        target,
        data: () =>
          encodeFunctionData({ abi, functionName: 'acceptContribution', args: [contributions[0]!, REPORT] }),
        state: async () => (await contribution(contributions[0]!)).status,
        expected: () => ACCEPTED,
      },
      {
        name: 'rejectContribution',
        target,
        data: () => {
          const args = [contributions[1]!, LOW_QUALITY, 0n, 0, REPORT] as const;
          return encodeFunctionData({ abi, functionName: 'rejectContribution', args });
        },
        state: async () => (await contribution(contributions[1]!)).status,
        expected: () => REJECTED,
      },
      {
        name: 'withdrawContribution',
        target,
        data: () =>
          encodeFunctionData({ abi, functionName: 'withdrawContribution', args: [contributions[2]!] }),
        state: async () => {
          const id = contributions[2]!;
          const logs = { ...at.datanets, eventName: 'ContributionWithdrawn', fromBlock: 0n } as const;
          const withdrawn = await publicClient.getContractEvents({ ...logs, args: { contribution: id } });
          return withdrawn.length;
        },
        expected: () => 1,
      },
    ],
  };

  const published: Round = {
    deeds: [
      {
        name: 'publishVersion',
        target,
        data: () => encodeFunctionData({ abi, functionName: 'publishVersion', args: [datanet] }),
        state: async () => (await record()).versions,
        expected: (before: number) => before + 1,
      },
    ],
  };

  const given: Round = {
    deeds: [
      {
        name: 'transferDatanet',
        target,
        data: () => encodeFunctionData({ abi, functionName: 'transferDatanet', args: [datanet, heir] }),
        state: async () => getAddress((await record()).owner),
        expected: () => getAddress(heir),
      },
    ],
  };

  tryDeeds([founded, open, decided, published, given], () => caller, allSucceeded);

  it('counts a contribution that was withdrawn', async () => {
    const count = await publicClient.readContract({ ...at.datanets, functionName: 'contributionCount' });
    assert.equal(count, contributions[2]! + 1n);
  });

  it('no longer knows a contribution that was withdrawn', async () => {
    assert.equal(await reasonOf(contribution(contributions[2]!)), 'Datanets.UnknownContribution');
  });

  it('says by name why nothing more is accepted', async () => {
    const accept = encodeFunctionData({
      abi,
      functionName: 'acceptContribution',
      args: [contributions[0]!, REPORT],
    });
    await viem.assertions.revertWith(caller.simulate.run([target, 0n, accept]), 'Datanets.NotPending');
  });

  describe('the proof of a row', () => {
    /** Asks as a contract does, in a static call. */
    const look = (data: Hex) => caller.read.look([target, data]);
    const prove = async (row: bigint) => {
      const functionName = 'proofOf';
      const data = await look(encodeFunctionData({ abi, functionName, args: [datanet, 1, row] }));
      return decodeFunctionResult({ abi, functionName, data });
    };
    const isRow = async (index: number, line: string, siblings: Hex[]) => {
      const functionName = 'verifyRow';
      const args = [contributions[0]!, index, stringToHex(line), siblings] as const;
      return decodeFunctionResult({ abi, functionName, data: await look(encodeFunctionData({ abi, functionName, args })) });
    };
    const isContribution = async (index: number, leaf: Hex, siblings: readonly Hex[]) => {
      const functionName = 'verifyContribution';
      const args = [datanet, 1, index, leaf, siblings] as const;
      return decodeFunctionResult({ abi, functionName, data: await look(encodeFunctionData({ abi, functionName, args })) });
    };
    /** What stands beside the row at `index` of two in the contribution's tree. */
    const beside = (index: number) => [u8aToHex(contentHash(rowHash(kept!.lines[1 - index]!))) as Hex];

    it('leads to who contributed it', async () => {
      const { contribution: id, contributor, rowInContribution, content } = await prove(1n);
      assert.deepEqual(
        [id, getAddress(contributor), rowInContribution, content],
        [contributions[0], getAddress(caller.address), 1, kept!.hash],
      );
    });

    it("begins at the version's root", async () => {
      const version = await publicClient.readContract({
        ...at.datanets,
        functionName: 'version',
        args: [datanet, 1],
      });
      assert.equal((await prove(0n)).root, version.root);
    });

    it('is refused for a row that there is not', async () => {
      const data = encodeFunctionData({ abi, functionName: 'proofOf', args: [datanet, 1, 2n] });
      assert.equal(await reasonOf(look(data)), 'Datanets.UnknownRow');
    });

    it('is verified from the contribution to the version', async () => {
      const { leaf, siblings, leafIndex } = await prove(0n);
      assert.equal(await isContribution(leafIndex, leaf, siblings), true);
    });

    it('is not verified for another leaf', async () => {
      const { leaf, siblings, leafIndex } = await prove(0n);
      const other = `0x${'00'.repeat(8)}${leaf.slice(18)}` as const;
      assert.notEqual(other, leaf);
      assert.equal(await isContribution(leafIndex, other, siblings), false);
    });

    it('is verified from the row to the contribution', async () => {
      assert.equal(await isRow(0, kept!.lines[0]!, beside(0)), true);
    });

    it('is not verified for another row', async () => {
      assert.equal(await isRow(0, kept!.lines[1]!, beside(0)), false);
    });
  });
});
