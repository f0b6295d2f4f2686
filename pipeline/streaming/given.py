"""What a caller gives, in whatever form, as an order keeps it; what is of no such kind is refused by its name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pipeline import sources
from pipeline.assembly.succession import in_turn
from pipeline.errors import InvalidLimits, InvalidRequest
from pipeline.ground.folders import output_folder
from pipeline.ports import Engine, Source
from pipeline.sources.text import TextSource
from pipeline.text import Limits
from pipeline.types import Message
from pipeline.utterance import unfit

ROLES: tuple[str, ...] = get_args(get_type_hints(Message)["role"])


def names(value: object) -> tuple[str, ...]:
    """The names that `value` is, or () when it is something else."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    return ()


def source(provider: Any, env: Mapping[str, str] | None) -> Source | None:
    """A source that the caller gave; several follow one another, and names may stand among them."""
    if names(provider):
        return None
    if isinstance(provider, list | tuple) and any(hasattr(item, "tokens") for item in provider):
        env = os.environ if env is None else env
        return in_turn([sources.make(item, env) if isinstance(item, str) else _whole(item) for item in provider], env)
    if provider is None or provider in ([], ()):
        raise InvalidRequest(f"llm_provider is a name, a list of names, a Source, or a text; not {provider}.")
    return _whole(provider) if hasattr(provider, "tokens") else text_source("llm_provider", provider)


def _whole(given: Any) -> Source:
    if isinstance(given, type):
        raise InvalidRequest(f"llm_provider has the class {given.__name__}; give a source: {given.__name__}().")
    if wrong := unfit(given, Source):
        raise InvalidRequest(wrong)
    source: Source = given
    return source


def text_source(name: str, content: Any) -> TextSource:
    try:
        return TextSource(content)
    except TypeError as error:
        raise InvalidRequest(f"{name} is {error}.") from error


def messages(given: Any) -> tuple[Message, ...]:
    if isinstance(given, str):
        return (Message(role="user", content=given),)
    turns = several("message", given)
    if odd := [turn for turn in turns if not isinstance(turn, Message)]:
        raise InvalidRequest(f"message is a text or a list of Message, and holds {type(odd[0]).__name__}.")
    for turn in turns:
        if turn.role not in ROLES:
            raise InvalidRequest(f"The role of a Message is {', '.join(ROLES)}; not {turn.role!r:.100}.")
        if not isinstance(turn.content, str):
            raise InvalidRequest(f"The content of a Message is a text, not {type(turn.content).__name__}.")
    return turns


def several(name: str, given: Any) -> tuple[Any, ...]:
    """A list as it is kept; of a text, that alone."""
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, Iterable) or isinstance(given, bytes | bytearray | Mapping):
        raise InvalidRequest(f"{name} is a list, not {type(given).__name__}.")
    return tuple(given)


def configured(given: Any, env: Mapping[str, str] | None) -> tuple[dict[str, Any], Path]:
    """The limits, and the folder for the clips."""
    known = [*(field.name for field in fields(Limits)), "output_dir"]
    if not isinstance(given, Mapping | None):
        raise InvalidLimits(f"streaming_config is a mapping of {', '.join(known)}; not {type(given).__name__}.")
    config = dict(given or {})
    if strange := [name for name in config if name not in known]:
        raise InvalidLimits(f"streaming_config has nothing named {strange[0]!r:.100}; there are {', '.join(known)}.")
    usual = output_folder(os.environ if env is None else env) / "audio"
    output = config.pop("output_dir", usual)
    if not isinstance(output, str | Path) or "\0" in str(output):
        raise InvalidLimits(f"output_dir is the path of a folder, not {output!r:.100}.", name="output_dir")
    return config, Path(output)


def voices(provider: Any) -> tuple[tuple[str, ...], dict[str, Engine]]:
    """Who speaks, one after the other by their names; and of these the engines that the caller made."""
    asked = provider if isinstance(provider, list | tuple) and provider else (provider,)
    own: dict[str, Engine] = {}
    for one in asked:
        if isinstance(one, str):
            continue
        engine = _engine(one)
        if own.setdefault(engine.name, engine) is not engine:
            raise InvalidRequest(f"tts_provider has two engines called {engine.name}; each wants a name of its own.")
    return tuple(one if isinstance(one, str) else one.name for one in asked), own


def _engine(given: Any) -> Engine:
    if not hasattr(given, "speak") or not getattr(given, "name", ""):
        raise InvalidRequest(f"tts_provider is a name, an Engine or a list of them, not {type(given).__name__}.")
    if isinstance(given, type):
        raise InvalidRequest(f"tts_provider has the class {given.__name__}; give an engine: {given.__name__}().")
    if wrong := unfit(given, Engine):
        raise InvalidRequest(wrong)
    engine: Engine = given
    return engine
