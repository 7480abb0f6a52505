// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Permits (EIP-2612): allowances by signature.

use alloc::vec::Vec;
use polkadot_sdk::*;

use frame_support::traits::Get;
use pallet_revive::{
    precompiles::{
        alloy::{
            primitives::{Address, B256, U256 as Amount},
            sol_types::{SolCall, SolValue},
        },
        Error, Ext, H160,
    },
    WeightInfo as _,
};
use sp_io::{crypto::secp256k1_ecdsa_recover, hashing::keccak_256};

use super::{h160, IOpen, NAME, NUMBER};
use crate::{frame, Config, PermitNonces};

/// The version in the domain of permits.
pub const VERSION: &str = "1";

const DOMAIN_TYPE: &[u8] =
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

const PERMIT_TYPE: &[u8] =
    b"Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";

/// Half the order of secp256k1, big-endian: of the two signatures that say the same, the one with
/// the lower s counts.
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

/// Sets the allowance that the owner signed for.
pub(super) fn permit<T: Config, E: Ext<T = T>>(
    call: &IOpen::permitCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::ensure_writable(env)?;
    let write = <T as pallet_revive::Config>::WeightInfo::ecdsa_recover()
        .saturating_add(T::DbWeight::get().reads_writes(2, 1));
    env.charge(write)?;
    let now = Amount::from_le_bytes(env.now().to_little_endian());
    if now > call.deadline {
        return Err(frame::revert("Open.PermitExpired"));
    }
    let owner = h160(&call.owner);
    let nonce = PermitNonces::<T>::get(owner);
    if signer(call, &digest::<T>(call, nonce)) != Some(owner) {
        return Err(frame::revert("Open.InvalidSignature"));
    }
    let next = nonce
        .checked_add(1)
        .ok_or_else(|| frame::revert("Arithmetic.Overflow"))?;
    if nonce == 0 {
        env.charge(T::NewEntry::get())?;
    }
    PermitNonces::<T>::insert(owner, next);
    super::set_allowance::<T, E>(env, call.owner, call.spender, call.value)?;
    Ok(Vec::new())
}

/// The nonce that an owner's next permit must carry.
pub(super) fn nonces<T: Config, E: Ext<T = T>>(
    call: &IOpen::noncesCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let nonce = PermitNonces::<T>::get(h160(&call.owner));
    Ok(IOpen::noncesCall::abi_encode_returns(&Amount::from(nonce)))
}

/// The EIP-712 domain of permits.
pub fn domain_separator<T: Config>() -> B256 {
    let contract = Address::from(frame::address(NUMBER).0);
    let chain = Amount::from(<T as pallet_revive::Config>::ChainId::get());
    let name = B256::from(keccak_256(NAME.as_bytes()));
    let version = B256::from(keccak_256(VERSION.as_bytes()));
    let kind = B256::from(keccak_256(DOMAIN_TYPE));
    keccak_256(&(kind, name, version, chain, contract).abi_encode()).into()
}

/// What the owner signs.
pub fn digest<T: Config>(call: &IOpen::permitCall, nonce: u64) -> [u8; 32] {
    let permit = (
        B256::from(keccak_256(PERMIT_TYPE)),
        call.owner,
        call.spender,
        call.value,
        Amount::from(nonce),
        call.deadline,
    );
    let content = keccak_256(&permit.abi_encode());
    let domain = domain_separator::<T>();
    keccak_256(&[b"\x19\x01".as_slice(), domain.as_slice(), &content].concat())
}

/// Who signed a digest, if the signature is one.
fn signer(call: &IOpen::permitCall, digest: &[u8; 32]) -> Option<H160> {
    let recovery = match call.v {
        27 => 0,
        28 => 1,
        _ => return None,
    };
    if call.s.0 > HALF_ORDER {
        return None;
    }
    let mut signature = [0u8; 65];
    let (r, rest) = signature.split_first_chunk_mut::<32>()?;
    let (s, v) = rest.split_first_chunk_mut::<32>()?;
    *r = call.r.0;
    *s = call.s.0;
    *v.first_mut()? = recovery;
    let key = secp256k1_ecdsa_recover(&signature, digest).ok()?;
    keccak_256(&key).last_chunk::<20>().copied().map(H160)
}
