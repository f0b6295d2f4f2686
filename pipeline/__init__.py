"""Speaks text while it is still being written.

pipeline = create_streaming_pipeline("text", "espeak")
for event in pipeline.stream_text_to_audio("Hello there. How are you?"):
    print(event.type, event)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.errors import AloudError
    from pipeline.events import AnyEvent, Event
    from pipeline.ports import Engine, Source
    from pipeline.recall import heard
    from pipeline.streaming import Pipeline, Stream, create_streaming_pipeline, save
    from pipeline.types import (
        Clip,
        Message,
        Passage,
        Request,
        Sentence,
        Stopped,
        Thinking,
        ToolCall,
        Usage,
        Voice,
        VoiceInfo,
        WordTime,
    )

__all__ = [
    "AloudError",
    "AnyEvent",
    "Clip",
    "Engine",
    "Event",
    "Message",
    "Passage",
    "Pipeline",
    "Request",
    "Sentence",
    "Source",
    "Stopped",
    "Stream",
    "Thinking",
    "ToolCall",
    "Usage",
    "Voice",
    "VoiceInfo",
    "WordTime",
    "create_streaming_pipeline",
    "heard",
    "save",
]


def __getattr__(name: str) -> Any:
    """Loaded when first asked for: whoever wants one room, or only to be told what is wrong, waits for no other."""
    if name in __all__:
        for room in ("types", "errors", "events", "ports", "recall", "streaming"):
            found = vars(import_module(f"pipeline.{room}"))
            if name in found:
                return globals().setdefault(name, found[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
