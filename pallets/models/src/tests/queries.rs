// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::assert_ok;
use openledger_primitives::{
    traits::Models as _, views::AdapterStatus, AdapterId, BaseModelId, ContributionId,
};
use polkadot_sdk::*;

use super::mock::*;
use crate::queries::MAX_ADAPTERS_PER_QUERY;

#[test]
fn adapter_view_should_show_an_adapter() {
    run(|| {
        let (version, _) = version(1);
        let id = draft(&[version]);
        let view = Models::adapter_view(id).expect("it exists");
        assert_eq!(
            (view.adapter, view.name.as_str(), &view.developer),
            (id, "topics", &DEVELOPER)
        );
        assert_eq!(
            (view.base_model, view.base_model_hash),
            (BaseModelId(0), model_hash(0))
        );
        assert_eq!(view.versions, [version]);
        assert_eq!(view.artifact, artifacts(0).artifact);
        assert_eq!(view.manifest, artifacts(0).manifest);
        assert_eq!(view.influence_index, artifacts(0).influence_index);
        assert_eq!((view.unit_price, view.metrics), (PRICE, metrics()));
        assert_eq!((view.status, view.servable), (AdapterStatus::Draft, false));
    });
}

#[test]
fn adapter_view_should_tell_whether_jobs_are_taken() {
    run(|| {
        let id = published();
        assert!(Models::adapter_view(id).expect("it exists").servable);
        assert_ok!(Models::delist_base_model(
            RuntimeOrigin::root(),
            BaseModelId(0)
        ));
        assert!(!Models::adapter_view(id).expect("it exists").servable);
    });
}

#[test]
fn adapter_view_should_be_none_when_there_is_none() {
    run(|| assert_eq!(Models::adapter_view(AdapterId(0)), None));
}

#[test]
fn adapters_should_page_in_ascending_order() {
    run(|| {
        let (version, _) = version(1);
        for _ in 0..5 {
            draft(&[version]);
        }
        let page = |from, limit| -> Vec<u32> {
            Models::adapters(AdapterId(from), limit)
                .iter()
                .map(|view| view.adapter.0)
                .collect()
        };
        assert_eq!(page(0, 3), [0, 1, 2]);
        assert_eq!(page(3, 3), [3, 4]);
        assert!(page(5, 3).is_empty());
        assert!(page(u32::MAX, u32::MAX).is_empty());
    });
}

#[test]
fn adapters_should_answer_a_bounded_number() {
    run(|| {
        Balances::force_set_balance(
            RuntimeOrigin::root(),
            DEVELOPER,
            AdapterDeposit::get() * 1_000,
        )
        .expect("the root sets balances");
        base_model(0);
        let (version, _) = version(1);
        for nth in 0..=MAX_ADAPTERS_PER_QUERY {
            let mut artifacts = artifacts(0);
            artifacts.artifact = openledger_primitives::content_hash(&nth.to_le_bytes());
            assert_ok!(Models::register_adapter(
                RuntimeOrigin::signed(DEVELOPER),
                BaseModelId(0),
                text(b"topics"),
                vec![version]
                    .try_into()
                    .expect("one version is within the bound"),
                artifacts,
                PRICE,
                metrics(),
            ));
        }
        let views = Models::adapters(AdapterId(0), u32::MAX);
        assert_eq!(views.len(), MAX_ADAPTERS_PER_QUERY as usize);
    });
}

#[test]
fn lineage_should_lead_from_the_adapter_to_the_accounts() {
    run(|| {
        let (version, ids) = version(3);
        let lineage = Models::lineage(draft(&[version])).expect("it exists");
        let found: Vec<_> = lineage
            .contributions
            .iter()
            .map(|entry| (entry.contribution, entry.contributor.clone(), entry.rows))
            .collect();
        assert_eq!(
            found,
            [
                (ids[0], account(3), 10),
                (ids[1], account(4), 10),
                (ids[2], account(5), 10)
            ]
        );
    });
}

#[test]
fn lineage_should_have_the_contributions_of_several_datanets_ascending() {
    run(|| {
        let first = datanet();
        let second = datanet();
        // Ids alternate between the Datanets.
        let ids: Vec<_> = (0..4u8)
            .map(|nth| contribution(if nth % 2 == 0 { first } else { second }, &account(3)))
            .collect();
        let versions = [publish_version(first), publish_version(second)];
        let lineage = Models::lineage(draft(&versions)).expect("it exists");
        let found: Vec<_> = lineage
            .contributions
            .iter()
            .map(|entry| entry.contribution)
            .collect();
        assert_eq!(found, ids);
    });
}

#[test]
fn lineage_should_have_a_contribution_of_several_versions_once() {
    run(|| {
        let (first, ids) = version(2);
        let later = contribution(first.datanet, &account(5));
        let second = publish_version(first.datanet);
        let lineage = Models::lineage(draft(&[first, second])).expect("it exists");
        let found: Vec<_> = lineage
            .contributions
            .iter()
            .map(|entry| entry.contribution)
            .collect();
        assert_eq!(found, [ids[0], ids[1], later]);
    });
}

#[test]
fn lineage_should_be_none_when_there_is_no_such_adapter() {
    run(|| assert_eq!(Models::lineage(AdapterId(0)), None));
}

#[test]
fn terms_should_be_what_jobs_pay() {
    run(|| {
        let terms = Models::terms(published()).expect("it exists");
        assert_eq!(terms.developer, DEVELOPER);
        assert_eq!(terms.artifact, artifacts(0).artifact);
        assert_eq!((terms.unit_price, terms.lowest_unit_price), (PRICE, PRICE));
        assert!(terms.servable);
    });
}

#[test]
fn terms_should_be_none_when_there_is_no_such_adapter() {
    run(|| assert_eq!(Models::terms(AdapterId(0)), None));
}

#[test]
fn contributor_in_lineage_should_be_the_account_of_a_contribution_trained_on() {
    run(|| {
        let (version, ids) = version(2);
        let id = draft(&[version]);
        assert_eq!(Models::contributor_in_lineage(id, ids[1]), Some(account(4)));
    });
}

#[test]
fn contributor_in_lineage_should_be_none_for_a_contribution_of_a_later_version() {
    run(|| {
        let (version, _) = version(1);
        let id = draft(&[version]);
        let later = contribution(version.datanet, &account(5));
        publish_version(version.datanet);
        assert_eq!(Models::contributor_in_lineage(id, later), None);
    });
}

#[test]
fn contributor_in_lineage_should_be_none_for_a_contribution_of_another_datanet() {
    run(|| {
        let id = draft(&[version(1).0]);
        let (_, elsewhere) = version(1);
        assert_eq!(Models::contributor_in_lineage(id, elsewhere[0]), None);
    });
}

#[test]
fn contributor_in_lineage_should_be_none_for_what_does_not_exist() {
    run(|| {
        let (version, ids) = version(1);
        let id = draft(&[version]);
        assert_eq!(Models::contributor_in_lineage(id, ContributionId(99)), None);
        assert_eq!(Models::contributor_in_lineage(AdapterId(99), ids[0]), None);
    });
}
