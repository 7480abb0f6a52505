// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Random interleavings of calls, rewards, slashes and time, with the invariants checked after each.

use std::collections::BTreeMap;

use frame_support::storage::with_storage_layer;
use openledger_primitives::{
    traits::{OperatorStake, WorkPoints},
    AccountId, Balance,
};
use polkadot_sdk::*;
use proptest::prelude::*;
use sp_runtime::{DispatchResult, Perbill};

use super::mock::*;
use crate::{
    Delegations, EraIndex, Event, Operators, Roles, SlashQueue, SlashQueueEnds, Tickets,
    UnappliedSlash,
};

/// One step. Many calls find nothing to do or break a rule, and then nothing may change.
#[derive(Clone, Debug)]
enum Op {
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
    /// Its receipts are settled.
    Settle {
        who: u8,
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
    /// An equivocation is reported of the operator whose pool a position has left, as of then.
    Follow {
        position: u8,
        fraction: Perbill,
    },
    /// A session ends, and so perhaps an era: rewards and slashes move.
    Session,
}

/// The account that pays fees and donations, and does nothing else.
const PAYER: u8 = ACCOUNTS;

fn roles(bits: u8) -> Roles {
    Roles {
        validator: bits & 1 != 0,
        worker: bits & 2 != 0,
        evaluator: bits & 4 != 0,
    }
}

fn op() -> impl Strategy<Value = Op> {
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
        3 => operator().prop_map(|who| Op::Settle { who }),
        3 => (0u128..500).prop_map(|amount| Op::Fees { amount }),
        1 => (0u128..5_000).prop_map(|amount| Op::Donate { amount }),
        3 => (operator(), 0u32..7, fraction())
            .prop_map(|(who, eras_ago, fraction)| Op::Report { who, eras_ago, fraction }),
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

fn apply(op: Op) -> DispatchResult {
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
        Op::Settle { who } => {
            Staking::note_settled(&account(who));
            Ok(())
        }
        Op::Fees { amount } => transfer(crate::tests::mock::StakersPot::get(), amount),
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

/// What an account has, planck: free, in pools, and unbonding.
fn wealth(who: u8) -> Balance {
    let staked: Balance = Staking::delegations_view(account(who))
        .iter()
        .map(|view| view.value + view.unbonding.iter().map(|one| one.amount).sum::<Balance>())
        .sum();
    free(&account(who)) + staked
}

type Wealth = BTreeMap<u8, Balance>;

fn all_wealth() -> Wealth {
    (1..PAYER).map(|who| (who, wealth(who))).collect()
}

/// What rounding can move, planck: a few shares at the highest price of any pool.
fn rounding() -> Balance {
    let price = |stake: Balance, shares: Balance| stake.div_ceil(shares.max(1));
    let pools = Operators::<Test>::iter_values().map(|operator| operator.pool);
    let unbonding = crate::Unbonding::<Test>::iter_values();
    let highest = pools
        .chain(unbonding)
        .map(|pool| price(pool.stake, pool.shares))
        .max()
        .unwrap_or(1)
        .max(1);
    // An account has positions with all operators, each of which can lose a little.
    8 * (highest + 1)
}

/// 1. A call never makes its caller richer, and others only by what rounding leaves in their pools.
///    Nor does it make anybody poorer by more than that.
fn assert_no_call_pays(
    before: &Wealth,
    after: &Wealth,
    caller: Option<u8>,
    rounding: Balance,
    what: &str,
) {
    for (who, was) in before {
        let is = after[who];
        let gain = if caller == Some(*who) { 0 } else { rounding };
        assert!(
            is + rounding >= *was && is <= was + gain,
            "{what}: account {who} had {was} and has {is}, rounding {rounding}"
        );
    }
}

/// Who makes a call with money of its own.
fn caller(op: &Op) -> Option<u8> {
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

/// 2. A slash takes from nobody more than its fraction of what it had where the slash reaches.
fn assert_slash_is_fair(slash: &UnappliedSlash) {
    let before = all_wealth();
    let reached: Wealth = (1..PAYER).map(|who| (who, exposed(who, slash))).collect();
    let (rounding_before, treasury_before) = (rounding(), treasury());
    let owed_before = crate::TreasuryOwed::<Test>::get();
    let fraction = slash_of_rest(slash).min(1.0);
    Staking::apply_due_slashes();
    for (who, was) in &before {
        let is = wealth(*who);
        let most = fraction * reached[who] as f64;
        let limit = most.ceil() as Balance + rounding_before;
        assert!(
            is + limit >= *was && is <= was + rounding_before,
            "account {who} had {was}, of which {} are reached by {slash:?}, and has {is}",
            reached[who]
        );
    }
    // 3. What was slashed in the pools is the treasury's, to the planck.
    let slashed: Balance = events()
        .iter()
        .map(|event| match event {
            Event::Slashed { amount, .. } => *amount,
            _ => 0,
        })
        .sum();
    let owed = crate::TreasuryOwed::<Test>::get();
    assert_eq!(treasury() + owed, treasury_before + owed_before + slashed);
}

/// What a slash takes, as a fraction of what earlier slashes for the same era have left.
fn slash_of_rest(slash: &UnappliedSlash) -> f64 {
    let applied = crate::Offences::<Test>::get(slash.era, &slash.operator).applied;
    let parts = |fraction: Perbill| f64::from(fraction.deconstruct());
    let rest = (1e9 - parts(applied)).max(1.0);
    parts(slash.fraction) / rest
}

/// What an account has where a slash reaches, planck.
fn exposed(who: u8, slash: &UnappliedSlash) -> Balance {
    let (who, operator) = (account(who), &slash.operator);
    let shares = Delegations::<Test>::get(&who, operator).map_or(0, |position| position.shares);
    let pooled = Operators::<Test>::get(operator).map_or(0, |record| {
        let own = if who == *operator {
            record.own_shares
        } else {
            0
        };
        record.pool.value_of(shares + own)
    });
    let unbonding: Balance = Tickets::<Test>::get(&who, operator)
        .iter()
        .filter(|ticket| ticket.era >= slash.era)
        .map(|ticket| {
            crate::Unbonding::<Test>::get(operator, ticket.era)
                .map_or(0, |pool| pool.value_of(ticket.shares))
        })
        .sum();
    let moved: Balance = Delegations::<Test>::iter_prefix(&who)
        .filter_map(|(_, position)| position.redelegated)
        .filter(|part| part.from == *operator && part.era >= slash.era)
        .map(|part| part.value)
        .sum();
    pooled + unbonding + moved
}

/// Ends a session. Slashes are applied one by one, each of them checked; then rewards are handed out.
fn session_ends() {
    Session::rotate_session();
    System::set_block_number(System::block_number() + 1);
    SlashesPerBlock::set(1);
    loop {
        let (first, next) = SlashQueueEnds::<Test>::get();
        let Some(slash) = (first < next)
            .then(|| SlashQueue::<Test>::get(first))
            .flatten()
        else {
            if first >= next {
                break;
            }
            Staking::apply_due_slashes();
            continue;
        };
        if slash.apply_at > era() {
            break;
        }
        System::reset_events();
        assert_slash_is_fair(&slash);
        assert_eq!(Staking::do_try_state(), Ok(()));
    }
    let before = all_wealth();
    Staking::pay_out();
    // 4. Rewards make nobody poorer.
    for (who, was) in before {
        assert!(wealth(who) + 1 >= was, "account {who} paid for rewards");
    }
}

/// 5. Slashed + unbonding + bonded is what was bonded, rewards included: the pallet's account holds
///    what came in less what went out.
#[derive(Default)]
struct Ledger {
    came_in: Balance,
    went_out: Balance,
}

impl Ledger {
    fn pots() -> Balance {
        let pots = [
            crate::tests::mock::StakersPot::get(),
            crate::tests::mock::IncentivePot::get(),
        ];
        pots.iter().map(free).sum()
    }

    fn note(&mut self, pots_before: Balance, fees: Balance) {
        self.came_in += pots_before + fees - Self::pots();
        for event in events() {
            match event {
                Event::Delegated { amount, .. } => self.came_in += amount,
                Event::Withdrawn { amount, .. }
                | Event::Slashed { amount, .. }
                | Event::SlashRealised { amount, .. } => self.went_out += amount,
                _ => {}
            }
        }
        System::reset_events();
    }

    fn assert_balances(&self, start: Balance) {
        let owed = crate::TreasuryOwed::<Test>::get();
        assert_eq!(
            start + self.came_in,
            Staking::held() - owed + self.went_out,
            "slashed, unbonding and bonded is not what was bonded"
        );
    }
}

fn step(op: Op, ledger: &mut Ledger) {
    System::reset_events();
    let pots = Ledger::pots();
    if matches!(op, Op::Session) {
        let slashed = session_with_ledger();
        ledger.went_out += slashed;
        ledger.note(pots, 0);
        return;
    }
    let (before, rounding_before) = (all_wealth(), rounding());
    let root_before = sp_io::storage::root(sp_runtime::StateVersion::V1);
    let (what, caller) = (format!("{op:?}"), caller(&op));
    let fees = match op {
        Op::Fees { amount } => amount,
        _ => 0,
    };
    if apply(op).is_err() {
        let root = sp_io::storage::root(sp_runtime::StateVersion::V1);
        assert_eq!(root, root_before, "{what} failed and changed something");
        return;
    }
    let after = all_wealth();
    let rounding = rounding_before.max(rounding());
    assert_no_call_pays(&before, &after, caller, rounding, &what);
    ledger.note(pots, fees);
}

/// Ends a session and returns what was slashed, whose events are gone by then.
fn session_with_ledger() -> Balance {
    let before = treasury() + crate::TreasuryOwed::<Test>::get();
    session_ends();
    System::reset_events();
    treasury() + crate::TreasuryOwed::<Test>::get() - before
}

fn rich_incentives() {
    fund(crate::tests::mock::IncentivePot::get(), 20_000);
    System::reset_events();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn invariants_should_hold_after_every_step(ops in prop::collection::vec(op(), 1..120)) {
        new_test_ext().execute_with(|| {
            rich_incentives();
            let issuance = Balances::total_issuance();
            let start = Staking::held();
            let mut ledger = Ledger::default();
            for op in ops {
                step(op, &mut ledger);
                assert_eq!(Staking::do_try_state(), Ok(()));
                assert_eq!(Balances::total_issuance(), issuance, "OPEN was minted or burnt");
                ledger.assert_balances(start);
            }
        });
    }
}

/// The interleavings above would say little if no slash ever reached a redelegated position in them.
#[test]
fn random_steps_should_realise_slashes_and_withdraw_in_many_runs() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let runs = 32;
    let (mut realised, mut withdrawn) = (0, 0);
    for _ in 0..runs {
        let ops = prop::collection::vec(op(), 150..160)
            .new_tree(&mut runner)
            .expect("the strategy has no filter")
            .current();
        new_test_ext().execute_with(|| {
            rich_incentives();
            for op in ops {
                if matches!(op, Op::Session) {
                    next_session();
                } else {
                    // Many of them fail, as they should.
                    let _ = apply(op);
                }
            }
            let happened =
                |wanted: fn(&Event<Test>) -> bool| u32::from(events().iter().any(wanted));
            realised += happened(|event| matches!(event, Event::SlashRealised { .. }));
            withdrawn += happened(|event| matches!(event, Event::Withdrawn { .. }));
        });
    }
    assert!(realised > 0, "no slash followed a redelegation");
    assert!(withdrawn > runs / 2, "only {withdrawn} of {runs} withdrew");
}
