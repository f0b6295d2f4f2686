"""Reads what is kept in one piece whatever stands in it: fences, tables, formulas, thoughts."""

from __future__ import annotations

import re

from pipeline.ground.unheard import HALF_OPENERS, mentioned, opened
from pipeline.text.sentences.draft import KEPT, LONGEST_BLOCK
from pipeline.text.sentences.reading import Text
from pipeline.text.sentences.state import State

TICKS = re.compile(r"`{1,40}|~{1,40}")
"""Begin and end a fence at a line's head, and code within a line."""

_TABLE_END = re.compile(r"(?=\n[ \t\r]{0,20}(?:[^|\s]|\n))")
_FORMULA = re.compile(r"\s*(\$\$|\\\[)(?!.*(?:\$\$|\\\]))(?:[ \t\r]*|.*\\.*)\Z")
"""The first line of a formula of several: nothing else, or a command."""
_TERM = r"[-+(|{]{0,2}\d{0,8}[^\W\d_]{1,2}"
_BELOW = re.compile(rf"\\|{_TERM}(?: ?[=^_+*/<>|\\]|[({{]| - )|[-+]?\d{{1,8}}(?: ?[=^\\]| [-+*/] )")
_HALF_BELOW = re.compile(r"[-+(|{]{0,2}\d{0,8}(?:[^\W\d_]{0,2}(?: -?)?| [+*/])\Z")
"""How a formula begins below what leads to it, and no words, as below a price: $$"""
_FORMULA_END = {
    mark: re.compile(rf"\S[ \t\r]{{0,20}}\n?[ \t\r]{{0,20}}{close}(?:[.,;](?=\s)|(?=[^.,;]))|\n[ \t\r]{{0,20}}\n")
    for mark, close in {"$$": r"\$\$", r"\[": r"\\\]"}.items()
}


def fence_end(ticks: str) -> re.Pattern[str]:
    """As many ticks as opened the fence, or more, alone on their line."""
    return re.compile(rf"\n[ \t\r]{{0,20}}{ticks[0]}{{{len(ticks)},40}}[ \t\r]{{0,20}}(?=\n)")


def is_danda(text: Text, i: int) -> bool:
    """Whether the bar at i is a full stop, as some type it in Hindi: not at a line's head, nor behind code or a letter
    of another script."""
    before = text.string[text.string.rfind("\n", 0, i) + 1 : i].rstrip()[-1:]
    return bool(before) and not (before.isascii() and (before.isalnum() or before in "`|"))


def read_bar(state: State, _: Text, i: int) -> None:
    """A bar at a line's head begins a table."""
    state.draft.at = i + 1
    if state.begins_line(i):
        state.begin_block(_TABLE_END)


def read_formula(state: State, text: Text, i: int) -> bool:
    """Whether the line whose end is at i begins a formula of several lines."""
    begun = _FORMULA.match(text.string, 0, i)
    mark = begun[1] if begun else _led_to(text, i)
    if mark:
        state.begin_block(_FORMULA_END[mark])
    return mark != ""


def _led_to(text: Text, i: int) -> str:
    """The mark at the line's end, if words lead to a formula that it begins; else ""."""
    head = text.string[text.string.rfind("\n", 0, i) + 1 : i].rstrip(" \t\r")
    mark = head[-2:]
    if mark not in _FORMULA_END:
        return ""
    before = text.string[: text.string.rfind(mark, 0, i)]
    if not before[-1:].isspace() or before.rstrip()[-1:] in ("", "$") or "$$" in before or r"\[" in before:
        return ""
    priced = mark == "$$" and head != mark and not text.finds(_BELOW, text.blank(i + 1), _HALF_BELOW)
    return "" if priced else mark


def read_unheard(state: State, text: Text, i: int) -> bool:
    """Whether <think>, or the like, stands at i: it ends the open sentence and begins a block, unless it is spoken
    of."""
    if text.string[i:].lower() in HALF_OPENERS:
        text.char(text.size)
    begun = opened(text.string, i)
    if begun is None:
        return False
    if mentioned(text.string[:i], text.char(begun[0])):
        state.draft.at = begun[0]
    elif state.draft.is_blank(i):
        state.draft.at = begun[0]
        state.begin_block(begun[1].closer)
    else:
        state.nest.close(0)
        state.draft.cut(i)
    return True


def read_block(state: State, end: re.Pattern[str], final: bool) -> bool:
    """Look for the end of the block; False when it has not come."""
    draft = state.draft
    match = end.search(draft.text + "\n" if final else draft.text, draft.at)
    if match is None:
        draft.hold()
        return False
    state.block = None
    draft.cut(min(match.end(), len(draft.text)), LONGEST_BLOCK)
    return True


def is_over(text: str, end: re.Pattern[str]) -> bool:
    """Whether the block would be over if the line ended here."""
    return end.search(text + "\n", max(0, len(text) - KEPT)) is not None
