// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of what is done beside the pallets' own calls: callbacks, and values that come with a
//! call.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
    assert_ok,
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    weights::Weight,
};
use frame_system::RawOrigin;
use openledger_primitives::{traits::OnDelivery, AccountId, Balance, JobId, H256, MAX_OUTPUT};
use pallet_revive::{precompiles::AddressMapper, Code, ExecConfig, TransactionLimits};

/// OPEN.
type Open<T> = pallet_balances::Pallet<T>;

/// The job whose callback is measured.
const JOB: JobId = JobId(7);

/// Deploys a contract that reverts at once, whatever is called: the five bytes behind the first
/// eleven, which return them.
const REVERTING: [u8; 16] = [
    // PUSH1 5, DUP1, PUSH1 11, PUSH1 0, CODECOPY, PUSH1 0, RETURN
    0x60, 0x05, 0x80, 0x60, 0x0b, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3,
    // PUSH1 0, PUSH1 0, REVERT
    0x60, 0x00, 0x60, 0x00, 0xfd,
];

/// Gives an account enough for the dearest callback, and for what deploying a contract holds.
fn endow<T: Config>(who: &AccountId) {
    let callback = Pallet::<T>::callback_fee(T::MaxCallbackGas::get());
    let deposits = Pallet::<T>::callback_fee(10_000_000);
    let amount: Balance = Open::<T>::minimum_balance()
        .saturating_mul(1_000)
        .saturating_add(callback)
        .saturating_add(deposits);
    Open::<T>::set_balance(who, amount);
}

/// A funded account.
fn funded<T: Config>(name: &'static str) -> AccountId {
    let who: AccountId = account(name, 0, 0);
    endow::<T>(&who);
    who
}

/// A funded contract that reverts at once, so that nothing but making the callback is measured.
fn contract<T: Config>() -> AccountId {
    let limits = TransactionLimits::WeightAndDeposit {
        weight_limit: Weight::MAX,
        deposit_limit: Balance::MAX,
    };
    let deployed = pallet_revive::Pallet::<T>::bare_instantiate(
        RawOrigin::Signed(funded::<T>("owner")).into(),
        Default::default(),
        limits,
        Code::Upload(REVERTING.to_vec()),
        Vec::new(),
        None,
        &ExecConfig::new_substrate_tx(),
    );
    let address = deployed.result.expect("the code is valid").addr;
    let contract = T::AddressMapper::to_account_id(&address);
    endow::<T>(&contract);
    contract
}

/// Has `consumer` prepay the dearest callback.
fn prepaid<T: Config>(consumer: AccountId) {
    assert_ok!(Pallet::<T>::prepay(JOB, consumer, T::MaxCallbackGas::get()));
}

/// Ends the job with the longest answer.
fn answer<T: Config>() {
    let output = vec![b'x'; MAX_OUTPUT as usize];
    let output = output.try_into().expect("it is as long as can be");
    <Pallet<T> as OnDelivery>::on_answered(JOB, H256([1; 32]), output);
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn prepay() {
        let consumer = funded::<T>("consumer");
        #[block]
        {
            prepaid::<T>(consumer);
        }
        assert!(Callbacks::<T>::contains_key(JOB));
    }

    #[benchmark]
    fn fall_due() {
        prepaid::<T>(funded::<T>("consumer"));
        #[block]
        {
            answer::<T>();
        }
        assert_eq!(CallbackQueueEnds::<T>::get(), (0, 1));
    }

    #[benchmark]
    fn make_callback() {
        prepaid::<T>(contract::<T>());
        answer::<T>();
        #[block]
        {
            Pallet::<T>::make_callbacks(Weight::MAX);
        }
        assert!(!Callbacks::<T>::contains_key(JOB));
    }

    #[benchmark]
    fn pass_value_on() {
        let own = Pallet::<T>::callback_account();
        endow::<T>(&own);
        let caller = funded::<T>("caller");
        let before = Open::<T>::balance(&caller);
        let value = Open::<T>::minimum_balance();
        #[block]
        {
            assert_ok!(inference::move_value::<T>(&own, &caller, value));
        }
        assert_eq!(Open::<T>::balance(&caller), before + value);
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::tests::mock::new_test_ext(),
        crate::tests::mock::Test
    );
}
