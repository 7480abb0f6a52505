// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The operators, pools and candidates that the benchmarks start from.

use crate::{shares::Pool, *};
use frame_benchmarking::v2::*;
use frame_support::{
    assert_ok,
    traits::{fungible::Mutate, Get},
};
use frame_system::pallet_prelude::BlockNumberFor;
use openledger_primitives::{traits::SlashReason, AccountId, Balance};
use sp_runtime::Perbill;

/// The most delegators of a pool that is slashed or rewarded.
pub(super) const MAX_DELEGATORS: u32 = 100_000;
/// The most candidates of an election.
pub(super) const MAX_CANDIDATES: u32 = 1_000;

/// What the benchmarks need of the runtime.
pub trait Setup: frame_system::Config {
    /// Gives an account session keys.
    fn keys(validator: &AccountId);

    /// An origin that passes `AdminOrigin`.
    fn admin() -> Result<Self::RuntimeOrigin, BenchmarkError>;

    /// An origin that passes `SlashCancelOrigin`.
    fn canceller() -> Result<Self::RuntimeOrigin, BenchmarkError>;
}

#[cfg(feature = "runtime-benchmarks")]
impl<T: Config> Setup for T {
    fn keys(validator: &AccountId) {
        T::Session::benchmark_keys(validator);
    }

    fn admin() -> Result<Self::RuntimeOrigin, BenchmarkError> {
        use frame_support::traits::EnsureOrigin;
        T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
    }

    fn canceller() -> Result<Self::RuntimeOrigin, BenchmarkError> {
        use frame_support::traits::EnsureOrigin;
        T::SlashCancelOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
    }
}

/// All roles, so that the highest bond is asked for.
pub(super) const ROLES: Roles = Roles {
    validator: true,
    worker: true,
    evaluator: true,
};

/// Enough for each self-bond, delegation and existential deposit.
pub(super) fn unit<T: Config>() -> Balance {
    use frame_support::traits::fungible::Inspect;
    Pallet::<T>::least_bond(&ROLES)
        .max(T::MinDelegation::get())
        .max(T::Currency::minimum_balance())
        .max(1_000)
}

pub(super) fn fund<T: Config>(who: &AccountId, units: Balance) {
    T::Currency::set_balance(who, unit::<T>().saturating_mul(units));
}

/// The pallet's account and the pots exist, and pay; the treasury, too.
pub(super) fn accounts<T: Config>() {
    fund::<T>(&Pallet::<T>::account(), 1);
    fund::<T>(&T::Treasury::get(), 1);
    fund::<T>(&T::StakersPot::get(), 100);
    fund::<T>(&T::IncentivePot::get(), 100);
}

pub(super) fn registered<T: Config>(name: &'static str, index: u32) -> AccountId {
    accounts::<T>();
    let operator: AccountId = account(name, index, 0);
    fund::<T>(&operator, 100);
    assert_ok!(Pallet::<T>::do_register(
        operator.clone(),
        ROLES,
        Perbill::zero(),
        unit::<T>() * 10
    ));
    operator
}

pub(super) fn delegated<T: Config>(
    operator: &AccountId,
    name: &'static str,
    index: u32,
) -> AccountId {
    let delegator: AccountId = account(name, index, 0);
    fund::<T>(&delegator, 100);
    assert_ok!(Pallet::<T>::do_delegate(
        delegator.clone(),
        operator.clone(),
        unit::<T>() * 10
    ));
    delegator
}

/// A pool of `operator` with that many delegators, as if each had delegated.
pub(super) fn crowd<T: Config>(operator: &AccountId, delegators: u32) {
    let amount = unit::<T>();
    let sum = amount * Balance::from(delegators);
    if delegators > 0 {
        let source: AccountId = account("crowd", 0, 0);
        fund::<T>(&source, Balance::from(delegators) + 1);
        assert_ok!(Pallet::<T>::take_in(&source, sum));
    }
    for index in 0..delegators {
        let delegator: AccountId = account("delegator", index, 0);
        let position = Delegation {
            shares: amount,
            redelegated: None,
        };
        Delegations::<T>::insert(delegator, operator, position);
    }
    assert_ok!(Pallet::<T>::mutate_operator(operator, |record| {
        record.pool.stake += sum;
        record.pool.shares += sum;
        Ok(())
    }));
}

/// Something unbonding and something redelegated in each era from the active one on.
pub(super) fn traces<T: Config>(operator: &AccountId, eras: u32) {
    let amount = unit::<T>();
    let source: AccountId = account("traces", 0, 0);
    fund::<T>(&source, Balance::from(eras) + 1);
    let first = ActiveEra::<T>::get().index;
    for era in first..first + eras {
        assert_ok!(Pallet::<T>::take_in(&source, amount));
        let pool = Pool {
            stake: amount,
            shares: amount,
        };
        Unbonding::<T>::insert(operator, era, pool);
        let trail = Trail {
            open: 1,
            kept: KEPT_ALL,
        };
        Trails::<T>::insert(operator, era, trail);
    }
    ActiveEra::<T>::put(EraStart {
        index: first + eras - 1,
        session: 0,
    });
}

pub(super) fn unapplied<T: Config>(operator: &AccountId, era: EraIndex) -> UnappliedSlash {
    Pallet::<T>::queue_slash(
        operator,
        era,
        Perbill::from_percent(10),
        SlashReason::Equivocation,
    );
    let (_, next) = SlashQueueEnds::<T>::get();
    SlashQueue::<T>::get(next - 1).expect("just queued")
}

/// Lets the delegator have a position with `operator` that came from a pool of its own number, of
/// which a slash has to be taken from it.
pub(super) fn followed<T: Config>(operator: &AccountId, number: u32) -> AccountId {
    let origin = registered::<T>("origin", number);
    let delegator = delegated::<T>(&origin, "delegator", 0);
    assert_ok!(Pallet::<T>::do_redelegate(
        delegator.clone(),
        origin.clone(),
        operator.clone(),
        unit::<T>() * 10
    ));
    let slash = unapplied::<T>(&origin, 0);
    Pallet::<T>::apply_slash(0, &slash);
    delegator
}

/// Ends the cool-down of what was redelegated in era 0.
pub(super) fn cool_down<T: Config>() {
    ActiveEra::<T>::put(EraStart {
        index: T::BondingDuration::get(),
        session: 0,
    });
}

/// Whether a position is there and answers for no other pool any more.
pub(super) fn is_settled<T: Config>(delegator: &AccountId, operator: &AccountId) -> bool {
    Delegations::<T>::get(delegator, operator)
        .is_some_and(|position| position.redelegated.is_none())
}

/// As many eras as offences can come from and one more, each from the block of its number on; the
/// last but one is active. Returns the oldest of which offences are punished in the last.
pub(super) fn begun_eras<T: Config>() -> EraIndex {
    let last = T::BondingDuration::get();
    for era in 0..=last {
        EraBlocks::<T>::insert(era, BlockNumberFor::<T>::from(era));
    }
    ActiveEra::<T>::put(EraStart {
        index: last - 1,
        session: 0,
    });
    1
}

/// The eras that a slash can reach.
pub(super) fn reachable<T: Config>() -> u32 {
    T::BondingDuration::get() + T::SlashDeferral::get() + 1
}

/// Makes `operator` an active operator with `role`, besides those that it has.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn make_operator<T: Config>(
    operator: &AccountId,
    role: openledger_primitives::traits::OperatorRole,
) {
    use openledger_primitives::traits::OperatorRole;
    accounts::<T>();
    let known = Operators::<T>::get(operator).map(|record| record.roles);
    let mut roles = known.unwrap_or_default();
    match role {
        OperatorRole::Validator => roles.validator = true,
        OperatorRole::Worker => roles.worker = true,
        OperatorRole::Evaluator => roles.evaluator = true,
    }
    let bond = Pallet::<T>::least_bond(&roles).max(1);
    let balance = bond.saturating_add(unit::<T>());
    assert_ok!(T::Currency::mint_into(operator, balance));
    if known.is_some() {
        assert_ok!(Pallet::<T>::do_bond_more(operator.clone(), bond));
        assert_ok!(Pallet::<T>::do_set_roles(operator.clone(), roles));
    } else {
        assert_ok!(Pallet::<T>::do_register(
            operator.clone(),
            roles,
            Perbill::zero(),
            bond
        ));
    }
}

/// Candidates with keys; no others are.
pub(super) fn candidates<T: Config + Setup>(count: u32) {
    let _ = Candidates::<T>::clear(u32::MAX, None);
    for index in 0..count {
        let operator: AccountId = account("candidate", index, 0);
        let stake = unit::<T>() + Balance::from(index);
        let record = Operator {
            roles: ROLES,
            commission: Perbill::zero(),
            commission_changed: 0,
            status: Status::Active,
            pool: Pool {
                stake,
                shares: stake,
            },
            own_shares: stake,
            registered: 0,
            serving: false,
            probation: None,
        };
        Operators::<T>::insert(&operator, record);
        Candidates::<T>::insert(SortKey::new(stake, operator.clone()), ());
        T::keys(&operator);
    }
    ValidatorCount::<T>::put(count);
}
