"""Costs to the listener as bars, by kinds of sources and of voices."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

COLOURS = {
    "ours": "#c0392b",
    "one sentence": "#2c7fb8",
    "two sentences": "#41ab5d",
    "clause first": "#8856a7",
    "5 s pacing": "#999999",
    "bound": "#000000",
}


Groups = Sequence[tuple[str, Mapping[str, float]]]
"""What is drawn together under one label: the mean cost of an answer, in seconds, by who cut it."""


def drawn(sources: Groups, voices: Groups) -> str:
    """Two panels, as SVG."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="980" height="860" font-family="sans-serif" font-size="12">',
        '<rect width="980" height="860" fill="white"/>',
        *_panel("Cost to the listener by how the text comes (seconds, mean; log scale)", 30, sources),
        *_panel("... and by voice (start-up, real-time factor)", 420, voices),
    ]
    for number, (name, colour) in enumerate(COLOURS.items()):
        x = 60 + 150 * number
        parts.append(f'<rect x="{x}" y="820" width="14" height="14" fill="{colour}"/>')
        parts.append(f'<text x="{x + 20}" y="832">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(title: str, top: int, groups: Groups) -> Iterator[str]:
    height, left, step, low, high = 290, 60, 90, math.log(1.0), math.log(150.0)

    def y(seconds: float) -> float:
        return round(top + 30 + height * (1 - (math.log(max(seconds, 1.0)) - low) / (high - low)), 1)

    yield f'<text x="{left}" y="{top + 12}" font-size="15">{title}</text>'
    for tick in (1, 2, 5, 10, 20, 50, 100):
        yield f'<line x1="{left}" x2="960" y1="{y(tick)}" y2="{y(tick)}" stroke="#dddddd"/>'
        yield f'<text x="{left - 8}" y="{y(tick) + 4}" text-anchor="end">{tick}</text>'
    for number, (label, means) in enumerate(groups):
        for place, (name, colour) in enumerate(COLOURS.items()):
            mean, x = means[name], left + 10 + number * step + place * 12
            yield f'<rect x="{x}" y="{y(mean)}" width="11" height="{round(y(1.0) - y(mean), 1)}" fill="{colour}"/>'
        yield f'<text x="{left + 46 + number * step}" y="{top + height + 48}" text-anchor="middle">{label}</text>'
