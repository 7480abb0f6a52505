// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{
    shares, Encoder, InfluenceIndex, Inputs, LearningError, Parameters, Projection, RowScore,
};
use openledger_artifacts::{content_hash, BaseModel, Head, LoraAdapter};
use serde::{Deserialize, Serialize};
use std::{path::Path, sync::Arc};

/// Computes which contributions, and which rows, moved an answer of one adapter.
///
/// The query is the gradient of the loss of the label that the model answered, projected and scaled
/// to unit norm. A row's score is the cosine of its gradient with the query; a contribution's is
/// the sum over its rows (method `unit-gradients/v1`).
pub struct InfluenceModel {
    encoder: Arc<Encoder>,
    parameters: Parameters,
    projection: Projection,
    index: InfluenceIndex,
}

/// How an answer divides among contributions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Influence {
    /// `(contribution, parts per million)`, ascending by id, all positive, at most
    /// [`MAX_SHARES`](crate::MAX_SHARES), adding up to exactly 1,000,000.
    pub vector: Vec<(u64, u32)>,
    /// `(contribution, score)` of every contribution, ascending by id, in units of 2⁻³², before
    /// negative scores are cut: the evidence for the vector.
    pub scores: Vec<(u64, i64)>,
}

impl InfluenceModel {
    /// Opens everything that belongs to one adapter.
    ///
    /// # Errors
    /// [`LearningError::Index`] when the index is damaged or made for another adapter or head; what
    /// [`Encoder::open`] and [`Parameters::from_artifacts`] return.
    pub fn load(
        model: &BaseModel,
        adapter: &LoraAdapter,
        head: &Head,
        index: &Path,
    ) -> Result<Self, LearningError> {
        Self::with_encoder(Arc::new(Encoder::open(model)?), adapter, head, index)
    }

    /// As [`InfluenceModel::load`], sharing the base model with other adapters.
    ///
    /// # Errors
    /// As [`InfluenceModel::load`].
    pub fn with_encoder(
        encoder: Arc<Encoder>,
        adapter: &LoraAdapter,
        head: &Head,
        index: &Path,
    ) -> Result<Self, LearningError> {
        let index = InfluenceIndex::open(index)?;
        let parameters = Parameters::from_artifacts(encoder.config(), adapter, head)?;
        let header = index.header();
        let mismatch = |what: &str| Err(LearningError::Index(format!("made for another {what}")));
        if header.adapter != content_hash(&adapter.to_safetensors()) {
            return mismatch("adapter");
        }
        if header.head != content_hash(&head.to_safetensors()) {
            return mismatch("head");
        }
        if header.gradient_length != parameters.shape.len() as u64
            || header.labels as usize != parameters.shape.labels
        {
            return mismatch("shape of adapter and head");
        }
        let dimensions = header.dimensions as usize;
        let projection =
            Projection::new(parameters.shape.len(), dimensions, header.projection_seed);
        Ok(Self {
            encoder,
            parameters,
            projection,
            index,
        })
    }

    /// The index behind the answers.
    pub fn index(&self) -> &InfluenceIndex {
        &self.index
    }

    /// Influence of every contribution on answers, given as token ids (`[CLS] … [SEP]`) and the
    /// index of the label that the model answered. An answer gets the same influence whatever else
    /// is asked with it.
    ///
    /// # Errors
    /// [`LearningError::Input`] for an unusable text or an unknown label.
    pub fn influence(
        &self,
        queries: &[(Vec<u32>, usize)],
    ) -> Result<Vec<Influence>, LearningError> {
        queries
            .iter()
            .map(|(tokens, label)| {
                let query = self.query(tokens, *label)?;
                let scores = self.index.contribution_scores(&query)?;
                let mut fallback = self.index.contributions_with_label(*label).to_vec();
                if fallback.is_empty() {
                    let all = self.index.contributions().iter();
                    fallback = all.map(|(id, rows)| (*id, u64::from(*rows))).collect();
                }
                Ok(Influence {
                    vector: shares(&scores, &fallback),
                    scores,
                })
            })
            .collect()
    }

    /// The `count` rows that moved an answer most, highest score first.
    ///
    /// # Errors
    /// As [`InfluenceModel::influence`], and [`LearningError::Index`] when a vector is damaged.
    pub fn top_rows(
        &self,
        tokens: &[u32],
        label: usize,
        count: usize,
    ) -> Result<Vec<RowScore>, LearningError> {
        self.index.top_rows(&self.query(tokens, label)?, count)
    }

    /// The projected gradient of the loss of `label` for a text, of unit norm.
    ///
    /// # Errors
    /// [`LearningError::Input`] for an unusable text or an unknown label.
    pub fn query(&self, tokens: &[u32], label: usize) -> Result<Vec<f32>, LearningError> {
        // One row per pass: the kernels may round a row differently in a larger matrix, and a
        // receipt must not depend on what else was asked.
        let inputs = Inputs::Tokens(vec![tokens.to_vec()]);
        let mut query = Vec::new();
        crate::for_each_gradient(
            &self.encoder,
            &inputs,
            &[label],
            &self.parameters,
            &mut |_, gradient| {
                query = self.projection.unit(gradient);
                Ok(())
            },
        )?;
        Ok(query)
    }
}
