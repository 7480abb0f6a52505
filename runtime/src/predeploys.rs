// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Contracts that every network has from its first block, at the same addresses.
//!
//! The code of Multicall3 and WOPEN is compiled from the Solidity in `contracts/`.

use alloc::{collections::BTreeMap, vec::Vec};

use pallet_revive::{
    evm::Bytes,
    genesis::{Account, ContractData},
    H160,
};
use polkadot_sdk::*;
use sp_core::hex2array;

use crate::{AccountId, Runtime};

/// A contract of the genesis block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predeploy {
    /// Deploys code at an address that depends on nothing but the code and a salt: the same on all
    /// chains.
    Create2Deployer,
    /// Makes many calls in one, at the address that it has on most chains.
    Multicall3,
    /// Wrapped OPEN: OPEN as an ERC-20 token. Its address begins with OPEN in ASCII.
    WrappedOpen,
}

impl Predeploy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Create2Deployer, Self::Multicall3, Self::WrappedOpen];

    /// Where it is.
    pub const fn address(self) -> H160 {
        H160(match self {
            Self::Create2Deployer => hex2array!("4e59b44847b379578588920cA78FbF26c0B4956C"),
            Self::Multicall3 => hex2array!("cA11bde05977b3631167028862bE2a173976CA11"),
            Self::WrappedOpen => hex2array!("4F50454e00000000000000000000000000000001"),
        })
    }

    /// The account that holds its OPEN.
    pub fn account(self) -> AccountId {
        ethereum_account(self.address())
    }

    /// Its code as hex digits.
    const fn hex(self) -> &'static str {
        match self {
            Self::Create2Deployer => include_str!("predeploys/Create2Deployer.hex"),
            Self::Multicall3 => include_str!("predeploys/Multicall3.hex"),
            Self::WrappedOpen => include_str!("predeploys/WOPEN.hex"),
        }
    }

    /// Its code. What is no hex digit is left out: a test looks for the code on every chain.
    pub fn code(self) -> Vec<u8> {
        let digits: Vec<u8> = self
            .hex()
            .trim()
            .trim_start_matches("0x")
            .chars()
            .filter_map(|digit| digit.to_digit(16).and_then(|digit| digit.try_into().ok()))
            .collect();
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit))
            .collect()
    }
}

/// The account of an Ethereum address that no other account is mapped to.
pub fn ethereum_account(address: H160) -> AccountId {
    let mut bytes = [0xEE; 32];
    let (start, _) = bytes.split_at_mut(20);
    start.copy_from_slice(address.as_bytes());
    AccountId::new(bytes)
}

/// The predeploys as the genesis builds them. As contracts they begin with the nonce 1.
pub fn genesis_contracts() -> Vec<Account<Runtime>> {
    Predeploy::ALL
        .into_iter()
        .map(|contract| Account {
            address: contract.address(),
            balance: Default::default(),
            nonce: 1,
            contract_data: Some(ContractData {
                code: Bytes(contract.code()),
                storage: BTreeMap::new(),
            }),
        })
        .collect()
}
