"""Plays a run's clips while it goes on: one player process, fed with samples, so that no gap lies between clips."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.to_thread
import numpy
import soundfile
from anyio.abc import Process

from pipeline.audio.formats.wav import HEADER, sample_rate_of
from pipeline.errors import AloudError

PLAYERS: dict[str, tuple[str, ...]] = {
    "paplay": ("--raw", "--format=s16le", "--channels=1", "--rate={rate}"),
    "aplay": ("-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", "{rate}", "-"),
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "error", "-f", "s16le", "-ar", "{rate}", "-i", "-"),
    "play": ("-q", "-t", "raw", "-e", "signed-integer", "-b", "16", "-c", "1", "-r", "{rate}", "-"),
    "mpv": (
        "--no-terminal", "--no-video", "--demuxer=rawaudio", "--demuxer-rawaudio-format=s16le",
        "--demuxer-rawaudio-channels=1", "--demuxer-rawaudio-rate={rate}", "-",
    ),
    "afplay": ("{file}",),
}  # fmt: skip
"""Programs that take 16-bit mono samples on their standard input; `afplay`, on every Mac, takes a file."""
BLOCK = 1 << 16
"""Bytes at a time, of a clip that grows."""


class PlayerFailed(AloudError):
    code = "player_failed"


@dataclass(frozen=True, slots=True)
class Growing:
    """A WAV file that can be heard while it is still being written, until `ended` is set."""

    path: Path
    ended: anyio.Event = field(default_factory=anyio.Event)


def found() -> str | None:
    """The first player that this machine has."""
    return next((name for name in PLAYERS if shutil.which(name)), None)


async def play(name: str, clips: AsyncIterable[Path | Growing]) -> None:
    """Every clip in turn, until the last one has been heard; cancelling falls silent at once. Raises PlayerFailed."""
    if "{file}" in PLAYERS[name]:
        async for clip in clips:
            await _run(name, await _finished(clip))
        return
    async with AsyncExitStack() as stack:
        process, now = None, 0
        async for clip in clips:
            async with aclosing(_samples(clip)) as pieces:
                async for samples, rate in pieces:
                    if process is None or rate != now:
                        if process is not None:
                            await _drain(name, process)
                        process, now = await stack.enter_async_context(await _open(name, rate)), rate
                    await _feed(name, process, samples)
        if process is not None:
            await _drain(name, process)


async def _finished(clip: Path | Growing) -> Path:
    if isinstance(clip, Path):
        return clip
    await clip.ended.wait()
    return clip.path


async def _samples(clip: Path | Growing) -> AsyncGenerator[tuple[bytes, int], None]:
    """16-bit mono samples as they come, with their rate in hertz."""
    if isinstance(clip, Path):
        yield await anyio.to_thread.run_sync(_whole, clip)
        return
    try:
        opened = await anyio.open_file(clip.path, "rb")
    except FileNotFoundError:
        return  # broken off before anything of it was heard
    async with opened as file:
        header, rest = b"", b""
        while True:
            ended = clip.ended.is_set()  # asked before the read: what came before the end is read, too
            data = await file.read(BLOCK)
            if len(header) < HEADER:
                header, data = (header + data)[:HEADER], (header + data)[HEADER:]
            rest += data
            if even := len(rest) & ~1:
                yield rest[:even], sample_rate_of(header)
                rest = rest[even:]
            elif ended:
                return
            else:
                with anyio.move_on_after(0.02):
                    await clip.ended.wait()


def _whole(clip: Path) -> tuple[bytes, int]:
    data, rate = soundfile.read(clip, dtype="int16", always_2d=True)
    return numpy.ascontiguousarray(data[:, 0]).tobytes(), int(rate)


def _command(name: str, **values: object) -> list[str]:
    return [name, *(part.format(**values) for part in PLAYERS[name])]


async def _open(name: str, rate: int) -> Process:
    return await anyio.open_process(
        _command(name, rate=rate),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is ours to answer: to the player it would be a failure
    )


async def _run(name: str, clip: Path) -> None:
    try:
        await anyio.run_process(_command(name, file=clip), stderr=subprocess.PIPE, start_new_session=True)
    except subprocess.CalledProcessError as error:
        raise PlayerFailed(_why(name, error.stderr)) from error


async def _feed(name: str, process: Process, samples: bytes) -> None:
    assert process.stdin is not None
    try:
        await process.stdin.send(samples)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
        raise PlayerFailed(_why(name, await _words(process))) from error


async def _drain(name: str, process: Process) -> None:
    """Until everything handed over has been heard."""
    assert process.stdin is not None
    await process.stdin.aclose()
    words = await _words(process)
    if await process.wait() != 0:
        raise PlayerFailed(_why(name, words))


async def _words(process: Process) -> bytes:
    assert process.stderr is not None
    said = b""
    async for part in process.stderr:
        said = (said + part)[-4096:]
    return said


def _why(name: str, words: bytes) -> str:
    lines = words.decode(errors="replace").strip().splitlines()
    return f"{name} cannot play here" + (f": {lines[0].strip()}" if lines else ".")
