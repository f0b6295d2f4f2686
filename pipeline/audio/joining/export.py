"""A run's sound as one file for the shelf: with chapters where the format has them, and in formats that need FFmpeg."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL, PIPE

import anyio
import av
import soundfile
from anyio.abc import Process

from pipeline.audio import ENCODERS, Encoder, encoded, encoder
from pipeline.audio.formats.muxing import AAC_BIT_RATE, Muxer
from pipeline.audio.formats.wav import WavEncoder
from pipeline.audio.joining.marks import Mark, id3, label
from pipeline.errors import InvalidSetting, NotInstalled, StoreError
from pipeline.ground.drafts import draft

LONGEST = 2 * 3600.0
"""Seconds of sound that may go through pydub, which holds all of it in memory."""
PATIENCE = 60.0
"""Seconds that FFmpeg may take; for a file, as many more as its sound lasts."""
_CHILD = Path(__file__).with_name("pydub_child.py")
COPIED = {"m4a": "ipod", "m4b": "ipod", "opus": "ogg", "flac": "flac"}
"""Endings of files whose chapters and title are put in by copying their packets, and what FFmpeg calls them."""


def check(ending: str, sample_rate: int = 22050) -> None:
    """Whether such files can be made here; FFmpeg, where it is needed, tries it with a moment of silence.

    Raises InvalidSetting for an ending that nothing can make, NotInstalled when FFmpeg is needed and not there."""
    if ending in ENCODERS or ending in COPIED:
        return
    others = ", ".join([*ENCODERS, "m4a", "m4b"])
    if not re.fullmatch("[a-z0-9]{1,8}", ending):
        raise InvalidSetting(f"A file's ending says its format: {others}.")
    if shutil.which("ffmpeg") is None:
        raise NotInstalled(
            f"Files of the kind .{ending} are made by ffmpeg, which is not on this machine's path. "
            f"Install it, or choose {others}."
        )
    with tempfile.TemporaryDirectory() as folder:
        sound, made = Path(folder) / "sound.wav", Path(folder) / f"made.{ending}"
        sound.write_bytes(encoded(WavEncoder, bytes(sample_rate // 10 * 2), sample_rate))
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(sound), "-f", _container(ending), str(made)]
        try:
            trial = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired as error:
            raise InvalidSetting(
                f"ffmpeg made no file of the kind .{ending} within {PATIENCE:g} seconds, and was stopped. "
                f"See whether it works by itself, or choose {others}."
            ) from error
    if trial.returncode:
        why = _last_line(trial.stderr, folder)
        raise InvalidSetting(f"ffmpeg cannot make a file of the kind .{ending} ({why}). Choose {others}.")


async def export(
    pcm: AsyncIterator[bytes],
    sample_rate: int,
    target: Path,
    *,
    samples: int | None = None,
    marks: Sequence[Mark] = (),
    tags: Mapping[str, str] | None = None,
) -> Path:
    """Write sound (a `Join` in the format "pcm", and its `length`) to `target`, in the format of its ending, whole or
    not at all.

    WAV, FLAC, MP3, Opus, M4A and M4B in little memory, however long; any other ending through pydub and FFmpeg.
    Raises what `check` does, before anything is written; StoreError when FFmpeg breaks off, or takes longer than the
    sound lasts and a minute."""
    ending, tags = target.suffix.lower().removeprefix("."), dict(tags or {})
    await anyio.to_thread.run_sync(check, ending, sample_rate)
    target.parent.mkdir(parents=True, exist_ok=True)
    with draft(target) as folder:
        made = folder / f"sound.{ending}"
        if ending in ENCODERS:
            begin = id3(marks, tags) if ending == "mp3" and (marks or tags) else b""
            await _write(pcm, encoder(ending)(sample_rate, samples), made, begin)
        elif ending in COPIED:
            await _write(pcm, Muxer("aac", "mp4", sample_rate, bit_rate=AAC_BIT_RATE, path=made), made, None)
        else:
            plain = folder / "plain.wav"
            await _write(pcm, WavEncoder(sample_rate, samples), plain)
            await _by_pydub(plain, made, ending, tags)
        if ending in COPIED and (marks or tags or ending not in ENCODERS):
            marked = folder / f"marked.{ending}"
            await anyio.to_thread.run_sync(copy, made, marked, COPIED[ending], marks, tags)
            made = marked
        os.replace(made, target)
    return target


async def _write(pcm: AsyncIterator[bytes], encoder: Encoder | Muxer, path: Path, begin: bytes | None = b"") -> None:
    """`begin`: what the file begins with; None when the encoder writes it itself."""
    if begin is not None:
        await anyio.to_thread.run_sync(path.write_bytes, begin)

    def add(part: bytes | None) -> None:
        if data := encoder.finish() if part is None else encoder.feed(part):
            with path.open("ab") as file:
                file.write(data)

    async for part in pcm:
        await anyio.to_thread.run_sync(add, part)
    await anyio.to_thread.run_sync(add, None)


async def _by_pydub(source: Path, target: Path, ending: str, tags: Mapping[str, str]) -> None:
    seconds = await anyio.to_thread.run_sync(lambda: float(soundfile.info(source).duration))
    if seconds > LONGEST:
        hours = f"{seconds / 3600:.1f} hours"
        raise InvalidSetting(f"{hours} are too long for a file of the kind .{ending}: choose m4b, mp3, opus or flac.")
    command = [sys.executable, "-P", str(_CHILD), str(source), str(target), _container(ending), json.dumps(dict(tags))]
    patience = PATIENCE + seconds
    apart = {**os.environ, "TMPDIR": str(target.parent)}  # pydub leaves its files where it is ended
    starting = asyncio.create_task(
        anyio.open_process(command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, env=apart, start_new_session=True)
    )
    try:
        started = await asyncio.shield(starting)  # left half way, it would end its own child, and not FFmpeg
        with anyio.fail_after(patience):
            said = b"".join([part async for part in started.stderr]) if started.stderr else b""
            code = await started.wait()
    except TimeoutError as error:
        raise StoreError(
            f"ffmpeg has not ended the file {target.name} within {patience:.0f} seconds, and was stopped. "
            "Try again when the machine has less to do, or choose m4b, mp3, opus or flac."
        ) from error
    finally:
        with anyio.CancelScope(shield=True):
            started = await starting
            if started.returncode is None:
                with contextlib.suppress(ProcessLookupError):  # it has just ended
                    _end(started)
            await started.aclose()
    if code:
        raise StoreError(f"ffmpeg broke off at the file {target.name} ({_last_line(said, str(target.parent))}).")


def _end(process: Process) -> None:
    """And what it started, where there are groups of processes: not on Windows."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _last_line(said: bytes, folder: str) -> str:
    lines = said.decode(errors="replace").replace(f"{folder}{os.sep}", "").strip().splitlines()
    return lines[-1][-200:] if lines else "it did not say why"


# ---- in a thread ----------------------------------------------------------------------------------------------------


def copy(source: Path, target: Path, container: str, marks: Sequence[Mark], tags: Mapping[str, str]) -> None:
    """Chapters stand before the sound: they are known only now, so its packets are copied behind them."""
    options = {"movflags": "+faststart"} if container == "ipod" else {}
    with av.open(str(source)) as read, av.open(str(target), "w", format=container, options=options) as write:
        stream = read.streams.audio[0]
        copy = write.add_stream_from_template(stream)
        label(write, copy, marks, tags)
        for packet in read.demux(stream):
            if packet.dts is not None:
                packet.stream = copy
                write.mux(packet)


def _container(ending: str) -> str:
    return _CONTAINERS.get(ending, ending)


_CONTAINERS = {"wma": "asf", "mka": "matroska", "weba": "webm", "aac": "adts", "m4r": "ipod", "aifc": "aiff"}
"""Endings that FFmpeg knows by another name."""
