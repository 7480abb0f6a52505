// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Giving money back to the treasury once its time is over.

use crate::{Config, Deadlines, Due, Error, Event, Kind, Pallet, Proposals, Status, WeightInfo};
use openledger_primitives::{BlockNumber, ProposalId};
use polkadot_sdk::{
    frame_support::{
        ensure,
        storage::with_storage_layer,
        traits::Get,
        weights::{Weight, WeightMeter},
    },
    sp_runtime::DispatchResult,
};

impl<T: Config> Pallet<T> {
    /// Ends a bounty whose end has come, or gives back the payouts of a grant's milestones whose
    /// deadlines have passed.
    pub(crate) fn do_conclude(id: ProposalId) -> DispatchResult {
        let mut proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
        ensure!(proposal.status == Status::Active, Error::<T>::NotActive);
        match &proposal.kind {
            Kind::DatanetBounty(bounty) => {
                ensure!(Self::now() >= bounty.ends_at, Error::<T>::NothingDue);
                Self::end_bounty(id, &mut proposal)?;
            }
            _ => {
                let refunded = Self::refund_overdue(id, &mut proposal)?;
                ensure!(refunded > 0, Error::<T>::NothingDue);
            }
        }
        Proposals::<T>::insert(id, proposal);
        Ok(())
    }

    /// Concludes what is due in block `now`, the earliest first, while `limit` lasts. Returns the
    /// weight used.
    pub(crate) fn conclude_due(now: BlockNumber, limit: Weight) -> Weight {
        let mut meter = WeightMeter::with_limit(limit);
        let look = T::DbWeight::get().reads(1);
        let conclude = T::WeightInfo::conclude(crate::types::MAX_MILESTONES);
        let mut last = None;
        while meter.try_consume(look).is_ok() {
            let Some(due) = Self::due_after(last).filter(|due| due.at() <= now) else {
                break;
            };
            if meter.try_consume(conclude).is_err() {
                break;
            }
            let proposal = due.proposal();
            if let Err(error) = with_storage_layer(|| Self::do_conclude(proposal)) {
                Self::deposit_event(Event::ConclusionFailed { proposal, error });
            }
            // What could not be concluded stays, and must not hold up what comes after it.
            last = Some(due);
        }
        meter.consumed()
    }

    /// The first entry of [`Deadlines`], or the first after `last`.
    fn due_after(last: Option<Due>) -> Option<Due> {
        match last {
            None => Deadlines::<T>::iter_keys().next(),
            Some(due) => Deadlines::<T>::iter_keys_from(Deadlines::<T>::hashed_key_for(due)).next(),
        }
    }
}
