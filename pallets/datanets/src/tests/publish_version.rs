// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::assert_noop;
use openledger_primitives::{merkle, DatanetId, VersionRef};
use polkadot_sdk::*;
use sp_runtime::DispatchError;

use super::mock::*;
use crate::{Error, Event, Versions, WeightInfo};

#[test]
fn publish_version_should_freeze_every_accepted_contribution() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        accepted(&BOB, id, 20);
        publish(id);
        let version = Versions::<Test>::get(id, 1).expect("the version is there");
        assert_eq!(
            (version.contributions, version.rows, version.published_at),
            (2, 30, 1)
        );
    });
}

#[test]
fn publish_version_should_commit_to_the_leaves_in_order() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        accepted(&BOB, id, 20);
        publish(id);
        let root = merkle::version_root(&Datanets::leaves(id, 2));
        assert_eq!(
            Versions::<Test>::get(id, 1).map(|version| version.root),
            Some(root)
        );
    });
}

#[test]
fn publish_version_should_leave_pending_contributions_out() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        contribute(&BOB, id, 20);
        publish(id);
        assert_eq!(
            Versions::<Test>::get(id, 1).map(|version| version.contributions),
            Some(1)
        );
    });
}

#[test]
fn publish_version_should_count_numbers_from_one() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        publish(id);
        accepted(&ALICE, id, 10);
        publish(id);
        assert_eq!(datanet(id).versions, 2);
        assert_eq!(Versions::<Test>::get(id, 0), None);
        assert_eq!(
            Versions::<Test>::get(id, 2).map(|version| version.contributions),
            Some(2)
        );
    });
}

#[test]
fn publish_version_should_leave_earlier_versions_as_they_are() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        publish(id);
        let first = Versions::<Test>::get(id, 1);
        System::set_block_number(9);
        accepted(&BOB, id, 10);
        publish(id);
        assert_eq!(Versions::<Test>::get(id, 1), first);
    });
}

#[test]
fn publish_version_should_emit_an_event() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        publish(id);
        let root = merkle::version_root(&Datanets::leaves(id, 1));
        assert_eq!(
            last_event(),
            Event::VersionPublished {
                version: VersionRef {
                    datanet: id,
                    number: 1
                },
                root,
                contributions: 1,
                rows: 10
            }
        );
    });
}

#[test]
fn publish_version_should_refund_the_weight_of_contributions_that_are_not_there() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        let post = Datanets::publish_version(RuntimeOrigin::signed(OWNER), id);
        assert_eq!(
            post.expect("it succeeds").actual_weight,
            Some(TestWeights::publish_version(1))
        );
    });
}

#[test]
fn publish_version_should_fail_when_nothing_is_accepted() {
    run(|| {
        let id = create();
        contribute(&ALICE, id, 10);
        assert_noop!(
            Datanets::publish_version(RuntimeOrigin::signed(OWNER), id),
            Error::<Test>::NothingNew
        );
    });
}

#[test]
fn publish_version_should_fail_when_nothing_is_new() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        publish(id);
        assert_noop!(
            Datanets::publish_version(RuntimeOrigin::signed(OWNER), id),
            Error::<Test>::NothingNew
        );
    });
}

#[test]
fn publish_version_should_fail_for_anyone_but_the_owner() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        assert_noop!(
            Datanets::publish_version(RuntimeOrigin::signed(ALICE), id),
            Error::<Test>::NotOwner
        );
    });
}

#[test]
fn publish_version_should_fail_when_there_is_no_such_datanet() {
    run(|| {
        assert_noop!(
            Datanets::publish_version(RuntimeOrigin::signed(OWNER), DatanetId(4)),
            Error::<Test>::UnknownDatanet
        );
    });
}

#[test]
fn publish_version_should_refuse_the_root() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        assert_noop!(
            Datanets::publish_version(RuntimeOrigin::root(), id),
            DispatchError::BadOrigin
        );
    });
}
