// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What calls end in, events and errors: a part of the pallet's module.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

/// What is told to indexers, wallets and callers.
#[pallet_section]
mod outcomes {
    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A Datanet was created.
        DatanetCreated {
            /// The Datanet.
            datanet: DatanetId,
            /// Its owner.
            owner: AccountId,
        },
        /// A Datanet's rules changed for contributions from now on.
        PolicySet {
            /// The Datanet.
            datanet: DatanetId,
            /// Its new rules.
            policy: Policy,
        },
        /// A contribution came in and waits for evaluation.
        Contributed {
            /// The Datanet.
            datanet: DatanetId,
            /// The contribution.
            contribution: ContributionId,
            /// Who contributed it.
            contributor: AccountId,
            /// How many rows it has.
            rows: u32,
        },
        /// A pending contribution was withdrawn: its record is gone, its deposit returned.
        ContributionWithdrawn {
            /// The Datanet.
            datanet: DatanetId,
            /// The contribution.
            contribution: ContributionId,
        },
        /// A contribution was accepted and is part of every later version; its deposit is returned.
        ContributionAccepted {
            /// The Datanet.
            datanet: DatanetId,
            /// The contribution.
            contribution: ContributionId,
            /// Its place among the accepted contributions, from 0.
            index: u32,
            /// The place of its first row among the Datanet's rows, from 0.
            first_row: u64,
            /// blake2-256 of the evaluation report.
            report: H256,
        },
        /// A contribution was rejected for good; its deposit is returned.
        ContributionRejected {
            /// The Datanet.
            datanet: DatanetId,
            /// The contribution.
            contribution: ContributionId,
            /// Why.
            reason: RejectReason,
            /// blake2-256 of the evaluation report.
            report: H256,
        },
        /// The record of the oldest rejected contribution made room for a newer one.
        RejectedPruned {
            /// The Datanet.
            datanet: DatanetId,
            /// The contribution.
            contribution: ContributionId,
        },
        /// A version was published. It never changes.
        VersionPublished {
            /// The version.
            version: VersionRef,
            /// The Merkle root over its contributions.
            root: H256,
            /// How many contributions it has.
            contributions: u32,
            /// How many rows it has.
            rows: u64,
        },
        /// A Datanet went to another owner, with its deposit.
        DatanetTransferred {
            /// The Datanet.
            datanet: DatanetId,
            /// Who owned it.
            from: AccountId,
            /// Who owns it now.
            to: AccountId,
        },
    }

    /// What can go wrong. Nothing is changed then.
    #[pallet::error]
    #[derive(PartialEq, Eq)]
    pub enum Error<T> {
        /// There is no such Datanet: check its id.
        UnknownDatanet,
        /// There is no such contribution, or it was withdrawn or pruned: check its id.
        UnknownContribution,
        /// Only the Datanet's owner can do this: sign with the owner's account.
        NotOwner,
        /// Only the contributor can do this: sign with the account that contributed.
        NotContributor,
        /// The contribution is already accepted or rejected, which is final.
        NotPending,
        /// The name is empty or not UTF-8: give a readable name.
        InvalidName,
        /// The licence is empty or not UTF-8: give an SPDX licence expression.
        InvalidLicence,
        /// The URI is not UTF-8: encode it, or leave it empty.
        InvalidUri,
        /// `min_rows` is zero or above `max_rows`: give a range with at least one row in it.
        InvalidRowRange,
        /// `max_bytes` is zero: allow at least one byte.
        ZeroMaxBytes,
        /// The similarity is above 1,000,000 ppm: give a share of the whole.
        InvalidSimilarity,
        /// The Datanet takes no contributions now: wait until its owner opens it.
        Closed,
        /// Fewer rows than the Datanet's policy asks for: collect more rows first.
        TooFewRows,
        /// More rows than the Datanet's policy allows: split the contribution.
        TooManyRows,
        /// The content has no bytes: store the rows and give the content's size.
        NoBytes,
        /// More bytes than the Datanet's policy allows: split the contribution.
        TooManyBytes,
        /// A pending or accepted contribution of this Datanet has the same content hash: do not
        /// contribute what is already there.
        ContentTaken,
        /// A pending or accepted contribution of this Datanet has the same rows root: do not
        /// contribute what is already there.
        RootTaken,
        /// Too many contributions wait for evaluation: try again when some are decided.
        TooManyPending,
        /// The Datanet holds as many accepted contributions as it can: create another.
        TooManyContributions,
        /// The reason names the contribution itself as its original: name the other one.
        DuplicateOfItself,
        /// The reason names an original that is not in this Datanet: name one that is.
        UnknownOriginal,
        /// The copied share is zero or above 1,000,000 ppm: give a share of the whole.
        InvalidShare,
        /// Every accepted contribution is already in a version: accept some first.
        NothingNew,
        /// The new owner is the present one: name another account.
        AlreadyOwner,
        /// The identifiers have run out. This cannot be helped by the caller.
        IdsExhausted,
    }
}
