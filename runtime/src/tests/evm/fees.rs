// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What gas costs: to the wei what the receipt says.

use frame_support::traits::{self, Hooks};
use polkadot_sdk::*;

use super::*;
use crate::{
    configs::{StakersPot, TreasuryAccount},
    predeploys::Predeploy,
};

/// What a transaction costs Alith beside what it transfers, wei.
#[track_caller]
fn cost(transaction: &Transaction) -> (Balance, Outcome) {
    let before = balance(alith().address());
    let outcome = transaction.apply();
    let moved = if outcome.success {
        transaction.value
    } else {
        0
    };
    (before - balance(alith().address()) - moved, outcome)
}

/// A call of WOPEN that reverts: more is withdrawn than there is.
fn reverting() -> Transaction {
    let input = input("withdraw(uint256)", &[number(OPEN)]);
    Transaction::call(Predeploy::WrappedOpen.address(), 0, input)
}

#[test]
fn a_transfer_should_cost_its_gas_at_the_base_fee() {
    on_development_chain(|| {
        let (cost, outcome) = cost(&Transaction::default());

        assert_eq!(cost, outcome.gas_used * GWEI);
    });
}

#[test]
fn a_tip_should_be_paid_for_the_gas_used() {
    on_development_chain(|| {
        let (cost, outcome) = cost(&Transaction {
            max_fee: 10 * GWEI,
            max_priority_fee: 3 * GWEI,
            ..Default::default()
        });

        assert_eq!(cost, outcome.gas_used * 4 * GWEI);
    });
}

#[test]
fn the_fee_cap_should_limit_the_tip() {
    on_development_chain(|| {
        let (cost, outcome) = cost(&Transaction {
            max_fee: 2 * GWEI,
            max_priority_fee: 2 * GWEI,
            ..Default::default()
        });

        assert_eq!(cost, outcome.gas_used * 2 * GWEI);
    });
}

#[test]
fn a_legacy_gas_price_should_be_paid_in_full() {
    on_development_chain(|| {
        let before = balance(alith().address());

        let outcome = apply(legacy(5 * GWEI));

        assert_eq!(
            before - balance(alith().address()) - OPEN,
            outcome.gas_used * 5 * GWEI
        );
    });
}

#[test]
fn a_deposit_for_storage_should_be_inside_the_gas() {
    on_development_chain(|| {
        let deposit = input("deposit()", &[]);
        let (cost, outcome) = cost(&Transaction {
            max_fee: 10 * GWEI,
            max_priority_fee: GWEI,
            ..Transaction::call(Predeploy::WrappedOpen.address(), OPEN, deposit)
        });

        assert!(outcome.success);
        assert_eq!(cost, outcome.gas_used * 2 * GWEI);
    });
}

#[test]
fn freed_storage_should_pay_its_deposit_back_inside_the_gas() {
    on_development_chain(|| {
        let approve = |amount| Transaction {
            max_fee: 10 * GWEI,
            max_priority_fee: GWEI,
            ..Transaction::call(
                Predeploy::WrappedOpen.address(),
                0,
                input(
                    "approve(address,uint256)",
                    &[word(stranger()), number(amount)],
                ),
            )
        };
        let stored = approve(7).apply();

        let (cost, freed) = cost(&approve(0));

        // A slot and its 64 bytes are given back, and were not paid for a second time.
        let slot = 5_000 + 64 * 100;
        assert!(freed.gas_used + 2 * slot < stored.gas_used + 1_000);
        assert_eq!(cost, freed.gas_used * 2 * GWEI);
    });
}

#[test]
fn a_deployment_should_cost_what_its_receipt_says() {
    on_development_chain(|| {
        let (cost, outcome) = cost(&Transaction {
            max_fee: 10 * GWEI,
            max_priority_fee: GWEI,
            ..Transaction::deployment(&Predeploy::WrappedOpen.code())
        });

        assert!(outcome.success);
        assert_eq!(cost, outcome.gas_used * 2 * GWEI);
    });
}

#[test]
fn a_reverted_call_should_cost_what_its_receipt_says() {
    on_development_chain(|| {
        let (cost, outcome) = cost(&reverting());

        assert!(!outcome.success);
        assert_eq!(cost, outcome.gas_used * GWEI);
    });
}

#[test]
fn a_reverted_call_should_pay_its_tip() {
    on_development_chain(|| {
        let (cost, outcome) = cost(&Transaction {
            max_fee: 10 * GWEI,
            max_priority_fee: 2 * GWEI,
            ..reverting()
        });

        assert!(!outcome.success);
        assert_eq!(cost, outcome.gas_used * 3 * GWEI);
    });
}

#[test]
fn a_call_out_of_gas_should_cost_no_more_than_its_limit() {
    on_development_chain(|| {
        let deposit = input("deposit()", &[]);
        let (cost, outcome) = cost(&Transaction {
            gas: 30_000,
            ..Transaction::call(Predeploy::WrappedOpen.address(), OPEN, deposit)
        });

        assert!(!outcome.success);
        assert!(cost <= 30_000 * GWEI, "{cost}");
        assert_eq!(cost, outcome.gas_used * GWEI);
    });
}

#[test]
fn fees_and_tips_should_be_shared_between_stakers_and_treasury() {
    on_development_chain(|| {
        let pots = || [StakersPot::get(), TreasuryAccount::get()].map(Balances::free_balance);
        let before = pots();

        let (cost, _) = cost(&Transaction {
            max_fee: 10 * GWEI,
            max_priority_fee: GWEI,
            ..Default::default()
        });

        let after = pots();
        let [stakers, treasury] = [after[0] - before[0], after[1] - before[1]];
        assert_eq!(stakers + treasury, cost);
        // Each part is rounded in the treasury's favour: the fee, the rounding, the tip.
        assert!(treasury >= stakers && treasury - stakers <= 3);
    });
}

#[test]
fn the_base_fee_should_not_fall_below_that_of_an_idle_chain() {
    on_development_chain(|| {
        for block in 2..200 {
            System::set_block_number(block);
            TransactionPayment::on_finalize(block);
        }

        assert_eq!(Revive::evm_base_fee(), GWEI.into());
    });
}

#[test]
fn a_header_should_have_the_base_fee_of_its_own_block() {
    on_development_chain(|| {
        pallet_transaction_payment::NextFeeMultiplier::<Runtime>::put(sp_runtime::FixedU128::from(
            3,
        ));
        let of_the_block = Revive::evm_base_fee();
        let number = System::block_number();
        Revive::on_initialize(number);
        Timestamp::set(RuntimeOrigin::none(), 1).expect("the first one is taken");

        <AllPalletsWithSystem as traits::OnFinalize<BlockNumber>>::on_finalize(number);

        assert_eq!(Revive::eth_block().base_fee_per_gas, of_the_block);
        assert_ne!(Revive::evm_base_fee(), of_the_block);
    });
}

#[test]
fn the_base_fee_should_rise_with_the_fee_multiplier() {
    on_development_chain(|| {
        pallet_transaction_payment::NextFeeMultiplier::<Runtime>::put(sp_runtime::FixedU128::from(
            3,
        ));

        let (cost, outcome) = cost(&Transaction {
            max_fee: 10 * GWEI,
            max_priority_fee: GWEI,
            ..Default::default()
        });

        assert!(outcome.gas_used <= 21_000, "{}", outcome.gas_used);
        assert_eq!(cost, outcome.gas_used * 4 * GWEI);
    });
}
