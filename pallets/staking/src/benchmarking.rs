// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of the calls and of what the pallet does outside of them.
//!
//! `slash_with_delegators` and `reward_with_delegators` take the number of delegators as their
//! component, only to show that nothing depends on it: the generated weights have no term of it.

use crate::{shares::Pool, *};
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
    assert_ok,
    traits::{fungible::Mutate, Get},
};
use frame_system::RawOrigin;
use openledger_primitives::{
    traits::{SlashReason, WorkPoints},
    AccountId, Balance,
};
use pallet_authorship::EventHandler;
use sp_runtime::Perbill;

/// The most delegators of a pool that is slashed or rewarded.
const MAX_DELEGATORS: u32 = 10_000;
/// The most candidates of an election.
const MAX_CANDIDATES: u32 = 1_000;

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
const ROLES: Roles = Roles {
    validator: true,
    worker: true,
    evaluator: true,
};

/// Enough for each self-bond, delegation and existential deposit.
fn unit<T: Config>() -> Balance {
    use frame_support::traits::fungible::Inspect;
    Pallet::<T>::least_bond(&ROLES)
        .max(T::MinDelegation::get())
        .max(T::Currency::minimum_balance())
        .max(1_000)
}

fn fund<T: Config>(who: &AccountId, units: Balance) {
    T::Currency::set_balance(who, unit::<T>().saturating_mul(units));
}

/// The pallet's account and the pots exist, and pay; the treasury, too.
fn accounts<T: Config>() {
    fund::<T>(&Pallet::<T>::account(), 1);
    fund::<T>(&T::Treasury::get(), 1);
    fund::<T>(&T::StakersPot::get(), 100);
    fund::<T>(&T::IncentivePot::get(), 100);
}

fn registered<T: Config>(name: &'static str, index: u32) -> AccountId {
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

fn delegated<T: Config>(operator: &AccountId, name: &'static str, index: u32) -> AccountId {
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
fn crowd<T: Config>(operator: &AccountId, delegators: u32) {
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
fn traces<T: Config>(operator: &AccountId, eras: u32) {
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

fn unapplied<T: Config>(operator: &AccountId, era: EraIndex) -> UnappliedSlash {
    Pallet::<T>::queue_slash(
        operator,
        era,
        Perbill::from_percent(10),
        SlashReason::Equivocation,
    );
    let (first, _) = SlashQueueEnds::<T>::get();
    SlashQueue::<T>::get(first).expect("just queued")
}

/// The eras that a slash can reach.
fn reachable<T: Config>() -> u32 {
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
fn candidates<T: Config + Setup>(count: u32) {
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

#[benchmarks(where T: Setup)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_operator() {
        accounts::<T>();
        let operator: AccountId = account("operator", 0, 0);
        fund::<T>(&operator, 100);
        #[extrinsic_call]
        _(
            RawOrigin::Signed(operator.clone()),
            ROLES,
            Perbill::zero(),
            unit::<T>(),
        );
        assert!(Operators::<T>::contains_key(&operator));
    }

    #[benchmark]
    fn set_roles() {
        let operator = registered::<T>("operator", 0);
        let roles = Roles {
            validator: false,
            ..ROLES
        };
        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()), roles);
        assert_eq!(Operators::<T>::get(&operator).map(|o| o.roles), Some(roles));
    }

    #[benchmark]
    fn retire_operator() {
        let operator = registered::<T>("operator", 0);
        delegated::<T>(&operator, "delegator", 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()));
        assert_eq!(
            Operators::<T>::get(&operator).map(|o| o.status),
            Some(Status::Retiring)
        );
    }

    #[benchmark]
    fn bond_more() {
        let operator = registered::<T>("operator", 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()), unit::<T>());
        assert_eq!(
            Operators::<T>::get(&operator).map(|o| o.self_bond()),
            Some(unit::<T>() * 11)
        );
    }

    #[benchmark]
    fn bond_less() {
        let operator = registered::<T>("operator", 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()), unit::<T>());
        assert_eq!(Tickets::<T>::get(&operator, &operator).len(), 1);
    }

    #[benchmark]
    fn delegate() {
        let operator = registered::<T>("operator", 0);
        let delegator = delegated::<T>(&operator, "delegator", 0);
        #[extrinsic_call]
        _(
            RawOrigin::Signed(delegator.clone()),
            operator.clone(),
            unit::<T>(),
        );
        assert!(Delegations::<T>::contains_key(&delegator, &operator));
    }

    #[benchmark]
    fn undelegate() {
        let operator = registered::<T>("operator", 0);
        let delegator = delegated::<T>(&operator, "delegator", 0);
        #[extrinsic_call]
        _(
            RawOrigin::Signed(delegator.clone()),
            operator.clone(),
            unit::<T>(),
        );
        assert_eq!(Tickets::<T>::get(&delegator, &operator).len(), 1);
    }

    #[benchmark]
    fn redelegate() {
        let from = registered::<T>("from", 0);
        let to = registered::<T>("to", 1);
        let delegator = delegated::<T>(&from, "delegator", 0);
        assert_ok!(Pallet::<T>::do_delegate(
            delegator.clone(),
            to.clone(),
            unit::<T>()
        ));
        #[extrinsic_call]
        _(
            RawOrigin::Signed(delegator.clone()),
            from.clone(),
            to,
            unit::<T>(),
        );
        assert!(Trails::<T>::contains_key(&from, 0));
    }

    #[benchmark]
    fn withdraw(n: Linear<1, { T::MaxTickets::get() }>) {
        let operator = registered::<T>("operator", 0);
        let delegator = delegated::<T>(&operator, "delegator", 0);
        for era in 0..n {
            ActiveEra::<T>::put(EraStart {
                index: era,
                session: 0,
            });
            assert_ok!(Pallet::<T>::start_unbonding(
                delegator.clone(),
                operator.clone(),
                1
            ));
        }
        ActiveEra::<T>::put(EraStart {
            index: n + T::BondingDuration::get(),
            session: 0,
        });
        #[extrinsic_call]
        _(RawOrigin::Signed(delegator.clone()), operator.clone());
        assert!(Tickets::<T>::get(&delegator, &operator).is_empty());
    }

    #[benchmark]
    fn set_commission() {
        let operator = registered::<T>("operator", 0);
        ActiveEra::<T>::put(EraStart {
            index: 1,
            session: 0,
        });
        let commission = T::MaxCommissionChange::get().min(T::MaxCommission::get());
        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()), commission);
        assert_eq!(
            Operators::<T>::get(&operator).map(|o| o.commission),
            Some(commission)
        );
    }

    #[benchmark]
    fn chill() {
        let operator = registered::<T>("operator", 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()));
        assert_ne!(
            Operators::<T>::get(&operator).map(|o| o.status),
            Some(Status::Active)
        );
    }

    #[benchmark]
    fn activate() {
        let operator = registered::<T>("operator", 0);
        assert_ok!(Pallet::<T>::do_chill(
            operator.clone(),
            ChillReason::Voluntary
        ));
        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()));
        assert_eq!(
            Operators::<T>::get(&operator).map(|o| o.status),
            Some(Status::Active)
        );
    }

    #[benchmark]
    fn realise_slash() {
        let from = registered::<T>("from", 0);
        let to = registered::<T>("to", 1);
        let delegator = delegated::<T>(&from, "delegator", 0);
        assert_ok!(Pallet::<T>::do_redelegate(
            delegator.clone(),
            from.clone(),
            to.clone(),
            unit::<T>() * 10
        ));
        let slash = unapplied::<T>(&from, 0);
        Pallet::<T>::apply_slash(0, &slash);
        ActiveEra::<T>::put(EraStart {
            index: T::BondingDuration::get(),
            session: 0,
        });
        #[extrinsic_call]
        _(RawOrigin::Signed(from), delegator.clone(), to.clone());
        assert_eq!(
            Delegations::<T>::get(&delegator, &to).map(|position| position.redelegated),
            Some(None)
        );
    }

    #[benchmark]
    fn set_validator_count() -> Result<(), BenchmarkError> {
        let origin = T::admin()?;
        let count = T::MaxValidators::get();
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, count);
        assert_eq!(ValidatorCount::<T>::get(), count);
        Ok(())
    }

    #[benchmark]
    fn set_reward_split() -> Result<(), BenchmarkError> {
        let origin = T::admin()?;
        let split = Perbill::from_percent(11);
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, split);
        assert_eq!(RewardSplit::<T>::get(), split);
        Ok(())
    }

    #[benchmark]
    fn cancel_slash() -> Result<(), BenchmarkError> {
        let origin = T::canceller()?;
        let operator = registered::<T>("operator", 0);
        let _ = unapplied::<T>(&operator, 0);
        let (id, _) = SlashQueueEnds::<T>::get();
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id);
        assert!(!SlashQueue::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn force_chill() -> Result<(), BenchmarkError> {
        let origin = T::admin()?;
        let operator = registered::<T>("operator", 0);
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, operator.clone());
        assert_ne!(
            Operators::<T>::get(&operator).map(|o| o.status),
            Some(Status::Active)
        );
        Ok(())
    }

    #[benchmark]
    fn queue_slash() {
        let operator = registered::<T>("operator", 0);
        #[block]
        {
            Pallet::<T>::queue_slash(
                &operator,
                0,
                Perbill::from_percent(10),
                SlashReason::Equivocation,
            );
        }
        assert!(Pending::<T>::contains_key(&operator));
    }

    /// With something unbonding and something redelegated in each of `e` eras.
    #[benchmark]
    fn apply_slash(e: Linear<1, { reachable::<T>() }>) {
        let operator = registered::<T>("operator", 0);
        let slash = unapplied::<T>(&operator, 0);
        traces::<T>(&operator, e);
        #[block]
        {
            Pallet::<T>::apply_slash(0, &slash);
        }
        assert!(!Pending::<T>::contains_key(&operator));
    }

    /// With `d` delegators, on which the weight must not depend.
    #[benchmark]
    fn slash_with_delegators(d: Linear<0, MAX_DELEGATORS>) {
        let operator = registered::<T>("operator", 0);
        crowd::<T>(&operator, d);
        let slash = unapplied::<T>(&operator, 0);
        traces::<T>(&operator, reachable::<T>());
        #[block]
        {
            Pallet::<T>::apply_slash(0, &slash);
        }
        assert!(!Pending::<T>::contains_key(&operator));
    }

    /// With `d` delegators, on which the weight must not depend.
    #[benchmark]
    fn reward_with_delegators(d: Linear<0, MAX_DELEGATORS>) {
        let operator = registered::<T>("operator", 0);
        crowd::<T>(&operator, d);
        let taken;
        #[block]
        {
            taken = Pallet::<T>::pay_operator(&operator, 0, unit::<T>());
        }
        assert_eq!(taken, unit::<T>());
    }

    /// One operator more of an era that is handed out.
    #[benchmark]
    fn pay_operator() {
        let operator = registered::<T>("operator", 0);
        let points = Points {
            validator: 1,
            worker: 1,
        };
        OperatorPoints::<T>::insert(0, &operator, points);
        let payout = Payout {
            validators: unit::<T>(),
            workers: unit::<T>(),
            points,
            paid: 0,
        };
        Payouts::<T>::insert(0, payout);
        #[block]
        {
            Pallet::<T>::pay_era(0, 1);
        }
        assert!(!OperatorPoints::<T>::contains_key(0, &operator));
    }

    /// The end of an era's payout.
    #[benchmark]
    fn finish_era() {
        let payout = Payout {
            validators: unit::<T>(),
            workers: unit::<T>(),
            points: Points::default(),
            paid: 0,
        };
        Payouts::<T>::insert(0, payout);
        #[block]
        {
            Pallet::<T>::pay_era(0, 1);
        }
        assert!(!Payouts::<T>::contains_key(0));
    }

    #[benchmark]
    fn note_settled() {
        let operator = registered::<T>("operator", 0);
        #[block]
        {
            <Pallet<T> as WorkPoints>::note_settled(&operator);
        }
        let era = ActiveEra::<T>::get().index;
        assert!(OperatorPoints::<T>::contains_key(era, &operator));
    }

    #[benchmark]
    fn note_author() {
        let operator = registered::<T>("operator", 0);
        let era = ActiveEra::<T>::get().index;
        Exposures::<T>::insert(era, &operator, Exposure::default());
        #[block]
        {
            <Pallet<T> as EventHandler<_, _>>::note_author(operator.clone());
        }
        assert_eq!(Authored::<T>::get(&operator), 1);
    }

    #[benchmark]
    fn elect(n: Linear<1, MAX_CANDIDATES>) {
        candidates::<T>(n);
        let elected: Vec<_>;
        #[block]
        {
            elected = Pallet::<T>::elect(1);
        }
        assert_eq!(elected.len(), n.min(T::MaxValidators::get()) as usize);
    }

    /// The election of an era and what is written of it.
    #[benchmark]
    fn plan_era(n: Linear<1, MAX_CANDIDATES>) {
        candidates::<T>(n);
        PlannedEra::<T>::kill();
        let active = ActiveEra::<T>::get();
        let session = active.session + T::SessionsPerEra::get();
        #[block]
        {
            let _ = Pallet::<T>::plan(session);
        }
        assert!(PlannedEra::<T>::exists());
    }

    /// The end of a session in which all validators missed their blocks.
    #[benchmark]
    fn judge_session(n: Linear<1, { T::MaxValidators::get() }>) {
        candidates::<T>(n);
        let era = ActiveEra::<T>::get().index;
        let validators: Vec<AccountId> =
            (0..n).map(|index| account("candidate", index, 0)).collect();
        EraValidators::<T>::insert(era, frame_support::BoundedVec::truncate_from(validators));
        SessionBlocks::<T>::put(T::OfflineMinBlocks::get().saturating_mul(n));
        #[block]
        {
            Pallet::<T>::judge_session();
        }
        assert_eq!(SessionBlocks::<T>::get(), 0);
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::tests::mock::new_test_ext(),
        crate::tests::mock::Test
    );
}
