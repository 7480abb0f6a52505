// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use codec::Decode;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{views::ContributionStatus, ContributionId, DatanetId};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult, TokenError};

use super::mock::*;
use crate::{Contributions, Error, Event, HoldReason, NextContributionId, Policy};

/// Contributes 10 rows with other texts and sizes than usual.
fn contribute_with(id: DatanetId, bytes: u64, licence: &[u8], uri: &[u8]) -> DispatchResult {
    Datanets::contribute(
        RuntimeOrigin::signed(ALICE),
        id,
        rows_root(0),
        10,
        bytes,
        content(0),
        text(licence),
        text(uri),
    )
}

#[test]
fn contribute_should_leave_a_pending_record() {
    run(|| {
        let id = create();
        assert_ok!(contribute_with(id, 500, b"CC-BY-4.0", b"ipfs://data"));
        let record = Contributions::<Test>::get(ContributionId(0)).expect("the record is there");
        assert_eq!(record.datanet, id);
        assert_eq!(record.contributor, ALICE);
        assert_eq!(record.status, ContributionStatus::Pending);
        assert_eq!(
            (record.rows_root, record.content),
            (rows_root(0), content(0))
        );
        assert_eq!((record.rows, record.bytes), (10, 500));
        assert_eq!(record.licence.as_slice(), b"CC-BY-4.0");
        assert_eq!(record.uri.as_slice(), b"ipfs://data");
        assert_eq!((record.report, record.contributed_at), (None, 1));
    });
}

#[test]
fn contribute_should_hold_the_deposit() {
    run(|| {
        let id = create();
        contribute(&ALICE, id, 10);
        assert_eq!(
            held(HoldReason::Contribution, &ALICE),
            ContributionDeposit::get()
        );
    });
}

#[test]
fn contribute_should_emit_an_event() {
    run(|| {
        let id = create();
        let contribution = contribute(&ALICE, id, 10);
        assert_eq!(
            last_event(),
            Event::Contributed {
                datanet: id,
                contribution,
                contributor: ALICE,
                rows: 10
            }
        );
    });
}

#[test]
fn contribute_should_count_ids_up_over_all_datanets() {
    run(|| {
        let (first, second) = (create(), create());
        assert_eq!(contribute(&ALICE, first, 10), ContributionId(0));
        assert_eq!(contribute(&ALICE, second, 10), ContributionId(1));
    });
}

#[test]
fn contribute_should_accept_the_same_content_in_another_datanet() {
    run(|| {
        let (first, second) = (create(), create());
        assert_ok!(try_contribute(&ALICE, first, 10, 0));
        assert_ok!(try_contribute(&BOB, second, 10, 0));
    });
}

#[test]
fn contribute_should_fail_when_the_content_is_pending() {
    run(|| {
        let id = create();
        contribute(&ALICE, id, 10);
        assert_noop!(
            Datanets::contribute(
                RuntimeOrigin::signed(BOB),
                id,
                rows_root(99),
                10,
                500,
                content(0),
                text(b"MIT"),
                text(b"")
            ),
            Error::<Test>::ContentTaken
        );
    });
}

#[test]
fn contribute_should_fail_when_the_rows_root_is_pending() {
    run(|| {
        let id = create();
        contribute(&ALICE, id, 10);
        assert_noop!(
            Datanets::contribute(
                RuntimeOrigin::signed(BOB),
                id,
                rows_root(0),
                10,
                500,
                content(99),
                text(b"MIT"),
                text(b"")
            ),
            Error::<Test>::RootTaken
        );
    });
}

#[test]
fn contribute_should_fail_when_the_content_is_accepted() {
    run(|| {
        let id = create();
        accepted(&ALICE, id, 10);
        assert_noop!(try_contribute(&BOB, id, 10, 0), Error::<Test>::ContentTaken);
    });
}

#[test]
fn contribute_should_fail_when_there_is_no_such_datanet() {
    run(|| {
        assert_noop!(
            try_contribute(&ALICE, DatanetId(3), 10, 0),
            Error::<Test>::UnknownDatanet
        );
    });
}

#[test]
fn contribute_should_fail_when_the_datanet_is_closed() {
    run(|| {
        let id = create();
        let closed = Policy {
            open: false,
            ..policy()
        };
        assert_ok!(Datanets::set_policy(
            RuntimeOrigin::signed(OWNER),
            id,
            closed
        ));
        assert_noop!(try_contribute(&ALICE, id, 10, 0), Error::<Test>::Closed);
    });
}

#[test]
fn contribute_should_fail_when_there_are_too_few_rows() {
    run(|| {
        let id = create();
        assert_noop!(try_contribute(&ALICE, id, 0, 0), Error::<Test>::TooFewRows);
    });
}

#[test]
fn contribute_should_fail_when_there_are_too_many_rows() {
    run(|| {
        let id = create();
        assert_ok!(try_contribute(&ALICE, id, 1_000, 0));
        assert_noop!(
            try_contribute(&ALICE, id, 1_001, 1),
            Error::<Test>::TooManyRows
        );
    });
}

#[test]
fn contribute_should_fail_when_there_are_no_bytes() {
    run(|| {
        let id = create();
        assert_noop!(contribute_with(id, 0, b"MIT", b""), Error::<Test>::NoBytes);
    });
}

#[test]
fn contribute_should_fail_when_there_are_too_many_bytes() {
    run(|| {
        let id = create();
        assert_noop!(
            contribute_with(id, 10_001, b"MIT", b""),
            Error::<Test>::TooManyBytes
        );
    });
}

#[test]
fn contribute_should_fail_when_the_licence_is_empty() {
    run(|| {
        let id = create();
        assert_noop!(
            contribute_with(id, 500, b"", b""),
            Error::<Test>::InvalidLicence
        );
    });
}

#[test]
fn contribute_should_fail_when_the_licence_is_not_utf8() {
    run(|| {
        let id = create();
        assert_noop!(
            contribute_with(id, 500, b"\xc3\x28", b""),
            Error::<Test>::InvalidLicence
        );
    });
}

#[test]
fn contribute_should_fail_when_the_uri_is_not_utf8() {
    run(|| {
        let id = create();
        assert_noop!(
            contribute_with(id, 500, b"MIT", b"\xc3\x28"),
            Error::<Test>::InvalidUri
        );
    });
}

#[test]
fn contribute_should_fail_when_too_many_are_pending() {
    run(|| {
        let id = create();
        for _ in 0..MaxPending::get() {
            contribute(&ALICE, id, 10);
        }
        assert_noop!(
            try_contribute(&BOB, id, 10, 99),
            Error::<Test>::TooManyPending
        );
    });
}

#[test]
fn contribute_should_fail_when_the_datanet_is_full() {
    run(|| {
        let id = create();
        for _ in 0..MaxContributions::get() {
            accepted(&ALICE, id, 10);
        }
        assert_noop!(
            try_contribute(&BOB, id, 10, 99),
            Error::<Test>::TooManyContributions
        );
    });
}

#[test]
fn contribute_should_fail_when_the_contributor_cannot_pay_the_deposit() {
    run(|| {
        let id = create();
        assert_noop!(
            try_contribute(&account(ACCOUNTS), id, 10, 0),
            TokenError::FundsUnavailable
        );
    });
}

#[test]
fn contribute_should_fail_when_the_ids_have_run_out() {
    run(|| {
        let id = create();
        NextContributionId::<Test>::put(ContributionId(u64::MAX));
        assert_noop!(
            try_contribute(&ALICE, id, 10, 0),
            Error::<Test>::IdsExhausted
        );
    });
}

#[test]
fn contribute_should_refuse_the_root() {
    run(|| {
        let id = create();
        assert_noop!(
            Datanets::contribute(
                RuntimeOrigin::root(),
                id,
                rows_root(0),
                10,
                500,
                content(0),
                text(b"MIT"),
                text(b"")
            ),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn a_licence_over_its_bound_should_not_decode() {
    let call = crate::Call::<Test>::contribute {
        datanet: DatanetId(0),
        rows_root: rows_root(0),
        rows: 10,
        bytes: 500,
        content: content(0),
        licence: text(b"MIT"),
        uri: text(b""),
    };
    let encoded = codec::Encode::encode(&call);
    assert!(crate::Call::<Test>::decode(&mut &encoded[..]).is_ok());
    // The licence stands before the empty URI: one length byte and three letters.
    let mut oversized = encoded[..encoded.len() - 5].to_vec();
    codec::Encode::encode_to(&vec![b'x'; 33], &mut oversized);
    oversized.push(0);
    assert!(crate::Call::<Test>::decode(&mut &oversized[..]).is_err());
}
