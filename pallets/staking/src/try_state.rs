// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The pallet's invariants.

use alloc::collections::{BTreeMap, BTreeSet};

use crate::{
    shares::Pool, ActiveEra, Attendances, Candidates, Config, Delegations, EraBlocks, EraIndex,
    EraValidators, Exposures, Offences, OperatorCount, OperatorPoints, Operators, Pallet, Payouts,
    Pending, PlannedEra, Points, Reserve, SlashQueue, SlashQueueEnds, Status, Tickets, TotalPoints,
    Trails, TreasuryOwed, Unbonding, KEPT_ALL,
};
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get},
    sp_runtime::TryRuntimeError,
};

impl<T: Config> Pallet<T> {
    /// Checks every invariant.
    ///
    /// 1. What is on hold is the stake of all pools and unbonding pools, the rewards that are being
    ///    handed out, the reserve, and what is owed to the treasury.
    /// 2. The shares of a pool are those of its operator and its delegators, and the shares of an
    ///    unbonding pool are those of its tickets. A pool without shares has no stake.
    /// 3. The candidates are exactly the operators that can be elected, at their present stake.
    /// 4. The redelegated parts and the trails belong together.
    /// 5. Points, payouts, queued slashes and their counts belong together, and no two slashes of an
    ///    operator for one era are due in the same; what was reported of an operator for an era was
    ///    applied, waits or was cancelled; blocks are expected of operators and validators alone.
    /// 6. Validators and exposures belong together; eras and counts are in order.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_money()?;
        Self::try_shares()?;
        Self::try_operators()?;
        Self::try_trails()?;
        Self::try_points()?;
        Self::try_slashes()?;
        Self::try_eras()
    }

    fn try_money() -> Result<(), TryRuntimeError> {
        let pools = Operators::<T>::iter_values().map(|operator| operator.pool.stake);
        let unbonding = Unbonding::<T>::iter_values().map(|pool| pool.stake);
        let rewards = Payouts::<T>::iter_values().map(|payout| {
            payout
                .validators
                .saturating_add(payout.workers)
                .saturating_sub(payout.paid)
        });
        let sum = pools
            .chain(unbonding)
            .chain(rewards)
            .chain([Reserve::<T>::get(), TreasuryOwed::<T>::get()])
            .try_fold(0, Balance::checked_add)
            .ok_or("stake overflows")?;
        ensure!(
            sum == Self::held(),
            "what is on hold is not the sum of its parts"
        );
        Ok(())
    }

    fn try_shares() -> Result<(), TryRuntimeError> {
        let mut owned: BTreeMap<AccountId, Balance> = BTreeMap::new();
        for (delegator, operator, position) in Delegations::<T>::iter() {
            ensure!(position.shares > 0, "a delegation is empty");
            ensure!(delegator != operator, "an operator delegates to itself");
            let part = position.redelegated.map_or(0, |part| part.shares);
            ensure!(
                part <= position.shares,
                "more shares came by redelegation than there are"
            );
            let sum = owned.entry(operator).or_default();
            *sum = sum.saturating_add(position.shares);
        }
        for (account, operator) in Operators::<T>::iter() {
            let delegated = owned.remove(&account).unwrap_or(0);
            ensure!(
                operator.pool.shares == operator.own_shares.saturating_add(delegated),
                "a pool's shares are not those of its owners"
            );
            Self::try_pool(&operator.pool)?;
        }
        ensure!(owned.is_empty(), "a delegation has no operator");

        let mut ticketed: BTreeMap<(AccountId, EraIndex), Balance> = BTreeMap::new();
        for (_, operator, tickets) in Tickets::<T>::iter() {
            ensure!(!tickets.is_empty(), "a list of tickets is empty");
            let ordered = tickets
                .iter()
                .zip(tickets.iter().skip(1))
                .all(|(one, next)| one.era < next.era);
            ensure!(ordered, "tickets are not in order");
            for ticket in tickets {
                let sum = ticketed.entry((operator.clone(), ticket.era)).or_default();
                *sum = sum.saturating_add(ticket.shares);
            }
        }
        for (operator, era, pool) in Unbonding::<T>::iter() {
            ensure!(
                ticketed.remove(&(operator, era)) == Some(pool.shares),
                "an unbonding pool's shares are not those of its tickets"
            );
            Self::try_pool(&pool)?;
        }
        ensure!(ticketed.is_empty(), "a ticket has no unbonding pool");
        Ok(())
    }

    fn try_pool(pool: &Pool) -> Result<(), TryRuntimeError> {
        ensure!(
            pool.shares > 0 || pool.stake == 0,
            "nobody owns a pool's stake"
        );
        Ok(())
    }

    fn try_operators() -> Result<(), TryRuntimeError> {
        let (mut count, mut expected) = (0u32, 0usize);
        for (account, operator) in Operators::<T>::iter() {
            ensure!(!operator.roles.is_empty(), "an operator has no role");
            ensure!(
                operator.roles.worker || !operator.serving,
                "one serves that is no worker"
            );
            if operator.status == Status::Retiring {
                ensure!(operator.pool.shares > 0, "an empty operator was kept");
                ensure!(!operator.serving, "a retired operator serves");
            } else {
                count = count.saturating_add(1);
            }
            if let Some(key) = Self::candidate_key(&account, &operator) {
                ensure!(
                    Candidates::<T>::contains_key(&key),
                    "an operator is missing among the candidates"
                );
                ensure!(
                    key.stake() == operator.pool.stake,
                    "a candidate's stake is wrong"
                );
                expected = expected.saturating_add(1);
            }
        }
        ensure!(
            Candidates::<T>::iter_keys().count() == expected,
            "a candidate is none"
        );
        ensure!(
            count == OperatorCount::<T>::get() && count <= T::MaxOperators::get(),
            "the count of operators is wrong"
        );
        Ok(())
    }

    fn try_trails() -> Result<(), TryRuntimeError> {
        let mut open: BTreeMap<(AccountId, EraIndex), u32> = BTreeMap::new();
        for (_, operator, position) in Delegations::<T>::iter() {
            let Some(part) = position.redelegated else {
                continue;
            };
            ensure!(part.from != operator, "a redelegation leads nowhere");
            let count = open.entry((part.from, part.era)).or_default();
            *count = count.saturating_add(1);
        }
        for (operator, era, trail) in Trails::<T>::iter() {
            ensure!(
                open.remove(&(operator, era)) == Some(trail.open),
                "a trail's count is wrong"
            );
            ensure!(trail.kept <= KEPT_ALL, "a trail keeps more than all");
        }
        ensure!(open.is_empty(), "a redelegated part has no trail");
        Ok(())
    }

    fn try_points() -> Result<(), TryRuntimeError> {
        let active = ActiveEra::<T>::get().index;
        let mut sums: BTreeMap<EraIndex, Points> = BTreeMap::new();
        for validator in Attendances::<T>::iter_keys() {
            ensure!(
                Operators::<T>::contains_key(&validator)
                    || Exposures::<T>::contains_key(active, &validator),
                "blocks are expected of one that is neither operator nor validator"
            );
        }
        for (era, _, points) in OperatorPoints::<T>::iter() {
            let sum = sums.entry(era).or_default();
            sum.validator = sum.validator.saturating_add(points.validator);
            sum.worker = sum.worker.saturating_add(points.worker);
        }
        let total = TotalPoints::<T>::iter().collect::<BTreeMap<_, _>>();
        ensure!(
            total.keys().all(|era| *era == active),
            "points of an era that is over were not taken"
        );
        ensure!(
            sums.get(&active).copied().unwrap_or_default()
                == total.get(&active).copied().unwrap_or_default(),
            "the points of the active era do not add up"
        );
        for (era, payout) in Payouts::<T>::iter() {
            ensure!(
                era < active && era >= crate::NextPayout::<T>::get(),
                "a payout is out of order"
            );
            let left = sums.remove(&era).unwrap_or_default();
            ensure!(
                left.validator <= payout.points.validator && left.worker <= payout.points.worker,
                "more points are left than there were"
            );
            let budget = payout.validators.saturating_add(payout.workers);
            ensure!(payout.paid <= budget, "more was paid than there was");
        }
        sums.remove(&active);
        ensure!(sums.is_empty(), "points are left that nobody pays for");
        Ok(())
    }

    fn try_slashes() -> Result<(), TryRuntimeError> {
        let (first, next) = SlashQueueEnds::<T>::get();
        let mut waiting: BTreeMap<AccountId, (u32, EraIndex)> = BTreeMap::new();
        let mut due = BTreeSet::new();
        let mut parts: BTreeMap<(EraIndex, AccountId), u32> = BTreeMap::new();
        for (id, slash) in SlashQueue::<T>::iter() {
            ensure!(
                (first..next).contains(&id),
                "a slash lies outside of the queue"
            );
            ensure!(
                due.insert((slash.operator.clone(), slash.era, slash.apply_at)),
                "a slash was queued where one should have been raised"
            );
            let part = parts
                .entry((slash.era, slash.operator.clone()))
                .or_default();
            *part = part.saturating_add(slash.fraction.deconstruct());
            let (count, earliest) = waiting.entry(slash.operator).or_insert((0, EraIndex::MAX));
            *count = count.saturating_add(1);
            *earliest = (*earliest).min(slash.era);
        }
        for (operator, pending) in Pending::<T>::iter() {
            let (count, earliest) = waiting
                .remove(&operator)
                .ok_or("an operator has no slash that is pending")?;
            ensure!(
                count == pending.count && earliest >= pending.earliest,
                "the pending slashes of an operator are wrong"
            );
        }
        ensure!(waiting.is_empty(), "a slash is not pending");
        for (era, operator, offence) in Offences::<T>::iter() {
            let waits = parts.get(&(era, operator)).copied().unwrap_or(0);
            ensure!(
                offence.highest.deconstruct()
                    == offence.applied.deconstruct().saturating_add(waits),
                "what was reported of an operator was neither applied nor waits"
            );
        }
        Ok(())
    }

    fn try_eras() -> Result<(), TryRuntimeError> {
        let active = ActiveEra::<T>::get();
        let mut known = BTreeSet::from([active.index]);
        if let Some(planned) = PlannedEra::<T>::get() {
            // Before its first session, the first era is planned and active at once.
            ensure!(
                planned.index == active.index.saturating_add(1) || planned.index == 0,
                "the planned era does not follow the active one"
            );
            known.insert(planned.index);
        }
        let begun: BTreeMap<_, _> = EraBlocks::<T>::iter().collect();
        ensure!(begun.values().is_sorted(), "eras do not begin in order");
        ensure!(
            begun.keys().all(
                |era| *era <= Self::current_era() && Self::withdrawable_at(*era) > active.index
            ),
            "the beginning of an era is left that offences cannot come from"
        );
        let mut exposed = 0usize;
        for (era, validators) in EraValidators::<T>::iter() {
            ensure!(known.contains(&era), "validators of a past era are left");
            for validator in &validators {
                let exposure =
                    Exposures::<T>::get(era, validator).ok_or("a validator has no exposure")?;
                ensure!(exposure.era == era, "an exposure names another era");
            }
            exposed = exposed.saturating_add(validators.len());
        }
        ensure!(
            Exposures::<T>::iter_keys().count() == exposed,
            "an exposure has no validator"
        );
        Ok(())
    }
}
