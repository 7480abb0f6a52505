// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{
    attribution::NUMBER,
    frame::{to_bytes32, to_u256},
};
use openledger_primitives::{AccountId, JobRef};
use pallet_revive::precompiles::alloy::primitives::{B256, U256};
use polkadot_sdk::*;

fn credits(account: &AccountId) -> U256 {
    let account = sol(address(account));
    done(&person(1), NUMBER, &IAttribution::creditsOfCall { account })
}

#[test]
fn credits_of_should_be_what_settlements_brought() {
    run(|| {
        settle(adapter());
        // 60 % of 700 planck to the contributors, 30 and 70 % of it.
        assert_eq!(credits(&person(2)), to_u256(126));
        assert_eq!(credits(&native()), to_u256(294));
        assert_eq!(credits(&person(3)), to_u256(105));
        assert_eq!(credits(&person(1)), to_u256(0));
    });
}

#[test]
fn credits_of_account_should_take_an_account_in_full() {
    run(|| {
        settle(adapter());
        let call = IAttribution::creditsOfAccountCall {
            account: to_bytes32(&native()),
        };
        assert_eq!(done(&person(1), NUMBER, &call), to_u256(294));
    });
}

#[test]
fn claim_should_pay_the_caller() {
    run(|| {
        settle(adapter());
        let paid = done(&person(2), NUMBER, &IAttribution::claimCall {});
        assert_eq!(paid, to_u256(126));
        assert_eq!(Balances::free_balance(person(2)), FUNDS + 126);
        assert_eq!(credits(&person(2)), to_u256(0));
    });
}

#[test]
fn claim_should_fail_when_there_is_nothing() {
    run(|| {
        let reason = refusal(&person(2), NUMBER, &IAttribution::claimCall {});
        assert_eq!(reason, "revert: Attribution.NothingToClaim");
    });
}

#[test]
fn claim_for_should_pay_who_earned() {
    run(|| {
        settle(adapter());
        let call = IAttribution::claimForCall {
            account: sol(address(&native())),
        };
        assert_eq!(done(&person(1), NUMBER, &call), to_u256(294));
        assert_eq!(Balances::free_balance(native()), FUNDS + 294);
    });
}

#[test]
fn has_ended_should_become_true_by_the_settlement() {
    run(|| {
        let receipt = receipt(adapter());
        let JobRef::Escrowed(job) = receipt.receipt.job else {
            panic!("escrowed");
        };
        let call = IAttribution::hasEndedCall { job: job.0 };
        assert!(!done(&person(1), NUMBER, &call));
        let origin = RuntimeOrigin::signed(native());
        frame_support::assert_ok!(Attribution::submit_receipt(origin, Box::new(receipt)));
        assert!(done(&person(1), NUMBER, &call));
    });
}

#[test]
fn receipt_should_say_what_was_settled() {
    run(|| {
        let job = settle(adapter());
        let receipt = done(&person(1), NUMBER, &IAttribution::receiptCall { job });
        assert_eq!(receipt.consumer, sol(person_address(4)));
        assert_eq!(receipt.worker, sol(address(&worker())));
        assert_eq!((receipt.adapter, receipt.units), (0, 100));
        assert_eq!(receipt.fee, to_u256(700));
        assert_eq!(receipt.outputHash, B256::from([21; 32]));
        assert_eq!(receipt.evidence, B256::from([22; 32]));
        assert_eq!(receipt.settledAt, 1);
    });
}

#[test]
fn receipt_should_fail_before_the_settlement() {
    run(|| {
        let reason = refusal(&person(1), NUMBER, &IAttribution::receiptCall { job: 0 });
        assert_eq!(reason, "revert: Attribution.UnknownReceipt");
    });
}

#[test]
fn channel_receipt_should_fail_where_there_is_none() {
    run(|| {
        settle(adapter());
        let call = IAttribution::channelReceiptCall {
            channel: 0,
            sequence: 0,
        };
        let reason = refusal(&person(1), NUMBER, &call);
        assert_eq!(reason, "revert: Attribution.UnknownReceipt");
    });
}

#[test]
fn influence_of_job_should_name_contributors_with_their_shares() {
    run(|| {
        let job = settle(adapter());
        let call = IAttribution::influenceOfJobCall { job };
        let influence = done(&person(1), NUMBER, &call);
        let shares: Vec<_> = influence
            .iter()
            .map(|entry| (entry.contribution, entry.contributor, entry.share))
            .collect();
        let expected = [
            (0, sol(person_address(2)), 300_000),
            (1, sol(address(&native())), 700_000),
        ];
        assert_eq!(shares, expected);
        assert_eq!(influence[1].contributorAccount, to_bytes32(&native()));
    });
}

#[test]
fn influence_of_model_should_sum_over_settlements() {
    run(|| {
        let adapter = adapter();
        settle(adapter);
        settle(adapter);
        let call = IAttribution::influenceOfModelCall {
            adapterId: adapter,
            start: 1,
            count: 5,
        };
        let page = done(&person(1), NUMBER, &call);
        assert_eq!(page.len(), 1);
        assert_eq!(page[0].contribution, 1);
        assert_eq!(page[0].totals.receipts, 2);
        assert_eq!(page[0].totals.share, U256::from(1_400_000));
        assert_eq!(page[0].totals.earned, to_u256(588));
    });
}

#[test]
fn influence_of_should_be_zero_for_what_no_answer_named() {
    run(|| {
        let call = IAttribution::influenceOfCall {
            adapterId: adapter(),
            contributionId: 0,
        };
        let totals = done(&person(1), NUMBER, &call);
        assert_eq!((totals.receipts, totals.earned), (0, U256::ZERO));
    });
}

#[test]
fn totals_of_should_count_all_adapters() {
    run(|| {
        settle(adapter());
        let call = IAttribution::totalsOfCall { contributionId: 0 };
        let totals = done(&person(1), NUMBER, &call);
        assert_eq!((totals.receipts, totals.earned), (1, to_u256(126)));
    });
}

#[test]
fn fee_split_should_sum_to_the_whole() {
    run(|| {
        let split = done(&person(1), NUMBER, &IAttribution::feeSplitCall {});
        assert_eq!(split.contributors, 600_000);
        let rest = split.developer + split.worker + split.stakers + split.treasury;
        assert_eq!(split.contributors + rest, 1_000_000);
    });
}
