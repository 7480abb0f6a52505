// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Random interleavings of calls, with the invariants checked after each.

use std::collections::BTreeMap;

use frame_support::storage::with_storage_layer;
use openledger_primitives::{
    merkle,
    views::{RejectReason, VersionView},
    AccountId, Balance, ContributionId, DatanetId, Ppm, VersionRef,
};
use polkadot_sdk::*;
use proptest::prelude::*;
use sp_runtime::DispatchResult;

use super::mock::*;
use crate::{Contributions, NextContributionId, NextDatanetId, Policy, Versions};

/// Who makes a call.
#[derive(Clone, Copy, Debug)]
enum Caller {
    /// The one who has the right to: the Datanet's owner or the contributor.
    Rightful,
    /// This account, be it with or without the right.
    Account(u8),
}

/// One call. Numbers of Datanets and contributions wrap around just behind the last one, so that
/// most calls find what they name and some do not: then nothing may change.
#[derive(Clone, Debug)]
enum Op {
    Create {
        who: u8,
    },
    SetPolicy {
        by: Caller,
        datanet: u32,
        open: bool,
    },
    Contribute {
        who: u8,
        datanet: u32,
        rows: u32,
        salt: u32,
    },
    Withdraw {
        by: Caller,
        contribution: u64,
    },
    Accept {
        by: Caller,
        contribution: u64,
    },
    Reject {
        by: Caller,
        contribution: u64,
        of: Option<u64>,
    },
    Publish {
        by: Caller,
        datanet: u32,
    },
    Transfer {
        by: Caller,
        datanet: u32,
        to: u8,
    },
}

fn op() -> impl Strategy<Value = Op> {
    let who = || 0u8..3;
    let by = || prop_oneof![4 => Just(Caller::Rightful), 1 => who().prop_map(Caller::Account)];
    let datanet = any::<u32>;
    let contribution = any::<u64>;
    prop_oneof![
        2 => who().prop_map(|who| Op::Create { who }),
        1 => (by(), datanet(), prop::bool::weighted(0.9))
            .prop_map(|(by, datanet, open)| Op::SetPolicy { by, datanet, open }),
        8 => (who(), datanet(), 0u32..5, 0u32..40)
            .prop_map(|(who, datanet, rows, salt)| Op::Contribute { who, datanet, rows, salt }),
        1 => (by(), contribution())
            .prop_map(|(by, contribution)| Op::Withdraw { by, contribution }),
        8 => (by(), contribution()).prop_map(|(by, contribution)| Op::Accept { by, contribution }),
        3 => (by(), contribution(), prop::option::of(contribution()))
            .prop_map(|(by, contribution, of)| Op::Reject { by, contribution, of }),
        3 => (by(), datanet()).prop_map(|(by, datanet)| Op::Publish { by, datanet }),
        // The last new owner has no account.
        1 => (by(), datanet(), prop::sample::select(vec![0, 1, 2, ACCOUNTS]))
            .prop_map(|(by, datanet, to)| Op::Transfer { by, datanet, to }),
    ]
}

fn datanet_at(number: u32) -> DatanetId {
    DatanetId(number % (NextDatanetId::<Test>::get().0 + 1))
}

fn contribution_at(number: u64) -> ContributionId {
    ContributionId(number % (NextContributionId::<Test>::get().0 + 1))
}

/// The origin of a call that `rightful` has the right to.
fn origin(by: Caller, rightful: Option<AccountId>) -> RuntimeOrigin {
    let stranger = account(0);
    RuntimeOrigin::signed(match by {
        Caller::Rightful => rightful.unwrap_or(stranger),
        Caller::Account(index) => account(index),
    })
}

/// The origin of a call that the owner of a Datanet has the right to.
fn by_owner(by: Caller, datanet: DatanetId) -> RuntimeOrigin {
    origin(
        by,
        crate::Datanets::<Test>::get(datanet).map(|record| record.owner),
    )
}

/// The origin of a call that the owner of a contribution's Datanet has the right to.
fn by_curator(by: Caller, contribution: ContributionId) -> RuntimeOrigin {
    let datanet = Contributions::<Test>::get(contribution).map(|record| record.datanet);
    by_owner(by, datanet.unwrap_or_default())
}

fn apply(op: Op) -> DispatchResult {
    with_storage_layer(|| match op {
        Op::Create { who } => {
            Datanets::create_datanet(RuntimeOrigin::signed(account(who)), text(b"d"), policy())
        }
        Op::SetPolicy { by, datanet, open } => {
            let datanet = datanet_at(datanet);
            Datanets::set_policy(by_owner(by, datanet), datanet, Policy { open, ..policy() })
        }
        Op::Contribute {
            who,
            datanet,
            rows,
            salt,
        } => try_contribute(&account(who), datanet_at(datanet), rows, salt),
        Op::Withdraw { by, contribution } => {
            let contribution = contribution_at(contribution);
            let contributor =
                Contributions::<Test>::get(contribution).map(|record| record.contributor);
            Datanets::withdraw_contribution(origin(by, contributor), contribution)
        }
        Op::Accept { by, contribution } => {
            let contribution = contribution_at(contribution);
            Datanets::accept_contribution(by_curator(by, contribution), contribution, REPORT)
        }
        Op::Reject {
            by,
            contribution,
            of,
        } => {
            let contribution = contribution_at(contribution);
            let reason = of.map_or(RejectReason::OffTopic, |of| RejectReason::Duplicate {
                of: contribution_at(of),
                share: Ppm(1),
            });
            let origin = by_curator(by, contribution);
            Datanets::reject_contribution(origin, contribution, reason, REPORT)
        }
        Op::Publish { by, datanet } => {
            let datanet = datanet_at(datanet);
            Datanets::publish_version(by_owner(by, datanet), datanet)
                .map(|_| ())
                .map_err(|failed| failed.error)
        }
        Op::Transfer { by, datanet, to } => {
            let datanet = datanet_at(datanet);
            Datanets::transfer_datanet(by_owner(by, datanet), datanet, account(to))
        }
    })
}

/// Every published version as it was when it was first seen.
type Published = BTreeMap<VersionRef, VersionView>;

/// 1. Nothing published is ever edited.
fn assert_versions_never_change(published: &mut Published) {
    for (datanet, number, _) in Versions::<Test>::iter() {
        let version = VersionRef { datanet, number };
        let view = Datanets::version_view(version).expect("it is published");
        let before = published.entry(version).or_insert_with(|| view.clone());
        assert_eq!(*before, view);
    }
    assert_eq!(published.len(), Versions::<Test>::iter().count());
}

/// 2. Each row of each version leads to the account that contributed it.
fn assert_every_row_is_provable(published: &Published) {
    for (version, view) in published {
        let mut row = 0u64;
        for contribution in &view.contributions {
            for place in 0..contribution.rows {
                let proof = Datanets::proof_of(*version, row).expect("the row exists");
                assert_eq!(proof.root, view.root);
                assert_eq!(proof.leaf.contributor, contribution.contributor);
                assert_eq!(proof.leaf.rows_root, contribution.rows_root);
                assert_eq!(proof.content, contribution.content);
                assert_eq!(proof.row_in_contribution, place);
                assert!(merkle::verify_contribution(
                    &view.root,
                    &proof.leaf,
                    &proof.proof
                ));
                row += 1;
            }
        }
        assert_eq!(row, view.rows);
        assert_eq!(Datanets::proof_of(*version, row), None);
    }
}

/// 3. Total issuance is constant, and what is held beyond the deposits in storage (which
///    `do_try_state` checks) is nothing.
fn assert_deposits_are_conserved() {
    assert_eq!(Balances::total_issuance(), FUNDS * Balance::from(ACCOUNTS));
    let accounts = (0..ACCOUNTS).map(account).chain([account(ACCOUNTS)]);
    let on_hold = |who: &AccountId| {
        held(crate::HoldReason::Datanet, who) + held(crate::HoldReason::Contribution, who)
    };
    let held: Balance = accounts.map(|who| on_hold(&who)).sum();
    let deposits: Balance = crate::Datanets::<Test>::iter_values()
        .map(|record| record.deposit)
        .chain(crate::Contributions::<Test>::iter_values().map(|record| record.deposit))
        .sum();
    assert_eq!(held, deposits);
}

/// 4. Ids only count up.
fn assert_ids_count_up(before: &mut (DatanetId, ContributionId)) {
    let now = (
        NextDatanetId::<Test>::get(),
        NextContributionId::<Test>::get(),
    );
    assert!(before.0 <= now.0 && before.1 <= now.1);
    *before = now;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn invariants_should_hold_after_every_call(ops in prop::collection::vec(op(), 1..80)) {
        new_test_ext().execute_with(|| {
            let mut published = Published::new();
            let mut ids = Default::default();
            for op in ops {
                let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
                let result = apply(op);
                if result.is_err() {
                    let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
                    assert_eq!(before, after, "a failed call changed something");
                }
                assert_eq!(Datanets::do_try_state(), Ok(()));
                assert_versions_never_change(&mut published);
                assert_deposits_are_conserved();
                assert_ids_count_up(&mut ids);
                System::set_block_number(System::block_number() + 1);
            }
            assert_every_row_is_provable(&published);
        });
    }
}

/// The interleavings above would say nothing if no version were ever published in them.
#[test]
fn random_calls_should_publish_versions_in_most_runs() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let runs = 32;
    let with_versions = (0..runs)
        .filter(|_| {
            let ops = prop::collection::vec(op(), 60..80)
                .new_tree(&mut runner)
                .expect("the strategy has no filter")
                .current();
            new_test_ext().execute_with(|| {
                for op in ops {
                    // Many of them fail, as they should.
                    let _ = apply(op);
                }
                Versions::<Test>::iter().next().is_some()
            })
        })
        .count();
    assert!(with_versions > runs / 2, "only {with_versions} of {runs}");
}
