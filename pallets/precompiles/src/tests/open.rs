// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{frame::to_u256, open::NUMBER, Allowances};
use openledger_primitives::{AccountId, Balance};
use pallet_revive::precompiles::{alloy::primitives::U256, H160};
use polkadot_sdk::*;

fn balance_of(account: H160) -> U256 {
    let account = sol(account);
    done(&person(1), NUMBER, &IOpen::balanceOfCall { account })
}

fn transfer(to: H160, value: U256) -> IOpen::transferCall {
    IOpen::transferCall { to: sol(to), value }
}

fn approve(spender: H160, value: U256) -> IOpen::approveCall {
    let spender = sol(spender);
    IOpen::approveCall { spender, value }
}

fn allowance(owner: H160, spender: H160) -> U256 {
    let call = IOpen::allowanceCall {
        owner: sol(owner),
        spender: sol(spender),
    };
    done(&person(1), NUMBER, &call)
}

fn transfer_from(from: H160, to: H160, value: U256) -> IOpen::transferFromCall {
    IOpen::transferFromCall {
        from: sol(from),
        to: sol(to),
        value,
    }
}

fn planck(amount: Balance) -> U256 {
    to_u256(amount)
}

/// What a transaction with an input weighs.
fn weight(
    from: &AccountId,
    call: &impl pallet_revive::precompiles::alloy::sol_types::SolCall,
) -> u64 {
    let outcome = transact(from, crate::frame::address(NUMBER), 0, call.abi_encode());
    outcome.result.expect("the call succeeds");
    outcome.weight.ref_time()
}

#[test]
fn the_metadata_should_be_that_of_open() {
    run(|| {
        let anyone = person(1);
        assert_eq!(done(&anyone, NUMBER, &IOpen::nameCall {}), "OpenLedger");
        assert_eq!(done(&anyone, NUMBER, &IOpen::symbolCall {}), "OPEN");
        assert_eq!(done(&anyone, NUMBER, &IOpen::decimalsCall {}), 18);
    });
}

#[test]
fn total_supply_should_be_the_issuance() {
    run(|| {
        let supply = done(&person(1), NUMBER, &IOpen::totalSupplyCall {});
        assert_eq!(supply, planck(Balances::total_issuance()));
    });
}

#[test]
fn balance_of_should_be_what_the_evm_shows() {
    run(|| {
        let account = person_address(2);
        let shown = Revive::evm_balance(&account);
        assert_eq!(shown, (FUNDS - ED).into());
        assert_eq!(balance_of(account), planck(FUNDS - ED));
    });
}

#[test]
fn balance_of_should_leave_out_what_is_held() {
    run(|| {
        done(&person(2), crate::datanets::NUMBER, &create_datanet());
        let left = FUNDS - DATANET_DEPOSIT - ED;
        assert_eq!(balance_of(person_address(2)), planck(left));
    });
}

#[test]
fn transfer_should_move_open() {
    run(|| {
        let to = person_address(2);
        assert!(done(&person(1), NUMBER, &transfer(to, planck(500))));
        assert_eq!(Balances::free_balance(person(1)), FUNDS - 500);
        assert_eq!(Balances::free_balance(person(2)), FUNDS + 500);
    });
}

#[test]
fn transfer_should_log_once() {
    run(|| {
        let (from, to) = (person_address(1), person_address(2));
        done(&person(1), NUMBER, &transfer(to, planck(500)));
        let event = IOpen::Transfer {
            from: sol(from),
            to: sol(to),
            value: planck(500),
        };
        assert_eq!(logs(), [log(NUMBER, &event)]);
    });
}

#[test]
fn transfer_should_reach_an_account_with_an_sr25519_key() {
    run(|| {
        done(&person(1), NUMBER, &transfer(address(&native()), planck(5)));
        assert_eq!(Balances::free_balance(native()), FUNDS + 5);
    });
}

#[test]
fn an_account_with_an_sr25519_key_should_be_a_caller() {
    run(|| {
        done(&native(), NUMBER, &transfer(person_address(1), planck(5)));
        assert_eq!(Balances::free_balance(native()), FUNDS - 5);
    });
}

#[test]
fn transfer_should_move_all_that_is_shown() {
    run(|| {
        let all = balance_of(person_address(1));
        done(&person(1), NUMBER, &transfer(person_address(2), all));
        assert_eq!(Balances::free_balance(person(1)), ED);
    });
}

#[test]
fn transfer_should_fail_above_the_balance() {
    run(|| {
        let all = balance_of(person_address(1)) + planck(1);
        let reason = refusal(&person(1), NUMBER, &transfer(person_address(2), all));
        assert_eq!(reason, "revert: Token.NotExpendable");
    });
}

#[test]
fn transfer_should_fail_above_every_balance() {
    run(|| {
        let call = transfer(person_address(2), U256::MAX);
        assert_eq!(
            refusal(&person(1), NUMBER, &call),
            "revert: Arithmetic.Overflow"
        );
    });
}

#[test]
fn transfer_should_let_a_new_account_spend_the_value() {
    run(|| {
        let to = H160([99; 20]);
        assert!(done(&person(1), NUMBER, &transfer(to, planck(1))));
        assert_eq!(balance_of(to), planck(1));
    });
}

#[test]
fn transfer_should_take_a_new_accounts_existential_deposit_from_the_signer() {
    run(|| {
        done(&person(1), NUMBER, &transfer(H160([99; 20]), planck(1)));
        assert_eq!(Balances::free_balance(person(1)), FUNDS - ED - 1);
    });
}

#[test]
fn transfer_of_nothing_should_create_no_account() {
    run(|| {
        let to = H160([99; 20]);
        assert!(done(&person(1), NUMBER, &transfer(to, planck(0))));
        assert!(!System::account_exists(&account_of(to)));
    });
}

#[test]
fn approve_should_set_the_allowance() {
    run(|| {
        let spender = person_address(2);
        assert!(done(&person(1), NUMBER, &approve(spender, planck(70))));
        assert_eq!(allowance(person_address(1), spender), planck(70));
        assert_eq!(allowance(spender, person_address(1)), planck(0));
    });
}

#[test]
fn approve_should_log_once() {
    run(|| {
        done(&person(1), NUMBER, &approve(person_address(2), planck(70)));
        let event = IOpen::Approval {
            owner: sol(person_address(1)),
            spender: sol(person_address(2)),
            value: planck(70),
        };
        assert_eq!(logs(), [log(NUMBER, &event)]);
    });
}

#[test]
fn approve_should_replace_what_was_allowed() {
    run(|| {
        done(&person(1), NUMBER, &approve(person_address(2), planck(70)));
        done(&person(1), NUMBER, &approve(person_address(2), planck(20)));
        assert_eq!(allowance(person_address(1), person_address(2)), planck(20));
    });
}

#[test]
fn approve_of_zero_should_free_the_storage() {
    run(|| {
        done(&person(1), NUMBER, &approve(person_address(2), planck(70)));
        done(&person(1), NUMBER, &approve(person_address(2), planck(0)));
        assert_eq!(Allowances::<Test>::iter().count(), 0);
    });
}

#[test]
fn approve_should_charge_for_a_new_entry() {
    run(|| {
        let new = weight(&person(1), &approve(person_address(2), planck(70)));
        let changed = weight(&person(1), &approve(person_address(2), planck(80)));
        assert_eq!(new - changed, NewEntry::get().ref_time());
    });
}

#[test]
fn transfer_from_should_use_up_the_allowance() {
    run(|| {
        done(&person(1), NUMBER, &approve(person_address(2), planck(70)));
        let call = transfer_from(person_address(1), person_address(3), planck(30));
        assert!(done(&person(2), NUMBER, &call));
        assert_eq!(Balances::free_balance(person(3)), FUNDS + 30);
        assert_eq!(allowance(person_address(1), person_address(2)), planck(40));
    });
}

#[test]
fn transfer_from_should_fail_above_the_allowance() {
    run(|| {
        done(&person(1), NUMBER, &approve(person_address(2), planck(70)));
        let call = transfer_from(person_address(1), person_address(3), planck(71));
        let reason = refusal(&person(2), NUMBER, &call);
        assert_eq!(reason, "revert: Open.InsufficientAllowance");
        assert_eq!(allowance(person_address(1), person_address(2)), planck(70));
    });
}

#[test]
fn transfer_from_should_give_the_allowance_back_when_the_owner_cannot_pay() {
    run(|| {
        let much = planck(2 * FUNDS);
        done(&person(1), NUMBER, &approve(person_address(2), much));
        let call = transfer_from(person_address(1), person_address(3), much);
        let reason = refusal(&person(2), NUMBER, &call);
        assert_eq!(reason, "revert: Token.FundsUnavailable");
        assert_eq!(allowance(person_address(1), person_address(2)), much);
    });
}

#[test]
fn transfer_from_should_not_use_up_the_greatest_allowance() {
    run(|| {
        done(&person(1), NUMBER, &approve(person_address(2), U256::MAX));
        let call = transfer_from(person_address(1), person_address(3), planck(30));
        done(&person(2), NUMBER, &call);
        assert_eq!(allowance(person_address(1), person_address(2)), U256::MAX);
    });
}

#[test]
fn transfer_from_should_free_the_storage_of_what_is_used_up() {
    run(|| {
        done(&person(1), NUMBER, &approve(person_address(2), planck(70)));
        let call = transfer_from(person_address(1), person_address(3), planck(70));
        done(&person(2), NUMBER, &call);
        assert_eq!(Allowances::<Test>::iter().count(), 0);
    });
}
