// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The operators that a chain starts with.

use crate::{Config, GenesisConfig, Pallet, RewardSplit, Roles, SessionInterface, ValidatorCount};
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::{
    frame_support::{
        pallet_macros::pallet_section,
        traits::{fungible::Inspect, Get},
    },
    sp_runtime::Perbill,
};
use serde::{Deserialize, Serialize};

/// What a genesis says: a part of the pallet's module.
#[pallet_section]
mod genesis_config {
    /// The operators of genesis and what governance can change later.
    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// The first operators. The self-bonds come out of their genesis balances.
        pub operators: Vec<GenesisOperator>,
        /// How many validators are elected; zero for `MinValidators`, which a runtime may keep in its
        /// storage, where a default cannot read it.
        pub validator_count: u32,
        /// The part of rewards that is for validators.
        pub reward_split: Perbill,
        #[doc(hidden)]
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self {
                operators: Vec::new(),
                validator_count: 0,
                reward_split: Perbill::from_percent(70),
                _config: Default::default(),
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            Pallet::<T>::build_genesis(self);
        }
    }
}

/// An operator of genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisOperator {
    /// Its account, whose genesis balance pays the self-bond.
    pub account: AccountId,
    /// What it does.
    pub roles: Roles,
    /// What it keeps of rewards.
    pub commission: Perbill,
    /// The self-bond, planck.
    pub bond: Balance,
}

impl<T: Config> Pallet<T> {
    /// Writes the genesis state. Panics, as genesis does, when it is not in order. It has to run
    /// after that of the balances, and should before that of the session pallet, which then elects.
    /// Built after it, the validators that it took from its genesis keys are those of the first era;
    /// but without a root of their sessions, so that offences can only be proven during the session.
    pub(crate) fn build_genesis(config: &GenesisConfig<T>) {
        // A chain with money whose account for stake does not exist could bond nothing.
        if T::Currency::total_issuance() > 0 {
            assert!(
                T::Currency::balance(&Self::account()) >= T::Currency::minimum_balance(),
                "genesis must give the existential deposit to pallet-operator-staking's account",
            );
        }
        // Not in the integrity test: a runtime may keep these in its storage.
        assert!(T::SessionsPerEra::get() > 0, "an era has sessions");
        assert!(
            T::BondingDuration::get() > T::SlashDeferral::get(),
            "stake must not leave before a slash is applied"
        );
        let count = match config.validator_count {
            0 => T::MinValidators::get(),
            count => count,
        };
        // The least number is not asked for: a runtime may keep it in storage that genesis fills later,
        // and elections hold to it.
        assert!(
            (1..=T::MaxValidators::get()).contains(&count),
            "the number of validators must lie within its bounds",
        );
        ValidatorCount::<T>::put(count);
        RewardSplit::<T>::put(config.reward_split);
        for operator in &config.operators {
            let GenesisOperator {
                account,
                roles,
                commission,
                bond,
            } = operator.clone();
            if let Err(error) = Self::do_register(account.clone(), roles, commission, bond) {
                panic!("genesis operator {account:?}: {error:?}");
            }
        }
        Self::adopt(T::Session::validators());
    }
}
