// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import { writeFile } from 'node:fs/promises';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';
import { formatEther, getAddress, parseEther, parseEventLogs, type Hex } from 'viem';

import { openSession } from './session.js';

/** The chain's deposit for a Datanet, and one OPEN that is the DAO's. */
const FOUNDING = parseEther('11');
/** What a DAO of the examples takes: contributions of any size. */
const POLICY = { open: true, minRows: 1, maxRows: 10_000, maxBytes: 16n * 1024n * 1024n, similarity: 700_000 };
const DATANETS = '0x0000000000000000000000000000000008010000';

interface Arguments {
  job: number;
  amount: string;
  json: string | undefined;
}

/**
 * Deploys the other two examples and uses them: a DAO creates a Datanet that it owns, and royalties for the answer to a
 * job are divided by influence and paid to whoever influenced it most.
 */
export default async function examples(options: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  if (options.job < 0) {
    throw new Error('whose answer are the royalties for? Name its job: --job N, as `npm run ask` prints it');
  }
  const { viem, publicClient, client } = await openSession(hre);
  const succeeded = async (hash: Hex) => {
    const receipt = await publicClient.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') {
      throw new Error(`transaction ${hash} was included and failed`);
    }
    return receipt;
  };

  // Both deployments wait for the same block.
  const curator = client.wallet.account.address;
  const founding = await viem.sendDeploymentTransaction(
    'DataDAO',
    [`DAO ${Date.now()}`, POLICY, [curator], 1n],
    { client, value: FOUNDING },
  );
  const deploying = await viem.sendDeploymentTransaction('InfluenceRoyalties', [], { client });
  await succeeded(founding.deploymentTransaction.hash);
  await succeeded(deploying.deploymentTransaction.hash);
  const { contract: dao } = founding;
  const { contract: royalties } = deploying;

  const datanetId = await dao.read.datanetId();
  const datanets = await viem.getContractAt('IDatanets', DATANETS, { client });
  const { owner, name } = await datanets.read.datanet([datanetId]);
  if (getAddress(owner) !== getAddress(dao.address)) {
    throw new Error(`Datanet ${datanetId} belongs to ${owner} instead of ${dao.address}`);
  }
  console.log(`DataDAO: ${dao.address} owns Datanet ${datanetId}, "${name}"`);

  const value = parseEther(options.amount);
  const paid = await succeeded(await royalties.write.payForJob([BigInt(options.job)], { value }));
  const earned = parseEventLogs({ abi: royalties.abi, eventName: 'RoyaltyEarned', logs: paid.logs })
    .map(({ args }) => args)
    .sort((a, b) => (a.amount > b.amount ? -1 : 1));
  const sum = earned.reduce((all, { amount }) => all + amount, 0n);
  if (sum !== value) {
    throw new Error(`royalties of ${value} wei were divided into ${sum}`);
  }
  console.log(`InfluenceRoyalties: ${royalties.address} has ${options.amount} OPEN for the answer to job ${options.job}`);
  for (const { contribution, contributor, amount } of earned) {
    console.log(`  ${formatEther(amount)} OPEN by contribution ${contribution} to ${contributor}`);
  }

  // Whoever earned most, with all its contributions; anyone may have it paid.
  const { contributor } = earned[0]!;
  const released = await succeeded(await royalties.write.release([contributor]));
  const [payment] = parseEventLogs({ abi: royalties.abi, eventName: 'Released', logs: released.logs });
  const { amount: due } = payment!.args;
  console.log(`  ${formatEther(due)} OPEN were paid to ${contributor}`);

  if (options.json !== undefined) {
    const result = {
      dao: { contract: dao.address, datanet: datanetId, name },
      royalties: {
        contract: royalties.address,
        jobId: String(options.job),
        amount: value.toString(),
        earned: earned.map(({ contribution, contributor: account, amount }) => ({
          contribution: contribution.toString(),
          contributor: account,
          amount: amount.toString(),
        })),
        paid: { contributor, amount: due.toString() },
      },
    };
    await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  }
}
