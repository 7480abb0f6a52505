// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! From an adapter's number to the files that serve it, checked against the chain.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use lru::LruCache;
use openledger_artifacts::{Manifest, INFLUENCE_METHOD, MAX_MANIFEST_BYTES};
use openledger_primitives::{
    views::{AdapterStatus, AdapterView},
    AdapterId, ContributionId, H256,
};

use crate::{
    chain::Chain,
    serve::ServeError,
    store::{ContentStore, StoreError},
};

/// How many manifests are kept in memory.
const MANIFESTS: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

/// An adapter that can be served.
#[derive(Clone, Debug)]
pub struct ServedAdapter {
    /// What the chain says of it.
    pub view: AdapterView,
    /// What its manifest says.
    pub files: Arc<AdapterContents>,
    /// The contributions that its receipts may name, ascending.
    pub lineage: Arc<Vec<ContributionId>>,
}

/// What the worker needs of a manifest.
#[derive(Debug)]
pub struct AdapterContents {
    /// blake2-256 of `adapter.safetensors`: the artifact on chain.
    pub adapter: H256,
    /// blake2-256 of `head.safetensors`.
    pub head: H256,
    /// blake2-256 of the influence index.
    pub index: H256,
    /// The labels, in the head's order.
    pub labels: Vec<String>,
}

/// Finds adapters. Cheap to clone.
#[derive(Clone)]
pub struct Adapters {
    chain: Chain,
    store: ContentStore,
    base_model: H256,
    manifests: Arc<Mutex<LruCache<H256, Arc<AdapterContents>>>>,
}

impl Adapters {
    /// Finds adapters of the base model whose weights have the hash `base_model`.
    pub fn new(chain: Chain, store: ContentStore, base_model: H256) -> Self {
        let manifests = Arc::new(Mutex::new(LruCache::new(MANIFESTS)));
        Self {
            chain,
            store,
            base_model,
            manifests,
        }
    }

    /// Whether this worker has the base model of an adapter.
    pub fn fits(&self, view: &AdapterView) -> bool {
        view.base_model_hash == self.base_model
    }

    /// The adapter's terms and files. Deprecated adapters are found too: jobs that were open when
    /// an adapter was deprecated are still answered.
    ///
    /// # Errors
    /// [`ServeError::Unservable`] when it is unknown, a draft, made for another base model, or its
    /// manifest contradicts the chain; [`ServeError::Passing`] when chain or store are away.
    pub async fn resolve(&self, adapter: AdapterId) -> Result<ServedAdapter, ServeError> {
        let unservable = |reason: String| Err(ServeError::Unservable(reason));
        let Some(view) = self.chain.adapter(adapter).await? else {
            return unservable(format!("the chain has no adapter {adapter}"));
        };
        if view.status == AdapterStatus::Draft {
            return unservable(format!("adapter {adapter} is not published"));
        }
        if !self.fits(&view) {
            return unservable(format!(
                "adapter {adapter} needs the base model {:?}, this worker has {:?}",
                view.base_model_hash, self.base_model
            ));
        }
        let files = self.contents(&view).await?;
        let Some(lineage) = self.chain.lineage(adapter, view.artifact).await? else {
            return unservable(format!("the chain has no lineage of adapter {adapter}"));
        };
        Ok(ServedAdapter {
            view,
            files,
            lineage,
        })
    }

    async fn contents(&self, view: &AdapterView) -> Result<Arc<AdapterContents>, ServeError> {
        let manifests = || {
            self.manifests
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = manifests().get(&view.manifest) {
            // The same manifest under other hashes on chain must not pass.
            return check(view, known.clone());
        }
        let bytes = self
            .store
            .get(&view.manifest, MAX_MANIFEST_BYTES as u64)
            .await?;
        let manifest = Manifest::from_json(&bytes)
            .map_err(|error| ServeError::Unservable(error.to_string()))?;
        if manifest.base_model.0 != view.base_model_hash.0 {
            return Err(ServeError::Unservable(
                "its manifest names another base model".into(),
            ));
        }
        if manifest.influence.method != INFLUENCE_METHOD {
            return Err(ServeError::Unservable(format!(
                "its influence method is {}, this worker knows {INFLUENCE_METHOD}",
                manifest.influence.method
            )));
        }
        let contents = Arc::new(AdapterContents {
            adapter: H256(manifest.adapter.0),
            head: H256(manifest.head.0),
            index: H256(manifest.influence_index.0),
            labels: manifest.labels,
        });
        manifests().put(view.manifest, contents.clone());
        check(view, contents)
    }
}

fn check(
    view: &AdapterView,
    contents: Arc<AdapterContents>,
) -> Result<Arc<AdapterContents>, ServeError> {
    if contents.adapter != view.artifact || contents.index != view.influence_index {
        return Err(ServeError::Unservable(
            "its manifest names other files than the chain: the developer has to register it anew"
                .into(),
        ));
    }
    Ok(contents)
}

impl From<StoreError> for ServeError {
    fn from(error: StoreError) -> Self {
        match error {
            // Somebody may still put it there, or make room.
            StoreError::Missing(_)
            | StoreError::Full { .. }
            | StoreError::Backend(_)
            | StoreError::Io(_) => Self::Passing(error.to_string()),
            other => Self::Unservable(other.to_string()),
        }
    }
}
