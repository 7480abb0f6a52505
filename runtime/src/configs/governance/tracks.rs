// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The tracks of referenda: who may be spoken for, and what a vote on it takes.

use alloc::borrow::Cow;

use frame_system::RawOrigin;
use pallet_referenda::{Curve, Track, TrackInfo};
use polkadot_sdk::*;
use sp_runtime::{str_array, FixedI64};

use super::{
    origins::Origin,
    pace::{at_pace, pallet_pace},
};
use crate::{Balance, BlockNumber, OriginCaller, Runtime, DAYS, HOURS, MINUTES, OPEN};

/// A track's number, as wallets show it.
pub type TrackId = u16;

/// The days that a referendum can be decided in; the curves are drawn over them.
const DECISION_DAYS: u32 = 14;

/// The decision period of every track, blocks of a real network.
const DECISION: BlockNumber = DECISION_DAYS * DAYS;

const fn percent(percent: u128) -> FixedI64 {
    FixedI64::from_rational(percent, 100)
}

/// Falls in a straight line from `from` percent to `to` percent over `days` of the decision period.
const fn line(days: u128, from: u128, to: u128) -> Curve {
    Curve::make_linear(days, DECISION_DAYS as u128, percent(to), percent(from))
}

/// Falls from `from` percent to `to` percent, fast at first: to `level` percent after `days`.
const fn bend(days: u128, level: u128, from: u128, to: u128) -> Curve {
    Curve::make_reciprocal(
        days,
        DECISION_DAYS as u128,
        percent(level),
        percent(to),
        percent(from),
    )
}

/// What a track asks for, in blocks of a real network.
struct Plan {
    id: TrackId,
    name: &'static str,
    max_deciding: u32,
    decision_deposit: Balance,
    prepare: BlockNumber,
    confirm: BlockNumber,
    enact: BlockNumber,
    approval: Curve,
    support: Curve,
}

impl Plan {
    const fn track(self) -> Track<TrackId, Balance, BlockNumber> {
        Track {
            id: self.id,
            info: TrackInfo {
                name: str_array(self.name),
                max_deciding: self.max_deciding,
                decision_deposit: self.decision_deposit,
                prepare_period: self.prepare,
                decision_period: DECISION,
                confirm_period: self.confirm,
                min_enactment_period: self.enact,
                min_approval: self.approval,
                min_support: self.support,
            },
        }
    }
}

/// The tracks at a real network's pace, ordered by number.
static TRACKS: [Track<TrackId, Balance, BlockNumber>; 10] = [
    // May do anything: half of all OPEN must support it at first, ever less later.
    Plan {
        id: 0,
        name: "root",
        max_deciding: 1,
        decision_deposit: 100_000 * OPEN,
        prepare: 2 * HOURS,
        confirm: DAYS,
        enact: DAYS,
        approval: bend(2, 80, 100, 50),
        support: line(14, 50, 0),
    }
    .track(),
    // The committee vouches for its urgency; voters still decide.
    Plan {
        id: 1,
        name: "whitelisted_caller",
        max_deciding: 50,
        decision_deposit: 10_000 * OPEN,
        prepare: 30 * MINUTES,
        confirm: 10 * MINUTES,
        enact: 10 * MINUTES,
        approval: bend(1, 90, 100, 50),
        support: bend(1, 20, 50, 2),
    }
    .track(),
    Plan {
        id: 10,
        name: "staking_admin",
        max_deciding: 10,
        decision_deposit: 5_000 * OPEN,
        prepare: 2 * HOURS,
        confirm: 3 * HOURS,
        enact: 10 * MINUTES,
        approval: line(8, 100, 50),
        support: bend(6, 2, 50, 0),
    }
    .track(),
    Plan {
        id: 11,
        name: "treasurer",
        max_deciding: 10,
        decision_deposit: 10_000 * OPEN,
        prepare: 2 * HOURS,
        confirm: 2 * DAYS,
        enact: DAYS,
        approval: bend(2, 80, 100, 50),
        support: line(14, 50, 0),
    }
    .track(),
    Plan {
        id: 12,
        name: "general_admin",
        max_deciding: 10,
        decision_deposit: 5_000 * OPEN,
        prepare: 2 * HOURS,
        confirm: 3 * HOURS,
        enact: 10 * MINUTES,
        approval: bend(2, 80, 100, 50),
        support: bend(4, 10, 50, 0),
    }
    .track(),
    Plan {
        id: 20,
        name: "ai_small",
        max_deciding: 50,
        decision_deposit: 500 * OPEN,
        prepare: 2 * HOURS,
        confirm: 12 * HOURS,
        enact: 10 * MINUTES,
        approval: line(9, 100, 50),
        support: bend(6, 1, 50, 0),
    }
    .track(),
    Plan {
        id: 21,
        name: "ai_large",
        max_deciding: 20,
        decision_deposit: 5_000 * OPEN,
        prepare: 2 * HOURS,
        confirm: 2 * DAYS,
        enact: DAYS,
        approval: line(14, 100, 50),
        support: bend(10, 2, 50, 0),
    }
    .track(),
    Plan {
        id: 30,
        name: "small_spender",
        max_deciding: 50,
        decision_deposit: 500 * OPEN,
        prepare: 2 * HOURS,
        confirm: 12 * HOURS,
        enact: 10 * MINUTES,
        approval: line(8, 100, 50),
        support: bend(6, 1, 50, 0),
    }
    .track(),
    Plan {
        id: 31,
        name: "medium_spender",
        max_deciding: 50,
        decision_deposit: 2_000 * OPEN,
        prepare: 2 * HOURS,
        confirm: DAYS,
        enact: 10 * MINUTES,
        approval: line(11, 100, 50),
        support: bend(8, 1, 50, 0),
    }
    .track(),
    Plan {
        id: 32,
        name: "big_spender",
        max_deciding: 50,
        decision_deposit: 5_000 * OPEN,
        prepare: 2 * HOURS,
        confirm: 2 * DAYS,
        enact: 10 * MINUTES,
        approval: line(14, 100, 50),
        support: bend(10, 1, 50, 0),
    }
    .track(),
];

/// The track of an origin of ours.
const fn track_of(origin: &Origin) -> TrackId {
    match origin {
        Origin::WhitelistedCaller => 1,
        Origin::StakingAdmin => 10,
        Origin::Treasurer => 11,
        Origin::GeneralAdmin => 12,
        Origin::AiSmall => 20,
        Origin::AiLarge => 21,
        Origin::SmallSpender => 30,
        Origin::MediumSpender => 31,
        Origin::BigSpender => 32,
    }
}

/// The tracks at this chain's pace.
pub struct Tracks;

impl Tracks {
    /// A track whose periods are those of a chain where `day` blocks are a day.
    fn paced(
        track: &'static Track<TrackId, Balance, BlockNumber>,
        day: BlockNumber,
    ) -> Cow<'static, Track<TrackId, Balance, BlockNumber>> {
        if day == DAYS {
            return Cow::Borrowed(track);
        }
        let mut track = track.clone();
        for period in [
            &mut track.info.prepare_period,
            &mut track.info.decision_period,
            &mut track.info.confirm_period,
            &mut track.info.min_enactment_period,
        ] {
            *period = at_pace(*period, day);
        }
        Cow::Owned(track)
    }
}

impl pallet_referenda::TracksInfo<Balance, BlockNumber> for Tracks {
    type Id = TrackId;
    type RuntimeOrigin = OriginCaller;

    fn tracks() -> impl Iterator<Item = Cow<'static, Track<TrackId, Balance, BlockNumber>>> {
        let day = pallet_pace::GovernanceDay::<Runtime>::get();
        TRACKS.iter().map(move |track| Self::paced(track, day))
    }

    fn track_for(origin: &OriginCaller) -> Result<TrackId, ()> {
        match origin {
            OriginCaller::system(RawOrigin::Root) => Ok(0),
            OriginCaller::Origins(origin) => Ok(track_of(origin)),
            _ => Err(()),
        }
    }

    fn track_ids() -> impl Iterator<Item = TrackId> {
        TRACKS.iter().map(|track| track.id)
    }

    /// The order does not depend on the pace, so this needs no chain.
    fn check_integrity() -> Result<(), &'static str> {
        TRACKS
            .is_sorted_by_key(|track| track.id)
            .then_some(())
            .ok_or("the tracks must be ordered by number")
    }
}
