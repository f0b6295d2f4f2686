"""Reads the markers of lists: each begins an item, and ends the one before."""

from __future__ import annotations

from pipeline.text.sentences import lists
from pipeline.text.sentences.reading import Text
from pipeline.text.sentences.state import State


def read_marker(state: State, text: Text, i: int, opened: int | None = None) -> bool:
    """Whether the dot or bracket at i belongs to a marker; `opened` is where its bracket opened."""
    draft, mark = state.draft, text.string[i]
    if lists.is_marker(draft.text[:i]):
        if draft.text[i - 1] != "." and text.char(i + 1) in (" ", ")", "\n", "\t", ""):  # no 1.5; 1.) is one marker
            state.due = lists.due(draft.text[:i], mark)
        draft.at = i + 1
        return True
    if mark != state.due.mark:
        return False
    begin = lists.next_marker(text, i, state.due, state.words)
    if begin < 0:
        return False
    if lists.goes_on(text, begin, i, state.due):
        state.due = lists.due(draft.text[:i], mark)
        draft.at = i + 1
    else:
        draft.cut(begin if opened is None else opened)
    return True


def read_bullet(state: State, _: Text, i: int) -> None:
    """A bullet in the midst of a line begins an item."""
    draft = state.draft
    if i and draft.text[i - 1].isspace() and draft.is_solid(i):
        state.nest.close(0)
        draft.cut(i)
    else:
        draft.at = i + 1
