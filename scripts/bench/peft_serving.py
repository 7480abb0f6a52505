# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
"""Measures PEFT as `bench_serving` measures our engine, and prints JSON of the same shape.

    OPENLEDGER_MODEL_DIR=FOLDER python peft_serving.py [--threads 2] [--rounds 20]

A batch of 32 rows with 32 adapters in one call (`adapter_names`), one adapter after the other
(`set_adapter` and a call per row), and the plain base model, at several lengths, on the CPU. First
of all PEFT has to agree with the reference that our own graph is tested against: what is timed is
the same function.

Needs the packages of peft-requirements.txt; `./scripts/bench.sh serving --with-peft` installs them.
"""

import argparse
import importlib.metadata
import json
import math
import os
import sys
import time
import warnings
from pathlib import Path

# Everything is in the model's folder: nothing is to be looked for in the network.
os.environ["HF_HUB_OFFLINE"] = "1"
# Threads that wait sleep, as our engine's do: spinning ones lose much time on a machine that does
# other things too. OMP_WAIT_POLICY=ACTIVE measures the other way.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
from transformers import BertModel
from transformers.utils import logging

# As in inference-worker/serving/examples/bench_serving.rs.
ROWS = 32
RANK = 8
ALPHA = 16.0
LENGTHS = [1, 4, 8, 16, 32]
WARM_UP_ROUNDS = 2

REFERENCE = Path(__file__).parents[2] / "inference-worker/serving/tests/golden/reference.json"
# What our own graph is held to.
TOLERANCE = 1e-4


def load(folder):
    """The encoder alone, in fp32, with the attention that transformers chooses itself."""
    model = BertModel.from_pretrained(
        folder, add_pooling_layer=False, dtype=torch.float32, local_files_only=True
    )
    return model.eval()


def pooled(model, ids, **options):
    """Mean of the last hidden states, `[rows, hidden]`: what our graph returns."""
    mask = torch.ones_like(ids)
    hidden = model(input_ids=ids, attention_mask=mask, **options).last_hidden_state
    keep = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * keep).sum(1) / keep.sum(1)


def lora(rank, alpha):
    return LoraConfig(
        r=rank, lora_alpha=alpha, target_modules=["query", "value"], inference_mode=True
    )


def with_adapters(model, adapters, rank, alpha):
    """The model with an adapter per entry of `adapters`: name -> tensors as in our artifacts."""
    names = list(adapters)
    model = get_peft_model(model, lora(rank, alpha), adapter_name=names[0])
    for name in names[1:]:
        model.add_adapter(name, lora(rank, alpha))
    for name, tensors in adapters.items():
        result = set_peft_model_state_dict(model, tensors, adapter_name=name)
        if result.unexpected_keys:
            sys.exit(f"PEFT does not know these tensors: {result.unexpected_keys}")
    return model.eval()


def tensors(config, rank, numbers):
    """An adapter's tensors by their PEFT names; `numbers(layer, projection, factor, shape)`."""
    result = {}
    for layer in range(config.num_hidden_layers):
        for projection in ("query", "value"):
            prefix = f"base_model.model.encoder.layer.{layer}.attention.self.{projection}"
            for factor, shape in (
                ("A", (rank, config.hidden_size)),
                ("B", (config.hidden_size, rank)),
            ):
                values = numbers(layer, projection, factor, shape)
                result[f"{prefix}.lora_{factor}.weight"] = values
    return result


def random_adapter(config, seed):
    """Numbers between -0.025 and 0.025, as in our benchmark."""
    generator = torch.Generator().manual_seed(seed)

    def numbers(layer, projection, factor, shape):
        return (torch.rand(shape, generator=generator) - 0.5) * 0.05

    return tensors(config, RANK, numbers)


def sines(layer, projection, factor, shape):
    """The reference's adapter."""
    number = 4 * layer + 2 * (projection == "value") + (factor == "B")
    angles = 0.37 * torch.arange(shape[0] * shape[1], dtype=torch.float64) + number
    return (0.06 * torch.sin(angles)).to(torch.float32).reshape(shape)


def difference_from_reference(folder):
    """The largest difference of PEFT from the reference, with and without its adapter."""
    reference = json.loads(REFERENCE.read_text())
    model = load(folder)
    adapter = tensors(model.config, reference["rank"], sines)
    model = with_adapters(model, {"sines": adapter}, reference["rank"], reference["alpha"])
    largest = 0.0
    for case in reference["cases"]:
        ids = torch.tensor([case["ids"]])
        for name, expected in (("sines", case["adapted"]), ("__base__", case["base"])):
            found = pooled(model, ids, adapter_names=[name])[0]
            largest = max(largest, (found - torch.tensor(expected)).abs().max().item())
    return largest


def percentiles(times):
    """Milliseconds of sorted nanoseconds, by nearest rank."""
    times = sorted(times)

    def at(share):
        return times[max(math.ceil(share * len(times)), 1) - 1] / 1e6

    return {"min": at(0.0), "p50": at(0.5), "p99": at(0.99)}


def measure(plain, model, names, length, rounds):
    """One length: the plain base model, the mixed batch, one adapter after the other."""
    ids = torch.tensor(
        [[1000 + (row * 7919 + i * 104729) % 28000 for i in range(length)] for row in range(ROWS)]
    )

    def one_after_the_other():
        answers = []
        for row, name in enumerate(names):
            model.set_adapter(name, inference_mode=True)
            answers.append(pooled(model, ids[row : row + 1]))
        return torch.cat(answers)

    def mixed_batch():
        return pooled(model, ids, adapter_names=names)

    difference = (mixed_batch() - one_after_the_other()).abs().max().item()
    if difference > TOLERANCE:
        sys.exit(f"PEFT's mixed batch differs from its rows alone by {difference}")

    variants = {
        "plain_base_ms": lambda: pooled(plain, ids),
        "mixed_batch_ms": mixed_batch,
        "one_run_per_adapter_ms": one_after_the_other,
    }
    times = {name: [] for name in variants}
    # In turns, so that a change of the machine's load meets all of them.
    for turn in range(rounds + WARM_UP_ROUNDS):
        for name, variant in variants.items():
            started = time.perf_counter_ns()
            variant()
            if turn >= WARM_UP_ROUNDS:
                times[name].append(time.perf_counter_ns() - started)
    result = {name: percentiles(each) for name, each in times.items()}
    plain_base, mixed, each = (result[name] for name in variants)
    return {
        "length": length,
        **result,
        "mixed_rows_per_second": ROWS * 1e3 / mixed["p50"],
        "one_run_per_adapter_rows_per_second": ROWS * 1e3 / each["p50"],
        "speedup": each["p50"] / mixed["p50"],
        "overhead_over_plain": mixed["p50"] / plain_base["p50"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    options.rounds = max(options.rounds, 1)
    folder = os.environ.get("OPENLEDGER_MODEL_DIR")
    if not folder or not Path(folder, "model.safetensors").is_file():
        sys.exit("OPENLEDGER_MODEL_DIR names no base model: run ./scripts/setup.sh")
    torch.set_num_threads(options.threads)
    torch.set_num_interop_threads(1)
    # Otherwise the pooler, which is left out, is reported as unexpected.
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    warnings.simplefilter("ignore", FutureWarning)
    load_average = os.getloadavg()[0]

    with torch.inference_mode():
        print("PEFT: comparing with the reference", file=sys.stderr)
        difference = difference_from_reference(folder)
        if difference > TOLERANCE:
            sys.exit(f"PEFT differs from the reference by {difference}")
        plain = load(folder)
        names = [f"adapter{number}" for number in range(ROWS)]
        adapters = {name: random_adapter(plain.config, seed) for seed, name in enumerate(names)}
        model = with_adapters(load(folder), adapters, RANK, ALPHA)
        batches = []
        for length in LENGTHS:
            print(f"PEFT: length {length}", file=sys.stderr)
            batches.append(measure(plain, model, names, length, options.rounds))

    packages = ("torch", "peft", "transformers")
    result = {
        "settings": {
            "threads": options.threads,
            "rows": ROWS,
            "adapters": ROWS,
            "rank": RANK,
            "rounds": options.rounds,
            "device": "cpu",
            "waiting_threads": os.environ["OMP_WAIT_POLICY"].lower(),
            "versions": {name: importlib.metadata.version(name) for name in packages},
        },
        "load_average_before": load_average,
        "largest_difference_from_reference": difference,
        "batches": batches,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
