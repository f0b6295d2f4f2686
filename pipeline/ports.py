"""The sockets: what each room offers to the flow, and all that the flow knows of it."""

from __future__ import annotations

from asyncio import Future
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pipeline.events import Event
from pipeline.types import (
    AudioFormat,
    Clip,
    Growing,
    Handover,
    Passage,
    Request,
    Said,
    Voice,
    VoiceInfo,
    WordTime,
)
from pipeline.wire import Line


class Source(Protocol):
    """Where text comes from."""

    name: str
    """By which it is found, also in entry points."""
    model: str
    streaming: bool

    def tokens(self, request: Request) -> AsyncGenerator[Said, None]:
        """Text in pieces of any size, as it comes. Returning means that all was said, or all that was allowed, which
        `Stopped` tells; anything less raises SourceError. A source may wait for a person, so nobody ends its waiting
        but itself: one that waits for a model raises SourceTimeout, or no other can take over (the settings
        ALOUD_LLM_FIRST_TOKEN and ALOUD_LLM_TIMEOUT are in the `env` of its `from_env`, where it has that).

        Optional beside it: `ignored(request) -> tuple[str, ...]`, the options of the request that it refuses;
        `models() -> list[str]`, asked for within a short time, which also shows whether it can be reached; `continues`,
        True when it takes a last message of the assistant for the beginning of its own answer, None when it cannot be
        told at all where to go on.

        Closing the generator stops the model."""
        ...


class Engine(Protocol):
    """A voice, or many.

    Optional: `local`, True where it speaks on this machine, so that a trial costs nothing and goes nowhere; `patience`,
    seconds that its first sound may take, where they are more than the usual 30."""

    name: str
    """By which it is found, also in entry points."""
    version: str
    """Another one when it sounds otherwise: what it said is kept under both."""
    sample_rate: int
    """Hertz, of the 16-bit little-endian mono PCM it yields."""
    parallel: int
    """Passages it can speak at once."""

    async def voices(self) -> Sequence[VoiceInfo]:
        """All of them; () where any name may be tried.

        Optional beside it: `knows(name) -> bool`, for names that can be written in more ways than are listed; `async
        speaks(language) -> bool`, for languages that its list does not tell of. A list that tells of some tells of
        all."""
        ...

    def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime | Handover, None]:
        """Sound as it comes; word times at any moment before the end. Raises EngineError, or UnknownVoice.

        Text without anything to say yields nothing. Closing the generator stops the voice."""
        ...

    async def aclose(self) -> None:
        """Let go of everything, within 10 seconds; afterwards the engine is not used again."""
        ...


class Turn(Protocol):
    """A passage's turn at a voice that others speak with too; it is entered once."""

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...

    def spoken(self) -> None:
        """The voice is free for others; what is left is to keep the sound. Asked twice, it does nothing."""
        ...


class Recorder(Protocol):
    """Turns a passage into a clip: all that a worker elsewhere would have to do."""

    def record(
        self, run: str, passage: Passage, voice: Voice, turn: Turn | None = None
    ) -> AsyncGenerator[Growing | Handover | Clip, None]:
        """Last, the finished `Clip`. Before it: `Growing` when the voice is so slow that the clip should be heard while
        it grows, `Handover` when another engine took over. Raises EngineError or StoreError; closing stops it.

        `turn` is entered before the voice is asked."""
        ...

    @property
    def format(self) -> AudioFormat: ...

    @property
    def parallel(self) -> int:
        """Passages that may be recorded at once."""
        ...


class GrowingFile(Protocol):
    """A clip being written. Nothing is called finished before `finish`."""

    @property
    def path(self) -> Path | None:
        """Its file, where it is one."""
        ...

    async def write(self, data: bytes) -> None: ...

    async def finish(self, whole: bytes | None = None) -> Path | None:
        """Close it under its final name, replaced by `whole` when given (same samples, complete headers)."""
        ...

    async def abort(self) -> None:
        """Break it off: readers that follow it see a failure, never a polite end."""
        ...

    def follow(self) -> AsyncGenerator[bytes, None]:
        """Its bytes from the first to the last, as they come, for any number of readers. Raises StoreError if
        it is broken off."""
        ...


class ClipStore(Protocol):
    """Where clips live, a folder (or prefix) per run. A name is the store's own and never a path."""

    async def write(self, run: str, name: str, data: bytes) -> Path | None:
        """Atomic: afterwards the whole clip is there; before, nothing. Gives its file, where it is one. Raises
        StoreFull."""
        ...

    async def grow(self, run: str, name: str) -> GrowingFile: ...

    async def read(self, run: str, name: str) -> bytes:
        """The finished clip. Raises NotHeld."""
        ...

    def path(self, run: str, name: str) -> Path | None:
        """The finished clip's file, or None. Names that this store cannot have written give None."""
        ...

    def growing(self, run: str, name: str) -> GrowingFile | None:
        """The clip that is being written right now under this name, or None."""
        ...

    async def erase(self, run: str) -> None: ...

    async def sweep(self, *, keep: Collection[str], size: int) -> Sequence[str]:
        """Erase whole runs, the oldest first, until all clips together have at most `size` bytes; never a run in `keep`
        (those still open). Returns what was erased."""
        ...


@dataclass(frozen=True, slots=True)
class Take:
    """What an engine said for one text, untouched: 16-bit little-endian mono."""

    pcm: bytes
    sample_rate: int
    times: tuple[WordTime, ...] = ()
    gains: tuple[tuple[int, float], ...] = ()
    """How loud it was first heard, (sample, factor): it always sounds the same."""


class SoundCache(Protocol):
    """Takes by what was asked for. Its keys never leave the machine: addresses are those of a run."""

    def key(self, engine: str, version: str, voice: Voice, text: str, owner: str = "") -> str:
        """`owner`: who alone finds it again; others would learn that somebody has said this."""
        ...

    def alone(self, key: str) -> AbstractAsyncContextManager[object]:
        """One at a time for each key: whoever comes second waits, and then finds what the first one made."""
        ...

    async def get(self, key: str) -> Take | None: ...

    async def put(self, key: str, take: Take) -> None:
        """Keep it if there is room. What cannot be kept is no failure."""
        ...


@dataclass(slots=True)
class RunRecord:
    """A run as the log keeps it."""

    id: str
    owner: str = ""
    created: float = 0.0
    """Seconds since the epoch."""
    status: str = "running"
    """"running", or the type of its terminal event."""
    request: dict[str, Any] | None = None
    """What was asked for, as JSON; enough to go on after a restart."""
    last: int = 0
    """Number of the last event."""
    key: str = ""
    """What the caller named the run by, if he did: no two runs of one owner have the same."""


class EventLog(Protocol):
    """Every run's events, in order, for any number of readers."""

    async def create(self, record: RunRecord) -> None: ...

    def append(self, run: str, event: Event) -> Future[Event]:
        """Number the event and keep it; done with it once it is durable.

        The number is taken when called, before the first wait: events are kept in the order of the calls. A terminal
        event ends the run; appending to an ended run raises StoreError."""
        ...

    async def read(self, run: str, after: int = 0, limit: int = 256) -> Sequence[Event]:
        """Events with `seq` above `after`, at most `limit`, at once. Raises UnknownRun, NotHeld."""
        ...

    async def lines(self, run: str, after: int = 0, limit: int = 256) -> Sequence[Line]:
        """The same as `read`, as they go on the wire: whoever only passes events on never decodes them."""
        ...

    async def wait(self, run: str, after: int, seconds: float | None = None) -> bool:
        """Returns when there is an event above `after`, or the run has ended; False when `seconds` were over before, or
        all who wait were woken."""
        ...

    def wake(self) -> None:
        """All who wait return."""
        ...

    async def record(self, run: str) -> RunRecord:
        """Raises UnknownRun."""
        ...

    async def records(
        self,
        *,
        owner: str | None = None,
        status: str | None = None,
        before: float | None = None,
        before_id: str = "",
        limit: int = 100,
    ) -> Sequence[RunRecord]:
        """Newest first, those of one moment by their ids from the last to the first; of those created `before`, in
        seconds since the epoch, or at that very moment with an id in front of `before_id`."""
        ...

    async def named(self, owner: str, key: str) -> RunRecord | None:
        """The run that its owner named by this key."""
        ...

    async def check(self) -> None:
        """Raises StoreError when nothing can be written now."""
        ...

    async def erase(self, run: str) -> None: ...

    async def aclose(self) -> None: ...
