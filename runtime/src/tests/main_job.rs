// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Data in, answer paid, contributors credited: through every pallet.

use frame_support::{assert_ok, traits::Get};
use openledger_primitives::{merkle::verify_contribution, JobRef};
use polkadot_sdk::*;

use super::chain::*;
use crate::{
    configs::{StakersPot, TreasuryAccount},
    *,
};

const SPLIT: [u32; 2] = [750_000, 250_000];

#[test]
fn a_settled_receipt_should_split_the_fee_by_influence() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let [treasury, stakers] = [TreasuryAccount::get(), StakersPot::get()]
            .map(|account| (account.clone(), Balances::free_balance(account)));
        let job = request(adapter, OPEN);
        let shares = [(contributions[0], SPLIT[0]), (contributions[1], SPLIT[1])];

        let receipt = receipt(job, adapter, &shares, 10);
        assert_ok!(Attribution::submit_receipt(
            signed(WORKER),
            Box::new(receipt)
        ));

        let fee = 10 * UNIT_PRICE;
        let credits =
            |who: sp_keyring::Sr25519Keyring| Attribution::credits_of(who.to_account_id());
        assert_eq!(credits(CONTRIBUTORS[0]), fee * 60 / 100 * 75 / 100);
        assert_eq!(credits(CONTRIBUTORS[1]), fee * 60 / 100 * 25 / 100);
        assert_eq!(credits(DEVELOPER), fee * 15 / 100);
        assert_eq!(credits(WORKER), fee * 15 / 100);
        assert_eq!(
            Balances::free_balance(&stakers.0) - stakers.1,
            fee * 5 / 100
        );
        assert_eq!(
            Balances::free_balance(&treasury.0) - treasury.1,
            fee * 5 / 100
        );
    });
}

#[test]
fn a_claim_should_move_exactly_the_credits() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let job = request(adapter, OPEN);
        let receipt = receipt(job, adapter, &[(contributions[0], 1_000_000)], 10);
        assert_ok!(Attribution::submit_receipt(
            signed(WORKER),
            Box::new(receipt)
        ));
        let account = CONTRIBUTORS[0].to_account_id();
        let (before, owed) = (
            Balances::free_balance(&account),
            Attribution::credits_of(account.clone()),
        );

        assert_ok!(Attribution::claim(signed(CONTRIBUTORS[0])));

        assert_eq!(Balances::free_balance(&account), before + owed);
        assert_eq!(Attribution::credits_of(account), 0);
    });
}

#[test]
fn a_settled_job_should_not_settle_again() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let job = request(adapter, OPEN);
        let receipt = receipt(job, adapter, &[(contributions[0], 1_000_000)], 10);
        assert_ok!(Attribution::submit_receipt(
            signed(WORKER),
            Box::new(receipt.clone())
        ));
        let root = sp_io::storage::root(sp_core::storage::StateVersion::V1);

        assert!(Attribution::submit_receipt(signed(WORKER), Box::new(receipt)).is_err());

        assert_eq!(
            sp_io::storage::root(sp_core::storage::StateVersion::V1),
            root
        );
        assert_eq!(Attribution::ended(vec![JobRef::Escrowed(job)]), [true]);
    });
}

#[test]
fn every_row_of_a_version_should_lead_to_its_contributor() {
    on_development_chain(|| {
        let (version, contributions) = publish_version();
        let published = Datanets::version_view(version).expect("the version is published");
        for row in 0..published.rows {
            let proof = Datanets::proof_of(version, row).expect("the row exists");
            assert!(verify_contribution(
                &published.root,
                &proof.leaf,
                &proof.proof
            ));
            let index = usize::try_from(row / 2).expect("few rows");
            assert_eq!(proof.leaf.contribution, contributions[index]);
            assert_eq!(proof.leaf.contributor, CONTRIBUTORS[index].to_account_id());
        }
        assert_eq!(Datanets::proof_of(version, published.rows), None);
    });
}

#[test]
fn an_unanswered_job_should_be_refunded_by_the_chain() {
    on_development_chain(|| {
        let (adapter, _) = ready();
        let before = Balances::free_balance(CONSUMER.to_account_id());
        let job = request(adapter, OPEN);
        assert_eq!(
            Balances::free_balance(CONSUMER.to_account_id()),
            before - OPEN
        );
        let deadline = Inference::job_view(job).expect("the job is open").deadline;
        let delay = <Runtime as pallet_inference::Config>::RefundDelay::get();

        for block in 2..=deadline + delay + 1 {
            System::set_block_number(block);
            let weight = configs::RuntimeBlockWeights::get().max_block;
            <Inference as frame_support::traits::Hooks<_>>::on_idle(block, weight);
        }

        assert_eq!(Inference::job_view(job), None);
        assert_eq!(Balances::free_balance(CONSUMER.to_account_id()), before);
    });
}
