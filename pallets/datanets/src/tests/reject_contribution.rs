// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{
    views::{ContributionStatus, RejectReason},
    AccountId, ContributionId, DatanetId, Ppm,
};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::mock::*;
use crate::{Contributions, Error, Event, HoldReason, Rejected};

fn try_reject(
    who: AccountId,
    contribution: ContributionId,
    reason: RejectReason,
) -> DispatchResult {
    Datanets::reject_contribution(RuntimeOrigin::signed(who), contribution, reason, REPORT)
}

fn rejected(datanet: DatanetId) -> ContributionId {
    let contribution = contribute(&ALICE, datanet, 10);
    assert_ok!(try_reject(OWNER, contribution, RejectReason::LowQuality));
    contribution
}

fn copy_of(of: ContributionId) -> RejectReason {
    RejectReason::Duplicate {
        of,
        share: Ppm(990_000),
    }
}

#[test]
fn reject_contribution_should_return_the_deposit() {
    run(|| {
        rejected(create());
        assert_eq!(held(HoldReason::Contribution, &ALICE), 0);
        assert_eq!(Balances::free_balance(&ALICE), FUNDS);
    });
}

#[test]
fn reject_contribution_should_keep_the_reason_on_chain() {
    run(|| {
        let id = create();
        let original = accepted(&ALICE, id, 10);
        let copy = contribute(&BOB, id, 10);
        assert_ok!(try_reject(OWNER, copy, copy_of(original)));
        let record = Contributions::<Test>::get(copy).expect("the record is there");
        assert_eq!(
            record.status,
            ContributionStatus::Rejected(copy_of(original))
        );
        assert_eq!(record.report, Some(REPORT));
    });
}

#[test]
fn reject_contribution_should_emit_an_event() {
    run(|| {
        let id = create();
        let contribution = rejected(id);
        assert_eq!(
            last_event(),
            Event::ContributionRejected {
                datanet: id,
                contribution,
                reason: RejectReason::LowQuality,
                report: REPORT
            }
        );
    });
}

#[test]
fn reject_contribution_should_let_the_content_be_contributed_again() {
    run(|| {
        let id = create();
        let contribution = rejected(id);
        assert_ok!(try_contribute(&ALICE, id, 10, contribution.0 as u32));
    });
}

#[test]
fn reject_contribution_should_take_it_from_the_pending_ones() {
    run(|| {
        let id = create();
        rejected(id);
        assert_eq!((datanet(id).pending, datanet(id).rejected), (0, 1));
    });
}

#[test]
fn reject_contribution_should_prune_the_oldest_record_when_too_many_are_kept() {
    run(|| {
        let id = create();
        let oldest = rejected(id);
        for _ in 1..MaxRejected::get() {
            rejected(id);
        }
        assert!(Contributions::<Test>::contains_key(oldest));
        rejected(id);
        assert!(!Contributions::<Test>::contains_key(oldest));
        assert_eq!(
            Rejected::<Test>::iter_prefix(id).count(),
            MaxRejected::get() as usize
        );
        System::assert_has_event(
            Event::<Test>::RejectedPruned {
                datanet: id,
                contribution: oldest,
            }
            .into(),
        );
    });
}

#[test]
fn reject_contribution_should_accept_every_reason() {
    run(|| {
        let id = create();
        for reason in [
            RejectReason::Unavailable,
            RejectReason::Malformed,
            RejectReason::LowQuality,
            RejectReason::Licence,
            RejectReason::OffTopic,
        ] {
            let contribution = contribute(&ALICE, id, 10);
            assert_ok!(try_reject(OWNER, contribution, reason));
        }
    });
}

#[test]
fn reject_contribution_should_fail_when_it_is_said_to_copy_itself() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_noop!(
            try_reject(OWNER, contribution, copy_of(contribution)),
            Error::<Test>::DuplicateOfItself
        );
    });
}

#[test]
fn reject_contribution_should_fail_when_the_original_does_not_exist() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_noop!(
            try_reject(OWNER, contribution, copy_of(ContributionId(77))),
            Error::<Test>::UnknownOriginal
        );
    });
}

#[test]
fn reject_contribution_should_fail_when_the_original_is_in_another_datanet() {
    run(|| {
        let elsewhere = accepted(&ALICE, create(), 10);
        let contribution = contribute(&BOB, create(), 10);
        assert_noop!(
            try_reject(OWNER, contribution, copy_of(elsewhere)),
            Error::<Test>::UnknownOriginal
        );
    });
}

#[test]
fn reject_contribution_should_fail_when_nothing_is_said_to_be_copied() {
    run(|| {
        let id = create();
        let of = accepted(&ALICE, id, 10);
        let contribution = contribute(&BOB, id, 10);
        let reason = RejectReason::Duplicate { of, share: Ppm(0) };
        assert_noop!(
            try_reject(OWNER, contribution, reason),
            Error::<Test>::InvalidShare
        );
    });
}

#[test]
fn reject_contribution_should_fail_when_more_than_the_whole_is_said_to_be_copied() {
    run(|| {
        let id = create();
        let of = accepted(&ALICE, id, 10);
        let contribution = contribute(&BOB, id, 10);
        let reason = RejectReason::Duplicate {
            of,
            share: Ppm(1_000_001),
        };
        assert_noop!(
            try_reject(OWNER, contribution, reason),
            Error::<Test>::InvalidShare
        );
    });
}

#[test]
fn reject_contribution_should_fail_for_anyone_but_the_owner() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_noop!(
            try_reject(BOB, contribution, RejectReason::Malformed),
            Error::<Test>::NotOwner
        );
    });
}

#[test]
fn reject_contribution_should_fail_when_it_is_accepted() {
    run(|| {
        let contribution = accepted(&ALICE, create(), 10);
        assert_noop!(
            try_reject(OWNER, contribution, RejectReason::Malformed),
            Error::<Test>::NotPending
        );
    });
}

#[test]
fn reject_contribution_should_fail_when_it_is_rejected() {
    run(|| {
        let contribution = rejected(create());
        assert_noop!(
            try_reject(OWNER, contribution, RejectReason::Malformed),
            Error::<Test>::NotPending
        );
    });
}

#[test]
fn reject_contribution_should_fail_when_there_is_none() {
    run(|| {
        assert_noop!(
            try_reject(OWNER, ContributionId(0), RejectReason::Malformed),
            Error::<Test>::UnknownContribution
        );
    });
}

#[test]
fn reject_contribution_should_refuse_the_root() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_noop!(
            Datanets::reject_contribution(
                RuntimeOrigin::root(),
                contribution,
                RejectReason::Malformed,
                REPORT
            ),
            DispatchError::BadOrigin
        );
    });
}
