"""Voices by the names that clients of OpenAI know: each stands for one that speaks here, always the same one."""

from __future__ import annotations

from collections.abc import Sequence

from api.running.runs import Runs
from pipeline.assembly.order import Order
from pipeline.assembly.voices import offered
from pipeline.errors import UnknownVoice

NAMESAKES = {
    "alloy": "en-us",
    "ash": "en-us+m3",
    "ballad": "en-gb+m2",
    "coral": "en-us+f2",
    "echo": "en-us+m1",
    "fable": "en-gb",
    "onyx": "en-us+m7",
    "nova": "en-us+f3",
    "sage": "en-gb+f4",
    "shimmer": "en-us+f5",
    "verse": "en-us+m4",
    "marin": "en-gb+f2",
    "cedar": "en-us+m8",
}
"""Where the engine has no voice of this name, its English voices take turns."""


async def local(runs: Runs, name: str) -> str:
    """The voice that answers to this name. Raises UnknownVoice for a name that is neither OpenAI's nor ours."""
    try:
        await runs.workshop.voice(Order(voice=name))
        return name
    except UnknownVoice:
        if name not in NAMESAKES:
            raise
    wanted = NAMESAKES[name]
    try:
        await runs.workshop.voice(Order(voice=wanted))
        return wanted
    except UnknownVoice:
        english = await _english(runs)
        return english[list(NAMESAKES).index(name) % len(english)] if english else ""


async def _english(runs: Runs) -> Sequence[str]:
    voices = await offered(runs.workshop.engine())
    english = [voice.name for voice in voices if any(code.lower().startswith("en") for code in voice.languages)]
    return english or [voice.name for voice in voices]


async def names(runs: Runs) -> list[str]:
    own = [voice.name for voice in await offered(runs.workshop.engine())]
    return [*NAMESAKES, *(name for name in own if name not in NAMESAKES)]
