// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Constants of the runtime, from its metadata.

use codec::Decode;
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};

/// The encoded value of a pallet's constant, from what the runtime API `Metadata_metadata` answers;
/// `None` when there is no such constant or the metadata is of another version than 14.
pub fn constant(answer: &[u8], pallet: &str, name: &str) -> Option<Vec<u8>> {
    let opaque = Vec::<u8>::decode(&mut &answer[..]).ok()?;
    let metadata = RuntimeMetadataPrefixed::decode(&mut &opaque[..]).ok()?;
    let RuntimeMetadata::V14(metadata) = metadata.1 else {
        return None;
    };
    let pallet = metadata
        .pallets
        .into_iter()
        .find(|candidate| candidate.name == pallet)?;
    let constant = pallet
        .constants
        .into_iter()
        .find(|candidate| candidate.name == name)?;
    Some(constant.value)
}

#[cfg(test)]
mod tests {
    use codec::Encode;
    use frame_metadata::v14::{
        ExtrinsicMetadata, PalletConstantMetadata, PalletMetadata, RuntimeMetadataV14,
    };
    use scale_info::meta_type;

    use super::*;

    fn answer() -> Vec<u8> {
        let fee = PalletConstantMetadata {
            name: "MinFee",
            ty: meta_type::<u128>(),
            value: 7u128.encode(),
            docs: Vec::new(),
        };
        let pallet = PalletMetadata {
            name: "Inference",
            storage: None,
            calls: None,
            event: None,
            constants: vec![fee],
            error: None,
            index: 22,
        };
        let extrinsic = ExtrinsicMetadata {
            ty: meta_type::<()>(),
            version: 4,
            signed_extensions: Vec::new(),
        };
        let metadata = RuntimeMetadataV14::new(vec![pallet], extrinsic, meta_type::<()>());
        RuntimeMetadataPrefixed::from(metadata).encode().encode()
    }

    #[test]
    fn a_constant_should_be_found_by_its_name() {
        assert_eq!(
            constant(&answer(), "Inference", "MinFee"),
            Some(7u128.encode())
        );
    }

    #[test]
    fn another_name_should_have_no_constant() {
        assert_eq!(constant(&answer(), "Inference", "MaxFee"), None);
        assert_eq!(constant(&answer(), "Models", "MinFee"), None);
    }

    #[test]
    fn something_that_is_no_metadata_should_have_no_constant() {
        assert_eq!(constant(b"garbage", "Inference", "MinFee"), None);
    }
}
