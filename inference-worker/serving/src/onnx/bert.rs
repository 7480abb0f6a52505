// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A BERT encoder whose query and value projections take another LoRA adapter for every row.
//!
//! Inputs: `input_ids` and `attention_mask` `[batch, tokens]`, `slot` `[batch]`, and for every layer
//! the banks `lora_a.{i}` `[slots, hidden, 2·rank]` (query's factors left of value's), `lora_q.{i}`
//! and `lora_v.{i}` `[slots, rank, hidden]`. A row takes the factors in its slot; a slot of zeros is
//! the base model. Output: `pooled` `[batch, hidden]`, the mean of the last hidden state over the
//! tokens that the mask keeps.
//!
//! With the layer's input x, the change of the query projection is `(x A) B`: two small products per
//! row beside the large one that all rows share. Slots and rank are free, so that one graph serves
//! the banks of all ranks. Only operators of the standard operator set are used.

use super::{
    builder::{Attribute, Element, GraphBuilder, Side},
    data::DataFile,
    proto::GraphProto,
    ExportError, GraphKind,
};
use openledger_artifacts::{BaseModel, BertConfig, Weights};

const BATCH: Side = Side::Named("batch");
const TOKENS: Side = Side::Named("tokens");
const SLOTS: Side = Side::Named("slots");
const RANK: Side = Side::Named("rank");

/// Added to the attention scores of tokens that the mask leaves out.
const MASKED: f32 = -1e9;

/// Writes the weights to `data` and returns the graph.
pub(crate) fn export(
    model: &BaseModel,
    kind: GraphKind,
    data: &mut DataFile,
) -> Result<GraphProto, ExportError> {
    let weights = model.tensors()?;
    let mut exporter = Exporter {
        config: &model.config,
        kind,
        weights: &weights,
        graph: GraphBuilder::new("bert-with-lora-banks", data),
    };
    exporter.run()?;
    Ok(exporter.graph.finish())
}

struct Exporter<'a> {
    config: &'a BertConfig,
    kind: GraphKind,
    weights: &'a Weights,
    graph: GraphBuilder<'a>,
}

impl Exporter<'_> {
    fn run(&mut self) -> Result<(), ExportError> {
        let hidden = self.config.hidden_size;
        let ids = self
            .graph
            .input("input_ids", Element::I64, &[BATCH, TOKENS]);
        let mask = self
            .graph
            .input("attention_mask", Element::I64, &[BATCH, TOKENS]);
        let slot = match self.kind {
            GraphKind::WithBanks => self.graph.input("slot", Element::I64, &[BATCH]),
            GraphKind::Plain => String::new(),
        };

        let mask = self.graph.op("Cast", &[&mask], &[Attribute::Int("to", 1)]);
        let axes = self.graph.ints(&[1, 2]);
        let keep = self.graph.op("Unsqueeze", &[&mask, &axes], &[]);
        let (one, masked) = (self.graph.scalar(1.0), self.graph.scalar(MASKED));
        let leave_out = self.graph.op("Sub", &[&one, &keep], &[]);
        let bias = self.graph.op("Mul", &[&leave_out, &masked], &[]);

        let mut x = self.embed(&ids)?;
        for layer in 0..self.config.num_hidden_layers {
            let context = self.attend(layer, &x, &bias, &slot)?;
            let prefix = format!("encoder.layer.{layer}");
            x = self.output(&format!("{prefix}.attention.output"), &context, hidden, &x)?;
            let width = self.config.intermediate_size;
            let wide = format!("{prefix}.intermediate.dense");
            let wide = self.linear(&wide, &x, hidden, width)?;
            let wide = self.graph.op("Gelu", &[&wide], &[]);
            x = self.output(&format!("{prefix}.output"), &wide, width, &x)?;
        }

        let axis = self.graph.ints(&[-1]);
        let keep = self.graph.op("Unsqueeze", &[&mask, &axis], &[]);
        let kept = self.graph.op("Mul", &[&x, &keep], &[]);
        let (tokens, flat) = (self.graph.ints(&[1]), [Attribute::Int("keepdims", 0)]);
        let sum = self.graph.op("ReduceSum", &[&kept, &tokens], &flat);
        let count = self.graph.op("ReduceSum", &[&keep, &tokens], &flat);
        self.graph.op("Div", &[&sum, &count], &[]);
        self.graph
            .output("pooled", Element::F32, &[BATCH, Side::Known(hidden)]);
        Ok(())
    }

    /// Word, position and type embeddings, normalised.
    fn embed(&mut self, ids: &str) -> Result<String, ExportError> {
        let (hidden, config) = (self.config.hidden_size, self.config);
        let words = "embeddings.word_embeddings.weight";
        let words = self.copy(words, &[config.vocab_size, hidden])?;
        let x = self.graph.op("Gather", &[&words, ids], &[]);
        let positions = "embeddings.position_embeddings.weight";
        let positions = self.copy(positions, &[config.max_position_embeddings, hidden])?;
        let length = [Attribute::Int("start", 1), Attribute::Int("end", 2)];
        let length = self.graph.op("Shape", &[ids], &length);
        let zero = self.graph.ints(&[0]);
        let positions = self
            .graph
            .op("Slice", &[&positions, &zero, &length, &zero], &[]);
        let x = self.graph.op("Add", &[&x, &positions], &[]);
        // Every token is of the first type.
        let name = "embeddings.token_type_embeddings.weight";
        let types = self.weights.f32(name, &[config.type_vocab_size, hidden])?;
        let first = types.get(..hidden).unwrap_or_default();
        let first = self.graph.weight(name, &[hidden], first)?;
        let x = self.graph.op("Add", &[&x, &first], &[]);
        self.normalise("embeddings.LayerNorm", &x)
    }

    /// Self-attention with the row's adapter on query and value.
    fn attend(
        &mut self,
        layer: usize,
        x: &str,
        bias: &str,
        slot: &str,
    ) -> Result<String, ExportError> {
        let hidden = self.config.hidden_size;
        let all = self.query_key_value(layer, x)?;
        let three = [Attribute::Int("axis", 2), Attribute::Int("num_outputs", 3)];
        let parts = self.graph.ops("Split", &[&all], &three, 3);
        let [query, key, value] = <[String; 3]>::try_from(parts).unwrap_or_default();

        let (query, value) = match self.kind {
            GraphKind::WithBanks => self.adapt(layer, x, slot, query, value),
            GraphKind::Plain => (query, value),
        };
        let query = self.heads(&query, &[0, 2, 1, 3]);
        let key = self.heads(&key, &[0, 2, 3, 1]);
        let value = self.heads(&value, &[0, 2, 1, 3]);
        let scores = self.graph.op("MatMul", &[&query, &key], &[]);
        let scale = self
            .graph
            .scalar(1.0 / (self.config.head_size() as f32).sqrt());
        let scores = self.graph.op("Mul", &[&scores, &scale], &[]);
        let scores = self.graph.op("Add", &[&scores, bias], &[]);
        let shares = self
            .graph
            .op("Softmax", &[&scores], &[Attribute::Int("axis", -1)]);
        let context = self.graph.op("MatMul", &[&shares, &value], &[]);
        let order = [Attribute::Ints("perm", &[0, 2, 1, 3])];
        let context = self.graph.op("Transpose", &[&context], &order);
        let shape = self.graph.ints(&[0, 0, hidden as i64]);
        Ok(self.graph.op("Reshape", &[&context, &shape], &[]))
    }

    /// Query and value with the row's adapter applied.
    fn adapt(
        &mut self,
        layer: usize,
        x: &str,
        slot: &str,
        query: String,
        value: String,
    ) -> (String, String) {
        let hidden = self.config.hidden_size;
        let width = Side::Named("two_ranks");
        let a = [SLOTS, Side::Known(hidden), width];
        let a = self
            .graph
            .input(&format!("lora_a.{layer}"), Element::F32, &a);
        let b = [SLOTS, RANK, Side::Known(hidden)];
        let b_query = self
            .graph
            .input(&format!("lora_q.{layer}"), Element::F32, &b);
        let b_value = self
            .graph
            .input(&format!("lora_v.{layer}"), Element::F32, &b);
        let a = self.graph.op("Gather", &[&a, slot], &[]);
        let low = self.graph.op("MatMul", &[x, &a], &[]);
        let two = [Attribute::Int("axis", 2), Attribute::Int("num_outputs", 2)];
        let parts = self.graph.ops("Split", &[&low], &two, 2);
        let [low_query, low_value] = <[String; 2]>::try_from(parts).unwrap_or_default();
        let query = self.change(&query, &low_query, &b_query, slot);
        let value = self.change(&value, &low_value, &b_value, slot);
        (query, value)
    }

    /// Adds the adapter's change to a projection.
    fn change(&mut self, projected: &str, low: &str, bank: &str, slot: &str) -> String {
        let b = self.graph.op("Gather", &[bank, slot], &[]);
        let change = self.graph.op("MatMul", &[low, &b], &[]);
        self.graph.op("Add", &[projected, &change], &[])
    }

    /// The three projections as one product: its weight is theirs side by side.
    fn query_key_value(&mut self, layer: usize, x: &str) -> Result<String, ExportError> {
        let hidden = self.config.hidden_size;
        let prefix = format!("encoder.layer.{layer}.attention.self");
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        for name in ["query", "key", "value"] {
            let weight = format!("{prefix}.{name}.weight");
            weights.extend(self.weights.f32(&weight, &[hidden, hidden])?);
            biases.extend(
                self.weights
                    .f32(&format!("{prefix}.{name}.bias"), &[hidden])?,
            );
        }
        let wide = hidden.saturating_mul(3);
        let weights = transpose(&weights, hidden);
        let name = format!("{prefix}.query_key_value");
        let weights = self
            .graph
            .weight(&format!("{name}.weight"), &[hidden, wide], &weights)?;
        let biases = self
            .graph
            .weight(&format!("{name}.bias"), &[wide], &biases)?;
        let product = self.graph.op("MatMul", &[x, &weights], &[]);
        Ok(self.graph.op("Add", &[&product, &biases], &[]))
    }

    /// `[batch, tokens, hidden]` to four axes, with the head before the tokens.
    fn heads(&mut self, x: &str, order: &[i64]) -> String {
        let heads = self.config.num_attention_heads as i64;
        let shape = self
            .graph
            .ints(&[0, 0, heads, self.config.head_size() as i64]);
        let x = self.graph.op("Reshape", &[x, &shape], &[]);
        self.graph
            .op("Transpose", &[&x], &[Attribute::Ints("perm", order)])
    }

    /// A linear layer back to the hidden size, the residual connection and the normalisation.
    fn output(
        &mut self,
        prefix: &str,
        x: &str,
        width: usize,
        residual: &str,
    ) -> Result<String, ExportError> {
        let x = self.linear(
            &format!("{prefix}.dense"),
            x,
            width,
            self.config.hidden_size,
        )?;
        let x = self.graph.op("Add", &[&x, residual], &[]);
        self.normalise(&format!("{prefix}.LayerNorm"), &x)
    }

    /// A linear layer from `width` to `out` numbers.
    fn linear(
        &mut self,
        name: &str,
        x: &str,
        width: usize,
        out: usize,
    ) -> Result<String, ExportError> {
        let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
        let values = transpose(&self.weights.f32(&weight, &[out, width])?, width);
        let weight = self.graph.weight(&weight, &[width, out], &values)?;
        let bias = self.copy(&bias, &[out])?;
        let product = self.graph.op("MatMul", &[x, &weight], &[]);
        Ok(self.graph.op("Add", &[&product, &bias], &[]))
    }

    fn normalise(&mut self, name: &str, x: &str) -> Result<String, ExportError> {
        let hidden = [self.config.hidden_size];
        let scale = self.copy(&format!("{name}.weight"), &hidden)?;
        let bias = self.copy(&format!("{name}.bias"), &hidden)?;
        let epsilon = self.config.layer_norm_eps as f32;
        let attributes = [
            Attribute::Int("axis", -1),
            Attribute::Float("epsilon", epsilon),
        ];
        Ok(self
            .graph
            .op("LayerNormalization", &[x, &scale, &bias], &attributes))
    }

    fn copy(&mut self, name: &str, shape: &[usize]) -> Result<String, ExportError> {
        let values = self.weights.f32(name, shape)?;
        Ok(self.graph.weight(name, shape, &values)?)
    }
}

/// `[rows, columns]` to `[columns, rows]`.
fn transpose(values: &[f32], columns: usize) -> Vec<f32> {
    let column = |start: usize| values.iter().skip(start).step_by(columns.max(1)).copied();
    (0..columns).flat_map(column).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_transposed_matrix_has_its_columns_as_rows() {
        let transposed = super::transpose(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3);
        assert_eq!(transposed, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
