// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{frame::to_u256, models::NUMBER};

fn view(id: u32) -> IModels::Adapter {
    done(&person(4), NUMBER, &IModels::adapterCall { id })
}

#[test]
fn register_adapter_should_keep_all_that_was_given() {
    run(|| {
        let version = published();
        let call = register_adapter(base_model(), &[version]);
        let id = done(&person(3), NUMBER, &call);
        let adapter = view(id);
        assert_eq!(adapter.developer, sol(person_address(3)));
        assert_eq!(adapter.name, "tort");
        let versions = [(adapter.versions[0].datanet, adapter.versions[0].number)];
        assert_eq!(versions, [version]);
        assert_eq!(adapter.artifacts.artifact, call.artifacts.artifact);
        assert_eq!(adapter.artifacts.manifest, call.artifacts.manifest);
        assert_eq!(
            adapter.artifacts.influenceIndex,
            call.artifacts.influenceIndex
        );
        assert_eq!(adapter.unitPrice, to_u256(PRICE));
        assert_eq!(adapter.metrics.accuracy, 900_000);
        assert_eq!(adapter.metrics.heldOutRows, 300);
        assert!(matches!(adapter.status, IModels::Status::Draft));
        assert!(!adapter.servable);
    });
}

#[test]
fn register_adapter_should_fail_with_too_many_versions() {
    run(|| {
        let versions: Vec<_> = (1..=5).map(|number| (0, number)).collect();
        let call = register_adapter(base_model(), &versions);
        let reason = refusal(&person(3), NUMBER, &call);
        assert_eq!(reason, "revert: Models.TooManyVersions");
    });
}

#[test]
fn register_adapter_should_fail_on_a_version_that_is_not_published() {
    run(|| {
        let call = register_adapter(base_model(), &[(0, 1)]);
        let reason = refusal(&person(3), NUMBER, &call);
        assert_eq!(reason, "revert: Models.UnknownVersion");
    });
}

#[test]
fn publish_should_let_an_adapter_be_served() {
    run(|| {
        let adapter = adapter();
        assert!(view(adapter).servable);
        let price = IModels::priceOfCall { adapterId: adapter };
        let price = done(&person(4), NUMBER, &price);
        assert_eq!(price.unitPrice, to_u256(PRICE));
        assert!(price.servable);
    });
}

#[test]
fn set_price_should_hold_for_new_jobs() {
    run(|| {
        let adapter = adapter();
        let call = IModels::setPriceCall {
            adapterId: adapter,
            unitPrice: to_u256(9),
        };
        done(&person(3), NUMBER, &call);
        let price = IModels::priceOfCall { adapterId: adapter };
        assert_eq!(done(&person(4), NUMBER, &price).unitPrice, to_u256(9));
    });
}

#[test]
fn set_price_should_fail_for_who_is_not_the_developer() {
    run(|| {
        let call = IModels::setPriceCall {
            adapterId: adapter(),
            unitPrice: to_u256(9),
        };
        let reason = refusal(&person(1), NUMBER, &call);
        assert_eq!(reason, "revert: Models.NotDeveloper");
    });
}

#[test]
fn deprecate_should_end_an_adapters_life() {
    run(|| {
        let adapter = adapter();
        done(
            &person(3),
            NUMBER,
            &IModels::deprecateCall { adapterId: adapter },
        );
        assert!(matches!(view(adapter).status, IModels::Status::Deprecated));
        assert!(!view(adapter).servable);
    });
}

#[test]
fn adapter_should_fail_where_there_is_none() {
    run(|| {
        let reason = refusal(&person(4), NUMBER, &IModels::adapterCall { id: 0 });
        assert_eq!(reason, "revert: Models.UnknownAdapter");
    });
}

#[test]
fn adapter_by_artifact_should_find_it() {
    run(|| {
        let adapter = adapter();
        let artifact = view(adapter).artifacts.artifact;
        let call = IModels::adapterByArtifactCall { artifact };
        assert_eq!(done(&person(4), NUMBER, &call), adapter);
    });
}

#[test]
fn base_model_should_be_as_listed() {
    run(|| {
        let id = base_model();
        let model = done(&person(4), NUMBER, &IModels::baseModelCall { id });
        assert_eq!(
            (model.name.as_str(), model.licence.as_str()),
            ("MiniLM", "Apache-2.0")
        );
        assert_eq!((model.hiddenSize, model.layers), (384, 6));
        assert!(model.listed);
    });
}

#[test]
fn lineage_should_name_each_contributor() {
    run(|| {
        let adapter = adapter();
        let size = IModels::lineageSizeCall { adapterId: adapter };
        assert_eq!(done(&person(4), NUMBER, &size), 2);
        let call = IModels::lineageCall {
            adapterId: adapter,
            start: 0,
            count: 256,
        };
        let lineage = done(&person(4), NUMBER, &call);
        let rows: Vec<_> = lineage
            .iter()
            .map(|entry| (entry.contribution, entry.contributor, entry.rows))
            .collect();
        let expected = [
            (0, sol(person_address(2)), 3),
            (1, sol(address(&native())), 7),
        ];
        assert_eq!(rows, expected);
    });
}

#[test]
fn lineage_should_keep_to_the_versions_that_were_trained_on() {
    run(|| {
        let adapter = adapter();
        accepted(&person(1), &person(2), 0, 50, 1);
        let publish = crate::datanets::IDatanets::publishVersionCall { datanetId: 0 };
        done(&person(1), crate::datanets::NUMBER, &publish);
        let size = IModels::lineageSizeCall { adapterId: adapter };
        assert_eq!(done(&person(4), NUMBER, &size), 2);
    });
}

#[test]
fn lineage_should_refuse_too_long_a_page() {
    run(|| {
        let call = IModels::lineageCall {
            adapterId: adapter(),
            start: 0,
            count: 257,
        };
        let reason = refusal(&person(4), NUMBER, &call);
        assert_eq!(reason, "revert: Models.PageTooLong");
    });
}

#[test]
fn contributor_of_should_know_the_lineage() {
    run(|| {
        let call = IModels::contributorOfCall {
            adapterId: adapter(),
            contributionId: 1,
        };
        let answer = done(&person(4), NUMBER, &call);
        assert!(answer.found);
        assert_eq!(answer.contributor, sol(address(&native())));
    });
}

#[test]
fn contributor_of_should_not_find_what_is_outside() {
    run(|| {
        let adapter = adapter();
        let outside = accepted(&person(1), &person(2), 0, 50, 1);
        let call = IModels::contributorOfCall {
            adapterId: adapter,
            contributionId: outside,
        };
        assert!(!done(&person(4), NUMBER, &call).found);
    });
}
