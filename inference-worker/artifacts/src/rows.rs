// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{head::MAX_LABEL_BYTES, ArtifactError};
use serde::{Deserialize, Serialize};

/// One labelled text of a contribution.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The text.
    pub text: String,
    /// Its label.
    pub label: String,
}

/// How large the rows of a contribution may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowLimits {
    /// Most rows.
    pub rows: usize,
    /// Longest line, in bytes, without its line feed.
    pub line_bytes: usize,
}

impl Default for RowLimits {
    /// 100,000 rows of at most 16 KiB.
    fn default() -> Self {
        Self {
            rows: 100_000,
            line_bytes: 16 * 1024,
        }
    }
}

/// The lines of a JSONL file without their line feeds. Line `i` is row `i` of the contribution, and
/// these bytes are the leaves of its Merkle tree. One line feed after the last line is left out; an
/// empty line elsewhere is yielded as it is (and refused by [`parse_rows`]).
pub fn row_lines(jsonl: &[u8]) -> impl Iterator<Item = &[u8]> {
    let body = jsonl.strip_suffix(b"\n").unwrap_or(jsonl);
    // An empty file has no line; `split` would yield one.
    let lines = (!jsonl.is_empty()).then(|| body.split(|byte| *byte == b'\n'));
    lines.into_iter().flatten()
}

/// Reads a JSONL file: one object with the fields `text` and `label` per line, both not empty.
///
/// # Errors
/// [`ArtifactError::Row`] names the first bad line; [`ArtifactError::TooManyRows`] over
/// `limits.rows`. A file without rows is an error of line 1.
pub fn parse_rows(jsonl: &[u8], limits: RowLimits) -> Result<Vec<Row>, ArtifactError> {
    let mut rows = Vec::new();
    for (line, bytes) in (1..).zip(row_lines(jsonl)) {
        if rows.len() >= limits.rows {
            return Err(ArtifactError::TooManyRows { limit: limits.rows });
        }
        rows.push(parse_row(bytes, limits).map_err(|reason| ArtifactError::Row { line, reason })?);
    }
    if rows.is_empty() {
        return Err(ArtifactError::Row {
            line: 1,
            reason: "there are no rows".into(),
        });
    }
    Ok(rows)
}

fn parse_row(bytes: &[u8], limits: RowLimits) -> Result<Row, String> {
    if bytes.is_empty() {
        return Err("the line is empty".into());
    }
    if bytes.len() > limits.line_bytes {
        return Err(format!(
            "{} bytes, at most {} are allowed",
            bytes.len(),
            limits.line_bytes
        ));
    }
    let row: Row = serde_json::from_slice(bytes)
        .map_err(|error| format!("expected {{\"text\": \"…\", \"label\": \"…\"}}: {error}"))?;
    if row.text.trim().is_empty() {
        return Err("the text is empty".into());
    }
    if row.label.trim().is_empty() || row.label.len() > MAX_LABEL_BYTES {
        return Err(format!("the label must have 1 to {MAX_LABEL_BYTES} bytes"));
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "{\"text\":\"a writ\",\"label\":\"law\"}";

    fn bad_line(jsonl: &str) -> usize {
        match parse_rows(
            jsonl.as_bytes(),
            RowLimits {
                rows: 3,
                line_bytes: 64,
            },
        ) {
            Err(ArtifactError::Row { line, .. }) => line,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rows_are_read_in_order() {
        let jsonl = format!("{GOOD}\n{{\"label\":\"music\",\"text\":\"a chord\"}}\n");
        let rows = parse_rows(jsonl.as_bytes(), RowLimits::default()).unwrap();
        let texts: Vec<_> = rows.iter().map(|row| row.text.as_str()).collect();
        assert_eq!(texts, ["a writ", "a chord"]);
    }

    #[test]
    fn a_last_line_without_line_feed_is_a_row() {
        assert_eq!(row_lines(b"a\nb").collect::<Vec<_>>(), [b"a", b"b"]);
    }

    #[test]
    fn a_last_line_feed_makes_no_row() {
        assert_eq!(row_lines(b"a\nb\n").collect::<Vec<_>>(), [b"a", b"b"]);
    }

    #[test]
    fn an_empty_file_has_no_lines() {
        assert_eq!(row_lines(b"").count(), 0);
    }

    #[test]
    fn an_empty_file_is_refused() {
        assert_eq!(bad_line(""), 1);
    }

    #[test]
    fn an_empty_line_is_refused() {
        assert_eq!(bad_line(&format!("{GOOD}\n\n{GOOD}\n")), 2);
    }

    #[test]
    fn broken_json_is_refused() {
        assert_eq!(bad_line(&format!("{GOOD}\n{{\"text\":")), 2);
    }

    #[test]
    fn an_unknown_field_is_refused() {
        assert_eq!(bad_line("{\"text\":\"a\",\"label\":\"b\",\"extra\":1}"), 1);
    }

    #[test]
    fn a_blank_text_is_refused() {
        assert_eq!(bad_line("{\"text\":\" \",\"label\":\"law\"}"), 1);
    }

    #[test]
    fn a_long_line_is_refused() {
        let long = GOOD.replace("writ", &"w".repeat(64));
        assert_eq!(bad_line(&format!("{GOOD}\n{long}")), 2);
    }

    #[test]
    fn too_many_rows_are_refused() {
        let jsonl = format!("{GOOD}\n").repeat(4);
        let limits = RowLimits {
            rows: 3,
            line_bytes: 64,
        };
        let error = parse_rows(jsonl.as_bytes(), limits).unwrap_err();
        assert!(matches!(error, ArtifactError::TooManyRows { limit: 3 }));
    }
}
