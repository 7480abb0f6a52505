# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
"""Checks an exported graph with onnx.checker, shape inference included.

    python check_onnx.py GRAPH.onnx

Needs the onnx package. Prints one line and ends with 0 when the graph is valid.
"""

import sys

import onnx

path = sys.argv[1]
# By path, because the weights lie in another file.
onnx.checker.check_model(path, full_check=True)
model = onnx.load(path, load_external_data=False)
domains = sorted({node.domain for node in model.graph.node})
if domains != [""]:
    sys.exit(f"operators outside the standard set: {domains}")
inputs = [value.name for value in model.graph.input]
outputs = [value.name for value in model.graph.output]
if inputs[:3] != ["input_ids", "attention_mask", "slot"] or outputs != ["pooled"]:
    sys.exit(f"unexpected inputs or outputs: {inputs} {outputs}")
print(f"valid: {len(model.graph.node)} operators, {len(inputs)} inputs")
