// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The steps that are interleaved.

use frame_support::storage::with_storage_layer;
use openledger_primitives::{
    traits::{OperatorStake, WorkPoints},
    AccountId, Balance,
};
use polkadot_sdk::*;
use proptest::prelude::*;
use sp_runtime::{DispatchResult, Perbill};

use crate::{tests::mock::*, Delegations, EraIndex, Roles, SlashQueueEnds, Tickets};

/// One step. Many calls find nothing to do or break a rule, and then nothing may change.
#[derive(Clone, Debug)]
pub enum Op {
    Register {
        who: u8,
        roles: u8,
        percent: u32,
        bond: Balance,
    },
    SetRoles {
        who: u8,
        roles: u8,
    },
    Retire {
        who: u8,
    },
    BondMore {
        who: u8,
        amount: Balance,
    },
    BondLess {
        who: u8,
        amount: Balance,
    },
    Delegate {
        who: u8,
        operator: u8,
        amount: Balance,
    },
    Undelegate {
        position: u8,
        amount: Balance,
    },
    Redelegate {
        position: u8,
        to: u8,
        amount: Balance,
    },
    Withdraw {
        tickets: u8,
    },
    SetCommission {
        who: u8,
        percent: u32,
    },
    Chill {
        who: u8,
    },
    Activate {
        who: u8,
    },
    Realise {
        position: u8,
    },
    SetValidatorCount {
        count: u32,
    },
    SetRewardSplit {
        percent: u32,
    },
    CancelSlash {
        nth: u8,
    },
    ForceChill {
        who: u8,
    },
    /// It registers as an inference worker, or retires as one.
    Serve {
        who: u8,
        serves: bool,
    },
    /// It authors blocks, if it may.
    Author {
        who: u8,
        blocks: u32,
    },
    /// A receipt of it is settled.
    Settle {
        who: u8,
        fee: Balance,
    },
    /// Fees reach the stakers' pot.
    Fees {
        amount: Balance,
    },
    /// Somebody sends money to the held account.
    Donate {
        amount: Balance,
    },
    /// An equivocation is reported.
    Report {
        who: u8,
        eras_ago: EraIndex,
        fraction: Perbill,
    },
    /// False work of so many blocks ago is shown.
    ShowFalse {
        who: u8,
        blocks_ago: u32,
        fraction: Perbill,
    },
    /// An equivocation is reported of the operator whose pool a position has left, as of then.
    Follow {
        position: u8,
        fraction: Perbill,
    },
    /// A session ends, and so perhaps an era: rewards and slashes move.
    Session,
}

/// The account that pays fees and donations, and does nothing else.
pub const PAYER: u8 = ACCOUNTS;

fn roles(bits: u8) -> Roles {
    Roles {
        validator: bits & 1 != 0,
        worker: bits & 2 != 0,
        evaluator: bits & 4 != 0,
    }
}

pub fn op() -> impl Strategy<Value = Op> {
    let who = || 1u8..PAYER;
    // Mostly operators of genesis.
    let operator = || prop_oneof![5 => 1u8..=3, 1 => 1u8..PAYER];
    let amount = || {
        prop_oneof![
            4 => 0u128..3_000,
            1 => 0u128..200,
            1 => Just(20_000),
            1 => Just(Balance::MAX),
        ]
    };
    let fraction = || {
        prop_oneof![
            4 => (1u32..=300_000_000).prop_map(Perbill::from_parts),
            1 => (0u32..=1_000_000_000).prop_map(Perbill::from_parts),
            1 => Just(Perbill::one()),
        ]
    };
    prop_oneof![
        3 => (who(), 0u8..8, 0u32..60, amount())
            .prop_map(|(who, roles, percent, bond)| Op::Register { who, roles, percent, bond }),
        1 => (operator(), 0u8..8).prop_map(|(who, roles)| Op::SetRoles { who, roles }),
        1 => operator().prop_map(|who| Op::Retire { who }),
        2 => (operator(), amount()).prop_map(|(who, amount)| Op::BondMore { who, amount }),
        2 => (operator(), amount()).prop_map(|(who, amount)| Op::BondLess { who, amount }),
        9 => (who(), operator(), amount())
            .prop_map(|(who, operator, amount)| Op::Delegate { who, operator, amount }),
        5 => (any::<u8>(), amount())
            .prop_map(|(position, amount)| Op::Undelegate { position, amount }),
        9 => (any::<u8>(), operator(), amount())
            .prop_map(|(position, to, amount)| Op::Redelegate { position, to, amount }),
        5 => any::<u8>().prop_map(|tickets| Op::Withdraw { tickets }),
        1 => (operator(), 0u32..60).prop_map(|(who, percent)| Op::SetCommission { who, percent }),
        1 => operator().prop_map(|who| Op::Chill { who }),
        3 => operator().prop_map(|who| Op::Activate { who }),
        5 => any::<u8>().prop_map(|position| Op::Realise { position }),
        1 => (0u32..8).prop_map(|count| Op::SetValidatorCount { count }),
        1 => (0u32..=100).prop_map(|percent| Op::SetRewardSplit { percent }),
        1 => any::<u8>().prop_map(|nth| Op::CancelSlash { nth }),
        1 => operator().prop_map(|who| Op::ForceChill { who }),
        1 => (operator(), any::<bool>()).prop_map(|(who, serves)| Op::Serve { who, serves }),
        6 => (operator(), 1u32..30).prop_map(|(who, blocks)| Op::Author { who, blocks }),
        3 => (operator(), 0u128..20_000).prop_map(|(who, fee)| Op::Settle { who, fee }),
        3 => (0u128..500).prop_map(|amount| Op::Fees { amount }),
        1 => (0u128..5_000).prop_map(|amount| Op::Donate { amount }),
        3 => (operator(), 0u32..7, fraction())
            .prop_map(|(who, eras_ago, fraction)| Op::Report { who, eras_ago, fraction }),
        2 => (operator(), 0u32..14, fraction())
            .prop_map(|(who, blocks_ago, fraction)| Op::ShowFalse { who, blocks_ago, fraction }),
        4 => (any::<u8>(), fraction())
            .prop_map(|(position, fraction)| Op::Follow { position, fraction }),
        12 => Just(Op::Session),
    ]
}

/// One of the delegations, as [`one_of`] chooses.
fn position_at(number: u8) -> (u8, u8) {
    one_of(number, Delegations::<Test>::iter_keys())
}

/// One of the lists of tickets, as [`one_of`] chooses.
fn tickets_at(number: u8) -> (u8, u8) {
    one_of(number, Tickets::<Test>::iter_keys())
}

/// One of `pairs`, or once in eight times, and when there are none, one that is not there.
fn one_of(number: u8, pairs: impl Iterator<Item = (AccountId, AccountId)>) -> (u8, u8) {
    let mut pairs: Vec<(u8, u8)> = pairs
        .map(|(who, operator)| (index_of(&who), index_of(&operator)))
        .collect();
    pairs.sort_unstable();
    if number.is_multiple_of(8) || pairs.is_empty() {
        return (1, 1);
    }
    pairs[usize::from(number / 8) % pairs.len()]
}

fn index_of(account: &AccountId) -> u8 {
    AsRef::<[u8]>::as_ref(account)[0]
}

pub fn apply(op: Op) -> DispatchResult {
    with_storage_layer(|| match op {
        Op::Register {
            who,
            roles: bits,
            percent,
            bond,
        } => Staking::register_operator(
            signed(who),
            roles(bits),
            Perbill::from_percent(percent),
            bond,
        ),
        Op::SetRoles { who, roles: bits } => Staking::set_roles(signed(who), roles(bits)),
        Op::Retire { who } => Staking::retire_operator(signed(who)),
        Op::BondMore { who, amount } => Staking::bond_more(signed(who), amount),
        Op::BondLess { who, amount } => Staking::bond_less(signed(who), amount),
        Op::Delegate {
            who,
            operator,
            amount,
        } => Staking::delegate(signed(who), account(operator), amount),
        Op::Undelegate { position, amount } => {
            let (who, operator) = position_at(position);
            Staking::undelegate(signed(who), account(operator), amount)
        }
        Op::Redelegate {
            position,
            to,
            amount,
        } => {
            let (who, from) = position_at(position);
            Staking::redelegate(signed(who), account(from), account(to), amount)
        }
        Op::Withdraw { tickets } => {
            let (who, operator) = tickets_at(tickets);
            Staking::withdraw(signed(who), account(operator))
                .map(drop)
                .map_err(|error| error.error)
        }
        Op::SetCommission { who, percent } => {
            Staking::set_commission(signed(who), Perbill::from_percent(percent))
        }
        Op::Chill { who } => Staking::chill(signed(who)),
        Op::Activate { who } => Staking::activate(signed(who)),
        Op::Realise { position } => {
            let (who, operator) = position_at(position);
            Staking::realise_slash(signed(PAYER), account(who), account(operator))
        }
        Op::SetValidatorCount { count } => Staking::set_validator_count(root(), count),
        Op::SetRewardSplit { percent } => {
            Staking::set_reward_split(root(), Perbill::from_percent(percent))
        }
        Op::CancelSlash { nth } => {
            let (first, next) = SlashQueueEnds::<Test>::get();
            let id = first + u64::from(nth) % (next - first + 1);
            Staking::cancel_slash(root(), id)
        }
        Op::ForceChill { who } => Staking::force_chill(root(), account(who)),
        Op::Serve { who, serves: true } => Staking::bond_worker(&account(who)),
        Op::Serve { who, serves: false } => Staking::unbond_worker(&account(who)),
        Op::Author { who, blocks } => {
            authored(who, blocks);
            Ok(())
        }
        Op::Settle { who, fee } => {
            Staking::note_settled(&account(who), fee);
            Ok(())
        }
        Op::Fees { amount } => transfer(StakersPot::get(), amount),
        Op::Donate { amount } => transfer(Staking::account(), amount),
        Op::Report {
            who,
            eras_ago,
            fraction,
        } => {
            report(
                who,
                Staking::current_era().saturating_sub(eras_ago),
                fraction,
            );
            Ok(())
        }
        Op::ShowFalse {
            who,
            blocks_ago,
            fraction,
        } => {
            let at = System::block_number().saturating_sub(blocks_ago);
            Staking::slash_operator(root(), account(who), fraction, at)
        }
        Op::Follow { position, fraction } => {
            let (who, operator) = position_at(position);
            let left = Delegations::<Test>::iter_prefix(account(who))
                .filter_map(|(_, position)| position.redelegated)
                .next();
            let (who, era) = left.map_or((operator, Staking::current_era()), |part| {
                (index_of(&part.from), part.era)
            });
            report(who, era, fraction);
            Ok(())
        }
        Op::Session => unreachable!("time is not a call"),
    })
}

fn transfer(to: AccountId, amount: Balance) -> DispatchResult {
    Balances::transfer_keep_alive(signed(PAYER), to, amount)
}

/// Who makes a call with money of its own.
pub fn caller(op: &Op) -> Option<u8> {
    match op {
        Op::Register { who, .. }
        | Op::Retire { who }
        | Op::BondMore { who, .. }
        | Op::BondLess { who, .. }
        | Op::Delegate { who, .. } => Some(*who),
        Op::Withdraw { tickets } => Some(tickets_at(*tickets).0),
        Op::Undelegate { position, .. } | Op::Redelegate { position, .. } => {
            Some(position_at(*position).0)
        }
        _ => None,
    }
}
