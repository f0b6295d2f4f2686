"""A voice for piper in 1.5 kB, made in code: each phoneme id is a tone of its own, so that sound can be read back.

The model has Piper's inputs and output, and the one `Ceil` node from which piper takes its alignments. An id becomes a
tone of HOP * ceil(FRAMES * length scale) samples at BASE + STEP * id hertz; the ids 0 to 2 (pad, start, end) are
silent.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.engines.graph import Graph

HOP, FRAMES, BASE, STEP, SHIFT = 256, 3, 300.0, 40.0, 10.0
"""SHIFT: hertz from one speaker to the next."""


def make(
    folder: Path, name: str = "tiny", rate: int = 22050, speakers: int = 1, work: int = 0, voice: str = "en-us"
) -> Path:
    """`work`: matrix products per phoneme that change no sample; 60 make a sentence take about a tenth of a second."""
    import onnx
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    onnx.save(_model(rate, speakers, work), path)
    config = {
        "audio": {"sample_rate": rate}, "espeak": {"voice": voice}, "language": {"code": voice.replace("-", "_")},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8}, "hop_length": HOP,
        "phoneme_type": "espeak", "phoneme_id_map": DEFAULT_PHONEME_ID_MAP, "num_symbols": 256,
        "num_speakers": speakers,
        "speaker_id_map": {f"s{i}": i for i in range(speakers)} if speakers > 1 else {},
    }  # fmt: skip
    Path(f"{path}.json").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
    return path


def decode(sound: NDArray[Any], rate: int = 22050, length_scale: float = 1.0, speaker: int = 0) -> list[int]:
    """The phoneme ids that are heard, in order."""
    size, ids = int(np.ceil(FRAMES * length_scale)) * HOP, []
    sound = sound.astype(np.float64)
    silence = 0.001 * np.abs(sound).max(initial=1)
    for start in range(0, len(sound) - size + 1, size):
        tone = sound[start : start + size]
        if np.abs(tone).max() < silence:
            continue
        hertz = np.abs(np.fft.rfft(tone * np.hanning(size), 1 << 13)).argmax() * rate / (1 << 13)
        ids.append(round((hertz - BASE - SHIFT * speaker) / STEP))
    return ids


def _model(rate: int, speakers: int, work: int) -> Any:
    from onnx import TensorProto

    graph = Graph()
    const, node = graph.const, graph.node
    zero, one, two, long = const([0], np.int64), const([1], np.int64), const([2], np.int64), TensorProto.INT64
    ids = node("Slice", "input", zero, "input_lengths", one)
    pitch = node("Cast", ids, to=TensorProto.FLOAT)
    scale = node("Slice", "scales", one, two, zero)
    widths = node("Add", node("Mul", pitch, const(0.0)), node("Mul", scale, const([FRAMES])))
    frames = node("Ceil", node("Unsqueeze", widths, one))  # of each id, the same for all
    samples = node("Mul", node("ReduceMax", frames, keepdims=0), const(HOP))
    count = node("Cast", samples, to=long)
    clock = node("Cast", node("Range", const(0, np.int64), count, const(1, np.int64)), to=TensorProto.FLOAT)
    hertz = node("Add", node("Mul", pitch, const(STEP)), const(BASE))
    if speakers > 1:
        hertz = node("Add", hertz, node("Mul", node("Cast", "sid", to=TensorProto.FLOAT), const(SHIFT)))
    turns = node("Unsqueeze", node("Mul", hertz, const(2 * np.pi / rate)), two)
    tone = node("Sin", node("Mul", turns, clock))
    envelope = node("Sin", node("Div", node("Mul", clock, const(np.pi)), samples))  # no clicks
    voiced = node("Unsqueeze", node("Cast", node("Greater", ids, const(2, np.int64)), to=TensorProto.FLOAT), two)
    sound = node("Mul", node("Mul", node("Mul", tone, envelope), voiced), const(0.6))
    if work:
        square, load = const(np.eye(512) * 0.5), node("Mul", node("Unsqueeze", pitch, two), const(np.ones((1, 512))))
        for _ in range(work):
            load = node("MatMul", load, square)
        sound = node("Add", sound, node("Mul", node("ReduceMax", load, keepdims=0), const(0.0)))
    node("Reshape", sound, const([1, 1, 1, -1], np.int64), output="output")
    inputs = {"input": (long, ["n", "t"]), "input_lengths": (long, ["n"]), "scales": (TensorProto.FLOAT, [3])}
    inputs |= {"sid": (long, ["n"])} if speakers > 1 else {}
    return graph.model(inputs, {"output": (TensorProto.FLOAT, ["n", 1, 1, "time"])})
