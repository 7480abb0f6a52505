// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Puts a graph together, operation by operation.

use super::{
    data::DataFile,
    proto::{
        AttributeProto, Dimension, DimensionProto, GraphProto, NodeProto, TensorProto,
        TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
    },
};
use std::{collections::BTreeSet, io};

const FLOAT: i32 = 1;
const INT64: i32 = 7;

/// Element type of an input or output.
#[derive(Clone, Copy)]
pub(crate) enum Element {
    F32,
    I64,
}

/// A side of an input or output.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Known(usize),
    Named(&'static str),
}

/// An attribute of an operation.
pub(crate) enum Attribute<'a> {
    Int(&'a str, i64),
    Float(&'a str, f32),
    Ints(&'a str, &'a [i64]),
}

/// Names of values are handed out in the order of the calls, so that equal calls give equal files.
pub(crate) struct GraphBuilder<'a> {
    graph: GraphProto,
    constants: BTreeSet<String>,
    data: &'a mut DataFile,
}

impl<'a> GraphBuilder<'a> {
    pub fn new(name: &str, data: &'a mut DataFile) -> Self {
        let graph = GraphProto {
            name: name.into(),
            ..Default::default()
        };
        Self {
            graph,
            constants: BTreeSet::new(),
            data,
        }
    }

    /// Adds an operation with one output and returns the name of that.
    pub fn op(&mut self, op: &str, inputs: &[&str], attributes: &[Attribute]) -> String {
        self.ops(op, inputs, attributes, 1)
            .pop()
            .unwrap_or_default()
    }

    /// Adds an operation and returns the names of its outputs.
    pub fn ops(
        &mut self,
        op: &str,
        inputs: &[&str],
        attributes: &[Attribute],
        outputs: usize,
    ) -> Vec<String> {
        let name = format!("{}.{op}", self.graph.node.len());
        let output: Vec<_> = (0..outputs).map(|i| format!("{name}.{i}")).collect();
        self.graph.node.push(NodeProto {
            input: inputs.iter().map(|input| input.to_string()).collect(),
            output: output.clone(),
            name,
            op_type: op.into(),
            attribute: attributes.iter().map(attribute).collect(),
        });
        output
    }

    /// A small constant of integers that lies in the graph's own file. Adding it twice is adding it
    /// once.
    pub fn ints(&mut self, values: &[i64]) -> String {
        let name = format!("ints{values:?}").replace(' ', "");
        let raw = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.constant(name, vec![values.len() as i64], INT64, raw)
    }

    /// A scalar that lies in the graph's own file. Adding it twice is adding it once.
    pub fn scalar(&mut self, value: f32) -> String {
        self.constant(
            format!("scalar{value}"),
            Vec::new(),
            FLOAT,
            value.to_le_bytes().to_vec(),
        )
    }

    fn constant(&mut self, name: String, dims: Vec<i64>, data_type: i32, raw: Vec<u8>) -> String {
        if self.constants.insert(name.clone()) {
            self.graph.initializer.push(TensorProto {
                dims,
                data_type,
                name: name.clone(),
                raw_data: raw,
                ..Default::default()
            });
        }
        name
    }

    /// A constant that lies in the data file.
    pub fn weight(&mut self, name: &str, shape: &[usize], values: &[f32]) -> io::Result<String> {
        let external_data = self.data.append(values)?;
        self.graph.initializer.push(TensorProto {
            dims: shape.iter().map(|side| *side as i64).collect(),
            data_type: FLOAT,
            name: name.into(),
            external_data,
            data_location: 1,
            ..Default::default()
        });
        Ok(name.into())
    }

    pub fn input(&mut self, name: &str, element: Element, shape: &[Side]) -> String {
        self.graph.input.push(value_info(name, element, shape));
        name.into()
    }

    /// Makes the output of the last operation an output of the graph, under a name of its own.
    pub fn output(&mut self, name: &str, element: Element, shape: &[Side]) {
        if let Some(node) = self.graph.node.last_mut() {
            node.output = vec![name.into()];
        }
        self.graph.output.push(value_info(name, element, shape));
    }

    pub fn finish(self) -> GraphProto {
        self.graph
    }
}

fn attribute(attribute: &Attribute) -> AttributeProto {
    let empty = AttributeProto::default();
    match *attribute {
        Attribute::Float(name, f) => AttributeProto {
            name: name.into(),
            f,
            r#type: 1,
            ..empty
        },
        Attribute::Int(name, i) => AttributeProto {
            name: name.into(),
            i,
            r#type: 2,
            ..empty
        },
        Attribute::Ints(name, ints) => AttributeProto {
            name: name.into(),
            ints: ints.to_vec(),
            r#type: 7,
            ..empty
        },
    }
}

fn value_info(name: &str, element: Element, shape: &[Side]) -> ValueInfoProto {
    let dim = shape
        .iter()
        .map(|side| DimensionProto {
            value: Some(match side {
                Side::Known(side) => Dimension::Known(*side as i64),
                Side::Named(name) => Dimension::Named((*name).into()),
            }),
        })
        .collect();
    let elem_type = match element {
        Element::F32 => FLOAT,
        Element::I64 => INT64,
    };
    let tensor_type = TensorTypeProto {
        elem_type,
        shape: Some(TensorShapeProto { dim }),
    };
    ValueInfoProto {
        name: name.into(),
        r#type: Some(TypeProto {
            tensor_type: Some(tensor_type),
        }),
    }
}
