"""Tags between which models write what nobody is meant to hear: what they think, and what they ask of machines."""

from __future__ import annotations

__all__ = ["CALLS", "THOUGHTS"]

THOUGHTS = ("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad")
CALLS = ("tool_call", "tool_calls", "tool_response", "function_call", "function_calls")
