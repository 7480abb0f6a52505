// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Runs over the SDK's offchain test externalities. [`network`] stands for the workers and the
//! clock, [`TestChain`] for the runtime.

mod collecting;
mod committee;
mod counters;
mod dispatching;
mod failures;
mod network;
mod restarts;
mod wire;

use std::{cell::RefCell, collections::BTreeSet};

use codec::{Decode, Encode};
use openledger_primitives::{
    ed25519, views::JobInput, AccountId, AdapterId, ContributionId, InferenceReceipt,
    InfluenceMethod, InfluenceShare, InfluenceVector, JobRef, Ppm,
};
use polkadot_sdk::{
    sp_core::{
        offchain::{testing::TestOffchainExt, OffchainDbExt, OffchainWorkerExt},
        Pair,
    },
    sp_io::TestExternalities,
};

use super::{state::STATE_KEY, *};
use network::{Network, Worker};

const GENESIS: H256 = H256([9; 32]);

/// What the runtime of a test answers.
#[derive(Default)]
struct ChainState {
    validators: Vec<[u8; 32]>,
    local: Option<[u8; 32]>,
    jobs: Vec<JobView>,
    /// Jobs and requests that can no longer settle.
    ended: BTreeSet<JobRef>,
    /// What another validator brought into the transaction pool.
    in_pool: BTreeSet<JobRef>,
    checked: usize,
    submitted: Vec<Vec<SignedReceipt>>,
}

thread_local! {
    static CHAIN: RefCell<ChainState> = RefCell::default();
}

fn chain<R>(f: impl FnOnce(&mut ChainState) -> R) -> R {
    CHAIN.with(|chain| f(&mut chain.borrow_mut()))
}

struct TestChain;

impl Chain for TestChain {
    fn genesis() -> H256 {
        GENESIS
    }

    fn validators() -> Vec<[u8; 32]> {
        chain(|chain| chain.validators.clone())
    }

    fn local_validator() -> Option<[u8; 32]> {
        chain(|chain| chain.local)
    }

    fn open_jobs(from: JobId, limit: u32, now: BlockNumber) -> Vec<JobView> {
        let is_asked_for = |job: &&JobView| job.job >= from && now < job.deadline;
        let mut jobs: Vec<_> =
            chain(|chain| chain.jobs.iter().filter(is_asked_for).cloned().collect());
        jobs.sort_unstable_by_key(|job| job.job);
        jobs.truncate(limit as usize);
        jobs
    }

    fn check(receipt: &SignedReceipt) -> Verdict {
        chain(|chain| {
            chain.checked += 1;
            if !receipt.verify(&worker_key().public()) {
                Verdict::Forged
            } else if chain.ended.contains(&receipt.receipt.job) {
                Verdict::Unpayable
            } else {
                Verdict::Payable
            }
        })
    }

    fn submit(receipts: Vec<SignedReceipt>) -> Result<(), ()> {
        chain(|chain| {
            if receipts
                .iter()
                .any(|receipt| chain.in_pool.contains(&receipt.receipt.job))
            {
                return Err(());
            }
            chain.submitted.push(receipts);
            Ok(())
        })
    }

    fn max_batch() -> u32 {
        4
    }
}

fn worker_key() -> ed25519::Pair {
    ed25519::Pair::from_seed(&[1; 32])
}

/// The receipt of an honest worker, answered at block `seen_at`.
fn receipt(job: JobRef, seen_at: BlockNumber) -> SignedReceipt {
    let influence = InfluenceVector::new(vec![InfluenceShare {
        contribution: ContributionId(1),
        share: Ppm::ONE,
    }])
    .unwrap();
    let receipt = InferenceReceipt {
        version: openledger_primitives::receipt::RECEIPT_VERSION,
        genesis: GENESIS,
        job,
        voucher: None,
        adapter: AdapterId(1),
        artifact: H256([1; 32]),
        input_hash: H256([2; 32]),
        output_hash: H256([3; 32]),
        units: 5,
        influence,
        method: InfluenceMethod::UnitGradientsV1,
        evidence: H256([4; 32]),
        worker: AccountId::new([5; 32]),
        seen_at,
    };
    sign(receipt)
}

fn sign(receipt: InferenceReceipt) -> SignedReceipt {
    let signature = worker_key().sign(&receipt.payload());
    SignedReceipt {
        receipt,
        signature,
        voucher: None,
        output: None,
    }
}

fn escrowed(job: u64) -> JobRef {
    JobRef::Escrowed(JobId(job))
}

/// A job that was requested at block 1 and can be cancelled at block 151.
fn job(id: u64) -> JobView {
    JobView {
        job: JobId(id),
        consumer: AccountId::new([6; 32]),
        adapter: AdapterId(1),
        input: JobInput::Inline(b"what is a tort?".to_vec().try_into().unwrap()),
        unit_price: 10,
        max_fee: 1_000,
        requested_at: 1,
        deadline: 151,
        delivered: false,
    }
}

/// Another job that has taken over the number `id`, as after a fork was given up.
fn job_instead(id: u64) -> JobView {
    JobView {
        input: JobInput::Inline(b"what is a trust?".to_vec().try_into().unwrap()),
        ..job(id)
    }
}

fn jobs(ids: std::ops::Range<u64>) -> Vec<JobView> {
    ids.map(job).collect()
}

const A: &str = "http://a:8600";
const B: &str = "http://b:8600";

/// A validator's node with a pool of workers.
struct Node {
    offchain: TestOffchainExt,
    network: Network,
}

impl Node {
    /// The only validator, with honest workers at `urls` in its pool.
    fn new(urls: &[&str]) -> Self {
        chain(|chain| {
            *chain = ChainState {
                validators: vec![[1; 32]],
                local: Some([1; 32]),
                ..ChainState::default()
            }
        });
        let node = Self::with_storage(&[]);
        node.write(
            POOL_KEY,
            &urls
                .iter()
                .map(|url| url.as_bytes().to_vec())
                .collect::<Vec<_>>(),
        );
        for url in urls {
            node.network.set(url, Worker::default());
        }
        node
    }

    /// A node with this local storage and nobody on its network.
    fn with_storage(entries: &[(&[u8], Vec<u8>)]) -> Self {
        let (offchain, state) = TestOffchainExt::new();
        state.write().timestamp = Timestamp::from_unix_millis(1_000_000);
        let network = Network::new(offchain.clone());
        let node = Self { offchain, network };
        for (key, value) in entries {
            node.write_raw(key, value);
        }
        node
    }

    fn execute<R>(&self, f: impl FnOnce() -> R) -> R {
        let mut externalities = TestExternalities::default();
        externalities.register_extension(OffchainDbExt::new(self.offchain.clone()));
        externalities.register_extension(OffchainWorkerExt::new(self.network.clone()));
        externalities.execute_with(f)
    }

    /// What the node does after block `now`. Returns how long it took, in milliseconds.
    fn run(&self, now: BlockNumber) -> u64 {
        let start = self.time();
        self.execute(|| run::<TestChain>(now));
        self.time() - start
    }

    fn runs(&self, blocks: std::ops::RangeInclusive<BlockNumber>) {
        for now in blocks {
            self.run(now);
        }
    }

    fn time(&self) -> u64 {
        self.offchain.0.read().timestamp.unix_millis()
    }

    fn set_time(&self, millis: u64) {
        self.offchain.0.write().timestamp = Timestamp::from_unix_millis(millis);
    }

    fn read_raw(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.offchain.0.read().persistent_storage.get(key)
    }

    fn write_raw(&self, key: &[u8], value: &[u8]) {
        let key = key.to_vec();
        let value = value.to_vec();
        self.execute(move || {
            sp_io::offchain::local_storage_set(
                polkadot_sdk::sp_core::offchain::StorageKind::PERSISTENT,
                &key,
                &value,
            )
        });
    }

    fn write(&self, key: &[u8], value: &impl Encode) {
        self.write_raw(key, &value.encode());
    }

    fn state(&self) -> State {
        let bytes = self.read_raw(STATE_KEY).expect("a run left its state");
        State::decode(&mut bytes.as_slice()).expect("the state decodes")
    }

    fn back_off(&self, url: &str) -> Option<BlockNumber> {
        let id = endpoints::Endpoint::parse(url.as_bytes()).unwrap().id;
        self.state()
            .health
            .back_off(id)
            .map(|back_off| back_off.blocks)
    }

    /// The jobs offered so far, as (worker, job), oldest first; forgets them.
    fn take_offers(&self) -> Vec<(String, u64)> {
        self.network.take_offers()
    }
}

/// The jobs of the receipts submitted so far, batch by batch; forgets them.
fn take_submitted() -> Vec<Vec<JobRef>> {
    let batches = chain(|chain| std::mem::take(&mut chain.submitted));
    batches
        .into_iter()
        .map(|batch| {
            batch
                .into_iter()
                .map(|receipt| receipt.receipt.job)
                .collect()
        })
        .collect()
}
