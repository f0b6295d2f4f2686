"""Sentence splitters beside ours, with one face: feed(text) and flush() give what is finished."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from pipeline.text import SentenceSplitter

__all__ = ["PEERS", "Splitter", "installed", "solid", "tokens"]


class Splitter(Protocol):
    def feed(self, text: str) -> Sequence[Any]: ...
    def flush(self) -> Sequence[Any]: ...


class Again:
    """A batch splitter, run on the open text at each token; all but its last sentence come out."""

    def __init__(self, split: Callable[[str], Sequence[str]]) -> None:
        self.split, self.text = split, ""

    def feed(self, text: str) -> list[str]:
        self.text += text
        out = []
        for sentence in self.split(self.text)[:-1]:
            if (found := sentence.strip()) and (at := self.text.find(found)) >= 0:
                out.append(found)
                self.text = self.text[at + len(found) :]
        return out

    def flush(self) -> Sequence[str]:
        return self.split(self.text) if self.text.strip() else []


def pysbd(language: str) -> Splitter:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pysbd
        from pysbd.languages import LANGUAGE_CODES
    return Again(pysbd.Segmenter(language if language in LANGUAGE_CODES else "en", clean=False).segment)


def sentencex(language: str) -> Splitter:
    import sentencex

    return Again(lambda text: list(sentencex.segment(language, text)))


class SentenceStream:
    def __init__(self, language: str) -> None:
        import sentence_stream

        self.detector = sentence_stream.SentenceBoundaryDetector()

    def feed(self, text: str) -> list[str]:
        return list(self.detector.add_chunk(text))

    def flush(self) -> list[str]:
        return [rest] if (rest := self.detector.finish()) else []


PEERS: dict[str, Callable[[str], Splitter]] = {
    "ours": SentenceSplitter,
    "sentence-stream": SentenceStream,
    "pysbd": pysbd,
    "sentencex": sentencex,
}


def installed(names: str) -> Iterator[tuple[str, Callable[[str], Splitter]]]:
    """Those of the named splitters that can be imported here."""
    for name in names.split(","):
        try:
            PEERS[name]("en")
        except ImportError:
            print(f"{name}: not installed, left out")
        else:
            yield name, PEERS[name]


def tokens(text: str) -> list[str]:
    """Pieces such as a model's: the space in front of its word."""
    return re.findall(r" ?\w{1,5}|\s+|[^\w\s]", text)


def solid(sentence: Any) -> str:
    return "".join(getattr(sentence, "text", sentence).split())
