// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{
    Candidates, EraBlocks, EraValidators, Error, Event, Exposure, ExposureOf, SortKey,
    ValidatorCount,
};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::AccountId;
use polkadot_sdk::*;
use sp_runtime::traits::Convert;

fn validators() -> Vec<AccountId> {
    let mut validators = session();
    validators.sort();
    validators
}

#[test]
fn the_operators_of_genesis_should_be_the_first_validators() {
    run(|| {
        // Two seats, three candidates with the same stake: the lowest accounts.
        assert_eq!(validators(), [account(1), account(2)]);
        assert_eq!(era(), 0);
    });
}

#[test]
fn an_era_should_last_its_sessions() {
    run(|| {
        next_session();
        assert_eq!(era(), 0);
        next_session();
        assert_eq!(era(), 1);
        next_session();
        assert_eq!(era(), 1);
        next_session();
        assert_eq!(era(), 2);
    });
}

#[test]
fn an_era_of_one_session_should_start_with_every_session() {
    run(|| {
        SessionsPerEra::set(1);
        next_era();
        let first = era();
        next_session();
        next_session();
        assert_eq!(era(), first + 2);
    });
}

#[test]
fn an_election_should_elect_those_with_the_most_stake() {
    run(|| {
        delegate(6, 3, 1_000);
        next_era();
        assert_eq!(validators(), [account(1), account(3)]);
    });
}

#[test]
fn an_election_should_pass_over_who_has_no_session_keys() {
    run(|| {
        register(6, validator_role(), 50_000);
        next_era();
        assert_eq!(validators(), [account(1), account(2)]);
    });
}

#[test]
fn an_election_should_elect_a_newcomer_with_session_keys() {
    run(|| {
        register(6, validator_role(), 50_000);
        set_keys(6);
        next_era();
        assert_eq!(validators(), [account(1), account(6)]);
    });
}

#[test]
fn an_election_should_pass_over_who_is_chilled() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        next_era();
        assert_eq!(validators(), [account(2), account(3)]);
    });
}

#[test]
fn an_election_should_fill_as_many_seats_as_governance_says() {
    run(|| {
        assert_ok!(Staking::set_validator_count(root(), 3));
        next_era();
        assert_eq!(validators(), [account(1), account(2), account(3)]);
    });
}

#[test]
fn an_election_should_leave_the_old_validators_when_it_finds_too_few() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        assert_ok!(Staking::chill(signed(2)));
        next_era();
        assert_eq!(validators(), [account(1), account(2)]);
        assert!(events().contains(&Event::ElectionFailed { era: 1, found: 1 }));
    });
}

/// Three validators are elected, two of which are chilled before the next election: too few are
/// left for it.
fn too_few_after_an_era_of_three() {
    assert_ok!(Staking::set_validator_count(root(), 3));
    next_era();
    assert_ok!(Staking::chill(signed(1)));
    assert_ok!(Staking::chill(signed(2)));
}

#[test]
fn an_election_that_fails_should_not_leave_validators_that_are_no_operators_any_more() {
    run(|| {
        too_few_after_an_era_of_three();
        assert_ok!(Staking::retire_operator(signed(3)));
        next_era();
        assert_eq!(validators(), [account(1), account(2)]);
    });
}

#[test]
fn an_election_that_fails_should_leave_all_when_too_few_of_them_are_operators() {
    run(|| {
        too_few_after_an_era_of_three();
        assert_ok!(Staking::retire_operator(signed(2)));
        assert_ok!(Staking::retire_operator(signed(3)));
        next_era();
        assert_eq!(validators(), [account(1), account(2), account(3)]);
    });
}

#[test]
fn an_era_should_go_by_even_when_its_election_fails() {
    run(|| {
        for index in 1..=GENESIS_VALIDATORS {
            assert_ok!(Staking::chill(signed(index)));
        }
        eras(3);
        assert_eq!(era(), 3);
    });
}

#[test]
fn an_election_should_write_what_stands_behind_each() {
    run(|| {
        delegate(6, 1, 1_000);
        next_era();
        let exposure = ExposureOf::<Test>::convert(account(1));
        assert_eq!(
            exposure,
            Some(Exposure {
                era: 1,
                total: BOND + 1_000,
                own: BOND
            })
        );
    });
}

#[test]
fn the_identity_of_a_validator_should_not_change_within_an_era() {
    run(|| {
        next_era();
        let before = ExposureOf::<Test>::convert(account(1));
        delegate(6, 1, 1_000);
        next_session();
        assert_eq!(era(), 1);
        assert_eq!(ExposureOf::<Test>::convert(account(1)), before);
    });
}

#[test]
fn a_key_of_a_validator_should_be_proven_in_every_session_of_its_era() {
    use frame_support::traits::KeyOwnerProofSystem;
    run(|| {
        next_era();
        for _ in 0..SessionsPerEra::get() {
            let dummy = sp_runtime::testing::UintAuthorityId(1);
            let key = (sp_runtime::key_types::DUMMY, dummy.encode());
            let proof = Historical::prove(key.clone()).expect("a validator");
            next_session();
            let (owner, exposure) = Historical::check_proof(key, proof).expect("proven");
            assert_eq!((owner, exposure.era), (account(1), 1));
        }
    });
}

#[test]
fn past_validators_should_be_forgotten() {
    run(|| {
        eras(3);
        let known: Vec<_> = EraValidators::<Test>::iter_keys().collect();
        assert_eq!(known, [3]);
    });
}

#[test]
fn the_beginnings_of_eras_that_cannot_be_punished_any_more_should_be_forgotten() {
    run(|| {
        eras(BONDING);
        let mut known: Vec<_> = EraBlocks::<Test>::iter_keys().collect();
        known.sort();
        assert_eq!(known, [1, 2, 3, 4]);
    });
}

#[test]
fn sessions_that_cannot_be_punished_any_more_should_be_pruned() {
    run(|| {
        eras(BONDING);
        let (first, _) = pallet_session::historical::StoredRange::<Test>::get().expect("stored");
        assert_eq!(Some(first), crate::EraSessions::<Test>::get(1));
    });
}

#[test]
fn the_order_of_candidates_should_be_by_stake_then_account() {
    let keys = [
        SortKey::new(u128::MAX, account(9)),
        SortKey::new(1 << 100, account(1)),
        SortKey::new(256, account(1)),
        SortKey::new(255, account(1)),
        SortKey::new(255, account(2)),
        SortKey::new(0, account(1)),
    ];
    let mut encoded: Vec<_> = keys.iter().map(Encode::encode).collect();
    encoded.sort();
    assert_eq!(encoded, keys.map(|key| key.encode()));
}

#[test]
fn the_candidates_should_be_listed_in_their_order() {
    run(|| {
        register(4, validator_role(), 20_000);
        register(5, validator_role(), 5_000);
        let order: Vec<_> = Candidates::<Test>::iter_keys()
            .map(|key| (key.stake(), key.account))
            .collect();
        assert_eq!(
            order,
            [
                (20_000, account(4)),
                (BOND, account(1)),
                (BOND, account(2)),
                (BOND, account(3)),
                (5_000, account(5)),
            ]
        );
    });
}

#[test]
fn set_validator_count_should_keep_to_its_bounds() {
    run(|| {
        for count in [1, 6] {
            assert_noop!(
                Staking::set_validator_count(root(), count),
                Error::<Test>::ValidatorCountOutOfBounds
            );
        }
        assert_eq!(ValidatorCount::<Test>::get(), 2);
    });
}
