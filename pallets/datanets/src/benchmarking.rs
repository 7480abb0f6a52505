// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Benchmarks: each call on its longest path with its longest arguments.

use alloc::{vec, vec::Vec};
use codec::Encode;
use openledger_primitives::{
    content_hash, views::RejectReason, AccountId, ContributionId, DatanetId, Ppm, VersionRef, H256,
};
use polkadot_sdk::{
    frame_benchmarking::v2::*,
    frame_support::{
        traits::{
            fungible::{Inspect, Unbalanced},
            tokens::Precision,
            Get,
        },
        BoundedVec,
    },
    frame_system::RawOrigin,
    sp_core::ConstU32,
};

use crate::{
    Call, Config, Contributions, Datanets, Licence, Name, NextContributionId, NextDatanetId,
    Pallet, Policy, Rejected, Uri, Versions,
};

/// How many rows each contribution has here.
const ROWS: u32 = 100;

/// How many bytes the content of each contribution has here.
const BYTES: u64 = 10_000;

/// An account with funds for the deposits of `contributions` contributions and a Datanet.
fn funded<T: Config>(name: &'static str, index: u32, contributions: u32) -> AccountId {
    let who: AccountId = account(name, index, 0);
    let amount = T::Currency::minimum_balance()
        .saturating_mul(10)
        .saturating_add(T::DatanetDeposit::get())
        .saturating_add(T::ContributionDeposit::get().saturating_mul(contributions.into()));
    T::Currency::set_total_issuance(T::Currency::total_issuance().saturating_add(amount));
    T::Currency::increase_balance(&who, amount, Precision::Exact)
        .expect("an amount far below the maximum can be added");
    who
}

/// A text as long as its bound.
fn longest<const BOUND: u32>() -> BoundedVec<u8, ConstU32<BOUND>> {
    BoundedVec::truncate_from(vec![b'x'; BOUND as usize])
}

fn policy() -> Policy {
    Policy {
        open: true,
        min_rows: 1,
        max_rows: u32::MAX,
        max_bytes: u64::MAX,
        similarity: Ppm(800_000),
    }
}

fn create<T: Config>(owner: &AccountId) -> DatanetId {
    let datanet = NextDatanetId::<T>::get();
    let name: Name = longest();
    Pallet::<T>::create_datanet(RawOrigin::Signed(owner.clone()).into(), name, policy())
        .expect("the owner has the deposit");
    datanet
}

fn hash_of(domain: &str, id: ContributionId) -> H256 {
    content_hash(&(domain, id).encode())
}

fn contribute<T: Config>(contributor: &AccountId, datanet: DatanetId) -> ContributionId {
    let contribution = NextContributionId::<T>::get();
    let licence: Licence = longest();
    let uri: Uri = longest();
    Pallet::<T>::contribute(
        RawOrigin::Signed(contributor.clone()).into(),
        datanet,
        hash_of("rows", contribution),
        ROWS,
        BYTES,
        hash_of("content", contribution),
        licence,
        uri,
    )
    .expect("the Datanet is open and the contributor has the deposit");
    contribution
}

fn accept<T: Config>(owner: &AccountId, contribution: ContributionId) {
    let report = hash_of("report", contribution);
    Pallet::<T>::accept_contribution(
        RawOrigin::Signed(owner.clone()).into(),
        contribution,
        report,
    )
    .expect("the contribution is pending");
}

fn reject<T: Config>(owner: &AccountId, contribution: ContributionId) {
    Pallet::<T>::reject_contribution(
        RawOrigin::Signed(owner.clone()).into(),
        contribution,
        RejectReason::Malformed,
        hash_of("report", contribution),
    )
    .expect("the contribution is pending");
}

/// A Datanet with `count` accepted contributions, each by another account, and its owner.
fn curated<T: Config>(count: u32) -> (AccountId, DatanetId, Vec<ContributionId>) {
    let owner = funded::<T>("owner", 0, 0);
    let datanet = create::<T>(&owner);
    let contributions = (0..count)
        .map(|index| {
            let contributor = funded::<T>("contributor", index, 1);
            let contribution = contribute::<T>(&contributor, datanet);
            accept::<T>(&owner, contribution);
            contribution
        })
        .collect();
    (owner, datanet, contributions)
}

/// A published version of `count` contributions, each by another account: what the benchmarks of
/// other pallets start from.
pub fn published_version<T: Config>(count: u32) -> (VersionRef, Vec<ContributionId>) {
    let (owner, datanet, contributions) = curated::<T>(count);
    Pallet::<T>::publish_version(RawOrigin::Signed(owner).into(), datanet)
        .expect("the Datanet has accepted contributions");
    (VersionRef { datanet, number: 1 }, contributions)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn create_datanet() {
        let owner = funded::<T>("owner", 0, 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), longest(), policy());

        assert!(Datanets::<T>::contains_key(DatanetId(0)));
    }

    #[benchmark]
    fn set_policy() {
        let owner = funded::<T>("owner", 0, 0);
        let datanet = create::<T>(&owner);
        let closed = Policy {
            open: false,
            ..policy()
        };

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), datanet, closed);

        assert!(Datanets::<T>::get(datanet).is_some_and(|record| record.policy == closed));
    }

    #[benchmark]
    fn contribute() {
        let owner = funded::<T>("owner", 0, 0);
        let datanet = create::<T>(&owner);
        let contributor = funded::<T>("contributor", 0, 1);
        let (rows_root, content) = (H256::repeat_byte(1), H256::repeat_byte(2));

        #[extrinsic_call]
        _(
            RawOrigin::Signed(contributor),
            datanet,
            rows_root,
            ROWS,
            BYTES,
            content,
            longest(),
            longest(),
        );

        assert!(Contributions::<T>::contains_key(ContributionId(0)));
    }

    #[benchmark]
    fn withdraw_contribution() {
        let owner = funded::<T>("owner", 0, 0);
        let datanet = create::<T>(&owner);
        let contributor = funded::<T>("contributor", 0, 1);
        let contribution = super::contribute::<T>(&contributor, datanet);

        #[extrinsic_call]
        _(RawOrigin::Signed(contributor), contribution);

        assert!(!Contributions::<T>::contains_key(contribution));
    }

    #[benchmark]
    fn accept_contribution() {
        let owner = funded::<T>("owner", 0, 0);
        let datanet = create::<T>(&owner);
        let contributor = funded::<T>("contributor", 0, 1);
        let contribution = super::contribute::<T>(&contributor, datanet);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), contribution, H256::repeat_byte(3));

        assert!(Datanets::<T>::get(datanet).is_some_and(|record| record.accepted == 1));
    }

    #[benchmark]
    fn reject_contribution() {
        // The longest path: the oldest record has to make room, and there is an original to look
        // up. Only the oldest of the earlier rejections is really there.
        let owner = funded::<T>("owner", 0, 0);
        let datanet = create::<T>(&owner);
        let contributor = funded::<T>("contributor", 0, 3);
        let oldest = super::contribute::<T>(&contributor, datanet);
        reject::<T>(&owner, oldest);
        Datanets::<T>::mutate(datanet, |slot| {
            if let Some(record) = slot {
                record.rejected = T::MaxRejected::get();
            }
        });
        let of = super::contribute::<T>(&contributor, datanet);
        accept::<T>(&owner, of);
        let contribution = super::contribute::<T>(&contributor, datanet);
        let reason = RejectReason::Duplicate {
            of,
            share: Ppm::ONE,
        };

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner),
            contribution,
            reason,
            H256::repeat_byte(3),
        );

        assert!(!Rejected::<T>::contains_key(datanet, 0));
        assert!(!Contributions::<T>::contains_key(oldest));
    }

    #[benchmark]
    fn publish_version(n: Linear<1, { T::MaxContributions::get() }>) {
        let (owner, datanet, _) = curated::<T>(n);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), datanet);

        assert!(Versions::<T>::get(datanet, 1).is_some_and(|version| version.contributions == n));
    }

    #[benchmark]
    fn transfer_datanet() {
        let owner = funded::<T>("owner", 0, 0);
        let datanet = create::<T>(&owner);
        let new_owner = funded::<T>("new owner", 0, 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), datanet, new_owner.clone());

        assert!(Datanets::<T>::get(datanet).is_some_and(|record| record.owner == new_owner));
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::tests::mock::new_test_ext(),
        crate::tests::mock::Test
    );
}
