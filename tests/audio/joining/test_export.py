"""Files for the shelf."""

import asyncio
import os
import shutil
import stat

import av
import numpy as np
import pytest

from pipeline.audio.joining.export import export
from pipeline.audio.joining.marks import Mark
from pipeline.errors import InvalidSetting, NotInstalled, StoreError
from tests.engines.processes import ended

RATE = 22050
MARKS = [Mark("One", 0.0, 1.5), Mark("Zwölf – 十二", 1.5, 4.0)]


def sound(seconds=4.0):
    return (8000 * np.sin(2 * np.pi * 330 * np.arange(round(seconds * RATE)) / RATE)).astype(np.int16)


async def pcm(samples):
    for part in np.array_split(samples, 7):
        yield part.tobytes()


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3", "opus", "m4a", "m4b"])
async def test_every_ending_holds_the_whole_sound(tmp_path, ending):
    path = await export(pcm(sound()), RATE, tmp_path / "new" / f"run.{ending}", samples=len(sound()))
    with av.open(str(path)) as file:
        assert file.duration / 1e6 == pytest.approx(4.0, abs=0.007)  # Opus counts what comes before the first sample
        heard = sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))
    frame = 1024 / RATE if ending in ("m4a", "m4b") else 0  # FFmpeg decodes the last one whole
    assert -1e-6 <= heard - 4.0 <= frame + 1e-6
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def box(data, *path):
    """What is in a box of an MP4 file."""
    at = 0
    while at < len(data):
        size, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if name == path[0].encode():
            return box(data[at + 8 : at + size], *path[1:]) if path[1:] else data[at + 8 : at + size]
        at += size
    raise KeyError(path)


@pytest.mark.parametrize("count", [1000, 1024, 4 * RATE, 4 * RATE + 333])
async def test_an_m4a_says_exactly_where_its_sound_begins_and_ends(tmp_path, count):
    path = await export(pcm(sound(5.0)[:count]), RATE, tmp_path / "run.m4a")
    track = box(path.read_bytes(), "moov", "trak")
    rate, length = np.frombuffer(box(track, "mdia", "mdhd")[12:20], ">u4")
    _, begins = np.frombuffer(box(track, "edts", "elst")[8:16], ">i4")
    assert (rate, begins) == (RATE, 1024), "what AAC puts before the first sample"
    assert length - begins == count


@pytest.mark.parametrize("ending", ["mp3", "opus", "m4a", "m4b", "flac"])
async def test_chapters_and_titles_are_read_back(tmp_path, ending):
    tags = {"title": "A book", "artist": "Nobody"}
    path = await export(pcm(sound()), RATE, tmp_path / f"run.{ending}", samples=len(sound()), marks=MARKS, tags=tags)
    with av.open(str(path)) as file:
        found = file.chapters()
        assert [mark["metadata"]["title"] for mark in found] == ["One", "Zwölf – 十二"]
        assert [float(mark["start"] * mark["time_base"]) for mark in found] == [0.0, 1.5]
        said = {key.lower(): value for key, value in {**file.metadata, **file.streams.audio[0].metadata}.items()}
        assert said["title"] == "A book" and said["artist"] == "Nobody"
        assert sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0)) == pytest.approx(4.0, abs=0.047)


async def test_without_ffmpeg_the_error_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match="ffmpeg"):
        await export(pcm(sound()), RATE, tmp_path / "run.wma")
    assert list(tmp_path.iterdir()) == []


async def test_a_file_without_a_format_is_refused(tmp_path):
    for name in ("run", "run.no way", "run.-i"):
        with pytest.raises(InvalidSetting, match="m4b"):
            await export(pcm(sound()), RATE, tmp_path / name)


@pytest.fixture
def ffmpeg(tmp_path, monkeypatch):
    """Puts a stand-in for ffmpeg on the path, a shell script: the real one need not be there."""
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")

    def write(*lines):
        script = tools / "ffmpeg"
        script.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        script.chmod(script.stat().st_mode | stat.S_IXUSR)

    return write


MADE = 'for last; do :; done; echo sound > "$last"'
TRIAL = f"case $* in *-nostdin*) {MADE}; exit;; esac"


async def test_pydub_asks_ffmpeg_for_what_we_cannot_make(tmp_path, ffmpeg):
    seen = tmp_path / "seen"
    ffmpeg(f'echo "$@" > {seen}', MADE)
    path = await export(pcm(sound()), RATE, tmp_path / "run.wma", samples=len(sound()), tags={"title": "A book"})
    assert path.read_text() == "sound\n"
    assert "-f asf" in seen.read_text() and "title=A book" in seen.read_text()


async def test_an_ffmpeg_that_will_not_try_is_not_waited_for(tmp_path, ffmpeg, monkeypatch):
    monkeypatch.setattr("pipeline.audio.joining.export.PATIENCE", 0.1)
    ffmpeg("exec sleep 60")
    with pytest.raises(InvalidSetting, match=r"\.wma within 0\.1 seconds.*m4b"):
        await export(pcm(sound()), RATE, tmp_path / "new" / "run.wma")
    assert not (tmp_path / "new").exists()


async def test_an_ffmpeg_that_does_not_end_is_stopped(tmp_path, ffmpeg, monkeypatch):
    monkeypatch.setattr("pipeline.audio.joining.export.check", lambda *_: None)
    monkeypatch.setattr("pipeline.audio.joining.export.PATIENCE", 0.1)
    ffmpeg("exec sleep 60")
    with pytest.raises(StoreError, match=r"sound\.wma within.*m4b"):
        await export(pcm(sound(0.1)), RATE, tmp_path / "new" / "run.wma")
    assert list((tmp_path / "new").iterdir()) == []


async def test_whoever_leaves_ends_ffmpeg(tmp_path, ffmpeg):
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    ffmpeg(TRIAL, f"echo $$ > {begun}", "exec sleep 60")
    exporting = asyncio.create_task(export(pcm(sound(0.1)), RATE, tmp_path / "new" / "run.wma"))
    pid = int(await asyncio.to_thread(begun.read_text))
    exporting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await exporting
    assert list((tmp_path / "new").iterdir()) == []
    await asyncio.wait_for(ended(pid), 30)


async def test_what_ffmpeg_says_at_its_end_is_told(tmp_path, ffmpeg):
    ffmpeg(TRIAL, "echo no room left >&2", "exit 1")
    with pytest.raises(StoreError, match=r"sound\.wma \(no room left\)"):
        await export(pcm(sound(0.1)), RATE, tmp_path / "run.wma")


real = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed here")


@real
@pytest.mark.parametrize(
    "ending", ["wma", "m4r", "mka", "webm", "weba", "aac", "aiff", "aifc", "ogg", "mp2", "caf", "au"]
)
async def test_the_real_ffmpeg_makes_what_is_asked_for(tmp_path, ending):
    path = await export(pcm(sound()), RATE, tmp_path / f"run.{ending}", samples=len(sound()), tags={"title": "A book"})
    with av.open(str(path)) as file:
        heard = sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))
    assert heard == pytest.approx(4.0, abs=0.1), "with what its codec pads"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@real
@pytest.mark.parametrize("ending", ["nonsense", "amr", "dts"])
async def test_what_ffmpeg_cannot_make_is_refused_before_anything_is_written(tmp_path, ending):
    async def unasked():
        pytest.fail("the sound was asked for")
        yield b""

    with pytest.raises(InvalidSetting, match=rf"\.{ending}.*m4b"):
        await export(unasked(), RATE, tmp_path / "new" / f"run.{ending}")
    assert list(tmp_path.iterdir()) == []


async def test_what_breaks_off_leaves_nothing_and_keeps_what_was_there(tmp_path):
    async def broken():
        yield sound().tobytes()
        raise OSError("gone")

    (tmp_path / "run.mp3").write_text("the last one")
    with pytest.raises(OSError, match="gone"):
        await export(broken(), RATE, tmp_path / "run.mp3")
    assert [file.name for file in tmp_path.iterdir()] == ["run.mp3"]
    assert (tmp_path / "run.mp3").read_text() == "the last one"
