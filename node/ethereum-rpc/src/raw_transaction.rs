// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Raw transactions: decoded, and checked as far as they can be without the chain's state.

use pallet_revive::evm::{rlp, TransactionSigned};
use polkadot_sdk::*;
use sp_core::{H160, H256, U256};
use sp_crypto_hashing::keccak_256;

use crate::{error::TransactionError, types::Transaction};

/// The most bytes of a transaction, as in go-ethereum.
pub const MAX_SIZE: usize = 128 * 1024;

/// The most bytes of the code that deploys a contract (EIP-3860).
pub const MAX_INIT_CODE_SIZE: usize = 49_152;

/// Half the order of secp256k1: the other half of the signatures are the same ones mirrored, which
/// would give one transaction two hashes (EIP-2).
const HALF_ORDER: U256 = U256([
    0xdfe9_2f46_681b_20a0,
    0x5d57_6e73_57a4_501d,
    0xffff_ffff_ffff_ffff,
    0x7fff_ffff_ffff_ffff,
]);

/// What all types of transactions say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fields {
    /// The chain it is for; `None` if it is for all, as transactions were before EIP-155. The runtime
    /// takes those, this node's clients cannot send them.
    pub chain_id: Option<U256>,
    /// Its number among the sender's.
    pub nonce: U256,
    /// The most gas it may use.
    pub gas: U256,
    /// The most wei per gas, base fee and tip together.
    pub max_fee: U256,
    /// The most wei per gas for the tip.
    pub tip: U256,
    /// Wei that goes along.
    pub value: U256,
    /// Who is called; `None` deploys a contract.
    pub to: Option<H160>,
    /// Bytes of call data or of code to be deployed.
    pub input: usize,
}

impl Fields {
    /// The most wei that the transaction can take from its sender.
    pub fn cost(&self) -> U256 {
        self.gas
            .saturating_mul(self.max_fee)
            .saturating_add(self.value)
    }

    /// Whether it offers at least a tenth more than `other`, in all and as a tip. The tenth is rounded
    /// down, as in go-ethereum and as wallets compute it.
    pub fn replaces(&self, other: &Self) -> bool {
        let enough = |new: U256, old: U256| {
            // A tenth of almost nothing is still something.
            let tenth = (old / U256::from(10)).max(U256::one());
            new >= old.saturating_add(tenth)
        };
        enough(self.max_fee, other.max_fee) && enough(self.tip, other.tip)
    }
}

/// A transaction with a valid signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RawTransaction {
    /// As it was sent.
    pub payload: Vec<u8>,
    /// keccak-256 of the payload.
    pub hash: H256,
    /// Who signed.
    pub sender: H160,
    /// What it says.
    pub fields: Fields,
    /// All of it.
    pub signed: TransactionSigned,
}

impl RawTransaction {
    /// Decodes `payload` and recovers who signed it.
    pub fn decode(payload: Vec<u8>) -> Result<Self, TransactionError> {
        if payload.len() > MAX_SIZE {
            return Err(TransactionError::Oversized {
                size: payload.len(),
                limit: MAX_SIZE,
            });
        }
        ensure_supported(&payload)?;
        let signed = TransactionSigned::decode(&payload)
            .map_err(|error| TransactionError::Malformed(error.to_string()))?;
        ensure_whole(&payload)?;
        let fields = fields(&signed)?;
        ensure_low_s(&signed)?;
        let sender = signed
            .recover_eth_address()
            .map_err(|()| TransactionError::InvalidSignature)?;
        Ok(Self {
            hash: keccak_256(&payload).into(),
            payload,
            sender,
            fields,
            signed,
        })
    }

    /// Decodes `payload`, of which it is known already that `sender` signed it and what its hash is:
    /// recovering the signer is most of the work.
    pub(crate) fn decode_known(payload: Vec<u8>, hash: H256, sender: H160) -> Option<Self> {
        let signed = TransactionSigned::decode(&payload).ok()?;
        let fields = fields(&signed).ok()?;
        Some(Self {
            payload,
            hash,
            sender,
            fields,
            signed,
        })
    }

    /// The transaction as clients see it while it waits.
    pub fn into_pending(self) -> Transaction {
        Transaction::from_signed(self.hash, self.sender, self.signed)
    }

    /// Checks what needs no state, for the chain `chain_id`.
    pub fn check(&self, chain_id: u64) -> Result<(), TransactionError> {
        let fields = &self.fields;
        // What is signed for every chain could be sent here by anybody who has seen it on another.
        let have = fields
            .chain_id
            .ok_or(TransactionError::NotReplayProtected)?;
        if have != chain_id.into() {
            return Err(TransactionError::InvalidChainId {
                have,
                want: chain_id,
            });
        }
        if fields.tip > fields.max_fee {
            return Err(TransactionError::TipAboveFeeCap {
                tip: fields.tip,
                max_fee: fields.max_fee,
            });
        }
        if fields.to.is_none() && fields.input > MAX_INIT_CODE_SIZE {
            return Err(TransactionError::InitCodeSize {
                size: fields.input,
                limit: MAX_INIT_CODE_SIZE,
            });
        }
        if fields.gas > u64::MAX.into() {
            return Err(TransactionError::GasLimit);
        }
        if fields.nonce >= u32::MAX.into() {
            return Err(TransactionError::NonceTooHigh {
                nonce: fields.nonce,
            });
        }
        Ok(())
    }
}

/// Fails for types of transactions that the chain does not take.
fn ensure_supported(payload: &[u8]) -> Result<(), TransactionError> {
    match payload.first() {
        None => Err(TransactionError::Malformed("empty transaction".into())),
        // Access lists and EIP-1559; a list is a legacy transaction.
        Some(0x01 | 0x02 | 0xc0..=0xff) => Ok(()),
        Some(0x00..=0x7f) => Err(TransactionError::TypeNotSupported),
        Some(_) => Err(TransactionError::Malformed(
            "expected input list for a transaction".into(),
        )),
    }
}

/// Fails if bytes follow the transaction: they would change its hash and nothing else.
fn ensure_whole(payload: &[u8]) -> Result<(), TransactionError> {
    let list = match payload {
        [0x00..=0x7f, list @ ..] => list,
        list => list,
    };
    let info = rlp::Rlp::new(list)
        .payload_info()
        .map_err(|error| TransactionError::Malformed(error.to_string()))?;
    if info.header_len.checked_add(info.value_len) != Some(list.len()) {
        return Err(TransactionError::Malformed(
            "input contains more than one value".into(),
        ));
    }
    Ok(())
}

/// Fails for signatures that have a twin.
fn ensure_low_s(signed: &TransactionSigned) -> Result<(), TransactionError> {
    let s = match signed {
        TransactionSigned::TransactionLegacySigned(tx) => tx.s,
        TransactionSigned::Transaction2930Signed(tx) => tx.s,
        TransactionSigned::Transaction1559Signed(tx) => tx.s,
        TransactionSigned::Transaction4844Signed(tx) => tx.s,
        TransactionSigned::Transaction7702Signed(tx) => tx.s,
    };
    if s.is_zero() || s > HALF_ORDER {
        return Err(TransactionError::InvalidSignature);
    }
    Ok(())
}

/// What `signed` says.
pub fn fields(signed: &TransactionSigned) -> Result<Fields, TransactionError> {
    Ok(match signed {
        TransactionSigned::TransactionLegacySigned(tx) => {
            let tx = &tx.transaction_legacy_unsigned;
            Fields {
                chain_id: tx.chain_id,
                nonce: tx.nonce,
                gas: tx.gas,
                max_fee: tx.gas_price,
                tip: tx.gas_price,
                value: tx.value,
                to: tx.to,
                input: tx.input.0.len(),
            }
        }
        TransactionSigned::Transaction2930Signed(tx) => {
            let tx = &tx.transaction_2930_unsigned;
            Fields {
                chain_id: Some(tx.chain_id),
                nonce: tx.nonce,
                gas: tx.gas,
                max_fee: tx.gas_price,
                tip: tx.gas_price,
                value: tx.value,
                to: tx.to,
                input: tx.input.0.len(),
            }
        }
        TransactionSigned::Transaction1559Signed(tx) => {
            let tx = &tx.transaction_1559_unsigned;
            Fields {
                chain_id: Some(tx.chain_id),
                nonce: tx.nonce,
                gas: tx.gas,
                max_fee: tx.max_fee_per_gas,
                tip: tx.max_priority_fee_per_gas,
                value: tx.value,
                to: tx.to,
                input: tx.input.0.len(),
            }
        }
        TransactionSigned::Transaction4844Signed(_)
        | TransactionSigned::Transaction7702Signed(_) => {
            return Err(TransactionError::TypeNotSupported)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::development::{account, DevelopmentAccount};
    use pallet_revive::evm::{
        Bytes, Transaction1559Unsigned, TransactionLegacyUnsigned, TransactionUnsigned,
    };

    const CHAIN: u64 = 1984;

    fn alith() -> &'static DevelopmentAccount {
        account(H160(hex_literal(
            "f24FF3a9CF04c71Dbc94D0b566f7A27B94566cac",
        )))
        .expect("Alith is a development account")
    }

    fn hex_literal(text: &str) -> [u8; 20] {
        let bytes = const_hex::decode(text).expect("the literal is hex");
        bytes.try_into().expect("the literal has 20 bytes")
    }

    fn transfer(max_fee: u64, tip: u64) -> Transaction1559Unsigned {
        Transaction1559Unsigned {
            chain_id: CHAIN.into(),
            nonce: 7.into(),
            gas: 21_000.into(),
            gas_price: max_fee.into(),
            max_fee_per_gas: max_fee.into(),
            max_priority_fee_per_gas: tip.into(),
            to: Some(H160::repeat_byte(1)),
            value: 5.into(),
            ..Default::default()
        }
    }

    fn signed(transaction: impl Into<TransactionUnsigned>) -> Vec<u8> {
        alith().sign(transaction.into()).signed_payload()
    }

    fn decoded(max_fee: u64, tip: u64) -> RawTransaction {
        RawTransaction::decode(signed(transfer(max_fee, tip))).expect("the transaction is valid")
    }

    fn legacy(chain: Option<u64>) -> RawTransaction {
        let payload = signed(TransactionLegacyUnsigned {
            chain_id: chain.map(U256::from),
            gas: 100_000.into(),
            gas_price: 10.into(),
            ..Default::default()
        });
        RawTransaction::decode(payload).expect("the transaction is valid")
    }

    #[test]
    fn the_sender_should_be_recovered() {
        assert_eq!(decoded(10, 1).sender, alith().address());
    }

    #[test]
    fn a_known_transaction_should_be_decoded_to_the_same() {
        let whole = decoded(10, 1);
        let known = RawTransaction::decode_known(whole.payload.clone(), whole.hash, whole.sender);
        assert_eq!(known, Some(whole));
    }

    #[test]
    fn the_hash_should_be_that_of_the_payload() {
        let transaction = decoded(10, 1);
        assert_eq!(
            transaction.hash,
            H256(keccak_256(&transaction.payload)),
            "clients compute it so"
        );
    }

    #[test]
    fn the_cost_should_be_gas_times_price_and_value() {
        assert_eq!(decoded(10, 1).fields.cost(), 210_005.into());
    }

    #[test]
    fn an_empty_payload_should_be_malformed() {
        assert!(matches!(
            RawTransaction::decode(Vec::new()),
            Err(TransactionError::Malformed(_))
        ));
    }

    #[test]
    fn random_bytes_should_be_malformed() {
        assert!(matches!(
            RawTransaction::decode(vec![0xf8, 0x01, 0x02, 0x03]),
            Err(TransactionError::Malformed(_))
        ));
    }

    #[test]
    fn a_truncated_transaction_should_be_malformed() {
        let mut payload = signed(transfer(10, 1));
        payload.pop();
        assert!(matches!(
            RawTransaction::decode(payload),
            Err(TransactionError::Malformed(_))
        ));
    }

    #[test]
    fn trailing_bytes_should_be_malformed() {
        let mut payload = signed(transfer(10, 1));
        payload.push(0);
        assert_eq!(
            RawTransaction::decode(payload),
            Err(TransactionError::Malformed(
                "input contains more than one value".into()
            ))
        );
    }

    #[test]
    fn blob_transactions_should_not_be_supported() {
        assert_eq!(
            RawTransaction::decode(vec![0x03, 0xc0]),
            Err(TransactionError::TypeNotSupported)
        );
    }

    #[test]
    fn delegations_should_not_be_supported() {
        assert_eq!(
            RawTransaction::decode(vec![0x04, 0xc0]),
            Err(TransactionError::TypeNotSupported)
        );
    }

    #[test]
    fn a_transaction_over_the_size_limit_should_be_refused_before_it_is_decoded() {
        assert!(matches!(
            RawTransaction::decode(vec![0; MAX_SIZE + 1]),
            Err(TransactionError::Oversized { .. })
        ));
    }

    #[test]
    fn a_mirrored_signature_should_be_refused() {
        let mut transaction = decoded(10, 1).signed;
        let TransactionSigned::Transaction1559Signed(tx) = &mut transaction else {
            panic!("the type stays");
        };
        tx.s = HALF_ORDER + U256::one();
        assert_eq!(
            RawTransaction::decode(transaction.signed_payload()),
            Err(TransactionError::InvalidSignature)
        );
    }

    #[test]
    fn another_chain_should_be_refused() {
        assert_eq!(
            decoded(10, 1).check(1),
            Err(TransactionError::InvalidChainId {
                have: CHAIN.into(),
                want: 1
            })
        );
    }

    #[test]
    fn a_legacy_transaction_for_every_chain_should_be_refused() {
        assert_eq!(
            legacy(None).check(CHAIN),
            Err(TransactionError::NotReplayProtected)
        );
    }

    #[test]
    fn a_legacy_transaction_for_this_chain_should_be_taken() {
        assert_eq!(legacy(Some(CHAIN)).check(CHAIN), Ok(()));
    }

    #[test]
    fn a_tip_above_the_fee_cap_should_be_refused() {
        assert!(matches!(
            decoded(10, 11).check(CHAIN),
            Err(TransactionError::TipAboveFeeCap { .. })
        ));
    }

    #[test]
    fn too_much_init_code_should_be_refused() {
        let payload = signed(Transaction1559Unsigned {
            to: None,
            input: Bytes(vec![0; MAX_INIT_CODE_SIZE + 1]),
            ..transfer(10, 1)
        });
        let transaction = RawTransaction::decode(payload).expect("the transaction is valid");
        assert!(matches!(
            transaction.check(CHAIN),
            Err(TransactionError::InitCodeSize { .. })
        ));
    }

    #[test]
    fn a_nonce_that_nobody_reaches_should_be_too_high() {
        let payload = signed(Transaction1559Unsigned {
            nonce: u64::MAX.into(),
            ..transfer(10, 1)
        });
        let transaction = RawTransaction::decode(payload).expect("the transaction is valid");
        assert!(matches!(
            transaction.check(CHAIN),
            Err(TransactionError::NonceTooHigh { .. })
        ));
    }

    #[test]
    fn a_tenth_more_of_both_fees_should_replace() {
        assert!(decoded(110, 11).fields.replaces(&decoded(100, 10).fields));
    }

    #[test]
    fn a_higher_fee_cap_alone_should_not_replace() {
        assert!(!decoded(200, 10).fields.replaces(&decoded(100, 10).fields));
    }

    #[test]
    fn a_tenth_should_be_rounded_down() {
        assert!(decoded(119, 20).fields.replaces(&decoded(109, 19).fields));
    }

    #[test]
    fn less_than_a_tenth_more_should_not_replace() {
        assert!(!decoded(109, 11).fields.replaces(&decoded(100, 10).fields));
    }

    #[test]
    fn the_same_fees_of_nothing_should_not_replace() {
        assert!(!decoded(0, 0).fields.replaces(&decoded(0, 0).fields));
    }
}
