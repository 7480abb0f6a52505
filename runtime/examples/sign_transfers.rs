// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Signs the transactions that the chain's benchmarks send: one extrinsic a line, as hex.
//!
//! - `sign_transfers fund GENESIS ACCOUNTS`: batches of Alice that fund that many senders and create as
//!   many receivers, on a chain where Alice has sent nothing yet.
//! - `sign_transfers pay GENESIS ACCOUNTS FIRST COUNT`: transfers number FIRST to FIRST + COUNT - 1.
//!   Transfer `n` is that of sender `n mod ACCOUNTS` to its receiver, so that transfers of one sender
//!   are far apart.
//! - `sign_transfers receivers ACCOUNTS`: the receivers' public keys.
//!
//! GENESIS is the hash of the chain's first block. Native, because a client library in JavaScript
//! signs a tenth as fast, and before anything is measured.

use std::{env, io::Write, thread};

use codec::Encode;
use openledger_primitives::content_hash;
use openledger_runtime::*;
use polkadot_sdk::*;
use sp_core::{bytes::to_hex, sr25519, Pair, H256};
use sp_keyring::Sr25519Keyring;

/// What a sender starts with, planck: enough for a thousand fees of a full chain.
const SENDER_FUNDS: Balance = 10 * OPEN;
/// What a receiver starts with and what each transfer brings, planck.
const PAYMENT: Balance = MILLI_OPEN;
/// The senders and receivers that one batch funds.
const FUNDED_PER_BATCH: usize = 100;

/// The key of sender `index`.
fn sender(index: usize) -> sr25519::Pair {
    let seed = content_hash(&("openledger/bench/sender", index as u64).encode());
    sr25519::Pair::from_seed(&seed.0)
}

/// The account of a key.
fn account_of(key: &sr25519::Pair) -> AccountId {
    AccountId::from(key.public())
}

/// The account that sender `index` pays. Nobody has a key of it.
fn receiver(index: usize) -> AccountId {
    AccountId::new(content_hash(&("openledger/bench/receiver", index as u64).encode()).0)
}

/// A signed transaction's bytes.
fn sign(genesis: H256, key: &sr25519::Pair, nonce: Nonce, call: RuntimeCall) -> Vec<u8> {
    transactions::sign(genesis, key, nonce, call).encode()
}

fn transfer(to: AccountId, value: Balance) -> RuntimeCall {
    let dest = Address::Id(to);
    pallet_balances::Call::transfer_keep_alive { dest, value }.into()
}

/// The batches that fund `accounts` senders and create their receivers.
fn fund(genesis: H256, accounts: usize) -> Vec<Vec<u8>> {
    let all: Vec<usize> = (0..accounts).collect();
    all.chunks(FUNDED_PER_BATCH)
        .zip(0..)
        .map(|(part, nonce)| {
            let calls = part
                .iter()
                .flat_map(|index| {
                    let sender = account_of(&sender(*index));
                    [
                        transfer(sender, SENDER_FUNDS),
                        transfer(receiver(*index), PAYMENT),
                    ]
                })
                .collect();
            let batch = pallet_utility::Call::batch_all { calls }.into();
            sign(genesis, &Sr25519Keyring::Alice.pair(), nonce, batch)
        })
        .collect()
}

/// Transfers number `first` to `first + count - 1`, signed by all cores.
fn pay(genesis: H256, accounts: usize, first: usize, count: usize) -> Vec<Vec<u8>> {
    let senders: Vec<_> = (0..accounts).map(sender).collect();
    let sign_one = |number: usize| {
        let index = number % accounts;
        let nonce = Nonce::try_from(number / accounts).expect("so many are not sent");
        sign(
            genesis,
            &senders[index],
            nonce,
            transfer(receiver(index), PAYMENT),
        )
    };
    let numbers: Vec<usize> = (first..first + count).collect();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let parts: Vec<_> = numbers
            .chunks(count.div_ceil(cores).max(1))
            .map(|part| scope.spawn(|| part.iter().copied().map(sign_one).collect::<Vec<_>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().expect("signing does not fail"))
            .collect()
    })
}

/// A number of the command line, at least 1 unless it may be 0.
fn number(text: &str, least: usize) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= least => Ok(number),
        _ => Err(format!("`{text}` is no number from {least} on")),
    }
}

fn genesis(text: &str) -> Result<H256, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no block hash"))
}

fn run(arguments: &[&str]) -> Result<Vec<Vec<u8>>, String> {
    match arguments {
        ["fund", hash, accounts] => Ok(fund(genesis(hash)?, number(accounts, 1)?)),
        ["pay", hash, accounts, first, count] => Ok(pay(
            genesis(hash)?,
            number(accounts, 1)?,
            number(first, 0)?,
            number(count, 1)?,
        )),
        ["receivers", accounts] => Ok((0..number(accounts, 1)?)
            .map(|index| receiver(index).encode())
            .collect()),
        _ => Err(
            "give `fund GENESIS ACCOUNTS`, `pay GENESIS ACCOUNTS FIRST COUNT` or \
                  `receivers ACCOUNTS`"
                .into(),
        ),
    }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(lines) => {
            let text: String = lines
                .iter()
                .map(|line| to_hex(line, false) + "\n")
                .collect();
            std::io::stdout()
                .write_all(text.as_bytes())
                .expect("the output can be written");
        }
        Err(error) => {
            eprintln!("sign_transfers: {error}");
            std::process::exit(2);
        }
    }
}
