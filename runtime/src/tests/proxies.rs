// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What a proxy may do for the account behind it.

use codec::Encode;
use frame_support::{assert_ok, traits::InstanceFilter};
use openledger_primitives::{
    AdapterId, ContributionId, DatanetId, JobId, Ppm, ProposalId, VersionRef, H256,
};
use pallet_ai_governance::{Kind, MilestoneReport, ScoreReport};
use pallet_identity::{legacy::IdentityInfo, Data};
use pallet_operator_staking::Roles;
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{DispatchError, Perbill};

use super::{
    chain::*,
    voters::{ballot, submit},
};
use crate::{
    configs::{governance::origins::Origin, ProxyType},
    *,
};

/// All types in the order of their indices.
const TYPES: [ProxyType; 7] = [
    ProxyType::Any,
    ProxyType::NonTransfer,
    ProxyType::Data,
    ProxyType::Models,
    ProxyType::Worker,
    ProxyType::Governance,
    ProxyType::Staking,
];

const PRINCIPAL: Sr25519Keyring = Sr25519Keyring::Bob;
const PROXY: Sr25519Keyring = Sr25519Keyring::Dave;

/// Dispatches a call for [`PRINCIPAL`] by a proxy of that type.
fn through(proxy_type: ProxyType, call: RuntimeCall) -> Result<(), DispatchError> {
    assert_ok!(Proxy::add_proxy(
        signed(PRINCIPAL),
        PROXY.to_account_id().into(),
        proxy_type,
        0
    ));
    assert_ok!(Proxy::proxy(
        signed(PROXY),
        PRINCIPAL.to_account_id().into(),
        None,
        Box::new(call)
    ));
    System::read_events_for_pallet::<pallet_proxy::Event<Runtime>>()
        .into_iter()
        .find_map(|event| match event {
            pallet_proxy::Event::ProxyExecuted { result } => Some(result),
            _ => None,
        })
        .expect("the proxy made the call")
}

/// What a proxy gets for a call that it may not make.
fn filtered() -> Result<(), DispatchError> {
    Err(frame_system::Error::<Runtime>::CallFiltered.into())
}

fn transfer() -> RuntimeCall {
    RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death {
        dest: Sr25519Keyring::Eve.to_account_id().into(),
        value: OPEN,
    })
}

fn vote(referendum: u32) -> RuntimeCall {
    RuntimeCall::ConvictionVoting(pallet_conviction_voting::Call::vote {
        poll_index: referendum,
        vote: ballot(true),
    })
}

fn register_operator() -> RuntimeCall {
    RuntimeCall::OperatorStaking(pallet_operator_staking::Call::register_operator {
        roles: Roles {
            evaluator: true,
            ..Default::default()
        },
        commission: Perbill::from_percent(5),
        bond: 1_000 * OPEN,
    })
}

fn propose() -> RuntimeCall {
    let split = openledger_primitives::FeeSplit::default();
    RuntimeCall::AiGovernance(pallet_ai_governance::Call::submit {
        kind: Box::new(Kind::AttributionParameters { split }),
    })
}

/// The reports of an evaluator: on a milestone, on a contribution.
fn reports() -> [RuntimeCall; 2] {
    let report = H256([9; 32]);
    [
        RuntimeCall::AiGovernance(pallet_ai_governance::Call::submit_evaluation {
            proposal: ProposalId(0),
            milestone: 0,
            report: MilestoneReport {
                adapter: AdapterId(0),
                evaluation: VersionRef {
                    datanet: DatanetId(0),
                    number: 1,
                },
                value: 950_000,
                report,
            },
        }),
        RuntimeCall::AiGovernance(pallet_ai_governance::Call::submit_score {
            proposal: ProposalId(0),
            contribution: ContributionId(0),
            report: ScoreReport {
                score: Ppm(900_000),
                report,
            },
        }),
    ]
}

fn set_identity() -> RuntimeCall {
    RuntimeCall::Identity(pallet_identity::Call::set_identity {
        info: Box::new(IdentityInfo {
            additional: Default::default(),
            display: Data::Raw(b"Bob".to_vec().try_into().expect("it is short")),
            legal: Data::None,
            web: Data::None,
            riot: Data::None,
            email: Data::None,
            pgp_fingerprint: None,
            image: Data::None,
            twitter: Data::None,
        }),
    })
}

/// Calls of which each type but `Any` lacks some.
fn calls() -> Vec<RuntimeCall> {
    let job = JobId(0);
    let mut calls = vec![
        transfer(),
        vote(0),
        register_operator(),
        propose(),
        set_identity(),
        RuntimeCall::Datanets(pallet_datanets::Call::accept_contribution {
            contribution: ContributionId(0),
            report: H256([9; 32]),
        }),
        RuntimeCall::Models(pallet_models::Call::publish {
            adapter: AdapterId(0),
        }),
        RuntimeCall::Inference(pallet_inference::Call::retire_worker {}),
        RuntimeCall::Inference(pallet_inference::Call::cancel { job }),
        RuntimeCall::Session(pallet_session::Call::purge_keys {}),
        RuntimeCall::Vesting(pallet_vesting::Call::vest {}),
    ];
    calls.extend(reports());
    calls
}

#[test]
fn a_type_should_keep_its_index() {
    let indices = TYPES.map(|proxy_type| proxy_type.encode()[0]);
    assert_eq!(indices, [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_type_should_allow_what_those_within_it_allow() {
    for outer in TYPES {
        for inner in TYPES.into_iter().filter(|inner| outer.is_superset(inner)) {
            for call in calls() {
                assert!(
                    outer.filter(&call) || !inner.filter(&call),
                    "{inner:?} allows more than {outer:?}: {call:?}"
                );
            }
        }
    }
}

#[test]
fn any_proxy_should_transfer() {
    on_development_chain(|| {
        assert_ok!(through(ProxyType::Any, transfer()));
    });
}

#[test]
fn no_other_proxy_should_transfer() {
    for proxy_type in TYPES.into_iter().filter(|found| *found != ProxyType::Any) {
        on_development_chain(|| {
            assert_eq!(
                through(proxy_type, transfer()),
                filtered(),
                "{proxy_type:?}"
            );
        });
    }
}

#[test]
fn a_governance_proxy_should_vote() {
    on_development_chain(|| {
        let remark = frame_system::Call::remark { remark: vec![] };
        let referendum = submit(Origin::GeneralAdmin, remark.into());
        assert_ok!(through(ProxyType::Governance, vote(referendum)));
    });
}

#[test]
fn a_governance_proxy_should_submit_an_ai_proposal() {
    on_development_chain(|| {
        assert_ok!(through(ProxyType::Governance, propose()));
        let proposal = pallet_ai_governance::Proposals::<Runtime>::get(ProposalId(0));
        assert_eq!(
            proposal.map(|found| found.proposer),
            Some(PRINCIPAL.to_account_id())
        );
    });
}

#[test]
fn a_governance_proxy_should_set_the_identity() {
    on_development_chain(|| {
        assert_ok!(through(ProxyType::Governance, set_identity()));
    });
}

#[test]
fn a_governance_proxy_should_not_report_as_an_evaluator() {
    for report in reports() {
        on_development_chain(|| {
            assert_eq!(through(ProxyType::Governance, report), filtered());
        });
    }
}

#[test]
fn a_governance_proxy_should_not_touch_stake() {
    on_development_chain(|| {
        let outcome = through(ProxyType::Governance, register_operator());
        assert_eq!(outcome, filtered());
    });
}

#[test]
fn a_staking_proxy_should_register_an_operator() {
    on_development_chain(|| {
        assert_ok!(through(ProxyType::Staking, register_operator()));
        assert!(pallet_operator_staking::Operators::<Runtime>::contains_key(
            PRINCIPAL.to_account_id()
        ));
    });
}

#[test]
fn a_staking_proxy_should_report_as_an_evaluator() {
    for report in reports() {
        on_development_chain(|| {
            // It may, but Bob is no evaluator.
            assert_eq!(
                through(ProxyType::Staking, report),
                Err(pallet_ai_governance::Error::<Runtime>::NotEvaluator.into())
            );
        });
    }
}

#[test]
fn a_staking_proxy_should_take_care_of_session_keys() {
    on_development_chain(|| {
        let purge = RuntimeCall::Session(pallet_session::Call::purge_keys {});
        // It may, but Bob has none.
        assert_eq!(
            through(ProxyType::Staking, purge),
            Err(pallet_session::Error::<Runtime>::NoKeys.into())
        );
    });
}

#[test]
fn a_staking_proxy_should_not_vote() {
    on_development_chain(|| {
        assert_eq!(through(ProxyType::Staking, vote(0)), filtered());
    });
}

#[test]
fn a_staking_proxy_should_not_propose() {
    on_development_chain(|| {
        assert_eq!(through(ProxyType::Staking, propose()), filtered());
    });
}

#[test]
fn a_batch_should_not_carry_what_its_proxy_may_not_do() {
    on_development_chain(|| {
        let batch = pallet_utility::Call::batch_all {
            calls: vec![register_operator(), transfer()],
        };
        assert_eq!(
            through(ProxyType::Staking, RuntimeCall::Utility(batch)),
            filtered()
        );
    });
}
