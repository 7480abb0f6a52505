// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok, traits::fungible::Mutate};
use openledger_primitives::ProposalId;
use polkadot_sdk::*;
use sp_runtime::{DispatchError, TokenError};

use super::{build::*, mock::*};
use crate::{Error, HoldReason, Kind, QualityBar, Status};

/// A bounty that was approved in block 1 when the treasury was empty.
fn failed() -> ProposalId {
    Balances::set_balance(&TREASURY, ED);
    enacted(Kind::DatanetBounty(bounty(datanet(), QualityBar::Accepted)))
}

fn fill_the_treasury() {
    Balances::set_balance(&TREASURY, TREASURY_FUNDS);
}

fn retry(id: ProposalId) -> frame_support::dispatch::DispatchResultWithPostInfo {
    AiGovernance::retry(signed(STRANGER), id)
}

#[test]
fn retry_should_enact_once_the_cause_is_gone() {
    run(|| {
        let id = failed();
        fill_the_treasury();
        assert_ok!(retry(id));
        assert_eq!((proposal(id).status, pot()), (Status::Active, 500));
    });
}

#[test]
fn retry_should_return_the_deposit() {
    run(|| {
        let id = failed();
        fill_the_treasury();
        assert_ok!(retry(id));
        assert_eq!(held(HoldReason::ProposalDeposit, &PROPOSER), 0);
    });
}

#[test]
fn retry_should_leave_the_end_of_the_period_when_it_fails() {
    run(|| {
        let id = failed();
        at(5);
        assert_ok!(retry(id));
        let failed = Status::EnactmentFailed {
            error: TokenError::FundsUnavailable.into(),
            retry_until: 1 + ENACTMENT_PERIOD,
        };
        assert_eq!(proposal(id).status, failed);
    });
}

#[test]
fn retry_should_not_lengthen_the_history_when_it_fails() {
    run(|| {
        let id = failed();
        for block in 2..1 + ENACTMENT_PERIOD {
            at(block);
            assert_ok!(retry(id));
        }
        assert_eq!(proposal(id).history.len(), 2);
    });
}

#[test]
fn retry_should_fail_when_the_period_is_over() {
    run(|| {
        let id = failed();
        fill_the_treasury();
        at(1 + ENACTMENT_PERIOD);
        assert_noop!(
            AiGovernance::retry(signed(STRANGER), id),
            Error::<Test>::EnactmentPeriodOver
        );
    });
}

#[test]
fn retry_should_fail_before_the_enactment() {
    run(|| {
        let id = submit(Kind::ListBaseModel(listing(1)));
        assert_noop!(
            AiGovernance::retry(signed(STRANGER), id),
            Error::<Test>::NothingToRetry
        );
    });
}

#[test]
fn retry_should_fail_after_the_enactment() {
    run(|| {
        let id = enacted(Kind::ListBaseModel(listing(1)));
        assert_noop!(
            AiGovernance::retry(signed(STRANGER), id),
            Error::<Test>::NothingToRetry
        );
    });
}

#[test]
fn retry_should_fail_for_an_unknown_proposal() {
    run(|| {
        assert_noop!(
            AiGovernance::retry(signed(STRANGER), ProposalId(0)),
            Error::<Test>::UnknownProposal
        );
    });
}

#[test]
fn retry_should_refuse_the_root() {
    run(|| {
        let id = failed();
        assert_noop!(
            AiGovernance::retry(RuntimeOrigin::root(), id),
            DispatchError::BadOrigin
        );
    });
}
