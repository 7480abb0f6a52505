# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
"""Writes reference.json: what the base model says to a few texts, computed without any of our code.

The encoder is written out here in numpy with float64 numbers, from the definition of BERT; the
tokens come from the tokenizers package. Needs numpy, safetensors and tokenizers:

    python generate.py MODEL_FOLDER > reference.json

The adapter of the second part is made of sines, so that the test can make the same one.
"""

import json
import math
import sys

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HIDDEN, LAYERS, HEADS, MAX_TOKENS = 384, 6, 12, 128
RANK, ALPHA = 6, 12.0
TEXTS = [
    "",
    "law",
    "A writ ordering a person to attend a court.",
    "The branch of medicine concerned with the treatment of disorders of the blood; naïve café.",
    "Zürich 2026: 3.14159 << 日本語 #hash_tag@example \u200b e\u0301 [SEP] antidisestablishmentarianism",
    "a chemical element or alloy that is usually a good conductor of heat or electricity " * 12,
]

folder = sys.argv[1]
weights = {
    name: tensor.astype(np.float64)
    for name, tensor in load_file(f"{folder}/model.safetensors").items()
}
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(MAX_TOKENS)
erf = np.vectorize(math.erf)


def normalise(x, name):
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def linear(x, name, change=0.0):
    return x @ (weights[f"{name}.weight"] + change).T + weights[f"{name}.bias"]


def sines(rows, columns, number):
    """Values as the test makes them: rounded to float32."""
    values = 0.06 * np.sin(0.37 * np.arange(rows * columns) + number)
    return values.astype(np.float32).astype(np.float64).reshape(rows, columns)


def change(layer, projection, adapted):
    if not adapted or projection == "key":
        return 0.0
    number = 4 * layer + (2 if projection == "value" else 0)
    a, b = sines(RANK, HIDDEN, number), sines(HIDDEN, RANK, number + 1)
    return ALPHA / RANK * (b @ a)


def pooled(ids, adapted):
    embeddings = "embeddings.{}_embeddings.weight".format
    x = weights[embeddings("word")][ids] + weights[embeddings("position")][: len(ids)]
    x = normalise(x + weights[embeddings("token_type")][0], "embeddings.LayerNorm")
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}"

        def heads(projection):
            name = f"{prefix}.attention.self.{projection}"
            y = linear(x, name, change(layer, projection, adapted))
            return y.reshape(len(ids), HEADS, HIDDEN // HEADS).transpose(1, 0, 2)

        scores = heads("query") @ heads("key").transpose(0, 2, 1) / math.sqrt(HIDDEN // HEADS)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        context = (shares @ heads("value")).transpose(1, 0, 2).reshape(len(ids), HIDDEN)
        output = f"{prefix}.attention.output"
        x = normalise(linear(context, f"{output}.dense") + x, f"{output}.LayerNorm")
        wide = linear(x, f"{prefix}.intermediate.dense")
        wide = 0.5 * wide * (1.0 + erf(wide / math.sqrt(2.0)))
        x = normalise(linear(wide, f"{prefix}.output.dense") + x, f"{prefix}.output.LayerNorm")
    return [round(float(value), 6) for value in x.mean(0)]


cases = []
for text in TEXTS:
    ids = tokenizer.encode(text).ids
    cases.append(
        {"text": text, "ids": ids, "base": pooled(ids, False), "adapted": pooled(ids, True)}
    )
lines = ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
print(f'{{"rank": {RANK}, "alpha": {ALPHA}, "cases": [\n{lines}\n]}}')
