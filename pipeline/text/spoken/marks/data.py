"""Data that stands without a fence, as in JSON: where it begins, and where its brackets are closed again."""

from __future__ import annotations

import re
from dataclasses import dataclass

DATA = (
    r"[{\[][ \t]*\r?(?:\n|\Z)"  # a bracket alone on its line
    r'|\{[ \t]*"[^"\n]{1,80}"[ \t]*:'
    r'|\[[ \t]*\{[ \t]*(?:"|\r?\n|\Z)'
)
"""How their first line begins."""
_BEGIN = re.compile(rf"[ \t]*(?:{DATA})")
_JSON = re.compile(r'[{\[\s]*"')
_HEAD = 100
"""Characters."""
_TOLD = re.compile(r'\\.|["{}\[\]]|\n[ \t\r]*\n', re.DOTALL)


def begins_data(text: str, at: int) -> bool:
    """Whether data begin with the line at `at`."""
    return _BEGIN.match(text, at) is not None


@dataclass(slots=True)
class Data:
    """What is open of them, from passage to passage."""

    head: str = ""
    """How they begin."""
    lines: int = 0
    """Lines seen in earlier passages."""
    depth: int = 0
    quoted: bool = False

    @property
    def name(self) -> str:
        """Of the language, if it is known."""
        return "JSON" if _JSON.match(self.head) else ""

    def read(self, text: str, at: int) -> tuple[int, bool]:
        """Read on from `at`: where it stopped, and whether the data are over there. A blank line ends them at the
        latest, whatever was left open."""
        if len(self.head) < _HEAD:
            self.head += text[at : at + _HEAD]
        for found in _TOLD.finditer(text, at):
            mark = found[0]
            if mark[0] == "\n":
                return found.start(), True
            if mark == '"':
                self.quoted = not self.quoted
            elif not self.quoted and mark[0] != "\\":
                self.depth += 1 if mark in "{[" else -1
                if not self.depth:
                    return found.end(), True
        return len(text), False
