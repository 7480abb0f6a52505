// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! That `do_try_state` notices what must not happen.

use frame_support::{assert_ok, traits::fungible::MutateHold};
use openledger_primitives::{DatanetId, H256};
use polkadot_sdk::*;

use super::mock::*;
use crate::{
    Accepted, ContentTaken, Contributions, Datanet, HoldReason, NextContributionId, Rejected,
    RootsTaken, Version, Versions,
};

/// A chain with accepted, pending and rejected contributions and a version; then `corrupt`.
fn corrupted(corrupt: impl FnOnce(DatanetId)) -> Result<(), &'static str> {
    new_test_ext().execute_with(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        accepted(&BOB, id, 20);
        publish(id);
        let rejected = contribute(&BOB, id, 5);
        assert_ok!(Datanets::reject_contribution(
            RuntimeOrigin::signed(OWNER),
            rejected,
            openledger_primitives::views::RejectReason::Malformed,
            REPORT
        ));
        contribute(&ALICE, id, 7);
        assert_ok!(Datanets::do_try_state());
        corrupt(id);
        Datanets::do_try_state().map_err(Into::into)
    })
}

fn edit_datanet(id: DatanetId, edit: impl FnOnce(&mut Datanet)) {
    crate::Datanets::<Test>::mutate(id, |slot| edit(slot.as_mut().expect("it exists")));
}

fn edit_version(id: DatanetId, edit: impl FnOnce(&mut Version)) {
    Versions::<Test>::mutate(id, 1, |slot| edit(slot.as_mut().expect("it exists")));
}

#[test]
fn try_state_should_notice_an_id_of_the_future() {
    let result = corrupted(|_| {
        NextContributionId::<Test>::kill();
    });
    assert_eq!(result, Err("a contribution has an id of the future"));
}

#[test]
fn try_state_should_notice_a_wrong_pending_count() {
    let result = corrupted(|id| edit_datanet(id, |datanet| datanet.pending = 2));
    assert_eq!(result, Err("the pending contributions do not add up"));
}

#[test]
fn try_state_should_notice_a_wrong_row_count() {
    let result = corrupted(|id| edit_datanet(id, |datanet| datanet.accepted_rows = 31));
    assert_eq!(result, Err("the accepted rows do not add up"));
}

#[test]
fn try_state_should_notice_an_edited_leaf() {
    let result = corrupted(|id| {
        Accepted::<Test>::mutate(id, 0, |slot| {
            slot.as_mut().expect("it exists").contributor = BOB;
        });
    });
    assert_eq!(result, Err("a leaf differs from its contribution"));
}

#[test]
fn try_state_should_notice_a_leaf_beyond_the_count() {
    let result = corrupted(|id| {
        let leaf = Accepted::<Test>::get(id, 0).expect("it exists");
        Accepted::<Test>::insert(id, 9, leaf);
    });
    assert_eq!(
        result,
        Err("an accepted contribution lies beyond the count")
    );
}

#[test]
fn try_state_should_notice_a_wrong_root() {
    let result = corrupted(|id| edit_version(id, |version| version.root = H256::zero()));
    assert_eq!(result, Err("a version's root is wrong"));
}

#[test]
fn try_state_should_notice_a_version_of_what_is_not_accepted() {
    let result = corrupted(|id| edit_version(id, |version| version.contributions = 3));
    assert_eq!(result, Err("a version has what is not accepted"));
}

#[test]
fn try_state_should_notice_a_missing_version() {
    let result = corrupted(|id| Versions::<Test>::remove(id, 1));
    assert_eq!(result, Err("a version lies beyond the count"));
}

#[test]
fn try_state_should_notice_a_content_hash_that_is_free() {
    let result = corrupted(|id| ContentTaken::<Test>::remove(id, content(0)));
    assert_eq!(
        result,
        Err("the content hashes taken are not those of the contributions")
    );
}

#[test]
fn try_state_should_notice_a_rows_root_that_is_free() {
    let result = corrupted(|id| RootsTaken::<Test>::remove(id, rows_root(0)));
    assert_eq!(
        result,
        Err("the rows roots taken are not those of the contributions")
    );
}

#[test]
fn try_state_should_notice_a_rejected_contribution_that_is_not_listed() {
    let result = corrupted(|id| Rejected::<Test>::remove(id, 0));
    assert_eq!(
        result,
        Err("the list of the rejected is not that of the contributions")
    );
}

#[test]
fn try_state_should_notice_a_deposit_that_is_not_held() {
    let result = corrupted(|_| {
        Balances::burn_all_held(
            &HoldReason::Contribution.into(),
            &ALICE,
            frame_support::traits::tokens::Precision::Exact,
            frame_support::traits::tokens::Fortitude::Force,
        )
        .expect("the deposit is held");
    });
    assert_eq!(result, Err("what is held is not the sum of the deposits"));
}

#[test]
fn try_state_should_notice_a_deposit_of_a_decided_contribution() {
    let result = corrupted(|_| {
        let (id, mut record) = Contributions::<Test>::iter()
            .find(|(_, record)| record.deposit == 0)
            .expect("one is decided");
        record.deposit = 1;
        Contributions::<Test>::insert(id, record);
    });
    assert_eq!(result, Err("a decided contribution still has a deposit"));
}
