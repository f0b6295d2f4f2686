"""What a page shows as it was typed: code, and in older books verse, letters and title pages."""

from __future__ import annotations

import re

from pipeline.narration.readers.web.writing import Place, Writing

_FENCE = "```\n"
_VERSE = re.compile(r"(?:[^\W_]|[\s.,;:!?'\"()\u2018-\u201d\u00ab\u00bb\u2026\u2013\u2014-])*")
"""Letters and the marks of sentences; hardly a line of code does without any other."""
_BEGINS = re.compile("^[ \t]*[\"'(\u2018-\u201d\u00ab\u00bb\u2013\u2014]*([^\\W\\d_])", re.MULTILINE)
_LISTED = re.compile(r"^[ \t]*(?:[-\d]|\w[.)])", re.MULTILINE)
"""A line that would be read as the item of a list."""


class Typed:
    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._open = 0
        self._fresh = False
        """Nothing of it was written yet."""
        self._code = False

    def __bool__(self) -> bool:
        """Whether it goes on."""
        return self._open > 0

    def begin(self, *, named: bool) -> None:
        """`named`: it bears the name of a class, as programs give it to code."""
        self._writing.write(_FENCE)
        self._code = named or self._open > 0
        self._open += 1
        self._fresh = True

    def hold_code(self) -> None:
        self._code = True

    def write(self, text: str, language: str, source: int) -> None:
        text, self._fresh = text.removeprefix("\n") if self._fresh else text, False
        self._writing.write(text, language, source=source)

    def end(self, place: Place | None) -> None:
        """`place`: where it began."""
        self._open -= 1
        writing = self._writing
        text = writing.since(place).lstrip("\n") if place else ""
        if place and not self._code and _is_verse(text.removeprefix(_FENCE)):
            writing.drop(place, _FENCE)
        else:
            writing.put("```" if writing.tail().endswith("\n") else "\n```")


def _is_verse(text: str) -> bool:
    """Whether it is made of words, in lines of which most begin with a capital."""
    first = _BEGINS.findall(text)
    large = sum(letter.isupper() for letter in first)
    return len(first) > 1 and 2 * large > len(first) and not _LISTED.search(text) and bool(_VERSE.fullmatch(text))
