"""Reads the marks that open and close: quotations, brackets, inline code."""

from __future__ import annotations

from pipeline.ground.unheard import SIGNS
from pipeline.text.sentences import blocks, boundary, items, nesting
from pipeline.text.sentences.marks import PAIRS, QUOTES, TITLES, TYPED
from pipeline.text.sentences.nesting import Open
from pipeline.text.sentences.reading import NO, Text
from pipeline.text.sentences.state import State
from pipeline.text.sentences.stop import closed, stop_before


def read_mark(state: State, text: Text, i: int) -> None:
    """A mark that opens or closes a quotation or bracket."""
    draft, nest, char = state.draft, state.nest, text.string[i]
    if char in SIGNS and blocks.read_unheard(state, text, i):
        return
    depth = nest.closes(char)
    if (char == "(" or (char == ")" and depth < 0)) and boundary.is_smile(text, i):
        _smile(state, text, i)
        return
    if depth >= 0 and nesting.is_closing(text, i):
        _close(state, text, i, depth)
    elif nesting.opens(text, i):
        if depth >= 0 and char in QUOTES:
            nest.close(depth)
        nest.push(Open(char, PAIRS[char], draft.base + i))
        draft.at = i + 1
    elif char != ")" or not items.read_marker(state, text, i):
        if nesting.opens_mirrored(text, i):
            nest.push(Open("(", "(", draft.base + i))
        draft.at = i + 1


def _smile(state: State, text: Text, i: int) -> None:
    """A smile, which some write instead of a stop: It works :) Thank you."""
    ends = not state.nest.marks and text.char(i + 1) == " " and text.char(text.blank(i + 1)).isupper()
    state.draft.at = i + 1
    if ends:
        state.draft.cut(i + 1)


def _close(state: State, text: Text, i: int, depth: int) -> None:
    """Close what was opened at this depth. Behind the outermost, if a stop stands inside, the sentence may end."""
    draft, nest = state.draft, state.nest
    mark = nest.marks[depth].mark
    begin = max(0, nest.marks[depth].at - draft.base)
    if depth == 0:
        if mark == "(" and items.read_marker(state, text, i, begin):
            nest.close(0)
            return
        stop = -1 if mark in TITLES + "<" else stop_before(text, i, state.stops)  # a title says nothing
        if stop < 0 and mark in QUOTES and text.string[i - 1] in "—–":
            stop = i - 1  # somebody was cut off
        cut = NO if stop < 0 else boundary.ends(text, stop, state.words, closed(text, begin, i + 1))
        if cut != NO and draft.is_solid(cut):
            nest.close(0)
            draft.cut(cut)
            return
    nest.close(depth)
    draft.at = i + 1


def read_ticks(state: State, text: Text, i: int) -> None:
    """Backticks or tildes: a fence at a line's head, else inline code."""
    nest = state.nest
    end = text.match(blocks.TICKS, i)
    run = text.string[i:end]
    state.draft.at = end
    if len(run) >= 3 and state.begins_line(i):
        state.begin_block(blocks.fence_end(run))
    elif run[0] == "~":
        return
    elif nest.code:
        if nest.code == run:
            nest.marks.pop()
    elif run == TYPED and (depth := nest.closes(run)) >= 0:
        nest.close(depth)
    elif not text.string[i - 1 : i].isalnum() and not text.char(end).isspace():  # else an accent or apostrophe
        mark, closers = (TYPED, "'" + TYPED) if run == TYPED else ("`", run)
        nest.push(Open(mark, closers, state.draft.base + i))
