"""Which backticks and brackets belong together, for a whole text in one pass."""

from __future__ import annotations

import re


def ticks(text: str) -> dict[int, tuple[int, int]]:
    """Start of each run of backticks -> its length, and the start of the next run of the same length (or -1)."""
    if "`" not in text:
        return {}
    runs = [found.span() for found in re.finditer("`+", text)]
    later: dict[int, int] = {}
    out: dict[int, tuple[int, int]] = {}
    for start, end in reversed(runs):
        out[start] = (end - start, later.get(end - start, -1))
        later[end - start] = start
    return out


def brackets(text: str) -> tuple[dict[int, int], dict[int, int]]:
    """Opening bracket -> its closing one, for square and round ones apart; escaped ones are none."""
    squares: dict[int, int] = {}
    rounds: dict[int, int] = {}
    if "[" not in text:
        return squares, rounds
    open_squares: list[int] = []
    open_rounds: list[int] = []
    for found in re.finditer(r"\\.|[\[\]()]|\n[ \t]*\n", text, re.DOTALL):
        char, at = found[0], found.start()
        if char == "[":
            open_squares.append(at)
        elif char == "(":
            open_rounds.append(at)
        elif char == "]" and open_squares:
            squares[open_squares.pop()] = at
        elif char == ")" and open_rounds:
            rounds[open_rounds.pop()] = at
        elif char[0] == "\n":
            open_squares.clear()
            open_rounds.clear()
    return squares, rounds
