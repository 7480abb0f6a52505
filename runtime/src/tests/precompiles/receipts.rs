// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What a pallet does through a precompile is in the transaction's receipt, once.

use pallet_precompiles::{
    datanets::{self, IDatanets},
    frame,
    open::{self, IOpen},
};
use pallet_revive::precompiles::alloy::{primitives::keccak256, sol_types::SolEvent};
use polkadot_sdk::*;

use super::*;

fn create_datanet(max_rows: u32) -> IDatanets::createDatanetCall {
    IDatanets::createDatanetCall {
        name: "law".into(),
        policy: IDatanets::Policy {
            open: true,
            minRows: 1,
            maxRows: max_rows,
            maxBytes: 1_000,
            similarity: 800_000,
        },
    }
}

fn datanets() -> H160 {
    frame::address(datanets::NUMBER)
}

/// The bloom filter of an address and topics, as the yellow paper defines it: three bits each.
fn bloom(items: &[&[u8]]) -> [u8; 256] {
    let mut bloom = [0u8; 256];
    for hash in items.iter().map(keccak256) {
        for pair in hash[..6].chunks(2) {
            let bit = usize::from(u16::from_be_bytes([pair[0], pair[1]]) & 2047);
            bloom[255 - bit / 8] |= 1 << (bit % 8);
        }
    }
    bloom
}

#[test]
fn a_pallets_log_should_be_deposited_once() {
    on_development_chain(|| {
        done(datanets(), 0, &create_datanet(10));
        let created = logs::<IDatanets::DatanetCreated>(datanets());
        assert_eq!(created.len(), 1);
        assert_eq!(created[0].owner, sol(alith().address()));
    });
}

#[test]
fn a_pallets_log_should_be_in_the_blocks_bloom() {
    on_development_chain(|| {
        done(datanets(), 0, &create_datanet(10));
        let created = logs::<IDatanets::DatanetCreated>(datanets());
        let topics = created[0].encode_topics();
        let mut items = vec![datanets().0.to_vec()];
        items.extend(topics.iter().map(|topic| topic.0.to_vec()));
        let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
        assert_eq!(Revive::eth_block().logs_bloom.0, bloom(&items));
    });
}

#[test]
fn a_transaction_that_a_pallet_refuses_should_leave_no_log() {
    on_development_chain(|| {
        // No contribution can have between one and zero rows.
        assert!(!send(datanets(), 0, &create_datanet(0)).success);
        assert!(logs::<IDatanets::DatanetCreated>(datanets()).is_empty());
        assert_eq!(Revive::eth_block().logs_bloom.0, [0; 256]);
    });
}

#[test]
fn a_pallets_error_should_carry_the_names_of_the_runtime() {
    on_development_chain(|| {
        let reason = refusal(datanets(), 0, &create_datanet(0));
        assert_eq!(reason, "Datanets.InvalidRowRange");
    });
}

#[test]
fn open_should_show_what_the_evm_shows() {
    on_development_chain(|| {
        let account = sol(alith().address());
        let shown = view(
            frame::address(open::NUMBER),
            0,
            &IOpen::balanceOfCall { account },
        );
        let Ok(shown) = shown else {
            panic!("refused");
        };
        assert_eq!(shown, amount(balance(alith().address())));
    });
}

#[test]
fn a_transfer_of_open_should_cost_what_an_erc20_transfer_may() {
    on_development_chain(|| {
        let transfer = IOpen::transferCall {
            to: sol(baltathar().address()),
            value: amount(OPEN),
        };
        let outcome = done(frame::address(open::NUMBER), 0, &transfer);
        assert!(outcome.gas_used < 65_000, "{} gas", outcome.gas_used);
    });
}
