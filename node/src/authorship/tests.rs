// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Blocks of a real chain in memory, beside those that the SDK makes of the same transactions.

use codec::Encode;
use futures::executor::block_on;
use openledger_runtime::{
    opaque::UncheckedExtrinsic, transactions::sign, Address, Balance, Nonce, RuntimeCall, OPEN,
};
use sc_chain_spec::GenesisBlockBuilder;
use sc_client_db::{BlocksPruning, DatabaseSettings, DatabaseSource, PruningMode};
use sc_service::{ClientConfig, TaskManager};
use sc_transaction_pool_api::{ChainEvent, MaintainedTransactionPool, TransactionSource};
use sp_consensus::Proposer as _;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_inherents::InherentDataProvider;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave};
use sp_runtime::{transaction_validity::InvalidTransaction, Digest, DigestItem};

use super::*;
use crate::{chain_spec, runtime_cache::Executor};

/// The slot of the blocks that are made.
const SLOT: u64 = 1_000;

/// More time than a block of these tests takes.
const LONG: Duration = Duration::from_secs(300);

/// A chain that has its first block.
struct Chain {
    client: Arc<FullClient>,
    tasks: TaskManager,
    runtime: tokio::runtime::Runtime,
}

impl Chain {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let tasks = TaskManager::new(runtime.handle().clone(), None).unwrap();
        let backend = sc_service::new_db_backend::<Block>(DatabaseSettings {
            trie_cache_maximum_size: None,
            state_pruning: Some(PruningMode::ArchiveAll),
            source: DatabaseSource::Custom {
                db: Arc::new(sp_database::MemDb::new()),
                require_create_flag: true,
            },
            blocks_pruning: BlocksPruning::KeepAll,
            pruning_filters: Vec::new(),
            metrics_registry: None,
        })
        .unwrap();
        let executor = Executor::builder().build();
        let spec = chain_spec::load_with_state("dev").unwrap();
        let genesis = GenesisBlockBuilder::<Block, _, _>::new(
            sc_chain_spec::ChainSpec::as_storage_builder(&spec),
            true,
            backend.clone(),
            executor.clone(),
        )
        .unwrap();
        let extensions = sc_client_api::execution_extensions::ExecutionExtensions::new(
            None,
            Arc::new(executor.clone()),
        );
        let client = sc_service::new_client::<_, Block, openledger_runtime::apis::RuntimeApi, _>(
            backend,
            executor,
            genesis,
            Default::default(),
            Default::default(),
            extensions,
            Box::new(tasks.spawn_handle()),
            None,
            None,
            ClientConfig::default(),
        )
        .unwrap();
        Self {
            client: Arc::new(client),
            tasks,
            runtime,
        }
    }

    fn genesis(&self) -> Hash {
        self.client.chain_info().genesis_hash
    }

    fn sign(&self, signer: Sr25519Keyring, nonce: Nonce, call: RuntimeCall) -> UncheckedExtrinsic {
        let transaction = sign(self.genesis(), &signer.pair(), nonce, call);
        UncheckedExtrinsic::try_from_encoded_extrinsic(&transaction.encode()).unwrap()
    }

    /// A payment to Charlie.
    fn pay(&self, signer: Sr25519Keyring, nonce: Nonce, value: Balance) -> UncheckedExtrinsic {
        let dest = Address::Id(Charlie.to_account_id());
        self.sign(
            signer,
            nonce,
            pallet_balances::Call::transfer_allow_death { dest, value }.into(),
        )
    }

    /// Pays all that can be moved to Charlie.
    fn pay_all(&self, signer: Sr25519Keyring, nonce: Nonce) -> UncheckedExtrinsic {
        let call = pallet_balances::Call::transfer_all {
            dest: Address::Id(Charlie.to_account_id()),
            keep_alive: true,
        };
        self.sign(signer, nonce, call.into())
    }

    /// A transaction of `size` bytes and some more.
    fn remark(&self, signer: Sr25519Keyring, nonce: Nonce, size: usize) -> UncheckedExtrinsic {
        let remark = vec![0; size];
        self.sign(signer, nonce, frame_system::Call::remark { remark }.into())
    }

    /// A pool that has `transactions`.
    fn pool(&self, transactions: &[UncheckedExtrinsic]) -> Arc<FullPool> {
        let pool = sc_transaction_pool::Builder::new(
            self.tasks.spawn_essential_handle(),
            self.client.clone(),
            true.into(),
        )
        .build();
        let genesis = self.genesis();
        block_on(async {
            pool.maintain(ChainEvent::NewBestBlock {
                hash: genesis,
                tree_route: None,
            })
            .await;
            let submitted = pool
                .submit_at(genesis, TransactionSource::External, transactions.to_vec())
                .await
                .unwrap();
            for hash in submitted {
                hash.unwrap();
            }
        });
        Arc::new(pool)
    }

    fn begin(&self) -> BlockInMaking<'_> {
        let genesis = self.genesis();
        let arguments = arguments(LONG);
        let digest = arguments.inherent_digests;
        let extensions = arguments.extra_extensions;
        let mut block =
            BlockInMaking::begin(&self.client, genesis, 0, digest, None, extensions).unwrap();
        for inherent in block.inherents(arguments.inherent_data).unwrap() {
            block.apply(vec![inherent]).unwrap();
        }
        block
    }

    /// The block that the factory which `new` makes makes of what `pool` has.
    fn propose<F: Environment<Block>>(
        &self,
        new: impl FnOnce(
            SpawnTaskHandle,
            Arc<FullClient>,
            Arc<FullPool>,
            Option<&substrate_prometheus_endpoint::Registry>,
            Option<TelemetryHandle>,
        ) -> F,
        pool: &Arc<FullPool>,
        arguments: ProposeArgs<Block>,
    ) -> Proposal<Block> {
        let client = self.client.clone();
        let mut factory = new(self.tasks.spawn_handle(), client, pool.clone(), None, None);
        let parent = sp_blockchain::HeaderBackend::header(&*self.client, self.genesis()).unwrap();
        self.runtime.block_on(async {
            let proposer = factory.init(&parent.unwrap()).await.ok().unwrap();
            proposer.propose(arguments).await.ok().unwrap()
        })
    }

    /// Makes blocks of two pools with the same transactions, ours and the SDK's, and says how many transactions
    /// both have, without the time.
    fn compare(
        &self,
        transactions: &[UncheckedExtrinsic],
        arguments: impl Fn() -> ProposeArgs<Block>,
    ) -> usize {
        let [our_pool, their_pool] = [(); 2].map(|()| self.pool(transactions));
        let ours = self.propose(ProposerFactory::new, &our_pool, arguments());
        let sdk = sc_basic_authorship::ProposerFactory::new;
        let theirs = self.propose(sdk, &their_pool, arguments());

        assert_eq!(ours.block, theirs.block);
        assert_eq!(
            ours.storage_changes.transaction_storage_root,
            theirs.storage_changes.transaction_storage_root
        );
        // What was not valid is gone, and nothing else.
        assert_eq!(our_pool.status().ready, their_pool.status().ready);
        assert_eq!(our_pool.status().future, their_pool.status().future);
        ours.block.extrinsics().len() - 1
    }
}

fn arguments(max_duration: Duration) -> ProposeArgs<Block> {
    let pre_digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
        authority_index: 0,
        slot: SLOT.into(),
    });
    let mut inherent_data = InherentData::new();
    let now =
        sp_timestamp::InherentDataProvider::new((SLOT * openledger_runtime::SLOT_DURATION).into());
    block_on(now.provide_inherent_data(&mut inherent_data)).unwrap();
    ProposeArgs {
        inherent_data,
        inherent_digests: Digest {
            logs: vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(
                pre_digest,
            )],
        },
        max_duration,
        ..Default::default()
    }
}

/// Bytes of which the runtime makes no transaction: it panics.
fn garbage() -> UncheckedExtrinsic {
    UncheckedExtrinsic::from_blob(vec![0xff; 40])
}

#[test]
fn blocks_should_be_those_of_the_sdk() {
    let chain = Chain::new();
    let payments = |signer, count| (0..count).map(move |nonce| (signer, nonce));
    let mut transactions: Vec<_> = payments(Alice, 50)
        .chain(payments(Bob, 40))
        .map(|(signer, nonce)| chain.pay(signer, nonce, OPEN))
        .collect();
    assert_eq!(chain.compare(&transactions, || arguments(LONG)), 90);

    // Each could pay its fee on the first block, which is all that the pool looks at.
    transactions.extend((0..3).map(|nonce| chain.pay_all(Dave, nonce)));
    assert_eq!(chain.compare(&transactions, || arguments(LONG)), 91);

    // A block of bytes: the large ones do not all fit, the small one behind them does.
    let large = (0..6).map(|nonce| chain.remark(Alice, nonce, 900_000));
    let large: Vec<_> = large.chain([chain.pay(Bob, 0, OPEN)]).collect();
    let fitting = chain.compare(&large, || arguments(LONG));
    assert!((2..6).contains(&fitting), "{fitting} fit");
    let small_block = || ProposeArgs {
        block_size_limit: Some(1_000_000),
        ..arguments(LONG)
    };
    assert_eq!(chain.compare(&large, small_block), 2);

    // No time.
    assert_eq!(
        chain.compare(&transactions, || arguments(Duration::ZERO)),
        0
    );
}

#[test]
fn what_makes_the_runtime_panic_should_be_left_out_alone() {
    let chain = Chain::new();
    let mut transactions: Vec<_> = (0..70).map(|nonce| chain.pay(Alice, nonce, OPEN)).collect();
    transactions.insert(0, garbage());
    transactions.insert(45, garbage());
    transactions.push(garbage());
    let mut block = chain.begin();
    let (candidates, _) = mock::candidates(transactions.iter().cloned().map(|data| (data, None)));

    let filled = fill(
        &mut block,
        candidates,
        Instant::now() + LONG,
        MAX_BLOCK_SIZE,
    );

    assert_eq!(filled.end, EndProposingReason::NoMoreTransactions);
    let invalid: Vec<_> = filled.invalid.into_iter().collect();
    assert_eq!(
        invalid,
        [0, 45, 72].map(|number| (mock::hash(number), None))
    );
    let valid: Vec<_> = transactions
        .into_iter()
        .filter(|transaction| *transaction != garbage())
        .collect();
    let made = block.end().unwrap().block;
    assert_eq!(made.extrinsics().split_first().unwrap().1, valid);
}

#[test]
fn nothing_should_be_left_of_a_refused_transaction() {
    let chain = Chain::new();
    let payments: Vec<_> = (0..3).map(|nonce| chain.pay(Alice, nonce, OPEN)).collect();
    let [first, second, third] = &payments[..] else {
        panic!("there are three");
    };
    let mut without = chain.begin();
    without.apply(vec![first.clone(), second.clone()]).unwrap();

    let mut block = chain.begin();
    let applied = block
        .apply(vec![first.clone(), third.clone(), second.clone()])
        .unwrap();
    assert_eq!(applied.count, 1);
    assert_eq!(applied.refusal, Some(InvalidTransaction::Future.into()));
    let size = block.size();
    assert!(block.apply(vec![second.clone(), garbage()]).is_err());
    assert_eq!(block.size(), size);
    let applied = block.apply(vec![second.clone()]).unwrap();
    assert_eq!((applied.count, applied.refusal), (1, None));

    assert_eq!(block.end().unwrap().block, without.end().unwrap().block);
}
