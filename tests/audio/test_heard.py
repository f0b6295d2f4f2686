"""Heard equals written: whole clips and the joined run, through every format, checked by saying it all again."""

import io
from contextlib import aclosing

import numpy as np
import pytest
import soundfile

from pipeline.audio.joining.joining import Join
from pipeline.audio.recording.loudness import Levels
from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.engines.edge import EdgeEngine
from pipeline.engines.espeak import EspeakEngine
from pipeline.engines.pyttsx3 import Pyttsx3Engine
from pipeline.stores.clips import FolderClipStore
from pipeline.types import Passage, Span, Voice
from tests.audio.studio import audio
from tests.fakes.edge import edge
from tests.hearing import Reader, compare, follow, sentences

RATE = 22050
EACH = 12
FORMATS = ["wav", "flac", "mp3", "opus"]


@pytest.fixture(scope="module")
def reader():
    reader = Reader()
    yield reader
    reader.close()


@pytest.fixture
async def narration(tmp_path):
    """Sentences by three engines, in every format, as (texts, events, store)."""
    store, levels, events = FolderClipStore(tmp_path), Levels(), []
    texts = sentences(3 * EACH, seed=20)
    async with edge():
        engines = [EspeakEngine(), Pyttsx3Engine(), EdgeEngine()]
        voices = [Voice(name="gmw/en-US"), Voice(name="gmw/en-us", speed=175 / 200), Voice()]
        for index, text in enumerate(texts):
            said = text + " "
            span = Span(0, len(text), 0, len(text))
            passage = Passage(index, said, 0, len(said), reason="size", spoken=text, spans=(span,))
            engine, voice = engines[index % 3], voices[index % 3]
            format = FORMATS[index // 3 % len(FORMATS)]
            recorder = LocalRecorder(engine, store, format=format, levels=levels, sample_rate=RATE)
            async with aclosing(recorder.record("run", passage, voice)) as items:
                clip = [item async for item in items][-1]
            made = {"media_type": clip.media_type, "seconds": clip.seconds, "engine": engine.name}
            events.append(audio(index, url=clip.name, path=clip.path, text=said, **made))
        for engine in engines:
            await engine.aclose()
    return texts, events, store


async def joined(events, store, format):
    async def stream():
        for event in events:
            yield event

    data = b"".join([part async for part in Join(store, "run", RATE, format).stream(stream())])
    sound, rate = soundfile.read(io.BytesIO(data), dtype="int16", frames=3600 * 48000)
    return sound, rate


@pytest.mark.slow
async def test_every_clip_and_the_joined_run_say_what_was_written(narration, reader):
    texts, events, store = narration
    expected = [reader.read(text) for text in texts]
    for event, sound in zip(events, expected, strict=True):
        heard, rate = soundfile.read(event.path, dtype="int16")
        match = compare(heard, sound, rate)
        assert match.good, (event.engine, event.media_type, event.text, match)
    heard, rate = await joined(events, store, "mp3")
    assert len(heard) / rate == pytest.approx(sum(event.seconds for event in events), abs=0.2)
    assert None not in follow(heard, expected, rate)

    swapped = [*events[:10], events[11], events[10], *events[12:20]]
    heard, rate = await joined(swapped, store, "wav")
    assert None in follow(heard, expected[:20], rate), "a swap is noticed"
    heard, rate = await joined(events[:10] + events[11:20], store, "wav")
    assert None in follow(heard, expected[:20], rate), "so is a hole"
    heard, rate = await joined(events[:20], store, "wav")
    cut = np.delete(heard, slice(len(heard) // 2, len(heard) // 2 + rate // 2))
    assert None in follow(cut, expected[:20], rate), "and half a second that is gone"
