// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import { writeFile } from 'node:fs/promises';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';
import { parseEther, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';

import { openSession, type Session } from './session.js';

const SUPPLY = parseEther('1000000');
const LIQUIDITY = parseEther('1000');
const LATER = 2n ** 64n;

interface Arguments {
  json: string | undefined;
}

/** The gas of a transaction. */
export interface Gas {
  /** What it used. */
  used: number;
  /** What the network had estimated, which was its limit. */
  estimated: number;
}

/**
 * Measures the gas that common transactions use on the network that the command line names: without one, on Hardhat's
 * simulated network, which counts as Ethereum does.
 */
export default async function gas(options: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const measured = await measureGas(await openSession(hre));
  for (const [name, { used, estimated }] of Object.entries(measured)) {
    const columns = [used, estimated].map((amount) => amount.toLocaleString('en').padStart(12));
    console.log(`${name.padEnd(56)}${columns.join('')}`);
  }
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify(measured, null, 2)}\n`);
  }
}

/** Sends the transactions, each with its estimate as the limit, and gives their gas by the names in docs/evm.md. */
export async function measureGas({ viem, publicClient, client }: Session): Promise<Record<string, Gas>> {
  const [, known] = await viem.getWalletClients();
  const holder = known!.account.address;
  const sender = client.wallet.account.address;
  const measured: Record<string, Gas> = {};

  const measure = async (name: string, send: Hex | Promise<Hex>): Promise<void> => {
    const hash = await send;
    const receipt = await publicClient.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') {
      throw new Error(`${name} failed in transaction ${receipt.transactionHash}`);
    }
    const { gas: limit } = await publicClient.getTransaction({ hash });
    measured[name] = { used: Number(receipt.gasUsed), estimated: Number(limit) };
  };
  const deploy = async <Sent extends { deploymentTransaction: { hash: Hex }; contract: unknown }>(
    name: string,
    sending: Promise<Sent>,
  ): Promise<Sent['contract']> => {
    const { deploymentTransaction, contract } = await sending;
    await measure(name, deploymentTransaction.hash);
    return contract;
  };
  const settled = async (hash: Hex) => publicClient.waitForTransactionReceipt({ hash });
  const stranger = () => privateKeyToAddress(generatePrivateKey());

  await measure('transfer', client.wallet.sendTransaction({ to: holder, value: 1n }));
  await measure('transfer to a new account', client.wallet.sendTransaction({ to: stranger(), value: 1n }));

  // The code that genesis deploys, anew: nobody has deposited anything in it.
  const wrapped = await viem.deployContract('WOPEN', [], { client });
  await measure('WOPEN: first deposit', wrapped.write.deposit({ value: 2n }));
  await measure('WOPEN: further deposit', wrapped.write.deposit({ value: 2n }));
  await measure('WOPEN: withdraw', wrapped.write.withdraw([1n]));

  const coin = await deploy(
    'ERC-20 (OpenZeppelin, with permit): deployment',
    viem.sendDeploymentTransaction('Coin', ['Coin', 'COIN', SUPPLY], { client }),
  );
  await measure('ERC-20: transfer to a new holder', coin.write.transfer([holder, 1n]));
  await measure('ERC-20: transfer to a holder', coin.write.transfer([holder, 1n]));
  await measure('ERC-20: approve', coin.write.approve([holder, 1n]));
  await measure('ERC-20: mint to a holder', coin.write.mint([holder, 1n]));

  const picture = await deploy('ERC-721: deployment', viem.sendDeploymentTransaction('Picture', [], { client }));
  await measure('ERC-721: mint', picture.write.mint([holder, 1n]));

  await deploy('Multicall3: deployment', viem.sendDeploymentTransaction('Multicall3', [], { client }));

  const other = await viem.deployContract('Coin', ['Other', 'OTHER', SUPPLY], { client });
  const factory = await viem.deployContract('PairFactory', [], { client });
  const router = await viem.deployContract('Router', [factory.address], { client });
  await measure('pair of tokens: creation by a factory', factory.write.createPair([coin.address, other.address]));
  for (const token of [coin, other]) {
    await settled(await token.write.approve([router.address, SUPPLY]));
  }
  await measure(
    'pair: add the first liquidity through a router',
    router.write.addLiquidity([coin.address, other.address, LIQUIDITY, LIQUIDITY, sender]),
  );
  const swap = () => router.write.swapExact([parseEther('1'), 0n, [coin.address, other.address], sender, LATER]);
  // The first one writes the slots in which the pair sums up its prices.
  await settled(await swap());
  await measure('pair: swap through a router', swap());

  await deploy('AskTheModel: deployment', viem.sendDeploymentTransaction('AskTheModel', [], { client }));
  return measured;
}
