// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Genesis presets: `development` (one validator), `local_testnet` (four) and `mainnet-candidate`
//! (the real allocation of OPEN).
//!
//! All share out exactly 1,000,000,000 OPEN, and have the same contracts from the first block. The first two give sudo to Alice and run governance
//! fast; the candidate has no sudo key, a real network's pace, and neither validators nor holders
//! that anybody has a key of: both are put in its specification before a launch.

use alloc::{vec, vec::Vec};

use frame_support::{build_struct_json_patch, PalletId};
use pallet_operator_staking::{GenesisOperator, Roles};
use polkadot_sdk::*;
use serde_json::Value;
use sp_consensus_babe::AuthorityId as BabeId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::{hex2array, H160};
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{traits::AccountIdConversion, Perbill};

use crate::{
    configs::{
        evm::{DEVELOPMENT_CHAIN, LOCAL_CHAIN, MAIN_CHAIN},
        AiGovernancePalletId, AttributionPalletId, BondsPalletId, IncentivePot, StakersPot,
        TreasuryAccount,
    },
    predeploys::{ethereum_account, genesis_contracts, Predeploy},
    AccountId, BabeConfig, Balance, BalancesConfig, BlockNumber, EthereumChainConfig,
    OperatorStakingConfig, PaceConfig, Revive, ReviveConfig, RuntimeGenesisConfig, SessionConfig,
    SessionKeys, SudoConfig, TechnicalCommitteeConfig, VestingConfig, BABE_GENESIS_EPOCH_CONFIG,
    DAYS, EPOCH_DURATION, EXISTENTIAL_DEPOSIT, OPEN, SESSIONS_PER_ERA,
};

/// All the OPEN there is and ever will be, planck.
pub const TOTAL_SUPPLY: Balance = 1_000_000_000 * OPEN;

/// What each development account starts with, planck.
pub const DEVELOPMENT_ENDOWMENT: Balance = 10_000_000 * OPEN;

/// What each pot that the chain fills later starts with, so that its account exists, planck.
pub const POT_ENDOWMENT: Balance = OPEN;

/// What stakers are paid beside fees, until it is used up, planck.
pub const STAKING_INCENTIVES: Balance = 100_000_000 * OPEN;

/// The self-bond of the validators of the development presets, planck.
pub const GENESIS_BOND: Balance = 100_000 * OPEN;

/// The development accounts that Ethereum's tools know the keys of: Alith, Baltathar, Charleth,
/// Dorothy, Ethan.
pub const ETHEREUM_ACCOUNTS: [H160; 5] = [
    H160(hex2array!("f24FF3a9CF04c71Dbc94D0b566f7A27B94566cac")),
    H160(hex2array!("3Cd0A705a2DC65e5b1E1205896BaA2be8A07c6e0")),
    H160(hex2array!("798d4Ba9baf0064Ec19eB4F0a1a45785ae9D6DFc")),
    H160(hex2array!("773539d4Ac0e786233D90A233654ccEE26a613D9")),
    H160(hex2array!("Ff64d3F6efE2317EE2807d223a0Bdc4c0c49dfDB")),
];

/// The name of the preset with four validators.
pub const LOCAL_TESTNET: &str = sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;

/// The name of the preset with the real allocation.
pub const MAINNET_CANDIDATE: &str = "mainnet-candidate";

/// The blocks that governance counts as a day in the development presets: 20 seconds.
pub const FAST_DAY: BlockNumber = 10;

/// The slots in an epoch of `local_testnet`: 20 seconds.
pub const FAST_EPOCH: u64 = 10;

/// The sessions in an era of `local_testnet`: 40 seconds.
pub const FAST_ERA: u32 = 2;

/// The eras from leaving a pool to the withdrawal in the development presets.
pub const FAST_BONDING: u32 = 3;

/// The eras from the report of an offence to its slash in the development presets.
pub const FAST_DEFERRAL: u32 = 1;

/// The fewest validators of an era in the development presets, so that one node is a network.
pub const FAST_MIN_VALIDATORS: u32 = 1;

/// How many validators are elected in `mainnet-candidate` until voters set another number.
pub const CANDIDATE_VALIDATORS: u32 = 16;

/// Blocks in a month, which is a twelfth of 365.25 days: 30.4375 days.
pub const MONTH: BlockNumber = DAYS * 36_525 / 1_200;

/// After this many eras of a real network what an era pays of the incentives halves: 24 months.
pub const INCENTIVE_HALVING: u32 = 24 * MONTH / (SESSIONS_PER_ERA * EPOCH_DURATION as u32);

/// What stakers get of the incentives in each era before the first halving, planck: half of all,
/// spread over the time to it. So the incentives are never released sooner than what the community
/// holds, which is released over 48 months, and never run out.
pub const INITIAL_INCENTIVE: Balance = STAKING_INCENTIVES / 2 / INCENTIVE_HALVING as Balance;

/// For what a part of the supply is meant. The percentages are of [`TOTAL_SUPPLY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// 51.71 %.
    Community,
    /// 18.29 %.
    Investors,
    /// 15 %.
    Team,
    /// 10 %.
    Ecosystem,
    /// 5 %.
    Liquidity,
}

/// Whose account a part of the supply lies in at genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// An account without a key that stands for those who get it. It is replaced before a launch.
    Placeholder([u8; 8]),
    /// What stakers are paid from beside fees.
    StakingIncentives,
    /// What governance spends.
    Treasury,
    /// The account in which credits are held.
    Credits,
    /// Where the stakers' part of fees is collected.
    StakersPot,
    /// The account in which all that is staked is held.
    Bonds,
    /// The account in which the pots of AI proposals are held.
    AiProposals,
    /// The account in which deposits for contracts' code are held.
    ContractCode,
    /// A contract that is there from the first block.
    Contract(Predeploy),
}

impl Holder {
    /// The account.
    pub fn account(self) -> AccountId {
        match self {
            Self::Placeholder(name) => PalletId(name).into_account_truncating(),
            Self::StakingIncentives => IncentivePot::get(),
            Self::Treasury => TreasuryAccount::get(),
            Self::Credits => AttributionPalletId::get().into_account_truncating(),
            Self::StakersPot => StakersPot::get(),
            Self::Bonds => BondsPalletId::get().into_account_truncating(),
            Self::AiProposals => AiGovernancePalletId::get().into_account_truncating(),
            Self::ContractCode => Revive::account_id(),
            Self::Contract(contract) => contract.account(),
        }
    }
}

/// When a part of the supply can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// From the first block.
    AtGenesis,
    /// Only by the runtime itself, as its pallets and governance decide.
    ByTheRuntime,
    /// In equal parts each block, from the end of month `after` on, for `months` months.
    Linear {
        /// Months in which nothing is released.
        after: BlockNumber,
        /// Months over which all is released.
        months: BlockNumber,
    },
}

/// A part of the supply.
#[derive(Clone, Copy, Debug)]
pub struct Allocation {
    /// What it is for.
    pub category: Category,
    /// Where it lies.
    pub holder: Holder,
    /// How much it is, planck.
    pub amount: Balance,
    /// When it can be moved.
    pub release: Release,
}

/// The allocation of OPEN in `mainnet-candidate`: every planck of the supply is in this table.
pub const ALLOCATION: [Allocation; 14] = [
    Allocation {
        category: Category::Community,
        holder: Holder::Placeholder(*b"ol/commu"),
        amount: 517_100_000 * OPEN - STAKING_INCENTIVES,
        release: Release::Linear {
            after: 0,
            months: 48,
        },
    },
    Allocation {
        category: Category::Community,
        holder: Holder::StakingIncentives,
        amount: STAKING_INCENTIVES,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Investors,
        holder: Holder::Placeholder(*b"ol/inves"),
        amount: 182_900_000 * OPEN,
        release: Release::Linear {
            after: 12,
            months: 36,
        },
    },
    Allocation {
        category: Category::Team,
        holder: Holder::Placeholder(*b"ol/team_"),
        amount: 150_000_000 * OPEN,
        release: Release::Linear {
            after: 12,
            months: 36,
        },
    },
    Allocation {
        category: Category::Ecosystem,
        holder: Holder::Treasury,
        amount: 100_000_000 * OPEN - 5 * POT_ENDOWMENT - 3 * EXISTENTIAL_DEPOSIT,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Ecosystem,
        holder: Holder::Credits,
        amount: POT_ENDOWMENT,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Ecosystem,
        holder: Holder::StakersPot,
        amount: POT_ENDOWMENT,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Ecosystem,
        holder: Holder::Bonds,
        amount: POT_ENDOWMENT,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Ecosystem,
        holder: Holder::AiProposals,
        amount: POT_ENDOWMENT,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Ecosystem,
        holder: Holder::ContractCode,
        amount: POT_ENDOWMENT,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Ecosystem,
        holder: Holder::Contract(Predeploy::Create2Deployer),
        amount: EXISTENTIAL_DEPOSIT,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Ecosystem,
        holder: Holder::Contract(Predeploy::Multicall3),
        amount: EXISTENTIAL_DEPOSIT,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Ecosystem,
        holder: Holder::Contract(Predeploy::WrappedOpen),
        amount: EXISTENTIAL_DEPOSIT,
        release: Release::ByTheRuntime,
    },
    Allocation {
        category: Category::Liquidity,
        holder: Holder::Placeholder(*b"ol/liqui"),
        amount: 50_000_000 * OPEN,
        release: Release::AtGenesis,
    },
];

/// A validator's account and session keys.
fn validator(account: Sr25519Keyring, finality: Ed25519Keyring) -> (AccountId, SessionKeys) {
    let babe: BabeId = account.public().into();
    let grandpa: GrandpaId = finality.public().into();
    (account.to_account_id(), SessionKeys { babe, grandpa })
}

/// The first `count` of the validators of the development presets: Alice, Bob, Charlie, Dave.
fn validators(count: usize) -> Vec<(AccountId, SessionKeys)> {
    [
        (Sr25519Keyring::Alice, Ed25519Keyring::Alice),
        (Sr25519Keyring::Bob, Ed25519Keyring::Bob),
        (Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
        (Sr25519Keyring::Dave, Ed25519Keyring::Dave),
    ]
    .into_iter()
    .take(count)
    .map(|(account, finality)| validator(account, finality))
    .collect()
}

/// The pace of a development chain.
fn pace(epoch_slots: u64, sessions_per_era: u32) -> PaceConfig {
    PaceConfig {
        governance_day: FAST_DAY,
        epoch_slots,
        sessions_per_era,
        bonding_duration: FAST_BONDING,
        slash_deferral: FAST_DEFERRAL,
        min_validators: FAST_MIN_VALIDATORS,
        ..Default::default()
    }
}

/// The contracts of the genesis block. `pallet-revive` would mint what they need to exist: their
/// accounts are among the balances instead.
fn contracts() -> ReviveConfig {
    ReviveConfig {
        accounts: genesis_contracts(),
        ..Default::default()
    }
}

/// A chain for development: well-known accounts, the incentives of stakers, all else in the
/// treasury. Alice has sudo; Alice, Bob and Charlie are the technical committee.
fn development_genesis(
    validators: Vec<(AccountId, SessionKeys)>,
    pace: PaceConfig,
    chain_id: u64,
) -> Value {
    let pots = [
        (Holder::Credits, POT_ENDOWMENT),
        (Holder::StakersPot, POT_ENDOWMENT),
        (Holder::Bonds, POT_ENDOWMENT),
        (Holder::AiProposals, POT_ENDOWMENT),
        (Holder::ContractCode, POT_ENDOWMENT),
        (Holder::StakingIncentives, STAKING_INCENTIVES),
    ];
    let mut balances: Vec<(AccountId, Balance)> = Sr25519Keyring::well_known()
        .map(|account| account.to_account_id())
        .chain(ETHEREUM_ACCOUNTS.into_iter().map(ethereum_account))
        .map(|account| (account, DEVELOPMENT_ENDOWMENT))
        .chain(Predeploy::ALL.map(|contract| (contract.account(), EXISTENTIAL_DEPOSIT)))
        .chain(
            pots.into_iter()
                .map(|(pot, amount)| (pot.account(), amount)),
        )
        .collect();
    let shared_out = balances
        .iter()
        .fold(0, |sum: Balance, (_, amount)| sum.saturating_add(*amount));
    balances.push((
        TreasuryAccount::get(),
        TOTAL_SUPPLY.saturating_sub(shared_out),
    ));

    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig { balances },
        babe: BabeConfig {
            epoch_config: BABE_GENESIS_EPOCH_CONFIG
        },
        pace,
        ethereum_chain: EthereumChainConfig {
            chain_id,
            ..Default::default()
        },
        revive: contracts(),
        operator_staking: OperatorStakingConfig {
            validator_count: u32::try_from(validators.len()).unwrap_or(u32::MAX),
            operators: validators
                .iter()
                .map(|(account, _)| GenesisOperator {
                    account: account.clone(),
                    roles: Roles {
                        validator: true,
                        ..Default::default()
                    },
                    commission: Perbill::from_percent(5),
                    bond: GENESIS_BOND,
                })
                .collect::<Vec<_>>(),
        },
        session: SessionConfig {
            keys: validators
                .into_iter()
                .map(|(account, keys)| (account.clone(), account, keys))
                .collect::<Vec<_>>(),
        },
        sudo: SudoConfig {
            key: Some(Sr25519Keyring::Alice.to_account_id())
        },
        technical_committee: TechnicalCommitteeConfig {
            members: [
                Sr25519Keyring::Alice,
                Sr25519Keyring::Bob,
                Sr25519Keyring::Charlie
            ]
            .map(|member| member.to_account_id())
            .to_vec(),
        },
    })
}

/// The real allocation. There is no sudo, and no technical committee until voters elect one.
fn candidate_genesis() -> Value {
    let balances = ALLOCATION
        .iter()
        .map(|part| (part.holder.account(), part.amount))
        .collect();
    let vesting = ALLOCATION
        .iter()
        .filter_map(|part| match part.release {
            Release::Linear { after, months } => Some((
                part.holder.account(),
                after.saturating_mul(MONTH),
                months.saturating_mul(MONTH),
                // All of the balance is locked.
                0,
            )),
            Release::AtGenesis | Release::ByTheRuntime => None,
        })
        .collect();

    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig { balances },
        babe: BabeConfig {
            epoch_config: BABE_GENESIS_EPOCH_CONFIG
        },
        ethereum_chain: EthereumChainConfig {
            chain_id: MAIN_CHAIN,
            ..Default::default()
        },
        revive: contracts(),
        operator_staking: OperatorStakingConfig {
            validator_count: CANDIDATE_VALIDATORS,
        },
        vesting: VestingConfig { vesting },
    })
}

/// The genesis of a preset as JSON, or `None` when there is no preset of that name.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_ref() {
        sp_genesis_builder::DEV_RUNTIME_PRESET => {
            development_genesis(validators(1), pace(EPOCH_DURATION, 1), DEVELOPMENT_CHAIN)
        }
        LOCAL_TESTNET => {
            development_genesis(validators(4), pace(FAST_EPOCH, FAST_ERA), LOCAL_CHAIN)
        }
        MAINNET_CANDIDATE => candidate_genesis(),
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![
        PresetId::from(sp_genesis_builder::DEV_RUNTIME_PRESET),
        PresetId::from(LOCAL_TESTNET),
        PresetId::from(MAINNET_CANDIDATE),
    ]
}
