// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The gas that calls run with. It is all that bounds a call of the runtime's pallets.

use pallet_revive::{
    pallet_revive_types::runtime_api::{GenericTransactionV1, StateOverrideSetV1},
    RUNTIME_PALLETS_ADDR,
};
use polkadot_sdk::*;
use sc_transaction_pool_api::TransactionPool;
use sp_core::{H160, H256, U256};
use sp_runtime::traits::{Block as BlockT, NumberFor};

use super::{Context, EthereumClient};
use crate::{
    error::Result,
    view::{EthereumView, Moment},
};

/// The gas that a call of the runtime's pallets may need beside that for its weight: 16 for each byte
/// of the largest transaction, 2.1 million, and what every transaction takes.
const FIXED_GAS: u64 = 2_500_000;

impl<B, C, P, V> Context<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    /// See [`bounded`]: every call has to go through it before the runtime runs it.
    pub(super) fn bounded(
        &self,
        at: H256,
        request: GenericTransactionV1,
    ) -> Result<GenericTransactionV1> {
        bounded(request, || self.runtime.gas_limit(at))
    }

    /// The request as the runtime's tracer shall run it.
    ///
    /// The tracer asks the sender for the price of the gas that a call names, also when the call names
    /// no price, and does not run it without. The gas of a sender that does not have it is left out,
    /// unless it bounds the call.
    pub(super) fn traced(
        &self,
        at: H256,
        request: GenericTransactionV1,
        pays: bool,
        overrides: Option<&StateOverrideSetV1>,
    ) -> Result<GenericTransactionV1> {
        let mut request = self.bounded(at, request)?;
        let (Some(from), Some(gas)) = (request.from, request.gas) else {
            return Ok(request);
        };
        if pays || calls_the_pallets(&request) {
            return Ok(request);
        }
        let balance = match overridden_balance(overrides, from) {
            Some(balance) => balance,
            None => self.runtime.balance(at, from)?,
        };
        let price = gas.saturating_mul(self.runtime.base_fee(at)?);
        if balance < price.saturating_add(request.value.unwrap_or_default()) {
            request.gas = None;
        }
        Ok(request)
    }

    /// The gas that a transaction needs in a block that is made at `time` or later.
    ///
    /// That of a call of the runtime's pallets is known after one run: it is for the weight that the
    /// call declares. The pallet's search would ask the sender for the price of all gas that bounds
    /// the call.
    pub(super) fn estimate(
        &self,
        at: H256,
        request: GenericTransactionV1,
        pays: bool,
        overrides: Option<StateOverrideSetV1>,
        time: Moment,
    ) -> Result<U256> {
        let request = self.bounded(at, request)?;
        if !calls_the_pallets(&request) {
            return self.runtime.estimate_gas(at, request, overrides, time);
        }
        let most = request.gas.unwrap_or(U256::MAX);
        let info = self
            .runtime
            .call(at, request, overrides, Some(time), pays)?;
        Ok(with_margin(info.eth_gas, most))
    }
}

/// Whether it is a call of the runtime's pallets, as one of this address is.
fn calls_the_pallets(request: &GenericTransactionV1) -> bool {
    request.to == Some(RUNTIME_PALLETS_ADDR)
}

/// The request, with gas for no more than the heaviest transaction if it calls the runtime's pallets.
/// `limit` is the gas of what the heaviest transaction weighs.
///
/// The runtime dispatches such a call unmetered in a dry run, and compares what it weighs with the
/// most that a transaction may only when it is done. Before, it compares it with the gas alone.
fn bounded(
    mut request: GenericTransactionV1,
    limit: impl FnOnce() -> Result<U256>,
) -> Result<GenericTransactionV1> {
    if calls_the_pallets(&request) {
        let most = limit()?.saturating_add(FIXED_GAS.into());
        request.gas = Some(request.gas.map_or(most, |gas| gas.min(most)));
    }
    Ok(request)
}

/// One part in a hundred more than what is needed now, for a fee that changes until then: as much as
/// the pallet's search leaves.
fn with_margin(gas: U256, most: U256) -> U256 {
    let margin = gas.checked_div(100.into()).unwrap_or_default();
    gas.saturating_add(margin).min(most)
}

/// The balance that replaces an account's.
fn overridden_balance(overrides: Option<&StateOverrideSetV1>, address: H160) -> Option<U256> {
    overrides?.0.get(&address)?.balance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use pallet_revive::pallet_revive_types::runtime_api::StateOverrideV1;

    /// What the heaviest transaction weighs, in gas.
    const LIMIT: u64 = 12_600_000;

    fn gas(to: Option<H160>, gas: Option<u64>) -> Option<U256> {
        let request = GenericTransactionV1 {
            to,
            gas: gas.map(Into::into),
            ..Default::default()
        };
        let bounded = bounded(request, || Ok(LIMIT.into()));
        bounded.expect("the limit is known").gas
    }

    #[test]
    fn a_call_of_the_pallets_without_gas_should_have_that_of_the_heaviest_transaction() {
        assert_eq!(
            gas(Some(RUNTIME_PALLETS_ADDR), None),
            Some((LIMIT + FIXED_GAS).into())
        );
    }

    #[test]
    fn a_call_of_the_pallets_should_have_no_more_gas_than_the_heaviest_transaction() {
        assert_eq!(
            gas(Some(RUNTIME_PALLETS_ADDR), Some(u64::MAX)),
            Some((LIMIT + FIXED_GAS).into())
        );
    }

    #[test]
    fn less_gas_should_stay() {
        assert_eq!(
            gas(Some(RUNTIME_PALLETS_ADDR), Some(50_000)),
            Some(50_000.into())
        );
    }

    #[test]
    fn the_gas_of_another_call_should_stay() {
        for to in [None, Some(H160::repeat_byte(1))] {
            assert_eq!(
                [gas(to, None), gas(to, Some(u64::MAX))],
                [None, Some(u64::MAX.into())]
            );
        }
    }

    #[test]
    fn a_call_whose_bound_is_unknown_should_not_run() {
        let request = GenericTransactionV1 {
            to: Some(RUNTIME_PALLETS_ADDR),
            ..Default::default()
        };
        assert_eq!(
            bounded(request, || Err(Error::UnknownBlock)),
            Err(Error::UnknownBlock)
        );
    }

    #[test]
    fn the_bytes_of_the_largest_transaction_should_be_inside_the_gas() {
        let bytes = u64::try_from(crate::raw_transaction::MAX_SIZE).expect("it is small");
        assert!(16 * bytes < FIXED_GAS);
    }

    #[test]
    fn an_estimate_should_leave_a_margin() {
        assert_eq!(with_margin(20_000.into(), LIMIT.into()), U256::from(20_200));
    }

    #[test]
    fn an_estimate_should_stay_within_the_gas_that_was_named() {
        assert_eq!(
            with_margin(20_000.into(), 20_100.into()),
            U256::from(20_100)
        );
    }

    #[test]
    fn an_overridden_balance_should_be_found() {
        let (rich, other) = (H160::repeat_byte(1), H160::repeat_byte(2));
        let account = StateOverrideV1 {
            balance: Some(7.into()),
            ..Default::default()
        };
        let overrides = StateOverrideSetV1([(rich, account)].into());
        assert_eq!(
            [rich, other].map(|address| overridden_balance(Some(&overrides), address)),
            [Some(7.into()), None]
        );
    }
}
