// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of the calls and of what the pallet does outside of them.
//!
//! What touches a position is measured with one that has to be settled: it came from another pool, a
//! slash of that one has to be taken from it, and its cool-down is over.
//!
//! `slash_with_delegators` and `reward_with_delegators` take the number of delegators as their
//! component, only to show that nothing depends on it: no read and no write does. What term of it the
//! generated weights have is in the time, nanoseconds: noise, and the larger state around.

mod setup;

#[cfg(feature = "runtime-benchmarks")]
pub(crate) use setup::make_operator;
pub use setup::Setup;

use crate::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{assert_ok, traits::Get};
use frame_system::RawOrigin;
use openledger_primitives::{
    traits::{SlashOperator, SlashReason, WorkPoints},
    AccountId, Balance,
};
use pallet_authorship::EventHandler;
use setup::*;
use sp_runtime::Perbill;

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

    /// Of an operator without delegators, whose record goes with it.
    #[benchmark]
    fn retire_operator() {
        let operator = registered::<T>("operator", 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()));
        assert!(!Operators::<T>::contains_key(&operator));
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

    /// To a position that has to be settled.
    #[benchmark]
    fn delegate() {
        let operator = registered::<T>("operator", 0);
        let delegator = followed::<T>(&operator, 0);
        cool_down::<T>();
        #[extrinsic_call]
        _(
            RawOrigin::Signed(delegator.clone()),
            operator.clone(),
            unit::<T>(),
        );
        assert!(is_settled::<T>(&delegator, &operator));
    }

    /// From a position that has to be settled.
    #[benchmark]
    fn undelegate() {
        let operator = registered::<T>("operator", 0);
        let delegator = followed::<T>(&operator, 0);
        cool_down::<T>();
        #[extrinsic_call]
        _(
            RawOrigin::Signed(delegator.clone()),
            operator.clone(),
            unit::<T>(),
        );
        assert!(is_settled::<T>(&delegator, &operator));
        assert_eq!(Tickets::<T>::get(&delegator, &operator).len(), 1);
    }

    /// The last share of a retiring operator, whose record goes with it, out of a position that has
    /// to be settled.
    #[benchmark]
    fn undelegate_last() {
        let operator = registered::<T>("operator", 0);
        let delegator = followed::<T>(&operator, 0);
        assert_ok!(Pallet::<T>::do_retire(operator.clone()));
        Attendances::<T>::insert(&operator, Attendance::default());
        cool_down::<T>();
        #[extrinsic_call]
        undelegate(
            RawOrigin::Signed(delegator.clone()),
            operator.clone(),
            Balance::MAX,
        );
        assert!(!Operators::<T>::contains_key(&operator));
        assert_eq!(Tickets::<T>::get(&delegator, &operator).len(), 1);
    }

    /// Between positions that both have to be settled. That `from` goes on as a candidate takes more
    /// writes than its removal would.
    #[benchmark]
    fn redelegate() {
        let from = registered::<T>("from", 0);
        let to = registered::<T>("to", 1);
        let delegator = followed::<T>(&from, 0);
        assert_eq!(followed::<T>(&to, 1), delegator);
        cool_down::<T>();
        #[extrinsic_call]
        _(
            RawOrigin::Signed(delegator.clone()),
            from.clone(),
            to,
            unit::<T>(),
        );
        assert!(is_settled::<T>(&delegator, &from));
        assert!(Trails::<T>::contains_key(&from, T::BondingDuration::get()));
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

    /// After missed blocks, of which some were noted while it was chilled.
    #[benchmark]
    fn activate() {
        let operator = registered::<T>("operator", 0);
        assert_ok!(Pallet::<T>::do_chill(
            operator.clone(),
            ChillReason::MissedBlocks
        ));
        Attendances::<T>::insert(&operator, Attendance::default());
        ActiveEra::<T>::put(EraStart {
            index: T::ChillDuration::get(),
            session: 0,
        });
        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()));
        assert_eq!(
            Operators::<T>::get(&operator).map(|o| o.status),
            Some(Status::Active)
        );
        assert!(!Attendances::<T>::contains_key(&operator));
    }

    #[benchmark]
    fn realise_slash() {
        let operator = registered::<T>("operator", 0);
        let delegator = followed::<T>(&operator, 0);
        cool_down::<T>();
        #[extrinsic_call]
        _(
            RawOrigin::Signed(operator.clone()),
            delegator.clone(),
            operator.clone(),
        );
        assert!(is_settled::<T>(&delegator, &operator));
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
        let left = Offences::<T>::get(0, &operator).highest;
        assert!(left.is_zero());
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

    /// For the oldest era that is punished, of an operator that acts although a lesser slash for that
    /// era waits.
    #[benchmark]
    fn queue_slash() {
        let operator = registered::<T>("operator", 0);
        let oldest = begun_eras::<T>();
        let _ = unapplied::<T>(&operator, oldest);
        assert_ok!(Pallet::<T>::mutate_operator(&operator, |record| {
            record.status = Status::Active;
            Ok(())
        }));
        cool_down::<T>();
        #[block]
        {
            assert_ok!(<Pallet<T> as SlashOperator>::slash(
                &operator,
                Perbill::from_percent(20),
                oldest,
                SlashReason::FalseWork
            ));
        }
        let count = Pending::<T>::get(&operator).map(|pending| pending.count);
        assert_eq!(count, Some(2));
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
    fn slash_with_delegators(d: Linear<1, MAX_DELEGATORS>) {
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
    fn reward_with_delegators(d: Linear<1, MAX_DELEGATORS>) {
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
            <Pallet<T> as WorkPoints>::note_settled(&operator, T::WorkPoint::get());
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
        assert_eq!(Attendances::<T>::get(&operator).authored, 1);
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

    /// The end of a session after which validators are judged and as many have missed their blocks
    /// as can be chilled at once.
    #[benchmark]
    fn judge_session(n: Linear<1, { T::MaxValidators::get() }>) {
        candidates::<T>(n);
        let era = ActiveEra::<T>::get().index;
        let validators: Vec<AccountId> =
            (0..n).map(|index| account("candidate", index, 0)).collect();
        let absent = n / 3;
        for validator in validators.iter().skip(absent as usize) {
            let attendance = Attendance {
                expected: 0,
                authored: u32::MAX,
            };
            Attendances::<T>::insert(validator, attendance);
        }
        EraValidators::<T>::insert(era, frame_support::BoundedVec::truncate_from(validators));
        SessionBlocks::<T>::put(T::OfflineMinBlocks::get().saturating_mul(n));
        #[block]
        {
            Pallet::<T>::judge_session();
        }
        let chilled = Operators::<T>::iter_values().filter(|o| o.status != Status::Active);
        assert_eq!(chilled.count(), absent as usize);
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::tests::mock::new_test_ext(),
        crate::tests::mock::Test
    );
}
