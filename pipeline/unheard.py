"""Tags between which models write what nobody is meant to hear: what they think, and what they ask of machines."""

from __future__ import annotations

__all__ = ["CALLS", "THOUGHTS", "mentioned"]

THOUGHTS = ("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad")
CALLS = ("tool_call", "tool_calls", "tool_response", "function_call", "function_calls")

_QUOTING = "`\"'“”„‘’‚«»‹›("
_ENDING = ".!?…。！？"


def mentioned(before: str, after: str) -> bool:
    """Whether a tag is itself spoken of, as in: the <think> tag. `before` is what stands on its line before it, or
    more; `after` the character behind it, "" at the end of the text."""
    if before and before[-1] in _QUOTING:
        return True
    line = before.rpartition("\n")[2]
    words = line.rstrip()
    apart = words not in ("", line) and words[-1] not in _ENDING
    return apart and after not in "\r\n" and not after.isalnum()
