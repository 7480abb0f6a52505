// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use codec::Encode;
use openledger_primitives::{
    merkle, traits::Datanets as _, views::ContributionStatus, ContributionId, DatanetId, VersionRef,
};

use super::mock::*;

fn first(datanet: DatanetId) -> VersionRef {
    VersionRef { datanet, number: 1 }
}

/// A Datanet whose version 1 has 10 rows by Alice and 20 by Bob, with a third contribution that was
/// accepted later.
fn published() -> (DatanetId, [ContributionId; 3]) {
    let id = create();
    let (by_alice, by_bob) = (accepted(&ALICE, id, 10), accepted(&BOB, id, 20));
    publish(id);
    (id, [by_alice, by_bob, accepted(&ALICE, id, 5)])
}

#[test]
fn pending_views_should_list_what_waits_in_order() {
    run(|| {
        let id = create();
        let first = contribute(&ALICE, id, 10);
        let second = contribute(&BOB, id, 10);
        accepted(&ALICE, id, 10);
        contribute(&BOB, create(), 10);
        let listed: Vec<_> = Datanets::pending_views(id)
            .into_iter()
            .map(|view| view.contribution)
            .collect();
        assert_eq!(listed, [first, second]);
    });
}

#[test]
fn similarity_should_be_the_policys() {
    run(|| assert_eq!(Datanets::similarity(create()), Some(policy().similarity)));
}

#[test]
fn contribution_view_should_show_a_contribution() {
    run(|| {
        let id = create();
        let contribution = contribute(&ALICE, id, 10);
        let view = Datanets::contribution_view(contribution).expect("it exists");
        assert_eq!(
            (view.contribution, view.datanet, view.contributor),
            (contribution, id, ALICE)
        );
        assert_eq!(view.status, ContributionStatus::Pending);
        assert_eq!((view.rows, view.bytes), (10, 500));
    });
}

#[test]
fn contribution_view_should_be_none_when_there_is_none() {
    run(|| assert_eq!(Datanets::contribution_view(ContributionId(0)), None));
}

#[test]
fn accepted_views_should_be_in_order_of_acceptance() {
    run(|| {
        let id = create();
        let (late, early) = (contribute(&ALICE, id, 10), contribute(&BOB, id, 20));
        accept(early);
        accept(late);
        let ids: Vec<_> = Datanets::accepted_views(id)
            .into_iter()
            .map(|view| view.contribution)
            .collect();
        assert_eq!(ids, [early, late]);
    });
}

#[test]
fn accepted_views_should_be_empty_when_there_is_no_such_datanet() {
    run(|| assert_eq!(Datanets::accepted_views(DatanetId(7)), vec![]));
}

#[test]
fn version_view_should_have_the_contributions_of_that_version_only() {
    run(|| {
        let (id, [by_alice, by_bob, _]) = published();
        let view = Datanets::version_view(first(id)).expect("it is published");
        let ids: Vec<_> = view.contributions.iter().map(|c| c.contribution).collect();
        assert_eq!(ids, [by_alice, by_bob]);
        assert_eq!(view.rows, 30);
    });
}

#[test]
fn version_view_should_be_none_when_the_version_is_not_published() {
    run(|| {
        let (id, _) = published();
        assert_eq!(
            Datanets::version_view(VersionRef {
                datanet: id,
                number: 2
            }),
            None
        );
        assert_eq!(
            Datanets::version_view(VersionRef {
                datanet: id,
                number: 0
            }),
            None
        );
    });
}

#[test]
fn proof_of_should_lead_from_every_row_to_its_contributor() {
    run(|| {
        let (id, _) = published();
        for row in 0..30u64 {
            let proof = Datanets::proof_of(first(id), row).expect("the row exists");
            let (contributor, place) = if row < 10 {
                (ALICE, row)
            } else {
                (BOB, row - 10)
            };
            assert_eq!(proof.leaf.contributor, contributor);
            assert_eq!(u64::from(proof.row_in_contribution), place);
            assert!(merkle::verify_contribution(
                &proof.root,
                &proof.leaf,
                &proof.proof
            ));
        }
    });
}

#[test]
fn proof_of_should_name_the_content_that_has_the_row() {
    run(|| {
        let (id, [_, by_bob, _]) = published();
        let proof = Datanets::proof_of(first(id), 10).expect("the row exists");
        assert_eq!(proof.content, content(by_bob.0 as u32));
    });
}

#[test]
fn proof_of_should_carry_the_bytes_that_are_hashed() {
    run(|| {
        let (id, _) = published();
        let proof = Datanets::proof_of(first(id), 0).expect("the row exists");
        assert_eq!(proof.leaf_bytes, proof.leaf.encode());
    });
}

#[test]
fn proof_of_should_be_none_beyond_the_last_row() {
    run(|| {
        let (id, _) = published();
        assert_eq!(Datanets::proof_of(first(id), 30), None);
        assert_eq!(Datanets::proof_of(first(id), u64::MAX), None);
    });
}

#[test]
fn proof_of_should_be_none_when_the_version_is_not_published() {
    run(|| {
        let (id, _) = published();
        assert_eq!(
            Datanets::proof_of(
                VersionRef {
                    datanet: id,
                    number: 2
                },
                0
            ),
            None
        );
    });
}

#[test]
fn version_should_summarise_a_published_version() {
    run(|| {
        let (id, _) = published();
        let summary = Datanets::version(&first(id)).expect("it is published");
        assert_eq!((summary.contributions, summary.rows), (2, 30));
    });
}

#[test]
fn contains_should_hold_for_the_contributions_of_the_version_only() {
    run(|| {
        let (id, [by_alice, by_bob, later]) = published();
        let elsewhere = accepted(&ALICE, create(), 10);
        assert!(Datanets::contains(&first(id), by_alice));
        assert!(Datanets::contains(&first(id), by_bob));
        assert!(!Datanets::contains(&first(id), later));
        assert!(!Datanets::contains(&first(id), elsewhere));
        assert!(!Datanets::contains(
            &VersionRef {
                datanet: id,
                number: 2
            },
            by_alice
        ));
    });
}

#[test]
fn contributor_should_be_known_for_accepted_contributions_only() {
    run(|| {
        let (id, [by_alice, ..]) = published();
        let pending = contribute(&BOB, id, 10);
        assert_eq!(Datanets::contributor(by_alice), Some(ALICE));
        assert_eq!(Datanets::contributor(pending), None);
        assert_eq!(Datanets::contributor(ContributionId(99)), None);
    });
}

#[test]
fn accepted_should_tell_the_place() {
    run(|| {
        let (id, [_, by_bob, _]) = published();
        let accepted = Datanets::accepted(by_bob).expect("it is accepted");
        assert_eq!(
            (accepted.datanet, accepted.index, accepted.contributor),
            (id, 1, BOB)
        );
    });
}

#[test]
fn contributions_should_list_the_version_in_order() {
    run(|| {
        let (id, [by_alice, by_bob, _]) = published();
        let entries = Datanets::contributions(&first(id));
        let ids: Vec<_> = entries.iter().map(|entry| entry.contribution).collect();
        assert_eq!(ids, [by_alice, by_bob]);
        assert_eq!((entries[1].rows, &entries[1].contributor), (20, &BOB));
    });
}

#[test]
fn contributions_should_be_empty_when_the_version_is_not_published() {
    run(|| {
        let (id, _) = published();
        assert!(Datanets::contributions(&VersionRef {
            datanet: id,
            number: 2
        })
        .is_empty());
    });
}
