// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::assert_noop;
use openledger_primitives::{
    AccountId, Balance, BaseModelId, DatanetId, FeeSplit, Ppm, ProposalId, VersionRef, H256,
};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::{build::*, mock::*};
use crate::{Call, Error, Event, HoldReason, Kind, QualityBar, ReferendumState, Status, Track};

fn try_submit(who: AccountId, kind: Kind) -> DispatchResult {
    AiGovernance::submit(signed(who), Box::new(kind))
}

fn a_bounty() -> Kind {
    Kind::DatanetBounty(bounty(datanet(), QualityBar::Accepted))
}

/// A grant with a milestone of each payout.
fn a_grant(payouts: &[Balance]) -> Kind {
    let version = version();
    let milestones = payouts.iter().map(|payout| milestone(version, *payout, 50));
    grant(milestones.collect())
}

fn submitted_track(kind: Kind) -> Track {
    proposal(submit(kind)).track
}

#[test]
fn submit_should_hold_the_deposit() {
    run(|| {
        submit(a_bounty());
        assert_eq!(held(HoldReason::ProposalDeposit, &PROPOSER), DEPOSIT);
    });
}

#[test]
fn submit_should_open_a_referendum_on_enacting_the_proposal() {
    run(|| {
        submit(a_bounty());
        let id = submit(a_bounty());
        let call = RuntimeCall::AiGovernance(Call::enact { proposal: id });
        assert_eq!(
            ReferendumTable::get(proposal(id).referendum),
            Some((PROPOSER, Track::Small, call, ReferendumState::Ongoing))
        );
    });
}

#[test]
fn submit_should_keep_what_was_proposed() {
    run(|| {
        let kind = a_grant(&[100, 200]);
        let id = submit(kind.clone());
        assert_eq!(proposal(id).kind, kind);
    });
}

#[test]
fn submit_should_begin_the_history() {
    run(|| {
        at(7);
        let id = submit(a_bounty());
        assert_eq!(proposal(id).history.to_vec(), [(7, Status::Submitted)]);
    });
}

#[test]
fn submit_should_move_no_money_of_the_treasury() {
    run(|| {
        submit(a_bounty());
        assert_eq!(free(&TREASURY), TREASURY_FUNDS);
    });
}

#[test]
fn submit_should_emit_an_event() {
    run(|| {
        submit(a_bounty());
        let id = submit(a_grant(&[SMALL_LIMIT + 1]));
        assert_last(Event::ProposalSubmitted {
            proposal: id,
            proposer: PROPOSER,
            track: Track::Large,
            referendum: 1,
            deposit: DEPOSIT,
        });
    });
}

#[test]
fn submit_should_put_a_bounty_at_the_limit_on_the_small_track() {
    run(|| {
        let mut bounty = bounty(datanet(), QualityBar::Accepted);
        bounty.pot = SMALL_LIMIT;
        assert_eq!(submitted_track(Kind::DatanetBounty(bounty)), Track::Small);
    });
}

#[test]
fn submit_should_put_a_bounty_above_the_limit_on_the_large_track() {
    run(|| {
        let mut bounty = bounty(datanet(), QualityBar::Accepted);
        bounty.pot = SMALL_LIMIT + 1;
        assert_eq!(submitted_track(Kind::DatanetBounty(bounty)), Track::Large);
    });
}

#[test]
fn submit_should_put_a_grant_on_the_track_of_the_sum_of_its_payouts() {
    run(|| {
        assert_eq!(
            submitted_track(a_grant(&[SMALL_LIMIT / 2, SMALL_LIMIT / 2])),
            Track::Small
        );
        assert_eq!(
            submitted_track(a_grant(&[SMALL_LIMIT / 2, SMALL_LIMIT / 2 + 1])),
            Track::Large
        );
    });
}

#[test]
fn submit_should_put_a_listing_on_the_large_track() {
    run(|| {
        assert_eq!(
            submitted_track(Kind::ListBaseModel(listing(1))),
            Track::Large
        );
    });
}

#[test]
fn submit_should_put_a_delisting_on_the_large_track() {
    run(|| {
        let base_model = base_model(1);
        assert_eq!(
            submitted_track(Kind::DelistBaseModel { base_model }),
            Track::Large
        );
    });
}

#[test]
fn submit_should_put_attribution_parameters_on_the_large_track() {
    run(|| {
        let split = FeeSplit::default();
        assert_eq!(
            submitted_track(Kind::AttributionParameters { split }),
            Track::Large
        );
    });
}

#[test]
fn submit_should_fail_without_the_deposit() {
    run(|| {
        let kind = a_bounty();
        assert_noop!(try_submit(STRANGER, kind), Error::<Test>::InsufficientFunds);
    });
}

#[test]
fn submit_should_fail_when_the_referenda_refuse() {
    run(|| {
        let kind = a_bounty();
        assert_noop!(try_submit(REFUSED, kind), DispatchError::Other("refused"));
    });
}

#[test]
fn submit_should_refuse_the_root() {
    run(|| {
        let kind = a_bounty();
        assert_noop!(
            AiGovernance::submit(RuntimeOrigin::root(), Box::new(kind)),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn submit_should_fail_for_a_base_model_without_a_name() {
    run(|| {
        let mut listing = listing(1);
        listing.name = text(b"");
        assert_noop!(
            try_submit(PROPOSER, Kind::ListBaseModel(listing)),
            Error::<Test>::InvalidListing
        );
    });
}

#[test]
fn submit_should_fail_for_a_licence_that_is_not_text() {
    run(|| {
        let mut listing = listing(1);
        listing.licence = text(&[0xff]);
        assert_noop!(
            try_submit(PROPOSER, Kind::ListBaseModel(listing)),
            Error::<Test>::InvalidListing
        );
    });
}

#[test]
fn submit_should_fail_for_a_base_model_without_layers() {
    run(|| {
        let mut listing = listing(1);
        listing.layers = 0;
        assert_noop!(
            try_submit(PROPOSER, Kind::ListBaseModel(listing)),
            Error::<Test>::InvalidListing
        );
    });
}

#[test]
fn submit_should_fail_for_a_base_model_without_width() {
    run(|| {
        let mut listing = listing(1);
        listing.hidden_size = 0;
        assert_noop!(
            try_submit(PROPOSER, Kind::ListBaseModel(listing)),
            Error::<Test>::InvalidListing
        );
    });
}

#[test]
fn submit_should_fail_to_delist_what_is_not_listed() {
    run(|| {
        let base_model = BaseModelId(5);
        assert_noop!(
            try_submit(PROPOSER, Kind::DelistBaseModel { base_model }),
            Error::<Test>::BaseModelNotListed
        );
    });
}

/// A bounty that is changed to be wrong.
fn bounty_with(change: impl FnOnce(&mut crate::Bounty)) -> Kind {
    let mut bounty = bounty(datanet(), QualityBar::Score(Ppm(500_000)));
    change(&mut bounty);
    Kind::DatanetBounty(bounty)
}

#[test]
fn submit_should_fail_for_a_bounty_of_no_datanet() {
    run(|| {
        let kind = bounty_with(|bounty| bounty.datanet = DatanetId(9));
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::UnknownDatanet);
    });
}

#[test]
fn submit_should_fail_for_a_bounty_that_pays_nothing_a_row() {
    run(|| {
        let kind = bounty_with(|bounty| bounty.price_per_row = 0);
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::ZeroPrice);
    });
}

#[test]
fn submit_should_fail_for_a_bounty_that_cannot_pay_for_a_row() {
    run(|| {
        let kind = bounty_with(|bounty| bounty.price_per_row = bounty.pot + 1);
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::PotBelowPrice);
    });
}

#[test]
fn submit_should_fail_for_a_bar_above_the_whole() {
    run(|| {
        let kind = bounty_with(|bounty| bounty.bar = QualityBar::Score(Ppm(1_000_001)));
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::InvalidScore);
    });
}

#[test]
fn submit_should_fail_for_a_bounty_that_ends_now() {
    run(|| {
        at(5);
        let kind = bounty_with(|bounty| bounty.ends_at = 5);
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::DeadlinePassed);
    });
}

#[test]
fn submit_should_fail_for_a_grant_without_milestones() {
    run(|| {
        assert_noop!(
            try_submit(PROPOSER, grant(vec![])),
            Error::<Test>::NoMilestones
        );
    });
}

#[test]
fn submit_should_fail_for_a_metric_without_a_name() {
    run(|| {
        let mut milestone = milestone(version(), 100, 50);
        milestone.metric = text(b"");
        assert_noop!(
            try_submit(PROPOSER, grant(vec![milestone])),
            Error::<Test>::InvalidMetric
        );
    });
}

#[test]
fn submit_should_fail_for_a_payout_below_the_existential_deposit() {
    run(|| {
        let kind = a_grant(&[100, ED - 1]);
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::PayoutTooSmall);
    });
}

#[test]
fn submit_should_fail_for_a_milestone_whose_deadline_is_now() {
    run(|| {
        at(5);
        let kind = grant(vec![milestone(version(), 100, 5)]);
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::DeadlinePassed);
    });
}

#[test]
fn submit_should_fail_for_an_evaluation_on_no_published_version() {
    run(|| {
        let version = VersionRef {
            number: 2,
            ..version()
        };
        assert_noop!(
            try_submit(PROPOSER, grant(vec![milestone(version, 100, 50)])),
            Error::<Test>::UnknownVersion
        );
    });
}

#[test]
fn submit_should_fail_for_payouts_that_overflow() {
    run(|| {
        let kind = a_grant(&[Balance::MAX, 100]);
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::AmountTooLarge);
    });
}

#[test]
fn submit_should_take_an_amount_at_the_large_limit() {
    run(|| {
        let id = submit(a_grant(&[LARGE_LIMIT - 100, 100]));
        assert_eq!(proposal(id).track, Track::Large);
    });
}

#[test]
fn submit_should_fail_for_payouts_above_the_large_limit() {
    run(|| {
        let kind = a_grant(&[LARGE_LIMIT - 100, 101]);
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::AmountTooLarge);
    });
}

#[test]
fn submit_should_fail_for_a_pot_above_the_large_limit() {
    run(|| {
        let kind = bounty_with(|bounty| bounty.pot = LARGE_LIMIT + 1);
        assert_noop!(try_submit(PROPOSER, kind), Error::<Test>::AmountTooLarge);
    });
}

#[test]
fn submit_should_fail_for_a_fee_split_below_the_contributors_floor() {
    run(|| {
        let split = FeeSplit {
            contributors: Ppm(390_000),
            treasury: Ppm(260_000),
            ..FeeSplit::default()
        };
        assert_noop!(
            try_submit(PROPOSER, Kind::AttributionParameters { split }),
            Error::<Test>::InvalidFeeSplit
        );
    });
}

#[test]
fn submit_should_fail_when_the_identifiers_have_run_out() {
    new_test_ext().execute_with(|| {
        crate::NextProposalId::<Test>::put(ProposalId(u32::MAX));
        let mut listing = listing(1);
        listing.hash = H256::repeat_byte(9);
        assert_noop!(
            try_submit(PROPOSER, Kind::ListBaseModel(listing)),
            Error::<Test>::IdsExhausted
        );
    });
}
