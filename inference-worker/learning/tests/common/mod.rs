// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the tests of this crate share: the real base model and a handful of real texts.

// Each test file is a crate of its own and uses another part of this.
#![allow(dead_code)]

use openledger_artifacts::{BaseModel, Row, TextTokenizer};
use openledger_learning::{Encoder, Parameters, Shape};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Texts of two subjects, in turn.
pub const TEXTS: [(&str, &str); 12] = [
    ("a legal document that conveys a right", "law"),
    (
        "a medicine that lowers the pressure of the blood",
        "medicine",
    ),
    ("the party who appeals a decision of a lower court", "law"),
    ("an inflammation of the lining of the stomach", "medicine"),
    ("a crime less serious than a felony", "law"),
    ("surgical removal of the appendix", "medicine"),
    (
        "a judge's order that a person be brought before the court",
        "law",
    ),
    ("a disease that is caused by a lack of vitamins", "medicine"),
    ("property given as security for a debt", "law"),
    (
        "a drug that kills bacteria or stops their growth",
        "medicine",
    ),
    (
        "a written agreement between two states or sovereigns",
        "law",
    ),
    (
        "a physician who treats the disorders of children",
        "medicine",
    ),
];

pub fn model() -> BaseModel {
    BaseModel::open(&BaseModel::default_dir()).unwrap_or_else(|error| panic!("{error}"))
}

pub fn encoder() -> Encoder {
    Encoder::open(&model()).unwrap_or_else(|error| panic!("{error}"))
}

pub fn rows() -> Vec<Row> {
    TEXTS
        .iter()
        .map(|(text, label)| Row {
            text: (*text).into(),
            label: (*label).into(),
        })
        .collect()
}

/// Token ids of the first `count` texts.
pub fn tokens(count: usize) -> Vec<Vec<u32>> {
    let tokenizer = TextTokenizer::open(&model().dir).unwrap_or_else(|error| panic!("{error}"));
    TEXTS
        .iter()
        .take(count)
        .map(|(text, _)| tokenizer.encode(text))
        .collect()
}

/// 0 for law, 1 for medicine.
pub fn labels(count: usize) -> Vec<usize> {
    (0..count).map(|i| i % 2).collect()
}

/// Parameters none of which is zero, of the size they have after a training.
pub fn trained_parameters(encoder: &Encoder, first_layer: usize) -> Parameters {
    let shape = Shape {
        first_layer,
        ..Shape::new(encoder.config(), 4, 8.0, 2)
    };
    let mut parameters = Parameters::initial(shape, 3);
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for value in &mut parameters.values {
        *value += random.gen_range(-0.02..0.02);
    }
    parameters
}
