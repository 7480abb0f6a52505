// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use polkadot_sdk::*;
use serde_json::{json, Value};
use sp_core::H256;
use tempfile::TempDir;

use super::new_index;
use crate::{
    index::{Index, LogLimits},
    test_chain::{address, ethereum, log_in, transaction, word, TestChain},
    types::{BlockId, BlockTag, Log, LogFilter},
    Error,
};

/// Blocks 1 to 4 with one call each of address 1, 2, 1, 2; topic 0 is the number, topic 1 word 9.
fn indexed() -> (Index, TestChain, TempDir) {
    let (index, folder) = new_index();
    let chain = TestChain::new();
    for number in 1..=4u8 {
        let to = address(2 - number % 2);
        let call = ethereum(transaction(number.into(), Some(to)));
        chain.add(vec![call], vec![log_in(0, to, &[word(number), word(9)])]);
    }
    chain.finalize(2);
    chain.follower(&index).advance().unwrap();
    (index, chain, folder)
}

fn ask(index: &Index, filter: Value, limits: LogLimits) -> Result<Vec<Log>, Error> {
    let filter: LogFilter = serde_json::from_value(filter).unwrap();
    index.logs(&filter, limits, Ok)
}

/// The numbers of the blocks whose logs answer a filter.
fn numbers(filter: Value) -> Vec<u64> {
    let (index, _chain, _folder) = indexed();
    let logs = ask(&index, filter, LogLimits::default()).unwrap();
    logs.iter().map(|log| u64::from(log.block_number)).collect()
}

fn failure(filter: Value, limits: LogLimits) -> Error {
    let (index, _chain, _folder) = indexed();
    ask(&index, filter, limits).unwrap_err()
}

fn resolved(id: impl Into<BlockId>) -> Result<u32, Error> {
    let (index, _chain, _folder) = indexed();
    index.resolve(id.into()).map(|block| block.number)
}

#[test]
fn a_range_should_give_its_logs() {
    assert_eq!(
        numbers(json!({"fromBlock": "0x2", "toBlock": "0x3"})),
        [2, 3]
    );
}

#[test]
fn a_filter_without_blocks_should_mean_the_latest() {
    assert_eq!(numbers(json!({})), [4]);
}

#[test]
fn logs_should_be_found_by_address() {
    let filter = json!({"fromBlock": "earliest", "address": address(1)});
    assert_eq!(numbers(filter), [1, 3]);
}

#[test]
fn logs_should_be_found_by_any_of_several_addresses() {
    let filter = json!({"fromBlock": "earliest", "address": [address(1), address(2)]});
    assert_eq!(numbers(filter), [1, 2, 3, 4]);
}

#[test]
fn logs_should_be_found_by_any_of_several_topics() {
    let filter = json!({"fromBlock": "earliest", "topics": [[word(2), word(3)]]});
    assert_eq!(numbers(filter), [2, 3]);
}

#[test]
fn a_null_topic_should_admit_every_word() {
    let filter = json!({"fromBlock": "earliest", "topics": [null, word(9)]});
    assert_eq!(numbers(filter), [1, 2, 3, 4]);
}

#[test]
fn address_and_topic_should_both_have_to_match() {
    let filter =
        json!({"fromBlock": "earliest", "address": address(1), "topics": [[word(2), word(3)]]});
    assert_eq!(numbers(filter), [3]);
}

#[test]
fn more_topics_than_a_log_has_should_match_nothing() {
    let filter = json!({"fromBlock": "earliest", "topics": [null, null, null]});
    assert_eq!(numbers(filter), [] as [u64; 0]);
}

#[test]
fn a_topic_should_count_at_its_position_only() {
    let filter = json!({"fromBlock": "earliest", "topics": [word(9)]});
    assert_eq!(numbers(filter), [] as [u64; 0]);
}

#[test]
fn many_alternatives_should_give_the_same_logs() {
    let mut words: Vec<_> = (100..=254).map(word).collect();
    words.push(word(3));
    assert_eq!(
        numbers(json!({"fromBlock": "earliest", "topics": [words]})),
        [3]
    );
}

#[test]
fn a_block_should_be_asked_by_hash() {
    let (index, _chain, _folder) = indexed();
    let hash = index.resolve(BlockId::Number(3)).unwrap().ethereum;
    let logs = ask(&index, json!({"blockHash": hash}), LogLimits::default()).unwrap();
    assert_eq!(logs[0].topics[0], word(3));
}

#[test]
fn an_unknown_block_hash_should_be_refused() {
    let error = failure(json!({"blockHash": word(1)}), LogLimits::default());
    assert_eq!(error, Error::UnknownLogBlock);
    assert_eq!(error.to_string(), "unknown block");
}

#[test]
fn a_block_hash_beside_a_range_should_be_refused() {
    let error = failure(
        json!({"blockHash": word(1), "toBlock": "0x1"}),
        LogLimits::default(),
    );
    assert!(matches!(error, Error::InvalidParams(_)));
}

#[test]
fn a_range_that_ends_before_it_begins_should_be_refused() {
    let error = failure(
        json!({"fromBlock": "0x3", "toBlock": "0x2"}),
        LogLimits::default(),
    );
    assert!(matches!(error, Error::InvalidParams(_)));
}

#[test]
fn a_range_beyond_the_best_block_should_be_refused() {
    for (from, to) in [
        ("0x100", "0xffffffffffff"),
        ("0x5", "latest"),
        ("earliest", "0x5"),
        ("0x5", "0x5"),
    ] {
        let error = failure(
            json!({"fromBlock": from, "toBlock": to}),
            LogLimits::default(),
        );
        let Error::InvalidParams(text) = error else {
            panic!("{from} to {to}: {error}");
        };
        assert!(
            text.starts_with("block range extends beyond current head block"),
            "{text}"
        );
    }
}

#[test]
fn a_range_up_to_the_best_block_should_be_given() {
    assert_eq!(numbers(json!({"fromBlock": "0x4", "toBlock": "0x4"})), [4]);
}

#[test]
fn a_range_of_tags_that_ends_before_it_begins_should_be_refused() {
    let error = failure(
        json!({"fromBlock": "latest", "toBlock": "finalized"}),
        LogLimits::default(),
    );
    assert_eq!(
        error.to_string(),
        "invalid block range params: fromBlock 4 is after toBlock 2"
    );
}

#[test]
fn as_many_results_as_the_limit_should_be_given() {
    let (index, _chain, _folder) = indexed();
    let limits = LogLimits {
        results: 4,
        ..LogLimits::default()
    };
    let logs = ask(&index, json!({"fromBlock": "earliest"}), limits).unwrap();
    assert_eq!(logs.len(), 4);
}

#[test]
fn more_results_than_the_limit_should_be_an_error() {
    let limits = LogLimits {
        results: 3,
        ..LogLimits::default()
    };
    let error = failure(json!({"fromBlock": "earliest"}), limits);
    assert!(matches!(error, Error::LimitExceeded(_)));
}

#[test]
fn more_bytes_than_the_limit_should_be_an_error_that_says_what_to_do() {
    let limits = LogLimits {
        bytes: 1_000,
        ..LogLimits::default()
    };
    let error = failure(json!({"fromBlock": "earliest"}), limits);
    assert_eq!(
        error.to_string(),
        "query returned more than 1000 bytes of logs; narrow the block range or the filter"
    );
}

#[test]
fn more_blocks_than_the_limit_should_be_an_error() {
    let limits = LogLimits {
        blocks: 3,
        ..LogLimits::default()
    };
    let error = failure(
        json!({"fromBlock": "earliest", "topics": [null, word(9)]}),
        limits,
    );
    assert!(matches!(error, Error::LimitExceeded(_)));
}

#[test]
fn five_topics_should_be_refused() {
    let error = failure(
        json!({"topics": [null, null, null, null, null]}),
        LogLimits::default(),
    );
    assert!(matches!(error, Error::InvalidParams(_)));
}

#[test]
fn latest_should_be_the_best_block() {
    assert_eq!(resolved(BlockTag::Latest), Ok(4));
}

#[test]
fn pending_should_have_the_state_of_the_best_block() {
    assert_eq!(resolved(BlockTag::Pending), Ok(4));
}

#[test]
fn finalized_should_be_the_finalised_block() {
    assert_eq!(resolved(BlockTag::Finalized), Ok(2));
}

#[test]
fn safe_should_be_the_finalised_block() {
    assert_eq!(resolved(BlockTag::Safe), Ok(2));
}

#[test]
fn earliest_should_be_the_first_block() {
    assert_eq!(resolved(BlockTag::Earliest), Ok(0));
}

#[test]
fn a_number_above_the_best_block_should_be_unknown() {
    assert_eq!(resolved(5), Err(Error::UnknownBlock));
}

#[test]
fn a_hash_that_must_be_canonical_should_have_an_error_of_its_own() {
    let id: BlockId =
        serde_json::from_value(json!({"blockHash": word(1), "requireCanonical": true})).unwrap();
    assert_eq!(resolved(id), Err(Error::NotCanonical(word(1))));
}

#[test]
fn a_block_should_be_found_by_an_object_with_its_number() {
    let id: BlockId = serde_json::from_value(json!({"blockNumber": "0x2"})).unwrap();
    assert_eq!(resolved(id), Ok(2));
}

#[test]
fn a_number_that_is_no_hex_should_be_refused() {
    assert!(serde_json::from_value::<BlockId>(json!("12")).is_err());
}

/// An index with blocks up to 4 of a chain whose best block is this one.
fn behind(best: u32) -> (Index, TempDir) {
    let (index, _chain, folder) = indexed();
    index.set_best(best);
    (index, folder)
}

/// What an index says that is far behind.
const BEHIND: Error = Error::IndexBehind {
    indexed: 4,
    best: 100,
};

fn by_hash(hash: H256) -> BlockId {
    BlockId::Hash {
        hash,
        require_canonical: false,
    }
}

#[test]
fn an_index_far_behind_should_not_call_its_best_block_the_latest() {
    let (index, _folder) = behind(100);
    assert_eq!(index.latest(), Err(BEHIND));
}

#[test]
fn an_index_far_behind_should_not_say_that_a_block_does_not_exist() {
    let (index, _folder) = behind(100);
    assert_eq!(index.block(BlockId::Number(5)), Err(BEHIND));
    assert_eq!(index.block(by_hash(word(1))), Err(BEHIND));
}

#[test]
fn an_index_far_behind_should_not_say_that_a_transaction_does_not_exist() {
    let (index, _folder) = behind(100);
    assert_eq!(index.transaction(word(1)), Err(BEHIND));
}

#[test]
fn an_index_far_behind_should_not_give_a_part_of_the_logs() {
    let (index, _folder) = behind(100);
    let filter = json!({"fromBlock": "earliest", "toBlock": "0x32"});
    assert_eq!(ask(&index, filter, LogLimits::default()), Err(BEHIND));
}

#[test]
fn an_index_far_behind_should_give_the_blocks_that_it_has() {
    let (index, _folder) = behind(100);
    assert_eq!(
        index.resolve(BlockId::Number(3)).map(|block| block.number),
        Ok(3)
    );
}

#[test]
fn an_index_that_follows_should_say_that_a_block_does_not_exist() {
    let (index, _folder) = behind(6);
    assert_eq!(index.block(by_hash(word(1))), Ok(None));
}
