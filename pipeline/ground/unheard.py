"""What models write and nobody is meant to hear, and the marks between which it stands: what they think, and what they
ask of machines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_THOUGHTS = (
    "think thinking thought thoughts reasoning reflection scratchpad seed:think longcat_think antthinking "
    "inner_monologue thought_process"
).split()
_CALLS = (
    "tool_call tool_calls tool_response function_call function_calls function_results seed:tool_call "
    "minimax:tool_call longcat_tool_call"
).split()
_MARKS = {
    "[THINK]": "[/THINK]",
    "\u25c1think\u25b7": "\u25c1/think\u25b7",
    "<|START_THINKING|>": "<|END_THINKING|>",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|inner_prefix|>": "<|inner_suffix|>",
    "<|channel>thought": "<channel|>",
}
_CALLING = {
    "<|START_ACTION|>": "<|END_ACTION|>",
    "<|tool_calls_section_begin|>": "<|tool_calls_section_end|>",
    "<|tool_call>": "<tool_call|>",
    "<|tool_response>": "<tool_response|>",
    "<|python_tag|>": "<|eom_id|>",
    "<function=": "</function>",
    "<\uff5ctool\u2581calls\u2581begin\uff5c>": "<\uff5ctool\u2581calls\u2581end\uff5c>",
}
_CHANNELS = {
    "<|channel|>analysis": "thinking",
    "<|channel|>analysis<|message|>": "thinking",
    "<|start|>assistant<|channel|>analysis": "thinking",
    "<|start|>assistant<|channel|>analysis<|message|>": "thinking",
    "<|channel|>commentary to=": "html",
    "<|start|>assistant<|channel|>commentary to=": "html",
    "<|start|>assistant to=": "html",
    "<|start|>functions.": "html",
}
"""Of OpenAI's harmony: what is on them is not for the listener ..."""
_HEADS = tuple(f"{start}<|channel|>{name}" for start in ("", "<|start|>assistant") for name in ("final", "commentary"))
"""... and what is on these is, but not their heads."""
_ENDS = ("<|end|>", "<|call|>", "<|return|>")
_NEXT = ("<|start|>assistant<|channel|>final", "<|channel|>final")
_TWINS = ("think", "thinking")
"""Some open the one and close the other."""

_QUOTING = "`\"'“”„‘’‚«»‹›("
_ENDING = ".!?…。！？"


class Frame(NamedTuple):
    """What stands between two marks."""

    kind: str
    """Why it is not heard: a kind of `pipeline.text.spoken.weaving.policies`."""
    closer: re.Pattern[str]
    closers: tuple[str, ...] = ()
    """What may close it."""


def _frame(kind: str, ends: Sequence[str], ahead: Sequence[str] = ()) -> Frame:
    """`ahead`: what closes it and stands behind it."""
    patterns = [*map(re.escape, ends), *(f"(?={re.escape(mark)})" for mark in ahead)]
    return Frame(kind, re.compile("|".join(patterns), re.IGNORECASE), (*ends, *ahead))


def _frames() -> dict[str, Frame]:
    """By what opens them."""
    found = {f"<{name}>": _frame("html", [f"</{name}>"]) for name in _CALLS}
    for name in _THOUGHTS:
        found[f"<{name}>"] = _frame("thinking", [f"</{twin}>" for twin in (_TWINS if name in _TWINS else (name,))])
    found |= {mark: _frame("thinking", [end]) for mark, end in _MARKS.items()}
    found |= {mark: _frame("html", [end]) for mark, end in _CALLING.items()}
    found |= {head: _frame("html", ["<|message|>", *".!?\n"]) for head in _HEADS}
    return found | {head: _frame(kind, _ENDS, _NEXT) for head, kind in _CHANNELS.items()}


_FRAMES = _frames()
SIGNS = "".join({mark[0] for mark in _FRAMES})
"""The characters with which they begin."""
OPENERS = tuple(_FRAMES)


def _halves(marks: Iterable[str]) -> frozenset[str]:
    return frozenset(mark[:end].lower() for mark in marks for end in range(1, len(mark)))


HALF_OPENERS = _halves(OPENERS)
"""How they begin, in lower case: each as it may still be arriving."""
HALVES = _halves(mark + "?" for opener, frame in _FRAMES.items() for mark in (opener, *frame.closers))
"""The same of what opens or closes; and the whole marks, for what follows may tell what they are."""


def _any(marks: Sequence[str]) -> re.Pattern[str]:
    """The longest first. In square brackets it must be in capitals, and is no link; elsewhere it need not."""
    ordered = [re.escape(mark) for mark in sorted(marks, key=len, reverse=True)]
    squares = [mark for mark in ordered if mark.startswith(r"\[")]
    others = [mark for mark in ordered if mark not in squares]
    return re.compile(rf"(?i:{'|'.join(others)})|(?:{'|'.join(squares)})(?![(\[:])")


OPENING = _any(OPENERS)
STRAY = _any([f"</{name}>" for name in _THOUGHTS] + list(_MARKS.values()))
"""What closes thoughts, also those whose beginning was never marked."""
_BY_MARK = {mark.lower(): found for mark, found in _FRAMES.items()}


def opened(text: str, at: int) -> tuple[int, Frame] | None:
    """Where the mark at `at` ends, and what begins there; None where there is none."""
    found = OPENING.match(text, at)
    return None if found is None else (found.end(), _BY_MARK[found[0].lower()])


def mentioned(before: str, after: str) -> bool:
    """Whether such a mark is itself spoken of, as in: the <think> tag. `before` is what stands on its line before it,
    or more; `after` the character behind it, "" at the end of the text."""
    if before and before[-1] in _QUOTING:
        return True
    line = before.rpartition("\n")[2]
    words = line.rstrip()
    apart = words not in ("", line) and words[-1] not in _ENDING
    return apart and after not in "\r\n" and not after.isalnum()
