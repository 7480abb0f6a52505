// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the attribution pallet calls, for requests of a channel.

use super::mock::*;
use crate::{Channels, Error, Event, HoldReason};
use openledger_primitives::{
    traits::{AdapterTerms, Escrow, JobTerms},
    AdapterId, ChannelId, JobRef, SignedVoucher, Voucher, H256,
};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::Pair,
    sp_runtime::{DispatchError, DispatchResult, MultiSignature},
};

fn terms(
    channel: ChannelId,
    sequence: u32,
    voucher: &SignedVoucher,
) -> Result<JobTerms, DispatchError> {
    Inference::terms(
        &JobRef::Channel { channel, sequence },
        Some(voucher),
        &worker(),
    )
}

fn settle(channel: ChannelId, sequence: u32, cumulative: u128, fee: u128) -> DispatchResult {
    let voucher = sign(voucher(channel, sequence, cumulative));
    Inference::settle(
        &JobRef::Channel { channel, sequence },
        Some(&voucher),
        &worker(),
        fee,
    )
}

/// A channel with 1,000 planck.
fn opened() -> ChannelId {
    register();
    channel(1_000)
}

#[test]
fn terms_should_be_those_of_the_voucher() {
    run(|| {
        let channel = opened();
        let expected = JobTerms {
            consumer: consumer(),
            adapter: ADAPTER,
            input_hash: H256([7; 32]),
            unit_price: PRICE,
            max_fee: 100,
            min_fee: MIN_FEE,
            delivered: false,
        };
        assert_eq!(
            terms(channel, 3, &sign(voucher(channel, 3, 100))),
            Ok(expected)
        );
    });
}

#[test]
fn terms_should_accept_a_signature_over_the_payload_as_wallets_wrap_it() {
    run(|| {
        let channel = opened();
        let voucher = voucher(channel, 0, 100);
        let message = [&b"<Bytes>"[..], &voucher.payload(), b"</Bytes>"].concat();
        let signature = MultiSignature::Sr25519(consumer_key().sign(&message));
        assert_ok!(terms(channel, 0, &SignedVoucher { voucher, signature }));
    });
}

#[test]
fn terms_should_be_bounded_by_the_deposit() {
    run(|| {
        let channel = opened();
        let terms = terms(channel, 0, &sign(voucher(channel, 0, 5_000))).expect("valid");
        assert_eq!(terms.max_fee, 1_000);
    });
}

#[test]
fn terms_should_subtract_what_was_spent() {
    run(|| {
        let channel = opened();
        assert_ok!(settle(channel, 0, 100, 60));
        let terms = terms(channel, 1, &sign(voucher(channel, 1, 150))).expect("valid");
        assert_eq!(terms.max_fee, 90);
    });
}

#[test]
fn terms_should_count_the_highest_voucher_seen() {
    run(|| {
        let channel = opened();
        assert_ok!(settle(channel, 1, 500, 60));
        let terms = terms(channel, 0, &sign(voucher(channel, 0, 100))).expect("valid");
        assert_eq!(terms.max_fee, 440);
    });
}

#[test]
fn terms_should_fail_without_a_voucher() {
    run(|| {
        let job = JobRef::Channel {
            channel: opened(),
            sequence: 0,
        };
        assert_noop!(
            Inference::terms(&job, None, &worker()),
            Error::<Test>::VoucherMissing
        );
    });
}

#[test]
fn terms_should_fail_for_an_unknown_channel() {
    run(|| {
        let unknown = ChannelId(7);
        let terms = terms(unknown, 0, &sign(voucher(unknown, 0, 100)));
        assert_noop!(terms, Error::<Test>::UnknownChannel);
    });
}

#[test]
fn terms_should_fail_with_a_voucher_for_another_chain() {
    run(|| {
        let channel = opened();
        let voucher = sign(Voucher {
            genesis: H256([1; 32]),
            ..voucher(channel, 0, 100)
        });
        assert_noop!(
            terms(channel, 0, &voucher),
            Error::<Test>::VoucherForAnotherChain
        );
    });
}

#[test]
fn terms_should_fail_with_a_voucher_for_another_request() {
    run(|| {
        let channel = opened();
        let voucher = sign(voucher(channel, 1, 100));
        assert_noop!(
            terms(channel, 0, &voucher),
            Error::<Test>::VoucherForAnotherRequest
        );
    });
}

#[test]
fn terms_should_fail_with_a_voucher_for_another_channel() {
    run(|| {
        let first = opened();
        let second = channel(500);
        let voucher = sign(voucher(second, 0, 100));
        assert_noop!(
            terms(first, 0, &voucher),
            Error::<Test>::VoucherForAnotherRequest
        );
    });
}

#[test]
fn terms_should_fail_when_another_key_signed() {
    run(|| {
        let channel = opened();
        let voucher = sign_by(&other_key(), voucher(channel, 0, 100));
        assert_noop!(
            terms(channel, 0, &voucher),
            Error::<Test>::BadVoucherSignature
        );
    });
}

#[test]
fn terms_should_fail_when_a_signed_voucher_was_changed() {
    run(|| {
        let channel = opened();
        let mut voucher = sign(voucher(channel, 0, 100));
        voucher.voucher.cumulative = 1_000;
        assert_noop!(
            terms(channel, 0, &voucher),
            Error::<Test>::BadVoucherSignature
        );
    });
}

#[test]
fn terms_should_fail_for_another_worker() {
    run(|| {
        let channel = opened();
        let job = JobRef::Channel {
            channel,
            sequence: 0,
        };
        let terms = Inference::terms(&job, Some(&sign(voucher(channel, 0, 100))), &other());
        assert_noop!(terms, Error::<Test>::WrongWorker);
    });
}

#[test]
fn terms_should_fail_for_a_settled_request() {
    run(|| {
        let channel = opened();
        assert_ok!(settle(channel, 0, 100, 60));
        let terms = terms(channel, 0, &sign(voucher(channel, 0, 900)));
        assert_noop!(terms, Error::<Test>::AlreadySettled);
    });
}

#[test]
fn terms_should_fail_beyond_the_last_request() {
    run(|| {
        let channel = opened();
        let terms = terms(
            channel,
            MAX_REQUESTS,
            &sign(voucher(channel, MAX_REQUESTS, 100)),
        );
        assert_noop!(terms, Error::<Test>::SequenceTooHigh);
    });
}

#[test]
fn terms_should_fail_for_an_unknown_adapter() {
    run(|| {
        let channel = opened();
        let voucher = sign(Voucher {
            adapter: AdapterId(9),
            ..voucher(channel, 0, 100)
        });
        assert_noop!(terms(channel, 0, &voucher), Error::<Test>::UnknownAdapter);
    });
}

#[test]
fn terms_should_fail_below_the_adapters_price() {
    run(|| {
        let channel = opened();
        let voucher = sign(Voucher {
            unit_price: PRICE - 1,
            ..voucher(channel, 0, 100)
        });
        assert_noop!(terms(channel, 0, &voucher), Error::<Test>::PriceTooLow);
    });
}

#[test]
fn terms_should_accept_the_price_before_a_change_during_its_notice() {
    run(|| {
        let channel = opened();
        let raised = AdapterTerms {
            lowest_unit_price: PRICE,
            ..adapter_terms(PRICE * 2, true)
        };
        set_adapter(ADAPTER, raised);
        assert_ok!(terms(channel, 0, &sign(voucher(channel, 0, 100))));
    });
}

#[test]
fn terms_should_accept_an_adapter_that_was_retired_meanwhile() {
    run(|| {
        let channel = opened();
        set_adapter(ADAPTER, adapter_terms(PRICE, false));
        assert_ok!(terms(channel, 0, &sign(voucher(channel, 0, 100))));
    });
}

#[test]
fn terms_should_fail_when_the_signed_amount_is_used_up() {
    run(|| {
        let channel = opened();
        assert_ok!(settle(channel, 0, 100, 100));
        let terms = terms(channel, 1, &sign(voucher(channel, 1, 100)));
        assert_noop!(terms, Error::<Test>::VoucherExhausted);
    });
}

#[test]
fn terms_should_fail_when_the_deposit_is_used_up() {
    run(|| {
        let channel = opened();
        assert_ok!(settle(channel, 0, 1_000, 1_000));
        let terms = terms(channel, 1, &sign(voucher(channel, 1, 2_000)));
        assert_noop!(terms, Error::<Test>::ChannelExhausted);
    });
}

#[test]
fn settle_should_release_the_fee() {
    run(|| {
        let channel = opened();
        let free = Balances::free_balance(consumer());
        assert_ok!(settle(channel, 0, 100, 60));
        assert_eq!(Balances::free_balance(consumer()), free + 60);
        assert_eq!(held(HoldReason::ChannelDeposit, &consumer()), 940);
    });
}

#[test]
fn settle_should_emit_an_event() {
    run(|| {
        let channel = opened();
        assert_ok!(settle(channel, 4, 100, 60));
        let expected = Event::ChannelRequestSettled {
            channel,
            sequence: 4,
            fee: 60,
            spent: 60,
        };
        assert_eq!(events().last(), Some(&expected));
    });
}

#[test]
fn settle_should_fail_the_second_time() {
    run(|| {
        let channel = opened();
        assert_ok!(settle(channel, 0, 100, 60));
        assert_noop!(settle(channel, 0, 900, 60), Error::<Test>::AlreadySettled);
    });
}

#[test]
fn settle_should_fail_above_the_signed_amount() {
    run(|| {
        let channel = opened();
        assert_noop!(
            settle(channel, 0, 100, 101),
            Error::<Test>::VoucherExhausted
        );
    });
}

#[test]
fn settle_should_fail_above_the_deposit() {
    run(|| {
        let channel = opened();
        assert_noop!(
            settle(channel, 0, 5_000, 1_001),
            Error::<Test>::ChannelExhausted
        );
    });
}

#[test]
fn settle_should_take_requests_in_any_order() {
    run(|| {
        let channel = opened();
        // In order of their numbers the three vouchers allow 60, then 120, then 180 in all.
        for (sequence, cumulative) in [(2, 180), (0, 60), (1, 120)] {
            assert_ok!(settle(channel, sequence, cumulative, 60));
        }
        assert_eq!(spent(channel), 180);
    });
}

#[test]
fn settle_should_remember_the_highest_signed_amount() {
    run(|| {
        let channel = opened();
        assert_ok!(settle(channel, 1, 120, 60));
        assert_ok!(settle(channel, 0, 60, 60));
        let record = Channels::<Test>::get(channel).expect("open");
        assert_eq!(record.highest_cumulative, 120);
    });
}

#[test]
fn settle_should_reach_the_last_request() {
    run(|| {
        let channel = opened();
        assert_ok!(settle(channel, MAX_REQUESTS - 1, 100, 60));
        let job = JobRef::Channel {
            channel,
            sequence: MAX_REQUESTS - 1,
        };
        assert!(Inference::is_ended(&job));
    });
}
