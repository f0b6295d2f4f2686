"""The library's face: a pipeline whose streams of events are read with `async for`, or with `for` in a plain script."""

from pipeline.streaming.pipeline import Pipeline, create_streaming_pipeline
from pipeline.streaming.saving import save
from pipeline.streaming.stream import Stream

__all__ = ["Pipeline", "Stream", "create_streaming_pipeline", "save"]
