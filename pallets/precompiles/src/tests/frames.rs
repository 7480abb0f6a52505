// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What a precompile does in the EVM's frames: static, delegate, reverting, without gas.

use std::collections::BTreeSet;

use super::{mock::*, solidity::Interface};
use crate::{
    datanets,
    frame::to_u256,
    inference::{self, sol::IInference},
    open,
};
use openledger_primitives::DatanetId;
use pallet_revive::precompiles::alloy::{
    primitives::U256,
    sol_types::{SolCall, SolError},
};
use polkadot_sdk::*;

/// The address of a precompile for Solidity.
fn target(number: u16) -> pallet_revive::precompiles::alloy::primitives::Address {
    sol(crate::frame::address(number))
}

/// A transaction of `person(1)` through the prober.
fn through(
    prober: pallet_revive::precompiles::H160,
    call: &impl SolCall,
) -> Result<Vec<u8>, String> {
    transact(&person(1), prober, 0, call.abi_encode()).result
}

#[test]
fn a_contract_should_act_with_its_own_account() {
    run(|| {
        let prober = prober();
        let call = Prober::runCall {
            target: target(datanets::NUMBER),
            input: input(&create_datanet()),
        };
        through(prober, &call).expect("created");
        let datanet = pallet_datanets::Datanets::<Test>::get(DatanetId(0)).expect("created");
        assert_eq!(datanet.owner, account_of(prober));
    });
}

#[test]
fn a_contract_should_get_what_a_function_returns() {
    run(|| {
        let call = Prober::runCall {
            target: target(datanets::NUMBER),
            input: input(&create_datanet()),
        };
        let prober = prober();
        through(prober, &call).expect("created");
        let output = through(prober, &call).expect("created");
        let output = Prober::runCall::abi_decode_returns(&output).expect("bytes");
        let id = IDatanets::createDatanetCall::abi_decode_returns_validate(&output);
        assert_eq!(id.expect("an id"), 1);
    });
}

#[test]
fn a_contract_should_get_a_pallets_error_as_a_reason() {
    run(|| {
        let call = Prober::runCall {
            target: target(datanets::NUMBER),
            input: input(&IDatanets::publishVersionCall { datanetId: 5 }),
        };
        assert_eq!(
            through(prober(), &call),
            Err("revert: Datanets.UnknownDatanet".into())
        );
    });
}

#[test]
fn a_change_should_be_refused_under_staticcall() {
    run(|| {
        let prober = prober();
        for (number, change) in all_changes() {
            let call = Prober::lookCall {
                target: target(number),
                input: change,
            };
            let refused = Err("revert: Precompiles.StaticCall".into());
            assert_eq!(through(prober, &call), refused, "{number:x}");
        }
    });
}

#[test]
fn a_change_should_be_refused_under_delegatecall() {
    run(|| {
        let prober = prober();
        for (number, change) in all_changes() {
            let call = Prober::borrowCall {
                target: target(number),
                input: change,
            };
            let refused = Err("revert: Precompiles.DelegateCall".into());
            assert_eq!(through(prober, &call), refused, "{number:x}");
        }
    });
}

#[test]
fn a_change_should_be_refused_with_a_value() {
    run(|| {
        for (number, change) in changes() {
            let to = crate::frame::address(number);
            let outcome = transact(&person(1), to, 1_000, change.to_vec());
            let refused = Err("revert: Precompiles.NotPayable".into());
            assert_eq!(outcome.result, refused, "{number:x}");
        }
    });
}

/// Inputs with the numbers of the precompiles that take them.
type Inputs = Vec<(u16, pallet_revive::precompiles::alloy::primitives::Bytes)>;

/// Every function of these interfaces that changes something has to be in [`all_changes`]; those of
/// the others are in `runtime/src/tests/precompiles/guards.rs`.
#[test]
fn every_change_should_be_tried_here() {
    let interfaces = [
        ("IOpen", include_str!("../../interfaces/IOpen.sol")),
        ("IDatanets", include_str!("../../interfaces/IDatanets.sol")),
        ("IModels", include_str!("../../interfaces/IModels.sol")),
        (
            "IInference",
            include_str!("../../interfaces/IInference.sol"),
        ),
        (
            "IAttribution",
            include_str!("../../interfaces/IAttribution.sol"),
        ),
    ];
    let selectors = |inputs: Inputs| -> BTreeSet<String> {
        let selectors = inputs.iter().map(|(_, input)| hex::encode(&input[..4]));
        selectors.collect()
    };
    let stated = |is_payable: bool| -> BTreeSet<String> {
        interfaces
            .iter()
            .flat_map(|(name, file)| Interface::read(file, name).functions)
            .filter(|function| !function.is_view && function.is_payable == is_payable)
            .map(|function| function.selector)
            .collect()
    };
    assert_eq!(selectors(changes()), stated(false));
    assert_eq!(selectors(payable_changes()), stated(true));
}

/// An input of every function that changes something.
fn all_changes() -> Inputs {
    [changes(), payable_changes()].concat()
}

/// An input of every function that changes something and takes a value.
fn payable_changes() -> Inputs {
    let max_fee = to_u256(1_000);
    let inputs = [
        input(&IInference::requestCall {
            adapter: 0,
            input: vec![1].into(),
            maxFee: max_fee,
        }),
        input(&IInference::requestStoredCall {
            adapter: 0,
            inputHash: Default::default(),
            maxFee: max_fee,
        }),
        input(&IInference::requestWithCallbackCall {
            adapter: 0,
            input: vec![1].into(),
            maxFee: max_fee,
            callbackGas: 100_000,
        }),
    ];
    inputs.map(|input| (inference::NUMBER, input)).into()
}

/// An input of every function that changes something and takes no value.
fn changes() -> Inputs {
    let someone = sol(person_address(2));
    let open = [
        input(&IOpen::transferCall {
            to: someone,
            value: to_u256(1),
        }),
        input(&IOpen::approveCall {
            spender: someone,
            value: to_u256(1),
        }),
        input(&IOpen::transferFromCall {
            from: someone,
            to: someone,
            value: U256::ZERO,
        }),
        input(&IOpen::permitCall {
            owner: someone,
            spender: someone,
            value: U256::ZERO,
            deadline: U256::MAX,
            v: 27,
            r: Default::default(),
            s: Default::default(),
        }),
    ];
    let datanets = [
        input(&create_datanet()),
        input(&IDatanets::setPolicyCall {
            datanetId: 0,
            policy: policy(),
        }),
        input(&contribute(0, 1, 1)),
        input(&IDatanets::withdrawContributionCall { contributionId: 0 }),
        input(&IDatanets::acceptContributionCall {
            contributionId: 0,
            report: Default::default(),
        }),
        input(&IDatanets::rejectContributionCall {
            contributionId: 0,
            reason: IDatanets::Reason::OffTopic,
            duplicateOf: 0,
            copiedShare: 0,
            report: Default::default(),
        }),
        input(&IDatanets::publishVersionCall { datanetId: 0 }),
        input(&IDatanets::transferDatanetCall {
            datanetId: 0,
            newOwner: someone,
        }),
    ];
    let models = [
        input(&register_adapter(0, &[(0, 1)])),
        input(&IModels::setPriceCall {
            adapterId: 0,
            unitPrice: to_u256(1),
        }),
        input(&IModels::publishCall { adapterId: 0 }),
        input(&IModels::deprecateCall { adapterId: 0 }),
    ];
    let attribution = [
        input(&IAttribution::claimCall {}),
        input(&IAttribution::claimForCall { account: someone }),
    ];
    let inference = [input(&IInference::cancelCall { jobId: 0 })];
    let of = |number, inputs: &[_]| -> Vec<_> {
        inputs
            .iter()
            .cloned()
            .map(|input| (number, input))
            .collect()
    };
    [
        of(open::NUMBER, &open),
        of(datanets::NUMBER, &datanets),
        of(crate::models::NUMBER, &models),
        of(crate::attribution::NUMBER, &attribution),
        of(inference::NUMBER, &inference),
    ]
    .concat()
}

#[test]
fn a_view_should_answer_under_staticcall() {
    run(|| {
        let call = Prober::lookCall {
            target: target(open::NUMBER),
            input: input(&IOpen::balanceOfCall {
                account: sol(person_address(2)),
            }),
        };
        let output = through(prober(), &call).expect("answered");
        let output = Prober::lookCall::abi_decode_returns(&output).expect("bytes");
        assert_eq!(U256::from_be_slice(&output), to_u256(FUNDS - ED));
    });
}

#[test]
fn a_view_should_be_refused_with_a_value() {
    run(|| {
        let to = crate::frame::address(open::NUMBER);
        let input = IOpen::totalSupplyCall {}.abi_encode();
        let outcome = transact(&person(1), to, 1_000, input);
        assert_eq!(outcome.result, Err("revert: Precompiles.NotPayable".into()));
        assert_eq!(Balances::free_balance(account_of(to)), 0);
    });
}

#[test]
fn an_unknown_function_should_be_refused() {
    run(|| {
        let to = crate::frame::address(open::NUMBER);
        let outcome = transact(&person(1), to, 0, vec![1, 2, 3, 4]);
        assert!(outcome.result.is_err());
    });
}

#[test]
fn a_frame_that_reverts_should_roll_back_the_pallets_state() {
    run(|| {
        let prober = prober();
        let before = Balances::free_balance(account_of(prober));
        let call = Prober::attemptCall {
            target: target(datanets::NUMBER),
            input: input(&create_datanet()),
        };
        through(prober, &call).expect("only the inner frame reverts");
        // The call itself had succeeded: its frame returned the new id.
        let undone = through(prober, &Prober::undoneCall {}).expect("kept");
        let undone = Prober::undoneCall::abi_decode_returns(&undone).expect("bytes");
        let result = Prober::Undone::abi_decode(&undone)
            .expect("the error")
            .result;
        assert_eq!(U256::from_be_slice(&result), U256::ZERO);
        assert_eq!(pallet_datanets::Datanets::<Test>::iter().count(), 0);
        assert_eq!(pallet_datanets::NextDatanetId::<Test>::get(), DatanetId(0));
        assert_eq!(Balances::free_balance(account_of(prober)), before);
    });
}

#[test]
fn a_frame_that_reverts_should_leave_no_log() {
    run(|| {
        let call = Prober::attemptCall {
            target: target(datanets::NUMBER),
            input: input(&create_datanet()),
        };
        through(prober(), &call).expect("only the inner frame reverts");
        assert_eq!(logs(), []);
    });
}

#[test]
fn a_transaction_that_fails_later_should_roll_back_its_earlier_call() {
    run(|| {
        let call = Prober::twiceCall {
            target: target(datanets::NUMBER),
            first: input(&create_datanet()),
            second: input(&IDatanets::publishVersionCall { datanetId: 0 }),
        };
        let refused = Err("revert: Datanets.NothingNew".into());
        assert_eq!(through(prober(), &call), refused);
        assert_eq!(pallet_datanets::Datanets::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_call_should_be_charged_before_it_is_done() {
    run(|| {
        let call = create_datanet().abi_encode();
        let to = crate::frame::address(datanets::NUMBER);
        let whole = transact(&person(1), to, 0, call.clone());
        whole.result.expect("created");
        let needed = {
            use pallet_datanets::WeightInfo;
            pallet_datanets::weights::SubstrateWeight::<Test>::create_datanet()
        };
        assert!(whole.weight.ref_time() > needed.ref_time());
        // With less than the pallet's weight nothing is done.
        let outcome = transact_within(&person(1), to, 0, call, limits(needed));
        assert_eq!(
            outcome.result.map_err(|error| error.contains("OutOfGas")),
            Err(true)
        );
        assert_eq!(pallet_datanets::NextDatanetId::<Test>::get(), DatanetId(1));
    });
}

#[test]
fn publishing_should_be_charged_by_the_contributions_that_there_are() {
    run(|| {
        let (datanet, _) = published();
        accepted(&person(1), &person(2), datanet, 3, 1);
        let publish = IDatanets::publishVersionCall { datanetId: datanet };
        let to = crate::frame::address(datanets::NUMBER);
        let outcome = transact(&person(1), to, 0, publish.abi_encode());
        outcome.result.expect("published");
        let enough = outcome.weight;
        let most = {
            use pallet_datanets::WeightInfo;
            pallet_datanets::weights::SubstrateWeight::<Test>::publish_version(64)
        };
        assert!(enough.ref_time() < most.ref_time());
        // What a version with the most contributions weighs need not be there.
        accepted(&person(1), &person(2), datanet, 4, 1);
        let outcome = transact_within(&person(1), to, 0, publish.abi_encode(), limits(most));
        outcome.result.expect("published");
    });
}
