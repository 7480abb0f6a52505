// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What can go wrong with an Ethereum request, with the codes and messages that go-ethereum gives,
//! because client libraries tell errors apart by them. This is the only place that makes JSON-RPC
//! errors.

use jsonrpsee::types::{ErrorObject, ErrorObjectOwned};
use polkadot_sdk::sp_core::{H160, H256, U256};

use crate::revert;

/// The code of most errors.
pub const SERVER_ERROR: i32 = -32_000;
/// The code of what was asked for and is not there.
pub const RESOURCE_NOT_FOUND: i32 = -32_001;
/// The code of methods that are known and not served.
pub const METHOD_NOT_SUPPORTED: i32 = -32_004;
/// The code of requests that would take more than the node gives.
pub const LIMIT_EXCEEDED: i32 = -32_005;
/// The code of parameters that make no sense.
pub const INVALID_PARAMS: i32 = -32_602;
/// The code of failures inside the node.
pub const INTERNAL_ERROR: i32 = -32_603;
/// The code of a call that a contract reverted.
pub const EXECUTION_REVERTED: i32 = 3;

/// What crate functions return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A parameter makes no sense; the text says which and why.
    #[error("{0}")]
    InvalidParams(String),
    /// This node does not know the block.
    #[error("header not found")]
    UnknownBlock,
    /// This node does not know the block whose logs are asked for.
    #[error("unknown block")]
    UnknownLogBlock,
    /// The block is known and its state is no longer here.
    #[error(
        "missing state of block {number}: it is pruned here; ask a node that runs with \
         --state-pruning archive --blocks-pruning archive"
    )]
    Pruned {
        /// The block's number.
        number: u64,
    },
    /// The block is older than what the index of this node holds.
    #[error(
        "block {number} is not in this node's index of Ethereum blocks, which begins at block \
         {first}: the state before it was pruned when the index was built; ask a node that runs \
         with --state-pruning archive"
    )]
    NotIndexed {
        /// The block's number.
        number: u64,
        /// The first block of the index.
        first: u32,
    },
    /// The index has no block yet.
    #[error("the index of Ethereum blocks is being built, try again in a moment")]
    IndexEmpty,
    /// The index does not have what was asked for, and is far behind the chain.
    #[error(
        "the index of Ethereum blocks is being built and is at block {indexed} of {best}: try again \
         later; the node's log says so if it makes no progress"
    )]
    IndexBehind {
        /// The best block of the index.
        indexed: u32,
        /// The chain's best block.
        best: u32,
    },
    /// The block is not on the best chain, and the caller insists that it is (EIP-1898).
    #[error("hash {0:?} is not currently canonical")]
    NotCanonical(H256),
    /// This node does not know the transaction.
    #[error("transaction not found")]
    UnknownTransaction,
    /// There is no filter of this id, or nobody asked it for five minutes.
    #[error("filter not found")]
    UnknownFilter,
    /// The answer would be larger than the node gives; the text says what to do instead.
    #[error("{0}")]
    LimitExceeded(String),
    /// The method is known, and an honest answer is not possible here.
    #[error("{method} is not supported: {reason}")]
    Unsupported {
        /// The method's name.
        method: &'static str,
        /// Why not, and what to use instead.
        reason: &'static str,
    },
    /// The transaction cannot enter the pool, or the call cannot run.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
    /// A contract reverted with this data.
    #[error("{}", revert::message(.0))]
    Reverted(Vec<u8>),
    /// The virtual machine stopped for this reason, in go-ethereum's words where it has any.
    #[error("{0}")]
    Execution(String),
    /// Something failed that never should. The text is for the operator as well.
    #[error("{0}")]
    Internal(String),
}

/// Why a transaction is refused, or a call does not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    /// The bytes are no transaction.
    #[error("rlp: {0}")]
    Malformed(String),
    /// The transaction is larger than a pool takes.
    #[error("oversized data: transaction size {size}, limit {limit}")]
    Oversized {
        /// Its size in bytes.
        size: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// Blob transactions, delegations and what is not known yet.
    #[error("transaction type not supported")]
    TypeNotSupported,
    /// The transaction is for another chain.
    #[error("invalid sender: invalid chain id for signer: have {have} want {want}")]
    InvalidChainId {
        /// What the transaction says.
        have: U256,
        /// What this chain has.
        want: u64,
    },
    /// The transaction says no chain, and so is for all of them.
    #[error("only replay-protected (EIP-155) transactions allowed over RPC")]
    NotReplayProtected,
    /// The signature is nobody's.
    #[error("invalid sender: invalid transaction v, r, s values")]
    InvalidSignature,
    /// The nonce was used already.
    #[error("nonce too low: next nonce {next}, tx nonce {nonce}")]
    NonceTooLow {
        /// What the account uses next.
        next: u64,
        /// What the transaction says.
        nonce: U256,
    },
    /// No account ever gets to this nonce.
    #[error("nonce too high: tx nonce {nonce}")]
    NonceTooHigh {
        /// What the transaction says.
        nonce: U256,
    },
    /// The sender cannot pay.
    #[error(
        "insufficient funds for gas * price + value: balance {balance}, tx cost {cost}, overshot \
         {}",
        cost.saturating_sub(*balance)
    )]
    InsufficientFunds {
        /// What the sender can spend, in wei.
        balance: U256,
        /// The most that the transaction may take, in wei.
        cost: U256,
    },
    /// The sender of a call cannot pay.
    #[error("insufficient funds for gas * price + value: address {address:?} have {have}")]
    InsufficientFundsForCall {
        /// Who.
        address: H160,
        /// What the sender can spend, in wei.
        have: U256,
    },
    /// The gas does not cover what every transaction of this size takes.
    #[error("intrinsic gas too low: gas {gas}")]
    IntrinsicGas {
        /// What the transaction offers.
        gas: U256,
    },
    /// The call needs more gas than it may have.
    #[error("gas required exceeds allowance ({gas})")]
    GasAllowance {
        /// What it may have.
        gas: U256,
    },
    /// No block has room for it.
    #[error("exceeds block gas limit")]
    GasLimit,
    /// It offers less than the block takes.
    #[error(
        "max fee per gas less than block base fee: maxFeePerGas: {max_fee}, baseFee: {base_fee}"
    )]
    FeeCapTooLow {
        /// What it offers, in wei.
        max_fee: U256,
        /// What the block takes, in wei.
        base_fee: U256,
    },
    /// The tip is higher than what it offers in all.
    #[error(
        "max priority fee per gas higher than max fee per gas: maxPriorityFeePerGas: {tip}, \
         maxFeePerGas: {max_fee}"
    )]
    TipAboveFeeCap {
        /// The tip, in wei.
        tip: U256,
        /// What it offers in all, in wei.
        max_fee: U256,
    },
    /// Another transaction of this nonce waits, and this one does not offer 10 % more.
    #[error("replacement transaction underpriced")]
    ReplacementUnderpriced,
    /// It waits already.
    #[error("already known")]
    AlreadyKnown,
    /// It was refused a moment ago, for a reason that it was told then.
    #[error("transaction temporarily banned: it was invalid a moment ago, sign another one")]
    Banned,
    /// The pool is full of transactions that offer as much.
    #[error("txpool is full")]
    PoolFull,
    /// The code to be deployed is larger than a contract may be.
    #[error("max initcode size exceeded: code size {size} limit {limit}")]
    InitCodeSize {
        /// Its size in bytes.
        size: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// This node has no key of the account.
    #[error("unknown account")]
    UnknownAccount,
    /// The runtime refuses it for a reason of its own.
    #[error("invalid transaction: {0}")]
    Refused(String),
}

impl Error {
    /// The JSON-RPC code.
    pub fn code(&self) -> i32 {
        match self {
            Self::InvalidParams(_) => INVALID_PARAMS,
            Self::Reverted(_) => EXECUTION_REVERTED,
            Self::LimitExceeded(_) => LIMIT_EXCEEDED,
            Self::Unsupported { .. } => METHOD_NOT_SUPPORTED,
            Self::Pruned { .. }
            | Self::NotIndexed { .. }
            | Self::IndexEmpty
            | Self::IndexBehind { .. } => RESOURCE_NOT_FOUND,
            Self::Internal(_) => INTERNAL_ERROR,
            Self::UnknownBlock
            | Self::UnknownLogBlock
            | Self::NotCanonical(_)
            | Self::UnknownTransaction
            | Self::UnknownFilter
            | Self::Transaction(_)
            | Self::Execution(_) => SERVER_ERROR,
        }
    }
}

impl From<Error> for ErrorObjectOwned {
    fn from(error: Error) -> Self {
        let data = match &error {
            Error::Reverted(data) => Some(const_hex::encode_prefixed(data)),
            _ => None,
        };
        ErrorObject::owned(error.code(), error.to_string(), data)
    }
}

impl From<crate::index::StoreError> for Error {
    fn from(error: crate::index::StoreError) -> Self {
        Self::Internal(format!("the index of Ethereum blocks failed: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(error: impl Into<Error>) -> ErrorObjectOwned {
        error.into().into()
    }

    #[test]
    fn a_revert_should_have_code_3_with_its_data() {
        let data = [0xde, 0xad, 0xbe, 0xef];
        let object = object(Error::Reverted(data.to_vec()));
        assert_eq!(object.code(), 3);
        assert_eq!(object.message(), "execution reverted");
        assert_eq!(object.data().map(|data| data.get()), Some("\"0xdeadbeef\""));
    }

    #[test]
    fn a_low_nonce_should_read_as_in_go_ethereum() {
        let object = object(TransactionError::NonceTooLow {
            next: 5,
            nonce: 3.into(),
        });
        assert_eq!(object.code(), -32_000);
        assert_eq!(object.message(), "nonce too low: next nonce 5, tx nonce 3");
    }

    #[test]
    fn a_transaction_for_every_chain_should_be_refused_as_in_go_ethereum() {
        let object = object(TransactionError::NotReplayProtected);
        assert_eq!(object.code(), -32_000);
        assert_eq!(
            object.message(),
            "only replay-protected (EIP-155) transactions allowed over RPC"
        );
    }

    #[test]
    fn missing_funds_should_read_as_in_go_ethereum() {
        let object = object(TransactionError::InsufficientFunds {
            balance: 7.into(),
            cost: 10.into(),
        });
        assert_eq!(object.code(), -32_000);
        assert_eq!(
            object.message(),
            "insufficient funds for gas * price + value: balance 7, tx cost 10, overshot 3"
        );
    }

    #[test]
    fn a_wrong_chain_should_read_as_in_go_ethereum() {
        let object = object(TransactionError::InvalidChainId {
            have: 1.into(),
            want: 1984,
        });
        assert_eq!(
            object.message(),
            "invalid sender: invalid chain id for signer: have 1 want 1984"
        );
    }

    #[test]
    fn unsupported_methods_should_say_so_by_code() {
        let object = object(Error::Unsupported {
            method: "eth_getProof",
            reason: "the state is no Merkle-Patricia trie",
        });
        assert_eq!(object.code(), -32_004);
        assert!(object
            .message()
            .starts_with("eth_getProof is not supported"));
    }

    #[test]
    fn limits_should_have_a_code_of_their_own() {
        assert_eq!(
            object(Error::LimitExceeded("too many".into())).code(),
            -32_005
        );
    }

    #[test]
    fn logs_of_an_unknown_block_should_be_refused_as_in_go_ethereum() {
        let object = object(Error::UnknownLogBlock);
        assert_eq!(
            (object.code(), object.message()),
            (-32_000, "unknown block")
        );
    }

    #[test]
    fn errors_without_data_should_carry_none() {
        assert!(object(Error::UnknownBlock).data().is_none());
    }
}
