"""What happened, in the order it happened: the events of a run, as the README's table has them.

An event is made without `run`, `seq` and `at`; the log that keeps it fills them in (`numbered`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, TypeAlias

from pipeline.types import Omitted, Reason, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    type: ClassVar[str] = ""
    run: str = ""
    seq: int = 0
    """1, 2, 3 ... in each run, without a hole."""
    at: float = 0.0
    """Seconds since the run began, also across a restart."""

    def numbered(self, run: str, seq: int, at: float) -> Self:
        """In its place in a log. One that is in none yet is filled in; to copy all that happens would cost more than to
        keep it."""
        event = dataclasses.replace(self) if self.seq else self
        for name, value in (("run", run), ("seq", seq), ("at", round(at, 4))):
            object.__setattr__(event, name, value)
        return event

    def as_dict(self, *, path: bool = True) -> dict[str, Any]:
        """As on the wire; fields that do not apply (None) are left out. `path` is only for those on this machine."""
        out: dict[str, Any] = {"type": self.type}
        for name in field_names(type(self)):
            value = getattr(self, name)
            if value is None or (name == "path" and not path):
                continue
            out[name.rstrip("_")] = _plain(value)
        return out


_NAMES: dict[type, tuple[str, ...]] = {}


def field_names(cls: type[Event]) -> tuple[str, ...]:
    if cls not in _NAMES:
        _NAMES[cls] = tuple(f.name for f in dataclasses.fields(cls))
    return _NAMES[cls]


def _plain(value: Any) -> Any:
    if type(value) in (str, int, float, bool):
        return value
    if isinstance(value, Word):
        return value._asdict()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dict(vars(value))
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Event):
    """The run was accepted: who gives the text, and who speaks. Always the first."""

    type: ClassVar[Literal["start"]] = "start"
    provider: str
    model: str
    streaming: bool
    voice: str
    language: str | None = None
    """Of the text, where it was named or the voice has but one."""
    audio: dict[str, Any]
    """{"media_type", "sample_rate"}"""
    events: str | None = None
    """Address of the run's events, where there is one."""
    title: str | None = None
    """What the run is called, where runs are listed."""
    session_id: str | None = None
    retry_of: str | None = None
    ignored: tuple[str, ...] | None = None
    """Options that the provider refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk(Event):
    """Text, as it came."""

    type: ClassVar[Literal["chunk"]] = "chunk"
    content: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought(Event):
    """What a model thinks before it speaks; only where it was asked for."""

    type: ClassVar[Literal["thinking"]] = "thinking"
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse(Event):
    """A model called a tool on the way."""

    type: ClassVar[Literal["tool_call"]] = "tool_call"
    id: str
    name: str
    arguments: dict[str, Any]
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageCut(Event):
    """A piece of the text was handed to the voice: `spoken` is what is said of it."""

    type: ClassVar[Literal["passage"]] = "passage"
    index: int
    text: str
    spoken: str
    start: int
    end: int
    omitted: tuple[Omitted, ...]
    reason: Reason
    voice: str | None = None
    step: str | None = None
    chapter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped(Event):
    """A stretch of the text that is not spoken, on purpose."""

    type: ClassVar[Literal["skipped"]] = "skipped"
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking(Event):
    """A slow voice has begun: its clip can be heard while it grows."""

    type: ClassVar[Literal["speaking"]] = "speaking"
    index: int
    url: str
    path: Path | None
    media_type: str
    begins: float
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio(Event):
    """A finished clip."""

    type: ClassVar[Literal["audio"]] = "audio"
    index: int
    url: str
    path: Path | None
    media_type: str
    seconds: float
    begins: float
    """Seconds into the run's joined audio."""
    text: str
    start: int
    end: int
    words: Sequence[Word]
    """Their `at` counts from the beginning of this clip: add `begins` for the time in the joined audio."""
    engine: str
    cached: bool
    timing: dict[str, float] | None = None
    """Seconds from the passage on: `waited` for the voice, `synthesis`, `storing`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Event):
    """A passage could not be spoken; the run goes on."""

    type: ClassVar[Literal["failed"]] = "failed"
    index: int
    code: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cued(Event):
    """From `start` on: another step of a script, or part of a document, and who speaks it."""

    type: ClassVar[Literal["cue"]] = "cue"
    start: int
    step: str | None = None
    speaker: dict[str, Any] | None = None
    """A `Voice`; None is the run's own."""
    pause: float | None = None
    """Seconds of silence before it."""
    chapter: str | None = None
    """The title of one that begins here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Event):
    """Silence."""

    type: ClassVar[Literal["pause"]] = "pause"
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound(Event):
    """A sound that a script plays."""

    type: ClassVar[Literal["sound"]] = "sound"
    url: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(Event):
    """Told between the sound of the one before and its own."""

    type: ClassVar[Literal["chapter"]] = "chapter"
    title: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback(Event):
    """Another model or voice took over."""

    type: ClassVar[Literal["fallback"]] = "fallback"
    stage: Literal["llm", "tts"]
    from_: str
    to: str
    code: str
    message: str
    at_text: int
    """Offset into the source text from which the other one speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums(Event):
    """Characters of the source text by what became of them: chars == spoken + skipped + failed + unspoken."""

    chars: int
    spoken: int
    skipped: int
    failed: int
    passages: int
    audio_files: int
    seconds: float
    total_tokens: int | None
    timing: dict[str, Any]
    """Seconds from the run's beginning to its `first_token`, its `first_audio` and what is `audible` of that, or None;
    how many `gaps` the sound had for somebody who played it at once, and their `gap_seconds` of silence."""
    unspoken: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(Sums):
    """The last event of a run that was spoken to its end."""

    type: ClassVar[Literal["complete"]] = "complete"
    status: Literal["complete", "partial"]
    """"partial" when some passage failed."""
    stopped: Literal["length"] | None = None
    """The model had more to say than `max_tokens`, or the room it has, allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(Sums):
    """The last event of a run that could not go on."""

    type: ClassVar[Literal["error"]] = "error"
    code: str
    message: str
    retryable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Sums):
    """The last event of a run that somebody ended."""

    type: ClassVar[Literal["cancelled"]] = "cancelled"


AnyEvent: TypeAlias = (
    Start | Chunk | Thought | ToolUse | PassageCut | Skipped | Speaking | Audio | Failed
    | Cued | Pause | Sound | Chapter | Fallback | Complete | Error | Cancelled
)  # fmt: skip
"""One that happens: its `type` tells a type checker which fields it has."""
TERMINAL = frozenset({"complete", "error", "cancelled"})
