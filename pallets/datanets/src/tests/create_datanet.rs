// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{DatanetId, Ppm};
use polkadot_sdk::*;
use sp_runtime::TokenError;

use super::mock::*;
use crate::{Error, Event, HoldReason, NextDatanetId, Policy};

fn create_with(policy: Policy) -> sp_runtime::DispatchResult {
    Datanets::create_datanet(RuntimeOrigin::signed(OWNER), text(b"law"), policy)
}

#[test]
fn create_datanet_should_make_the_caller_its_owner() {
    run(|| {
        assert_ok!(create_with(policy()));
        let record = datanet(DatanetId(0));
        assert_eq!(record.owner, OWNER);
        assert_eq!(record.name.as_slice(), b"law");
        assert_eq!(record.policy, policy());
        assert_eq!(record.created_at, 1);
        assert_eq!(
            (
                record.pending,
                record.accepted,
                record.rejected,
                record.versions
            ),
            (0, 0, 0, 0)
        );
    });
}

#[test]
fn create_datanet_should_hold_the_deposit() {
    run(|| {
        assert_ok!(create_with(policy()));
        assert_eq!(held(HoldReason::Datanet, &OWNER), DatanetDeposit::get());
        assert_eq!(
            Balances::free_balance(&OWNER),
            FUNDS - DatanetDeposit::get()
        );
    });
}

#[test]
fn create_datanet_should_emit_an_event() {
    run(|| {
        assert_ok!(create_with(policy()));
        assert_eq!(
            last_event(),
            Event::DatanetCreated {
                datanet: DatanetId(0),
                owner: OWNER
            }
        );
    });
}

#[test]
fn create_datanet_should_count_ids_up() {
    run(|| {
        assert_eq!(create(), DatanetId(0));
        assert_eq!(create(), DatanetId(1));
    });
}

#[test]
fn create_datanet_should_fail_when_the_owner_cannot_pay_the_deposit() {
    run(|| {
        assert_noop!(
            Datanets::create_datanet(
                RuntimeOrigin::signed(account(ACCOUNTS)),
                text(b"law"),
                policy()
            ),
            TokenError::FundsUnavailable
        );
    });
}

#[test]
fn create_datanet_should_fail_when_the_name_is_empty() {
    run(|| {
        assert_noop!(
            Datanets::create_datanet(RuntimeOrigin::signed(OWNER), text(b""), policy()),
            Error::<Test>::InvalidName
        );
    });
}

#[test]
fn create_datanet_should_fail_when_the_name_is_not_utf8() {
    run(|| {
        assert_noop!(
            Datanets::create_datanet(RuntimeOrigin::signed(OWNER), text(b"\xff\xfe"), policy()),
            Error::<Test>::InvalidName
        );
    });
}

#[test]
fn create_datanet_should_fail_when_no_row_is_the_minimum() {
    run(|| {
        assert_noop!(
            create_with(Policy {
                min_rows: 0,
                ..policy()
            }),
            Error::<Test>::InvalidRowRange
        );
    });
}

#[test]
fn create_datanet_should_fail_when_the_row_range_is_empty() {
    run(|| {
        assert_noop!(
            create_with(Policy {
                min_rows: 11,
                max_rows: 10,
                ..policy()
            }),
            Error::<Test>::InvalidRowRange
        );
    });
}

#[test]
fn create_datanet_should_fail_when_no_byte_is_allowed() {
    run(|| {
        assert_noop!(
            create_with(Policy {
                max_bytes: 0,
                ..policy()
            }),
            Error::<Test>::ZeroMaxBytes
        );
    });
}

#[test]
fn create_datanet_should_fail_when_the_similarity_is_above_the_whole() {
    run(|| {
        assert_noop!(
            create_with(Policy {
                similarity: Ppm(1_000_001),
                ..policy()
            }),
            Error::<Test>::InvalidSimilarity
        );
    });
}

#[test]
fn create_datanet_should_fail_when_the_ids_have_run_out() {
    run(|| {
        NextDatanetId::<Test>::put(DatanetId(u32::MAX));
        assert_noop!(create_with(policy()), Error::<Test>::IdsExhausted);
    });
}

#[test]
fn create_datanet_should_refuse_the_root() {
    run(|| {
        assert_noop!(
            Datanets::create_datanet(RuntimeOrigin::root(), text(b"law"), policy()),
            sp_runtime::DispatchError::BadOrigin
        );
    });
}
