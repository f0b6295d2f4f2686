"""What marked-up text is made of: words, marks, and things that are said in some other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Op = Literal[
    "text",  # said as it stands
    "mark",  # not said: `kind` tells why
    "say",  # `words` are said instead
    "thing",  # the policy of its `kind` decides
    "enter",  # what follows, up to the matching "leave", is a heading, a link ...
    "leave",
    "power",  # an exponent
    "sign",  # the operator named `words` is said instead, if the language has words for formulas
    "phrase",  # the language's phrase named `words` is said instead, if it has one
    "name",  # a column's name, `words` with their marks, is said before its cell
    "pause",  # the voice should fall here, or (`words` are ",") rest a little
    "delimiter",  # may open or close emphasis; settled by `pipeline.text.spoken.marks.emphasis`
]


@dataclass(frozen=True, slots=True)
class Delimiter:
    opens: bool
    closes: bool
    inside: bool
    """Between two letters or digits of a script that puts spaces between words."""


@dataclass(slots=True)
class Atom:
    """`start`, `end` are offsets into the passage's text; kinds are those of `weaving.policies`."""

    op: Op
    start: int
    end: int
    kind: str = ""
    words: str = ""
    """What is said; of code, its language."""
    inner: tuple[int, int] | None = None
    """Where it stands without its marks: code, a formula, an exponent, the host of an address."""
    lines: int | None = 0
    """Of code that is over, None where nobody knows; 0 where there is nothing to tell of it here."""
    known: bool = False
    """What is entered need not be described: it goes on, or tells by itself what it is."""
    meant: Delimiter | None = None

    @property
    def core(self) -> tuple[int, int]:
        return self.inner or (self.start, self.end)
