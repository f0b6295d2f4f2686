"""What those who give books away as plain text write around them: facts, terms and a licence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.narration.document import LeftOut

_MARK = re.compile(r"\*\*\* ?(START|END) OF (?:THE|THIS) PROJECT GUTENBERG EBOOK[^\n]{0,200}", re.IGNORECASE)
"""What is before the first and behind the second is about the file, not of the book."""
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


def framed(text: str, name: str) -> Framed:
    """`name`: of the file."""
    marks = {mark[1].upper(): mark for mark in _MARK.finditer(text)}
    start = marks["START"].end() if "START" in marks else 0
    end = marks["END"].start() if "END" in marks and marks["END"].start() > start else len(text)
    facts = {found[1]: " ".join(found[2].split()) for found in reversed(list(_FACT.finditer(text[:start])))}
    around = ((text[:start], 1), (text[end:], text.count("\n", 0, end) + 1))
    left_out = tuple(
        LeftOut("front matter", part.strip(), f"{name}, line {line}") for part, line in around if part.strip()
    )
    language = _LANGUAGES.get(re.split(r"\W", facts.get("Language", ""), maxsplit=1)[0].lower(), "")
    return Framed(text[start:end], facts.get("Title", ""), facts.get("Author", ""), language, left_out)
