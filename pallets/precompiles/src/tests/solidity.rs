// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The Solidity files as tests read them: what an interface takes, and what may change something.
//! `runtime/src/tests/precompiles/guards.rs` reads them by the same code.

use std::collections::BTreeMap;

/// A function of an interface.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The selector that its comment states, hexadecimal.
    pub selector: String,
    /// The types of its parameters.
    pub inputs: Vec<String>,
    /// Whether it changes nothing.
    pub is_view: bool,
    /// Whether it takes a value.
    pub is_payable: bool,
}

/// An interface.
#[derive(Clone, Debug, Default)]
pub struct Interface {
    /// Its functions, in order.
    pub functions: Vec<Function>,
    /// The types of the fields of its structs.
    structs: BTreeMap<String, Vec<String>>,
}

impl Interface {
    /// Reads the interface `name` out of a file, which can have several.
    pub fn read(file: &str, name: &str) -> Self {
        let head = format!("{name} {{");
        let body = file
            .split("\ninterface ")
            .find_map(|part| part.strip_prefix(&head))
            .expect("the file has the interface");
        let mut interface = Self::default();
        let mut selector = None;
        let mut current = None;
        let mut statement = String::new();
        for line in body.lines().map(str::trim) {
            if let Some(stated) = line.strip_prefix("/// @custom:selector ") {
                selector = Some(stated.to_owned());
            }
            if line.starts_with("//") {
                continue;
            }
            statement.push_str(line);
            statement.push(' ');
            if !line.ends_with([';', '{', '}']) {
                continue;
            }
            let whole = std::mem::take(&mut statement);
            let whole = whole.trim();
            if whole.starts_with("function ") {
                let stated = selector.take().expect("every function states its selector");
                interface.functions.push(function(whole, stated));
            } else if let Some(rest) = whole.strip_prefix("struct ") {
                current = rest.split_whitespace().next().map(str::to_owned);
            } else if whole.ends_with('}') {
                current = None;
            } else if let Some(name) = &current {
                let fields = interface.structs.entry(name.clone()).or_default();
                fields.extend(whole.split_whitespace().next().map(str::to_owned));
            }
        }
        interface
    }

    /// Whether the length of a type's encoding depends on the value, so that it stands behind an
    /// offset.
    pub fn is_dynamic(&self, kind: &str) -> bool {
        match element(kind) {
            Some(element) => kind.ends_with("[]") || self.is_dynamic(element),
            None => kind == "string" || kind == "bytes" || self.any_field(kind, Self::is_dynamic),
        }
    }

    /// Whether a type has an array whose elements stand behind offsets of their own.
    pub fn has_array_of_dynamic(&self, kind: &str) -> bool {
        match element(kind) {
            Some(element) => self.is_dynamic(element) || self.has_array_of_dynamic(element),
            None => self.any_field(kind, Self::has_array_of_dynamic),
        }
    }

    fn any_field(&self, kind: &str, is: impl Fn(&Self, &str) -> bool) -> bool {
        self.structs
            .get(kind)
            .is_some_and(|fields| fields.iter().any(|field| is(self, field)))
    }
}

/// The type of an array's elements; `None` for what is no array.
fn element(kind: &str) -> Option<&str> {
    let (element, _) = kind.strip_suffix(']')?.rsplit_once('[')?;
    Some(element)
}

/// `function name(type data name, …) external view returns (…);`
fn function(whole: &str, selector: String) -> Function {
    let (head, rest) = whole.split_once('(').expect("a list of parameters");
    let (inputs, rest) = rest.split_once(')').expect("the list ends");
    let kind = rest.split("returns").next().unwrap_or_default();
    let has = |word: &str| {
        kind.split_whitespace()
            .any(|part| part.trim_end_matches(';') == word)
    };
    Function {
        name: head.trim_start_matches("function ").to_owned(),
        selector,
        inputs: inputs
            .split(',')
            .filter_map(|input| input.split_whitespace().next().map(str::to_owned))
            .collect(),
        is_view: has("view") || has("pure"),
        is_payable: has("payable"),
    }
}
