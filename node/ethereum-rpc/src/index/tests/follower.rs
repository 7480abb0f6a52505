// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use std::time::Duration;

use polkadot_sdk::*;
use sp_core::H256;

use super::{new_index, GENESIS};
use crate::{
    index::{ChainEvent, Index},
    test_chain::{address, ethereum, log_in, native, transaction, word, TestChain},
    types::{BlockId, LogFilter},
    Error,
};

fn logs_anywhere(index: &Index) -> Vec<H256> {
    let filter: LogFilter =
        serde_json::from_str(r#"{"fromBlock": "0x0", "toBlock": "latest"}"#).unwrap();
    let logs = index.logs(&filter, Default::default(), Ok).unwrap();
    logs.into_iter().map(|log| log.topics[0]).collect()
}

#[test]
fn the_index_should_reach_the_best_block() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(3);
    chain.follower(&index).advance().unwrap();
    assert_eq!(index.latest().unwrap().number, 3);
}

#[test]
fn an_index_without_blocks_should_say_so() {
    let (index, _folder) = new_index();
    assert_eq!(index.latest(), Err(Error::IndexEmpty));
}

#[test]
fn a_reorganisation_should_replace_blocks() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(3);
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    chain.drop_last(2);
    let new = chain.add_salted(1, Vec::new(), Vec::new());
    follower.advance().unwrap();
    assert_eq!(index.latest().unwrap(), new.block.reference);
}

#[test]
fn a_dropped_block_should_not_be_found_by_hash() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    let old = chain.add(Vec::new(), Vec::new());
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    chain.drop_last(1);
    chain.add_salted(1, Vec::new(), Vec::new());
    follower.advance().unwrap();
    let id = BlockId::Hash {
        hash: old.block.reference.ethereum,
        require_canonical: false,
    };
    assert_eq!(index.block(id).unwrap(), None);
}

#[test]
fn logs_of_a_dropped_block_should_not_be_found() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    let call = ethereum(transaction(0, Some(address(1))));
    chain.add(vec![call.clone()], vec![log_in(0, address(1), &[word(1)])]);
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    chain.drop_last(1);
    chain.add_salted(1, vec![call], vec![log_in(0, address(1), &[word(2)])]);
    follower.advance().unwrap();
    assert_eq!(logs_anywhere(&index), [word(2)]);
}

#[test]
fn a_transaction_of_both_branches_should_be_found_in_the_new_one() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    let call = ethereum(transaction(0, Some(address(1))));
    let old = chain.add(vec![call.clone()], Vec::new());
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    chain.drop_last(1);
    chain.add_salted(1, Vec::new(), Vec::new());
    chain.add_salted(1, vec![call], Vec::new());
    follower.advance().unwrap();
    let found = index
        .transaction(old.transactions[0].hash)
        .unwrap()
        .unwrap();
    assert_eq!(found.0.block.reference.number, 2);
}

#[test]
fn a_transaction_that_a_reorganisation_drops_should_not_be_found() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    let old = chain.add(vec![ethereum(transaction(0, Some(address(1))))], Vec::new());
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    chain.drop_last(1);
    chain.add_salted(1, Vec::new(), Vec::new());
    follower.advance().unwrap();
    assert_eq!(index.transaction(old.transactions[0].hash).unwrap(), None);
}

#[test]
fn subscribers_should_see_dropped_blocks_before_new_ones() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(2);
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    let mut events = index.subscribe();
    chain.drop_last(2);
    chain.add_salted(1, Vec::new(), Vec::new());
    follower.advance().unwrap();
    let mut seen = Vec::new();
    while let Ok((event, block)) = events.try_next() {
        let (sign, named) = match event {
            ChainEvent::Added(named) => ('+', named),
            ChainEvent::Removed(named) => ('-', named),
        };
        assert_eq!(block.block.reference, named);
        seen.push((sign, named.number));
    }
    assert_eq!(seen, [('-', 2), ('-', 1), ('+', 1)]);
}

#[test]
fn a_restart_should_build_only_what_is_new() {
    let (index, folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(5);
    chain.follower(&index).advance().unwrap();
    drop(index);
    chain.add_empty(1);
    let before = chain.built();
    let index = Index::open(folder.path(), GENESIS).unwrap();
    chain.follower(&index).advance().unwrap();
    assert_eq!(chain.built() - before, 1);
}

#[test]
fn a_reorganisation_during_a_stop_should_be_seen_after_it() {
    let (index, folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(5);
    chain.follower(&index).advance().unwrap();
    drop(index);
    chain.drop_last(3);
    let new = chain.add_salted(1, Vec::new(), Vec::new());
    let index = Index::open(folder.path(), GENESIS).unwrap();
    chain.follower(&index).advance().unwrap();
    assert_eq!(index.latest().unwrap(), new.block.reference);
}

#[test]
fn the_index_of_another_chain_should_be_emptied() {
    let (index, folder) = new_index();
    let chain = TestChain::new();
    chain.follower(&index).advance().unwrap();
    drop(index);
    let index = Index::open(folder.path(), H256::repeat_byte(8)).unwrap();
    assert_eq!(index.latest(), Err(Error::IndexEmpty));
}

#[test]
fn a_cleared_index_should_be_built_anew() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(4);
    chain.follower(&index).advance().unwrap();
    let before = chain.built();
    index.clear().unwrap();
    chain.follower(&index).advance().unwrap();
    assert_eq!(chain.built() - before, 5);
}

#[test]
fn an_index_should_begin_where_states_do() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(100);
    chain.prune(37);
    chain.follower(&index).advance().unwrap();
    assert_eq!(index.first().unwrap(), 37);
}

#[test]
fn a_block_before_the_index_should_be_refused_with_the_reason() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(10);
    chain.prune(4);
    chain.follower(&index).advance().unwrap();
    assert_eq!(
        index.resolve(BlockId::Number(3)),
        Err(Error::NotIndexed {
            number: 3,
            first: 4
        })
    );
}

#[test]
fn an_index_that_fell_behind_the_states_should_go_on_after_the_gap() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(10);
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    chain.add_empty(10);
    chain.prune(15);
    follower.advance().unwrap();
    assert_eq!(
        (index.first().unwrap(), index.latest().unwrap().number),
        (15, 20)
    );
}

#[test]
fn nothing_should_be_indexed_while_no_state_is_there() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(3);
    chain.prune(10);
    chain.follower(&index).advance().unwrap();
    assert_eq!(index.latest(), Err(Error::IndexEmpty));
}

#[test]
fn the_index_should_go_on_after_a_failed_commit() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    index.fail_commit();
    chain.add_empty(2);
    follower.advance().unwrap();
    assert_eq!(index.latest().unwrap().number, 2);
}

#[test]
fn the_index_should_be_readable_after_a_failed_commit() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(2);
    chain.follower(&index).advance().unwrap();
    index.fail_commit();
    assert_eq!(index.resolve(BlockId::Number(1)).unwrap().number, 1);
}

#[tokio::test]
async fn the_index_should_go_on_after_a_panic() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    chain.add_empty(2);
    chain.panic_once();
    let (_news, wakes) = futures::channel::mpsc::unbounded();
    tokio::spawn(chain.follower(&index).follow(wakes));
    let reached = async {
        while index.latest().map(|block| block.number) != Ok(2) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let reached = tokio::time::timeout(Duration::from_secs(20), reached).await;
    assert!(reached.is_ok(), "the index stopped for good");
}

#[test]
fn a_question_should_see_one_branch() {
    let (index, _folder) = new_index();
    let chain = TestChain::new();
    let old = chain.add(Vec::new(), Vec::new());
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    let question = index.begin_question().unwrap();
    chain.drop_last(1);
    chain.add_salted(1, Vec::new(), Vec::new());
    follower.advance().unwrap();
    let seen = index.seen_by(&question, 1).unwrap().unwrap();
    assert_eq!(seen.block.reference, old.block.reference);
}

/// A chain with the same unsigned extrinsic in blocks 1 and 2.
fn repeated() -> TestChain {
    let chain = TestChain::new();
    for _ in 0..2 {
        chain.add(vec![native(3, None)], vec![log_in(0, address(1), &[])]);
    }
    chain
}

/// The block in which that extrinsic is found.
fn block_of_repeated(index: &Index) -> Option<u32> {
    let found = index.transaction(word(3)).unwrap();
    found.map(|(block, _)| block.block.reference.number)
}

#[test]
fn of_equal_extrinsics_the_last_should_be_found() {
    let (index, _folder) = new_index();
    repeated().follower(&index).advance().unwrap();
    assert_eq!(block_of_repeated(&index), Some(2));
}

#[test]
fn an_extrinsic_should_be_found_when_an_equal_one_is_dropped() {
    let (index, _folder) = new_index();
    let chain = repeated();
    let mut follower = chain.follower(&index);
    follower.advance().unwrap();
    chain.drop_last(1);
    chain.add_salted(1, Vec::new(), Vec::new());
    follower.advance().unwrap();
    assert_eq!(block_of_repeated(&index), Some(1));
}
