// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the worker reads from the chain: runtime APIs, called by name, most of them at the best block.

mod client;
mod metadata;
mod price;

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

pub use client::NodeConnection;
use codec::{Decode, Encode};
use futures::future::BoxFuture;
use lru::LruCache;
use openledger_primitives::{
    views::{
        AdapterView, ChannelView, ContributionView, JobView, Lineage, ReceiptView, VersionView,
        WorkerView,
    },
    AccountId, AdapterId, Balance, BlockNumber, ChannelId, ContributionId, DatanetId, JobId,
    JobRef, Ppm, VersionRef, H256,
};
pub use price::ReceiptPrice;
use tokio::sync::watch;

/// The most job references that `AttributionApi_ended` answers in one call.
pub const MAX_ENDED: usize = 256;

/// For how many blocks an adapter's terms are believed without asking again. Prices have a notice
/// period of several hundred blocks, so that a price this old still settles.
const TERMS_AGE: BlockNumber = 3;

/// For how many blocks the runtime's constants are believed: a runtime upgrade may change them.
const CONSTANTS_AGE: BlockNumber = 300;

/// The most adapters that the catalogue lists.
const MAX_CATALOGUE: usize = 4096;

const ADAPTERS: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
const LINEAGES: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// Why the chain cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// There is no connection to the node at present.
    #[error("no connection to the node: start it, or give its address with --node")]
    Disconnected,
    /// The node did not answer a call as it should.
    #[error("the node failed to answer {api}: {cause}")]
    Call {
        /// The runtime API.
        api: &'static str,
        /// What the node said.
        cause: String,
    },
    /// The node's runtime answers in another form: worker and runtime are of different releases.
    #[error("{api} answered in an unknown form: worker and runtime are of different releases")]
    Encoding {
        /// The runtime API.
        api: &'static str,
    },
}

/// The block that a runtime API is called at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The best block, which a longer fork can take the place of.
    Best,
    /// The last block that is final.
    Finalized,
}

/// A connection to a node. The one place where tests put something else.
pub trait Connection: Send + Sync + 'static {
    /// The chain's genesis hash, once a connection has been made.
    fn genesis(&self) -> Option<H256>;

    /// The best block's height, as it grows; `None` while there is no connection.
    fn head(&self) -> watch::Receiver<Option<BlockNumber>>;

    /// Calls a runtime API (`Trait_function`) with SCALE-encoded arguments.
    fn state_call(
        &self,
        at: At,
        api: &'static str,
        arguments: Vec<u8>,
    ) -> BoxFuture<'_, Result<Vec<u8>, ChainError>>;

    /// The encoded value of a constant of the runtime; `None` when there is none of that name.
    fn constant(
        &self,
        pallet: &'static str,
        name: &'static str,
    ) -> BoxFuture<'_, Result<Option<Vec<u8>>, ChainError>>;
}

/// The chain as the worker sees it, with bounded caches. Cheap to clone.
#[derive(Clone)]
pub struct Chain {
    connection: Arc<dyn Connection>,
    caches: Arc<Caches>,
}

/// An adapter, and the hash of its artifact.
type AdapterArtifact = (AdapterId, H256);

struct Caches {
    adapters: Mutex<LruCache<AdapterId, (BlockNumber, AdapterView)>>,
    catalogue: Mutex<Option<(BlockNumber, Arc<Vec<AdapterView>>)>>,
    lineages: Mutex<LruCache<AdapterArtifact, Arc<Vec<ContributionId>>>>,
    receipt_price: Mutex<Option<(BlockNumber, ReceiptPrice)>>,
}

impl Chain {
    /// Reads through `connection`.
    pub fn new(connection: Arc<dyn Connection>) -> Self {
        let caches = Caches {
            adapters: Mutex::new(LruCache::new(ADAPTERS)),
            catalogue: Mutex::new(None),
            lineages: Mutex::new(LruCache::new(LINEAGES)),
            receipt_price: Mutex::new(None),
        };
        Self {
            connection,
            caches: Arc::new(caches),
        }
    }

    /// The genesis hash.
    ///
    /// # Errors
    /// [`ChainError::Disconnected`] before the first connection.
    pub fn genesis(&self) -> Result<H256, ChainError> {
        self.connection.genesis().ok_or(ChainError::Disconnected)
    }

    /// The best block's height.
    ///
    /// # Errors
    /// [`ChainError::Disconnected`].
    pub fn best(&self) -> Result<BlockNumber, ChainError> {
        (*self.connection.head().borrow()).ok_or(ChainError::Disconnected)
    }

    /// Follows the best block.
    pub fn heads(&self) -> watch::Receiver<Option<BlockNumber>> {
        self.connection.head()
    }

    async fn call<T: Decode>(
        &self,
        api: &'static str,
        arguments: impl Encode,
    ) -> Result<T, ChainError> {
        self.call_at(At::Best, api, arguments).await
    }

    async fn call_at<T: Decode>(
        &self,
        at: At,
        api: &'static str,
        arguments: impl Encode,
    ) -> Result<T, ChainError> {
        let started = std::time::Instant::now();
        let answer = self
            .connection
            .state_call(at, api, arguments.encode())
            .await?;
        metrics::histogram!("openledger_worker_chain_call_seconds", "api" => api)
            .record(started.elapsed());
        let mut bytes = &answer[..];
        match T::decode(&mut bytes) {
            Ok(value) if bytes.is_empty() => Ok(value),
            _ => Err(ChainError::Encoding { api }),
        }
    }

    /// An open job; `None` when there is none of that number or it has ended.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn job(&self, job: JobId) -> Result<Option<JobView>, ChainError> {
        self.call("InferenceApi_job", job).await
    }

    /// A channel, as it is at a block.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn channel(
        &self,
        at: At,
        channel: ChannelId,
    ) -> Result<Option<ChannelView>, ChainError> {
        self.call_at(at, "InferenceApi_channel", channel).await
    }

    /// A registered worker.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn worker(&self, account: &AccountId) -> Result<Option<WorkerView>, ChainError> {
        self.call("InferenceApi_worker", account).await
    }

    /// Which of at most [`MAX_ENDED`] jobs are settled or otherwise ended at a block, in order.
    ///
    /// # Errors
    /// [`ChainError`]; also when the node answers for fewer jobs than were asked about.
    pub async fn ended(&self, at: At, jobs: &[JobRef]) -> Result<Vec<bool>, ChainError> {
        let api = "AttributionApi_ended";
        let answer: Vec<bool> = self.call_at(at, api, jobs).await?;
        match answer.len() == jobs.len() {
            true => Ok(answer),
            false => Err(ChainError::Encoding { api }),
        }
    }

    /// A settled receipt.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn receipt(&self, job: JobRef) -> Result<Option<ReceiptView>, ChainError> {
        self.call("AttributionApi_receipt", job).await
    }

    /// A contribution.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn contribution(
        &self,
        contribution: ContributionId,
    ) -> Result<Option<ContributionView>, ChainError> {
        self.call("DatanetsApi_contribution", contribution).await
    }

    /// The accepted contributions of a Datanet, in order of acceptance.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn accepted(&self, datanet: DatanetId) -> Result<Vec<ContributionView>, ChainError> {
        self.call("DatanetsApi_accepted", datanet).await
    }

    /// The contributions of a Datanet that wait for evaluation, ascending by id.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn pending(&self, datanet: DatanetId) -> Result<Vec<ContributionView>, ChainError> {
        self.call("DatanetsApi_pending", datanet).await
    }

    /// From which similarity on two rows are near-duplicates in a Datanet; `None` when there is no
    /// such Datanet.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn similarity(&self, datanet: DatanetId) -> Result<Option<Ppm>, ChainError> {
        self.call("DatanetsApi_similarity", datanet).await
    }

    /// A published version.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn version(&self, version: VersionRef) -> Result<Option<VersionView>, ChainError> {
        self.call("DatanetsApi_version", version).await
    }

    /// What an answer must cost so that its receipt is settled.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn receipt_price(&self) -> Result<ReceiptPrice, ChainError> {
        let best = self.best()?;
        let known = *lock(&self.caches.receipt_price);
        if let Some((_, price)) = known.filter(|(seen, _)| best.abs_diff(*seen) < CONSTANTS_AGE) {
            return Ok(price);
        }
        let price = ReceiptPrice {
            least: self.constant("Inference", "MinFee").await?,
            per_entry: self.constant("Attribution", "FeePerEntry").await?,
        };
        *lock(&self.caches.receipt_price) = Some((best, price));
        Ok(price)
    }

    /// An amount among the runtime's constants, planck. A runtime without it asks for nothing.
    async fn constant(
        &self,
        pallet: &'static str,
        name: &'static str,
    ) -> Result<Balance, ChainError> {
        let Some(bytes) = self.connection.constant(pallet, name).await? else {
            return Ok(0);
        };
        Balance::decode(&mut &bytes[..]).map_err(|_| ChainError::Encoding {
            api: "Metadata_metadata",
        })
    }

    /// An adapter, at most a few blocks old.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn adapter(&self, adapter: AdapterId) -> Result<Option<AdapterView>, ChainError> {
        let best = self.best()?;
        if let Some((seen, view)) = lock(&self.caches.adapters).get(&adapter) {
            if best.abs_diff(*seen) < TERMS_AGE {
                return Ok(Some(view.clone()));
            }
        }
        let view: Option<AdapterView> = self.call("ModelsApi_adapter", adapter).await?;
        match &view {
            Some(view) => drop(lock(&self.caches.adapters).put(adapter, (best, view.clone()))),
            None => drop(lock(&self.caches.adapters).pop(&adapter)),
        }
        Ok(view)
    }

    /// The first adapters of the chain, ascending, at most a few blocks old.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn catalogue(&self) -> Result<Arc<Vec<AdapterView>>, ChainError> {
        let best = self.best()?;
        if let Some((seen, list)) = lock(&self.caches.catalogue).as_ref() {
            if best.abs_diff(*seen) < TERMS_AGE {
                return Ok(list.clone());
            }
        }
        let mut list: Vec<AdapterView> = Vec::new();
        while list.len() < MAX_CATALOGUE {
            let from = list
                .last()
                .map_or(Some(AdapterId(0)), |last| last.adapter.next());
            let Some(from) = from else { break };
            let page: Vec<AdapterView> = self.call("ModelsApi_adapters", (from, 256u32)).await?;
            // A node that does not advance would keep the loop going.
            if page.first().is_none_or(|first| first.adapter < from) {
                break;
            }
            list.extend(page);
        }
        let list = Arc::new(list);
        *lock(&self.caches.catalogue) = Some((best, list.clone()));
        Ok(list)
    }

    /// The contributions in the lineage of an adapter whose artifact has the hash `artifact`,
    /// ascending. The lineage of an artifact never changes, but a fork that is given up can leave an
    /// adapter's number to another artifact.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn lineage(
        &self,
        adapter: AdapterId,
        artifact: H256,
    ) -> Result<Option<Arc<Vec<ContributionId>>>, ChainError> {
        if let Some(known) = lock(&self.caches.lineages).get(&(adapter, artifact)) {
            return Ok(Some(known.clone()));
        }
        let lineage: Option<Lineage> = self.call("ModelsApi_lineage", adapter).await?;
        let Some(lineage) = lineage else {
            return Ok(None);
        };
        let mut ids: Vec<_> = lineage
            .contributions
            .iter()
            .map(|c| c.contribution)
            .collect();
        ids.sort_unstable();
        let ids = Arc::new(ids);
        // What the chain says it belongs to, which may be another artifact by now.
        let key = (adapter, lineage.adapter.artifact);
        lock(&self.caches.lineages).put(key, ids.clone());
        Ok(Some(ids))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
