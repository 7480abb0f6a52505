// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IInference` without callbacks.

use frame_support::assert_ok;
use openledger_primitives::{content_hash, AdapterId, JobId};
use pallet_inference::{HoldReason, Jobs, NextJob};
use pallet_precompiles::inference::{sol::IInference, ADDRESS};

use super::*;

/// A question of at most one OPEN.
fn question(adapter: AdapterId) -> IInference::requestCall {
    IInference::requestCall {
        adapter: adapter.0,
        input: b"a writ of right".into(),
        maxFee: amount(OPEN),
    }
}

/// What is on hold for open jobs.
fn escrow(who: &AccountId) -> Balance {
    use frame_support::traits::fungible::InspectHold;
    Balances::balance_on_hold(&HoldReason::JobEscrow.into(), who)
}

/// Alith asks.
fn ask(adapter: AdapterId) -> JobId {
    let job = NextJob::<Runtime>::get();
    done(ADDRESS, 0, &question(adapter));
    job
}

#[test]
fn a_key_should_be_able_to_ask() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let job = ask(adapter);
        let opened = Jobs::<Runtime>::get(job).expect("it is open");
        assert_eq!(opened.consumer, alith_account());
        assert!(!opened.delivered);
        assert_eq!(escrow(&alith_account()), OPEN);
    });
}

#[test]
fn request_should_return_the_job() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        ask(adapter);
        assert_eq!(view(ADDRESS, 0, &question(adapter)), Ok(1));
    });
}

#[test]
fn request_should_be_a_log_of_the_precompile() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let job = ask(adapter);
        let [log] = &logs::<IInference::InferenceRequested>(ADDRESS)[..] else {
            panic!("one request is one log");
        };
        assert_eq!((log.jobId, log.adapter), (job.0, adapter.0));
        assert_eq!(log.consumer, sol(alith().address()));
        assert_eq!(log.unitPrice, amount(UNIT_PRICE));
        assert_eq!(log.callbackGas, 0);
    });
}

#[test]
fn a_value_should_be_added_to_what_the_caller_has() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let prober = prober();
        let call = Prober::runCall {
            target: sol(ADDRESS),
            input: question(adapter).abi_encode().into(),
        };
        done(prober, 3 * OPEN, &call);
        let held = escrow(&account(prober));
        assert_eq!((held, balance(prober)), (OPEN, 2 * OPEN));
    });
}

#[test]
fn a_value_should_not_stay_with_the_precompile() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        done(ADDRESS, 3 * OPEN, &question(adapter));
        assert_eq!(balance(ADDRESS), 0);
    });
}

#[test]
fn a_contract_without_money_should_be_refused() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let prober = prober();
        let call = Prober::runCall {
            target: sol(ADDRESS),
            input: question(adapter).abi_encode().into(),
        };
        assert_eq!(refusal(prober, 0, &call), "Inference.InsufficientFunds");
    });
}

#[test]
fn request_should_be_refused_where_nothing_may_change() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let refused = refusals_of_prober(prober(), ADDRESS, &question(adapter));
        assert_eq!(
            refused,
            ["Precompiles.StaticCall", "Precompiles.DelegateCall"]
        );
    });
}

#[test]
fn cancel_should_be_refused_where_nothing_may_change() {
    on_development_chain(|| {
        let call = IInference::cancelCall { jobId: 0 };
        let refused = refusals_of_prober(prober(), ADDRESS, &call);
        assert_eq!(
            refused,
            ["Precompiles.StaticCall", "Precompiles.DelegateCall"]
        );
    });
}

#[test]
fn request_in_a_frame_that_reverts_should_leave_nothing() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let prober = prober();
        assert_ok!(Balances::transfer_keep_alive(
            signed(CONSUMER),
            account(prober).into(),
            5 * OPEN
        ));
        let call = Prober::attemptCall {
            target: sol(ADDRESS),
            input: question(adapter).abi_encode().into(),
        };
        done(prober, 0, &call);
        assert_eq!(NextJob::<Runtime>::get(), JobId(0));
        assert_eq!(escrow(&account(prober)), 0);
        assert_eq!(logs::<IInference::InferenceRequested>(ADDRESS).len(), 0);
    });
}

#[test]
fn request_should_be_charged_before_anything_is_done() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let prober = prober();
        let call = Prober::starveCall {
            target: sol(ADDRESS),
            input: question(adapter).abi_encode().into(),
            limit: U256::from(100),
        };
        assert_eq!(view(prober, 0, &call), Ok(false));
    });
}

#[test]
fn a_callback_to_a_key_should_be_refused() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let call = IInference::requestWithCallbackCall {
            adapter: adapter.0,
            input: b"a writ of right".into(),
            maxFee: amount(OPEN),
            callbackGas: 400_000,
        };
        assert_eq!(refusal(ADDRESS, 0, &call), "Precompiles.CallerIsNoContract");
    });
}

#[test]
fn a_pallets_error_should_be_told_by_name() {
    on_development_chain(|| {
        let call = question(AdapterId(9));
        assert_eq!(refusal(ADDRESS, 0, &call), "Inference.UnknownAdapter");
    });
}

#[test]
fn an_input_that_is_too_long_should_be_refused() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let call = IInference::requestCall {
            input: vec![b'a'; 4_097].into(),
            ..question(adapter)
        };
        assert_eq!(refusal(ADDRESS, 0, &call), "Inference.InputTooLong");
    });
}

#[test]
fn request_stored_should_ask_about_a_hash() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let hash = content_hash(b"a long text");
        let call = IInference::requestStoredCall {
            adapter: adapter.0,
            inputHash: hash.0.into(),
            maxFee: amount(OPEN),
        };
        done(ADDRESS, 0, &call);
        let opened = Jobs::<Runtime>::get(JobId(0)).expect("it is open");
        assert_eq!(opened.input_hash, hash);
    });
}

#[test]
fn cancel_should_release_the_escrow() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let job = ask(adapter);
        let deadline = Jobs::<Runtime>::get(job).expect("it is open").deadline;
        let call = IInference::cancelCall { jobId: job.0 };
        assert_eq!(refusal(ADDRESS, 0, &call), "Inference.DeadlineNotReached");
        System::set_block_number(deadline);
        done(ADDRESS, 0, &call);
        assert_eq!(escrow(&alith_account()), 0);
    });
}

#[test]
fn status_should_follow_the_job() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let status = |job: u64| view(ADDRESS, 0, &IInference::statusCall { jobId: job });
        assert_eq!(status(0), Ok(IInference::JobStatus::Unknown));
        let job = ask(adapter);
        assert_eq!(status(0), Ok(IInference::JobStatus::Open));
        let receipt = receipt(job, adapter, &[(contributions[0], 1_000_000)], 10);
        assert_ok!(Attribution::submit_receipt(
            signed(WORKER),
            Box::new(receipt)
        ));
        assert_eq!(status(0), Ok(IInference::JobStatus::Settled));
        let cancelled = ask(adapter);
        let deadline = Jobs::<Runtime>::get(cancelled).expect("open").deadline;
        System::set_block_number(deadline);
        done(ADDRESS, 0, &IInference::cancelCall { jobId: cancelled.0 });
        assert_eq!(status(cancelled.0), Ok(IInference::JobStatus::Ended));
    });
}

#[test]
fn job_should_show_an_open_job() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let id = ask(adapter);
        let job = view(ADDRESS, 0, &IInference::jobCall { jobId: id.0 }).expect("it is open");
        assert_eq!(job.consumer, sol(alith().address()));
        assert_eq!((job.adapter, job.maxFee), (adapter.0, amount(OPEN)));
        assert_eq!(job.inputHash.0, content_hash(b"a writ of right").0);
        assert!(!job.delivered);
    });
}

#[test]
fn job_should_refuse_what_is_not_open() {
    on_development_chain(|| {
        let call = IInference::jobCall { jobId: 3 };
        assert_eq!(refusal(ADDRESS, 0, &call), "Inference.UnknownOrEndedJob");
    });
}

#[test]
fn receipt_should_show_what_was_settled() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let job = ask(adapter);
        let signed_receipt = receipt(job, adapter, &[(contributions[0], 1_000_000)], 10);
        assert_ok!(Attribution::submit_receipt(
            signed(WORKER),
            Box::new(signed_receipt.clone())
        ));
        let call = IInference::receiptCall { jobId: job.0 };
        let receipt = view(ADDRESS, 0, &call).expect("it is settled");
        assert_eq!(receipt.receiptHash.0, signed_receipt.hash().0);
        assert_eq!(receipt.consumer, sol(alith().address()));
        assert_eq!(receipt.worker, sol(address(&WORKER.to_account_id())));
        assert_eq!((receipt.units, receipt.fee), (10, amount(10 * UNIT_PRICE)));
    });
}

#[test]
fn quote_should_be_the_price_times_the_units() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let quote = |units: u32| {
            let call = IInference::quoteCall {
                adapter: adapter.0,
                units,
            };
            view(ADDRESS, 0, &call)
        };
        assert_eq!(quote(12), Ok(amount(12 * UNIT_PRICE)));
        assert_eq!(quote(0), Ok(amount(UNIT_PRICE)));
    });
}

#[test]
fn unit_price_should_be_the_adapters() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let call = IInference::unitPriceCall { adapter: adapter.0 };
        let answer = view(ADDRESS, 0, &call).expect("the adapter is known");
        assert_eq!((answer.price, answer.servable), (amount(UNIT_PRICE), true));
    });
}

#[test]
fn a_view_should_be_had_by_a_static_call() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let prober = prober();
        let call = Prober::lookCall {
            target: sol(ADDRESS),
            input: IInference::unitPriceCall { adapter: adapter.0 }
                .abi_encode()
                .into(),
        };
        assert!(view(prober, 0, &call).is_ok());
    });
}
