// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What pallets do appears as logs of the precompiles, each once, whoever caused it.

use super::mock::*;
use crate::{attribution, datanets, frame::to_u256, models};
use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use openledger_primitives::{
    listeners::{AttributionListener, DatanetsListener},
    AdapterId, ContributionId, DatanetId, H256,
};
use pallet_attribution::WeightInfo as _;
use pallet_datanets::WeightInfo as _;
use polkadot_sdk::*;

/// The logs of `work` alone.
fn logs_of(work: impl FnOnce()) -> Vec<crate::logs::Log> {
    System::reset_events();
    work();
    logs()
}

fn contributed(
    contribution: u64,
    contributor: &openledger_primitives::AccountId,
) -> crate::logs::Log {
    let event = IDatanets::Contributed {
        datanet: 0,
        contribution,
        contributor: sol(address(contributor)),
        rows: 3,
    };
    log(datanets::NUMBER, &event)
}

#[test]
fn a_contribution_through_the_precompile_should_log_once() {
    run(|| {
        done(&person(1), datanets::NUMBER, &create_datanet());
        let seen = logs_of(|| {
            done(&person(2), datanets::NUMBER, &contribute(0, 1, 3));
        });
        assert_eq!(seen, [contributed(0, &person(2))]);
    });
}

#[test]
fn a_contribution_by_an_extrinsic_should_log_once() {
    run(|| {
        done(&person(1), datanets::NUMBER, &create_datanet());
        let seen = logs_of(|| {
            assert_ok!(Datanets::contribute(
                RuntimeOrigin::signed(native()),
                DatanetId(0),
                H256([1; 32]),
                3,
                100,
                H256([2; 32]),
                b"CC0-1.0".to_vec().try_into().expect("short"),
                Default::default(),
            ));
        });
        assert_eq!(seen, [contributed(0, &native())]);
    });
}

#[test]
fn an_extrinsic_that_fails_should_not_log() {
    run(|| {
        let seen = logs_of(|| {
            let origin = RuntimeOrigin::signed(native());
            assert!(Datanets::publish_version(origin, DatanetId(0)).is_err());
        });
        assert_eq!(seen, []);
    });
}

#[test]
fn every_step_of_a_datanet_should_be_logged() {
    run(|| {
        let seen = logs_of(|| {
            published();
            let rejected = done(&person(2), datanets::NUMBER, &contribute(0, 7, 3));
            let reject = IDatanets::rejectContributionCall {
                contributionId: rejected,
                reason: IDatanets::Reason::OffTopic,
                duplicateOf: 0,
                copiedShare: 0,
                report: Default::default(),
            };
            done(&person(1), datanets::NUMBER, &reject);
            let withdrawn = done(&person(2), datanets::NUMBER, &contribute(0, 8, 3));
            let withdraw = IDatanets::withdrawContributionCall {
                contributionId: withdrawn,
            };
            done(&person(2), datanets::NUMBER, &withdraw);
            let transfer = IDatanets::transferDatanetCall {
                datanetId: 0,
                newOwner: sol(person_address(2)),
            };
            done(&person(1), datanets::NUMBER, &transfer);
        });
        let version = pallet_datanets::Versions::<Test>::get(DatanetId(0), 1).expect("published");
        let accepted = |contribution, contributor, index| {
            let event = IDatanets::ContributionAccepted {
                datanet: 0,
                contribution,
                contributor: sol(address(contributor)),
                index,
            };
            log(datanets::NUMBER, &event)
        };
        let created = IDatanets::DatanetCreated {
            datanet: 0,
            owner: sol(person_address(1)),
        };
        let second = IDatanets::Contributed {
            datanet: 0,
            contribution: 1,
            contributor: sol(address(&native())),
            rows: 7,
        };
        let published = IDatanets::VersionPublished {
            datanet: 0,
            number: 1,
            root: version.root.0.into(),
            contributions: 2,
            rows: 10,
        };
        let rejected = IDatanets::ContributionRejected {
            datanet: 0,
            contribution: 2,
            reason: IDatanets::Reason::OffTopic,
        };
        let withdrawn = IDatanets::ContributionWithdrawn {
            datanet: 0,
            contribution: 3,
        };
        let transferred = IDatanets::DatanetTransferred {
            datanet: 0,
            from: sol(person_address(1)),
            to: sol(person_address(2)),
        };
        let expected = [
            log(datanets::NUMBER, &created),
            contributed(0, &person(2)),
            accepted(0, &person(2), 0),
            log(datanets::NUMBER, &second),
            accepted(1, &native(), 1),
            log(datanets::NUMBER, &published),
            contributed(2, &person(2)),
            log(datanets::NUMBER, &rejected),
            contributed(3, &person(2)),
            log(datanets::NUMBER, &withdrawn),
            log(datanets::NUMBER, &transferred),
        ];
        assert_eq!(seen, expected);
    });
}

#[test]
fn every_step_of_an_adapter_should_be_logged() {
    run(|| {
        let version = published();
        let (model, number) = (base_model(), models::NUMBER);
        let seen = logs_of(|| {
            done(&person(3), number, &register_adapter(model, &[version]));
            done(&person(3), number, &IModels::publishCall { adapterId: 0 });
            assert_ok!(Models::set_price(
                RuntimeOrigin::signed(person(3)),
                AdapterId(0),
                9
            ));
            done(&person(3), number, &IModels::deprecateCall { adapterId: 0 });
        });
        let registered = IModels::AdapterRegistered {
            adapter: 0,
            developer: sol(person_address(3)),
            baseModel: model,
            artifact: [31; 32].into(),
            unitPrice: to_u256(PRICE),
        };
        let price = IModels::PriceSet {
            adapter: 0,
            unitPrice: to_u256(9),
            previous: to_u256(PRICE),
        };
        let expected = [
            log(number, &registered),
            log(number, &IModels::AdapterPublished { adapter: 0 }),
            log(number, &price),
            log(number, &IModels::AdapterDeprecated { adapter: 0 }),
        ];
        assert_eq!(seen, expected);
    });
}

#[test]
fn a_settlement_should_log_fee_and_shares() {
    run(|| {
        let adapter = adapter();
        let receipt = receipt(adapter);
        let hash = receipt.hash();
        let seen = logs_of(|| {
            let origin = RuntimeOrigin::signed(native());
            assert_ok!(Attribution::submit_receipt(origin, Box::new(receipt)));
        });
        let settled = IAttribution::ReceiptSettled {
            job: 0,
            consumer: sol(person_address(4)),
            adapter,
            worker: sol(address(&worker())),
            fee: to_u256(700),
            units: 100,
            receiptHash: hash.0.into(),
            outputHash: [21; 32].into(),
        };
        let paid = IAttribution::InfluencePaid {
            receiptHash: hash.0.into(),
            contributions: vec![0, 1],
            amounts: vec![to_u256(126), to_u256(294)],
        };
        let number = attribution::NUMBER;
        assert_eq!(seen, [log(number, &settled), log(number, &paid)]);
    });
}

#[test]
fn a_settlement_that_fails_should_not_log() {
    run(|| {
        let mut receipt = receipt(adapter());
        receipt.receipt.units += 1;
        let seen = logs_of(|| {
            let origin = RuntimeOrigin::signed(native());
            assert!(Attribution::submit_receipt(origin, Box::new(receipt)).is_err());
        });
        assert_eq!(seen, []);
    });
}

fn claimed(account: &openledger_primitives::AccountId, amount: u128) -> crate::logs::Log {
    let event = IAttribution::Claimed {
        account: sol(address(account)),
        amount: to_u256(amount),
    };
    log(attribution::NUMBER, &event)
}

#[test]
fn a_claim_through_the_precompile_should_log_once() {
    run(|| {
        settle(adapter());
        let seen = logs_of(|| {
            done(&person(2), attribution::NUMBER, &IAttribution::claimCall {});
        });
        assert_eq!(seen, [claimed(&person(2), 126)]);
    });
}

#[test]
fn a_claim_by_an_extrinsic_should_log_once() {
    run(|| {
        settle(adapter());
        let seen = logs_of(|| {
            assert_ok!(Attribution::claim(RuntimeOrigin::signed(native())));
        });
        assert_eq!(seen, [claimed(&native(), 294)]);
    });
}

#[test]
fn a_log_of_another_precompile_should_keep_its_address() {
    run(|| {
        done(&person(1), datanets::NUMBER, &create_datanet());
        let ((), collected) = crate::logs::collect(|| {
            let event = IAttribution::Claimed {
                account: sol(person_address(1)),
                amount: to_u256(1),
            };
            crate::logs::deposit::<Test>(crate::frame::address(attribution::NUMBER), &event);
        });
        assert_eq!(collected, [claimed(&person(1), 1)]);
    });
}

#[test]
fn an_accepted_contribution_should_name_its_contributor_whoever_accepts() {
    run(|| {
        done(&person(1), datanets::NUMBER, &create_datanet());
        done(&person(2), datanets::NUMBER, &contribute(0, 1, 3));
        let seen = logs_of(|| {
            assert_ok!(Datanets::accept_contribution(
                RuntimeOrigin::signed(person(1)),
                ContributionId(0),
                H256([9; 32])
            ));
        });
        let event = IDatanets::ContributionAccepted {
            datanet: 0,
            contribution: 0,
            contributor: sol(person_address(2)),
            index: 0,
        };
        assert_eq!(seen, [log(datanets::NUMBER, &event)]);
    });
}

#[test]
fn a_settlement_should_weigh_what_its_logs_do() {
    run(|| {
        let receipt = receipt(adapter());
        let told = attribution::Listener::<Test>::settled_weight(2);
        assert!(told.ref_time() > 0);
        let settled = pallet_attribution::weights::SubstrateWeight::<Test>::submit_receipts(2);
        let whole = Attribution::settlement_weight(&receipt);
        assert_eq!(whole, settled.saturating_add(told));
    });
}

#[test]
fn a_contribution_should_weigh_what_its_log_does() {
    let call = pallet_datanets::Call::<Test>::contribute {
        datanet: DatanetId(0),
        rows_root: H256([1; 32]),
        rows: 3,
        bytes: 100,
        content: H256([2; 32]),
        licence: Default::default(),
        uri: Default::default(),
    };
    let told = datanets::Listener::<Test>::weight();
    assert!(told.ref_time() > 0);
    let contribute = pallet_datanets::weights::SubstrateWeight::<Test>::contribute();
    let whole = call.get_dispatch_info().call_weight;
    assert_eq!(whole, contribute.saturating_add(told));
}

#[test]
fn the_logs_of_a_settlement_should_be_as_long_as_they_are_weighed() {
    run(|| {
        let adapter = adapter();
        let lengths: Vec<usize> = logs_of(|| {
            settle(adapter);
        })
        .iter()
        .map(|log| log.data.len())
        .collect();
        // Five words; then two arrays of two with their places and lengths.
        assert_eq!(lengths, [5 * 32, 128 + 64 * 2]);
    });
}
