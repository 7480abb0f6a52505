// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Every function of `IStaking` and `IGovernance` that changes something is refused where nothing
//! may be changed, and with a value unless it takes one. Those of the other interfaces are tried in
//! `pallets/precompiles/src/tests/frames.rs`.

use std::collections::BTreeSet;

use pallet_precompiles::{
    governance::{self, sol::IGovernance},
    staking::{self, sol::IStaking},
};

use super::*;

// What the pallet's own tests read of the files is more.
#[allow(dead_code)]
#[path = "../../../../pallets/precompiles/src/tests/solidity.rs"]
mod solidity;

use solidity::Interface;

/// An input of every function of `IStaking` that changes something.
fn staking_changes() -> Vec<Vec<u8>> {
    let operator = sol(stranger());
    vec![
        IStaking::delegateCall {
            operator,
            amount: amount(OPEN),
        }
        .abi_encode(),
        IStaking::undelegateCall {
            operator,
            amount: amount(OPEN),
        }
        .abi_encode(),
        IStaking::redelegateCall {
            from: operator,
            to: operator,
            amount: amount(OPEN),
        }
        .abi_encode(),
        IStaking::withdrawCall { operator }.abi_encode(),
    ]
}

/// An input of every function of `IGovernance` that changes something.
fn governance_changes() -> Vec<Vec<u8>> {
    let someone = sol(stranger());
    vec![
        IGovernance::voteCall {
            referendum: 0,
            aye: true,
            conviction: 1,
            amount: amount(OPEN),
        }
        .abi_encode(),
        IGovernance::voteSplitCall {
            referendum: 0,
            aye: amount(OPEN),
            nay: amount(OPEN),
            abstain: amount(OPEN),
        }
        .abi_encode(),
        IGovernance::removeVoteCall {
            track: 0,
            referendum: 0,
        }
        .abi_encode(),
        IGovernance::unlockCall {
            track: 0,
            account: someone,
        }
        .abi_encode(),
        IGovernance::delegateVotesCall {
            track: 0,
            target: someone,
            conviction: 1,
            amount: amount(OPEN),
        }
        .abi_encode(),
        IGovernance::undelegateVotesCall { track: 0 }.abi_encode(),
        IGovernance::proposeBaseModelCall {
            hash: [5; 32].into(),
            name: "MiniLM-L6".into(),
            hiddenSize: 384,
            layers: 6,
            licence: "Apache-2.0".into(),
        }
        .abi_encode(),
        IGovernance::proposeDelistingCall { baseModel: 0 }.abi_encode(),
        IGovernance::proposeBountyCall {
            datanet: 0,
            pot: amount(OPEN),
            pricePerRow: amount(1),
            scored: false,
            minScore: 0,
            endsAt: 10_000,
        }
        .abi_encode(),
        IGovernance::proposeGrantCall {
            beneficiary: someone,
            milestones: Vec::new(),
        }
        .abi_encode(),
        IGovernance::proposeFeeSplitCall {
            contributors: 700_000,
            developer: 100_000,
            worker: 100_000,
            stakers: 50_000,
            treasury: 50_000,
        }
        .abi_encode(),
    ]
}

/// An interface with the precompile's address and its changes.
fn guarded() -> [(Interface, H160, Vec<Vec<u8>>); 2] {
    [
        (
            Interface::read(
                include_str!("../../../../pallets/precompiles/interfaces/IStaking.sol"),
                "IStaking",
            ),
            staking::ADDRESS,
            staking_changes(),
        ),
        (
            Interface::read(
                include_str!("../../../../pallets/precompiles/interfaces/IGovernance.sol"),
                "IGovernance",
            ),
            governance::ADDRESS,
            governance_changes(),
        ),
    ]
}

fn selector(input: &[u8]) -> String {
    sp_core::bytes::to_hex(&input[..4], false)[2..].to_owned()
}

#[test]
fn every_change_should_be_tried_here() {
    for (interface, _, changes) in guarded() {
        let stated: BTreeSet<String> = interface
            .functions
            .into_iter()
            .filter(|function| !function.is_view)
            .map(|function| function.selector)
            .collect();
        let tried: BTreeSet<String> = changes.iter().map(|input| selector(input)).collect();
        assert_eq!(tried, stated);
    }
}

#[test]
fn a_change_should_be_refused_under_staticcall() {
    on_development_chain(|| {
        let prober = prober();
        for (_, target, changes) in guarded() {
            for input in changes {
                let look = Prober::lookCall {
                    target: sol(target),
                    input: input.clone().into(),
                };
                let refused = refusal(prober, 0, &look);
                assert_eq!(refused, "Precompiles.StaticCall", "{}", selector(&input));
            }
        }
    });
}

#[test]
fn a_change_should_be_refused_under_delegatecall() {
    on_development_chain(|| {
        let prober = prober();
        for (_, target, changes) in guarded() {
            for input in changes {
                let borrow = Prober::borrowCall {
                    target: sol(target),
                    input: input.clone().into(),
                };
                let refused = refusal(prober, 0, &borrow);
                assert_eq!(refused, "Precompiles.DelegateCall", "{}", selector(&input));
            }
        }
    });
}

#[test]
fn a_change_that_takes_no_value_should_be_refused_with_one() {
    on_development_chain(|| {
        let prober = prober();
        for (interface, target, changes) in guarded() {
            let takes_value = |input: &Vec<u8>| {
                let mut functions = interface.functions.iter();
                functions.any(|one| one.is_payable && one.selector == selector(input))
            };
            for input in changes.into_iter().filter(|input| !takes_value(input)) {
                let run = Prober::runCall {
                    target: sol(target),
                    input: input.clone().into(),
                };
                let refused = refusal(prober, OPEN, &run);
                assert_eq!(refused, "Precompiles.NotPayable", "{}", selector(&input));
            }
        }
    });
}
