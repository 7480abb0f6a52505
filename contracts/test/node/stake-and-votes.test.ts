// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// Staking and governance, called by a contract: it delegates stake, moves it and takes it back, proposes and votes.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { encodeFunctionData, getAddress, keccak256, parseEther, stringToHex, type Address, type Hex } from 'viem';

import { openMarket } from '../../../tests/lib/own-market.js';
import { rpcUrl } from '../../scripts/accounts.js';
import { ADDRESSES } from '../lib/addresses.js';
import { tryDeeds, type Deed, type Round } from '../lib/deeds.js';
import { runningNode } from '../lib/node.js';
import { abiOf, at } from '../lib/precompiles.js';

const { viem, client, publicClient, accounts, succeeded, allSucceeded } = await runningNode();
const delegate = accounts.charleth.account.address;
const { staking: stakingAbi, governance: governanceAbi } = abiOf;
const { staking, governance } = ADDRESSES;

const open = (amount: number) => parseEther(String(amount));
const FUNDING = open(3_000);
const [STAKE, UNBONDED, MOVED] = [50, 10, 20];
const [DELEGATED, VOTED] = [open(10), open(20)];
/** The tracks on which the contract delegates its votes, and on which its proposals are. */
const [ROOT, AI_LARGE] = [0, 21];
/** Kinds of proposals. */
const [LIST, DELIST, BOUNTY, GRANT, FEE_SPLIT] = [0, 1, 2, 3, 4];
const ALICE_ACCOUNT = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
/** The address of Alice, who validates on the development presets. */
const ALICE: Address = `0x${keccak256(ALICE_ACCOUNT).slice(26)}`;

describe('IStaking and IGovernance called by a contract', () => {
  let caller: ContractReturnType<'Caller'>;
  let market: Awaited<ReturnType<typeof openMarket>>;
  let later: number;
  let referendum: number;

  before(async () => {
    caller = await viem.deployContract('Caller', [], { client });
    await succeeded(client.wallet.sendTransaction({ to: caller.address, value: FUNDING }));
    market = await openMarket(rpcUrl());
    later = Number(await publicClient.getBlockNumber()) + 100_000;
  });

  after(() => market?.close());

  /** Whole OPEN: what shares of a pool are worth is rounded. */
  const whole = (amount: bigint) => Number((amount + 10n ** 9n) / 10n ** 18n);
  const delegation = (operator: Address) => {
    const args = [caller.address, operator] as const;
    return publicClient.readContract({ ...at.staking, functionName: 'delegationOf', args });
  };
  const unbonding = async (operator: Address) => {
    const args = [caller.address, operator] as const;
    const leaving = await publicClient.readContract({ ...at.staking, functionName: 'unbondingOf', args });
    return leaving.map(({ amount }) => whole(amount));
  };
  const voting = (track: number) => {
    const args = [caller.address, track] as const;
    return publicClient.readContract({ ...at.governance, functionName: 'votingOf', args });
  };
  const tally = async () => {
    const args = [referendum] as const;
    const { ayes, nays, support } = await publicClient.readContract({
      ...at.governance,
      functionName: 'referendumOf',
      args,
    });
    return [ayes, nays, support];
  };
  /** The contract's proposals of a kind. */
  const proposals = async (kind: number) => {
    const args = { proposer: caller.address };
    const filter = { ...at.governance, eventName: 'ProposalSubmitted', args, fromBlock: 0n } as const;
    return (await publicClient.getContractEvents(filter)).filter((log) => log.args.kind === kind);
  };
  const proposal = (name: string, kind: number, data: () => Hex): Deed => ({
    name,
    target: governance,
    data,
    state: async () => (await proposals(kind)).length,
    expected: (before: number) => before + 1,
  });

  const begun: Round = {
    deeds: [
      {
        name: 'IStaking.delegate',
        target: staking,
        data: () =>
          encodeFunctionData({ abi: stakingAbi, functionName: 'delegate', args: [ALICE, open(STAKE)] }),
        state: async () => whole((await delegation(ALICE)).value),
        expected: () => STAKE,
      },
      {
        name: 'IGovernance.delegateVotes',
        target: governance,
        data: () => {
          const args = [ROOT, delegate, 1, DELEGATED] as const;
          return encodeFunctionData({ abi: governanceAbi, functionName: 'delegateVotes', args });
        },
        state: async () => {
          const { delegating, target, conviction, amount } = await voting(ROOT);
          return [delegating, getAddress(target), conviction, amount];
        },
        expected: () => [true, getAddress(delegate), 1, DELEGATED],
      },
      proposal('IGovernance.proposeBaseModel', LIST, () => {
        const args = [market.hash('a proposed base model'), 'proposed', 384, 6, 'Apache-2.0'] as const;
        return encodeFunctionData({ abi: governanceAbi, functionName: 'proposeBaseModel', args });
      }),
      proposal('IGovernance.proposeDelisting', DELIST, () =>
        encodeFunctionData({ abi: governanceAbi, functionName: 'proposeDelisting', args: [market.baseModel] }),
      ),
      proposal('IGovernance.proposeBounty', BOUNTY, () => {
        const args = [market.datanet, open(100), open(1), false, 0, later] as const;
        return encodeFunctionData({ abi: governanceAbi, functionName: 'proposeBounty', args });
      }),
      proposal('IGovernance.proposeGrant', GRANT, () => {
        const milestone = {
          metric: stringToHex('accuracy', { size: 32 }),
          atLeast: true,
          threshold: 900_000n,
          datanet: market.datanet,
          version: 1,
          payout: open(10),
          deadline: later,
        };
        const args = [delegate, [milestone]] as const;
        return encodeFunctionData({ abi: governanceAbi, functionName: 'proposeGrant', args });
      }),
      proposal('IGovernance.proposeFeeSplit', FEE_SPLIT, () => {
        const args = [500_000, 200_000, 150_000, 100_000, 50_000] as const;
        return encodeFunctionData({ abi: governanceAbi, functionName: 'proposeFeeSplit', args });
      }),
    ],
  };

  const changed: Round = {
    prepare: async () => {
      const [submitted] = await proposals(LIST);
      referendum = submitted!.args.referendum!;
    },
    deeds: [
      {
        name: 'IStaking.undelegate',
        target: staking,
        data: () =>
          encodeFunctionData({ abi: stakingAbi, functionName: 'undelegate', args: [ALICE, open(UNBONDED)] }),
        state: () => unbonding(ALICE),
        expected: () => [UNBONDED],
      },
      {
        name: 'IStaking.redelegate',
        target: staking,
        data: () => {
          const args = [ALICE, market.operator, open(MOVED)] as const;
          return encodeFunctionData({ abi: stakingAbi, functionName: 'redelegate', args });
        },
        state: async () => {
          const { value, frozen } = await delegation(market.operator);
          return [whole(value), whole(frozen)];
        },
        expected: () => [MOVED, MOVED],
      },
      {
        name: 'IGovernance.vote',
        target: governance,
        data: () => {
          const args = [referendum, true, 2, VOTED] as const;
          return encodeFunctionData({ abi: governanceAbi, functionName: 'vote', args });
        },
        state: tally,
        // Twice the amount, by the conviction; the support is without it.
        expected: () => [2n * VOTED, 0n, VOTED],
      },
      {
        name: 'IGovernance.undelegateVotes',
        target: governance,
        data: () => encodeFunctionData({ abi: governanceAbi, functionName: 'undelegateVotes', args: [ROOT] }),
        state: async () => (await voting(ROOT)).delegating,
        expected: () => false,
      },
    ],
  };

  const split: Round = {
    deeds: [
      {
        name: 'IGovernance.voteSplit',
        target: governance,
        data: () => {
          const args = [referendum, open(1), open(2), open(3)] as const;
          return encodeFunctionData({ abi: governanceAbi, functionName: 'voteSplit', args });
        },
        state: tally,
        // A tenth of the amounts, without conviction; those who abstain support.
        expected: () => [open(1) / 10n, open(2) / 10n, open(4)],
      },
    ],
  };

  const removed: Round = {
    deeds: [
      {
        name: 'IGovernance.removeVote',
        target: governance,
        data: () =>
          encodeFunctionData({ abi: governanceAbi, functionName: 'removeVote', args: [AI_LARGE, referendum] }),
        state: async () => [await tally(), (await voting(AI_LARGE)).votes],
        expected: () => [[0n, 0n, 0n], 0],
      },
    ],
  };

  const unlocked: Round = {
    deeds: [
      {
        name: 'IGovernance.unlock',
        target: governance,
        data: () => {
          const args = [AI_LARGE, caller.address] as const;
          return encodeFunctionData({ abi: governanceAbi, functionName: 'unlock', args });
        },
        state: async () => (await voting(AI_LARGE)).locked,
        // What was delegated on the other track stays locked for a while.
        expected: () => DELEGATED,
      },
    ],
  };

  tryDeeds([begun, changed, split, removed, unlocked], () => caller, allSucceeded);

  /** Withdraws, without sending it. */
  const withdraw = (operator: Address) => {
    const data = encodeFunctionData({ abi: stakingAbi, functionName: 'withdraw', args: [operator] });
    return caller.simulate.run([staking, 0n, data]);
  };

  it('cannot withdraw before the stake has unbonded', async () => {
    await viem.assertions.revertWith(withdraw(ALICE), 'OperatorStaking.NotMatured');
  });

  it('cannot withdraw where nothing unbonds', async () => {
    await viem.assertions.revertWith(withdraw(market.operator), 'OperatorStaking.NothingToWithdraw');
  });

  it('cannot delegate less than the least', async () => {
    const least = await publicClient.readContract({ ...at.staking, functionName: 'minDelegation' });
    assert.equal(least, open(10));
    const other = accounts.baltathar.account.address;
    const args = { ...at.staking, functionName: 'delegate', account: other } as const;
    await viem.assertions.revertWith(
      publicClient.simulateContract({ ...args, args: [ALICE, least - 1n] }),
      'OperatorStaking.BelowMinDelegation',
    );
  });

  it('knows the era', async () => {
    const era = async () => (await market.chain.api.query.operatorStaking.activeEra()).index.toNumber();
    const before = await era();
    const told = await publicClient.readContract({ ...at.staking, functionName: 'currentEra' });
    assert.ok(told >= before && told <= (await era()), `${told}, which was ${before}`);
  });

  it('cannot vote on what there is not', async () => {
    const args = [4_000_000_000, true, 0, 1n] as const;
    const data = encodeFunctionData({ abi: governanceAbi, functionName: 'vote', args });
    await viem.assertions.revertWith(caller.simulate.run([governance, 0n, data]), 'ConvictionVoting.NotOngoing');
  });
});
