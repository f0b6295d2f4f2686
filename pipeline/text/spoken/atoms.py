"""What marked-up text is made of: words, marks, and things that are said in some other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Op = Literal[
    "text",  # said as it stands
    "mark",  # not said: `kind` tells why
    "say",  # `value` is said instead
    "thing",  # the policy of its `kind` decides; `value` holds what it needs for that
    "enter",  # what follows, up to the matching "leave", is a heading, a link ...
    "leave",
    "power",  # an exponent; `value` is where it stands
    "add",  # `value` is said, though the source does not have it
    "pause",  # the voice should fall here, or (value ",") rest a little
    "delimiter",  # may open or close emphasis; settled by `pipeline.text.spoken.emphasis`
]


@dataclass(slots=True)
class Atom:
    """`start`, `end` are offsets into the passage's text; kinds are those of `pipeline.text.spoken.policies`."""

    op: Op
    start: int
    end: int
    kind: str = ""
    value: object = None
