"""One file of a run's clips, in a plain script."""

from __future__ import annotations

import asyncio
from pathlib import Path

import av
import pytest
import soundfile

from pipeline import create_streaming_pipeline, save
from pipeline.audio import JOINED
from pipeline.errors import InvalidRequest, NotHeld, StoreError
from pipeline.events import AnyEvent, Audio, Complete
from pipeline.narration.scripts import parsed

TEXT = "Hello there. How are you today? I am well, and so is everybody whom I have seen since."
SCRIPT = '{"steps": [{"type": "speak", "inputs": {"text": "One."}}, {"type": "pause", "inputs": {"seconds": 1.5}}]}'


def spoken(folder: Path, format: str = "wav") -> list[AnyEvent]:
    pipeline = create_streaming_pipeline("text", "espeak", {"output_dir": folder / "clips"}, format=format)
    return list(pipeline.stream_text_to_audio(TEXT))


@pytest.mark.parametrize("ending", [*JOINED, "MP3"])
def test_the_files_ending_is_its_format(tmp_path: Path, ending: str) -> None:
    events, path = spoken(tmp_path), tmp_path / "new" / f"talk.{ending}"
    save(events, path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert isinstance(events[-1], Complete) and events[-1].audio_files > 1
    if ending not in ("aac", "pcm"):
        assert soundfile.info(path).duration == pytest.approx(events[-1].seconds, abs=0.1)
    if ending == "pcm":
        assert path.stat().st_size == pytest.approx(2 * 22_050 * events[-1].seconds, abs=4)


def test_it_is_the_clips_one_after_the_other(tmp_path: Path) -> None:
    events = spoken(tmp_path, "mp3")
    save(events, str(tmp_path / "talk.wav"))
    clips = [event.path.with_suffix(".wav") for event in events if isinstance(event, Audio) and event.path]
    whole, _ = soundfile.read(tmp_path / "talk.wav", dtype="int16")
    assert whole.tobytes() == b"".join(soundfile.read(clip, dtype="int16")[0].tobytes() for clip in clips)


def test_events_may_be_saved_as_they_come(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path / "clips"})
    seen: list[AnyEvent] = []
    save((seen.append(event) or event for event in pipeline.stream_text_to_audio(TEXT)), tmp_path / "talk.wav")  # type: ignore[func-returns-value]
    assert isinstance(seen[-1], Complete)
    assert soundfile.info(tmp_path / "talk.wav").duration == pytest.approx(seen[-1].seconds, abs=0.01)


async def test_pauses_are_heard_and_an_event_loop_has_it_done_in_a_thread(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path}) as pipeline:
        events = [event async for event in pipeline.stream_script_to_audio(parsed(SCRIPT))]
    await asyncio.to_thread(save, events, tmp_path / "talk.flac")
    assert isinstance(events[-1], Complete)
    assert soundfile.info(tmp_path / "talk.flac").duration == pytest.approx(events[-1].seconds, abs=0.01)
    assert events[-1].seconds > 1.5


async def test_captions_are_saved_by_their_ending_also_where_an_event_loop_runs(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path}) as pipeline:
        events = [event async for event in pipeline.stream_text_to_audio("Hello there.")]
    for ending, begin in (("vtt", "WEBVTT\n\n00:00:00.000 --> "), ("srt", "1\n00:00:00,000 --> "), ("JSON", "[{")):
        save(events, tmp_path / f"talk.{ending}")
        text = (tmp_path / f"talk.{ending}").read_text()
        assert text.startswith(begin) and "there." in text


CHAPTERS = """
name: Tides – 12
config: {pause: 0.5}
steps:
  - {type: speak, chapter: One, inputs: {text: First.}}
  - {type: pause, chapter: " Two\n", inputs: {seconds: 1}}
  - {type: speak, inputs: {text: Second.}}
  - {id: e, type: each, inputs: {items: [x]}, steps: [{type: speak, chapter: "{e.item} y", inputs: {text: Third.}}]}
"""


@pytest.mark.parametrize("ending", ["mp3", "opus", "flac", "wav"])
async def test_a_script_has_its_title_and_its_chapters_where_the_format_does(tmp_path: Path, ending: str) -> None:
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}) as pipeline:
        events = [event async for event in pipeline.stream_script_to_audio(parsed(CHAPTERS))]
    path = tmp_path / f"talk.{ending}"
    await asyncio.to_thread(save, events, path)
    begins = [event.begins for event in events if isinstance(event, Audio)]
    with av.open(str(path)) as file:
        found = [(c["metadata"]["title"], float(c["start"] * c["time_base"])) for c in file.chapters()]
        title = {**file.metadata, **file.streams[0].metadata}.get("title")
    assert isinstance(events[-1], Complete)
    assert soundfile.info(path).duration == pytest.approx(events[-1].seconds, abs=0.05)
    if ending == "wav":
        assert (found, title) == ([], None)
    else:
        assert title == "Tides – 12" and [name for name, _ in found] == ["One", "Two", "x y"]
        assert [at for _, at in found] == pytest.approx(begins, abs=0.01)


def test_a_file_with_a_title_may_have_any_name(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline("text", "tone", {"output_dir": tmp_path})
    events = list(pipeline.stream_text_to_audio(TEXT * 10, title="Talk"))
    save(events, tmp_path / "bare.opus")
    assert isinstance(events[-1], Complete)
    assert soundfile.info(tmp_path / "bare.opus").duration == pytest.approx(events[-1].seconds, abs=0.05)


def test_what_cannot_be_saved_is_told_and_leaves_what_there_was(tmp_path: Path) -> None:
    events, path = spoken(tmp_path), tmp_path / "talk.wav"
    path.write_bytes(b"an older one")
    for wrong, kept in (("talk.8track", events), ("talk", events), ("talk.wav", events[1:]), ("talk.wav", [])):
        with pytest.raises(InvalidRequest):
            save(kept, tmp_path / wrong)
    with pytest.raises(StoreError, match="cannot be written"):
        save(events, path / "talk.wav")
    next(event for event in events if isinstance(event, Audio) and event.path and not event.path.unlink())
    with pytest.raises(NotHeld):
        save(events, path)
    assert path.read_bytes() == b"an older one"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["clips", "talk.wav"]
