// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import { writeFile } from 'node:fs/promises';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';
import { parseEther, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';

import { openSession } from './session.js';

const SUPPLY = parseEther('1000000');
const LIQUIDITY = parseEther('1000');
const LATER = 2n ** 64n;

interface Arguments {
  json: string | undefined;
}

/**
 * Measures the gas that common transactions use on the network that the command line names: without one, on Hardhat's
 * simulated network, which counts as Ethereum does.
 */
export default async function gas(options: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { viem, publicClient, client } = await openSession(hre);
  const [, known] = await viem.getWalletClients();
  const holder = known!.account.address;
  const sender = client.wallet.account.address;
  const used: Record<string, number> = {};

  const measure = async (name: string, send: Hex | Promise<Hex>): Promise<void> => {
    const receipt = await publicClient.waitForTransactionReceipt({ hash: await send });
    if (receipt.status !== 'success') {
      throw new Error(`${name} failed in transaction ${receipt.transactionHash}`);
    }
    used[name] = Number(receipt.gasUsed);
  };
  const deploy = async <Sent extends { deploymentTransaction: { hash: Hex }; contract: unknown }>(
    name: string,
    sending: Promise<Sent>,
  ): Promise<Sent['contract']> => {
    const { deploymentTransaction, contract } = await sending;
    await measure(name, deploymentTransaction.hash);
    return contract;
  };
  const stranger = () => privateKeyToAddress(generatePrivateKey());

  await measure('transfer', client.wallet.sendTransaction({ to: holder, value: 1n }));
  await measure('transfer to a new account', client.wallet.sendTransaction({ to: stranger(), value: 1n }));

  const coin = await deploy(
    'ERC-20: deployment',
    viem.sendDeploymentTransaction('Coin', ['Coin', 'COIN', SUPPLY], { client }),
  );
  await measure('ERC-20: mint to a new holder', coin.write.mint([stranger(), 1n]));
  await measure('ERC-20: transfer to a new holder', coin.write.transfer([holder, 1n]));
  await measure('ERC-20: transfer to a holder', coin.write.transfer([holder, 1n]));
  await measure('ERC-20: mint to a holder', coin.write.mint([holder, 1n]));
  await measure('ERC-20: approve', coin.write.approve([holder, 1n]));
  await measure('ERC-20: approve again', coin.write.approve([holder, 2n]));

  const picture = await deploy('ERC-721: deployment', viem.sendDeploymentTransaction('Picture', [], { client }));
  await measure('ERC-721: mint', picture.write.mint([holder, 1n]));

  const other = await viem.deployContract('Coin', ['Other', 'OTHER', SUPPLY], { client });
  const factory = await deploy('exchange: factory', viem.sendDeploymentTransaction('PairFactory', [], { client }));
  const router = await viem.deployContract('Router', [factory.address], { client });
  await measure('exchange: new pair', factory.write.createPair([coin.address, other.address]));
  for (const token of [coin, other]) {
    const hash = await token.write.approve([router.address, SUPPLY]);
    await publicClient.waitForTransactionReceipt({ hash });
  }
  const addLiquidity = () =>
    router.write.addLiquidity([coin.address, other.address, LIQUIDITY, LIQUIDITY, sender]);
  await measure('exchange: first liquidity', addLiquidity());
  await measure('exchange: more liquidity', addLiquidity());
  const swap = () => router.write.swapExact([parseEther('1'), 0n, [coin.address, other.address], sender, LATER]);
  await measure('exchange: swap', swap());
  await measure('exchange: swap again', swap());

  await deploy('AskTheModel: deployment', viem.sendDeploymentTransaction('AskTheModel', [], { client }));

  for (const [name, amount] of Object.entries(used)) {
    console.log(`${name.padEnd(36)}${amount.toLocaleString('en').padStart(12)}`);
  }
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify(used, null, 2)}\n`);
  }
}
