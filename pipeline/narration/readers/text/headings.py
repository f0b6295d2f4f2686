"""Lines that stand over the chapters of a plain text, known by what chapters are called in many languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pipeline.ground.writing import HARD

_WORDS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_TITLE = r"[^\n.!?]{0,80}"
_ENTITLED = r"(?:[^\n.!?]|[.!?](?=\s?[\u2013\u2014-])|(?<=\b[DMS][rt])\.|(?<=\bMrs)\.){1,90}[.!?]?"
"""A title behind a stop: it may be a question, as no sentence goes on there."""
_COUNTING = r"\d〇零一二三四五六七八九十百千两兩廿卅"
"""Digits, also wide ones, and the Chinese numerals, which no range holds."""
_COUNTED = r"[\u7ae0\u56de\u7bc0\u8282\u8a71\u8bdd\u90e8\u5377\u7de8](?![\u76ee\u5206\u95e8\u9580\u961f\u968a])"
"""What they count; but in \u7b2c\u4e8c\u90e8\u5206, \u7b2c\u4e00\u56de\u76ee the sign goes on."""
_LARGE = r"(?:\d|(?-i:[A-Z\u00c0-\u00de\u0410-\u042f]))"


def is_heading(line: str) -> bool:
    return _HEADING.fullmatch(line) is not None


def is_bare(heading: str) -> bool:
    """Whether it says the number of a chapter alone: its title may follow."""
    return _BARE.fullmatch(heading) is not None


def is_part(heading: str) -> bool:
    """Whether it says which part of a book begins, with chapters in it."""
    return _PART.fullmatch(heading) is not None


def is_numeral(heading: str) -> bool:
    """Whether nothing but a Roman number says what it counts, with or without a title."""
    return _NUMERAL.fullmatch(heading) is not None


def counts_chapters(line: str) -> bool:
    """Whether it says which chapter begins: where lines do, numerals alone stand over parts of chapters, or verses."""
    return _CHAPTER.match(line) is not None and is_heading(line)


def is_title(line: str, *, stopped: bool = False) -> bool:
    """Whether a line behind such a heading is the title: no sentence, all of its words with large letters but small
    ones. `stopped`: a stop may be behind it."""
    line = line.removesuffix(".") if stopped else line
    words = re.findall(r"[^\W\d_]+", line)
    large = words and words[0][:1].isupper() and all(word[:1].isupper() or len(word) < 5 for word in words)
    return bool(large) and len(line) < 70 and not _SAID.search(line)


def as_one(headings: Iterable[str]) -> str:
    """Of those that stand over one another, a part's, a number, what it is called: no stop before a colon."""
    *above, last = headings
    return ": ".join([*(heading.rstrip(" .:") or heading for heading in above), last])


def announces(what: str, line: str) -> bool:
    """Whether it stands over a list for eyes: "contents", an "index", "notes"."""
    bare = line.lower().replace("i\u0307", "i").rstrip(".:")  # as the large letter of Turkish is made small
    return bare in _WORDS[what] or "".join(bare.split()) in _WORDS[what]


def _any(name: str) -> str:
    return f"(?:{'|'.join(_WORDS[name])})"


_NUMBER = r"(?:\d{1,3}|[IVXLC]{1,8})"
_NUMERAL = re.compile(r"(?!I [^.])[IVXLC]{1,7}(?:\.?|\.? [^\Wa-z][^a-z\n.!?]{2,80}\.?)")
_CHAPTER = re.compile(rf"{_any('chapters')}(?![^\W\d])", re.IGNORECASE)
_PARTS = (
    rf"{_any('parts')}(?::{_TITLE}| (?:the )?{_LARGE}\w{{0,20}}(?:\W{_TITLE})?)\.?",
    rf"{_any('parts')} {_any('ordinals')}(?:[:.] {_TITLE})?\.?",
    rf"(?:\d{{1,3}}\.|(?:the )?{_any('ordinals')}) {_any('parts')}(?:[:.] {_TITLE})?\.?",
)
_PART = re.compile("|".join(_PARTS), re.IGNORECASE)
_BARE = re.compile(rf"(?:{_any('chapters')} \w{{1,20}}|[IVXLC]{{1,7}})[.:]?", re.IGNORECASE)
_SAID = re.compile('["\u201c\u201d\u00ab\u00bb;]|[.!,:?\u2014-]$|\\bI\\b')
"""Marks of a sentence, of talk, or of a letter's beginning."""
_HEADING = re.compile(
    "|".join(
        (
            rf"{_any('chapters')}(?![^\W\d]){_TITLE}\.?",
            rf"{_any('chapters')} {_NUMBER}(?:[.:]|[.:]? ?[\u2013\u2014-]) ?{_ENTITLED}",
            rf"(?!(?:next|last|this|that)\b)\w{{1,20}}\.? {_any('chapters')}(?:[:.] {_TITLE})?",
            *_PARTS,
            rf"{_any('around')}(?:\.|\W[^\n.!?{HARD}]{{0,80}})?",
            rf"{_any('stages')} {_NUMBER}(?:\.?|\W{_TITLE}\.?|[.:] [^\n]{{1,90}})",
            rf"{_any('stages')} (?:(?:the )?{_any('ordinals')}|one|two|three|four|five)\.?",
            rf"(?:the )?{_any('ordinals')} {_any('stages')}\.?",
            rf"(?-i:{_NUMERAL.pattern})",
            rf"\u7b2c[{_COUNTING}]{{1,6}}{_COUNTED}[^\n\u3002]{{0,40}}",
            r"\uc81c ?\d{1,4} ?[\uc7a5\ubd80\ud654\ud3b8][^\n.]{0,40}",
        )
    ),
    re.IGNORECASE,
)
"""Chinese, Japanese and Korean have a sign around the number."""
