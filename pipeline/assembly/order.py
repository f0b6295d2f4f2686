"""What a run is asked for, in plain names; and what can be said of it before anything is made."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any, Self

from pipeline import engines, sources
from pipeline.audio import ENCODERS
from pipeline.errors import EmptyText, InvalidRequest, TextTooLong
from pipeline.sources.answers.options import unfit, weight
from pipeline.text import SPLITTERS, Limits, Speakable
from pipeline.types import Message

_HALF = re.compile("[\ud800-\udfff]")
"""Of a surrogate pair."""
_PRIORITIES = ("live", "batch")
_KINDS: Mapping[type, tuple[str, tuple[str, ...]]] = {
    str: ("a text", ("model", "system", "voice", "language", "format", "splitter", "priority", "title")),
    Mapping: ("a mapping", ("voices", "buffer", "speakable", "lexicon", "llm_options")),
    tuple: ("a list", ("parts", "messages", "llm_provider", "stop", "tools", "tts_provider")),
    bool: ("True or False", ("thinking", "narrated")),
}
_HELD: Mapping[str, type] = {"llm_provider": str, "tts_provider": str, "stop": str, "tools": Mapping}
"""What is in those lists."""
_CHOSEN: Mapping[str, Collection[str]] = {"splitter": SPLITTERS, "format": ENCODERS}
_WITHIN = {"speed": (0.1, 10), "pitch": (0.1, 10), "volume": (0, 1), "temperature": (0, 10)}
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Part:
    """Of a text, from `start` to the next one: a chapter, or what is said by another voice than the rest."""

    start: int
    chapter: str = ""
    """The title of one that begins here; else the one before goes on."""
    pause: float = 0.0
    """Seconds of silence before it."""
    voice: str = ""
    """With `language` as an order has them; where both are "", the order's own."""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a run is asked for: `text`, spoken as it is; or `messages`, which a model answers; or a `script`."""

    text: str | None = None
    parts: tuple[Part, ...] = ()
    """Of the text, where it has chapters or several languages."""
    messages: tuple[Message, ...] = ()
    llm_provider: tuple[str, ...] = ()
    """Tried in this order; () is what the settings say."""
    model: str = ""
    system: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    llm_options: Mapping[str, Any] = field(default_factory=dict)
    """For the first provider, as its API has them: {"top_p": 0.9}."""
    thinking: bool = False
    tools: tuple[Mapping[str, Any], ...] = ()
    """What the model may call, as JSON Schema: {"name", "description", "parameters"}."""
    tts_provider: tuple[str, ...] = ()
    voice: str = ""
    """A voice's name, or "engine/name"."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """For what documents say is in one language or another."""
    speed: float = 1.0
    """With `pitch` and `volume` as a `Voice` has them."""
    pitch: float = 1.0
    volume: float = 1.0
    language: str = ""
    """Of the text: en, pt-BR ...; it chooses the voice where none is named."""
    format: str = "wav"
    """Of the clips, a key of `pipeline.audio.ENCODERS`."""
    buffer: Mapping[str, Any] = field(default_factory=dict)
    """When passages are cut: the fields of `pipeline.text.Limits`."""
    splitter: str = "rules"
    """Finds the sentences: a key of `pipeline.text.SPLITTERS`."""
    speakable: Mapping[str, str] = field(default_factory=dict)
    """What is said of code, tables, links ...: for kinds of `pipeline.text.POLICIES`, one of their choices."""
    lexicon: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    """How words are said; those of one language under its name."""
    script: Mapping[str, Any] | None = None
    """The fields of a `narration.scripts.Script`; with a `text`, that is what it said the last time."""
    narrated: bool = False
    """The answer is a script for one voice: only what is to be said of it is spoken."""
    title: str = ""
    """What it is called where runs are listed, if not by its first words."""
    session_id: str | None = None
    retry_of: str | None = None
    priority: str = "live"
    """"batch" speaks when no live run wants the voice."""

    def as_dict(self) -> dict[str, Any]:
        """JSON, as a log keeps it."""
        return dataclasses.asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        known = dict(data)
        known["messages"] = tuple(Message(**message) for message in known.get("messages", ()))
        known["parts"] = tuple(Part(**part) for part in known.get("parts", ()))
        for name in ("llm_provider", "tts_provider", "stop", "tools"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


def check(order: Order, own: Collection[str] = ()) -> None:
    """What can be said of an order without making anything. Raises InvalidRequest and its kind."""
    _check_kinds(order)
    Limits.of(order.buffer)
    Speakable(order.speakable)
    _check_names(order, own)
    for name, (least, most) in _WITHIN.items():
        given = getattr(order, name)
        if not (_is_number(given) and least <= given <= most or given is None and name == "temperature"):
            raise InvalidRequest(f"{name} is a number from {least} to {most}, not {given!r:.100}.")
    if wrong := unfit(order.llm_options):
        raise InvalidRequest(f"llm_options: {wrong}.")
    if order.max_tokens is not None and not (_is_number(order.max_tokens, Integral) and order.max_tokens >= 1):
        raise InvalidRequest(f"max_tokens is a whole number of 1 or more, not {order.max_tokens!r:.100}.")


def _check_names(order: Order, own: Collection[str]) -> None:
    """Whether there is what is named."""
    for what, table in _CHOSEN.items():
        if (name := getattr(order, what)) not in table:
            raise InvalidRequest(f"There is no {what} {name!r}; there is: {', '.join(table)}.")
    for name in order.llm_provider:
        sources.where(name)
    for name in order.tts_provider:
        if name != "auto" and name not in own:
            engines.where(name)
    for language in order.voices:
        if not LANGUAGE.fullmatch(str(language)):
            raise InvalidRequest(f"voices: {language!r} is no language such as fr or pt-BR.")


def check_voice(order: Order) -> None:
    """Whether it is said twice who speaks, and not the same. Raises InvalidRequest."""
    _check_kinds(order)
    prefix, slash, _ = order.voice.partition("/")
    asked = order.tts_provider
    if slash and asked and not {prefix, "auto"}.intersection(asked) and engines.known(prefix):
        raise InvalidRequest(
            f"The voice {order.voice} is of the engine {prefix}, and {', '.join(asked)} is asked to speak; leave "
            "one of the two out."
        )


def _check_kinds(order: Order) -> None:
    """Python lets anything be given for anything."""
    for kind, (what, names) in _KINDS.items():
        for name in names:
            given = getattr(order, name)
            if not isinstance(given, kind):
                raise InvalidRequest(f"{name} is {what}, not {type(given).__name__}.")
    for name, kind in _HELD.items():
        if odd := [item for item in getattr(order, name) if not isinstance(item, kind)]:
            what = "texts" if kind is str else "mappings"
            raise InvalidRequest(f"{name} is a list of {what}, and holds {type(odd[0]).__name__}.")
    if "" in order.stop:
        raise InvalidRequest("stop holds an empty text, at which every answer would end.")
    _check_tools(order.tools)
    if order.priority not in _PRIORITIES:
        raise InvalidRequest(f"priority is {' or '.join(_PRIORITIES)}, not {order.priority!r:.100}.")


def _check_tools(tools: Collection[Mapping[str, Any]]) -> None:
    for tool in tools:
        if not (isinstance(tool.get("name"), str) and tool["name"]):
            raise InvalidRequest(f"tools: each has a name, beside description and parameters; not {tool!r:.100}.")
        if weight(tool) is None:
            raise InvalidRequest(f"tools: {tool['name']:.100} is described by more than JSON can hold.")


def _is_number(given: object, kind: type = Real) -> bool:
    return isinstance(given, kind) and not isinstance(given, bool)


def check_text(text: str, most: int, *, blank: bool = False) -> None:
    if not blank and not text.strip():
        raise EmptyText("The text is empty: there is nothing to speak.")
    if len(text) > most:
        raise TextTooLong(f"The text has {len(text):,} characters; the most allowed is {most:,} (ALOUD_MAX_CHARS).")
    if _HALF.search(text):
        raise InvalidRequest("The text holds half of a surrogate pair, which is no character; send valid Unicode.")
