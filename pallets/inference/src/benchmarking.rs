// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of the calls and of what the pallet does outside of them.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
    assert_ok,
    traits::{fungible::Mutate, Get},
    weights::WeightMeter,
};
use frame_system::RawOrigin;
use openledger_primitives::{
    traits::{Escrow, Models},
    views::{JobInput, MAX_INLINE_INPUT},
    worker::registration_payload,
    AccountId, AdapterId, Balance, ChannelId, JobId, JobRef, SignedVoucher, Voucher, H256,
};
use sp_core::{crypto::KeyTypeId, ed25519, sr25519};
use sp_runtime::{BoundedVec, MultiSignature};

/// The keystore's name for keys that benchmarks create.
const KEY_TYPE: KeyTypeId = KeyTypeId(*b"bnch");

/// What the benchmarks need of the models pallet.
pub trait Setup {
    /// A published adapter.
    fn adapter() -> AdapterId;
}

#[cfg(feature = "runtime-benchmarks")]
impl<T: Config> Setup for T {
    fn adapter() -> AdapterId {
        T::Models::benchmark_adapter(&account("developer", 0, 0), 1).0
    }
}

/// How many units a job of the benchmarks pays for.
const UNITS: Balance = 1_000_000;

/// More than any benchmark spends: adapters ask for as little per unit as they can.
fn fortune<T: Config>() -> Balance {
    T::MinFee::get()
        .saturating_mul(UNITS)
        .saturating_mul(20)
        .saturating_add(1_000_000_000_000)
}

fn funded<T: Config>(name: &'static str) -> AccountId {
    let who: AccountId = account(name, 0, 0);
    T::Currency::set_balance(&who, fortune::<T>());
    who
}

/// An account with the stake of a worker.
fn operator<T: Config>(name: &'static str) -> AccountId {
    let who = funded::<T>(name);
    #[cfg(feature = "runtime-benchmarks")]
    <T::Stake as openledger_primitives::traits::OperatorStake>::benchmark_worker(&who);
    who
}

/// A receipt key and its registration proof.
fn receipt_key<T: Config>(worker: &AccountId) -> (ed25519::Public, ed25519::Signature) {
    let key = sp_io::crypto::ed25519_generate(KEY_TYPE, None);
    let payload = registration_payload(&Pallet::<T>::genesis(), worker);
    let proof = sp_io::crypto::ed25519_sign(KEY_TYPE, &key, &payload).expect("the key is there");
    (key, proof)
}

fn capabilities() -> Capabilities {
    vec![b'c'; 256].try_into().expect("within the bound")
}

fn registered<T: Config>() -> AccountId {
    let worker = operator::<T>("worker");
    let (key, proof) = receipt_key::<T>(&worker);
    assert_ok!(Pallet::<T>::do_register_worker(
        worker.clone(),
        key,
        proof,
        capabilities()
    ));
    worker
}

fn inline(bytes: u32) -> JobInput {
    JobInput::Inline(
        vec![b'a'; bytes as usize]
            .try_into()
            .expect("within the bound"),
    )
}

fn requested<T: Config>(consumer: &AccountId, adapter: AdapterId) -> JobId {
    let job = NextJob::<T>::get();
    let price = T::Models::terms(adapter)
        .expect("the adapter is there")
        .unit_price;
    let fee = T::MinFee::get().max(price.saturating_mul(UNITS));
    assert_ok!(Pallet::<T>::request(
        consumer.clone(),
        adapter,
        inline(MAX_INLINE_INPUT),
        fee,
        false
    ));
    job
}

fn opened<T: Config>(consumer: &AccountId, worker: &AccountId) -> ChannelId {
    let channel = NextChannel::<T>::get();
    let deposit = fortune::<T>() / 10;
    assert_ok!(Pallet::<T>::do_open_channel(
        consumer.clone(),
        worker.clone(),
        deposit
    ));
    channel
}

/// Opens a job of `consumer` with a large escrow, and registers `worker` with `key`.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn open_job<T: Config>(
    consumer: &AccountId,
    adapter: AdapterId,
    worker: &AccountId,
    key: ed25519::Public,
) -> (JobRef, H256) {
    T::Currency::set_balance(consumer, fortune::<T>());
    Workers::<T>::insert(
        worker,
        Worker {
            receipt_key: key,
            capabilities: capabilities(),
        },
    );
    WorkerOfKey::<T>::insert(key, worker);
    let job = requested::<T>(consumer, adapter);
    (JobRef::Escrowed(job), inline(MAX_INLINE_INPUT).hash())
}

#[benchmarks(where T: Setup)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_worker() {
        let worker = operator::<T>("worker");
        let (key, proof) = receipt_key::<T>(&worker);
        #[extrinsic_call]
        _(
            RawOrigin::Signed(worker.clone()),
            key,
            proof,
            capabilities(),
        );
        assert_eq!(WorkerOfKey::<T>::get(key), Some(worker));
    }

    #[benchmark]
    fn update_worker() {
        let worker = registered::<T>();
        let (key, proof) = receipt_key::<T>(&worker);
        #[extrinsic_call]
        _(
            RawOrigin::Signed(worker.clone()),
            key,
            proof,
            capabilities(),
        );
        assert_eq!(WorkerOfKey::<T>::get(key), Some(worker));
    }

    #[benchmark]
    fn retire_worker() {
        let worker = registered::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()));
        assert!(!Workers::<T>::contains_key(&worker));
    }

    #[benchmark]
    fn request_inference(b: Linear<1, MAX_INLINE_INPUT>) {
        let consumer = funded::<T>("consumer");
        let adapter = T::adapter();
        #[extrinsic_call]
        _(
            RawOrigin::Signed(consumer),
            adapter,
            inline(b),
            fortune::<T>() / 10,
        );
        assert_eq!(Jobs::<T>::count(), 1);
    }

    #[benchmark]
    fn cancel() {
        let consumer = funded::<T>("consumer");
        let job = requested::<T>(&consumer, T::adapter());
        let deadline = Jobs::<T>::get(job).expect("just requested").deadline;
        frame_system::Pallet::<T>::set_block_number(deadline.into());
        #[extrinsic_call]
        _(RawOrigin::Signed(consumer), job);
        assert_eq!(Jobs::<T>::count(), 0);
    }

    #[benchmark]
    fn open_channel() {
        let (consumer, worker) = (funded::<T>("consumer"), registered::<T>());
        #[extrinsic_call]
        _(RawOrigin::Signed(consumer), worker, fortune::<T>() / 10);
        assert!(Channels::<T>::contains_key(ChannelId(0)));
    }

    #[benchmark]
    fn top_up_channel() {
        let (consumer, worker) = (funded::<T>("consumer"), registered::<T>());
        let channel = opened::<T>(&consumer, &worker);
        let before = Channels::<T>::get(channel).expect("just opened").deposit;
        #[extrinsic_call]
        _(RawOrigin::Signed(consumer), channel, 1);
        assert_eq!(
            Channels::<T>::get(channel).expect("still open").deposit,
            before + 1
        );
    }

    /// By a consumer whose worker has retired, who has to be looked up for that.
    #[benchmark]
    fn close_channel() {
        let (consumer, worker) = (funded::<T>("consumer"), registered::<T>());
        let channel = opened::<T>(&consumer, &worker);
        assert_ok!(Pallet::<T>::do_retire_worker(worker));
        let mut settled = Bitmap::<T>::default();
        types::mark::<T>(&mut settled, T::MaxChannelRequests::get() - 1);
        SettledRequests::<T>::insert(channel, settled);
        #[extrinsic_call]
        _(RawOrigin::Signed(consumer), channel);
        assert!(!Channels::<T>::contains_key(channel));
    }

    /// One block of the refund queue, whose jobs have all ended.
    #[benchmark]
    fn expire_block() {
        let now = Pallet::<T>::now();
        let jobs: Vec<JobId> = (0..T::MaxJobsPerBlock::get())
            .map(|id| JobId(u64::from(id)))
            .collect();
        let jobs = BoundedVec::try_from(jobs).expect("within the bound");
        NextExpiry::<T>::put(now);
        Expiring::<T>::insert(now, jobs);
        #[block]
        {
            let first = NextExpiry::<T>::get().unwrap_or(now);
            let due = Expiring::<T>::take(first);
            Expiring::<T>::insert(first, due);
            NextExpiry::<T>::put(first + 1);
        }
        assert_eq!(NextExpiry::<T>::get(), Some(now + 1));
    }

    #[benchmark]
    fn refund_job() {
        let consumer = funded::<T>("consumer");
        let job = requested::<T>(&consumer, T::adapter());
        let now = Pallet::<T>::now();
        let due = BoundedVec::try_from(vec![job]).expect("within the bound");
        Expiring::<T>::insert(now, due);
        #[block]
        {
            Pallet::<T>::refund_block(now, &mut WeightMeter::new());
        }
        assert_eq!(Jobs::<T>::count(), 0);
    }

    /// Checks and settles a channel's last request. The wrapped signature is tried second, so it
    /// costs two verifications.
    #[benchmark]
    fn settle_voucher() {
        let key: sr25519::Public = sp_io::crypto::sr25519_generate(KEY_TYPE, None);
        let consumer = AccountId::from(key);
        T::Currency::set_balance(&consumer, fortune::<T>());
        let worker = registered::<T>();
        let adapter = T::adapter();
        let channel = opened::<T>(&consumer, &worker);
        let sequence = T::MaxChannelRequests::get() - 1;
        let price = T::Models::terms(adapter)
            .expect("the adapter is there")
            .unit_price;
        let voucher = Voucher {
            genesis: Pallet::<T>::genesis(),
            channel,
            sequence,
            adapter,
            input_hash: H256([1; 32]),
            unit_price: price,
            cumulative: price,
        };
        let message = [&b"<Bytes>"[..], &voucher.payload(), b"</Bytes>"].concat();
        let signature =
            sp_io::crypto::sr25519_sign(KEY_TYPE, &key, &message).expect("the key is there");
        let voucher = SignedVoucher {
            voucher,
            signature: MultiSignature::Sr25519(signature),
        };
        let job = JobRef::Channel { channel, sequence };
        #[block]
        {
            assert_ok!(<Pallet<T> as Escrow>::terms(&job, Some(&voucher), &worker));
            assert_ok!(<Pallet<T> as Escrow>::settle(
                &job,
                Some(&voucher),
                &worker,
                price
            ));
        }
        assert!(<Pallet<T> as Escrow>::is_ended(&job));
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::tests::mock::new_test_ext(),
        crate::tests::mock::Test
    );
}
