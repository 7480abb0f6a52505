// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::{Test, MAX_REQUESTS};
use crate::types::{is_marked, mark, marked, Bitmap};

#[test]
fn mark_should_mark_one_request_only() {
    let mut bitmap = Bitmap::<Test>::default();
    assert!(mark::<Test>(&mut bitmap, 11));
    let marks: Vec<u32> = (0..MAX_REQUESTS)
        .filter(|n| is_marked::<Test>(&bitmap, *n))
        .collect();
    assert_eq!(marks, [11]);
}

#[test]
fn mark_should_grow_the_bitmap_on_demand() {
    let mut bitmap = Bitmap::<Test>::default();
    mark::<Test>(&mut bitmap, 7);
    assert_eq!(bitmap.len(), 1);
    mark::<Test>(&mut bitmap, 8);
    assert_eq!(bitmap.len(), 2);
}

#[test]
fn mark_should_refuse_what_the_bound_does_not_hold() {
    let mut bitmap = Bitmap::<Test>::default();
    assert!(!mark::<Test>(&mut bitmap, u32::MAX));
    assert_eq!(marked::<Test>(&bitmap), 0);
}

#[test]
fn marked_should_count_each_request_once() {
    let mut bitmap = Bitmap::<Test>::default();
    for request in [0, 3, 3, 17] {
        mark::<Test>(&mut bitmap, request);
    }
    assert_eq!(marked::<Test>(&bitmap), 3);
}
