// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! State and block overrides: what a call shall find instead of what is there.

use std::collections::BTreeMap;

use pallet_revive::{
    evm::Bytes,
    pallet_revive_types::runtime_api::{StateOverrideSetV1, StateOverrideV1, StorageOverrideV1},
};
use polkadot_sdk::*;
use serde::Deserialize;
use sp_core::{H160, H256, U256};

use crate::{
    error::{Error, Result},
    view::Moment,
};

/// The most accounts whose state a call may replace.
const MAX_ACCOUNTS: usize = 256;

/// What replaces the state, by account.
pub type StateOverrides = BTreeMap<H160, AccountOverride>;

/// What replaces the state of one account.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountOverride {
    /// Its balance, in wei.
    pub balance: Option<U256>,
    /// Its nonce.
    pub nonce: Option<U256>,
    /// Its code.
    pub code: Option<Bytes>,
    /// All of its storage.
    pub state: Option<BTreeMap<H256, H256>>,
    /// Slots of its storage.
    pub state_diff: Option<BTreeMap<H256, H256>>,
    /// Where the precompile that is there goes, which the runtime does not do.
    pub move_precompile_to_address: Option<H160>,
}

/// What replaces the block's own data.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct BlockOverrides {
    /// Its time, in seconds since 1970.
    pub time: Option<U256>,
}

impl BlockOverrides {
    /// Fails if the time is before that of the block, in seconds: the runtime only goes forward.
    pub fn ensure_not_before(&self, block: u64) -> Result<()> {
        match self.time {
            Some(time) if time < block.into() => Err(Error::InvalidParams(format!(
                "a call runs at the time of its block, {block}, or later"
            ))),
            _ => Ok(()),
        }
    }

    /// The time in milliseconds, as the runtime counts it.
    pub fn timestamp(&self) -> Result<Option<Moment>> {
        let Some(time) = self.time else {
            return Ok(None);
        };
        Moment::try_from(time)
            .ok()
            .and_then(|seconds| seconds.checked_mul(1_000))
            .map(Some)
            .ok_or_else(|| Error::InvalidParams("the time of the block is too large".into()))
    }
}

/// The overrides as the runtime takes them.
pub fn state_overrides(overrides: Option<StateOverrides>) -> Result<Option<StateOverrideSetV1>> {
    let Some(overrides) = overrides else {
        return Ok(None);
    };
    if overrides.len() > MAX_ACCOUNTS {
        return Err(Error::LimitExceeded(format!(
            "state overrides of {} accounts, at most {MAX_ACCOUNTS} are taken",
            overrides.len()
        )));
    }
    let set = overrides
        .into_iter()
        .map(|(address, account)| Ok((address, account_override(address, account)?)))
        .collect::<Result<_>>()?;
    Ok(Some(StateOverrideSetV1(set)))
}

fn account_override(address: H160, account: AccountOverride) -> Result<StateOverrideV1> {
    if account.move_precompile_to_address.is_some() {
        return Err(Error::InvalidParams(format!(
            "movePrecompileToAddress of account {address:?} is not supported: precompiles stay where \
             they are; override the account's code instead"
        )));
    }
    let storage = match (account.state, account.state_diff) {
        (Some(_), Some(_)) => {
            return Err(Error::InvalidParams(format!(
                "account {address:?} has both 'state' and 'stateDiff'"
            )))
        }
        (Some(state), None) => Some(StorageOverrideV1::State(state)),
        (None, Some(diff)) => Some(StorageOverrideV1::StateDiff(diff)),
        (None, None) => None,
    };
    Ok(StateOverrideV1 {
        balance: account.balance,
        nonce: account.nonce,
        code: account.code,
        storage,
        move_precompile_to_address: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0x0101010101010101010101010101010101010101";

    fn parse(account: serde_json::Value) -> StateOverrides {
        serde_json::from_value(serde_json::json!({ ACCOUNT: account }))
            .expect("the overrides are well formed")
    }

    fn taken(account: serde_json::Value) -> StateOverrideV1 {
        state_overrides(Some(parse(account)))
            .expect("the overrides are valid")
            .and_then(|set| set.0.into_values().next())
            .expect("one account was given")
    }

    #[test]
    fn a_balance_should_be_taken() {
        assert_eq!(
            taken(serde_json::json!({ "balance": "0x64" })).balance,
            Some(100.into())
        );
    }

    #[test]
    fn single_slots_should_be_a_difference() {
        let slot = format!("{:?}", H256::repeat_byte(1));
        assert!(matches!(
            taken(serde_json::json!({ "stateDiff": { slot.clone(): slot } })).storage,
            Some(StorageOverrideV1::StateDiff(_))
        ));
    }

    #[test]
    fn all_storage_should_be_replaced() {
        assert_eq!(
            taken(serde_json::json!({ "state": {} })).storage,
            Some(StorageOverrideV1::State(BTreeMap::new()))
        );
    }

    #[test]
    fn state_beside_a_difference_should_be_refused() {
        let overrides = parse(serde_json::json!({ "state": {}, "stateDiff": {} }));
        assert!(matches!(
            state_overrides(Some(overrides)),
            Err(Error::InvalidParams(_))
        ));
    }

    #[test]
    fn a_precompile_that_shall_move_should_be_refused() {
        let overrides = parse(serde_json::json!({ "movePrecompileToAddress": ACCOUNT }));
        let Err(Error::InvalidParams(text)) = state_overrides(Some(overrides)) else {
            panic!("precompiles do not move");
        };
        assert!(text.starts_with("movePrecompileToAddress"), "{text}");
    }

    #[test]
    fn block_overrides_other_than_the_time_should_be_refused() {
        let result: std::result::Result<BlockOverrides, _> =
            serde_json::from_value(serde_json::json!({ "time": "0x7", "number": "0x1" }));
        assert!(result.is_err());
    }

    #[test]
    fn unknown_fields_should_be_refused() {
        let result: std::result::Result<AccountOverride, _> =
            serde_json::from_value(serde_json::json!({ "balanse": "0x1" }));
        assert!(result.is_err());
    }

    #[test]
    fn too_many_accounts_should_be_refused() {
        let overrides = (0..=MAX_ACCOUNTS)
            .map(|number| {
                let address = H160::from_low_u64_be(u64::try_from(number).unwrap_or(u64::MAX));
                (address, AccountOverride::default())
            })
            .collect();
        assert!(matches!(
            state_overrides(Some(overrides)),
            Err(Error::LimitExceeded(_))
        ));
    }

    #[test]
    fn the_time_should_become_milliseconds() {
        let overrides = BlockOverrides {
            time: Some(7.into()),
        };
        assert_eq!(overrides.timestamp(), Ok(Some(7_000)));
    }

    #[test]
    fn a_time_before_the_block_should_be_refused() {
        let overrides = BlockOverrides {
            time: Some(7.into()),
        };
        assert_eq!(
            [
                overrides.ensure_not_before(7).is_ok(),
                overrides.ensure_not_before(8).is_ok()
            ],
            [true, false]
        );
    }

    #[test]
    fn a_time_beyond_the_clock_should_be_refused() {
        let overrides = BlockOverrides {
            time: Some(u64::MAX.into()),
        };
        assert!(matches!(
            overrides.timestamp(),
            Err(Error::InvalidParams(_))
        ));
    }
}
