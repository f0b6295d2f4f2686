"""The smallest model that llama.cpp runs: one layer of random numbers, and words that mean nothing together."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

WORDS = (
    "the river was slow and cold that evening so they walked along it without a word until lamps came on in town . , "
    "when morning broke an old boat lay there half full of rain while somebody sang about bread salt stars"
).split()
ROOM = 4096
"""Tokens."""
_WIDE = 32
_HEADS = 2
_INNER = 64
_UNKNOWN, _CONTROL, _BYTE, _NORMAL = 2, 3, 6, 1
_ALIGN = 32
_TYPES = {bool: 7, int: 4, float: 6, str: 8}
"""As GGUF numbers them: bool, uint32, float32, string."""


def write(path: Path, *, seed: int = 1) -> Path:
    tokens, kinds = _vocabulary()
    facts: dict[str, Any] = {
        "general.architecture": "llama",
        "general.name": "tiny",
        "llama.context_length": ROOM,
        "llama.embedding_length": _WIDE,
        "llama.block_count": 1,
        "llama.feed_forward_length": _INNER,
        "llama.attention.head_count": _HEADS,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": _WIDE // _HEADS,
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": [-float(number) for number in range(len(tokens))],
        "tokenizer.ggml.token_type": np.array(kinds, dtype="<i4"),
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
    }
    tensors = _weights(kinds, np.random.default_rng(seed))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(facts))
    head += b"".join(_text(name) + _value(value) for name, value in facts.items())
    at = 0
    for name, tensor in tensors.items():
        sizes = tensor.shape[::-1]
        head += _text(name) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, 0, at)
        at += _padded(tensor.nbytes)
    body = b"".join(tensor.tobytes().ljust(_padded(tensor.nbytes), b"\0") for tensor in tensors.values())
    path.write_bytes(head.ljust(_padded(len(head)), b"\0") + body)
    return path


def _vocabulary() -> tuple[list[str], list[int]]:
    bytes_ = [f"<0x{number:02X}>" for number in range(256)]
    words = [word if word in ".," else "▁" + word for word in WORDS]
    tokens = ["<unk>", "<s>", "</s>", *bytes_, *words]
    return tokens, [_UNKNOWN, _CONTROL, _CONTROL, *[_BYTE] * len(bytes_), *[_NORMAL] * len(words)]


def _weights(kinds: Sequence[int], chance: np.random.Generator) -> dict[str, np.ndarray]:
    def some(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.3, shape).astype("<f4")

    known, say = some(len(kinds), _WIDE), some(len(kinds), _WIDE)
    known[:, 0] = 4  # the same for all, so that the last layer can tell words, which it says, from what it never does
    say[:, 0] = [3 if kind == _NORMAL else -9 for kind in kinds]
    say[len(kinds) - len(WORDS) + WORDS.index("."), 0] = 3.6  # sentences of some ten words
    ones = np.ones(_WIDE, dtype="<f4")
    return {
        "token_embd.weight": known,
        "output_norm.weight": ones,
        "output.weight": say,
        "blk.0.attn_norm.weight": ones,
        "blk.0.attn_q.weight": some(_WIDE, _WIDE),
        "blk.0.attn_k.weight": some(_WIDE, _WIDE),
        "blk.0.attn_v.weight": some(_WIDE, _WIDE) / 10,
        "blk.0.attn_output.weight": some(_WIDE, _WIDE) / 10,
        "blk.0.ffn_norm.weight": ones,
        "blk.0.ffn_gate.weight": some(_INNER, _WIDE) / 10,
        "blk.0.ffn_up.weight": some(_INNER, _WIDE) / 10,
        "blk.0.ffn_down.weight": some(_WIDE, _INNER) / 10,
    }


def _value(value: Any) -> bytes:
    if isinstance(value, np.ndarray):
        return struct.pack("<IIQ", 9, 5, len(value)) + value.tobytes()  # an array, of int32
    if isinstance(value, list):
        return struct.pack("<IIQ", 9, _TYPES[type(value[0])], len(value)) + b"".join(map(_bare, value))
    return struct.pack("<I", _TYPES[type(value)]) + _bare(value)


def _bare(value: Any) -> bytes:
    if isinstance(value, str):
        return _text(value)
    return struct.pack("<f" if isinstance(value, float) else "<I", value)


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def _padded(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN
