// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{
    views::{AdapterMetrics, AdapterStatus},
    AdapterId, BaseModelId, Ppm, VersionRef,
};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult, TokenError};

use super::mock::*;
use crate::{AdapterByArtifact, Error, Event, LineageVersion, NextAdapterId};

/// Registers an adapter on a version that is there, with other terms than usual.
fn register_with(name: &[u8], unit_price: u128, metrics: AdapterMetrics) -> DispatchResult {
    base_model(0);
    Models::register_adapter(
        RuntimeOrigin::signed(DEVELOPER),
        BaseModelId(0),
        text(name),
        vec![version(1).0]
            .try_into()
            .expect("one version is within the bound"),
        artifacts(0),
        unit_price,
        metrics,
    )
}

/// Two versions of one Datanet, ascending.
fn two_versions() -> [VersionRef; 2] {
    let (first, _) = version(1);
    contribution(first.datanet, &account(4));
    [first, publish_version(first.datanet)]
}

#[test]
fn register_adapter_should_leave_a_draft() {
    run(|| {
        let id = draft(&[version(1).0]);
        let record = adapter(id);
        assert_eq!(record.developer, DEVELOPER);
        assert_eq!(record.base_model, BaseModelId(0));
        assert_eq!(record.name.as_slice(), b"topics");
        assert_eq!(record.artifacts, artifacts(0));
        assert_eq!((record.unit_price, record.metrics), (PRICE, metrics()));
        assert_eq!(
            (record.status, record.registered_at),
            (AdapterStatus::Draft, 1)
        );
    });
}

#[test]
fn register_adapter_should_keep_the_size_of_each_version() {
    run(|| {
        let versions = two_versions();
        let id = draft(&versions);
        let expected = [1, 2]
            .iter()
            .zip(versions)
            .map(|(contributions, version)| LineageVersion {
                version,
                contributions: *contributions,
            })
            .collect::<Vec<_>>();
        assert_eq!(adapter(id).versions.to_vec(), expected);
    });
}

#[test]
fn register_adapter_should_hold_the_deposit() {
    run(|| {
        draft(&[version(1).0]);
        assert_eq!(held(&DEVELOPER), AdapterDeposit::get());
    });
}

#[test]
fn register_adapter_should_be_found_by_its_artifact() {
    run(|| {
        let id = draft(&[version(1).0]);
        assert_eq!(
            AdapterByArtifact::<Test>::get(artifacts(0).artifact),
            Some(id)
        );
    });
}

#[test]
fn register_adapter_should_emit_an_event() {
    run(|| {
        let adapter = draft(&[version(1).0]);
        assert_eq!(
            last_event(),
            Event::AdapterRegistered {
                adapter,
                developer: DEVELOPER,
                base_model: BaseModelId(0),
                artifact: artifacts(0).artifact,
                unit_price: PRICE
            }
        );
    });
}

#[test]
fn register_adapter_should_fail_when_there_is_no_such_base_model() {
    run(|| {
        let (version, _) = version(1);
        assert_noop!(try_register(&[version], 0), Error::<Test>::UnknownBaseModel);
    });
}

#[test]
fn register_adapter_should_fail_when_the_base_model_is_delisted() {
    run(|| {
        let id = base_model(0);
        assert_ok!(Models::delist_base_model(RuntimeOrigin::root(), id));
        let (version, _) = version(1);
        assert_noop!(
            try_register(&[version], 0),
            Error::<Test>::BaseModelDelisted
        );
    });
}

#[test]
fn register_adapter_should_fail_when_no_version_is_named() {
    run(|| {
        base_model(0);
        assert_noop!(try_register(&[], 0), Error::<Test>::NoVersions);
    });
}

#[test]
fn register_adapter_should_fail_when_a_version_is_named_twice() {
    run(|| {
        base_model(0);
        let (version, _) = version(1);
        assert_noop!(
            try_register(&[version, version], 0),
            Error::<Test>::DuplicateVersion
        );
    });
}

#[test]
fn register_adapter_should_fail_when_the_versions_do_not_ascend() {
    run(|| {
        base_model(0);
        let [first, second] = two_versions();
        assert_noop!(
            try_register(&[second, first], 0),
            Error::<Test>::UnsortedVersions
        );
    });
}

#[test]
fn register_adapter_should_fail_when_a_version_is_not_published() {
    run(|| {
        base_model(0);
        let (version, _) = version(1);
        let later = VersionRef {
            number: 2,
            ..version
        };
        assert_noop!(
            try_register(&[version, later], 0),
            Error::<Test>::UnknownVersion
        );
    });
}

#[test]
fn register_adapter_should_fail_when_the_artifact_is_registered() {
    run(|| {
        let (version, _) = version(1);
        draft(&[version]);
        assert_noop!(try_register(&[version], 0), Error::<Test>::ArtifactTaken);
    });
}

#[test]
fn register_adapter_should_fail_when_the_artifact_is_of_a_deprecated_adapter() {
    run(|| {
        let (version, _) = version(1);
        let id = draft(&[version]);
        assert_ok!(Models::deprecate(RuntimeOrigin::signed(DEVELOPER), id));
        assert_noop!(try_register(&[version], 0), Error::<Test>::ArtifactTaken);
    });
}

#[test]
fn register_adapter_should_fail_when_the_price_is_below_the_least() {
    new_test_ext().execute_with(|| {
        let result = register_with(b"topics", MinUnitPrice::get() - 1, metrics());
        assert_eq!(result, Err(Error::<Test>::PriceBelowMinimum.into()));
    });
}

#[test]
fn register_adapter_should_fail_when_the_name_is_empty() {
    run(|| {
        let result = register_with(b"", PRICE, metrics());
        assert_eq!(result, Err(Error::<Test>::InvalidName.into()));
    });
}

#[test]
fn register_adapter_should_fail_when_the_name_is_not_utf8() {
    run(|| {
        let result = register_with(b"\xc3\x28", PRICE, metrics());
        assert_eq!(result, Err(Error::<Test>::InvalidName.into()));
    });
}

#[test]
fn register_adapter_should_fail_when_the_accuracy_is_above_the_whole() {
    run(|| {
        let metrics = AdapterMetrics {
            accuracy: Ppm(1_000_001),
            ..metrics()
        };
        let result = register_with(b"topics", PRICE, metrics);
        assert_eq!(result, Err(Error::<Test>::InvalidMetrics.into()));
    });
}

#[test]
fn register_adapter_should_fail_when_the_baseline_accuracy_is_above_the_whole() {
    run(|| {
        let metrics = AdapterMetrics {
            baseline_accuracy: Ppm(u32::MAX),
            ..metrics()
        };
        let result = register_with(b"topics", PRICE, metrics);
        assert_eq!(result, Err(Error::<Test>::InvalidMetrics.into()));
    });
}

#[test]
fn register_adapter_should_fail_when_the_developer_cannot_pay_the_deposit() {
    run(|| {
        base_model(0);
        let (version, _) = version(1);
        assert_noop!(
            Models::register_adapter(
                RuntimeOrigin::signed(account(ACCOUNTS)),
                BaseModelId(0),
                text(b"topics"),
                vec![version]
                    .try_into()
                    .expect("one version is within the bound"),
                artifacts(0),
                PRICE,
                metrics(),
            ),
            TokenError::FundsUnavailable
        );
    });
}

#[test]
fn register_adapter_should_fail_when_the_ids_have_run_out() {
    // Without `run`: a chain whose ids have run out has no gapless ids.
    new_test_ext().execute_with(|| {
        base_model(0);
        let (version, _) = version(1);
        NextAdapterId::<Test>::put(AdapterId(u32::MAX));
        assert_noop!(try_register(&[version], 0), Error::<Test>::IdsExhausted);
    });
}

#[test]
fn register_adapter_should_refuse_the_root() {
    run(|| {
        base_model(0);
        let (version, _) = version(1);
        assert_noop!(
            Models::register_adapter(
                RuntimeOrigin::root(),
                BaseModelId(0),
                text(b"topics"),
                vec![version]
                    .try_into()
                    .expect("one version is within the bound"),
                artifacts(0),
                PRICE,
                metrics(),
            ),
            DispatchError::BadOrigin
        );
    });
}
