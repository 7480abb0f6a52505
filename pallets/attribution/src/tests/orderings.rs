// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Any order, duplication or loss of submissions of the same receipts leads to the same credits.

use super::mock::*;
use crate::{Totals, TotalsStore};
use openledger_primitives::{AccountId, Balance, ChannelId, SignedReceipt};
use pallet_inference::Channels;
use polkadot_sdk::{frame_support::assert_ok, frame_system};
use proptest::prelude::*;
use std::collections::BTreeMap;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn submissions_should_lead_to_the_same_credits_in_any_order(
        work in work(),
        first in schedule(),
        second in schedule(),
    ) {
        prop_assert_eq!(outcome(&work, &first), outcome(&work, &second));
    }

    #[test]
    fn lost_submissions_should_only_delay_credits(
        work in work(),
        lost in proptest::collection::vec(any::<bool>(), 24),
        order in schedule(),
    ) {
        let complete = outcome(&work, &order);
        let delayed = new_test_ext().execute_with(|| {
            let receipts = prepare(&work);
            let arrives = |(place, _): &(usize, &SignedReceipt)| !lost[place % lost.len()];
            for (_, receipt) in receipts.iter().enumerate().filter(arrives) {
                assert_ok!(submit(receipt.clone()));
            }
            go_to(3);
            deliver(&receipts, &order);
            state()
        });
        prop_assert_eq!(complete, delayed);
    }
}

/// A set of answers: the units of escrowed jobs, and of a channel's requests in sequence.
#[derive(Clone, Debug)]
struct Work {
    jobs: Vec<u32>,
    requests: Vec<u32>,
}

fn work() -> impl Strategy<Value = Work> {
    // Each pays for a vector of three entries.
    let units = || proptest::collection::vec(4u32..300, 0..8);
    (units(), units()).prop_map(|(jobs, requests)| Work { jobs, requests })
}

/// In which order, in what batches and how often receipts arrive: places, each with the size of the
/// batch that begins there; whatever is left comes at the end.
type Schedule = Vec<(usize, usize)>;

fn schedule() -> impl Strategy<Value = Schedule> {
    proptest::collection::vec((0usize..24, 0usize..5), 0..24)
}

/// Opens the jobs and the channel, and has the worker answer. The vouchers are those of an honest
/// consumer: each covers what all requests up to it cost.
fn prepare(work: &Work) -> Vec<SignedReceipt> {
    let mut receipts: Vec<SignedReceipt> = work
        .jobs
        .iter()
        .map(|units| receipt(request(Balance::from(*units) * PRICE + 5), *units))
        .collect();
    let channel = channel(50_000);
    let mut cumulative = 0;
    for (sequence, units) in (0u32..).zip(&work.requests) {
        cumulative += Balance::from(*units) * PRICE;
        let voucher = voucher(channel, sequence, cumulative);
        receipts.push(channel_receipt(voucher, *units));
    }
    receipts
}

/// Submits receipts by `schedule`, alone (batch size 0) or in batches, then all of them once more in
/// order, so that each arrives at least once.
fn deliver(receipts: &[SignedReceipt], schedule: &Schedule) {
    let at = |place: usize| receipts.get(place % receipts.len().max(1)).cloned();
    for (place, size) in schedule {
        if *size == 0 {
            // A duplicate fails, which is what is being tested: it must change nothing.
            let _ = at(*place).map(submit);
        } else {
            let batch = (*place..place + size.min(&4)).filter_map(at).collect();
            assert_ok!(submit_batch(batch));
        }
    }
    for receipt in receipts {
        let _ = submit(receipt.clone());
    }
}

/// Where the money is in the end.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// Free, held and credited, planck.
    accounts: BTreeMap<AccountId, [Balance; 3]>,
    /// What each channel has spent, planck.
    channels: BTreeMap<ChannelId, Balance>,
    totals: Totals,
}

fn state() -> Outcome {
    assert_ok!(Attribution::do_try_state());
    assert_ok!(Inference::do_try_state());
    let owns = |account: AccountId| {
        let data = frame_system::Account::<Test>::get(&account).data;
        (
            account.clone(),
            [data.free, data.reserved, credits(account)],
        )
    };
    Outcome {
        accounts: accounts().into_iter().map(owns).collect(),
        channels: Channels::<Test>::iter()
            .map(|(id, channel)| (id, channel.spent))
            .collect(),
        totals: TotalsStore::<Test>::get(),
    }
}

fn outcome(work: &Work, schedule: &Schedule) -> Outcome {
    new_test_ext().execute_with(|| {
        let receipts = prepare(work);
        deliver(&receipts, schedule);
        let outcome = state();
        let settled = u64::try_from(receipts.len()).expect("few");
        assert_eq!(
            outcome.totals.receipts, settled,
            "every receipt settles once"
        );
        outcome
    })
}
