// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A contract asks a model and is answered: request, receipt, callback.

use frame_support::{assert_ok, traits::Hooks, weights::Weight};
use openledger_primitives::{content_hash, AdapterId, ContributionId, JobId, SignedReceipt, H256};
use pallet_precompiles::{
    inference::{
        sol::IInference::{CallbackMade, InferenceAnswered, InferenceRefunded},
        ADDRESS,
    },
    CallbackQueueEnds, Callbacks, HoldReason,
};
use sp_core::Pair;

use super::*;
use crate::configs::{precompiles::MaxCallbackWeight, StakersPot, TreasuryAccount};

pallet_revive::precompiles::alloy::sol!("../pallets/precompiles/src/tests/fixtures/Asker.sol");

/// What the contract asks.
const QUESTION: &[u8] = b"a writ of right";

/// What it is answered.
const ANSWER: &[u8] = br#"{"label":"law","probabilities_ppm":[900000,100000]}"#;

/// The gas of a callback that keeps an answer.
const GAS: u64 = 400_000;

/// What that costs on an idle chain, planck.
const PREPAID: Balance = GAS as Balance * GWEI;

/// A contract that asks, with an adapter to ask.
fn asker() -> (H160, AdapterId, [ContributionId; 2]) {
    let (adapter, contributions) = ready();
    let asker = deploy(include_str!(
        "../../../../pallets/precompiles/src/tests/fixtures/Asker.hex"
    ));
    (asker, adapter, contributions)
}

fn question(adapter: AdapterId) -> Asker::askCall {
    Asker::askCall {
        adapter: adapter.0,
        input: QUESTION.into(),
        maxFee: amount(OPEN),
        gasOfCallback: GAS,
    }
}

/// Asks for at most one OPEN, and gives the job.
#[track_caller]
fn ask(asker: H160, adapter: AdapterId) -> JobId {
    let job = pallet_inference::NextJob::<Runtime>::get();
    done(asker, OPEN + PREPAID, &question(adapter));
    job
}

/// The worker's receipt with the answer beside it.
fn answer(job: JobId, adapter: AdapterId, contribution: ContributionId) -> SignedReceipt {
    let mut signed = receipt(job, adapter, &[(contribution, 1_000_000)], 10);
    signed.receipt.output_hash = content_hash(ANSWER);
    signed.signature = receipt_key().sign(&signed.receipt.payload());
    signed.output = Some(ANSWER.to_vec().try_into().expect("it is short"));
    signed
}

/// Settles a job with [`ANSWER`]; returns the receipt's hash.
fn settle(job: JobId, adapter: AdapterId, contribution: ContributionId) -> H256 {
    let receipt = answer(job, adapter, contribution);
    let hash = receipt.hash();
    assert_ok!(Attribution::submit_receipt(
        signed(WORKER),
        Box::new(receipt)
    ));
    hash
}

/// Makes the callbacks that are due.
fn call_back() -> Weight {
    Precompiles::on_idle(System::block_number(), Weight::MAX)
}

/// Chooses what the contract does in the callback.
fn set_mood(asker: H160, next: Asker::Mood) {
    done(asker, 0, &Asker::setMoodCall { next });
}

/// The answer that the contract keeps.
fn kept(asker: H160, job: JobId) -> Vec<u8> {
    let call = Asker::answersCall(job.0);
    view(asker, 0, &call).expect("it can be read").to_vec()
}

fn held(asker: H160) -> Balance {
    use frame_support::traits::fungible::InspectHold;
    Balances::balance_on_hold(&HoldReason::Callback.into(), &account(asker))
}

#[test]
fn a_request_should_hold_the_prepayment() {
    on_development_chain(|| {
        let (asker, adapter, _) = asker();
        ask(asker, adapter);
        assert_eq!(held(asker), PREPAID);
    });
}

#[test]
fn a_settled_answer_should_wait_for_its_callback() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        settle(job, adapter, contributions[0]);
        assert_eq!(kept(asker, job), b"");
        assert_eq!(CallbackQueueEnds::<Runtime>::get(), (0, 1));
        assert_ok!(Precompiles::do_try_state());
    });
}

#[test]
fn a_contract_should_be_handed_the_answer() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        settle(job, adapter, contributions[0]);
        call_back();
        assert_eq!(kept(asker, job), ANSWER);
    });
}

#[test]
fn a_contract_should_be_handed_the_receipts_hash() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        let hash = settle(job, adapter, contributions[0]);
        call_back();
        let kept = view(asker, 0, &Asker::receiptsCall(job.0));
        assert_eq!(kept.map(|hash| hash.0), Ok(hash.0));
    });
}

#[test]
fn the_precompile_should_be_the_callbacks_sender() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        settle(job, adapter, contributions[0]);
        call_back();
        let caller = view(asker, 0, &Asker::calledByCall {});
        assert_eq!(caller, Ok(sol(ADDRESS)));
    });
}

#[test]
fn the_answer_should_be_a_log_of_the_precompile() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        let hash = settle(job, adapter, contributions[0]);
        let [log] = &logs::<InferenceAnswered>(ADDRESS)[..] else {
            panic!("one answer is one log");
        };
        assert_eq!((log.jobId, log.consumer), (job.0, sol(asker)));
        assert_eq!(
            (&log.output[..], log.receiptHash.0),
            (ANSWER, hash.0),
            "the log has the answer"
        );
    });
}

#[test]
fn what_the_contract_emits_in_the_callback_should_be_its_log() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        settle(job, adapter, contributions[0]);
        call_back();
        let [log] = &logs::<Asker::Kept>(asker)[..] else {
            panic!("the contract emits one log");
        };
        assert_eq!(log.jobId, job.0);
    });
}

#[test]
fn a_callback_should_be_made_once() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        settle(job, adapter, contributions[0]);
        call_back();
        call_back();
        assert_eq!(logs::<CallbackMade>(ADDRESS).len(), 1);
        assert_eq!(Callbacks::<Runtime>::count(), 0);
        assert_ok!(Precompiles::do_try_state());
    });
}

#[test]
fn what_a_callback_does_not_use_should_return() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        settle(job, adapter, contributions[0]);
        let before = Balances::free_balance(account(asker));
        call_back();
        let [log] = &logs::<CallbackMade>(ADDRESS)[..] else {
            panic!("one callback is one log");
        };
        assert!(log.success && log.reason.is_empty());
        assert_eq!(log.paid + log.returned, amount(PREPAID));
        assert!(log.paid > U256::ZERO);
        let free = Balances::free_balance(account(asker));
        assert_eq!(log.returned, amount(free - before));
        assert_eq!(held(asker), 0);
    });
}

#[test]
fn nothing_of_a_callbacks_money_should_stay_with_the_precompile() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        settle(job, adapter, contributions[0]);
        let own = Precompiles::callback_account();
        let before = Balances::free_balance(&own);
        call_back();
        assert_eq!(Balances::free_balance(&own), before);
    });
}

#[test]
fn a_callbacks_computation_should_be_paid_like_a_transaction() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        set_mood(asker, Asker::Mood::Reverts);
        settle(job, adapter, contributions[0]);
        let pots = [StakersPot::get(), TreasuryAccount::get()];
        let sum = || -> Balance { pots.iter().map(Balances::free_balance).sum() };
        let before = sum();
        call_back();
        let [log] = &logs::<CallbackMade>(ADDRESS)[..] else {
            panic!("one callback is one log");
        };
        // It is rolled back, so that no deposit is among what it paid.
        assert_eq!(log.paid, amount(sum() - before));
    });
}

#[test]
fn a_callback_that_reverts_should_change_nothing() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        set_mood(asker, Asker::Mood::Reverts);
        settle(job, adapter, contributions[0]);
        call_back();
        let [log] = &logs::<CallbackMade>(ADDRESS)[..] else {
            panic!("one callback is one log");
        };
        assert!(!log.success);
        let revert = Asker::NotInTheMood { jobId: job.0 };
        use pallet_revive::precompiles::alloy::sol_types::SolError;
        assert_eq!(log.reason.to_vec(), revert.abi_encode());
        assert_eq!(
            view(asker, 0, &Asker::calledByCall {}),
            Ok(Default::default())
        );
        assert!(Attribution::ended(vec![openledger_primitives::JobRef::Escrowed(job)])[0]);
    });
}

#[test]
fn a_callback_that_runs_out_of_gas_should_stay_within_its_weight() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        set_mood(asker, Asker::Mood::RunsOutOfGas);
        settle(job, adapter, contributions[0]);
        let used = call_back();
        let [log] = &logs::<CallbackMade>(ADDRESS)[..] else {
            panic!("one callback is one log");
        };
        assert!(!log.success);
        assert!(log.paid <= amount(PREPAID) && log.paid > amount(PREPAID) / U256::from(2));
        let most = MaxCallbackWeight::get().saturating_mul(2);
        assert!(used.all_lte(most), "{used:?} of {most:?}");
    });
}

#[test]
fn a_callback_should_not_be_begun_without_the_weight_for_it() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        settle(job, adapter, contributions[0]);
        let used = Precompiles::on_idle(System::block_number(), MaxCallbackWeight::get());
        assert!(used.all_lte(MaxCallbackWeight::get()));
        assert_eq!(kept(asker, job), b"");
        call_back();
        assert_eq!(kept(asker, job), ANSWER);
    });
}

#[test]
fn a_callback_should_be_able_to_ask_again() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let first = ask(asker, adapter);
        let more = 2 * OPEN;
        assert_ok!(Balances::transfer_keep_alive(
            signed(CONSUMER),
            account(asker).into(),
            more
        ));
        set_mood(asker, Asker::Mood::AsksAgain);
        settle(first, adapter, contributions[0]);
        call_back();
        let [log] = &logs::<CallbackMade>(ADDRESS)[..] else {
            panic!("one callback is one log");
        };
        assert!(log.success, "{:?}", String::from_utf8_lossy(&log.reason));
        let second = view(asker, 0, &Asker::askedCall {});
        assert_eq!(second, Ok(first.0 + 1));
        assert!(Callbacks::<Runtime>::contains_key(JobId(first.0 + 1)));
        assert_ok!(Precompiles::do_try_state());
    });
}

#[test]
fn a_cancelled_job_should_be_told() {
    on_development_chain(|| {
        let (asker, adapter, _) = asker();
        let job = ask(asker, adapter);
        let opened = Inference::job_view(job).expect("it is open");
        System::set_block_number(opened.deadline);
        done(asker, 0, &Asker::cancelCall { jobId: job.0 });
        assert_eq!(logs::<InferenceRefunded>(ADDRESS).len(), 1);
        call_back();
        assert_eq!(view(asker, 0, &Asker::refundedCall(job.0)), Ok(true));
    });
}

#[test]
fn a_refunded_job_should_be_told() {
    on_development_chain(|| {
        let (asker, adapter, _) = asker();
        let job = ask(asker, adapter);
        let deadline = Inference::job_view(job).expect("it is open").deadline;
        let refund = deadline + 10 * MINUTES;
        System::set_block_number(refund);
        Inference::on_idle(refund, Weight::MAX);
        assert_eq!(Inference::job_view(job), None);
        call_back();
        assert_eq!(view(asker, 0, &Asker::refundedCall(job.0)), Ok(true));
    });
}

#[test]
fn a_refund_should_return_the_escrow_with_the_rest_of_the_prepayment() {
    on_development_chain(|| {
        let (asker, adapter, _) = asker();
        let before = Balances::free_balance(account(asker));
        let job = ask(asker, adapter);
        let deadline = Inference::job_view(job).expect("it is open").deadline;
        System::set_block_number(deadline);
        done(asker, 0, &Asker::cancelCall { jobId: job.0 });
        call_back();
        let [log] = &logs::<CallbackMade>(ADDRESS)[..] else {
            panic!("one callback is one log");
        };
        let paid = Balance::try_from(log.paid).expect("it is an amount");
        let free = Balances::free_balance(account(asker));
        assert_eq!(free + paid, before + OPEN + PREPAID);
    });
}

#[test]
fn a_request_in_a_frame_that_reverts_should_leave_nothing() {
    on_development_chain(|| {
        let (asker, adapter, _) = asker();
        let next = pallet_inference::NextJob::<Runtime>::get();
        let call = Asker::askAndUndoCall {
            adapter: adapter.0,
            input: QUESTION.into(),
            maxFee: amount(OPEN),
            gasOfCallback: GAS,
        };
        let outcome = send(asker, 2 * OPEN, &call);
        assert!(outcome.success);
        assert_eq!(pallet_inference::NextJob::<Runtime>::get(), next);
        assert_eq!(Callbacks::<Runtime>::count(), 0);
        assert_eq!(held(asker), 0);
        assert_ok!(Inference::do_try_state());
    });
}

#[test]
fn a_receipt_without_the_answer_should_not_settle() {
    on_development_chain(|| {
        let (asker, adapter, contributions) = asker();
        let job = ask(asker, adapter);
        let receipt = SignedReceipt {
            output: None,
            ..answer(job, adapter, contributions[0])
        };
        let refused = Attribution::submit_receipt(signed(WORKER), Box::new(receipt));
        let error = refused.map(|_| ()).map_err(|error| error.error);
        assert_eq!(
            error,
            Err(pallet_attribution::Error::<Runtime>::OutputMissing.into())
        );
    });
}

#[test]
fn a_prepayment_should_not_be_had_from_locked_tokens() {
    on_development_chain(|| {
        use frame_support::traits::{LockableCurrency, WithdrawReasons};
        let (asker, adapter, _) = asker();
        assert_ok!(Balances::transfer_keep_alive(
            signed(CONSUMER),
            account(asker).into(),
            OPEN + PREPAID
        ));
        assert!(view(asker, 0, &question(adapter)).is_ok());
        Balances::set_lock(
            *b"vesting ",
            &account(asker),
            PREPAID,
            WithdrawReasons::all(),
        );
        let refused = refusal(asker, 0, &question(adapter));
        assert_eq!(refused, "Inference.InsufficientFunds");
    });
}

#[test]
fn too_little_gas_for_a_callback_should_be_refused() {
    on_development_chain(|| {
        let (asker, adapter, _) = asker();
        let call = Asker::askCall {
            gasOfCallback: 1,
            ..question(adapter)
        };
        let refused = refusal(asker, OPEN + PREPAID, &call);
        assert_eq!(refused, "Precompiles.CallbackGasOutOfBounds");
    });
}
