"""Cells of tables in which an emoji is the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.text.spoken.emoji import emoji_name
from pipeline.text.spoken.marks.atoms import Atom

_YES, _NO = re.compile(r"\bcheck"), re.compile(r"\b(?:cross mark|ballot x|multiplication x|x\Z)")
"""In names of emoji."""


def answer(emoji: str) -> str:
    """What it answers, yes or no; "" if it does not."""
    name = emoji_name(emoji)
    return "yes" if _YES.search(name) else "no" if _NO.search(name) else ""


def is_verdict(text: str, inside: Sequence[Atom]) -> bool:
    """Whether a cell that holds these, or more, is an emoji alone; or begins with one for yes or no, and goes on with a
    remark on it: ❌ (planned). What stands behind it otherwise tells by itself: ❌ None."""
    emoji, behind = inside
    if (emoji.op, emoji.kind) != ("thing", "emoji"):
        return False
    remark = behind.op == "text" and text[behind.start : behind.end].lstrip().startswith(tuple("(,;–—"))
    return behind.op == "leave" or (remark and answer(text[emoji.start : emoji.end]) != "")
