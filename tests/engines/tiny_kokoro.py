"""A model for kokoro-onnx in 1 kB, and two voices, made in code: each token is a tone of its own.

A token becomes int(SAMPLES / speed) samples of a tone at BASE + STEP * token hertz, and SHIFT more for a style of 1;
the pad, 0, is silent. The styles are 0, 1, 2 and 3.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.engines.graph import Graph

RATE, SAMPLES, BASE, STEP, SHIFT = 24000, 600, 200.0, 30.0, 4.0


def make(folder: Path, *, timed: bool = False) -> tuple[Path, Path]:
    """`timed`: the model tells how long each token is, as those since 1.1 do."""
    import onnx

    folder.mkdir(parents=True, exist_ok=True)
    model, voices = folder / "tiny-kokoro.onnx", folder / "tiny-voices.npz"
    onnx.save(_model(timed), model)
    styles = {
        name: np.full((510, 1, 256), n, np.float32)
        for n, name in enumerate(("af_tiny", "am_tiny", "bf_tiny", "ef_tiny"))
    }
    np.savez_compressed(voices, **styles)  # type: ignore[arg-type]
    return model, voices


def decode(sound: NDArray[Any]) -> list[int]:
    """The tokens that are heard, in order; of speed 1."""
    ids, silence = [], 0.001 * np.abs(sound).max()
    for start in range(0, len(sound) - SAMPLES + 1, SAMPLES):
        tone = sound[start : start + SAMPLES].astype(np.float64)
        if np.abs(tone).max() >= silence:
            hertz = np.abs(np.fft.rfft(tone * np.hanning(SAMPLES), 1 << 13)).argmax() * RATE / (1 << 13)
            ids.append(round((hertz - BASE) / STEP))
    return ids


def _model(timed: bool) -> Any:
    from onnx import TensorProto

    graph = Graph()
    const, node = graph.const, graph.node
    last = const([2], np.int64)
    pitch = node("Cast", "input_ids", to=TensorProto.FLOAT)
    shift = node("Mul", node("ReduceMean", "style", keepdims=0), const(SHIFT))
    hertz = node("Add", node("Add", node("Mul", pitch, const(STEP)), const(BASE)), shift)
    turns = node("Unsqueeze", node("Mul", hertz, const(2 * np.pi / RATE)), last)
    samples = node("Div", const(SAMPLES), node("ReduceMax", "speed", keepdims=0))
    count = node("Cast", samples, to=TensorProto.INT64)
    clock = node("Cast", node("Range", const(0, np.int64), count, const(1, np.int64)), to=TensorProto.FLOAT)
    tone = node("Sin", node("Mul", turns, clock))
    envelope = node("Sin", node("Div", node("Mul", clock, const(np.pi)), samples))
    voiced = node("Cast", node("Greater", "input_ids", const(0, np.int64)), to=TensorProto.FLOAT)
    sound = node("Mul", node("Mul", tone, envelope), node("Unsqueeze", voiced, last))
    node("Reshape", sound, const([-1], np.int64), output="audio")
    outputs = {"audio": (TensorProto.FLOAT, ["n"])}
    if timed:
        same = node("Mul", "input_ids", const(0, np.int64))
        node("Reshape", node("Add", same, const(2, np.int64)), const([-1], np.int64), output="duration")
        outputs["duration"] = (TensorProto.INT64, ["t"])
    inputs = {
        "input_ids": (TensorProto.INT64, [1, "t"]),
        "style": (TensorProto.FLOAT, [1, 256]),
        "speed": (TensorProto.FLOAT, [1]),
    }
    return graph.model(inputs, outputs)
