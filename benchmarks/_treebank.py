"""Paragraphs of treebanks (CoNLL-U): where sentences end in text that nobody wrote for a test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from benchmarks._splitters import Splitter, solid, tokens

__all__ = ["boundaries", "language", "paragraphs"]

TOGETHER = 5
"""Sentences that make a paragraph in a treebank that marks none."""

_SPACELESS = frozenset({"zh", "ja"})
"""Languages whose sentences stand side by side with nothing between them."""


class Paragraph(NamedTuple):
    text: str
    sentences: list[str]


class Score(NamedTuple):
    right: int
    false: int
    missed: int

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.false + self.missed)


def boundaries(files: list[Path], peers: dict[str, Callable[[str], Splitter]], show: str) -> int:
    """A line for each treebank: how well the ends within its paragraphs are found. Returns 1 if a peer is better."""
    print("boundaries within paragraphs, F1".ljust(34), *(f"{name:>16}" for name in peers), "  ours: false, missed")
    behind = []
    for file in files:
        texts, code = paragraphs(file), language(file)
        scores = {name: score(make, code, texts, name == show) for name, make in peers.items()}
        total = sum(len(text.sentences) - 1 for text in texts)
        print(f"{file.stem[:24]:24} {total:9}", *(f"{s.f1:16.3f}" for s in scores.values()), end="", flush=True)
        print(f"   {scores['ours'].false:>5}, {scores['ours'].missed}" if "ours" in scores else "")
        if "ours" in scores and max(scores, key=lambda name: scores[name].f1) != "ours":
            behind.append(file.stem)
    print("a peer is better: " + ", ".join(behind) if behind else "no peer is better")
    return 1 if behind else 0


def score(make: Callable[[str], Splitter], code: str, texts: list[Paragraph], show: bool) -> Score:
    """Each paragraph is fed by token to a splitter of its own."""
    right = false = missed = 0
    for text in texts:
        splitter = make(code)
        found = [solid(s) for token in tokens(text.text) for s in splitter.feed(token)]
        found += map(solid, splitter.flush())
        got, wanted = inner_ends(filter(None, found)), inner_ends(map(solid, text.sentences))
        right, false, missed = right + len(got & wanted), false + len(got - wanted), missed + len(wanted - got)
        if show:
            _show(text.text, got, wanted)
    return Score(right, false, missed)


def inner_ends(sentences: Iterable[str]) -> set[int]:
    """Characters, white space aside, before each end of a sentence but the last."""
    return set(list(accumulate(map(len, sentences)))[:-1])


def _show(text: str, got: set[int], wanted: set[int]) -> None:
    letters = [i for i, char in enumerate(text) if not char.isspace()]
    for end in sorted(got ^ wanted):
        at = letters[end - 1] + 1
        print(f"  {'false ' if end in got else 'missed'}  {text[max(0, at - 60) : at]} ‖{text[at : at + 40]}")


def language(file: Path) -> str:
    """de_gsd-ud-test.conllu is German."""
    return file.name.partition("_")[0]


def paragraphs(file: Path) -> list[Paragraph]:
    """The paragraphs of several sentences, as they are marked; else so many sentences that follow one another."""
    blocks = file.read_text(encoding="utf-8").strip().split("\n\n")
    marked = any(_begins(block) for block in blocks)
    groups: list[list[str]] = []
    for number, block in enumerate(blocks):
        if not groups or (_begins(block, whole=True) if marked else number % TOGETHER == 0):
            groups.append([])
        groups[-1].append(block)
    spaceless = language(file) in _SPACELESS
    return [_paragraph(group, spaceless) for group in groups if len(group) > 1]


def _begins(block: str, whole: bool = False) -> bool:
    """Whether a sentence begins a paragraph, or a whole document."""
    mark = r"^# newpar|\bNewPar=Yes|^# newdoc" if whole else r"^# newpar|\bNewPar=Yes"
    return re.search(mark, block, re.MULTILINE) is not None


def _paragraph(blocks: list[str], spaceless: bool) -> Paragraph:
    text, sentences = "", list[str]()
    for block in blocks:
        sentence = re.search(r"^# text *=(.*)$", block, re.MULTILINE)
        if sentence is None:
            continue
        sentences.append(sentence[1].strip())
        last = block.rstrip().rpartition("\n")[2]
        text += sentences[-1] + ("" if spaceless or "SpaceAfter=No" in last else " ")
    return Paragraph(text.rstrip(), sentences)
