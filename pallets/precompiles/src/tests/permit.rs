// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{frame::to_u256, open::NUMBER};
use pallet_revive::precompiles::alloy::primitives::{keccak256, Address, B256, U256};
use polkadot_sdk::*;
use sp_core::ecdsa;

/// The order of secp256k1.
const ORDER: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

/// The last second at which the permits here count.
const DEADLINE: u64 = 1_000;

/// A word of the ABI.
fn word(value: impl Into<U256>) -> [u8; 32] {
    value.into().to_be_bytes()
}

fn address_word(address: Address) -> [u8; 32] {
    address.into_word().0
}

/// What the owner signs, put together as EIP-712 and EIP-2612 say.
fn digest(call: &IOpen::permitCall, nonce: u64) -> [u8; 32] {
    let domain_type =
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
    let contract: Address = "0x0000000000000000000000000000000008000000"
        .parse()
        .expect("valid");
    let domain = [
        keccak256(domain_type).0,
        keccak256("OpenLedger").0,
        keccak256("1").0,
        word(U256::from(CHAIN_ID)),
        address_word(contract),
    ]
    .concat();
    let permit_type =
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";
    let permit = [
        keccak256(permit_type).0,
        address_word(call.owner),
        address_word(call.spender),
        word(call.value),
        word(U256::from(nonce)),
        word(call.deadline),
    ]
    .concat();
    let (domain, permit) = (keccak256(domain), keccak256(permit));
    let parts = [&[0x19, 0x01][..], domain.as_slice(), permit.as_slice()];
    keccak256(parts.concat()).0
}

/// A permit of `person(1)` for `person(2)`, signed by a key.
fn signed_by(pair: &ecdsa::Pair, nonce: u64) -> IOpen::permitCall {
    let mut call = IOpen::permitCall {
        owner: sol(person_address(1)),
        spender: sol(person_address(2)),
        value: to_u256(50),
        deadline: U256::from(DEADLINE),
        v: 0,
        r: B256::ZERO,
        s: B256::ZERO,
    };
    let signature = pair.sign_prehashed(&digest(&call, nonce)).0;
    call.r = B256::from_slice(&signature[..32]);
    call.s = B256::from_slice(&signature[32..64]);
    call.v = signature[64] + 27;
    call
}

fn signed(nonce: u64) -> IOpen::permitCall {
    signed_by(&key(1), nonce)
}

fn allowance() -> U256 {
    let call = IOpen::allowanceCall {
        owner: sol(person_address(1)),
        spender: sol(person_address(2)),
    };
    done(&person(1), NUMBER, &call)
}

fn nonce() -> U256 {
    let owner = sol(person_address(1));
    done(&person(1), NUMBER, &IOpen::noncesCall { owner })
}

#[test]
fn permit_should_set_the_allowance_whoever_brings_it() {
    run(|| {
        done(&person(3), NUMBER, &signed(0));
        assert_eq!(allowance(), to_u256(50));
    });
}

#[test]
fn permit_should_log_the_approval_of_the_owner() {
    run(|| {
        done(&person(3), NUMBER, &signed(0));
        let event = IOpen::Approval {
            owner: sol(person_address(1)),
            spender: sol(person_address(2)),
            value: to_u256(50),
        };
        assert_eq!(logs(), [log(NUMBER, &event)]);
    });
}

#[test]
fn permit_should_count_once() {
    run(|| {
        done(&person(3), NUMBER, &signed(0));
        assert_eq!(nonce(), U256::from(1));
        let reason = refusal(&person(3), NUMBER, &signed(0));
        assert_eq!(reason, "revert: Open.InvalidSignature");
    });
}

#[test]
fn permit_should_take_the_next_nonce() {
    run(|| {
        done(&person(3), NUMBER, &signed(0));
        done(&person(3), NUMBER, &signed(1));
        assert_eq!(nonce(), U256::from(2));
    });
}

#[test]
fn permit_should_fail_with_a_later_nonce() {
    run(|| {
        let reason = refusal(&person(3), NUMBER, &signed(1));
        assert_eq!(reason, "revert: Open.InvalidSignature");
    });
}

#[test]
fn permit_should_fail_when_another_signed_it() {
    run(|| {
        let reason = refusal(&person(3), NUMBER, &signed_by(&key(2), 0));
        assert_eq!(reason, "revert: Open.InvalidSignature");
    });
}

#[test]
fn permit_should_fail_for_another_amount_than_signed() {
    run(|| {
        let call = IOpen::permitCall {
            value: to_u256(51),
            ..signed(0)
        };
        assert_eq!(
            refusal(&person(3), NUMBER, &call),
            "revert: Open.InvalidSignature"
        );
    });
}

#[test]
fn permit_should_count_until_the_deadline() {
    run(|| {
        Timestamp::set_timestamp(DEADLINE * 1_000);
        done(&person(3), NUMBER, &signed(0));
        assert_eq!(allowance(), to_u256(50));
    });
}

#[test]
fn permit_should_fail_after_the_deadline() {
    run(|| {
        Timestamp::set_timestamp((DEADLINE + 1) * 1_000);
        let reason = refusal(&person(3), NUMBER, &signed(0));
        assert_eq!(reason, "revert: Open.PermitExpired");
    });
}

#[test]
fn permit_should_refuse_the_upper_one_of_two_signatures() {
    run(|| {
        let call = signed(0);
        let order = U256::from_str_radix(ORDER, 16).expect("a number");
        let upper = order - U256::from_be_bytes(call.s.0);
        let call = IOpen::permitCall {
            s: upper.to_be_bytes().into(),
            v: 55 - call.v,
            ..call
        };
        assert_eq!(
            refusal(&person(3), NUMBER, &call),
            "revert: Open.InvalidSignature"
        );
    });
}

#[test]
fn permit_should_refuse_another_recovery_than_ethereums() {
    run(|| {
        let call = signed(0);
        let call = IOpen::permitCall {
            v: call.v - 27,
            ..call
        };
        assert_eq!(
            refusal(&person(3), NUMBER, &call),
            "revert: Open.InvalidSignature"
        );
    });
}
