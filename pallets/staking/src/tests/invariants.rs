// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Random interleavings of calls, rewards, slashes and time, with the invariants checked after each.

mod fairness;
mod op;

use openledger_primitives::Balance;
use polkadot_sdk::*;
use proptest::prelude::*;

use self::{fairness::*, op::*};
use super::mock::*;
use crate::{Event, SlashQueue, SlashQueueEnds};

/// Ends a session. Slashes are applied one by one, each of them checked; then rewards are handed out.
fn session_ends() {
    System::set_block_number(System::block_number() + 1);
    Session::rotate_session();
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
