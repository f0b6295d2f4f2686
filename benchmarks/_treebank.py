"""Paragraphs of treebanks (CoNLL-U), to see where sentences end in text that nobody wrote for a test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["Paragraph", "language", "paragraphs"]

TOGETHER = 5
"""Sentences that make a paragraph in a treebank that marks none."""

_SPACELESS = frozenset({"zh", "ja"})
"""Languages whose sentences stand side by side with nothing between them."""


class Paragraph(NamedTuple):
    text: str
    sentences: list[str]


def language(file: Path) -> str:
    """de_gsd-ud-test.conllu is German."""
    return file.name.partition("_")[0]


def paragraphs(file: Path) -> list[Paragraph]:
    """The paragraphs of several sentences, as marked; else so many sentences that follow one another."""
    found, marked = _sentences(file)
    spaceless = language(file) in _SPACELESS
    groups: list[list[tuple[str, bool]]] = []
    for number, (text, begins, space) in enumerate(found):
        if begins if marked else number % TOGETHER == 0:
            groups.append([])
        groups[-1:] = [(groups[-1] if groups else []) + [(text, space and not spaceless)]]
    return [
        Paragraph("".join(text + " " * space for text, space in group).rstrip(), [text for text, _ in group])
        for group in groups
        if len(group) > 1
    ]


def _sentences(file: Path) -> tuple[list[tuple[str, bool, bool]], bool]:
    """(text, whether it begins a paragraph, whether a space follows) of each, and whether paragraphs are marked."""
    found, marked = [], False
    for block in _blocks(file):
        text = re.search(r"^# text = (.*)$", block, re.MULTILINE)
        if text is None:
            continue
        paragraph = re.search(r"^# newpar|\bNewPar=Yes", block, re.MULTILINE) is not None
        begins = paragraph or re.search(r"^# newdoc", block, re.MULTILINE) is not None
        marked |= paragraph
        last = block.rstrip().rpartition("\n")[2]
        found.append((text[1].strip(), begins, "SpaceAfter=No" not in last))
    return found, marked


def _blocks(file: Path) -> Iterator[str]:
    yield from file.read_text(encoding="utf-8").strip().split("\n\n")
