// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use openledger_artifacts::{parse_rows, Row, RowLimits, TextTokenizer};
use rand::{seq::SliceRandom, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{collections::BTreeSet, error::Error, fs, path::Path};

/// Rows of contributors and texts to ask about.
pub struct Data {
    pub labels: Vec<String>,
    /// Token ids, rows of one contributor after the other.
    pub train: Vec<Vec<u32>>,
    pub train_labels: Vec<usize>,
    /// Group of each row: a fifth of a contributor's rows.
    pub groups: Vec<usize>,
    /// Contributor of each group.
    pub group_contributors: Vec<String>,
    pub queries: Vec<Vec<u32>>,
    pub query_labels: Vec<usize>,
}

const GROUPS_PER_CONTRIBUTOR: usize = 5;

impl Data {
    /// Reads a folder that has one folder of JSONL files per contributor and `held-out.jsonl`. Of
    /// the held-out rows `queries` are taken, evenly.
    pub fn read(
        folder: &Path,
        tokenizer: &TextTokenizer,
        queries: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let rows_of = |path: &Path| -> Result<Vec<Row>, Box<dyn Error>> {
            let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(parse_rows(&bytes, RowLimits::default())?)
        };
        let mut contributors = Vec::new();
        for path in sorted(folder)?.iter().filter(|path| path.is_dir()) {
            let mut rows = Vec::new();
            for file in sorted(path)?
                .iter()
                .filter(|file| file.extension() == Some("jsonl".as_ref()))
            {
                rows.extend(rows_of(file)?);
            }
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            contributors.push((name, rows));
        }
        let held_out = rows_of(&folder.join("held-out.jsonl"))?;
        let all = contributors
            .iter()
            .flat_map(|(_, rows)| rows)
            .chain(&held_out);
        let labels: Vec<String> = all
            .map(|row| row.label.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let index = |row: &Row| labels.binary_search(&row.label).unwrap_or_default();
        let mut data = Self {
            labels: labels.clone(),
            train: Vec::new(),
            train_labels: Vec::new(),
            groups: Vec::new(),
            group_contributors: Vec::new(),
            queries: Vec::new(),
            query_labels: Vec::new(),
        };
        for (name, rows) in &contributors {
            let first = data.group_contributors.len();
            let groups = GROUPS_PER_CONTRIBUTOR.min(rows.len());
            for (i, row) in rows.iter().enumerate() {
                data.train.push(tokenizer.encode(&row.text));
                data.train_labels.push(index(row));
                data.groups.push(first + i * groups / rows.len());
            }
            data.group_contributors
                .extend(std::iter::repeat_n(name.clone(), groups));
        }
        let count = queries.min(held_out.len());
        for i in 0..count {
            let row = &held_out[i * held_out.len() / count];
            data.queries.push(tokenizer.encode(&row.text));
            data.query_labels.push(index(row));
        }
        Ok(data)
    }

    /// Deals the rows to the same number of groups, whoever contributed them.
    pub fn mix_groups(&mut self, seed: u64) {
        let groups = self.group_count();
        let mut order: Vec<usize> = (0..self.train.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        for (i, row) in order.into_iter().enumerate() {
            self.groups[row] = i % groups;
        }
    }

    /// Number of groups.
    pub fn group_count(&self) -> usize {
        self.group_contributors.len()
    }
}

fn sorted(folder: &Path) -> Result<Vec<std::path::PathBuf>, Box<dyn Error>> {
    let mut paths = fs::read_dir(folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}
