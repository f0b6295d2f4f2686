"""Speaks text while it is still being written.

pipeline = create_streaming_pipeline("text", "espeak")
for event in pipeline.stream_text_to_audio("Hello there. How are you?"):
    print(event.type, event)
"""

from pipeline.errors import AloudError
from pipeline.events import Event
from pipeline.ports import Engine, Source
from pipeline.streaming import Pipeline, Stream, create_streaming_pipeline
from pipeline.types import (
    Clip,
    Message,
    Passage,
    Request,
    Sentence,
    Thinking,
    ToolCall,
    Usage,
    Voice,
    VoiceInfo,
    WordTime,
)

__all__ = [
    "AloudError",
    "Clip",
    "Engine",
    "Event",
    "Message",
    "Passage",
    "Pipeline",
    "Request",
    "Sentence",
    "Source",
    "Stream",
    "Thinking",
    "ToolCall",
    "Usage",
    "Voice",
    "VoiceInfo",
    "WordTime",
    "create_streaming_pipeline",
]
