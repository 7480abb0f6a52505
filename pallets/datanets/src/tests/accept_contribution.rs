// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, dispatch::GetDispatchInfo};
use openledger_primitives::{
    traits::{AcceptedContribution, OnAccepted},
    views::ContributionStatus,
    AccountId, ContributionId,
};
use polkadot_sdk::*;
use sp_runtime::DispatchError;

use super::mock::*;
use crate::{Contributions, Error, Event, HoldReason, WeightInfo};

fn try_accept(who: AccountId, contribution: ContributionId) -> sp_runtime::DispatchResult {
    Datanets::accept_contribution(RuntimeOrigin::signed(who), contribution, REPORT)
}

#[test]
fn accept_contribution_should_return_the_deposit() {
    run(|| {
        accepted(&ALICE, create(), 10);
        assert_eq!(held(HoldReason::Contribution, &ALICE), 0);
        assert_eq!(Balances::free_balance(&ALICE), FUNDS);
    });
}

#[test]
fn accept_contribution_should_give_places_in_order_of_acceptance() {
    run(|| {
        let id = create();
        let (late, early) = (contribute(&ALICE, id, 10), contribute(&BOB, id, 20));
        accept(early);
        accept(late);
        let status = |contribution| Contributions::<Test>::get(contribution).map(|c| c.status);
        assert_eq!(
            status(early),
            Some(ContributionStatus::Accepted {
                index: 0,
                first_row: 0
            })
        );
        assert_eq!(
            status(late),
            Some(ContributionStatus::Accepted {
                index: 1,
                first_row: 20
            })
        );
        assert_eq!((datanet(id).accepted, datanet(id).accepted_rows), (2, 30));
    });
}

#[test]
fn accept_contribution_should_append_the_leaf_that_binds_the_account() {
    run(|| {
        let id = create();
        let contribution = accepted(&ALICE, id, 10);
        let leaf = crate::Accepted::<Test>::get(id, 0).expect("the leaf is there");
        assert_eq!((leaf.contribution, leaf.contributor), (contribution, ALICE));
    });
}

#[test]
fn accept_contribution_should_keep_the_report() {
    run(|| {
        let contribution = accepted(&ALICE, create(), 10);
        let record = Contributions::<Test>::get(contribution).expect("the record is there");
        assert_eq!(record.report, Some(REPORT));
    });
}

#[test]
fn accept_contribution_should_emit_an_event() {
    run(|| {
        let id = create();
        accepted(&BOB, id, 7);
        let contribution = accepted(&ALICE, id, 10);
        assert_eq!(
            last_event(),
            Event::ContributionAccepted {
                datanet: id,
                contribution,
                index: 1,
                first_row: 7,
                report: REPORT
            }
        );
    });
}

#[test]
fn accept_contribution_should_tell_of_it_once() {
    run(|| {
        let id = create();
        System::set_block_number(3);
        let contribution = contribute(&ALICE, id, 10);
        System::set_block_number(9);
        accept(contribution);
        let told = AcceptedContribution {
            datanet: id,
            index: 0,
            contributor: ALICE,
            rows: 10,
            contributed_at: 3,
        };
        assert_eq!(Accepted::get(), [(contribution, told)]);
    });
}

#[test]
fn accept_contribution_should_weigh_what_the_telling_does() {
    let call = crate::Call::<Test>::accept_contribution {
        contribution: ContributionId(0),
        report: REPORT,
    };
    let own = TestWeights::accept_contribution();
    assert_eq!(
        call.get_dispatch_info().call_weight,
        own + <Told as OnAccepted>::weight()
    );
}

#[test]
fn accept_contribution_should_tell_of_nothing_when_it_fails() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert!(try_accept(ALICE, contribution).is_err());
        assert_eq!(Accepted::get(), []);
    });
}

#[test]
fn accept_contribution_should_fail_for_anyone_but_the_owner() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_noop!(try_accept(ALICE, contribution), Error::<Test>::NotOwner);
    });
}

#[test]
fn accept_contribution_should_fail_when_it_is_accepted() {
    run(|| {
        let contribution = accepted(&ALICE, create(), 10);
        assert_noop!(try_accept(OWNER, contribution), Error::<Test>::NotPending);
    });
}

#[test]
fn accept_contribution_should_fail_when_there_is_none() {
    run(|| {
        assert_noop!(
            try_accept(OWNER, ContributionId(0)),
            Error::<Test>::UnknownContribution
        );
    });
}

#[test]
fn accept_contribution_should_fail_when_the_datanet_is_full() {
    run(|| {
        let id = create();
        for _ in 1..MaxContributions::get() {
            accepted(&ALICE, id, 10);
        }
        let (last, over) = (contribute(&ALICE, id, 10), contribute(&BOB, id, 10));
        accept(last);
        assert_noop!(try_accept(OWNER, over), Error::<Test>::TooManyContributions);
    });
}

#[test]
fn accept_contribution_should_refuse_the_root() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_noop!(
            Datanets::accept_contribution(RuntimeOrigin::root(), contribution, REPORT),
            DispatchError::BadOrigin
        );
    });
}
