// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The encoder against two independent computations: embeddings in double precision by numpy
//! (`golden/generate.py`), and losses and gradients by candle's automatic differentiation.

mod common;

use candle_core::{backprop::GradStore, DType, Device, Tensor, Var, D};
use common::{encoder, labels, model, tokens, trained_parameters};
use openledger_artifacts::{LoraPair, TextTokenizer};
use openledger_learning::{cross_entropy, Gradients, Parameters, Projection, Target};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Golden {
    text: String,
    tokens: Vec<u32>,
    embedding: Vec<f32>,
}

fn golden() -> Vec<Golden> {
    serde_json::from_str(include_str!("golden/embeddings.json")).unwrap()
}

#[test]
fn tokens_are_those_of_the_reference() {
    let tokenizer = TextTokenizer::open(&model().dir).unwrap();
    for Golden { text, tokens, .. } in golden() {
        assert_eq!(tokenizer.encode(&text), tokens, "{text}");
    }
}

#[test]
fn embeddings_are_those_of_double_precision() {
    let encoder = encoder();
    for Golden {
        text,
        tokens,
        embedding,
    } in golden()
    {
        let ours = encoder.sentence_embeddings(&[&tokens]).unwrap();
        let off = ours
            .iter()
            .zip(&embedding)
            .fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
        assert!(off < 5e-6, "{text}: off by {off}");
    }
}

#[test]
fn an_embedding_does_not_depend_on_its_batch() {
    let encoder = encoder();
    let golden = golden();
    let rows: Vec<&[u32]> = golden.iter().map(|row| row.tokens.as_slice()).collect();
    let together = encoder.sentence_embeddings(&rows).unwrap();
    for (row, together) in rows.iter().zip(together.chunks_exact(384)) {
        let alone = encoder.sentence_embeddings(&[row]).unwrap();
        let off = alone
            .iter()
            .zip(together)
            .fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
        assert!(off < 2e-6, "off by {off}");
    }
}

type CandleResult<T> = candle_core::Result<T>;

/// BERT with LoRA in candle, of composed operations only: its fused layer norm and softmax have no
/// backward pass.
struct Candle {
    weights: HashMap<String, Tensor>,
    lora: HashMap<String, Var>,
    scale: f64,
    heads: usize,
    epsilon: f64,
}

impl Candle {
    fn new(parameters: &Parameters) -> CandleResult<Self> {
        let model = model();
        let weights = candle_core::safetensors::load(&model.weights_path, &Device::Cpu)?;
        let (rank, hidden) = (parameters.shape.rank, parameters.shape.hidden);
        let (adapter, head) = parameters.to_artifacts(vec![String::new(); 2]);
        let mut lora = HashMap::new();
        for (i, layer) in adapter.layers.iter().enumerate() {
            for (name, LoraPair { a, b }) in [("query", &layer.query), ("value", &layer.value)] {
                let a = Var::from_slice(a, (rank, hidden), &Device::Cpu)?;
                let b = Var::from_slice(b, (hidden, rank), &Device::Cpu)?;
                lora.insert(format!("{i}.{name}.a"), a);
                lora.insert(format!("{i}.{name}.b"), b);
            }
        }
        lora.insert(
            "weight".into(),
            Var::from_slice(&head.weight, (2, hidden), &Device::Cpu)?,
        );
        lora.insert("bias".into(), Var::from_slice(&head.bias, 2, &Device::Cpu)?);
        let (heads, epsilon) = (
            model.config.num_attention_heads,
            model.config.layer_norm_eps,
        );
        Ok(Self {
            weights,
            lora,
            scale: f64::from(parameters.shape.scale()),
            heads,
            epsilon,
        })
    }

    fn dense(&self, x: &Tensor, name: &str) -> CandleResult<Tensor> {
        let weight = &self.weights[&format!("{name}.weight")];
        x.matmul(&weight.t()?)?
            .broadcast_add(&self.weights[&format!("{name}.bias")])
    }

    fn projected(&self, x: &Tensor, layer: usize, name: &str) -> CandleResult<Tensor> {
        let y = self.dense(x, &format!("encoder.layer.{layer}.attention.self.{name}"))?;
        let (a, b) = (
            &self.lora[&format!("{layer}.{name}.a")],
            &self.lora[&format!("{layer}.{name}.b")],
        );
        y + (x.matmul(&a.t()?)?.matmul(&b.t()?)? * self.scale)?
    }

    fn norm(&self, x: &Tensor, name: &str) -> CandleResult<Tensor> {
        let x = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
        let variance = x.sqr()?.mean_keepdim(D::Minus1)?;
        let x = x.broadcast_div(&(variance + self.epsilon)?.sqrt()?)?;
        x.broadcast_mul(&self.weights[&format!("{name}.weight")])?
            .broadcast_add(&self.weights[&format!("{name}.bias")])
    }

    /// Head outputs of one row, `[1, labels]`.
    fn logits(&self, tokens: &[u32], layers: usize) -> CandleResult<Tensor> {
        let part = |name: &str| &self.weights[&format!("embeddings.{name}.weight")];
        let ids = Tensor::new(tokens, &Device::Cpu)?;
        let x = part("word_embeddings").index_select(&ids, 0)?;
        let x = (x + part("position_embeddings").narrow(0, 0, tokens.len())?)?;
        let x = x.broadcast_add(&part("token_type_embeddings").get(0)?)?;
        let mut x = self.norm(&x, "embeddings.LayerNorm")?;
        for i in 0..layers {
            let layer = format!("encoder.layer.{i}");
            let split = |x: Tensor| {
                x.reshape((tokens.len(), self.heads, ()))?
                    .transpose(0, 1)?
                    .contiguous()
            };
            let q = split(self.projected(&x, i, "query")?)?;
            let k = split(self.dense(&x, &format!("{layer}.attention.self.key"))?)?;
            let v = split(self.projected(&x, i, "value")?)?;
            let scores = (q.matmul(&k.t()?)? / (q.dim(D::Minus1)? as f64).sqrt())?;
            let scores = scores
                .broadcast_sub(&scores.max_keepdim(D::Minus1)?.detach())?
                .exp()?;
            let weights = scores.broadcast_div(&scores.sum_keepdim(D::Minus1)?)?;
            let context = weights.matmul(&v)?.transpose(0, 1)?.contiguous()?;
            let context = context.reshape((tokens.len(), ()))?;
            let output = format!("{layer}.attention.output");
            let y = (self.dense(&context, &format!("{output}.dense"))? + &x)?;
            let y = self.norm(&y, &format!("{output}.LayerNorm"))?;
            let wide = self
                .dense(&y, &format!("{layer}.intermediate.dense"))?
                .gelu_erf()?;
            let z = (self.dense(&wide, &format!("{layer}.output.dense"))? + &y)?;
            x = self.norm(&z, &format!("{layer}.output.LayerNorm"))?;
        }
        let pooled = x.mean_keepdim(0)?;
        pooled
            .matmul(&self.lora["weight"].t()?)?
            .broadcast_add(&self.lora["bias"])
    }

    /// Sum of the losses and its gradients.
    fn loss(
        &self,
        rows: &[Vec<u32>],
        labels: &[usize],
        layers: usize,
    ) -> CandleResult<(f64, GradStore)> {
        let mut total = Tensor::zeros((), DType::F32, &Device::Cpu)?;
        for (row, label) in rows.iter().zip(labels) {
            let logits = self.logits(row, layers)?.squeeze(0)?;
            let loss = (logits.exp()?.sum_all()?.log()? - logits.get(*label)?)?;
            total = (total + loss)?;
        }
        Ok((f64::from(total.to_scalar::<f32>()?), total.backward()?))
    }
}

#[test]
fn loss_and_every_gradient_are_those_of_automatic_differentiation() {
    let encoder = encoder();
    let parameters = trained_parameters(&encoder, 0);
    let (rows, labels) = (tokens(3), labels(3));
    let candle = Candle::new(&parameters).unwrap();
    let (expected, store) = candle.loss(&rows, &labels, 6).unwrap();

    let slices: Vec<&[u32]> = rows.iter().map(Vec::as_slice).collect();
    let pass = encoder.forward(encoder.embed(&slices).unwrap(), &parameters, true);
    let (losses, logits) = cross_entropy(&pass.logits, &labels, 2, 1.0).unwrap();
    assert!((losses.iter().sum::<f64>() - expected).abs() < 1e-5);

    let mut gradient = vec![0.0; parameters.shape.len()];
    encoder
        .backward(&pass, &parameters, &logits, Gradients::Sum(&mut gradient))
        .unwrap();
    let mut parts = Vec::new();
    for layer in 0..6 {
        for (target, name) in [(Target::Query, "query"), (Target::Value, "value")] {
            let (a, b) = parameters.shape.pair(layer, target);
            parts.extend([
                (format!("{layer}.{name}.a"), a),
                (format!("{layer}.{name}.b"), b),
            ]);
        }
    }
    let (weight, bias) = parameters.shape.head();
    parts.extend([("weight".to_string(), weight), ("bias".to_string(), bias)]);
    for (name, range) in parts {
        let expected = store
            .get(&candle.lora[&name])
            .unwrap()
            .flatten_all()
            .unwrap();
        let expected: Vec<f32> = expected.to_vec1().unwrap();
        let largest = expected
            .iter()
            .fold(0.0f32, |most, value| most.max(value.abs()));
        let pairs = gradient[range].iter().zip(&expected);
        let off = pairs.fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
        assert!(
            largest > 0.0 && off < 1e-4 * largest,
            "{name}: off by {off} of {largest}"
        );
    }
}

#[test]
fn projected_scores_correlate_with_exact_ones() {
    let encoder = encoder();
    let parameters = trained_parameters(&encoder, 0);
    let rows = openledger_learning::Inputs::Tokens(tokens(12));
    let length = parameters.shape.len();
    let projection = Projection::new(length, 1_024, 1);
    let (mut exact, mut projected) = (Vec::new(), Vec::new());
    let labels = labels(12);
    openledger_learning::for_each_gradient(&encoder, &rows, &labels, &parameters, &mut |_, all| {
        for gradient in all.chunks_exact(length) {
            let norm = gradient
                .iter()
                .map(|g| f64::from(g * g))
                .sum::<f64>()
                .sqrt();
            exact.push(
                gradient
                    .iter()
                    .map(|g| f64::from(*g) / norm)
                    .collect::<Vec<_>>(),
            );
            let unit = projection.unit(gradient);
            projected.push(unit.into_iter().map(f64::from).collect::<Vec<_>>());
        }
        Ok(())
    })
    .unwrap();
    let pairs = |vectors: &[Vec<f64>]| -> Vec<f64> {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum();
        let upper = (0..vectors.len()).flat_map(|i| (i + 1..vectors.len()).map(move |j| (i, j)));
        upper.map(|(i, j)| dot(&vectors[i], &vectors[j])).collect()
    };
    let (a, b) = (pairs(&exact), pairs(&projected));
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(&a), mean(&b));
    let covariance: f64 = a.iter().zip(&b).map(|(a, b)| (a - ma) * (b - mb)).sum();
    let spread = |x: &[f64], m: f64| x.iter().map(|x| (x - m).powi(2)).sum::<f64>();
    let correlation = covariance / (spread(&a, ma) * spread(&b, mb)).sqrt();
    assert!(correlation >= 0.98, "{correlation}");
}
