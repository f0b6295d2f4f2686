"""A script performed, without a model and without a voice."""

from pathlib import Path
from typing import Any

from pipeline import Event, create_streaming_pipeline
from pipeline.events import PassageCut
from pipeline.narration.scripts import parsed


async def performed(tmp_path: Path, script: str, **options: Any) -> list[Event]:
    env = {"ALOUD_REPLAY_RATE": "5000"}
    async with create_streaming_pipeline("replay", "tone", {"output_dir": tmp_path}, env=env) as pipeline:
        return [event async for event in pipeline.stream_script_to_audio(parsed(script), **options)]


def spoken(events: list[Event]) -> list[tuple[str, str | None, str | None]]:
    return [(e.spoken, e.voice, e.step) for e in events if isinstance(e, PassageCut)]
