// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::datanets::NUMBER;
use openledger_primitives::{
    merkle::{prove_row, row_hash, rows_root},
    H256,
};
use pallet_revive::precompiles::alloy::primitives::B256;
use polkadot_sdk::*;

fn contribution(id: u64) -> IDatanets::Contribution {
    done(&person(4), NUMBER, &IDatanets::contributionCall { id })
}

fn owner_of_row(row: u64) -> IDatanets::ownerOfRowReturn {
    let call = IDatanets::ownerOfRowCall {
        datanetId: 0,
        number: 1,
        row,
    };
    done(&person(4), NUMBER, &call)
}

fn proof_of(row: u64) -> IDatanets::RowProof {
    let call = IDatanets::proofOfCall {
        datanetId: 0,
        number: 1,
        row,
    };
    done(&person(4), NUMBER, &call)
}

fn verify(proof: &IDatanets::RowProof) -> IDatanets::verifyContributionCall {
    IDatanets::verifyContributionCall {
        datanetId: 0,
        number: 1,
        index: proof.leafIndex,
        leaf: proof.leaf.clone(),
        siblings: proof.siblings.clone(),
    }
}

#[test]
fn create_datanet_should_make_the_caller_the_owner() {
    run(|| {
        let id = done(&person(1), NUMBER, &create_datanet());
        let datanet = done(&person(4), NUMBER, &IDatanets::datanetCall { id });
        assert_eq!(datanet.owner, sol(person_address(1)));
        assert_eq!(datanet.ownerAccount, crate::frame::to_bytes32(&person(1)));
        assert_eq!(datanet.name, "law");
        assert_eq!(datanet.policy.maxRows, 1_000);
    });
}

#[test]
fn create_datanet_should_give_each_its_own_id() {
    run(|| {
        assert_eq!(done(&person(1), NUMBER, &create_datanet()), 0);
        assert_eq!(done(&person(1), NUMBER, &create_datanet()), 1);
        let count = done(&person(1), NUMBER, &IDatanets::datanetCountCall {});
        assert_eq!(count, 2);
    });
}

#[test]
fn create_datanet_should_fail_with_too_long_a_name() {
    run(|| {
        let call = IDatanets::createDatanetCall {
            name: "n".repeat(65),
            policy: policy(),
        };
        let reason = refusal(&person(1), NUMBER, &call);
        assert_eq!(reason, "revert: Datanets.InvalidName");
    });
}

#[test]
fn create_datanet_should_fail_without_the_deposit() {
    run(|| {
        let poor = openledger_primitives::AccountId::new([0xEE; 32]);
        let rich = RuntimeOrigin::signed(person(1));
        frame_support::assert_ok!(Balances::transfer_allow_death(rich, poor.clone(), 2 * ED));
        let reason = refusal(&poor, NUMBER, &create_datanet());
        assert_eq!(reason, "revert: Token.FundsUnavailable");
    });
}

#[test]
fn set_policy_should_change_what_is_taken() {
    run(|| {
        let datanet = done(&person(1), NUMBER, &create_datanet());
        let call = IDatanets::setPolicyCall {
            datanetId: datanet,
            policy: IDatanets::Policy {
                open: false,
                ..policy()
            },
        };
        done(&person(1), NUMBER, &call);
        let reason = refusal(&person(2), NUMBER, &contribute(datanet, 1, 3));
        assert_eq!(reason, "revert: Datanets.Closed");
    });
}

#[test]
fn set_policy_should_fail_for_who_is_not_the_owner() {
    run(|| {
        let datanet = done(&person(1), NUMBER, &create_datanet());
        let call = IDatanets::setPolicyCall {
            datanetId: datanet,
            policy: policy(),
        };
        let reason = refusal(&person(2), NUMBER, &call);
        assert_eq!(reason, "revert: Datanets.NotOwner");
    });
}

#[test]
fn contribute_should_be_in_the_callers_name() {
    run(|| {
        let datanet = done(&person(1), NUMBER, &create_datanet());
        let id = done(&person(2), NUMBER, &contribute(datanet, 1, 3));
        let contribution = contribution(id);
        assert_eq!(contribution.contributor, sol(person_address(2)));
        assert_eq!(contribution.rows, 3);
        assert_eq!(contribution.size, 100);
        assert_eq!(contribution.licence, "CC0-1.0");
        assert_eq!(contribution.rowsRoot, B256::from([1; 32]));
        assert_eq!(contribution.content, B256::from([101; 32]));
        assert!(matches!(contribution.status, IDatanets::Status::Pending));
    });
}

#[test]
fn withdraw_contribution_should_return_the_deposit() {
    run(|| {
        let datanet = done(&person(1), NUMBER, &create_datanet());
        let id = done(&person(2), NUMBER, &contribute(datanet, 1, 3));
        assert_eq!(
            Balances::free_balance(person(2)),
            FUNDS - CONTRIBUTION_DEPOSIT
        );
        let call = IDatanets::withdrawContributionCall { contributionId: id };
        done(&person(2), NUMBER, &call);
        assert_eq!(Balances::free_balance(person(2)), FUNDS);
    });
}

#[test]
fn accept_contribution_should_give_it_a_place() {
    run(|| {
        published();
        let second = contribution(1);
        assert!(matches!(second.status, IDatanets::Status::Accepted));
        assert_eq!((second.index, second.firstRow), (1, 3));
        assert_eq!(second.report, B256::from([9; 32]));
    });
}

#[test]
fn accepted_at_should_name_the_contributor_of_a_place() {
    run(|| {
        published();
        let call = IDatanets::acceptedAtCall {
            datanetId: 0,
            index: 1,
        };
        let answer = done(&person(4), NUMBER, &call);
        assert_eq!(answer.contributionId, 1);
        assert_eq!(answer.contributor, sol(address(&native())));
        assert_eq!(
            answer.contributorAccount,
            crate::frame::to_bytes32(&native())
        );
    });
}

#[test]
fn reject_contribution_should_be_final() {
    run(|| {
        let datanet = done(&person(1), NUMBER, &create_datanet());
        let id = done(&person(2), NUMBER, &contribute(datanet, 1, 3));
        let call = IDatanets::rejectContributionCall {
            contributionId: id,
            reason: IDatanets::Reason::LowQuality,
            duplicateOf: 0,
            copiedShare: 0,
            report: [8; 32].into(),
        };
        done(&person(1), NUMBER, &call);
        assert!(matches!(
            contribution(id).status,
            IDatanets::Status::Rejected
        ));
        let reason = refusal(&person(1), NUMBER, &call);
        assert_eq!(reason, "revert: Datanets.NotPending");
    });
}

#[test]
fn reject_contribution_should_name_what_it_copies() {
    run(|| {
        published();
        let copy = done(&person(3), NUMBER, &contribute(0, 5, 3));
        let call = IDatanets::rejectContributionCall {
            contributionId: copy,
            reason: IDatanets::Reason::Duplicate,
            duplicateOf: copy,
            copiedShare: 1_000_000,
            report: [8; 32].into(),
        };
        let reason = refusal(&person(1), NUMBER, &call);
        assert_eq!(reason, "revert: Datanets.DuplicateOfItself");
        let call = IDatanets::rejectContributionCall {
            duplicateOf: 1,
            ..call
        };
        done(&person(1), NUMBER, &call);
    });
}

#[test]
fn publish_version_should_freeze_what_is_accepted() {
    run(|| {
        assert_eq!(published(), (0, 1));
        let call = IDatanets::versionCall {
            datanetId: 0,
            number: 1,
        };
        let version = done(&person(4), NUMBER, &call);
        assert_eq!((version.contributions, version.rows), (2, 10));
        assert_eq!(version.publishedAt, 1);
    });
}

#[test]
fn version_should_fail_where_there_is_none() {
    run(|| {
        published();
        let call = IDatanets::versionCall {
            datanetId: 0,
            number: 2,
        };
        let reason = refusal(&person(4), NUMBER, &call);
        assert_eq!(reason, "revert: Datanets.UnknownVersion");
    });
}

#[test]
fn transfer_datanet_should_change_the_owner() {
    run(|| {
        let datanet = done(&person(1), NUMBER, &create_datanet());
        let call = IDatanets::transferDatanetCall {
            datanetId: datanet,
            newOwner: sol(address(&native())),
        };
        done(&person(1), NUMBER, &call);
        let view = done(&person(4), NUMBER, &IDatanets::datanetCall { id: datanet });
        assert_eq!(view.ownerAccount, crate::frame::to_bytes32(&native()));
    });
}

#[test]
fn owner_of_row_should_name_who_contributed_each_row() {
    run(|| {
        published();
        for row in 0..10 {
            let answer = owner_of_row(row);
            let (id, who, place) = match row {
                0..=2 => (0, person(2), row),
                _ => (1, native(), row - 3),
            };
            assert_eq!(answer.contributionId, id);
            assert_eq!(answer.contributor, sol(address(&who)));
            assert_eq!(answer.contributorAccount, crate::frame::to_bytes32(&who));
            assert_eq!(u64::from(answer.rowInContribution), place);
        }
    });
}

#[test]
fn owner_of_row_should_agree_with_the_proof_for_many_contributions() {
    run(|| {
        let datanet = done(&person(1), NUMBER, &create_datanet());
        for salt in 1..=23u8 {
            let who = person(1 + salt % 4);
            accepted(&person(1), &who, datanet, salt, u32::from(salt % 5) + 1);
        }
        done(
            &person(1),
            NUMBER,
            &IDatanets::publishVersionCall { datanetId: datanet },
        );
        let call = IDatanets::versionCall {
            datanetId: datanet,
            number: 1,
        };
        let rows = done(&person(1), NUMBER, &call).rows;
        for row in 0..rows {
            let (owner, proof) = (owner_of_row(row), proof_of(row));
            assert_eq!(owner.contributionId, proof.contribution);
            assert_eq!(owner.contributor, proof.contributor);
            assert_eq!(owner.rowInContribution, proof.rowInContribution);
        }
    });
}

#[test]
fn owner_of_row_should_fail_behind_the_last_row() {
    run(|| {
        published();
        let call = IDatanets::ownerOfRowCall {
            datanetId: 0,
            number: 1,
            row: 10,
        };
        let reason = refusal(&person(4), NUMBER, &call);
        assert_eq!(reason, "revert: Datanets.UnknownRow");
    });
}

#[test]
fn proof_of_should_verify() {
    run(|| {
        published();
        for row in [0, 2, 3, 9] {
            assert!(done(&person(4), NUMBER, &verify(&proof_of(row))));
        }
    });
}

#[test]
fn verify_contribution_should_refuse_another_account() {
    run(|| {
        published();
        let mut proof = proof_of(0);
        let mut leaf = proof.leaf.to_vec();
        // The account follows the contribution's eight bytes.
        leaf[8] ^= 1;
        proof.leaf = leaf.into();
        assert!(!done(&person(4), NUMBER, &verify(&proof)));
    });
}

#[test]
fn verify_contribution_should_refuse_another_place() {
    run(|| {
        published();
        let mut proof = proof_of(0);
        proof.leafIndex = 1;
        assert!(!done(&person(4), NUMBER, &verify(&proof)));
        proof.leafIndex = 2;
        assert!(!done(&person(4), NUMBER, &verify(&proof)));
    });
}

#[test]
fn verify_contribution_should_refuse_too_long_a_proof() {
    run(|| {
        published();
        let mut proof = proof_of(0);
        proof.siblings = vec![B256::ZERO; 33];
        let reason = refusal(&person(4), NUMBER, &verify(&proof));
        assert_eq!(reason, "revert: Datanets.ProofTooLong");
    });
}

/// Five rows that `person(2)` contributed, and the call that verifies the third.
fn third_row() -> IDatanets::verifyRowCall {
    let rows = [
        &b"a tort"[..],
        b"a contract",
        b"a lien",
        b"a writ",
        b"a deed",
    ];
    let hashes: Vec<H256> = rows.iter().map(|row| row_hash(row)).collect();
    let datanet = done(&person(1), NUMBER, &create_datanet());
    let call = IDatanets::contributeCall {
        rowsRoot: rows_root(&hashes).0.into(),
        ..contribute(datanet, 1, 5)
    };
    let proof = prove_row(&hashes, 2).expect("there is a third");
    IDatanets::verifyRowCall {
        contributionId: done(&person(2), NUMBER, &call),
        index: 2,
        row: b"a lien".into(),
        siblings: proof.siblings.iter().map(|hash| hash.0.into()).collect(),
    }
}

#[test]
fn verify_row_should_find_a_row_in_a_contribution() {
    run(|| assert!(done(&person(4), NUMBER, &third_row())));
}

#[test]
fn verify_row_should_refuse_another_row() {
    run(|| {
        let call = IDatanets::verifyRowCall {
            row: b"a loan".into(),
            ..third_row()
        };
        assert!(!done(&person(4), NUMBER, &call));
    });
}

#[test]
fn verify_row_should_fail_for_an_unknown_contribution() {
    run(|| {
        let call = IDatanets::verifyRowCall {
            contributionId: 7,
            ..third_row()
        };
        let reason = refusal(&person(4), NUMBER, &call);
        assert_eq!(reason, "revert: Datanets.UnknownContribution");
    });
}
