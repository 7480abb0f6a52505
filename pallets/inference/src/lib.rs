// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Workers, jobs with escrow, and prepaid channels.
//!
//! # How the money moves
//!
//! - `request_inference` puts the maximum fee on hold in the consumer's own account
//!   ([`HoldReason::JobEscrow`]) and fixes the unit price.
//! - A job ends exactly once. *Settled*: the hold is released and the attribution pallet takes the
//!   fee from the consumer in the same storage transaction; the rest stays with the consumer.
//!   *Cancelled* (by the consumer, from the deadline on) or *refunded* (in `on_idle`, later still):
//!   the whole hold is released.
//! - `open_channel` and `top_up_channel` put a deposit on hold ([`HoldReason::ChannelDeposit`]).
//!   Each settled request releases its fee from it for the attribution pallet to take; closing
//!   releases what is left.
//! - `register_worker` needs the stake of an operator ([`Config::Stake`]), which moves nothing here.
//! - The pallet has no account of its own, mints nothing and burns nothing.
//!
//! What is set aside to be spent must be free of freezes and locks, and leaves the existential
//! deposit free; what is on hold already counts as spent in that check, so that locked tokens
//! cannot be spent by way of an escrow.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

use frame_support::pallet_macros::import_section;
use polkadot_sdk::*;

#[cfg(any(feature = "runtime-benchmarks", test))]
mod benchmarking;
mod channels;
mod escrow;
mod funds;
mod jobs;
mod outcomes;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
mod views;
pub mod weights;
mod workers;

pub use pallet::*;
pub use types::{Bitmap, Capabilities, Channel, Job, Worker};
pub use weights::WeightInfo;

#[import_section(outcomes::outcomes)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, StorageVersion},
    };
    use frame_system::pallet_prelude::*;
    use openledger_primitives::{
        traits::{Models, OnDelivery, OperatorStake},
        views::JobInput,
        AccountId, AdapterId, Balance, BlockNumber, ChannelId, JobId,
    };
    use sp_core::{ed25519, H256};
    use sp_runtime::SaturatedConversion;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The account data is that of `pallet-balances`, because a freeze has to be seen in full before
    /// money is set aside to be spent; the `fungible` traits show only its effect.
    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config<
        AccountId = AccountId,
        Hash = H256,
        AccountData = pallet_balances::AccountData<Balance>,
    >
    {
        /// OPEN.
        type Currency: fungible::Mutate<AccountId, Balance = Balance>
            + fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

        /// The overarching hold reason.
        type RuntimeHoldReason: From<HoldReason>;

        /// Adapters and their prices.
        type Models: Models;

        /// The stake behind workers.
        type Stake: OperatorStake;

        /// The most jobs that are open at once.
        #[pallet::constant]
        type MaxOpenJobs: Get<u32>;

        /// The most jobs that one block can open, which bounds the refunds that fall due together.
        #[pallet::constant]
        type MaxJobsPerBlock: Get<u32>;

        /// Blocks from a request to the point from which its consumer can cancel it.
        #[pallet::constant]
        type JobDeadline: Get<BlockNumber>;

        /// Blocks from the deadline to the refund that needs nobody's call.
        #[pallet::constant]
        type RefundDelay: Get<BlockNumber>;

        /// Blocks that a worker has to settle its requests once the consumer wants to close.
        #[pallet::constant]
        type ChannelCloseDelay: Get<BlockNumber>;

        /// The most requests of one channel.
        #[pallet::constant]
        type MaxChannelRequests: Get<u32>;

        /// The least that an answer can cost, and so a job's maximum fee and a channel's deposit,
        /// planck. At least the existential deposit, so that storage has a price and an escrow can
        /// always be released. Settling costs no transaction fee, so the stakers' and the treasury's
        /// part of this should pay for a receipt's place in a block, with one contribution in its
        /// vector; more of them cost more (`FeePerEntry` of the attribution pallet).
        #[pallet::constant]
        type MinFee: Get<Balance>;

        /// Is told how the jobs end whose answers come to the chain.
        type OnDelivery: OnDelivery;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why this pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The maximum fees of open jobs.
        JobEscrow,
        /// What channels still hold.
        ChannelDeposit,
    }

    /// The registered workers. Created by `register_worker`, deleted by `retire_worker`.
    #[pallet::storage]
    pub type Workers<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Worker>;

    /// Receipt key → worker. An entry per entry of [`Workers`], created, moved and deleted with it.
    #[pallet::storage]
    pub type WorkerOfKey<T: Config> = StorageMap<_, Blake2_128Concat, ed25519::Public, AccountId>;

    /// The open jobs. Created by `request_inference`, deleted when the job is settled, cancelled or
    /// refunded: presence means that it has not ended.
    #[pallet::storage]
    pub type Jobs<T: Config> = CountedStorageMap<_, Twox64Concat, JobId, Job>;

    /// The inputs of the open jobs. An entry per entry of [`Jobs`], created and deleted with it.
    #[pallet::storage]
    pub type Inputs<T: Config> = StorageMap<_, Twox64Concat, JobId, JobInput>;

    /// The identifier of the next job: how many there have been.
    #[pallet::storage]
    pub type NextJob<T: Config> = StorageValue<_, JobId, ValueQuery>;

    /// Block → the jobs to refund from then on, if they are still open. Created by
    /// `request_inference`, deleted by `on_idle` once all its jobs have ended. Jobs that end earlier
    /// stay listed and are passed over.
    #[pallet::storage]
    pub type Expiring<T: Config> =
        StorageMap<_, Twox64Concat, BlockNumber, BoundedVec<JobId, T::MaxJobsPerBlock>, ValueQuery>;

    /// The first block of [`Expiring`] that `on_idle` has not finished. Created with the first job,
    /// never deleted.
    #[pallet::storage]
    pub type NextExpiry<T: Config> = StorageValue<_, BlockNumber>;

    /// The open channels. Created by `open_channel`, deleted by `close_channel`.
    #[pallet::storage]
    pub type Channels<T: Config> = StorageMap<_, Twox64Concat, ChannelId, Channel>;

    /// Which requests of a channel are settled. Created with its first settlement, deleted with the
    /// channel.
    #[pallet::storage]
    pub type SettledRequests<T: Config> =
        StorageMap<_, Twox64Concat, ChannelId, Bitmap<T>, ValueQuery>;

    /// The identifier of the next channel: how many there have been.
    #[pallet::storage]
    pub type NextChannel<T: Config> = StorageValue<_, ChannelId, ValueQuery>;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Refunds the jobs whose time is up, as far as the weight goes; the rest follows in later
        /// blocks.
        fn on_idle(now: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::refund_expired(now.saturated_into(), remaining)
        }

        fn integrity_test() {
            assert!(
                T::MinFee::get() >= <T::Currency as fungible::Inspect<_>>::minimum_balance(),
                "MinFee must be at least the existential deposit",
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers the caller as a worker whose receipts `receipt_key` signs. It needs the stake
        /// of an operator ([`Config::Stake`]), which must stay while it is registered.
        ///
        /// - `proof`: the receipt key's signature over
        ///   [`registration_payload`](openledger_primitives::worker::registration_payload), which
        ///   shows that the key is the caller's.
        /// - `capabilities`: for clients to read.
        ///
        /// Emits [`Event::WorkerRegistered`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_worker())]
        pub fn register_worker(
            origin: OriginFor<T>,
            receipt_key: ed25519::Public,
            proof: ed25519::Signature,
            capabilities: Capabilities,
        ) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_register_worker(worker, receipt_key, proof, capabilities)
        }

        /// Changes the caller's receipt key or capabilities. Receipts that the old key signed and
        /// that are not yet settled are no longer accepted. Parameters as in `register_worker`; the
        /// key may stay the same.
        ///
        /// Emits [`Event::WorkerUpdated`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::update_worker())]
        pub fn update_worker(
            origin: OriginFor<T>,
            receipt_key: ed25519::Public,
            proof: ed25519::Signature,
            capabilities: Capabilities,
        ) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_update_worker(worker, receipt_key, proof, capabilities)
        }

        /// Removes the caller from the workers. Its unsettled receipts are no longer accepted, and
        /// consumers can close their channels to it at once: settle first.
        ///
        /// Emits [`Event::WorkerRetired`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::retire_worker())]
        pub fn retire_worker(origin: OriginFor<T>) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_retire_worker(worker)
        }

        /// Asks `adapter` about `input` for at most `max_fee` planck, which are put on hold until
        /// the job ends. The adapter's present price per unit holds for this job.
        ///
        /// Emits [`Event::InferenceRequested`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::request_inference(Pallet::<T>::inline_bytes(input)))]
        pub fn request_inference(
            origin: OriginFor<T>,
            adapter: AdapterId,
            input: JobInput,
            max_fee: Balance,
        ) -> DispatchResult {
            let consumer = ensure_signed(origin)?;
            Self::request(consumer, adapter, input, max_fee, false).map(|_| ())
        }

        /// Ends a job of the caller that nobody has answered by its deadline, and gives all of the
        /// escrow back.
        ///
        /// Emits [`Event::JobCancelled`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::cancel().saturating_add(T::OnDelivery::weight()))]
        pub fn cancel(origin: OriginFor<T>, job: JobId) -> DispatchResult {
            let consumer = ensure_signed(origin)?;
            Self::do_cancel(consumer, job)
        }

        /// Opens a channel from the caller to `worker` and puts `deposit` planck on hold for it.
        ///
        /// Emits [`Event::ChannelOpened`].
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::open_channel())]
        pub fn open_channel(
            origin: OriginFor<T>,
            worker: AccountId,
            deposit: Balance,
        ) -> DispatchResult {
            let consumer = ensure_signed(origin)?;
            Self::do_open_channel(consumer, worker, deposit)
        }

        /// Adds `amount` planck to the deposit of a channel of the caller.
        ///
        /// Emits [`Event::ChannelToppedUp`].
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::top_up_channel())]
        pub fn top_up_channel(
            origin: OriginFor<T>,
            channel: ChannelId,
            amount: Balance,
        ) -> DispatchResult {
            let consumer = ensure_signed(origin)?;
            Self::do_top_up_channel(consumer, channel, amount)
        }

        /// Closes a channel and gives the rest of its deposit back to the consumer.
        ///
        /// The worker closes at once. The consumer's first call gives the worker
        /// `ChannelCloseDelay` blocks to settle ([`Event::ChannelClosing`]); after them anyone may
        /// close it. If the worker has retired, the consumer closes at once.
        ///
        /// Emits [`Event::ChannelClosing`] or [`Event::ChannelClosed`].
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::close_channel())]
        pub fn close_channel(origin: OriginFor<T>, channel: ChannelId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_close_channel(who, channel)
        }
    }

    impl<T: Config> Pallet<T> {
        /// The present block's height.
        pub fn now() -> BlockNumber {
            frame_system::Pallet::<T>::block_number().saturated_into()
        }

        /// The hash of the chain's first block.
        pub fn genesis() -> H256 {
            frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
        }
    }
}
