// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Errors of the content store.

use openledger_primitives::H256;

/// Why content cannot be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing is stored under the hash.
    #[error("the content store has nothing with the hash {0:?}")]
    Missing(H256),
    /// More bytes than allowed.
    #[error("the content is larger than {limit} bytes")]
    TooLarge {
        /// The limit, bytes.
        limit: u64,
    },
    /// The content does not have the announced hash.
    #[error("the content's hash is {actual:?}, announced was {announced:?}")]
    WrongHash {
        /// The hash that was announced.
        announced: H256,
        /// The hash of the bytes.
        actual: H256,
    },
    /// What the backend holds under the hash has another hash.
    #[error("the content store holds damaged bytes under the hash {0:?}: remove the object and put it again")]
    Damaged(H256),
    /// The store's quota, or the part of it that uploads may take, is used up.
    #[error("the content store holds its limit of {limit} bytes: raise --store-quota-mb")]
    Full {
        /// The limit, bytes.
        limit: u64,
    },
    /// The caller's body broke off or was malformed.
    #[error("the body could not be read: {0}")]
    Body(String),
    /// The backend failed.
    #[error("the content store failed: {0}")]
    Backend(#[from] object_store::Error),
    /// The local disk failed.
    #[error("the disk failed: {0}")]
    Io(#[from] std::io::Error),
    /// The URL is not one that can be used.
    #[error("the content store {0}: give a folder, or s3://bucket/prefix with the usual AWS_… variables")]
    Url(String),
}
