// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The life of a proposal up to its enactment.

use crate::{
    Bounty, Call, CloseReason, Config, Error, Event, Funds, Grant, Kind, Milestones,
    NextProposalId, Pallet, Proposal, ProposalReferenda, Proposals, QualityBar, ReferendumState,
    Status, Track, WeightInfo,
};
use openledger_primitives::{
    traits::{AttributionAdmin, BaseModelAdmin, BaseModelListing, Datanets},
    AccountId, BlockNumber, Ppm, ProposalId,
};
use polkadot_sdk::{
    frame_support::{
        ensure,
        storage::with_storage_layer,
        traits::{fungible::Inspect, Get},
        weights::Weight,
        BoundedVec,
    },
    sp_runtime::{DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// Opens a proposal: checks that it can be carried out as far as that can be known now, holds
    /// the deposit and opens the referendum.
    pub(crate) fn do_submit(proposer: AccountId, kind: Kind) -> Result<ProposalId, DispatchError> {
        Self::ensure_valid(&kind)?;
        let track = Self::track_of(&kind)?;
        let id = NextProposalId::<T>::get();
        NextProposalId::<T>::put(id.next().ok_or(Error::<T>::IdsExhausted)?);

        let deposit = T::ProposalDeposit::get();
        Self::hold_deposit(&proposer, deposit)?;
        let enactment = <T as Config>::RuntimeCall::from(Call::<T>::enact { proposal: id });
        let referendum = T::Referenda::submit(&proposer, track, enactment)?;
        let mut proposal = Proposal {
            proposer: proposer.clone(),
            kind,
            deposit,
            track,
            referendum,
            funds: Funds::default(),
            milestones: Milestones::new(),
            status: Status::Submitted,
            history: BoundedVec::new(),
        };
        proposal.advance(Self::now(), Status::Submitted)?;
        Proposals::<T>::insert(id, proposal);
        Self::deposit_event(Event::ProposalSubmitted {
            proposal: id,
            proposer,
            track,
            referendum,
            deposit,
        });
        Ok(id)
    }

    /// The track that a proposal has to pass: by its amount, and the large one for all that changes
    /// what the network does.
    pub fn track_of(kind: &Kind) -> Result<Track, DispatchError> {
        let amount = kind.amount().ok_or(Error::<T>::AmountTooLarge)?;
        ensure!(amount <= T::LargeLimit::get(), Error::<T>::AmountTooLarge);
        let pays = matches!(kind, Kind::DatanetBounty(_) | Kind::ModelGrant(_));
        if pays && amount <= T::SmallLimit::get() {
            Ok(Track::Small)
        } else {
            Ok(Track::Large)
        }
    }

    /// Refuses what could never be carried out.
    fn ensure_valid(kind: &Kind) -> DispatchResult {
        match kind {
            Kind::ListBaseModel(listing) => Self::ensure_valid_listing(listing),
            Kind::DelistBaseModel { base_model } => {
                ensure!(
                    T::BaseModels::is_listed(*base_model),
                    Error::<T>::BaseModelNotListed
                );
                Ok(())
            }
            Kind::DatanetBounty(bounty) => Self::ensure_valid_bounty(bounty),
            Kind::ModelGrant(grant) => Self::ensure_valid_grant(grant),
            Kind::AttributionParameters { split } => {
                ensure!(split.validate().is_ok(), Error::<T>::InvalidFeeSplit);
                Ok(())
            }
        }
    }

    fn ensure_valid_listing(listing: &BaseModelListing) -> DispatchResult {
        ensure!(
            is_readable(&listing.name)
                && is_readable(&listing.licence)
                && listing.hidden_size > 0
                && listing.layers > 0,
            Error::<T>::InvalidListing
        );
        Ok(())
    }

    fn ensure_valid_bounty(bounty: &Bounty) -> DispatchResult {
        ensure!(
            T::Datanets::exists(bounty.datanet),
            Error::<T>::UnknownDatanet
        );
        ensure!(bounty.price_per_row > 0, Error::<T>::ZeroPrice);
        ensure!(
            bounty.pot >= bounty.price_per_row,
            Error::<T>::PotBelowPrice
        );
        if let QualityBar::Score(score) = bounty.bar {
            ensure!(score <= Ppm::ONE, Error::<T>::InvalidScore);
        }
        ensure!(bounty.ends_at > Self::now(), Error::<T>::DeadlinePassed);
        Ok(())
    }

    fn ensure_valid_grant(grant: &Grant) -> DispatchResult {
        ensure!(!grant.milestones.is_empty(), Error::<T>::NoMilestones);
        for milestone in &grant.milestones {
            ensure!(is_readable(&milestone.metric), Error::<T>::InvalidMetric);
            ensure!(
                milestone.payout >= T::Currency::minimum_balance(),
                Error::<T>::PayoutTooSmall
            );
            ensure!(milestone.deadline > Self::now(), Error::<T>::DeadlinePassed);
            ensure!(
                T::Datanets::version(&milestone.evaluation).is_some(),
                Error::<T>::UnknownVersion
            );
        }
        Ok(())
    }

    /// Carries a submitted proposal out with the say of `track`.
    pub(crate) fn do_enact(id: ProposalId, track: Track) -> Result<Weight, DispatchError> {
        let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
        ensure!(
            proposal.status == Status::Submitted,
            Error::<T>::NotSubmitted
        );
        ensure!(track >= proposal.track, Error::<T>::TrackTooSmall);
        let retry_until = Self::now().saturating_add(T::EnactmentPeriod::get());
        Self::attempt(id, proposal, retry_until)
    }

    /// Tries again to carry an approved proposal out.
    pub(crate) fn do_retry(id: ProposalId) -> Result<Weight, DispatchError> {
        let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
        let Status::EnactmentFailed { retry_until, .. } = proposal.status else {
            return Err(Error::<T>::NothingToRetry.into());
        };
        ensure!(Self::now() < retry_until, Error::<T>::EnactmentPeriodOver);
        Self::attempt(id, proposal, retry_until)
    }

    /// Carries a proposal out and gives its deposit back, or writes down why that failed and
    /// changes nothing else.
    fn attempt(
        id: ProposalId,
        mut proposal: Proposal,
        retry_until: BlockNumber,
    ) -> Result<Weight, DispatchError> {
        let weight = Self::enactment_weight(&proposal.kind);
        let mut enacted = proposal.clone();
        match with_storage_layer(|| Self::carry_out(id, &mut enacted)) {
            Ok(()) => {
                Proposals::<T>::insert(id, enacted);
            }
            Err(error) => {
                let failed = Status::EnactmentFailed { error, retry_until };
                proposal.advance(Self::now(), failed)?;
                Proposals::<T>::insert(id, proposal);
                Self::deposit_event(Event::EnactmentFailed {
                    proposal: id,
                    error,
                    retry_until,
                });
            }
        }
        Ok(weight)
    }

    fn carry_out(id: ProposalId, proposal: &mut Proposal) -> DispatchResult {
        let reached = match proposal.kind.clone() {
            Kind::ListBaseModel(listing) => {
                T::BaseModels::list(listing)?;
                Status::Completed
            }
            Kind::DelistBaseModel { base_model } => {
                T::BaseModels::delist(base_model)?;
                Status::Completed
            }
            Kind::AttributionParameters { split } => {
                T::Attribution::set_fee_split(split)?;
                Status::Completed
            }
            Kind::DatanetBounty(bounty) => {
                Self::start_bounty(id, proposal, &bounty)?;
                Status::Active
            }
            Kind::ModelGrant(grant) => {
                Self::start_grant(id, proposal, &grant)?;
                Status::Active
            }
        };
        proposal.advance(Self::now(), reached)?;
        Self::deposit_event(Event::ProposalEnacted {
            proposal: id,
            granted: proposal.funds.granted,
        });
        Self::return_deposit(id, proposal)
    }

    /// Ends a proposal whose referendum did not pass, or that could not be carried out in time.
    pub(crate) fn do_close(id: ProposalId) -> DispatchResult {
        let mut proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
        let reason = Self::close_reason(&proposal)?;
        match reason {
            CloseReason::Killed => Self::forfeit_deposit(id, &mut proposal)?,
            _ => Self::return_deposit(id, &mut proposal)?,
        }
        proposal.advance(Self::now(), Status::Closed(reason))?;
        Proposals::<T>::insert(id, proposal);
        Self::deposit_event(Event::ProposalClosed {
            proposal: id,
            reason,
        });
        Ok(())
    }

    /// Why a proposal can be closed now.
    fn close_reason(proposal: &Proposal) -> Result<CloseReason, DispatchError> {
        let now = Self::now();
        match proposal.status {
            Status::Submitted => {}
            Status::EnactmentFailed { retry_until, .. } => {
                ensure!(now >= retry_until, Error::<T>::EnactmentPeriodRuns);
                return Ok(CloseReason::Lapsed);
            }
            _ => return Err(Error::<T>::NotSubmitted.into()),
        }
        let state =
            T::Referenda::state(proposal.referendum).ok_or(Error::<T>::UnknownReferendum)?;
        match state {
            ReferendumState::Ongoing => Err(Error::<T>::ReferendumOngoing.into()),
            ReferendumState::Rejected => Ok(CloseReason::Rejected),
            ReferendumState::Cancelled => Ok(CloseReason::Cancelled),
            ReferendumState::TimedOut => Ok(CloseReason::TimedOut),
            ReferendumState::Killed => Ok(CloseReason::Killed),
            ReferendumState::Approved { at } => {
                let until = at.saturating_add(T::EnactmentPeriod::get());
                ensure!(now >= until, Error::<T>::EnactmentPeriodRuns);
                Ok(CloseReason::Lapsed)
            }
        }
    }

    /// The weight of carrying a proposal out.
    fn enactment_weight(kind: &Kind) -> Weight {
        match kind {
            Kind::ListBaseModel(_) | Kind::DelistBaseModel { .. } => {
                T::WeightInfo::enact_base_model()
            }
            Kind::DatanetBounty(_) => T::WeightInfo::enact_bounty(),
            Kind::ModelGrant(_) => T::WeightInfo::enact_grant(kind.milestones()),
            Kind::AttributionParameters { .. } => T::WeightInfo::enact_fee_split(),
        }
    }
}

/// Whether bytes are UTF-8, and some.
fn is_readable(bytes: &[u8]) -> bool {
    !bytes.is_empty() && core::str::from_utf8(bytes).is_ok()
}
