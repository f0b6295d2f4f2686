"""Parts that were encoded apart are heard as one: every sample has its place, and no seam is heard."""

import signal
import struct
import sys
import zlib
from pathlib import Path

import anyio
import av
import numpy as np
import pytest

from pipeline.audio.joining.marks import Mark
from pipeline.audio.joining.splicing import Part, PartEncoder, kind, measured, splice

SILENCE = 8000
"""Samples at the end of each part."""


def part(folder: Path, number: int, ending: str, rate: int) -> Part:
    count = measured(rate + 777 * number + SILENCE, kind(ending), rate)
    tone = (np.sin(2 * np.pi * 400 * np.arange(count) / rate) * 9000).astype(np.int16)
    tone[-SILENCE:] = 0
    made = PartEncoder(kind(ending), rate, count)
    path = folder / f"{number}.{kind(ending)}"
    data = tone.tobytes()
    path.write_bytes(b"".join(made.feed(data[at : at + 5000]) for at in range(0, len(data), 5000)) + made.finish())
    return Part(path, count)


def heard(path: Path) -> tuple[np.ndarray, int]:
    with av.open(str(path)) as file:
        frames = [frame.to_ndarray().astype(np.float64) for frame in file.decode(audio=0)]
        rate = file.streams.audio[0].codec_context.sample_rate
        planar = file.streams.audio[0].codec_context.format.is_planar
    whole = np.concatenate([frame[0] if planar else frame.ravel() for frame in frames])
    return whole / np.abs(whole).max(), rate


def begins(samples: np.ndarray) -> list[int]:
    """Where sound begins after silence."""
    loud = np.nonzero(np.abs(samples) > 0.2)[0]
    return [int(loud[0]), *(int(at) for at in loud[1:][np.diff(loud) > 3000])]


PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    for name, data in (
        (b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress((b"\0" + b"\x80" * 24) * 8)),
        (b"IEND", b""),
    )
)


@pytest.mark.parametrize("rate", [22050, 24000, 44100])
@pytest.mark.parametrize("ending", ["mp3", "m4b", "opus", "flac", "wav"])
async def test_every_part_begins_where_its_samples_would(tmp_path: Path, ending: str, rate: int) -> None:
    parts = [part(tmp_path, number, ending, rate) for number in range(4)]
    samples, heard_rate = heard(await splice(parts, rate, tmp_path / f"whole.{ending}"))
    places = np.cumsum([0, *(one.samples for one in parts[:-1])]) / rate
    assert np.array(begins(samples)) / heard_rate == pytest.approx(places, abs=0.002)
    assert len(samples) / heard_rate == pytest.approx(sum(one.samples for one in parts) / rate, abs=0.06)


@pytest.mark.parametrize("ending", ["mp3", "m4b", "opus"])
async def test_between_the_parts_is_silence_without_a_click(tmp_path: Path, ending: str) -> None:
    rate = 22050
    parts = [part(tmp_path, number, ending, rate) for number in range(3)]
    samples, heard_rate = heard(await splice(parts, rate, tmp_path / f"whole.{ending}"))
    for at in np.cumsum([one.samples for one in parts])[:-1]:
        seam = round(at / rate * heard_rate)
        before = round(SILENCE / rate * heard_rate)
        assert np.abs(samples[seam - before + 2500 : seam - 2500]).max() < 0.005


@pytest.mark.parametrize("ending", ["mp3", "m4b"])
async def test_chapters_title_and_cover_are_in_the_file(tmp_path: Path, ending: str) -> None:
    parts = [part(tmp_path, number, ending, 22050) for number in range(2)]
    marks = [Mark("One", 0.0, 1.5), Mark("Two \u2013 \u00fc", 1.5, 3.0)]
    path = await splice(
        parts, 22050, tmp_path / f"b.{ending}", marks=marks, tags={"title": "A Book", "artist": "Ann"}, cover=PNG
    )
    with av.open(str(path)) as file:
        assert file.metadata["title"] == "A Book"
        assert file.metadata["artist"] == "Ann"
        assert [chapter["metadata"]["title"] for chapter in file.chapters()] == ["One", "Two \u2013 \u00fc"]
        assert [float(c["start"] * c["time_base"]) for c in file.chapters()] == pytest.approx([0.0, 1.5], abs=0.002)
        assert [stream.codec_context.name for stream in file.streams.video] == ["png"]


def stretched(side: int) -> bytes:
    """The picture, as it says itself, so many pixels wide and high."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes((1 + 3 * side) * side), 9)
    rest = b"IDAT" + rows
    return b"".join(
        [PNG[:8], struct.pack(">I", 13), head, struct.pack(">I", zlib.crc32(head))]
        + [struct.pack(">I", len(rows)), rest, struct.pack(">I", zlib.crc32(rest)), PNG[-12:]]
    )


@pytest.mark.parametrize(
    "cover",
    [PNG[:40], PNG[:8] + b"\xff" * 500, b"\xff\xd8\xff" + b"x" * 100, PNG[:8], stretched(9000)],
    ids=["cut off", "noise", "noise of another kind", "nothing", "as large as a house"],
)
@pytest.mark.parametrize("ending", ["mp3", "m4b"])
async def test_a_cover_that_nobody_could_show_is_left_out_and_the_book_is_made(
    tmp_path: Path, ending: str, cover: bytes
) -> None:
    path = await splice([part(tmp_path, 0, ending, 22050)], 22050, tmp_path / f"b.{ending}", cover=cover)
    with av.open(str(path)) as file:
        assert len(file.streams.audio) == 1 and not file.streams.video


KILLED = """
import os, signal, sys
from pathlib import Path
import anyio
from pipeline.audio.joining.splicing import Part, splice
parts = [Part(Path(sys.argv[1]), int(sys.argv[2]))]
anyio.run(lambda: splice(parts, 22050, Path(sys.argv[3]), seen=lambda samples: os.kill(os.getpid(), signal.SIGKILL)))
"""


async def test_what_was_being_put_together_when_a_process_was_killed_goes_with_the_next(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    one, folder = part(tmp_path, 0, "mp3", 22050), tmp_path / "books"
    command = [sys.executable, "-c", KILLED, str(one.path), str(one.samples), str(folder / "a.mp3")]
    assert (await anyio.run_process(command, check=False)).returncode == -signal.SIGKILL
    assert list(folder.glob(".*/a.mp3"))
    await splice([one], 22050, folder / "b.mp3")
    assert [path.name for path in folder.iterdir()] == ["b.mp3"]
