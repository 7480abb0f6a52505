// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::*;
use proptest::prelude::*;

const GLOSS: &str = "a legal document codifying the result of deliberations of a committee or \
                     society or legislative body";

fn rows(texts: &[&str]) -> Vec<Row> {
    texts
        .iter()
        .map(|text| Row {
            text: (*text).into(),
            label: "law".into(),
        })
        .collect()
}

fn index(texts: &[&str]) -> DuplicateIndex {
    let mut index = DuplicateIndex::new();
    index.insert(7, &rows(texts));
    index
}

#[test]
fn normalising_ignores_case_with_white_space() {
    assert_eq!(normalise("  A Legal\t\nDOCUMENT "), "a legal document");
}

#[test]
fn a_copy_is_exact_despite_case_with_spaces() {
    let copy = GLOSS.to_uppercase().replace(' ', "  ");
    assert_eq!(
        index(&[GLOSS]).check(&rows(&[&copy]), NEAR_PPM).exact,
        [(0, 7)]
    );
}

#[test]
fn a_copy_with_another_label_is_still_a_copy() {
    let copy = [Row {
        text: GLOSS.into(),
        label: "medicine".into(),
    }];
    assert_eq!(index(&[GLOSS]).check(&copy, NEAR_PPM).exact, [(0, 7)]);
}

#[test]
fn a_copy_with_one_word_changed_is_near() {
    let near = GLOSS.replace("society", "assembly");
    let report = index(&[GLOSS]).check(&rows(&[&near]), NEAR_PPM);
    assert!(
        report.exact.is_empty() && report.near.len() == 1,
        "{report:?}"
    );
}

#[test]
fn the_similarity_is_close_to_the_jaccard_index() {
    let near = GLOSS.replace("society", "assembly");
    let pieces = |text: &str| -> BTreeSet<String> {
        let characters: Vec<char> = text.chars().collect();
        characters
            .windows(5)
            .map(|piece| piece.iter().collect())
            .collect()
    };
    let (a, b) = (pieces(GLOSS), pieces(&near));
    let exact = a.intersection(&b).count() as f64 / a.union(&b).count() as f64;
    let estimate = index(&[GLOSS]).check(&rows(&[&near]), NEAR_PPM).near[0].2;
    assert!(
        (f64::from(estimate) / 1e6 - exact).abs() < 0.1,
        "{estimate} against {exact}"
    );
}

#[test]
fn a_near_copy_should_pass_when_only_closer_ones_count() {
    let near = GLOSS.replace("society", "assembly");
    let report = index(&[GLOSS]).check(&rows(&[&near]), 999_999);
    assert_eq!(report, DuplicateReport::default());
}

#[test]
fn another_text_on_the_same_subject_is_no_copy() {
    let other = "a legal document conveying a right from one party to another person or body";
    assert_eq!(
        index(&[GLOSS]).check(&rows(&[other]), NEAR_PPM),
        DuplicateReport::default()
    );
}

#[test]
fn texts_that_share_an_opening_are_no_copies() {
    let report = index(&["a person who studies law"])
        .check(&rows(&["a person who studies birds"]), NEAR_PPM);
    assert_eq!(report, DuplicateReport::default());
}

#[test]
fn a_repetition_within_a_contribution_is_counted() {
    let report =
        DuplicateIndex::new().check(&rows(&[GLOSS, "something else entirely", GLOSS]), NEAR_PPM);
    assert_eq!(
        report,
        DuplicateReport {
            internal: 1,
            ..Default::default()
        }
    );
}

#[test]
fn a_text_belongs_to_whoever_brought_it_first() {
    let mut index = index(&[GLOSS]);
    index.insert(2, &rows(&[GLOSS]));
    assert_eq!(index.check(&rows(&[GLOSS]), NEAR_PPM).exact, [(0, 7)]);
}

#[test]
fn a_text_shorter_than_a_piece_is_compared_as_a_whole() {
    let index = index(&["law"]);
    assert_eq!(
        index.check(&rows(&["law", "lav"]), NEAR_PPM).exact,
        [(0, 7)]
    );
}

#[test]
fn many_rows_in_one_bucket_are_compared_in_bounded_time() {
    let texts: Vec<String> = (0..3_000).map(|i| format!("{GLOSS} number {i}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let index = index(&texts);
    let candidates = index.candidates(&Signature::new(&format!("{GLOSS} number x")));
    assert!(candidates.len() <= MAX_CANDIDATES, "{}", candidates.len());
}

proptest! {
    #[test]
    fn every_inserted_text_is_found(texts in proptest::collection::vec(".{1,40}", 1..20)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let report = index(&texts).check(&rows(&texts), NEAR_PPM);
        prop_assert_eq!(report.exact.len(), texts.len());
    }

    #[test]
    fn unrelated_random_texts_are_not_near(a in "[a-m]{60}", b in "[n-z]{60}") {
        prop_assert_eq!(index(&[&a]).check(&rows(&[&b]), NEAR_PPM), DuplicateReport::default());
    }
}
