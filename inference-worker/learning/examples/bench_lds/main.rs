// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Quality of the influence scores: the linear datamodeling score (Park et al., 2023).
//!
//! The adapter is retrained on random halves of the row groups. For each query, the scores of the
//! groups in a half are added up and compared, by Spearman's rank correlation over the halves, with
//! what the retrained adapter really gives the predicted label. The mean over the queries is the
//! score; 1 is a perfect forecast, 0 none.
//!
//! LoRA is on the upper three layers, so that the lower three are run once for all retrainings.
//!
//! ```text
//! bench_lds --data DIR [--groups contributor|mixed] [--subsets 40] [--queries 150] [--epochs 3]
//!           [--cache FILE]
//! ```
//! A group is a fifth of a contributor's rows, or, with `--groups mixed`, as many rows from
//! everywhere: then a group has all labels and a label says little about it. `--cache` keeps the outputs of the retrainings for a later run with the same arguments.

#[path = "../common/mod.rs"]
mod common;
mod data;
mod scores;

use data::Data;
use openledger_artifacts::{BaseModel, TextTokenizer, INFLUENCE_DIMENSIONS, INFLUENCE_METHOD};
use openledger_learning::{
    cross_entropy, default_hyper, fit, logits, predictions, Encoder, Inputs, Parameters, Schedule,
    Shape,
};
use rand::{seq::SliceRandom, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scores::{Products, Result, Scores};
use serde_json::{json, Value};
use std::{path::PathBuf, time::Instant};

const FIRST_LAYER: usize = 3;
const SEED: u64 = 1;

/// Everything that a training needs.
struct Task<'a> {
    encoder: &'a Encoder,
    data: &'a Data,
    train: Inputs,
    queries: Inputs,
    epochs: u32,
}

impl Task<'_> {
    /// Trains on some rows; returns the parameters after each epoch.
    fn train(&self, rows: &[usize], seed: u64) -> Result<Vec<Parameters>> {
        let hyper = default_hyper();
        let labels = self.data.labels.len();
        let shape = Shape::new(
            self.encoder.config(),
            hyper.rank as usize,
            hyper.alpha,
            labels,
        );
        let mut parameters = Parameters::initial(
            Shape {
                first_layer: FIRST_LAYER,
                ..shape
            },
            seed,
        );
        let schedule = Schedule {
            seed,
            learning_rate: hyper.learning_rate,
            epochs: self.epochs,
            batch_size: hyper.batch_size as usize,
        };
        let labels = &self.data.train_labels;
        let mut epochs = Vec::new();
        fit(
            self.encoder,
            &self.train,
            labels,
            rows,
            &mut parameters,
            &schedule,
            &mut |step, now| {
                if step.epoch_loss.is_some() {
                    epochs.push(now.clone());
                }
                Ok(())
            },
        )?;
        Ok(epochs)
    }

    /// Minus the loss of the predicted labels.
    fn outputs(&self, parameters: &Parameters, predicted: &[usize]) -> Result<Vec<f64>> {
        let logits = logits(self.encoder, &self.queries, parameters)?;
        let losses = cross_entropy(&logits, predicted, parameters.shape.labels, 1.0)?.0;
        Ok(losses.into_iter().map(|loss| -loss).collect())
    }
}

fn main() -> Result<()> {
    let folder = common::argument("--data").ok_or("--data DIR: a folder per contributor")?;
    let subsets = common::number("--subsets", 40)? as usize;
    let model = BaseModel::open(&BaseModel::default_dir())?;
    let encoder = Encoder::open(&model)?;
    let tokenizer = TextTokenizer::open(&model.dir)?;
    let queries = common::number("--queries", 150)? as usize;
    let grouping = common::argument("--groups").unwrap_or_else(|| "contributor".into());
    let mut data = Data::read(&PathBuf::from(folder), &tokenizer, queries)?;
    match grouping.as_str() {
        "contributor" => {}
        "mixed" => data.mix_groups(SEED),
        _ => return Err("--groups takes contributor or mixed".into()),
    }
    let data = data;
    let task = Task {
        train: Inputs::states(&encoder, &data.train, FIRST_LAYER)?,
        queries: Inputs::states(&encoder, &data.queries, FIRST_LAYER)?,
        epochs: common::number("--epochs", 3)? as u32,
        encoder: &encoder,
        data: &data,
    };

    let started = Instant::now();
    let all: Vec<usize> = (0..data.train.len()).collect();
    let epochs = task.train(&all, SEED)?;
    let full = epochs.last().ok_or("--epochs must be at least 1")?;
    let full_seconds = started.elapsed().as_secs_f64();
    let predicted = predictions(&logits(&encoder, &task.queries, full)?, data.labels.len());
    let right = predicted
        .iter()
        .zip(&data.query_labels)
        .filter(|(p, w)| p == w)
        .count();
    eprintln!(
        "full training: {full_seconds:.1} s, {right} of {} right",
        predicted.len()
    );

    let halves = halves(data.group_count(), subsets);
    let (outputs, retrain_seconds) = retrain(&task, &halves, &predicted)?;

    let mut methods = measure(&task, &epochs, &predicted)?;
    methods.extend(checkpoints(&task, &epochs, &predicted)?);
    let results: serde_json::Map<String, Value> = methods
        .iter()
        .map(|(name, scores)| (name.clone(), json!(lds(scores, &halves, &outputs))))
        .collect();
    for (name, value) in &results {
        eprintln!("{name:40} {value}");
    }
    // Mixed groups belong to no contributor.
    let shares = match grouping.as_str() {
        "contributor" => relative_shares(&data, &methods[0].1),
        _ => Value::Null,
    };
    println!(
        "{}",
        json!({
            "benchmark": "linear datamodeling score",
            "machine": common::machine(),
            "shipped_method": INFLUENCE_METHOD,
            "rows": data.train.len(),
            "groups": data.group_count(),
            "grouping": grouping,
            "subsets": subsets,
            "queries": predicted.len(),
            "accuracy": right as f64 / predicted.len() as f64,
            "seconds_full_training": full_seconds,
            "seconds_per_retraining": retrain_seconds,
            "lds": results,
            "share_per_row_relative_to_median": shares,
        })
    );
    Ok(())
}

/// Random halves of the groups: `[subsets][groups]`.
fn halves(groups: usize, subsets: usize) -> Vec<Vec<bool>> {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut order: Vec<usize> = (0..groups).collect();
    (0..subsets)
        .map(|_| {
            order.shuffle(&mut random);
            let mut half = vec![false; groups];
            order
                .iter()
                .take(groups / 2)
                .for_each(|group| half[*group] = true);
            half
        })
        .collect()
}

/// Outputs of the adapters retrained on each half, `[subsets][queries]`, and the median time of a
/// retraining in seconds; none when all came from the cache.
fn retrain(
    task: &Task<'_>,
    halves: &[Vec<bool>],
    predicted: &[usize],
) -> Result<(Vec<Vec<f64>>, Option<f64>)> {
    let cache = common::argument("--cache").map(PathBuf::from);
    let mut outputs: Vec<Vec<f64>> = match &cache {
        Some(path) if path.exists() => serde_json::from_slice(&std::fs::read(path)?)?,
        _ => Vec::new(),
    };
    outputs.truncate(halves.len());
    let mut seconds = Vec::new();
    for (i, half) in halves.iter().enumerate().skip(outputs.len()) {
        let started = Instant::now();
        let rows: Vec<usize> = (0..task.data.train.len())
            .filter(|row| half[task.data.groups[*row]])
            .collect();
        // Another seed each: what a retraining changes by chance is part of the truth.
        let epochs = task.train(&rows, SEED + 1 + i as u64)?;
        let last = epochs.last().ok_or("no epochs")?;
        outputs.push(task.outputs(last, predicted)?);
        seconds.push(started.elapsed().as_secs_f64());
        eprintln!(
            "retraining {} of {}: {:.1?}",
            i + 1,
            halves.len(),
            started.elapsed()
        );
        if let Some(path) = &cache {
            std::fs::write(path, serde_json::to_vec(&outputs)?)?;
        }
    }
    seconds.sort_by(f64::total_cmp);
    let median = (!seconds.is_empty()).then(|| common::percentile(&seconds, 0.5));
    Ok((outputs, median))
}

/// The shipped method first, then what it is compared with: scores per group.
fn measure(
    task: &Task<'_>,
    epochs: &[Parameters],
    predicted: &[usize],
) -> Result<Vec<(String, Scores)>> {
    let data = task.data;
    let last = epochs.last().ok_or("no epochs")?;
    let rows = scores::gradients(task.encoder, &task.train, &data.train_labels, last)?;
    let queries = scores::gradients(task.encoder, &task.queries, predicted, last)?;
    let shipped = scores::shipped(last, (&rows, &queries), data, INFLUENCE_DIMENSIONS)?;
    let products = Products::new(last, &rows, &queries)?;
    let wide = scores::shipped(last, (&rows, &queries), data, 4 * INFLUENCE_DIMENSIONS)?;
    let cut: Scores = shipped
        .iter()
        .map(|row| row.iter().map(|score| score.max(0.0)).collect())
        .collect();
    let group = |scores: Scores| scores::by_group(&scores, &data.groups, data.group_count());
    Ok(vec![
        ("ours".into(), shipped),
        ("ours, negative group sums cut".into(), cut),
        ("ours, four times the dimensions".into(), wide),
        ("ours, without projection".into(), group(products.unit())),
        (
            "same label".into(),
            group(scores::same_label(predicted, &data.train_labels)),
        ),
        ("Grad-Dot".into(), group(products.grad_dot())),
        ("DataInf".into(), group(products.data_inf()?)),
    ])
}

/// Unit gradients at other checkpoints than the last, and the mean over all, without projection:
/// what keeping a checkpoint beside the adapter would be worth.
fn checkpoints(
    task: &Task<'_>,
    epochs: &[Parameters],
    predicted: &[usize],
) -> Result<Vec<(String, Scores)>> {
    let data = task.data;
    let mut methods: Vec<(String, Scores)> = Vec::new();
    for (epoch, parameters) in (1..).zip(epochs) {
        let rows = scores::gradients(task.encoder, &task.train, &data.train_labels, parameters)?;
        let queries = scores::gradients(task.encoder, &task.queries, predicted, parameters)?;
        let unit = Products::new(parameters, &rows, &queries)?.unit();
        let unit = scores::by_group(&unit, &data.groups, data.group_count());
        methods.push((format!("checkpoint after epoch {epoch}"), unit));
    }
    let mut sum = vec![vec![0.0; data.group_count()]; predicted.len()];
    for (_, scores) in &methods {
        for (sum, row) in sum.iter_mut().zip(scores) {
            sum.iter_mut()
                .zip(row)
                .for_each(|(sum, score)| *sum += score);
        }
    }
    methods.push(("mean of all checkpoints".into(), sum));
    Ok(methods)
}

/// Mean over the queries of the rank correlation over the halves.
fn lds(scores: &Scores, halves: &[Vec<bool>], outputs: &[Vec<f64>]) -> f64 {
    let correlations = scores.iter().enumerate().map(|(query, groups)| {
        let forecast: Vec<f64> = halves
            .iter()
            .map(|half| {
                groups
                    .iter()
                    .zip(half)
                    .filter(|(_, inside)| **inside)
                    .map(|(s, _)| s)
                    .sum()
            })
            .collect();
        let real: Vec<f64> = outputs.iter().map(|output| output[query]).collect();
        correlation(&ranks(&forecast), &ranks(&real))
    });
    correlations.sum::<f64>() / scores.len() as f64
}

/// Ranks from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .map(|value| {
            let less = values.iter().filter(|other| *other < value).count();
            let equal = values.iter().filter(|other| *other == value).count();
            less as f64 + (equal + 1) as f64 / 2.0
        })
        .collect()
}

/// Pearson's correlation; 0 when one side does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let covariance: f64 = a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum();
    let spread = |x: &[f64], m: f64| x.iter().map(|x| (x - m).powi(2)).sum::<f64>();
    let scale = (spread(a, ma) * spread(b, mb)).sqrt();
    if scale > 0.0 {
        covariance / scale
    } else {
        0.0
    }
}

/// What each contributor gets per row over all queries, relative to the median contributor: group
/// scores are summed per contributor before negative sums are cut.
fn relative_shares(data: &Data, scores: &Scores) -> Value {
    let mut names = data.group_contributors.clone();
    names.dedup();
    let of = |group: usize| {
        names
            .iter()
            .position(|n| *n == data.group_contributors[group])
    };
    let mut rows = vec![0.0; names.len()];
    for group in &data.groups {
        of(*group).into_iter().for_each(|name| rows[name] += 1.0);
    }
    let mut earned = vec![0.0; names.len()];
    for query in scores {
        let mut sums = vec![0.0; names.len()];
        for (group, score) in query.iter().enumerate() {
            of(group).into_iter().for_each(|name| sums[name] += score);
        }
        sums.iter_mut().for_each(|sum| *sum = sum.max(0.0));
        let total: f64 = sums.iter().sum::<f64>().max(1e-30);
        earned
            .iter_mut()
            .zip(&sums)
            .for_each(|(earned, sum)| *earned += sum / total);
    }
    earned
        .iter_mut()
        .zip(&rows)
        .for_each(|(earned, rows)| *earned /= rows);
    let mut sorted = earned.clone();
    sorted.sort_by(f64::total_cmp);
    let median = common::percentile(&sorted, 0.5);
    names
        .iter()
        .zip(&earned)
        .map(|(name, e)| (name.clone(), json!(e / median)))
        .collect()
}
