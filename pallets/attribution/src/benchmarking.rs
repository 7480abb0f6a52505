// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of the calls and of what the pallet does outside of them.

use crate::*;
use alloc::{boxed::Box, vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
    assert_ok,
    pallet_prelude::TransactionSource,
    traits::{
        fungible::{Inspect, Mutate},
        Authorize, Get,
    },
    BoundedVec,
};
use frame_system::RawOrigin;
use openledger_primitives::{
    influence::MAX_INFLUENCES, receipt::RECEIPT_VERSION, traits::Models, AccountId, AdapterId,
    Balance, ContributionId, FeeSplit, InferenceReceipt, InfluenceMethod, InfluenceShare,
    InfluenceVector, JobRef, Ppm, SignedReceipt, H256,
};
use sp_core::{crypto::KeyTypeId, ed25519};

/// The keystore's name for keys that benchmarks create.
const KEY_TYPE: KeyTypeId = KeyTypeId(*b"bnch");

/// What the benchmarks need of the models and inference pallets.
pub trait Setup: Config {
    /// A published adapter of `developer` with that many contributions.
    fn adapter(developer: &AccountId, contributions: u32) -> (AdapterId, Vec<ContributionId>);

    /// A job with a large escrow, its input's hash, and a worker with that receipt key.
    fn job(
        consumer: &AccountId,
        adapter: AdapterId,
        worker: &AccountId,
        key: ed25519::Public,
    ) -> (JobRef, H256);

    /// An origin that may set the fee split.
    fn admin() -> Result<Self::RuntimeOrigin, BenchmarkError>;
}

#[cfg(feature = "runtime-benchmarks")]
impl<T: Config> Setup for T {
    fn adapter(developer: &AccountId, contributions: u32) -> (AdapterId, Vec<ContributionId>) {
        T::Models::benchmark_adapter(developer, contributions)
    }

    fn job(
        consumer: &AccountId,
        adapter: AdapterId,
        worker: &AccountId,
        key: ed25519::Public,
    ) -> (JobRef, H256) {
        <T::Escrow as openledger_primitives::traits::Escrow>::benchmark_job(
            consumer, adapter, worker, key,
        )
    }

    fn admin() -> Result<T::RuntimeOrigin, BenchmarkError> {
        <T::AdminOrigin as frame_support::traits::EnsureOrigin<_>>::try_successful_origin()
            .map_err(|()| BenchmarkError::Weightless)
    }
}

/// Gives an account the existential deposit and a little more.
fn endow<T: Config>(who: &AccountId) {
    let amount: Balance = T::Currency::minimum_balance().saturating_mul(1_000);
    T::Currency::set_balance(who, amount);
}

/// The accounts that genesis endows.
fn endow_pots<T: Config>() {
    for pot in [Pallet::<T>::pot(), T::Treasury::get(), T::StakersPot::get()] {
        endow::<T>(&pot);
    }
}

/// A vector over all contributions, in which each share differs from zero.
fn vector(contributions: &[ContributionId]) -> InfluenceVector {
    let count = contributions.len() as u32;
    let mut ids = contributions.to_vec();
    ids.sort_unstable();
    let shares = ids.into_iter().enumerate().map(|(place, contribution)| {
        let rest = if place == 0 { Ppm::ONE.0 % count } else { 0 };
        InfluenceShare {
            contribution,
            share: Ppm(Ppm::ONE.0 / count + rest),
        }
    });
    InfluenceVector::new(shares.collect()).expect("sorted, and the sum is exact")
}

/// A receipt over `contributions` contributions that settles.
fn receipt<T: Config + Setup>(contributions: u32) -> SignedReceipt {
    endow_pots::<T>();
    let developer: AccountId = account("developer", 0, 0);
    let consumer: AccountId = account("consumer", 0, 0);
    let worker: AccountId = account("worker", 0, 0);
    let (adapter, ids) = T::adapter(&developer, contributions);
    let key = sp_io::crypto::ed25519_generate(KEY_TYPE, None);
    let (job, input_hash) = T::job(&consumer, adapter, &worker, key);
    let receipt = InferenceReceipt {
        version: RECEIPT_VERSION,
        genesis: Pallet::<T>::genesis(),
        job,
        voucher: None,
        adapter,
        artifact: T::Models::terms(adapter)
            .expect("the adapter is there")
            .artifact,
        input_hash,
        output_hash: H256([2; 32]),
        // Enough planck at one per unit for every contribution to be credited something, and for the
        // longest vector.
        units: 100_000,
        influence: vector(&ids),
        method: InfluenceMethod::UnitGradientsV1,
        evidence: H256([3; 32]),
        worker,
        seen_at: 1,
    };
    let signature =
        sp_io::crypto::ed25519_sign(KEY_TYPE, &key, &receipt.payload()).expect("the key is there");
    SignedReceipt {
        receipt,
        signature,
        voucher: None,
        output: None,
    }
}

fn batch<T: Config + Setup>(n: u32) -> BoundedVec<SignedReceipt, T::MaxReceiptsPerBatch> {
    vec![receipt::<T>(n)]
        .try_into()
        .expect("a batch takes one receipt")
}

/// The worker of a settled receipt, which has credits and exists.
fn credited<T: Config + Setup>() -> AccountId {
    let receipt = receipt::<T>(1);
    assert_ok!(Pallet::<T>::settle_in_layer(&receipt));
    let worker = receipt.receipt.worker;
    endow::<T>(&worker);
    worker
}

#[benchmarks(where T: Setup)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn submit_receipts(n: Linear<1, MAX_INFLUENCES>) {
        let receipts = batch::<T>(n);
        let job = receipts[0].receipt.job;
        #[extrinsic_call]
        _(RawOrigin::Authorized, receipts);
        assert!(Receipts::<T>::contains_key(job));
    }

    #[benchmark]
    fn authorize_submit_receipts(n: Linear<1, MAX_INFLUENCES>) {
        let call = Call::<T>::submit_receipts {
            receipts: batch::<T>(n),
        };
        #[block]
        {
            assert!(call
                .authorize(TransactionSource::External)
                .is_some_and(|valid| valid.is_ok()));
        }
    }

    #[benchmark]
    fn submit_receipt(n: Linear<1, MAX_INFLUENCES>) {
        let receipt = receipt::<T>(n);
        let job = receipt.receipt.job;
        let caller: AccountId = account("caller", 0, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(caller), Box::new(receipt));
        assert!(Receipts::<T>::contains_key(job));
    }

    #[benchmark]
    fn claim() {
        let worker = credited::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()));
        assert_eq!(Pallet::<T>::credits_of(worker), 0);
    }

    #[benchmark]
    fn claim_for() {
        let worker = credited::<T>();
        let caller: AccountId = account("caller", 0, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(caller), worker.clone());
        assert_eq!(Pallet::<T>::credits_of(worker), 0);
    }

    #[benchmark]
    fn set_fee_split() -> Result<(), BenchmarkError> {
        let origin = T::admin()?;
        let split = FeeSplit {
            contributors: Ppm(400_000),
            treasury: Ppm(250_000),
            ..FeeSplit::default()
        };
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, split);
        assert_eq!(FeeSplitStore::<T>::get(), split);
        Ok(())
    }

    #[benchmark]
    fn prune_receipt() {
        let receipt = receipt::<T>(MAX_INFLUENCES);
        assert_ok!(Pallet::<T>::settle_in_layer(&receipt));
        #[block]
        {
            Pallet::<T>::prune_place(0, u32::MAX);
        }
        assert!(!Receipts::<T>::contains_key(receipt.receipt.job));
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::tests::mock::new_test_ext(),
        crate::tests::mock::Test
    );
}
