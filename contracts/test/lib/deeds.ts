// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// What a contract does with a precompile, tried in every frame there is: it is done, undone where the frame around it
// reverts, and refused where nothing may be written.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ContractReturnType } from '@nomicfoundation/hardhat-viem/types';
import { BaseError, ContractFunctionRevertedError, type Address, type Hex } from 'viem';

/** Something that a contract can do with a precompile, and what it changes. */
export interface Deed {
  name: string;
  target: Address;
  data: () => Hex;
  /** What the deed changes, in a form that can be compared. */
  state: () => Promise<unknown>;
  /** What the state is after the deed, from what it was before. */
  expected: (before: never) => unknown;
}

/** Deeds that do not depend on each other: they are sent together. */
export interface Round {
  /** What is there before them, other than what earlier rounds did. */
  prepare?: () => Promise<unknown>;
  deeds: Deed[];
}

/** The reason that a call reverts with; what goes wrong in any other way is thrown. */
export async function reasonOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
  } catch (error) {
    const revert =
      error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError);
    if (revert instanceof ContractFunctionRevertedError) {
      return revert.reason;
    }
    throw error;
  }
  throw new Error('the call did not revert');
}

/**
 * Does the deeds of all rounds, one round after the other, and declares the tests of each deed.
 *
 * @param rounds the deeds
 * @param callerOf the contract that does them
 * @param allSucceeded waits for transactions
 */
export function tryDeeds(
  rounds: Round[],
  callerOf: () => ContractReturnType<'Caller'>,
  allSucceeded: (hashes: Hex[]) => Promise<unknown>,
): void {
  // Why they were refused, before anything was done.
  const refusedToLook = new Map<Deed, string | undefined>();
  const refusedToBorrow = new Map<Deed, string | undefined>();
  const refused = new Map<Deed, boolean>();
  // What each changes: before all of its round, after all of it were done and undone, and after all were done.
  const initial = new Map<Deed, unknown>();
  const undone = new Map<Deed, unknown>();
  const done = new Map<Deed, unknown>();

  before(async () => {
    const caller = callerOf();
    for (const { prepare, deeds } of rounds) {
      await prepare?.();
      const look = (into: Map<Deed, unknown>) =>
        Promise.all(deeds.map(async (deed) => into.set(deed, await deed.state())));
      const send = async (way: 'run' | 'runAndUndo') => {
        const hashes: Hex[] = [];
        for (const { target, data } of deeds) hashes.push(await caller.write[way]([target, 0n, data()]));
        await allSucceeded(hashes);
      };
      for (const deed of deeds) {
        const args = [deed.target, deed.data()] as const;
        refusedToLook.set(deed, await reasonOf(caller.read.look(args)));
        refusedToBorrow.set(deed, await reasonOf(caller.simulate.borrow(args)));
        refused.set(deed, !(await caller.simulate.runAndUndo([deed.target, 0n, deed.data()])).result);
      }
      await look(initial);
      await send('runAndUndo');
      await look(undone);
      await send('run');
      await look(done);
    }
  });

  for (const deed of rounds.flatMap(({ deeds }) => deeds)) {
    describe(deed.name, () => {
      it('is refused where nothing may be written', () => {
        assert.equal(refusedToLook.get(deed), 'Precompiles.StaticCall');
      });

      it("is refused in another contract's name", () => {
        assert.equal(refusedToBorrow.get(deed), 'Precompiles.DelegateCall');
      });

      it('is not refused in a frame that then reverts', () => {
        assert.equal(refused.get(deed), false);
      });

      it('is undone where the frame around it reverts', () => {
        assert.deepEqual(undone.get(deed), initial.get(deed));
      });

      it('is done', () => {
        assert.deepEqual(done.get(deed), deed.expected(initial.get(deed) as never));
      });
    });
  }
}
