// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What calls end in, events and errors: a part of the pallet's module.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

/// What is told to indexers, wallets and callers.
#[pallet_section]
mod outcomes {
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A proposal was submitted and its referendum opened.
        ProposalSubmitted {
            /// The proposal.
            proposal: ProposalId,
            /// Who submitted it.
            proposer: AccountId,
            /// The track that it has to pass.
            track: Track,
            /// The referendum.
            referendum: u32,
            /// What was put on hold, planck.
            deposit: Balance,
        },
        /// A proposal was carried out.
        ProposalEnacted {
            /// The proposal.
            proposal: ProposalId,
            /// What it took from the treasury, planck.
            granted: Balance,
        },
        /// An approved proposal could not be carried out; nothing was changed. Anyone can retry.
        EnactmentFailed {
            /// The proposal.
            proposal: ProposalId,
            /// Why.
            error: DispatchError,
            /// From this block on it cannot be retried.
            retry_until: BlockNumber,
        },
        /// A proposal ended without effect.
        ProposalClosed {
            /// The proposal.
            proposal: ProposalId,
            /// Why.
            reason: CloseReason,
        },
        /// A proposal's deposit was given back.
        DepositReturned {
            /// The proposal.
            proposal: ProposalId,
            /// To whom.
            proposer: AccountId,
            /// Planck.
            amount: Balance,
        },
        /// A proposal's deposit went to the treasury.
        DepositForfeited {
            /// The proposal.
            proposal: ProposalId,
            /// Whose it was.
            proposer: AccountId,
            /// Planck.
            amount: Balance,
        },
        /// A bounty paid for a contribution.
        BountyPaid {
            /// The proposal.
            proposal: ProposalId,
            /// The contribution.
            contribution: ContributionId,
            /// Who was paid.
            contributor: AccountId,
            /// For how many of its rows.
            rows: u32,
            /// Planck.
            amount: Balance,
        },
        /// A bounty could not pay for a contribution. The money stays in the pot.
        BountyPaymentFailed {
            /// The proposal.
            proposal: ProposalId,
            /// The contribution.
            contribution: ContributionId,
            /// Why.
            error: DispatchError,
        },
        /// An evaluator reported.
        EvaluationReported {
            /// The proposal.
            proposal: ProposalId,
            /// On what.
            subject: Subject,
            /// Who.
            evaluator: AccountId,
            /// What the evaluator found.
            finding: Finding,
            /// How many evaluators now say so.
            agreeing: u32,
            /// What they have at stake together, planck.
            stake: Balance,
            /// What they need at stake: all that the proposal will have paid with this, planck.
            needed: Balance,
        },
        /// A milestone was reached and paid.
        MilestonePaid {
            /// The proposal.
            proposal: ProposalId,
            /// The milestone, from 0.
            milestone: u8,
            /// What the evaluators agreed on.
            report: MilestoneReport,
            /// Who was paid.
            beneficiary: AccountId,
            /// Planck.
            amount: Balance,
        },
        /// A milestone's deadline passed and its payout went back to the treasury.
        MilestoneRefunded {
            /// The proposal.
            proposal: ProposalId,
            /// The milestone, from 0.
            milestone: u8,
            /// Planck.
            amount: Balance,
        },
        /// All of a bounty's or a grant's money is paid or refunded.
        ProposalCompleted {
            /// The proposal.
            proposal: ProposalId,
            /// What it paid, planck.
            paid: Balance,
            /// What went back to the treasury, planck.
            refunded: Balance,
        },
        /// What was due could not be given back to the treasury. It is tried again.
        ConclusionFailed {
            /// The proposal.
            proposal: ProposalId,
            /// Why.
            error: DispatchError,
        },
        /// Reports that no quorum agreed on were deleted.
        ReportsPruned {
            /// The proposal.
            proposal: ProposalId,
            /// On how many contributions.
            subjects: u32,
        },
    }

    #[pallet::error]
    #[derive(PartialEq, Eq)]
    pub enum Error<T> {
        /// There is no such proposal: check its id.
        UnknownProposal,
        /// The account cannot set the deposit aside: fund it.
        InsufficientFunds,
        /// The base model's name or licence is empty or not UTF-8, or a part of its shape is zero.
        InvalidListing,
        /// The base model is not listed: there is nothing to delist.
        BaseModelNotListed,
        /// There is no such Datanet: check its id.
        UnknownDatanet,
        /// The price is zero: set at least 1 planck per row.
        ZeroPrice,
        /// The pot does not pay for one row.
        PotBelowPrice,
        /// The score is above 1,000,000 ppm: give a share of the whole.
        InvalidScore,
        /// The end or the deadline is not in the future.
        DeadlinePassed,
        /// The grant has no milestones: name at least one.
        NoMilestones,
        /// The metric is empty or not UTF-8: name what is measured.
        InvalidMetric,
        /// A payout is below the existential deposit, so that it might not arrive.
        PayoutTooSmall,
        /// The evaluation's version is not published: publish it first, or check its number.
        UnknownVersion,
        /// The pot or the sum of the payouts is above `LargeLimit`: ask for less.
        AmountTooLarge,
        /// The fee split does not sum to 1,000,000 ppm or leaves contributors less than 40 %.
        InvalidFeeSplit,
        /// The identifiers have run out. This cannot be helped by the caller.
        IdsExhausted,
        /// The proposal is already enacted or closed.
        NotSubmitted,
        /// The origin may not decide on this proposal: it needs the large track.
        TrackTooSmall,
        /// The proposal did not fail to be enacted: there is nothing to retry.
        NothingToRetry,
        /// The time in which the proposal could be carried out is over: close it.
        EnactmentPeriodOver,
        /// The proposal was approved and can still be carried out. Close it later.
        EnactmentPeriodRuns,
        /// The referendum is not decided. Wait for it.
        ReferendumOngoing,
        /// The referendum is not known.
        UnknownReferendum,
        /// The Datanet has an active bounty. Wait until it ends.
        BountyActive,
        /// The proposal is not a bounty that pays.
        NotActiveBounty,
        /// The proposal is not a grant that pays.
        NotActiveGrant,
        /// The proposal is not active: it has nothing to give back.
        NotActive,
        /// Neither is the bounty's end reached nor an open milestone's deadline.
        NothingDue,
        /// The account is not an active operator with the evaluator's role.
        NotEvaluator,
        /// Evaluators cannot report on what they are paid for.
        OwnWork,
        /// The bounty pays for every accepted contribution without a score.
        NeedsNoScore,
        /// The contribution is not accepted.
        ContributionNotAccepted,
        /// The contribution is of another Datanet, came in before the bounty was active, or the
        /// bounty's end is reached.
        ContributionNotEligible,
        /// The bounty has paid for this contribution.
        AlreadyRewarded,
        /// The value does not reach the threshold: such a report pays nothing and is not kept.
        BelowThreshold,
        /// The grant has no such milestone.
        UnknownMilestone,
        /// The milestone is paid or refunded.
        MilestoneClosed,
        /// The report is on another version than the milestone's.
        WrongEvaluation,
        /// There is no such adapter: check its id.
        UnknownAdapter,
        /// The adapter is not the beneficiary's.
        NotBeneficiarysAdapter,
        /// The evaluator has reported exactly this. Wait for others to report the same.
        SameReport,
        /// The evaluator has replaced a report on this once, and cannot again.
        AlreadyRevised,
        /// As many evaluators have reported on this as can wait at once, none of them with less at
        /// stake: have more.
        TooManyReports,
        /// The proposal is not completed: its reports may still be needed.
        NotCompleted,
        /// There are no reports to delete.
        NothingToPrune,
        /// Enough evaluators report the same, but have less at stake than the proposal will have paid.
        /// Let more of them report it, or bond more to those who did and repeat one of their reports.
        StakeTooLow,
    }
}
