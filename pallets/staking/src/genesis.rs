// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The operators that a chain starts with.

use crate::{Config, GenesisConfig, Pallet, RewardSplit, Roles, SessionInterface, ValidatorCount};
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::{
    frame_support::traits::{fungible::Inspect, Get},
    sp_runtime::Perbill,
};
use serde::{Deserialize, Serialize};

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
        assert!(
            (T::MinValidators::get()..=T::MaxValidators::get()).contains(&config.validator_count),
            "the number of validators must lie within its bounds",
        );
        ValidatorCount::<T>::put(config.validator_count);
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
