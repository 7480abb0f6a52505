// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Training and influence from end to end, on the real base model and a dozen real texts.

mod common;

use common::{model, rows, TEXTS};
use openledger_artifacts::{content_hash, Row, TextTokenizer};
use openledger_learning::{
    default_hyper, train, InfluenceModel, LearningError, Parameters, Progress, Shape,
    TrainContribution, TrainSpec, Trained,
};
use std::sync::LazyLock;

/// Three contributions of four texts each.
fn spec() -> TrainSpec {
    let mut hyper = default_hyper();
    hyper.batch_size = 4;
    let contributions = rows()
        .chunks(4)
        .zip([3, 5, 9])
        .map(|(rows, id)| TrainContribution {
            id,
            rows: rows.to_vec(),
        })
        .collect();
    let held_out = [
        ("a contract that a court will not enforce", "law"),
        ("a swelling of the membranes of the brain", "medicine"),
    ];
    let held_out = held_out
        .map(|(text, label)| Row {
            text: text.into(),
            label: label.into(),
        })
        .to_vec();
    TrainSpec {
        task: "subject".into(),
        seed: 1,
        hyper,
        versions: Vec::new(),
        contributions,
        held_out,
        projection_seed: 2,
    }
}

/// One training for all tests that only look at its result.
static TRAINED: LazyLock<(Trained, Vec<Progress>)> = LazyLock::new(|| {
    let mut progress = Vec::new();
    let trained = train(&model(), &spec(), &mut |event| progress.push(event));
    (trained.unwrap_or_else(|error| panic!("{error}")), progress)
});

fn influence_model(folder: &tempfile::TempDir) -> InfluenceModel {
    let trained = &TRAINED.0;
    let path = folder.path().join("influence-index");
    std::fs::write(&path, &trained.index).unwrap();
    InfluenceModel::load(&model(), &trained.adapter, &trained.head, &path).unwrap()
}

fn tokens(text: &str) -> Vec<u32> {
    static TOKENIZER: LazyLock<TextTokenizer> =
        LazyLock::new(|| TextTokenizer::open(&model().dir).unwrap());
    TOKENIZER.encode(text)
}

#[test]
fn training_changes_every_lora_tensor_with_the_head() {
    let (trained, _) = &*TRAINED;
    let config = model().config;
    let after = Parameters::from_artifacts(&config, &trained.adapter, &trained.head).unwrap();
    let before = Parameters::initial(Shape::new(&config, 8, 16.0, 2), 1).to_artifacts(vec![]);
    let pairs = trained.adapter.layers.iter().zip(&before.0.layers);
    for (i, (new, old)) in pairs.enumerate() {
        assert_ne!(new.query.a, old.query.a, "query A of layer {i}");
        assert_ne!(new.query.b, old.query.b, "query B of layer {i}");
        assert_ne!(new.value.a, old.value.a, "value A of layer {i}");
        assert_ne!(new.value.b, old.value.b, "value B of layer {i}");
    }
    assert!(after.values.iter().all(|value| value.is_finite()));
    assert!(trained
        .head
        .weight
        .iter()
        .chain(&trained.head.bias)
        .all(|value| *value != 0.0));
}

#[test]
fn the_loss_falls_on_a_tiny_set() {
    let losses: Vec<f64> = TRAINED
        .1
        .iter()
        .filter_map(|event| match event {
            Progress::Epoch { loss, .. } => Some(*loss),
            _ => None,
        })
        .collect();
    assert!(
        losses.len() == 4 && losses[3] < 0.9 * losses[0],
        "{losses:?}"
    );
}

#[test]
fn the_loss_of_the_first_step_is_that_of_guessing() {
    let first = TRAINED.1.iter().find_map(|event| match event {
        Progress::Step { loss, .. } => Some(*loss),
        _ => None,
    });
    assert!(
        (first.unwrap() - 2f64.ln()).abs() < 1e-6,
        "B and head start at zero"
    );
}

#[test]
fn progress_ends_with_all_rows_indexed() {
    assert_eq!(
        TRAINED.1.last(),
        Some(&Progress::Indexing {
            rows: 12,
            total: 12
        })
    );
}

#[test]
fn progress_is_one_json_object_a_line() {
    for event in &TRAINED.1 {
        let line = serde_json::to_string(event).unwrap();
        assert!(!line.contains('\n'));
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        let (name, loss) = match event {
            Progress::Baseline { .. } => ("baseline", None),
            Progress::Step { loss, .. } => ("step", Some(*loss)),
            Progress::Epoch { loss, .. } => ("epoch", Some(*loss)),
            Progress::Indexing { .. } => ("indexing", None),
        };
        assert_eq!(read["event"], name);
        // The loss is printed with all its digits.
        assert_eq!(read["loss"].as_f64(), loss);
    }
}

#[test]
fn a_job_survives_a_pipe_as_json() {
    let spec = spec();
    let read: TrainSpec = serde_json::from_slice(&serde_json::to_vec(&spec).unwrap()).unwrap();
    assert_eq!(read, spec);
}

#[test]
fn the_same_seed_trains_the_same_adapter() {
    let again = train(&model(), &spec(), &mut |_| {}).unwrap();
    let first = &TRAINED.0;
    assert_eq!(
        again.adapter.to_safetensors(),
        first.adapter.to_safetensors()
    );
    assert_eq!(again.head.to_safetensors(), first.head.to_safetensors());
    assert_eq!(content_hash(&again.index), content_hash(&first.index));
}

#[test]
fn another_seed_trains_another_adapter() {
    let other = train(&model(), &TrainSpec { seed: 2, ..spec() }, &mut |_| {}).unwrap();
    assert_ne!(other.adapter, TRAINED.0.adapter);
}

#[test]
fn the_vector_of_an_answer_adds_up_to_one_million() {
    let folder = tempfile::tempdir().unwrap();
    let model = influence_model(&folder);
    for (text, _) in TEXTS {
        for label in 0..2 {
            let influence = &model.influence(&[(tokens(text), label)]).unwrap()[0];
            assert_eq!(
                influence.vector.iter().map(|(_, ppm)| ppm).sum::<u32>(),
                1_000_000
            );
        }
    }
}

#[test]
fn an_answer_has_the_same_influence_alone_or_with_others() {
    let folder = tempfile::tempdir().unwrap();
    let model = influence_model(&folder);
    let queries = [(tokens("a court order"), 0), (tokens("a fever"), 1)];
    let together = model.influence(&queries).unwrap();
    let alone: Vec<_> = queries
        .iter()
        .flat_map(|query| model.influence(std::slice::from_ref(query)).unwrap())
        .collect();
    assert_eq!(together, alone);
}

#[test]
fn two_loads_compute_the_same_influence() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let query = [(tokens("the right to vote"), 0)];
    let first = influence_model(&one).influence(&query).unwrap();
    assert_eq!(first, influence_model(&two).influence(&query).unwrap());
}

#[test]
fn the_row_that_is_asked_about_moved_its_answer_most() {
    let folder = tempfile::tempdir().unwrap();
    let top = influence_model(&folder)
        .top_rows(&tokens(TEXTS[4].0), 0, 3)
        .unwrap();
    assert_eq!((top[0].contribution, top[0].row), (5, 0));
    assert!(
        (top[0].score - 1.0).abs() < 2e-3,
        "its own gradient: {}",
        top[0].score
    );
}

#[test]
fn scores_of_rows_add_up_to_the_score_of_their_contribution() {
    let folder = tempfile::tempdir().unwrap();
    let model = influence_model(&folder);
    let query = tokens("an appeal to a higher court");
    let rows = model.top_rows(&query, 0, 12).unwrap();
    for (id, score) in &model.influence(&[(query, 0)]).unwrap()[0].scores {
        let sum: f32 = rows
            .iter()
            .filter(|row| row.contribution == *id)
            .map(|row| row.score)
            .sum();
        assert!((f64::from(sum) - *score as f64 / 2f64.powi(32)).abs() < 1e-4);
    }
}

#[test]
fn an_index_of_another_head_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("influence-index");
    std::fs::write(&path, &TRAINED.0.index).unwrap();
    let mut head = TRAINED.0.head.clone();
    head.bias[0] += 1.0;
    let result = InfluenceModel::load(&model(), &TRAINED.0.adapter, &head, &path);
    assert!(matches!(result, Err(LearningError::Index(_))));
}

#[test]
fn a_label_that_the_head_does_not_have_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let result = influence_model(&folder).influence(&[(tokens("a fever"), 2)]);
    assert!(matches!(result, Err(LearningError::Input(_))));
}

#[test]
fn without_held_out_rows_some_are_held_out_by_hash() {
    let texts = (0..60).map(|i| Row {
        text: format!("text number {i}"),
        label: ["even", "odd"][i % 2].into(),
    });
    let contributions = vec![TrainContribution {
        id: 1,
        rows: texts.collect(),
    }];
    let mut hyper = default_hyper();
    hyper.epochs = 1;
    let spec = TrainSpec {
        contributions,
        held_out: Vec::new(),
        hyper,
        ..spec()
    };
    let metrics = train(&model(), &spec, &mut |_| {}).unwrap().metrics;
    assert_eq!(metrics.train_rows + metrics.held_out_rows, 60);
    assert!(
        (1..=15).contains(&metrics.held_out_rows),
        "{}",
        metrics.held_out_rows
    );
}

fn refused(change: impl FnOnce(&mut TrainSpec)) {
    let mut spec = spec();
    change(&mut spec);
    let result = train(&model(), &spec, &mut |_| {});
    assert!(
        matches!(result, Err(LearningError::Spec(_))),
        "{:?}",
        result.err()
    );
}

#[test]
fn contributions_out_of_order_are_refused() {
    refused(|spec| spec.contributions.reverse());
}

#[test]
fn a_rank_of_zero_is_refused() {
    refused(|spec| spec.hyper.rank = 0);
}

#[test]
fn an_infinite_learning_rate_is_refused() {
    refused(|spec| spec.hyper.learning_rate = f64::INFINITY);
}

#[test]
fn a_job_without_rows_is_refused() {
    refused(|spec| spec.contributions.clear());
}

#[test]
fn a_single_label_is_refused() {
    refused(|spec| {
        for contribution in &mut spec.contributions {
            contribution.rows.retain(|row| row.label == "law");
        }
        spec.held_out.truncate(1);
    });
}
