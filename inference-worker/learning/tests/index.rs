// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The file format of the influence index, with files of strangers.

use openledger_learning::{IndexBuilder, IndexHeader, InfluenceIndex, LearningError};
use proptest::prelude::*;

const DIMENSIONS: usize = 32;

fn header() -> IndexHeader {
    IndexHeader {
        dimensions: DIMENSIONS as u32,
        rows: 0,
        contributions: 0,
        labels: 2,
        projection_seed: 7,
        gradient_length: 500,
        adapter: [1; 32],
        head: [2; 32],
    }
}

/// The unit vector of one coordinate, or its opposite.
fn axis(coordinate: usize, sign: f32) -> Vec<f32> {
    let mut vector = vec![0.0; DIMENSIONS];
    vector[coordinate] = sign;
    vector
}

/// Contribution 4: rows along 0 and against 0; contribution 8: one row along 1.
fn bytes() -> Vec<u8> {
    let mut builder = IndexBuilder::new(header());
    builder.push(4, 0, 0, &axis(0, 1.0)).unwrap();
    builder.push(4, 3, 1, &axis(0, -0.5)).unwrap();
    builder.push(8, 1, 1, &axis(1, 1.0)).unwrap();
    builder.finish().unwrap()
}

fn open(bytes: &[u8]) -> Result<InfluenceIndex, LearningError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    InfluenceIndex::open(file.path())
}

fn refused(bytes: &[u8], reason: &str) {
    let error = open(bytes)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(error.contains(reason), "{error:?} does not say {reason:?}");
}

#[test]
fn a_written_index_can_be_read() {
    let index = open(&bytes()).unwrap();
    assert_eq!(
        index.header(),
        &IndexHeader {
            rows: 3,
            contributions: 2,
            ..header()
        }
    );
}

#[test]
fn rows_are_counted_per_contribution() {
    assert_eq!(open(&bytes()).unwrap().contributions(), [(4, 2), (8, 1)]);
}

#[test]
fn rows_are_counted_per_label() {
    let index = open(&bytes()).unwrap();
    assert_eq!(index.contributions_with_label(1), [(4, 1), (8, 1)]);
}

#[test]
fn the_score_of_a_contribution_is_the_sum_over_its_rows() {
    let scores = open(&bytes())
        .unwrap()
        .contribution_scores(&axis(0, 1.0))
        .unwrap();
    assert_eq!(scores, [(4, 1 << 31), (8, 0)]);
}

#[test]
fn the_highest_rows_come_first() {
    let top = open(&bytes()).unwrap().top_rows(&axis(0, 1.0), 2).unwrap();
    let found: Vec<_> = top
        .iter()
        .map(|row| (row.contribution, row.row, row.score))
        .collect();
    assert_eq!(found, [(4, 0, 1.0), (8, 1, 0.0)]);
}

#[test]
fn of_equal_rows_the_lower_number_comes_first() {
    let top = open(&bytes()).unwrap().top_rows(&axis(5, 1.0), 1).unwrap();
    assert_eq!((top[0].contribution, top[0].row), (4, 0));
}

#[test]
fn no_rows_can_be_asked_for() {
    assert_eq!(
        open(&bytes()).unwrap().top_rows(&axis(0, 1.0), 0).unwrap(),
        []
    );
}

#[test]
fn a_query_of_another_length_is_refused() {
    let result = open(&bytes()).unwrap().contribution_scores(&[0.0; 64]);
    assert!(matches!(result, Err(LearningError::Input(_))));
}

#[test]
fn equal_rows_give_equal_bytes() {
    assert_eq!(bytes(), bytes());
}

#[test]
fn rows_out_of_order_are_refused() {
    let mut builder = IndexBuilder::new(header());
    builder.push(4, 1, 0, &axis(0, 1.0)).unwrap();
    assert!(builder.push(4, 1, 0, &axis(0, 1.0)).is_err());
}

#[test]
fn a_vector_that_is_not_finite_is_refused() {
    assert!(IndexBuilder::new(header())
        .push(4, 1, 0, &axis(0, f32::NAN))
        .is_err());
}

#[test]
fn an_index_without_rows_is_refused() {
    assert!(IndexBuilder::new(header()).finish().is_err());
}

#[test]
fn a_missing_file_is_named() {
    let error = InfluenceIndex::open("no-such-index".as_ref())
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("no-such-index"), "{error}");
}

#[test]
fn an_empty_file_is_refused() {
    assert!(open(&[]).is_err());
}

#[test]
fn another_kind_of_file_is_refused() {
    refused(&[b'x'; 400], "OPENINFL");
}

#[test]
fn another_format_is_refused() {
    let mut bytes = bytes();
    bytes[8] = 2;
    refused(&bytes, "format 2");
}

#[test]
fn a_truncated_file_is_refused() {
    let bytes = bytes();
    refused(&bytes[..bytes.len() - 1], "do not fit its header");
}

#[test]
fn bytes_after_the_end_are_refused() {
    let mut bytes = bytes();
    bytes.push(0);
    refused(&bytes, "do not fit its header");
}

#[test]
fn a_header_of_enormous_sizes_is_refused_without_allocating() {
    let mut bytes = bytes();
    bytes[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
    refused(&bytes, "rows is 18446744073709551615");
}

#[test]
fn dimensions_that_do_not_fill_the_lanes_are_refused() {
    let mut bytes = bytes();
    bytes[12..16].copy_from_slice(&33u32.to_le_bytes());
    refused(&bytes, "not a multiple of 32");
}

#[test]
fn a_row_of_an_unknown_contribution_is_refused() {
    let mut bytes = bytes();
    // The last of the three rows: after the header and two contributions.
    let last = 128 + 2 * 16 + 2 * 16;
    bytes[last..last + 8].copy_from_slice(&9u64.to_le_bytes());
    refused(&bytes, "no contribution 9");
}

#[test]
fn a_row_with_an_unknown_label_is_refused() {
    let mut bytes = bytes();
    bytes[128 + 2 * 16 + 12] = 2;
    refused(&bytes, "label 2");
}

#[test]
fn a_wrong_count_of_rows_is_refused() {
    let mut bytes = bytes();
    bytes[128 + 8] = 1;
    refused(&bytes, "does not have 1 rows");
}

#[test]
fn contributions_out_of_order_are_refused() {
    let mut bytes = bytes();
    bytes[128] = 9;
    refused(&bytes, "out of order");
}

#[test]
fn a_sum_that_is_not_finite_is_refused() {
    let mut bytes = bytes();
    let sums = 128 + 2 * 16 + 3 * 16;
    bytes[sums..sums + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    refused(&bytes, "not one of unit vectors");
}

#[test]
fn a_damaged_vector_is_found_when_it_is_read() {
    let mut bytes = bytes();
    let end = bytes.len();
    bytes[end - 1] = 0x7c; // infinity
    let index = open(&bytes).unwrap();
    assert!(matches!(
        index.top_rows(&axis(31, 1.0), 1),
        Err(LearningError::Index(_))
    ));
}

proptest! {
    #[test]
    fn a_file_with_one_byte_changed_never_panics(at in 0usize..1_000, value in any::<u8>()) {
        let mut bytes = bytes();
        let at = at % bytes.len();
        bytes[at] = value;
        if let Ok(index) = open(&bytes) {
            let _ = index.contribution_scores(&axis(0, 1.0));
            let _ = index.top_rows(&axis(0, 1.0), 2);
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(open(&bytes).is_err());
    }
}
