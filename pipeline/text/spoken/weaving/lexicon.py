"""A pronunciation lexicon: words and phrases that a voice gets wrong, and how to say them.

A plain file, UTF-8, one entry a line:

    # comment
    nginx = engine x              all in lower case: found in any case
    SQL = sequel                  with a capital: found only as written
    Data General Eclipse = ...    a phrase; any white space fits its spaces
    [de]                          from here on for German only (also deu, de-AT ...)
    Chef = Scheff
    [*]                           for every language again

Words are matched whole, the longest entry first, a language's own before those for every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import InvalidRequest
from pipeline.ground.languages import uniform, usual
from pipeline.ground.writing import unspaced
from pipeline.text.spoken.weaving.speech import Piece, Speech

_SECTION = re.compile(r"\[\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*|\*)\s*\]")
_MOST_BYTES, _MOST_ENTRIES, _LONGEST, _LONGEST_SAYING = 2_000_000, 50_000, 100, 300
_EVERY = "*"
_WITHIN = "'\u2019-"
"""What words have in them: 's stays with its own."""
_SAID = ""  # the key under which a node of the tree keeps what is said: {spelling, or "" for any: how to say it}

_Tree = dict[str, Any]


class Lexicon:
    """Entries by language, each language a tree of characters: a search walks it once from the start of each word."""

    def __init__(self) -> None:
        self._trees: dict[str, _Tree] = {}
        self._size = 0
        self.entries: dict[str, dict[str, str]] = {}
        """By language, "*" for every one: as `of` takes them."""

    @classmethod
    def read(cls, path: Path | str) -> Lexicon:
        """Raises InvalidRequest that names the line, for a file that cannot be read as a lexicon."""
        try:
            with open(path, "rb") as file:
                raw = file.read(_MOST_BYTES + 1)
        except OSError as error:
            raise InvalidRequest(f"The lexicon {path} cannot be read: {error.strerror}.") from error
        if len(raw) > _MOST_BYTES:
            raise InvalidRequest(f"The lexicon {path} is larger than {_MOST_BYTES // 1_000_000} MB.")
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InvalidRequest(f"The lexicon {path} is not UTF-8 text (byte {error.start + 1:,}).") from error
        lexicon, language = cls(), _EVERY
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if section := _SECTION.fullmatch(line):
                language = section[1]
                continue
            word, sign, saying = line.partition("=")
            where = f"The lexicon {path}, line {number}"
            if not sign:
                raise InvalidRequest(f'{where}: write "word = how to say it".')
            lexicon._add(word.strip(), saying.strip(), language, where)
        return lexicon

    @classmethod
    def of(cls, entries: Mapping[str, str | Mapping[str, str]]) -> Lexicon:
        """From {"word": "how to say it"}; an entry whose value is a mapping holds those of one language:
        {"nginx": "engine x", "de": {"Chef": "Scheff"}}. Raises InvalidRequest."""
        lexicon = cls()
        for word, saying in entries.items():
            if isinstance(saying, Mapping):
                if not _SECTION.fullmatch(f"[{word}]"):
                    raise InvalidRequest(
                        f"The lexicon has entries for {word!r}, which is no language such as en or de-AT."
                    )
                for inner, said in saying.items():
                    lexicon._add(inner, said, word, f"The lexicon, language {word}")
            else:
                lexicon._add(word, saying, _EVERY, "The lexicon")
        return lexicon

    def __len__(self) -> int:
        return self._size

    def _add(self, word: str, saying: str, language: str, where: str) -> None:
        if not isinstance(word, str) or not isinstance(saying, str):
            raise InvalidRequest(f"{where}: words and how to say them are text.")
        key = " ".join(_fold(word).split())
        saying = " ".join(saying.split())
        if not key or not saying:
            raise InvalidRequest(f"{where}: a word and how to say it, neither may be empty.")
        if len(key) > _LONGEST or len(saying) > _LONGEST_SAYING:
            raise InvalidRequest(f"{where}: at most {_LONGEST} characters, said in at most {_LONGEST_SAYING}.")
        if self._size >= _MOST_ENTRIES:
            raise InvalidRequest(f"{where}: more than {_MOST_ENTRIES} entries.")
        node = self._trees.setdefault(_names(language)[0], {})
        for char in key:
            node = node.setdefault(char, {})
        spelling = " ".join(word.split()).replace("\u2019", "'")
        self.entries.setdefault(language, {})[word] = saying
        node.setdefault(_SAID, {})["" if spelling == spelling.lower() else spelling] = saying
        self._size += 1

    def find(self, text: str, language: str = "en") -> Iterator[tuple[int, int, str]]:
        """Start, end and saying of each entry found, in order, none over another."""
        trees = [tree for name in _names(language) if (tree := self._trees.get(name))]
        folded = _fold(text)
        at, inside = 0, False
        while trees and at < len(folded):
            letter = _letter(folded[at])
            hit = None if (inside and letter) or folded[at].isspace() else _longest(trees, folded, text, at)
            if hit:
                yield at, *hit
                letter = _letter(folded[hit[0] - 1])
            at, inside = hit[0] if hit else at + 1, letter

    def apply(self, speech: Speech, language: str) -> None:
        """Put the sayings in place; each piece of speech goes on pointing at the source's own words."""
        text = "".join(piece.text for piece in speech.pieces)
        hits = [(start, end, _spaced(text, start, end, said)) for start, end, said in self.find(text, language)]
        if hits:
            speech.pieces = list(_replaced(speech.pieces, hits))


def _spaced(text: str, start: int, end: int, saying: str) -> str:
    """Not stuck to the words beside it, as the % in 5% is."""
    before = start > 0 and _letter(text[start - 1]) and text[start] not in _WITHIN and _letter(saying[0])
    after = end < len(text) and _letter(text[end]) and text[end - 1] not in _WITHIN and _letter(saying[-1])
    return " " * before + saying + " " * after


def _replaced(pieces: list[Piece], hits: list[tuple[int, int, str]]) -> Iterator[Piece]:
    """The pieces with each hit's stretch of them said otherwise."""
    queue = iter(hits)
    hit = next(queue, None)
    begin = 0  # of the piece, in what was said before
    open_: Piece | None = None  # the saying of a hit that began in an earlier piece
    for piece in pieces:
        end = begin + len(piece.text)
        at = begin
        while hit and hit[0] < end:
            start, stop, saying = hit
            if open_ is None:
                if start > at:
                    yield _cut(piece, at - begin, start - begin)
                open_ = Piece(saying, -1, -1)
            part = _cut(piece, max(start, begin) - begin, min(stop, end) - begin)
            if part.start >= 0:
                open_.start = part.start if open_.start < 0 else open_.start
                open_.end = part.end
            at = min(stop, end)
            if stop > end:
                break
            yield open_
            open_, hit = None, next(queue, None)
        if at < end:
            yield _cut(piece, at - begin, end - begin)
        begin = end


def _cut(piece: Piece, start: int, end: int) -> Piece:
    """`text[start:end]` of it. What is not literal points at the whole of its source however small the part."""
    if piece.literal:
        return Piece(piece.text[start:end], piece.start + start, piece.start + end, literal=True)
    return Piece(piece.text[start:end], piece.start, piece.end)


def _longest(trees: list[_Tree], folded: str, text: str, start: int) -> tuple[int, str] | None:
    """Where the longest entry that begins at `start` ends, and how it is said; among equals the first tree's."""
    best: tuple[int, str] | None = None
    for node in trees:
        at = start
        while at < len(folded):
            space = folded[at].isspace()
            following = node.get(" " if space else folded[at])
            if following is None:
                break
            node = following
            at += 1
            while space and at < len(folded) and at - start < 2 * _LONGEST and folded[at].isspace():
                at += 1
            said = node.get(_SAID)
            if said and (best is None or at > best[0]) and _word_ends(folded, at):
                saying = said.get(" ".join(text[start:at].split()).replace("\u2019", "'"), said.get(""))
                if saying is not None:
                    best = at, saying
    return best


def _word_ends(folded: str, at: int) -> bool:
    return at == len(folded) or not (_letter(folded[at - 1]) and _letter(folded[at]))


def _names(language: str) -> list[str]:
    """The sections that hold for a language, its own first: de-at, de, *."""
    parts = [usual(language), *uniform(language).split("-")[1:]]
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)] + [_EVERY]


def _fold(text: str) -> str:
    """In lower case, character for character: offsets stay true."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return folded.replace("\u2019", "'")


def _letter(char: str) -> bool:
    """Of a word that goes on behind it."""
    known = char.isalnum() or char == "_" or "\u0300" <= char <= "\u036f" or "\u0900" <= char <= "\u0dff"
    return known and not unspaced(char)
