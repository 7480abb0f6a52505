// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Receipts in, credits out.
//!
//! # How the money moves
//!
//! - A receipt that passes every check settles its job, once. The escrow releases the fee in the
//!   consumer's account, and in the same storage transaction all of it moves to the pallet's pot,
//!   on hold under [`HoldReason::Credits`].
//! - The fee is divided by the [`FeeSplit`]: contributors by influence, the adapter's developer, the
//!   worker, the stakers, the treasury. Every part is rounded down and the treasury takes the rest,
//!   so the parts sum to the fee, to the planck.
//! - The stakers' and the treasury's parts leave the pot at once. An account that cannot take so
//!   little (it does not exist and the part is below the existential deposit) is credited instead.
//! - The other parts stay on hold and are written down in [`Credits`]: what is on hold in the pot is
//!   the sum of all credits.
//! - `claim` moves an account's credits from the pot to its free balance. Credits too small to bring
//!   an account into being stay until they suffice.
//! - Nothing is minted or burnt. The pot's free balance is the existential deposit that genesis gave
//!   it and takes no part in this.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

use polkadot_sdk::*;

mod authorize;
#[cfg(any(feature = "runtime-benchmarks", test))]
mod benchmarking;
mod check;
mod claims;
mod pruning;
mod settlement;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
mod views;
pub mod weights;

pub use authorize::{PRIORITY, TAG_PREFIX};
pub use pallet::*;
pub use types::{CheckedReceipt, Settlement, Totals};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::{boxed::Box, vec::Vec};
    use frame_support::{
        dispatch::WithPostDispatchInfo,
        pallet_prelude::*,
        traits::{fungible, StorageVersion},
        PalletId,
    };
    use frame_system::pallet_prelude::*;
    use openledger_primitives::{
        listeners::AttributionListener,
        traits::{Escrow, Models, WorkPoints},
        views::InfluenceTotals,
        AccountId, AdapterId, Balance, BlockNumber, ContributionId, FeeSplit, JobRef,
        SignedReceipt,
    };
    use sp_core::H256;
    use sp_runtime::SaturatedConversion;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config<AccountId = AccountId, Hash = H256>
    {
        /// OPEN.
        type Currency: fungible::Mutate<AccountId, Balance = Balance>
            + fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

        /// The overarching hold reason.
        type RuntimeHoldReason: From<HoldReason>;

        /// Jobs, channels and workers.
        type Escrow: Escrow;

        /// Adapters and their lineage.
        type Models: Models;

        /// Counts what workers did, by which operators share rewards.
        type Work: WorkPoints;

        /// Is told of settlements and claims, to show them elsewhere.
        type Listener: AttributionListener;

        /// Receives the treasury's part.
        type Treasury: Get<AccountId>;

        /// Receives the stakers' part.
        type StakersPot: Get<AccountId>;

        /// Names the pot, which must have the existential deposit from genesis on.
        #[pallet::constant]
        type PalletId: Get<PalletId>;

        /// May change the fee split.
        type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// What a fee must bring for each entry of the influence vector after the first, beside the
        /// escrow's least fee, planck. Settling is free of transaction fees, so the stakers' and the
        /// treasury's part of this should pay for what an entry takes of a block.
        #[pallet::constant]
        type FeePerEntry: Get<Balance>;

        /// The most receipts in one `submit_receipts`.
        #[pallet::constant]
        type MaxReceiptsPerBatch: Get<u32>;

        /// Blocks for which a settled receipt can be read. Its job can never be settled again,
        /// whether or not the receipt is still there.
        #[pallet::constant]
        type ReceiptRetention: Get<BlockNumber>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why this pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// In the pot: credits that nobody has claimed yet.
        Credits,
    }

    /// What each account can claim, planck; never zero. Created when a settlement credits the
    /// account, deleted when it claims.
    #[pallet::storage]
    pub type Credits<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Balance, ValueQuery>;

    /// The settled receipts by what paid for them. Created by a settlement, deleted by `on_idle`
    /// once `ReceiptRetention` is over.
    #[pallet::storage]
    pub type Receipts<T: Config> = StorageMap<_, Twox64Concat, JobRef, Settlement>;

    /// The keys of [`Receipts`] and their blocks in order of settlement: what `on_idle` deletes
    /// next. An entry per entry of [`Receipts`], created and deleted with it.
    #[pallet::storage]
    pub type ReceiptQueue<T: Config> = StorageMap<_, Twox64Concat, u64, (BlockNumber, JobRef)>;

    /// The first and the next free place of [`ReceiptQueue`].
    #[pallet::storage]
    pub type QueueEnds<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

    /// What each contribution has done for an adapter. Created when a settlement first names the
    /// pair, never deleted.
    #[pallet::storage]
    pub type AdapterInfluence<T: Config> = StorageDoubleMap<
        _,
        Twox64Concat,
        AdapterId,
        Twox64Concat,
        ContributionId,
        InfluenceTotals,
        ValueQuery,
    >;

    /// What each contribution has done for all adapters. Created when a settlement first names it,
    /// never deleted.
    #[pallet::storage]
    pub type ContributionTotals<T: Config> =
        StorageMap<_, Twox64Concat, ContributionId, InfluenceTotals, ValueQuery>;

    /// All that settlements moved so far.
    #[pallet::storage]
    pub type TotalsStore<T: Config> = StorageValue<_, Totals, ValueQuery>;

    /// How fees are split. The default until governance changes it.
    #[pallet::storage]
    pub type FeeSplitStore<T: Config> = StorageValue<_, FeeSplit, ValueQuery>;

    /// Checks that the pot exists.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        #[serde(skip)]
        _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            use fungible::Inspect;
            // A chain with money whose pot does not exist could settle nothing.
            if T::Currency::total_issuance() > 0 {
                assert!(
                    T::Currency::balance(&Pallet::<T>::pot()) >= T::Currency::minimum_balance(),
                    "genesis must give the existential deposit to pallet-attribution's pot",
                );
            }
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A receipt was settled and its fee taken.
        ReceiptSettled {
            /// What paid for it.
            job: JobRef,
            /// The receipt's hash.
            hash: H256,
            /// Who paid.
            consumer: AccountId,
            /// The adapter that answered.
            adapter: AdapterId,
            /// The worker that answered.
            worker: AccountId,
            /// The fee, planck.
            fee: Balance,
            /// Units used.
            units: u32,
            /// blake2-256 of the output.
            output_hash: H256,
        },
        /// How the fee of a settled receipt was divided among the roles, planck. The parts sum to
        /// the fee.
        FeeDivided {
            /// What paid for it.
            job: JobRef,
            /// To all contributors together; [`Event::InfluencePaid`] has the parts.
            contributors: Balance,
            /// To the adapter's developer.
            developer: Balance,
            /// To the worker.
            worker: Balance,
            /// To the stakers.
            stakers: Balance,
            /// To the treasury, with what rounding left.
            treasury: Balance,
        },
        /// What each contribution earned with a settled receipt.
        InfluencePaid {
            /// What paid for it.
            job: JobRef,
            /// Contribution and planck, in the vector's order.
            contributions: Vec<(ContributionId, Balance)>,
        },
        /// A receipt of a batch was passed over; nothing was changed for it.
        ReceiptSkipped {
            /// What was to pay for it.
            job: JobRef,
            /// What is wrong with it.
            error: DispatchError,
        },
        /// An account was paid its credits.
        Claimed {
            /// The account.
            account: AccountId,
            /// Planck.
            amount: Balance,
        },
        /// The fee split was changed.
        FeeSplitSet {
            /// How fees are split from now on.
            split: FeeSplit,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The receipt's version is not the one that this runtime accepts. Upgrade the worker.
        WrongReceiptVersion,
        /// The receipt names another chain's genesis hash.
        WrongChain,
        /// The influence vector names no contribution.
        VectorEmpty,
        /// The influence vector's contributions do not ascend by id.
        VectorUnsorted,
        /// The influence vector names a contribution twice.
        VectorDuplicate,
        /// The influence vector has a share of zero. Leave that contribution out.
        VectorZeroShare,
        /// The influence vector's shares do not sum to exactly 1,000,000.
        VectorWrongSum,
        /// The influence vector names more contributions than it may.
        VectorTooLong,
        /// The receipt is for zero units.
        NoUnits,
        /// The worker is not registered, or has retired.
        UnknownWorker,
        /// The receipt is for another adapter than the job or the voucher.
        WrongAdapter,
        /// The receipt is for another input than the job or the voucher.
        WrongInput,
        /// The voucher beside the receipt is not the one that the worker was given and the receipt
        /// names.
        WrongVoucher,
        /// No such adapter.
        UnknownAdapter,
        /// The receipt names another artifact than the adapter's.
        WrongArtifact,
        /// The units cost more than may be taken for the job.
        UnitsOverEscrow,
        /// The fee is below the inference pallet's `MinFee`: a channel's request has to be priced
        /// higher per unit.
        FeeBelowMinimum,
        /// The signature is not by the key that the worker has registered.
        BadSignature,
        /// The influence vector names a contribution outside the adapter's lineage.
        OutsideLineage,
        /// The account has no credits.
        NothingToClaim,
        /// The account does not exist and its credits are below the existential deposit. They stay:
        /// claim again when there are more, or once the account exists.
        BelowExistentialDeposit,
        /// The parts of the fee split do not sum to 1,000,000.
        SplitWrongSum,
        /// The contributors' part is below 40 %.
        ContributorsBelowFloor,
        /// The job asks for its answer on chain, and the receipt comes without it.
        OutputMissing,
        /// The receipt comes with an answer that the job does not ask for on chain.
        UnexpectedOutput,
        /// The answer beside the receipt is not the one whose hash the receipt states.
        WrongOutput,
        /// The fee does not pay for so long an influence vector: it takes the inference pallet's
        /// `MinFee`, and `FeePerEntry` for each entry after the first. Keep the largest shares, as
        /// many as the fee pays for, and let them sum to 1,000,000 again.
        VectorOverFee,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Deletes receipts whose retention is over, as far as the weight goes.
        fn on_idle(now: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::prune(now.saturated_into(), remaining)
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Settles receipts of one worker. Needs no signature of its own: a receipt proves itself, so
        /// the transaction is authorized when every receipt of it would settle now, but for those
        /// whose jobs have ended. A receipt that cannot be settled any more when its turn comes is
        /// passed over.
        ///
        /// Emits [`Event::ReceiptSettled`], [`Event::FeeDivided`] and [`Event::InfluencePaid`] for
        /// each settled receipt, [`Event::ReceiptSkipped`] for each other.
        #[pallet::call_index(0)]
        #[pallet::weight(Pallet::<T>::batch_weight(receipts))]
        #[pallet::authorize(Pallet::<T>::authorize_receipts)]
        #[pallet::weight_of_authorize(Pallet::<T>::batch_check_weight(receipts))]
        pub fn submit_receipts(
            origin: OriginFor<T>,
            receipts: BoundedVec<SignedReceipt, T::MaxReceiptsPerBatch>,
        ) -> DispatchResultWithPostInfo {
            ensure_authorized(origin)?;
            let mut used = Weight::zero();
            for signed in &receipts {
                let weight = match Self::settle_in_layer(signed) {
                    Ok(()) => Self::settlement_weight(signed),
                    Err(error) => {
                        let job = signed.receipt.job;
                        Self::deposit_event(Event::ReceiptSkipped { job, error });
                        Self::check_weight(signed)
                    }
                };
                used.saturating_accrue(weight);
            }
            Ok((Some(used), Pays::No).into())
        }

        /// Settles a receipt on anyone's behalf, so that payment does not depend on validators that
        /// run with a pool. Costs nothing when the receipt settles.
        ///
        /// Emits [`Event::ReceiptSettled`], [`Event::FeeDivided`] and [`Event::InfluencePaid`].
        #[pallet::call_index(1)]
        #[pallet::weight(Pallet::<T>::single_weight(receipt))]
        pub fn submit_receipt(
            origin: OriginFor<T>,
            receipt: Box<SignedReceipt>,
        ) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let checked = Self::check(&receipt)
                .map_err(|error| error.with_weight(Self::check_weight(&receipt)))?;
            Self::settle(&receipt, checked)?;
            Ok(Pays::No.into())
        }

        /// Pays the caller its credits.
        ///
        /// Emits [`Event::Claimed`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::claim().saturating_add(T::Listener::claimed_weight()))]
        pub fn claim(origin: OriginFor<T>) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::pay_credits(account)
        }

        /// Pays `account` its credits. Anyone may call it.
        ///
        /// Emits [`Event::Claimed`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::claim_for().saturating_add(T::Listener::claimed_weight()))]
        pub fn claim_for(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::pay_credits(account)
        }

        /// Changes how the fees of later settlements are split. Needs `AdminOrigin`.
        ///
        /// Emits [`Event::FeeSplitSet`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::set_fee_split())]
        pub fn set_fee_split(origin: OriginFor<T>, split: FeeSplit) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            Self::do_set_fee_split(split)
        }
    }

    impl<T: Config> Pallet<T> {
        /// The present block's height.
        pub(crate) fn now() -> BlockNumber {
            frame_system::Pallet::<T>::block_number().saturated_into()
        }

        /// The hash of the chain's first block, which receipts name.
        pub fn genesis() -> H256 {
            frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
        }
    }
}
