"""Reads the marks that may end a sentence: stops, pauses, the end of a line."""

from __future__ import annotations

from pipeline.ground.writing import BLANK
from pipeline.text.halftag import open_tag
from pipeline.text.sentences import blocks, boundary, items, lines
from pipeline.text.sentences.lists import Due
from pipeline.text.sentences.marks import HALF_STOPS, MORE_STOPS, RUN
from pipeline.text.sentences.reading import NO, Text
from pipeline.text.sentences.state import State


def read_stop(state: State, text: Text, i: int) -> None:
    """A mark that may end the sentence."""
    draft, nest = state.draft, state.nest
    if text.string[i] == BLANK and text.char(i + 1) != BLANK:
        draft.at = i + 1
        return
    if text.string[i - 1 : i] in (")", "]") and nest.aside:
        nest.close(0)  # "(a 2003(b, 2005)." - a bracket was forgotten, the sentence ends all the same
    if nest.marks:
        if not nest.speech:
            draft.at = i + 1
            return
        cut = boundary.ends_within(text, i, nest.marks[0].at - draft.base, state.words)
    elif text.string[i] == "." and items.read_marker(state, text, i):
        return
    else:
        cut = boundary.ends(text, i, state.words)
    if cut != NO and draft.is_solid(cut):
        draft.at = i + 1
        draft.cut(cut)
    else:
        draft.at = _behind(text, i, nest.marks != [])


def read_danda(state: State, text: Text, i: int) -> None:
    """A bar, which some type for the full stop of Hindi."""
    (read_stop if blocks.is_danda(text, i) else blocks.read_bar)(state, text, i)


def _behind(text: Text, i: int, within: bool) -> int:
    """What comes after the stops at i that ended nothing."""
    end = max(text.match(RUN, i), i + 1)
    return end if within else text.match(MORE_STOPS, end, HALF_STOPS)


def read_pause(state: State, text: Text, i: int) -> None:
    """A mark that ends a clause, and now and then the sentence."""
    cut = NO if state.nest.marks else boundary.pauses(text, i, state.words)
    state.draft.at = i + 1
    if cut != NO and state.draft.is_solid(cut):
        state.draft.cut(cut)


def read_picture(state: State, text: Text, i: int) -> None:
    """A picture, which some write instead of a stop."""
    cut = NO if state.nest.marks else boundary.ends_in_picture(text, i, state.words)
    state.draft.at = i + 1
    if cut != NO:
        state.draft.cut(cut)


def read_newline(state: State, text: Text, i: int) -> None:
    draft, length = state.draft, state.draft.base + i - state.line
    if draft.is_blank(i):
        blank = text.size - len(text.string[i:].lstrip())
        draft.drop(text.string.rfind("\n", i, blank) + 1)
    elif blocks.read_formula(state, text, i) or _within_tag(text, i):
        draft.at = i + 1
    elif lines.ends(text, i, length, state.margin, state.words):
        state.nest.close(0)
        draft.at = i + 1
        draft.cut(i)
        draft.drop(1)
    else:
        draft.at = i + 1
        state.margin = max(state.margin, length if length >= lines.WRAPPED else 0)
    state.line = draft.base + draft.at
    state.due = Due()


def _within_tag(text: Text, i: int) -> bool:
    """Whether a tag goes on behind the line that ends at i."""
    return open_tag(text.string, 0, i + 1) >= 0 and text.char(text.blank(i + 1)) != "\n"
