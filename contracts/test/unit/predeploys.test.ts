// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { artifacts, network } from 'hardhat';
import { decodeFunctionResult, encodeFunctionData, parseEther, zeroAddress, type Hex } from 'viem';

import { PREDEPLOYS, compilePredeploys, predeployFile } from '../../scripts/predeploys.js';

describe("genesis's contracts", () => {
  let compiled: Record<string, string>;

  before(async () => {
    compiled = await compilePredeploys();
  });

  for (const name of PREDEPLOYS) {
    it(`has the code in the runtime that ${name} compiles to`, async () => {
      assert.equal((await readFile(predeployFile(name), 'utf8')).trim(), compiled[name]);
    });

    it(`compiles ${name} to the same code as Hardhat`, async () => {
      const artifact = await artifacts.readArtifact(name);
      assert.equal(artifact.deployedBytecode, `0x${compiled[name]}`);
    });
  }
});

describe('WOPEN', async () => {
  const { viem } = await network.create();
  const [owner, spender] = await viem.getWalletClients();
  const deploy = async (value = 0n) => {
    const wopen = await viem.deployContract('WOPEN');
    if (value > 0n) {
      await wopen.write.deposit({ value });
    }
    return wopen;
  };

  it('gives a unit for a unit', async () => {
    const wopen = await deploy(5n);
    assert.equal(await wopen.read.balanceOf([owner!.account.address]), 5n);
  });

  it('wraps what is sent without a call', async () => {
    const wopen = await deploy();
    await owner!.sendTransaction({ to: wopen.address, value: 7n });
    assert.equal(await wopen.read.totalSupply(), 7n);
  });

  it('gives back what was wrapped', async () => {
    const wopen = await deploy(parseEther('1'));
    await viem.assertions.balancesHaveChanged(wopen.write.withdraw([parseEther('0.25')]), [
      { address: owner!.account.address, amount: parseEther('0.25') },
    ]);
  });

  it('gives back no more than was wrapped', async () => {
    const wopen = await deploy(5n);
    await viem.assertions.revertWithCustomError(wopen.write.withdraw([6n]), wopen, 'InsufficientBalance');
  });

  it('moves what was allowed', async () => {
    const wopen = await deploy(5n);
    await wopen.write.approve([spender!.account.address, 3n]);
    await wopen.write.transferFrom([owner!.account.address, spender!.account.address, 3n], {
      account: spender!.account,
    });
    assert.equal(await wopen.read.balanceOf([spender!.account.address]), 3n);
  });

  it('moves no more than was allowed', async () => {
    const wopen = await deploy(5n);
    await wopen.write.approve([spender!.account.address, 3n]);
    await viem.assertions.revertWithCustomError(
      wopen.write.transferFrom([owner!.account.address, spender!.account.address, 4n], { account: spender!.account }),
      wopen,
      'InsufficientAllowance',
    );
  });

  it('never uses up the largest allowance', async () => {
    const wopen = await deploy(5n);
    const all = 2n ** 256n - 1n;
    await wopen.write.approve([spender!.account.address, all]);
    await wopen.write.transferFrom([owner!.account.address, spender!.account.address, 5n], {
      account: spender!.account,
    });
    assert.equal(await wopen.read.allowance([owner!.account.address, spender!.account.address]), all);
  });
});

describe('Multicall3', async () => {
  const { viem } = await network.create();
  const multicall = await viem.deployContract('Multicall3');
  const failing = await viem.deployContract('Failing');
  const call = (functionName: 'plain' | 'withoutReason' | 'caught') => ({
    target: failing.address,
    callData: encodeFunctionData({ abi: failing.abi, functionName }),
  });

  it('hands back what every call returned', async () => {
    const [, returned] = (await multicall.simulate.aggregate([[call('caught')]])).result;
    assert.deepEqual(
      returned.map((data: Hex) => decodeFunctionResult({ abi: failing.abi, functionName: 'caught', data })),
      [true],
    );
  });

  it('passes on the reason of a call that had to succeed', async () => {
    await viem.assertions.revertWithCustomError(multicall.write.aggregate([[call('plain')]]), failing, 'Plain');
  });

  it('names the call that failed without a reason', async () => {
    await viem.assertions.revertWithCustomErrorWithArgs(
      multicall.write.aggregate([[call('caught'), call('withoutReason')]]),
      multicall,
      'CallFailed',
      [1n],
    );
  });

  it('goes on after a call that may fail', async () => {
    const calls = [call('plain'), call('caught')].map((one) => ({ ...one, allowFailure: true }));
    const results = (await multicall.simulate.aggregate3([calls])).result;
    assert.deepEqual(
      results.map(({ success }) => success),
      [false, true],
    );
  });

  it('sends with each call what it names', async () => {
    const target = '0x00000000000000000000000000000000000000a1';
    await viem.assertions.balancesHaveChanged(
      multicall.write.aggregate3Value([[{ target, allowFailure: false, value: 5n, callData: '0x' }]], { value: 5n }),
      [{ address: target, amount: 5n }],
    );
  });

  it('sends neither more nor less than it was sent', async () => {
    const calls = [{ target: zeroAddress, allowFailure: false, value: 5n, callData: '0x' as const }];
    await viem.assertions.revertWithCustomErrorWithArgs(
      multicall.write.aggregate3Value([calls], { value: 6n }),
      multicall,
      'ValueMismatch',
      [6n, 5n],
    );
  });
});
