# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0

"""Writes embeddings.json: what BERT gives in double precision, by the formulas of its paper.

Needs numpy, safetensors and tokenizers. Usage: generate.py MODEL_FOLDER > embeddings.json
"""

import json
import math
import sys

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TEXTS = [
    "a legal document that conveys a right",
    "Naïve café: the PARTY who appeals!",
    "x",
]
folder = sys.argv[1]
config = json.load(open(f"{folder}/config.json"))
weights = {k: v.astype(np.float64) for k, v in load_file(f"{folder}/model.safetensors").items()}
erf = np.vectorize(math.erf)


def norm(x, name):
    x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt((x**2).mean(-1, keepdims=True) + config["layer_norm_eps"])
    return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def dense(x, name):
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def embed(tokens):
    x = weights["embeddings.word_embeddings.weight"][tokens]
    x = x + weights["embeddings.position_embeddings.weight"][: len(tokens)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    heads = config["num_attention_heads"]
    for i in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{i}"
        q, k, v = (
            dense(x, f"{layer}.attention.self.{part}").reshape(len(tokens), heads, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = q @ k.swapaxes(1, 2) / math.sqrt(q.shape[-1])
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        context = (scores / scores.sum(-1, keepdims=True)) @ v
        context = context.swapaxes(0, 1).reshape(len(tokens), -1)
        attention = f"{layer}.attention.output"
        x = norm(dense(context, f"{attention}.dense") + x, f"{attention}.LayerNorm")
        wide = dense(x, f"{layer}.intermediate.dense")
        wide = wide * 0.5 * (1 + erf(wide / math.sqrt(2)))
        x = norm(dense(wide, f"{layer}.output.dense") + x, f"{layer}.output.LayerNorm")
    return x.mean(0)


tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
tokenizer.no_padding()
tokenizer.no_truncation()
rows = []
for text in TEXTS:
    tokens = tokenizer.encode(text).ids
    embedding = [round(float(value), 7) for value in embed(tokens)]
    rows.append({"text": text, "tokens": tokens, "embedding": embedding})
json.dump(rows, sys.stdout, ensure_ascii=False)
print()
