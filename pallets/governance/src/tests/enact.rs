// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{
    traits::BaseModelAdmin, AccountId, Balance, FeeSplit, Ppm, ProposalId,
};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, TokenError};

use super::{build::*, mock::*};
use crate::{
    ActiveBounties, Error, Event, Funds, HoldReason, Kind, MilestoneState, QualityBar, Status,
    WeightInfo,
};

fn a_bounty() -> Kind {
    Kind::DatanetBounty(bounty(datanet(), QualityBar::Accepted))
}

/// A bounty that needs the large track.
fn large_bounty() -> Kind {
    let mut bounty = bounty(datanet(), QualityBar::Accepted);
    bounty.pot = SMALL_LIMIT + 1;
    Kind::DatanetBounty(bounty)
}

/// A bounty that the treasury cannot pay.
fn bounty_over_the_treasury() -> Kind {
    let mut bounty = bounty(datanet(), QualityBar::Accepted);
    bounty.pot = TREASURY_FUNDS;
    Kind::DatanetBounty(bounty)
}

fn small(who: AccountId) -> RuntimeOrigin {
    signed(who)
}

#[test]
fn enact_should_list_a_base_model() {
    run(|| {
        enacted(Kind::ListBaseModel(listing(1)));
        let base_model = pallet_models::BaseModelByHash::<Test>::get(listing(1).hash);
        assert!(base_model.is_some_and(<Models as BaseModelAdmin>::is_listed));
    });
}

#[test]
fn enact_should_delist_a_base_model() {
    run(|| {
        let base_model = base_model(1);
        enacted(Kind::DelistBaseModel { base_model });
        assert!(!<Models as BaseModelAdmin>::is_listed(base_model));
    });
}

#[test]
fn enact_should_set_the_fee_split() {
    run(|| {
        let split = FeeSplit {
            contributors: Ppm(500_000),
            treasury: Ppm(150_000),
            ..FeeSplit::default()
        };
        enacted(Kind::AttributionParameters { split });
        assert_eq!(FeeSplitTable::get(), Some(split));
    });
}

#[test]
fn enact_should_complete_what_needs_no_money() {
    run(|| {
        let id = enacted(Kind::ListBaseModel(listing(1)));
        assert_eq!(proposal(id).status, Status::Completed);
    });
}

#[test]
fn enact_should_move_a_bounty_from_the_treasury_to_the_pot() {
    run(|| {
        enacted(a_bounty());
        assert_eq!((free(&TREASURY), pot()), (TREASURY_FUNDS - 500, 500));
    });
}

#[test]
fn enact_should_make_the_bounty_the_datanets() {
    run(|| {
        let (id, datanet) = active_bounty(QualityBar::Accepted);
        assert_eq!(ActiveBounties::<Test>::get(datanet), Some(id));
    });
}

#[test]
fn enact_should_move_all_payouts_of_a_grant_to_the_pot() {
    run(|| {
        let version = version();
        let id = enacted(grant(vec![
            milestone(version, 100, 50),
            milestone(version, 250, 60),
        ]));
        let granted = Funds {
            granted: 350,
            paid: 0,
            refunded: 0,
        };
        assert_eq!((proposal(id).funds, pot()), (granted, 350));
    });
}

#[test]
fn enact_should_open_every_milestone() {
    run(|| {
        let version = version();
        let id = enacted(grant(vec![
            milestone(version, 100, 50),
            milestone(version, 250, 60),
        ]));
        assert_eq!(
            proposal(id).milestones.to_vec(),
            [MilestoneState::Open, MilestoneState::Open]
        );
    });
}

#[test]
fn enact_should_return_the_deposit() {
    run(|| {
        enacted(a_bounty());
        assert_eq!(held(HoldReason::ProposalDeposit, &PROPOSER), 0);
        assert_eq!(free(&PROPOSER), FUNDS);
    });
}

#[test]
fn enact_should_continue_the_history() {
    run(|| {
        let id = submit(a_bounty());
        at(4);
        enact(id);
        assert_eq!(
            proposal(id).history.to_vec(),
            [(1, Status::Submitted), (4, Status::Active)]
        );
    });
}

#[test]
fn enact_should_emit_an_event() {
    run(|| {
        let id = enacted(a_bounty());
        let event = Event::ProposalEnacted {
            proposal: id,
            granted: 500,
        };
        assert!(events().contains(&event));
    });
}

#[test]
fn enact_should_take_the_small_tracks_origin_for_a_small_proposal() {
    run(|| {
        let id = submit(a_bounty());
        assert_ok!(AiGovernance::enact(small(SMALL_VOTE), id));
        assert_eq!(proposal(id).status, Status::Active);
    });
}

#[test]
fn enact_should_refuse_the_small_tracks_origin_for_a_large_proposal() {
    run(|| {
        let id = submit(large_bounty());
        assert_noop!(
            AiGovernance::enact(small(SMALL_VOTE), id),
            Error::<Test>::TrackTooSmall
        );
    });
}

#[test]
fn enact_should_refuse_a_signed_account() {
    run(|| {
        let id = submit(a_bounty());
        assert_noop!(
            AiGovernance::enact(signed(PROPOSER), id),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn enact_should_fail_for_an_unknown_proposal() {
    run(|| {
        assert_noop!(
            AiGovernance::enact(RuntimeOrigin::root(), ProposalId(3)),
            Error::<Test>::UnknownProposal
        );
    });
}

#[test]
fn enact_should_fail_the_second_time() {
    run(|| {
        let id = enacted(a_bounty());
        assert_noop!(
            AiGovernance::enact(RuntimeOrigin::root(), id),
            Error::<Test>::NotSubmitted
        );
    });
}

#[test]
fn enact_should_weigh_what_the_kind_needs() {
    run(|| {
        let id = submit(Kind::ListBaseModel(listing(1)));
        let used = AiGovernance::enact(RuntimeOrigin::root(), id)
            .expect("it can be enacted")
            .actual_weight;
        assert_eq!(used, Some(TestWeights::enact_base_model()));
    });
}

#[test]
fn enact_should_move_nothing_when_the_treasury_is_too_poor() {
    run(|| {
        enacted(bounty_over_the_treasury());
        assert_eq!((free(&TREASURY), pot()), (TREASURY_FUNDS, 0));
    });
}

#[test]
fn enact_should_keep_the_deposit_when_it_fails() {
    run(|| {
        enacted(bounty_over_the_treasury());
        assert_eq!(held(HoldReason::ProposalDeposit, &PROPOSER), DEPOSIT);
    });
}

#[test]
fn enact_should_write_down_why_it_failed() {
    run(|| {
        at(3);
        let id = enacted(bounty_over_the_treasury());
        let failed = Status::EnactmentFailed {
            error: TokenError::FundsUnavailable.into(),
            retry_until: 3 + ENACTMENT_PERIOD,
        };
        assert_eq!(proposal(id).status, failed);
    });
}

#[test]
fn enact_should_emit_an_event_when_it_fails() {
    run(|| {
        let id = enacted(bounty_over_the_treasury());
        assert_last(Event::EnactmentFailed {
            proposal: id,
            error: TokenError::FundsUnavailable.into(),
            retry_until: 1 + ENACTMENT_PERIOD,
        });
    });
}

/// The error that a proposal's enactment failed with.
fn failure(id: ProposalId) -> DispatchError {
    match proposal(id).status {
        Status::EnactmentFailed { error, .. } => error,
        other => panic!("not failed: {other:?}"),
    }
}

#[test]
fn enact_should_leave_the_treasury_its_existential_deposit() {
    run(|| {
        let mut bounty = bounty(datanet(), QualityBar::Accepted);
        bounty.pot = TREASURY_FUNDS - ED;
        enacted(Kind::DatanetBounty(bounty));
        assert_eq!((free(&TREASURY), pot()), (ED, TREASURY_FUNDS - ED));
    });
}

#[test]
fn enact_should_fail_when_the_base_model_was_listed_meanwhile() {
    run(|| {
        let id = submit(Kind::ListBaseModel(listing(1)));
        base_model(1);
        enact(id);
        let taken = pallet_models::Error::<Test>::BaseModelTaken;
        assert_eq!(
            failure(id).stripped(),
            DispatchError::from(taken).stripped()
        );
    });
}

#[test]
fn enact_should_fail_when_the_datanet_has_a_bounty() {
    run(|| {
        let (_, datanet) = active_bounty(QualityBar::Accepted);
        let second = bounty(datanet, QualityBar::Accepted);
        let id = enacted(Kind::DatanetBounty(second));
        assert_eq!(
            failure(id).stripped(),
            DispatchError::from(Error::<Test>::BountyActive).stripped()
        );
    });
}

#[test]
fn enact_should_fail_when_the_bounty_is_over() {
    run(|| {
        let id = submit(a_bounty());
        at(50);
        enact(id);
        assert_eq!(
            failure(id).stripped(),
            DispatchError::from(Error::<Test>::DeadlinePassed).stripped()
        );
    });
}

#[test]
fn enact_should_fail_when_a_milestone_is_over() {
    run(|| {
        let version = version();
        let id = submit(grant(vec![
            milestone(version, 100, 50),
            milestone(version, 100, 20),
        ]));
        at(20);
        enact(id);
        assert_eq!(
            failure(id).stripped(),
            DispatchError::from(Error::<Test>::DeadlinePassed).stripped()
        );
    });
}

#[test]
fn enact_should_leave_no_milestone_open_when_it_fails() {
    run(|| {
        let version = version();
        let payouts: [Balance; 2] = [100, TREASURY_FUNDS];
        let milestones = payouts.map(|payout| milestone(version, payout, 50));
        let id = enacted(grant(milestones.to_vec()));
        assert_eq!(proposal(id).milestones.to_vec(), []);
    });
}
