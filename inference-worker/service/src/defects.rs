// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Panics: a defect met by one question must not leave it, or what was reserved for it, hanging.

use std::{any::Any, future::Future, panic::AssertUnwindSafe};

use futures::FutureExt;

/// Work ended in a panic.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a defect of the worker ({0}): its log has the place")]
pub struct Defect(String);

/// Does `work`; a panic in it is an error. Whatever `work` shares with others has to bear being left
/// in the middle, as what is behind a transaction or a lock for single values does.
///
/// # Errors
/// [`Defect`] with what the panic says.
pub async fn caught<W: Future>(work: W) -> Result<W::Output, Defect> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .map_err(|panic| Defect(text(&*panic)))
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_without_a_panic_should_give_what_it_gives() {
        assert_eq!(caught(async { 7 }).await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_should_be_an_error_with_its_text() {
        let numbers: Vec<u32> = Vec::new();
        let panics = async { *numbers.first().expect("there is none") };
        let defect = caught(panics).await.unwrap_err();
        assert!(defect.to_string().contains("there is none"), "{defect}");
    }
}
