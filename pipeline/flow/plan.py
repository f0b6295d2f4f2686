"""What one run is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.events import Event, Start
from pipeline.flow.turns import Turns
from pipeline.ports import EventLog, Recorder, Source
from pipeline.text import Pace, Speakable, SpeechBuffer, Splitter
from pipeline.types import Clip, Growing, Request, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that one run needs, made by `pipeline.assembly.workshop`."""

    run: str
    request: Request
    source: Source | None
    """None when the rest of the text cannot be had: what was received is spoken, then the run ends `interrupted`."""
    buffer: SpeechBuffer
    splitter: Callable[[str], Splitter]
    """Of a language; "" is the run's own."""
    speakable: Speakable
    pace: Pace
    recorder: Recorder
    voice: Voice
    log: EventLog
    start: Start
    address: Callable[[Clip | Growing], str]
    read_ahead: int = 65_536
    max_chars: int = 1_000_000
    timeout: float = math.inf
    """Seconds that the whole run may take."""
    thinking: bool = False
    turns: Turns | None = None
    """At a voice that other runs speak with too."""
    hurry: bool = True
    """Somebody may be listening; a run without hurry speaks when no other wants to."""
    past: Sequence[Event] = ()
    """What the run had published before it was broken off."""
    received: Sequence[Event] = ()
    """The text, passages and skipped spans of an earlier run, to be published once more; the source says the same text
    before it goes on."""
    stopped: Literal["length"] | None = None
    """The model of that run would have said more."""
