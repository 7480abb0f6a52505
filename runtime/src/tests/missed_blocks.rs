// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Missed blocks with a real network's epochs and a hundred validators: three blocks an epoch for
//! each, far too few to judge by.

use frame_support::{assert_ok, traits::fungible::Mutate, BoundedVec};
use pallet_operator_staking::{
    ActiveEra, ChillReason, EraValidators, Exposure, Exposures, Operators, Roles, Status,
};
use pallet_session::SessionManager;
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring;
use sp_runtime::Perbill;

use super::chain::on_development_chain;
use crate::*;

const VALIDATORS: u8 = 100;

fn validator(index: u8) -> AccountId {
    AccountId::new([index; 32])
}

/// Runs `test` in an era of a hundred validators.
fn on_a_large_network(test: impl FnOnce()) {
    on_development_chain(|| {
        let roles = Roles {
            validator: true,
            ..Default::default()
        };
        let bond = configs::ValidatorBond::get();
        let era = ActiveEra::<Runtime>::get().index;
        // They take the place of the one of genesis.
        for account in EraValidators::<Runtime>::take(era) {
            Exposures::<Runtime>::remove(era, account);
        }
        let validators: Vec<AccountId> = (1..=VALIDATORS).map(validator).collect();
        for account in &validators {
            assert_ok!(<Balances as Mutate<_>>::transfer(
                &Sr25519Keyring::Alice.to_account_id(),
                account,
                bond + OPEN,
                frame_support::traits::tokens::Preservation::Preserve,
            ));
            assert_ok!(OperatorStaking::register_operator(
                RuntimeOrigin::signed(account.clone()),
                roles,
                Perbill::zero(),
                bond,
            ));
            Exposures::<Runtime>::insert(era, account, Exposure::default());
        }
        EraValidators::<Runtime>::insert(era, BoundedVec::truncate_from(validators));
        test();
    });
}

/// An epoch whose blocks all validators from `first` on author in turn.
fn epoch_without_those_before(first: u8) {
    let authors = (first..=VALIDATORS).cycle().map(validator);
    for author in authors.take(EPOCH_DURATION as usize) {
        <OperatorStaking as pallet_authorship::EventHandler<_, _>>::note_author(author);
    }
    <OperatorStaking as SessionManager<_>>::end_session(0);
}

fn chilled() -> Vec<AccountId> {
    (1..=VALIDATORS)
        .map(validator)
        .filter(|account| {
            let status = Operators::<Runtime>::get(account).map(|operator| operator.status);
            matches!(
                status,
                Some(Status::Chilled {
                    reason: ChillReason::MissedBlocks,
                    ..
                })
            )
        })
        .collect()
}

#[test]
fn a_validator_of_a_hundred_that_is_away_should_be_chilled_within_an_era() {
    on_a_large_network(|| {
        for _ in 0..SESSIONS_PER_ERA {
            epoch_without_those_before(2);
        }
        assert_eq!(chilled(), [validator(1)]);
    });
}

#[test]
fn a_validator_of_a_hundred_should_not_be_chilled_for_an_epoch_without_its_blocks() {
    on_a_large_network(|| {
        epoch_without_those_before(2);
        for _ in 1..SESSIONS_PER_ERA {
            epoch_without_those_before(1);
        }
        assert_eq!(chilled(), []);
    });
}

#[test]
fn a_split_network_should_chill_nobody() {
    on_a_large_network(|| {
        for _ in 0..SESSIONS_PER_ERA {
            epoch_without_those_before(51);
        }
        assert_eq!(chilled(), []);
    });
}
