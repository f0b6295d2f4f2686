"""What those who give books away as plain text write around them: facts, terms and a licence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import unescape

from pipeline.narration.document import LeftOut

_TAG = re.compile(r"<[^<>]{1,300}>")
_ENDS = re.compile(r"</(?:p|div|li|h[1-6]|section)>", re.IGNORECASE)
_TAGS = rf"(?:{_TAG.pattern}\s*)*"
_MARK = re.compile(r"\*\*\* ?(START|END) OF (?:THE|THIS) PROJECT GUTENBERG EBOOK[^\n<*]{0,200}\**", re.IGNORECASE)
"""What is before the first and behind the second is about the file, not of the book."""
_SMALL = re.compile(r"\*END\*? ?THE SMALL PRINT[^\n]{0,200}(?=\s+\S)")
"""The end of the same in older files, which have no mark behind the book, but the book behind it."""
_CALLED = re.compile(r"^(?:The )?Project Gutenberg(?:'s)? E[Tt]ext of (.{1,100}?), by ([^\n]{1,100})$", re.MULTILINE)
_ANNOUNCED = re.compile(
    rf"(?:{_TAGS}(?:^|(?<=>))End of (?:the )?Project Gutenberg[^\n<]{{0,200}}\s*)?{_TAGS}\Z",
    re.IGNORECASE | re.MULTILINE,
)
"""What stands right before the second, and goes with it ..."""
_NEAR = 1000
"""... within so many characters: from each of many tags, a search would go through all that follow it."""
_BODY = re.compile(r"<body\b[^<>]{0,500}>", re.IGNORECASE)
_FACT = re.compile(r"^(Title|Author|Language): ([^\n]{1,200})$", re.MULTILINE)
_LANGUAGES = {
    **{"afrikaans": "af", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "czech": "cs", "danish": "da"},
    **{"dutch": "nl", "english": "en", "esperanto": "eo", "estonian": "et", "finnish": "fi", "french": "fr"},
    **{"german": "de", "greek": "el", "hebrew": "he", "hungarian": "hu", "icelandic": "is", "irish": "ga"},
    **{"italian": "it", "japanese": "ja", "latin": "la", "norwegian": "no", "polish": "pl", "portuguese": "pt"},
    **{"romanian": "ro", "russian": "ru", "serbian": "sr", "spanish": "es", "swedish": "sv", "welsh": "cy"},
}
"""As they are called there."""


@dataclass(frozen=True, slots=True)
class Framed:
    text: str
    """Of the book alone."""
    title: str
    author: str
    language: str
    left_out: tuple[LeftOut, ...]
    headings: frozenset[str] = frozenset()
    """Lines that are said to be some."""


def framed(text: str, name: str) -> Framed:
    """`name`: of the file."""
    return _framed(text, 0, len(text), name, str)


def framed_page(text: str, name: str) -> Framed:
    """The same of a page of HTML, which keeps its head."""
    body, end = _BODY.search(text), text.lower().rfind("</body")
    first, last = body.end() if body else 0, end if end >= 0 else len(text)
    found = _framed(text, first, last, name, _untagged)
    return replace(found, text=text[:first] + found.text + text[last:])


def _framed(text: str, first: int, last: int, name: str, said: Callable[[str], str]) -> Framed:
    marks = {mark[1].upper(): mark for mark in _MARK.finditer(text, first, last)}
    small = None if marks else _SMALL.search(text, first, last)
    start = marks["START"].end() if "START" in marks else small.end() if small else first
    mark = marks["END"].start() if "END" in marks and marks["END"].start() > start else last
    end = _begin(text, start, mark) if marks or small else last
    facts = {found[1]: " ".join(found[2].split()) for found in reversed(list(_FACT.finditer(said(text[first:start]))))}
    if small and "Title" not in facts and (called := _CALLED.search(text, first, start)):
        facts |= {"Title": called[1], "Author": called[2]}
    around = ((text[first:start], 1), (text[end:last], text.count("\n", 0, end) + 1))
    left_out = tuple(
        LeftOut("front matter", bare, f"{name}, line {line}") for part, line in around if (bare := said(part).strip())
    )
    language = _LANGUAGES.get(re.split(r"\W", facts.get("Language", ""), maxsplit=1)[0].lower(), "")
    return Framed(text[start:end], facts.get("Title", ""), facts.get("Author", ""), language, left_out)


def _begin(text: str, start: int, mark: int) -> int:
    """Of the second mark, with what announces it."""
    near = max(start, mark - _NEAR)
    found = _ANNOUNCED.search(text[near:mark])
    return near + found.start() if found else mark


def _untagged(text: str) -> str:
    return unescape(_TAG.sub("", _ENDS.sub("\n", text)))
