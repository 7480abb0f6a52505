// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The real allocation of OPEN: who holds what at genesis, and when it can be moved.

use frame_support::{
    assert_noop, assert_ok,
    traits::{schedule::DispatchTime, Currency, Get, StorePreimage, VestingSchedule},
};
use pallet_conviction_voting::AccountVote;
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring;
use sp_runtime::BuildStorage;

use super::chain::genesis;
use crate::{
    configs::governance::tracks::Tracks,
    genesis_presets::{
        Allocation, Category, Holder, Release, ALLOCATION, INCENTIVE_HALVING, INITIAL_INCENTIVE,
        MAINNET_CANDIDATE, MONTH, STAKING_INCENTIVES, TOTAL_SUPPLY,
    },
    *,
};

const CATEGORIES: [(Category, Balance); 5] = [
    (Category::Community, 517_100_000 * OPEN),
    (Category::Investors, 182_900_000 * OPEN),
    (Category::Team, 150_000_000 * OPEN),
    (Category::Ecosystem, 100_000_000 * OPEN),
    (Category::Liquidity, 50_000_000 * OPEN),
];

/// Runs `test` on the genesis of the candidate, and checks that it minted nothing.
fn on_candidate(test: impl FnOnce()) {
    let storage = genesis(MAINNET_CANDIDATE)
        .build_storage()
        .expect("the genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        test();
        assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
    });
}

fn sum(parts: impl Iterator<Item = Allocation>) -> Balance {
    parts.map(|part| part.amount).sum()
}

/// The part of a category that people hold.
fn holder(category: Category) -> (AccountId, Balance) {
    let part = ALLOCATION
        .iter()
        .find(|part| part.category == category && matches!(part.holder, Holder::Placeholder(_)))
        .expect("people hold a part of it");
    (part.holder.account(), part.amount)
}

/// What of a category's holder is still locked when `months` months are over, planck.
fn locked_after(category: Category, months: BlockNumber) -> Balance {
    System::set_block_number(months * MONTH);
    pallet_vesting::Pallet::<Runtime>::vesting_balance(&holder(category).0).unwrap_or(0)
}

/// Checks that `part` of `whole` of a category's holdings is locked after `months` months, to the
/// planck that a rate in whole planck per block leaves: less than one for each block of vesting.
#[track_caller]
fn assert_locked(category: Category, months: BlockNumber, part: Balance, whole: Balance) {
    let amount = holder(category).1;
    let (locked, exact) = (locked_after(category, months), amount * part / whole);
    assert!(
        locked >= exact && locked - exact <= Balance::from(48 * MONTH),
        "{category:?} after {months} months: {locked} instead of {exact}"
    );
}

/// Tries to move `amount` of a category's holdings when `months` months are over.
fn try_to_move(category: Category, months: BlockNumber, amount: Balance) -> bool {
    System::set_block_number(months * MONTH);
    let (account, _) = holder(category);
    assert_ok!(Vesting::vest(RuntimeOrigin::signed(account.clone())));
    Balances::transfer_allow_death(
        RuntimeOrigin::signed(account),
        Sr25519Keyring::Bob.to_account_id().into(),
        amount,
    )
    .is_ok()
}

#[test]
fn the_table_should_add_up_to_the_supply() {
    assert_eq!(sum(ALLOCATION.into_iter()), 10u128.pow(9) * 10u128.pow(18));
}

#[test]
fn each_category_should_have_its_percentage() {
    for (category, amount) in CATEGORIES {
        let parts = ALLOCATION
            .into_iter()
            .filter(|part| part.category == category);
        assert_eq!(sum(parts), amount, "{category:?}");
    }
}

#[test]
fn the_percentages_should_be_those_of_the_token() {
    let parts = CATEGORIES.map(|(_, amount)| amount * 10_000 / TOTAL_SUPPLY);
    assert_eq!(parts, [5_171, 1_829, 1_500, 1_000, 500]);
}

#[test]
fn every_holder_should_hold_its_part_at_genesis() {
    on_candidate(|| {
        for part in ALLOCATION {
            assert_eq!(
                Balances::total_balance(&part.holder.account()),
                part.amount,
                "{:?}",
                part.holder
            );
        }
    });
}

#[test]
fn no_well_known_key_should_hold_anything() {
    on_candidate(|| {
        for account in Sr25519Keyring::well_known() {
            assert_eq!(Balances::total_balance(&account.to_account_id()), 0);
        }
    });
}

#[test]
fn a_month_should_be_a_twelfth_of_a_year() {
    assert_eq!(u64::from(MONTH) * 12 * 4, u64::from(DAYS) * 1_461);
}

#[test]
fn the_community_should_vest_over_48_months() {
    on_candidate(|| {
        for (months, left) in [(0, 48), (12, 36), (24, 24), (47, 1), (48, 0)] {
            assert_locked(Category::Community, months, left, 48);
        }
    });
}

#[test]
fn investors_should_vest_over_36_months_after_a_cliff() {
    on_candidate(|| {
        for (months, left) in [(0, 36), (6, 36), (12, 36), (24, 24), (47, 1), (48, 0)] {
            assert_locked(Category::Investors, months, left, 36);
        }
    });
}

#[test]
fn the_team_should_vest_over_36_months_after_a_cliff() {
    on_candidate(|| {
        for (months, left) in [(0, 36), (6, 36), (12, 36), (24, 24), (47, 1), (48, 0)] {
            assert_locked(Category::Team, months, left, 36);
        }
    });
}

#[test]
fn everything_should_be_free_a_block_after_48_months() {
    on_candidate(|| {
        System::set_block_number(48 * MONTH + 1);
        for category in [Category::Community, Category::Investors, Category::Team] {
            let locked = pallet_vesting::Pallet::<Runtime>::vesting_balance(&holder(category).0);
            assert_eq!(locked, Some(0), "{category:?}");
        }
    });
}

#[test]
fn nothing_of_the_team_should_move_before_its_cliff() {
    on_candidate(|| assert!(!try_to_move(Category::Team, 12, OPEN)));
}

#[test]
fn a_third_of_the_team_should_move_a_year_after_its_cliff() {
    on_candidate(|| assert!(try_to_move(Category::Team, 24, 49_999_999 * OPEN)));
}

#[test]
fn more_than_a_third_of_the_team_should_not_move_a_year_after_its_cliff() {
    on_candidate(|| assert!(!try_to_move(Category::Team, 24, 50_000_001 * OPEN)));
}

#[test]
fn liquidity_should_move_from_the_first_block() {
    on_candidate(|| {
        System::set_block_number(1);
        let (account, amount) = holder(Category::Liquidity);
        assert_ok!(Balances::transfer_allow_death(
            RuntimeOrigin::signed(account),
            Sr25519Keyring::Bob.to_account_id().into(),
            amount,
        ));
    });
}

#[test]
fn what_the_runtime_pays_out_should_not_be_locked() {
    on_candidate(|| {
        let pots = ALLOCATION
            .iter()
            .filter(|part| part.release == Release::ByTheRuntime);
        for pot in pots {
            let account = pot.holder.account();
            assert_eq!(System::account(&account).data.frozen, 0, "{:?}", pot.holder);
        }
    });
}

#[test]
fn incentives_should_wait_for_stakers() {
    on_candidate(|| {
        let pot = Holder::StakingIncentives.account();
        assert_eq!(Balances::free_balance(pot), STAKING_INCENTIVES);
    });
}

#[test]
fn incentives_should_not_be_released_before_the_community() {
    let released = |eras: u32| -> Balance {
        (0..eras)
            .map(|era| INITIAL_INCENTIVE >> (era / INCENTIVE_HALVING))
            .sum()
    };
    for months in 1..=48 {
        let eras = months * MONTH / (6 * HOURS);
        assert!(released(eras) <= STAKING_INCENTIVES * Balance::from(months) / 48);
    }
    assert!(STAKING_INCENTIVES / 2 - released(INCENTIVE_HALVING) < OPEN);
}

#[test]
fn unvested_open_should_vote() {
    on_candidate(|| {
        System::set_block_number(1);
        let call = frame_system::Call::remark { remark: vec![] };
        assert_ok!(Referenda::submit(
            RuntimeOrigin::signed(holder(Category::Liquidity).0),
            Box::new(frame_system::RawOrigin::Root.into()),
            Preimage::bound(call.into()).expect("the call is short"),
            DispatchTime::After(0),
        ));
        let (team, amount) = holder(Category::Team);
        let vote = AccountVote::Split {
            aye: amount,
            nay: 0,
        };
        assert_ok!(ConvictionVoting::vote(RuntimeOrigin::signed(team), 0, vote));
    });
}

#[test]
fn the_candidate_should_have_no_sudo_key() {
    on_candidate(|| assert_eq!(pallet_sudo::Key::<Runtime>::get(), None));
}

#[test]
fn nobody_should_use_sudo_on_the_candidate() {
    on_candidate(|| {
        let call = RuntimeCall::System(frame_system::Call::remark { remark: vec![] });
        for account in Sr25519Keyring::well_known() {
            assert_noop!(
                Sudo::sudo(
                    RuntimeOrigin::signed(account.to_account_id()),
                    Box::new(call.clone())
                ),
                pallet_sudo::Error::<Runtime>::RequireSudo
            );
        }
    });
}

#[test]
fn the_candidate_should_have_nobody_s_session_keys() {
    on_candidate(|| assert!(Session::validators().is_empty()));
}

#[test]
fn the_candidate_should_run_at_a_real_pace() {
    use pallet_referenda::TracksInfo;
    on_candidate(|| {
        let root = Tracks::info(0).expect("root has a track");
        assert_eq!(root.decision_period, 14 * DAYS);
        assert_eq!(
            <Runtime as pallet_babe::Config>::EpochDuration::get(),
            EPOCH_DURATION
        );
    });
}
