// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! # AI proposals
//!
//! What token holders decide about models and data: which base models are listed, what the treasury
//! pays for data and for models, and how attribution works. The voting is the runtime's referenda;
//! this pallet keeps what was proposed, carries it out, and pays.
//!
//! # How the money moves
//!
//! - `submit` puts `ProposalDeposit` on hold in the proposer's account
//!   ([`HoldReason::ProposalDeposit`]). Enactment and `close` give it back; only when the referendum
//!   was killed as malicious does `close` move it to the treasury.
//! - Enacting a bounty or a grant moves its whole amount from the treasury's free balance to the
//!   pot's hold ([`HoldReason::Funding`]). The pot is a keyless account; each proposal's share of it
//!   is written down in the proposal: granted − paid − refunded.
//! - A *bounty* pays the contributor of each contribution that came in after its start, when the
//!   Datanet's owner accepts it ([`QualityBar::Accepted`]) or when a quorum of evaluators has scored
//!   it besides ([`QualityBar::Score`]): rows × price, whole rows only, until the pot cannot pay for
//!   another row. What is left then, or when its end comes, goes back to the treasury.
//! - A *grant* pays its beneficiary for each milestone that a quorum of evaluators reports as
//!   reached, all with the same report. A milestone whose deadline passes goes back to the treasury.
//! - Evaluators that let a bounty or a grant pay have at stake together what it has paid by then, and
//!   stake stands behind one payment at a time: each one's part is written down ([`Backings`]) and is no
//!   stake for other proposals until [`Config::BackingPeriod`] is over. A false report costs them no less
//!   than it brings.
//! - What goes back does so in `on_idle`, or when anyone calls `conclude`.
//! - Nothing is minted or burnt. The pot's free balance is the existential deposit that genesis gave
//!   it and takes no part in this.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

use frame_support::pallet_macros::import_section;
use polkadot_sdk::*;

#[cfg(any(feature = "runtime-benchmarks", test))]
mod benchmarking;
mod bounty;
mod conclusion;
mod evaluation;
mod funds;
mod grant;
mod outcomes;
mod proposals;
pub mod referenda;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use referenda::{ProposalReferenda, ReferendumState, Track};
pub use types::{
    Backing, Bounty, CloseReason, Due, Finding, Funds, Grant, Kind, Milestone, MilestoneReport,
    MilestoneState, Milestones, Proposal, QualityBar, ScoreReport, SignedReport, Status, Subject,
    Threshold,
};
pub use weights::WeightInfo;

/// The most subjects whose reports one `prune_reports` deletes.
pub const MAX_PRUNED: u32 = 64;

#[import_section(outcomes::outcomes)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::boxed::Box;
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, StorageVersion},
        PalletId,
    };
    use frame_system::pallet_prelude::*;
    use openledger_primitives::{
        traits::{
            AttributionAdmin, BaseModelAdmin, Datanets, Models, OperatorRoles, OperatorStake,
        },
        AccountId, Balance, BlockNumber, ContributionId, DatanetId, ProposalId,
    };
    use sp_runtime::SaturatedConversion;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the pallet needs of the runtime.
    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
        /// The runtime's calls: referenda decide on `enact`.
        type RuntimeCall: Parameter + From<Call<Self>>;

        /// OPEN.
        type Currency: fungible::Mutate<AccountId, Balance = Balance>
            + fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;

        /// The referenda that decide on proposals.
        type Referenda: ProposalReferenda<<Self as Config>::RuntimeCall>;

        /// Who may enact, and how much that origin may decide: the origins of the AI tracks, and
        /// root as the large one.
        type EnactOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Track>;

        /// Lists and delists base models.
        type BaseModels: BaseModelAdmin;

        /// Sets what attribution works by.
        type Attribution: AttributionAdmin;

        /// Contributions and versions.
        type Datanets: Datanets;

        /// Adapters and their developers.
        type Models: Models;

        /// Who may evaluate, and what each has at stake.
        type Evaluators: OperatorRoles + OperatorStake;

        /// Pays for bounties and grants; takes what is left of them, and forfeited deposits.
        type Treasury: Get<AccountId>;

        /// Names the pot, which must have the existential deposit from genesis on.
        #[pallet::constant]
        type PalletId: Get<PalletId>;

        /// What a proposer has on hold until a proposal is enacted or closed, planck.
        #[pallet::constant]
        type ProposalDeposit: Get<Balance>;

        /// The most that a bounty or a grant on the small track takes from the treasury, planck.
        type SmallLimit: Get<Balance>;

        /// The most that any bounty or grant takes, planck. What needs more is the treasury's own
        /// tracks'.
        type LargeLimit: Get<Balance>;

        /// How many evaluators have to agree to the letter, besides having enough at stake; zero
        /// counts as one. At most `MaxReports`, or nothing can be agreed on.
        type EvaluatorQuorum: Get<u32>;

        /// The most evaluators whose reports on one subject differ or wait at once: those with the
        /// most at stake.
        #[pallet::constant]
        type MaxReports: Get<u32>;

        /// The most proposals that one evaluator's stake stands behind at a time. For further ones it
        /// counts as none.
        #[pallet::constant]
        type MaxBackings: Get<u32>;

        /// Blocks for which stake stands behind a payment: the time to find out that a report was false,
        /// and to slash for it.
        #[pallet::constant]
        type BackingPeriod: Get<BlockNumber>;

        /// Blocks from the approval of a proposal, or from the first failure to enact it, after
        /// which it can be closed without effect. Longer than the tracks take to enact.
        #[pallet::constant]
        type EnactmentPeriod: Get<BlockNumber>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why this pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The deposit for a proposal, in the proposer's account.
        ProposalDeposit,
        /// In the pot: what active bounties and grants have left.
        Funding,
    }

    /// The identifier of the next proposal: how many there have been.
    #[pallet::storage]
    pub type NextProposalId<T: Config> = StorageValue<_, ProposalId, ValueQuery>;

    /// The proposals with all that became of them. Created by `submit`, never deleted.
    #[pallet::storage]
    pub type Proposals<T: Config> = StorageMap<_, Blake2_128Concat, ProposalId, Proposal>;

    /// The bounty of each Datanet that has one. Created when a bounty is enacted, deleted when it
    /// ends.
    #[pallet::storage]
    pub type ActiveBounties<T: Config> = StorageMap<_, Blake2_128Concat, DatanetId, ProposalId>;

    /// What each bounty paid for each contribution, planck: presence means that it was paid.
    /// Created with the payment, never deleted.
    #[pallet::storage]
    pub type Rewards<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ProposalId, Twox64Concat, ContributionId, Balance>;

    /// The reports on which no quorum agrees yet. Created with the first report on a milestone or
    /// contribution; deleted when a quorum agrees, with the milestone's deadline, or, for
    /// contributions, by `prune_reports` once the bounty has ended.
    #[pallet::storage]
    pub type Reports<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        ProposalId,
        Twox64Concat,
        Subject,
        BoundedVec<SignedReport, T::MaxReports>,
        ValueQuery,
    >;

    /// What each evaluator's stake stands behind, in order of the proposals. Written when a quorum lets a
    /// proposal pay; what is over is deleted with the evaluator's next one.
    #[pallet::storage]
    pub type Backings<T: Config> =
        StorageMap<_, Blake2_128Concat, AccountId, BoundedVec<Backing, T::MaxBackings>, ValueQuery>;

    /// When money goes back to the treasury, the earliest first. An entry for each active bounty
    /// and each open milestone, created by the enactment, deleted when the bounty ends or the
    /// milestone is paid or refunded.
    #[pallet::storage]
    pub type Deadlines<T: Config> = StorageMap<_, Identity, Due, ()>;

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
            // A chain with money whose pot does not exist could enact no bounty.
            if T::Currency::total_issuance() > 0 {
                assert!(
                    T::Currency::balance(&Pallet::<T>::pot()) >= T::Currency::minimum_balance(),
                    "genesis must give the existential deposit to pallet-ai-governance's pot",
                );
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Gives back to the treasury what is due, as far as the weight goes.
        fn on_idle(now: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::conclude_due(now.saturated_into(), remaining)
        }

        fn integrity_test() {
            assert!(
                T::EvaluatorQuorum::get() <= T::MaxReports::get(),
                "a quorum must be able to report"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Submits a proposal: holds `ProposalDeposit` from the caller and opens the referendum on
        /// `enact`, on the small track for bounties and grants up to `SmallLimit`, on the large one
        /// for everything else.
        ///
        /// Emits [`Event::ProposalSubmitted`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::submit(kind.milestones()))]
        pub fn submit(origin: OriginFor<T>, kind: Box<Kind>) -> DispatchResult {
            let proposer = ensure_signed(origin)?;
            Self::do_submit(proposer, *kind).map(|_| ())
        }

        /// Carries a proposal out and gives its deposit back. When that fails, nothing is changed
        /// but that the proposal keeps the error, and can be retried. Needs `EnactOrigin` with at
        /// least the proposal's track.
        ///
        /// Emits [`Event::ProposalEnacted`] and [`Event::DepositReturned`], or
        /// [`Event::EnactmentFailed`].
        #[pallet::call_index(1)]
        #[pallet::weight(Pallet::<T>::max_enactment_weight())]
        pub fn enact(origin: OriginFor<T>, proposal: ProposalId) -> DispatchResultWithPostInfo {
            let track = T::EnactOrigin::ensure_origin(origin)?;
            let used = Self::do_enact(proposal, track)?;
            Ok(Some(used).into())
        }

        /// Tries again to carry out a proposal that was approved and failed to be enacted, within
        /// `EnactmentPeriod` of the first failure. Anyone may call it.
        ///
        /// Emits what `enact` emits.
        #[pallet::call_index(2)]
        #[pallet::weight(Pallet::<T>::max_enactment_weight())]
        pub fn retry(origin: OriginFor<T>, proposal: ProposalId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let used = Self::do_retry(proposal)?;
            Ok(Some(used).into())
        }

        /// Ends a proposal whose referendum was rejected, cancelled, killed or timed out, or that
        /// was approved and not carried out within `EnactmentPeriod`. The deposit is given back;
        /// that of a killed one goes to the treasury. Anyone may call it.
        ///
        /// Emits [`Event::ProposalClosed`] and [`Event::DepositReturned`] or
        /// [`Event::DepositForfeited`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::close())]
        pub fn close(origin: OriginFor<T>, proposal: ProposalId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_close(proposal)
        }

        /// Reports that an adapter of a grant's beneficiary reaches a milestone. Once a quorum of
        /// evaluators has reported the same, with as much at stake as the grant has then paid, the
        /// milestone is paid. A report can be replaced once. Active evaluators only.
        ///
        /// - `milestone`: from 0.
        /// - `report`: what was measured; its value must reach the threshold.
        ///
        /// Emits [`Event::EvaluationReported`], and [`Event::MilestonePaid`] with the quorum.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::submit_evaluation(T::MaxReports::get().saturating_add(1)))]
        pub fn submit_evaluation(
            origin: OriginFor<T>,
            proposal: ProposalId,
            milestone: u8,
            report: MilestoneReport,
        ) -> DispatchResult {
            let evaluator = ensure_signed(origin)?;
            Self::do_submit_evaluation(evaluator, proposal, milestone, report)
        }

        /// Reports that an accepted contribution is above a bounty's bar. Once a quorum of
        /// evaluators has reported the same, with as much at stake as the bounty has then paid, the
        /// contribution is paid. A report can be replaced once. Active evaluators only.
        ///
        /// - `report`: its score must reach the bar.
        ///
        /// Emits [`Event::EvaluationReported`], and [`Event::BountyPaid`] with the quorum.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::submit_score(T::MaxReports::get().saturating_add(1)))]
        pub fn submit_score(
            origin: OriginFor<T>,
            proposal: ProposalId,
            contribution: ContributionId,
            report: ScoreReport,
        ) -> DispatchResult {
            let evaluator = ensure_signed(origin)?;
            Self::do_submit_score(evaluator, proposal, contribution, report)
        }

        /// Gives back to the treasury what is left of a bounty whose end is reached, or the payouts
        /// of a grant's milestones whose deadlines have passed. Anyone may call it.
        ///
        /// Emits [`Event::MilestoneRefunded`] for each milestone, and
        /// [`Event::ProposalCompleted`] when no money is left.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::conclude(types::MAX_MILESTONES))]
        pub fn conclude(origin: OriginFor<T>, proposal: ProposalId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_conclude(proposal)
        }

        /// Deletes the reports of a completed proposal on which no quorum agreed, on up to `limit`
        /// subjects and at most [`MAX_PRUNED`]. Anyone may call it.
        ///
        /// Emits [`Event::ReportsPruned`].
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::prune_reports((*limit).min(MAX_PRUNED)))]
        pub fn prune_reports(
            origin: OriginFor<T>,
            proposal: ProposalId,
            limit: u32,
        ) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let subjects = Self::do_prune_reports(proposal, limit)?;
            Self::deposit_event(Event::ReportsPruned { proposal, subjects });
            Ok(Some(T::WeightInfo::prune_reports(subjects)).into())
        }
    }

    impl<T: Config> Pallet<T> {
        /// The present block's height.
        pub(crate) fn now() -> BlockNumber {
            frame_system::Pallet::<T>::block_number().saturated_into()
        }

        /// The weight of carrying out the heaviest proposal.
        fn max_enactment_weight() -> Weight {
            T::WeightInfo::enact_base_model()
                .max(T::WeightInfo::enact_bounty())
                .max(T::WeightInfo::enact_grant(types::MAX_MILESTONES))
                .max(T::WeightInfo::enact_fee_split())
        }
    }
}
