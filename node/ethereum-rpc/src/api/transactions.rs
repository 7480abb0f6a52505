// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `eth_*`: sending transactions, and those that wait.

use std::{
    num::NonZeroUsize,
    sync::{Arc, PoisonError},
};

use jsonrpsee::{
    core::{async_trait, RpcResult},
    proc_macros::rpc,
};
use lru::LruCache;
use pallet_revive::{
    evm::{Bytes, GenericTransaction, TYPE_EIP1559, TYPE_EIP2930, TYPE_LEGACY},
    pallet_revive_types::runtime_api::GenericTransactionV1,
};
use polkadot_sdk::*;
use sc_transaction_pool_api::TransactionPool;
use sp_core::{H160, H256, U256};
use sp_runtime::traits::{Block as BlockT, NumberFor};
use tokio::sync::Mutex;

use super::{
    execution::{now, prepare},
    state::suggested_tip,
    Context, EthereumClient,
};
use crate::{
    development,
    error::{Error, Result, TransactionError},
    pool::{ensure_replaces, Refusal},
    raw_transaction::RawTransaction,
    types::Transaction,
    view::EthereumView,
};

/// Transactions.
#[rpc(server)]
pub trait EthTransactionsApi {
    /// Hands a signed transaction to the pool and gives its hash.
    #[method(name = "eth_sendRawTransaction")]
    async fn send_raw_transaction(&self, payload: Bytes) -> RpcResult<H256>;

    /// Signs for a development account, fills in what is missing and hands it to the pool.
    #[method(name = "eth_sendTransaction")]
    async fn send_transaction(&self, request: GenericTransactionV1) -> RpcResult<H256>;

    /// The transactions that the next blocks can take.
    #[method(name = "eth_pendingTransactions", blocking)]
    fn pending_transactions(&self) -> RpcResult<Vec<Transaction>>;
}

/// Sends transactions.
pub struct Transactions<B, C, P, V> {
    context: Arc<Context<B, C, P, V>>,
    /// Held from the choice of a nonce until the pool has the transaction.
    signing: Mutex<()>,
}

impl<B, C, P, V> Transactions<B, C, P, V> {
    pub(super) fn new(context: Arc<Context<B, C, P, V>>) -> Self {
        Self {
            context,
            signing: Mutex::new(()),
        }
    }
}

#[async_trait]
impl<B, C, P, V> EthTransactionsApiServer for Transactions<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    async fn send_raw_transaction(&self, payload: Bytes) -> RpcResult<H256> {
        let transaction = RawTransaction::decode(payload.0).map_err(Error::from)?;
        Ok(self.context.submit(transaction).await?)
    }

    async fn send_transaction(&self, request: GenericTransactionV1) -> RpcResult<H256> {
        let _signing = self.signing.lock().await;
        // It estimates the gas.
        let work = move |context: &Context<B, C, P, V>| context.sign(request);
        let transaction = self.context.execute(work).await?;
        Ok(self.context.submit(transaction).await?)
    }

    fn pending_transactions(&self) -> RpcResult<Vec<Transaction>> {
        Ok(self
            .context
            .pool
            .ready()
            .into_iter()
            .map(RawTransaction::into_pending)
            .collect())
    }
}

impl<B, C, P, V> Context<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    /// Checks a transaction as go-ethereum does, so that the reason of a refusal is exact, and
    /// hands it to the pool, which checks it again.
    async fn submit(&self, transaction: RawTransaction) -> Result<H256> {
        transaction.check(self.chain_id()?)?;
        let best = self.best();
        let base_fee = self.runtime.base_fee(best)?;
        if transaction.fields.max_fee < base_fee {
            return Err(TransactionError::FeeCapTooLow {
                max_fee: transaction.fields.max_fee,
                base_fee,
            }
            .into());
        }
        ensure_gas(transaction.fields.gas, self.runtime.gas_limit(best)?)?;
        let next = self.runtime.nonce(best, transaction.sender)?;
        let nonce = transaction.fields.nonce;
        if nonce < next.into() {
            return Err(nonce_too_low(next, nonce));
        }
        let balance = self.runtime.balance(best, transaction.sender)?;
        let cost = transaction.fields.cost();
        if balance < cost {
            return Err(TransactionError::InsufficientFunds { balance, cost }.into());
        }
        let nonce = u32::try_from(nonce)
            .map_err(|_| Error::from(TransactionError::NonceTooHigh { nonce }))?;
        if self.submitted.note(transaction.sender, nonce) {
            // An Ethereum key's account in the pool's tags, whatever else the address is mapped to.
            let account = ethereum_account(transaction.sender);
            if let Some(occupant) = self.pool.occupant(&account, nonce) {
                ensure_replaces(&transaction, &occupant)?;
            }
        }
        match self.pool.submit(best, transaction.payload.clone()).await {
            Ok(()) => Ok(transaction.hash),
            Err(Refusal::For(error)) => Err(error.into()),
            Err(Refusal::Stale) => {
                let next = self.runtime.nonce(self.best(), transaction.sender)?;
                Err(nonce_too_low(next, nonce.into()))
            }
            Err(Refusal::Payment) => Err(self.why_not_paid(transaction)?),
        }
    }

    /// What the runtime means when it says that a transaction is not paid.
    fn why_not_paid(&self, transaction: RawTransaction) -> Result<Error> {
        let best = self.best();
        let covered = self
            .runtime
            .covers_intrinsic_gas(best, transaction.payload.clone())?;
        if covered == Some(false) {
            return Ok(TransactionError::IntrinsicGas {
                gas: transaction.fields.gas,
            }
            .into());
        }
        Ok(TransactionError::InsufficientFunds {
            balance: self.runtime.balance(best, transaction.sender)?,
            cost: transaction.fields.cost(),
        }
        .into())
    }

    /// Signs `request` for the development account that it is from.
    fn sign(&self, request: GenericTransactionV1) -> Result<RawTransaction> {
        let account = request
            .from
            .filter(|_| self.sign_for_development)
            .and_then(development::account)
            .ok_or(TransactionError::UnknownAccount)?;
        let chain_id = self.chain_id()?;
        let (mut request, pays) = prepare(request, chain_id)?;
        let best = self.best();
        if request.gas.is_none() {
            request.gas = Some(self.estimate(best, request.clone(), pays, None, now())?);
        }
        if request.nonce.is_none() {
            request.nonce = Some(self.next_nonce(account.address())?.into());
        }
        fill_prices(&mut request, self.runtime.base_fee(best)?);
        let unsigned = GenericTransaction::from(request)
            .try_into_unsigned()
            .map_err(|()| Error::from(TransactionError::TypeNotSupported))?;
        let payload = account.sign(unsigned).signed_payload();
        Ok(RawTransaction::decode(payload)?)
    }
}

/// The gas that a transaction may offer for deposits, on top of that for what it weighs. A new slot
/// of storage takes some 1,900 gas of weight and 11,400 of deposit: those of the largest transaction,
/// of 12.6 million gas, take less.
const DEPOSIT_GAS: u64 = 100_000_000;

/// How many nonces are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(65_535);

/// The nonces of the transactions that came through this node lately, by sender.
///
/// Looking for a transaction's rivals takes a walk over the pool, which is only worth it for nonces
/// that came before. Rivals that came from peers are left to the pool, which takes the one with the
/// higher tip.
pub(super) struct Submitted(std::sync::Mutex<LruCache<(H160, u32), ()>>);

impl Default for Submitted {
    fn default() -> Self {
        Self(std::sync::Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl Submitted {
    /// Remembers a nonce; says whether it was here before.
    fn note(&self, sender: H160, nonce: u32) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .put((sender, nonce), ())
            .is_some()
    }
}

/// Chooses type and prices where the request leaves them open.
fn fill_prices(request: &mut GenericTransactionV1, base_fee: U256) {
    let kind = match (&request.gas_price, &request.access_list) {
        (Some(_), None) => TYPE_LEGACY,
        (Some(_), Some(_)) => TYPE_EIP2930,
        (None, _) => TYPE_EIP1559,
    };
    request.r#type = Some(kind.into());
    if request.gas_price.is_some() {
        return;
    }
    let tip = request.max_priority_fee_per_gas.unwrap_or_else(|| {
        let tip = suggested_tip(base_fee);
        request
            .max_fee_per_gas
            .map_or(tip, |max_fee| max_fee.min(tip))
    });
    request.max_priority_fee_per_gas = Some(tip);
    // Room for the base fee to double, as wallets leave it.
    request.max_fee_per_gas = request
        .max_fee_per_gas
        .or_else(|| Some(base_fee.saturating_mul(2.into()).saturating_add(tip)));
}

/// The account of an Ethereum key.
fn ethereum_account(address: H160) -> openledger_primitives::AccountId {
    let mut account = [0xee; 32];
    let (low, _) = account.split_at_mut(H160::len_bytes());
    low.copy_from_slice(address.as_bytes());
    account.into()
}

/// Fails for more gas than any transaction can use. The runtime bounds what a transaction weighs,
/// and leaves the rest of the gas to deposits; what it does not need it gives back.
fn ensure_gas(gas: U256, of_weight: U256) -> Result<()> {
    if gas > of_weight.saturating_add(DEPOSIT_GAS.into()) {
        return Err(TransactionError::GasLimit.into());
    }
    Ok(())
}

fn nonce_too_low(next: u32, nonce: U256) -> Error {
    TransactionError::NonceTooLow {
        next: next.into(),
        nonce,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(json: serde_json::Value) -> GenericTransactionV1 {
        let mut request = serde_json::from_value(json).expect("the request is well formed");
        fill_prices(&mut request, 100.into());
        request
    }

    #[test]
    fn without_a_price_it_should_be_an_eip_1559_transaction() {
        let request = filled(serde_json::json!({}));
        assert_eq!(
            (
                request.r#type,
                request.max_priority_fee_per_gas,
                request.max_fee_per_gas
            ),
            (Some(TYPE_EIP1559.into()), Some(1.into()), Some(201.into()))
        );
    }

    #[test]
    fn with_a_gas_price_it_should_be_a_legacy_transaction() {
        let request = filled(serde_json::json!({ "gasPrice": "0x64" }));
        assert_eq!(
            (request.r#type, request.max_fee_per_gas),
            (Some(TYPE_LEGACY.into()), None)
        );
    }

    #[test]
    fn the_tip_should_stay_within_the_fee_cap() {
        let mut request = serde_json::from_value(serde_json::json!({ "maxFeePerGas": "0x5" }))
            .expect("the request is well formed");
        fill_prices(&mut request, 10_000.into());
        assert_eq!(request.max_priority_fee_per_gas, Some(5.into()));
    }

    #[test]
    fn gas_for_deposits_should_be_taken_beside_that_for_weight() {
        let weight = 12_600_000u64;
        assert_eq!(
            ensure_gas((weight + DEPOSIT_GAS).into(), weight.into()),
            Ok(())
        );
    }

    #[test]
    fn gas_that_no_transaction_can_use_should_be_refused() {
        let weight = 12_600_000u64;
        assert_eq!(
            ensure_gas((weight + DEPOSIT_GAS + 1).into(), weight.into()),
            Err(TransactionError::GasLimit.into())
        );
    }

    #[test]
    fn a_nonce_should_be_known_the_second_time() {
        let submitted = Submitted::default();
        assert_eq!(
            [
                submitted.note(H160::zero(), 1),
                submitted.note(H160::zero(), 1)
            ],
            [false, true]
        );
    }

    #[test]
    fn nonces_of_different_senders_should_be_different() {
        let submitted = Submitted::default();
        submitted.note(H160::zero(), 1);
        assert!(!submitted.note(H160::repeat_byte(1), 1));
    }

    #[test]
    fn the_account_of_a_key_should_end_in_ee() {
        let account = ethereum_account(H160::repeat_byte(1));
        let bytes: &[u8] = account.as_ref();
        assert_eq!((bytes.first(), bytes.last()), (Some(&1), Some(&0xee)));
    }
}
