"""What flows through the house: text on its way to sound. Frozen, slotted, no behaviour beyond reading oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

Reason = Literal["first", "size", "length", "idle", "time", "pace", "end"]


# ---- text -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sentence:
    """`source[start:end] == text`; only white space lies between one sentence and the next."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)  # no slots: `vars` of it is its JSON
class Omitted:
    """A stretch of the source that is left unsaid inside a passage; offsets into the source text."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Span:
    """`spoken[spoken_start:spoken_end]` says `source[start:end]`; offsets into the whole source text."""

    spoken_start: int
    spoken_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Text handed to the voice in one breath. `source[start:end] == text`, the white space after it included."""

    index: int
    text: str
    start: int
    end: int
    reason: Reason = "end"
    spoken: str = ""
    """What is said aloud; filled in by `pipeline.text.spoken.speakable`."""
    omitted: tuple[Omitted, ...] = ()
    spans: tuple[Span, ...] = ()
    """Which part of `spoken` says which part of the source, in order."""
    voice: Voice | None = None
    """Whose turn it is, in a script; None is the run's own."""
    step: str = ""
    """Of a script."""
    chapter: str = ""
    """Of a document."""


# ---- sound ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Voice:
    """How something is to be said. A `name` of "" is the engine's own default."""

    engine: str = ""
    name: str = ""
    language: str = ""
    speed: float = 1.0
    """Factor; 2.0 is twice as fast."""
    pitch: float = 1.0
    """Factor; 2.0 is about an octave up, where the engine can."""
    volume: float = 1.0
    """0.0 to 1.0 of the engine's own loudness."""


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice that an engine offers."""

    name: str
    languages: tuple[str, ...] = ()
    gender: str = ""
    sample: str = ""
    """A sentence that shows the voice well; "" where the engine suggests none."""


@dataclass(frozen=True, slots=True)
class AudioFormat:
    media_type: str
    sample_rate: int
    """Hertz."""


@dataclass(frozen=True, slots=True)
class WordTime:
    """From an engine: `spoken[start:end]` is heard from `at`, for `seconds`, counted from the engine's first sample."""

    start: int
    end: int
    at: float
    seconds: float = 0.0


class Word(NamedTuple):  # there are many, and a frozen dataclass costs four times as much to make
    """A word of the source, timed within its clip; `estimated` where the voice does not say when it is heard.

    `start`, `end` are offsets into the source text."""

    text: str
    start: int
    end: int
    at: float
    seconds: float
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Growing:
    """A clip that may be read from now on, and grows until its `Clip` follows."""

    name: str
    path: Path | None
    media_type: str


@dataclass(frozen=True, slots=True)
class Clip:
    """One passage as a finished, playable audio file."""

    name: str
    """The file's name, unique in its run; what an address of the clip ends with."""
    path: Path | None
    media_type: str
    seconds: float
    sample_rate: int
    words: Sequence[Word] = ()
    engine: str = ""
    cached: bool = False
    lead: float = 0.0
    """Seconds before the first audible sample."""
    synthesis: float = 0.0
    """Seconds that the voice took; 0 where nothing was to be spoken anew."""
    storing: float = 0.0
    """Seconds from there until it was kept."""


# ---- what a source says besides text --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Thinking:
    """Reasoning of a model: never spoken, never part of the source text."""

    content: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    arguments: Mapping[str, Any]
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the provider counts them; several of one run add up."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Stopped:
    """The model had more to say: the tokens that it may say, or has room for, were used up."""


@dataclass(frozen=True, slots=True)
class Cue:
    """From here on: another step of a script, or part of a document, and who speaks it. What was said before ends
    here."""

    step: str = ""
    voice: Voice | None = None
    """None is the run's own."""
    pause: float = 0.0
    """Seconds of silence before it."""
    sound: Clip | None = None
    """Played behind that silence."""
    chapter: str = ""
    """The title of one that begins here; else the one before goes on."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Another provider or engine takes over from here. From a source, the text goes on; from an engine, what it has
    said of this passage so far is void and the passage begins anew."""

    from_: str
    to: str
    code: str
    message: str
    model: str = ""


Said: TypeAlias = str | Thinking | ToolCall | Usage | Stopped | Handover | Cue
"""By a source."""


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant", "tool"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a source is asked for. `messages` hold the whole conversation; a prompt or text is one user message."""

    messages: tuple[Message, ...]
    model: str = ""
    system: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    thinking: bool = False
    """Ask for `Thinking` items where the model has them."""
    llm_options: Mapping[str, Any] = field(default_factory=dict)
    """What only some providers know, as their API has it; JSON."""
    tools: Sequence[Mapping[str, Any]] = ()
    """Tools as JSON Schema: {"name", "description", "parameters"}."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """`run_tool`: called with each `ToolCall`, sync or async; the model goes on with what it returns. `connections`:
    lent by whoever keeps them from one answer to the next (`sources.connection.connections`). `retries`: how often a
    model is asked again behind tools (`sources.connection.retry`)."""

    @property
    def text(self) -> str:
        """The last user message: the prompt, or the text to speak."""
        return next((m.content for m in reversed(self.messages) if m.role == "user"), "")
