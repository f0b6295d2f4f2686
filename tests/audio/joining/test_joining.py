"""A run as one piece of sound."""

import io
import wave
from contextlib import aclosing

import anyio
import av
import numpy as np
import pytest

from pipeline.audio import JOINED, encoded
from pipeline.audio.formats.wav import WavEncoder
from pipeline.audio.joining.joining import Join
from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.engines.espeak import EspeakEngine
from pipeline.errors import InvalidSetting, NotHeld, StoreError
from pipeline.events import Chunk, Pause, Speaking
from pipeline.types import Passage, Span, Voice
from tests.audio.studio import audio

RATE = 22050


def heard(index, samples):
    url = f"/api/v1/runs/run1/audio/{index:05d}.mp3?signature=a.b"
    return audio(index, url=url, media_type="audio/mpeg", seconds=len(samples) / RATE)


async def keep(clips, index, samples, rate=RATE):
    await clips.write("run1", f"{index:05d}.wav", encoded(WavEncoder, samples.tobytes(), rate))
    return heard(index, samples)


def noise(count, seed=1):
    return np.random.default_rng(seed).integers(-9000, 9000, count, dtype=np.int16)


async def stream(events):
    for event in events:
        yield event


async def joined(join, events, samples=None):
    return b"".join([data async for data in join.stream(stream(events), samples)])


def read(data):
    with wave.open(io.BytesIO(data)) as file:
        return file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)


async def test_every_sample_of_every_clip_in_order(clips):
    sounds = [noise(n, n) for n in (1000, 700_000, 1, 333)]
    events = [await keep(clips, i, sound) for i, sound in enumerate(sounds, 1)]
    rate, samples = read(await joined(Join(clips, "run1", RATE), events))
    assert rate == RATE
    assert np.array_equal(samples, np.concatenate(sounds))


async def test_an_ended_run_has_its_length_in_its_header(clips):
    events = [await keep(clips, 1, noise(1000)), Pause(seconds=0.5), await keep(clips, 2, noise(500))]
    join = Join(clips, "run1", RATE)
    length = await join.length(events)
    assert length == 1500 + RATE // 2
    data = await joined(join, events, length)
    assert len(data) == 44 + 2 * length
    with wave.open(io.BytesIO(data)) as file:
        assert file.getnframes() == length


async def test_pauses_are_silence_and_other_events_nothing(clips):
    events = [Chunk(content="x", start=0, end=1), Pause(seconds=0.1), await keep(clips, 1, noise(100))]
    _, samples = read(await joined(Join(clips, "run1", RATE), events))
    assert not samples[: RATE // 10].any() and np.array_equal(samples[RATE // 10 :], noise(100))


async def test_it_grows_while_the_run_does(clips):
    first, more = await keep(clips, 1, noise(1000)), anyio.Event()

    async def live():
        yield first
        await more.wait()
        yield await keep(clips, 2, noise(500))

    parts = Join(clips, "run1", RATE).stream(live())
    assert len(await anext(parts)) == 44 + 2000
    more.set()
    assert len(b"".join([part async for part in parts])) == 1000


@pytest.mark.parametrize("format", JOINED)
async def test_a_long_clip_is_heard_before_all_of_it_is_encoded(clips, format):
    events = [await keep(clips, 1, noise(20 * RATE))]
    async with aclosing(Join(clips, "run1", RATE, format).stream(stream(events))) as parts:
        first = await anext(parts)
        rest = [part async for part in parts]
    assert 0 < len(first) < len(b"".join(rest)) / 20
    assert len(rest) < 10, "and in few pieces"


async def test_a_clip_at_another_rate_is_brought_to_the_runs(clips):
    event = await keep(clips, 1, noise(16000), rate=16000)
    join = Join(clips, "run1", RATE)
    _, samples = read(await joined(join, [event]))
    assert len(samples) == await join.length([event]) == RATE


async def test_a_clip_that_is_gone_is_named(clips):
    with pytest.raises(NotHeld, match=r"00007\.mp3"):
        await joined(Join(clips, "run1", RATE), [heard(7, noise(1))])


async def test_a_run_without_sound_is_an_empty_file(clips):
    _, samples = read(await joined(Join(clips, "run1", RATE), [], 0))
    assert len(samples) == 0


async def test_an_unknown_format_is_refused(clips):
    with pytest.raises(InvalidSetting):
        Join(clips, "run1", RATE, "aiff")


async def test_also_as_bare_samples_and_as_aac(clips):
    events = [await keep(clips, 1, noise(22050)), await keep(clips, 2, noise(500))]
    assert await joined(Join(clips, "run1", RATE, "pcm"), events) == noise(22050).tobytes() + noise(500).tobytes()
    data = await joined(Join(clips, "run1", RATE, "aac"), events)
    with av.open(io.BytesIO(data), format="aac") as file:
        heard = sum(frame.samples for frame in file.decode(audio=0))
    assert heard == -(-(22550 + 1024) // 1024) * 1024, "what AAC puts before the first sample, in whole frames"


async def test_at_the_rate_that_is_asked_for(clips):
    event = await keep(clips, 1, noise(22050))
    assert len(await joined(Join(clips, "run1", 24000, "pcm"), [event])) == 48000


def speaking(index):
    return Speaking(
        index=index, url=f"{index:05d}.wav", path=None, media_type="audio/wav", begins=0.0, start=0, end=0
    )  # fmt: skip


@pytest.mark.parametrize("rate", [RATE, 24000])
async def test_a_clip_that_grows_is_heard_as_it_does(clips, rate):
    first, sound, last = await keep(clips, 1, noise(1000)), noise(30001, 2), noise(500, 3)
    growing = await clips.grow("run1", "00002.wav")
    made = WavEncoder(RATE)
    await growing.write(made.feed(sound[:20000].tobytes())[:-1])  # a block may end anywhere
    events = [first, speaking(2)]

    async def live():
        for event in events:
            yield event
        yield await keep(clips, 3, last)

    found = b""
    async with aclosing(Join(clips, "run1", rate, "pcm").stream(live())) as parts:
        async for part in parts:
            found += part
            if len(found) / 2 >= 20500 * rate / RATE and len(events) == 2:  # all that there is, but for a filter's own
                events.append(heard(2, sound))
                await growing.write(sound[:20000].tobytes()[-1:] + made.feed(sound[20000:].tobytes()))
                await growing.finish(encoded(WavEncoder, sound.tobytes(), RATE))
    assert found == await joined(Join(clips, "run1", rate, "pcm"), [first, heard(2, sound), heard(3, last)])


async def test_a_growing_clip_that_is_broken_off_breaks_off_the_whole(clips):
    for rest in [], [await keep(clips, 2, noise(500))]:
        growing = await clips.grow("run1", "00001.wav")
        await growing.write(WavEncoder(RATE).feed(noise(1000).tobytes()))
        async with aclosing(Join(clips, "run1", RATE).stream(stream([speaking(1), *rest]))) as parts:
            assert len(await anext(parts)) == 44 + 2000
            await growing.abort()
            with pytest.raises(StoreError, match="broken off"):
                await anext(parts)


async def test_a_clip_that_was_finished_meanwhile_is_heard_once(clips):
    event = await keep(clips, 1, noise(1000))
    _, samples = read(await joined(Join(clips, "run1", RATE), [speaking(1), event]))
    assert np.array_equal(samples, noise(1000))


@pytest.mark.parametrize("format", ["wav", "flac", "mp3", "opus", "aac"])
@pytest.mark.parametrize("after", [" ", ", ", ". ", ".\n\n"])
async def test_no_join_clicks_in_any_format(clips, format, after):
    """Not even between words: the largest step at a join is smaller than those inside speech."""
    engine, events, ends = EspeakEngine(), [], [0]
    recorder = LocalRecorder(engine, clips, format="mp3")
    for index, text in enumerate(("Seven ships sailed", "north before the winter", "closed all harbours")):
        said = text + after
        passage = Passage(index, said, 0, len(said), "size", text, (Span(0, len(text), 0, len(text)),))
        async with aclosing(recorder.record("run1", passage, Voice())) as items:
            clip = [item async for item in items][-1]
        events.append(heard(index, np.zeros(round(clip.seconds * RATE))))
        ends.append(ends[-1] + round(clip.seconds * RATE))
    await engine.aclose()
    data = await joined(Join(clips, "run1", RATE, format), events)
    with av.open(io.BytesIO(data)) as file:
        frames = [frame.to_ndarray().reshape(-1).astype(float) for frame in file.decode(audio=0)]
        rate = file.streams.audio[0].codec_context.sample_rate
    steps = np.abs(np.diff(np.concatenate(frames)))[1024 if format == "aac" else 0 :]
    near = round(0.004 * rate)
    for end in ends[1:-1]:
        place = round(end * rate / RATE)
        assert steps[place - near : place + near].max() < 0.25 * steps.max()
