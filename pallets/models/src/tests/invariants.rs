// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Random interleavings of calls, with the invariants checked after each.

use std::collections::BTreeMap;

use frame_support::storage::with_storage_layer;
use openledger_primitives::{
    traits::Models as _,
    views::{AdapterStatus, Lineage},
    AccountId, AdapterId, Balance, BaseModelId, BlockNumber, ContributionId, DatanetId, VersionRef,
    H256,
};
use polkadot_sdk::*;
use proptest::prelude::*;
use sp_runtime::DispatchResult;

use super::mock::*;
use crate::{Adapters, NextAdapterId, NextBaseModelId};

/// Who makes a call on an adapter.
#[derive(Clone, Copy, Debug)]
enum Caller {
    /// Its developer.
    Developer,
    /// This account, be it with or without the right.
    Account(u8),
}

/// One call. Most find what they name; some do not, and then nothing may change.
#[derive(Clone, Debug)]
enum Op {
    RegisterBaseModel {
        root: bool,
        nth: u8,
    },
    DelistBaseModel {
        root: bool,
        base_model: u32,
    },
    RegisterAdapter {
        who: u8,
        base_model: u32,
        versions: Vec<(u32, u32)>,
        salt: u8,
        price: u128,
    },
    SetPrice {
        by: Caller,
        adapter: u32,
        price: u128,
    },
    Publish {
        by: Caller,
        adapter: u32,
    },
    Deprecate {
        by: Caller,
        adapter: u32,
    },
    /// Another contribution, accepted and published: what is registered may not notice.
    Grow {
        datanet: u32,
    },
    /// Time passes.
    Wait {
        blocks: BlockNumber,
    },
}

fn op() -> impl Strategy<Value = Op> {
    // The last one has no funds.
    let who = || prop_oneof![4 => 1u8..3, 1 => Just(ACCOUNTS)];
    let by = || prop_oneof![4 => Just(Caller::Developer), 1 => who().prop_map(Caller::Account)];
    let id = any::<u32>;
    let versions = prop::collection::vec((0u32..2, 1u32..4), 1..3);
    prop_oneof![
        2 => (any::<bool>(), any::<u8>())
            .prop_map(|(root, nth)| Op::RegisterBaseModel { root, nth: nth % 16 }),
        1 => (prop::bool::weighted(0.2), id())
            .prop_map(|(root, base_model)| Op::DelistBaseModel { root, base_model }),
        8 => (who(), id(), versions, prop::bool::weighted(0.8), any::<u8>(), 0u128..9)
            .prop_map(|(who, base_model, mut versions, sorted, salt, price)| {
                if sorted {
                    versions.sort();
                    versions.dedup();
                }
                Op::RegisterAdapter { who, base_model, versions, salt: salt % 32, price }
            }),
        10 => (by(), id(), 0u128..9)
            .prop_map(|(by, adapter, price)| Op::SetPrice { by, adapter, price }),
        6 => (by(), id()).prop_map(|(by, adapter)| Op::Publish { by, adapter }),
        1 => (by(), id()).prop_map(|(by, adapter)| Op::Deprecate { by, adapter }),
        2 => (0u32..2).prop_map(|datanet| Op::Grow { datanet }),
        2 => (1u32..8).prop_map(|blocks| Op::Wait { blocks }),
    ]
}

/// One of the `count` ids that are given out, or once in eight times the one behind them.
fn id_at(number: u32, count: u32) -> u32 {
    if number.is_multiple_of(8) || count == 0 {
        count
    } else {
        number / 8 % count
    }
}

fn base_model_at(number: u32) -> BaseModelId {
    BaseModelId(id_at(number, NextBaseModelId::<Test>::get().0))
}

fn adapter_at(number: u32) -> AdapterId {
    AdapterId(id_at(number, NextAdapterId::<Test>::get().0))
}

/// The origin of a call on an adapter.
fn origin(by: Caller, adapter: AdapterId) -> RuntimeOrigin {
    let developer = || Adapters::<Test>::get(adapter).map(|record| record.developer);
    RuntimeOrigin::signed(match by {
        Caller::Developer => developer().unwrap_or(DEVELOPER),
        Caller::Account(index) => account(index),
    })
}

fn admin(root: bool) -> RuntimeOrigin {
    if root {
        RuntimeOrigin::root()
    } else {
        RuntimeOrigin::signed(DEVELOPER)
    }
}

fn apply(op: Op) -> DispatchResult {
    with_storage_layer(|| match op {
        Op::RegisterBaseModel { root, nth } => Models::register_base_model(
            admin(root),
            model_hash(nth),
            text(b"MiniLM"),
            384,
            6,
            text(b"MIT"),
        ),
        Op::DelistBaseModel { root, base_model } => {
            Models::delist_base_model(admin(root), base_model_at(base_model))
        }
        Op::RegisterAdapter {
            who,
            base_model,
            versions,
            salt,
            price,
        } => {
            let versions: Vec<_> = versions
                .into_iter()
                .map(|(datanet, number)| VersionRef {
                    datanet: DatanetId(datanet),
                    number,
                })
                .collect();
            Models::register_adapter(
                RuntimeOrigin::signed(account(who)),
                base_model_at(base_model),
                text(b"topics"),
                versions.try_into().expect("fewer than the bound are made"),
                artifacts(salt),
                price,
                metrics(),
            )
        }
        Op::SetPrice { by, adapter, price } => {
            let adapter = adapter_at(adapter);
            Models::set_price(origin(by, adapter), adapter, price)
        }
        Op::Publish { by, adapter } => {
            let adapter = adapter_at(adapter);
            Models::publish(origin(by, adapter), adapter)
        }
        Op::Deprecate { by, adapter } => {
            let adapter = adapter_at(adapter);
            Models::deprecate(origin(by, adapter), adapter)
        }
        Op::Grow { datanet } => {
            contribution(DatanetId(datanet), &account(4));
            publish_version(DatanetId(datanet));
            Ok(())
        }
        Op::Wait { blocks } => {
            System::set_block_number(System::block_number() + blocks);
            Ok(())
        }
    })
}

/// What an adapter may never change, and the prices it has had with the last block of each.
#[derive(Default)]
struct Seen {
    lineage: BTreeMap<AdapterId, (AccountId, H256, Lineage)>,
    status: BTreeMap<AdapterId, AdapterStatus>,
    prices: BTreeMap<AdapterId, Vec<(Balance, BlockNumber)>>,
}

impl Seen {
    /// 1. Developer, artifact and lineage are what they were at registration, however Datanets
    ///    grow.
    fn assert_lineage_never_changes(&mut self, id: AdapterId) {
        let lineage = Models::lineage(id).expect("the adapter exists");
        let adapter = &lineage.adapter;
        let (developer, artifact) = (adapter.developer.clone(), adapter.artifact);
        let before = self
            .lineage
            .entry(id)
            .or_insert_with(|| (developer.clone(), artifact, lineage.clone()));
        assert_eq!((&before.0, before.1), (&developer, artifact));
        assert_eq!(before.2.contributions, lineage.contributions);
        assert_eq!(before.2.adapter.versions, adapter.versions);
    }

    /// 2. `contributor_in_lineage` knows exactly what `lineage` lists.
    fn assert_lineage_is_exact(&self, id: AdapterId) {
        let (_, _, lineage) = self.lineage.get(&id).expect("the adapter was seen");
        let next = pallet_datanets::NextContributionId::<Test>::get();
        for contribution in (0..next.0).map(ContributionId) {
            let listed = lineage
                .contributions
                .iter()
                .find(|entry| entry.contribution == contribution)
                .map(|entry| entry.contributor.clone());
            assert_eq!(Models::contributor_in_lineage(id, contribution), listed);
        }
    }

    /// 3. A life goes from draft over published to deprecated, never back.
    fn assert_status_goes_forward(&mut self, id: AdapterId) {
        let rank = |status| match status {
            AdapterStatus::Draft => 0,
            AdapterStatus::Published => 1,
            AdapterStatus::Deprecated => 2,
        };
        let now = adapter(id).status;
        let before = self.status.insert(id, now).unwrap_or(AdapterStatus::Draft);
        assert!(rank(before) <= rank(now), "from {before:?} to {now:?}");
    }

    /// 4. The lowest price is the lowest that was in force within the notice period.
    fn assert_lowest_price(&mut self, id: AdapterId) {
        let now = System::block_number();
        let terms = Models::terms(id).expect("the adapter exists");
        if !self.prices.contains_key(&id) || adapter(id).status == AdapterStatus::Draft {
            self.prices.insert(id, vec![(terms.unit_price, now)]);
        }
        let prices = self.prices.get_mut(&id).expect("it was inserted");
        match prices.last_mut() {
            // The price still holds in this block, be it that it is replaced later in it.
            Some((price, last)) if *price == terms.unit_price => *last = now,
            Some((_, last)) => {
                // It was replaced in this block, whatever time passed before.
                *last = now;
                prices.push((terms.unit_price, now));
            }
            None => unreachable!("there is always a present price"),
        }
        let lowest = prices
            .iter()
            .filter(|(price, last)| *price == terms.unit_price || now < last + PriceNotice::get())
            .map(|(price, _)| *price)
            .min();
        assert_eq!(Some(terms.lowest_unit_price), lowest);
    }
}

/// 5. What is held is the deposit of every adapter, and less of those that are deprecated.
fn assert_deposits_are_conserved() {
    let deposits: Balance = Adapters::<Test>::iter_values()
        .map(|adapter| match adapter.status {
            AdapterStatus::Deprecated => RecordDeposit::get(),
            _ => AdapterDeposit::get(),
        })
        .sum();
    let total: Balance = (0..=ACCOUNTS).map(|who| held(&account(who))).sum();
    assert_eq!(total, deposits);
    assert_eq!(Balances::total_issuance(), FUNDS * Balance::from(ACCOUNTS));
}

/// A chain with two Datanets of two versions, and a base model.
fn start() {
    for contributions in [2, 1] {
        let (version, _) = version(contributions);
        contribution(version.datanet, &account(5));
        publish_version(version.datanet);
    }
    base_model(0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn invariants_should_hold_after_every_call(ops in prop::collection::vec(op(), 1..60)) {
        new_test_ext().execute_with(|| {
            start();
            let mut seen = Seen::default();
            for op in ops {
                let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
                if apply(op).is_err() {
                    let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
                    assert_eq!(before, after, "a failed call changed something");
                }
                assert_eq!(Models::do_try_state(), Ok(()));
                for id in Adapters::<Test>::iter_keys().collect::<Vec<_>>() {
                    seen.assert_lineage_never_changes(id);
                    seen.assert_lineage_is_exact(id);
                    seen.assert_status_goes_forward(id);
                    seen.assert_lowest_price(id);
                }
                assert_deposits_are_conserved();
            }
        });
    }
}

/// The interleavings above would say little if the price of a published adapter were never changed
/// in them.
#[test]
fn random_calls_should_change_the_price_of_published_adapters_in_most_runs() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let runs = 32;
    let with_past_prices = (0..runs)
        .filter(|_| {
            let ops = prop::collection::vec(op(), 50..60)
                .new_tree(&mut runner)
                .expect("the strategy has no filter")
                .current();
            new_test_ext().execute_with(|| {
                start();
                for op in ops {
                    // Many of them fail, as they should.
                    let _ = apply(op);
                }
                Adapters::<Test>::iter_values().any(|adapter| !adapter.past_prices.is_empty())
            })
        })
        .count();
    assert!(
        with_past_prices > runs / 2,
        "only {with_past_prices} of {runs}"
    );
}
