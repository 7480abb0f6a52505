// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! ONNX Runtime: loading the library and running the graph.

use crate::{
    bank::{Bank, PreparedAdapter},
    onnx::{self, ExportedGraph, GraphKind},
    slots::{Placement, SlotTable},
    EngineConfig, ServingError,
};
use openledger_artifacts::{BaseModel, BertConfig};
use ort::{
    environment::Environment,
    logging::LogLevel,
    session::{builder::GraphOptimizationLevel, Session, SessionInputValue},
    value::TensorRef,
};
use std::{
    borrow::Cow,
    collections::{btree_map::Entry, BTreeMap},
    path::Path,
    sync::{Mutex, PoisonError},
};

/// The pinned level of graph optimisation: results differ in the last digits between levels, and
/// an answer must be the same on every machine. The next level makes choices by the machine.
pub const GRAPH_OPTIMISATION_LEVEL: GraphOptimizationLevel = GraphOptimizationLevel::Level2;

/// One row of a run.
pub struct GraphRow<'a> {
    /// Token ids, special tokens included.
    pub tokens: &'a [u32],
    /// Hash and content of the adapter; `None` runs the base model.
    pub adapter: Option<([u8; 32], &'a PreparedAdapter)>,
}

/// The session with the banks of all rank buckets. Not shared between threads.
pub struct GraphRunner {
    session: Session,
    config: BertConfig,
    graph: ExportedGraph,
    kind: GraphKind,
    banks: BTreeMap<usize, (Bank, SlotTable)>,
    slots_per_bucket: usize,
    bank_bytes: usize,
}

impl GraphRunner {
    /// Loads ONNX Runtime, exports the base model if that was not done yet, and creates the session.
    /// Takes a second or so.
    ///
    /// # Errors
    /// [`ServingError::RuntimeMissing`] names the library and how to get it; others of the engine's
    /// start.
    pub fn start(config: &EngineConfig, model: &BaseModel) -> Result<Self, ServingError> {
        Self::start_kind(config, model, GraphKind::WithBanks)
    }

    /// The same with the base model's own graph, which has no place for adapters: to compare with.
    ///
    /// # Errors
    /// As [`GraphRunner::start`].
    pub fn start_plain(config: &EngineConfig, model: &BaseModel) -> Result<Self, ServingError> {
        Self::start_kind(config, model, GraphKind::Plain)
    }

    fn start_kind(
        config: &EngineConfig,
        model: &BaseModel,
        kind: GraphKind,
    ) -> Result<Self, ServingError> {
        let environment = environment(&config.ort_dylib)?;
        let graph = onnx::export(model, kind, &config.graph_dir)?;
        let session = session(&environment, config.threads, &graph.path)?;
        Ok(Self {
            session,
            config: model.config.clone(),
            graph,
            kind,
            banks: BTreeMap::new(),
            slots_per_bucket: config.slots_per_rank_bucket,
            bank_bytes: config.bank_bytes,
        })
    }

    /// The exported graph.
    pub fn graph(&self) -> &ExportedGraph {
        &self.graph
    }

    /// Number of adapters that one run of a bucket can mix.
    pub fn slots(&self, bucket: usize) -> usize {
        Bank::slots_within(&self.config, bucket, self.slots_per_bucket, self.bank_bytes)
    }

    /// The bank of a bucket, made when it is first needed.
    fn bank(&mut self, bucket: usize) -> Result<&mut (Bank, SlotTable), ServingError> {
        let capacity = self.slots(bucket);
        match self.banks.entry(bucket) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let bank = Bank::new(&self.config, bucket, capacity)?;
                Ok(entry.insert((bank, SlotTable::new(capacity))))
            }
        }
    }

    /// Lets the adapters of a bucket make room for others again, as the start of a run does.
    ///
    /// # Errors
    /// [`ServingError::Runtime`] when the bank cannot be made.
    pub fn release(&mut self, bucket: usize) -> Result<(), ServingError> {
        self.bank(bucket)?.1.unpin_all();
        Ok(())
    }

    /// Copies an adapter into a slot of its bank, unless it is in one already, and keeps it there
    /// until [`GraphRunner::release`] or the start of a run.
    ///
    /// # Errors
    /// [`ServingError::Runtime`] when all slots are taken by adapters that must stay.
    pub fn place(
        &mut self,
        hash: [u8; 32],
        adapter: &PreparedAdapter,
    ) -> Result<Placement, ServingError> {
        let (bank, table) = self.bank(adapter.bucket())?;
        let placement = table
            .pin(hash)
            .ok_or_else(|| ServingError::Runtime("more adapters than slots".into()))?;
        if let Placement::Fill(slot) = placement {
            bank.write(slot, adapter);
        }
        Ok(placement)
    }

    /// Runs rows whose adapters are all of `bucket` (rows without adapter always are) and returns
    /// the pooled hidden state of each, `hidden` numbers. At most [`GraphRunner::slots`] different
    /// adapters. Returns also how many adapters were in their slots already.
    ///
    /// # Errors
    /// [`ServingError::Runtime`] when the rows do not fit the above, or ONNX Runtime fails.
    pub fn run(
        &mut self,
        bucket: usize,
        rows: &[GraphRow],
    ) -> Result<(Vec<Vec<f32>>, usize), ServingError> {
        let fail = |reason: &str| ServingError::Runtime(reason.into());
        self.release(bucket)?;
        let (mut slots, mut present) = (Vec::with_capacity(rows.len()), 0usize);
        for row in rows {
            let Some((hash, adapter)) = row.adapter else {
                slots.push(0i64);
                continue;
            };
            if self.kind == GraphKind::Plain {
                return Err(fail("this graph has no place for adapters"));
            }
            if adapter.bucket() != bucket {
                return Err(fail("an adapter of another rank bucket in the batch"));
            }
            let slot = match self.place(hash, adapter)? {
                Placement::Present(slot) => {
                    present = present.saturating_add(1);
                    slot
                }
                Placement::Fill(slot) => slot,
            };
            slots.push(slot as i64);
        }
        let width = rows.iter().map(|row| row.tokens.len()).max().unwrap_or(0);
        if width == 0 || rows.iter().any(|row| row.tokens.is_empty()) {
            return Err(fail("a row without tokens"));
        }
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for row in rows {
            let padding = width.saturating_sub(row.tokens.len());
            ids.extend(row.tokens.iter().map(|id| i64::from(*id)));
            ids.extend(std::iter::repeat_n(0i64, padding));
            mask.extend(std::iter::repeat_n(1i64, row.tokens.len()));
            mask.extend(std::iter::repeat_n(0i64, padding));
        }
        let inputs = Inputs {
            shape: [rows.len(), width],
            ids,
            mask,
            slots,
        };
        let bank = self
            .banks
            .get(&bucket)
            .filter(|_| self.kind == GraphKind::WithBanks);
        let pooled =
            execute(&mut self.session, bank.map(|(bank, _)| bank), &inputs).map_err(refused)?;
        let hidden = self.config.hidden_size;
        if pooled.len() != rows.len().saturating_mul(hidden) {
            return Err(fail("an output of unexpected shape"));
        }
        Ok((
            pooled.chunks_exact(hidden).map(<[f32]>::to_vec).collect(),
            present,
        ))
    }
}

/// What changes from run to run.
struct Inputs {
    /// Rows and tokens.
    shape: [usize; 2],
    ids: Vec<i64>,
    mask: Vec<i64>,
    slots: Vec<i64>,
}

/// The banks are passed as views: nothing of them is copied.
fn execute(session: &mut Session, bank: Option<&Bank>, inputs: &Inputs) -> ort::Result<Vec<f32>> {
    let Inputs {
        shape,
        ids,
        mask,
        slots,
    } = inputs;
    let mut values: Vec<(Cow<str>, SessionInputValue)> = vec![
        (
            "input_ids".into(),
            TensorRef::from_array_view((*shape, ids.as_slice()))?.into(),
        ),
        (
            "attention_mask".into(),
            TensorRef::from_array_view((*shape, mask.as_slice()))?.into(),
        ),
    ];
    if let Some(bank) = bank {
        let slots = TensorRef::from_array_view(([slots.len()], slots.as_slice()))?;
        values.push(("slot".into(), slots.into()));
        for (i, layer) in bank.layers.iter().enumerate() {
            values.push((format!("lora_a.{i}").into(), (&layer.a).into()));
            values.push((format!("lora_q.{i}").into(), (&layer.query).into()));
            values.push((format!("lora_v.{i}").into(), (&layer.value).into()));
        }
    }
    let outputs = session.run(values)?;
    match outputs.get("pooled") {
        Some(pooled) => Ok(pooled.try_extract_tensor::<f32>()?.1.to_vec()),
        None => Err(ort::Error::new("the graph has no output named pooled")),
    }
}

/// ONNX Runtime allows one environment per process, for its whole life.
fn environment(dylib: &Path) -> Result<Environment, ServingError> {
    static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);
    let mut environment = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = environment.as_ref() {
        return Ok(environment.clone());
    }
    if !dylib.is_file() {
        return Err(ServingError::RuntimeMissing {
            path: dylib.to_path_buf(),
        });
    }
    // Looked up beside the executable unless absolute.
    let path = dylib.canonicalize().unwrap_or_else(|_| dylib.to_path_buf());
    let built = ort::init_from(&path)
        .map_err(|error| ServingError::Runtime(error.to_string()))?
        .with_name("openledger")
        .with_telemetry(false)
        .build()
        .map_err(refused)?;
    built.set_log_level(LogLevel::Warning);
    Ok(environment.insert(built).clone())
}

fn session(
    environment: &Environment,
    threads: usize,
    path: &Path,
) -> Result<Session, ServingError> {
    let builder = Session::builder(environment).map_err(refused)?;
    let builder = builder
        .with_optimization_level(GRAPH_OPTIMISATION_LEVEL)
        .map_err(refused)?;
    let builder = builder.with_intra_threads(threads).map_err(refused)?;
    let builder = builder.with_inter_threads(1).map_err(refused)?;
    // Waiting threads sleep: the machine also runs a node, training and influence.
    let builder = builder.with_intra_op_spinning(false).map_err(refused)?;
    let mut builder = builder.with_deterministic_compute(true).map_err(refused)?;
    builder.commit_from_file(path).map_err(refused)
}

fn refused<T>(error: ort::Error<T>) -> ServingError {
    ServingError::Runtime(error.to_string())
}
