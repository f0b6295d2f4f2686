"""Clips are heard in order, without a gap, and a player that cannot play says why."""

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import anyio
import numpy
import pytest
import soundfile

from api.cli import player
from tests.api.cli.conftest import program, recorder


async def given(*clips: Path) -> AsyncGenerator[Path, None]:
    for clip in clips:
        yield clip


def clip(path: Path, first: int, count: int = 1000, rate: int = 22_050) -> Path:
    soundfile.write(path, numpy.arange(first, first + count, dtype=numpy.int16), rate)
    return path


def test_a_machine_without_a_player_has_none(machine: Path) -> None:
    assert player.found() is None


def test_the_first_player_there_is_is_taken(machine: Path) -> None:
    for name in ("play", "aplay"):
        program(machine, name, "")
    assert player.found() == "aplay"


@pytest.mark.parametrize("name", [name for name, command in player.PLAYERS.items() if "{file}" not in command])
async def test_clips_become_one_stream_of_samples(machine: Path, tmp_path: Path, name: str) -> None:
    heard = tmp_path / "heard"
    recorder(machine, name, heard)
    clips = [clip(tmp_path / file, first) for file, first in (("1.wav", 0), ("2.wav", 1000), ("3.flac", 2000))]
    await player.play(name, given(*clips))
    assert (numpy.frombuffer(heard.read_bytes(), numpy.int16) == numpy.arange(3000)).all()
    assert heard.with_suffix(".how").read_text().count("22050") == 1


async def test_another_rate_is_another_stream_after_the_first(machine: Path, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    recorder(machine, "aplay", heard)
    await player.play("aplay", given(clip(tmp_path / "1.wav", 0), clip(tmp_path / "2.wav", 1000, rate=24_000)))
    assert (numpy.frombuffer(heard.read_bytes(), numpy.int16) == numpy.arange(2000)).all()
    assert "24000" in heard.with_suffix(".how").read_text().splitlines()[1]


async def test_a_clip_is_heard_while_it_grows(machine: Path, tmp_path: Path) -> None:
    heard, growing = tmp_path / "heard", tmp_path / "2.wav"
    os.mkfifo(heard)
    program(
        machine,
        "aplay",
        f"out = open({str(heard)!r}, 'wb', 0)\nwhile b := sys.stdin.buffer.raw.read(9999): out.write(b)",
    )
    whole = clip(growing, 1000).read_bytes()
    growing.write_bytes(whole[:1001])
    later = player.Growing(growing)

    async def all_of() -> AsyncGenerator[Path | player.Growing, None]:
        for one in (clip(tmp_path / "1.wav", 0), later, clip(tmp_path / "3.wav", 2000)):
            yield one

    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(player.play, "aplay", all_of())
            async with await anyio.open_file(heard, "rb", 0) as ear:
                got = b""
                while len(got) < 2000 + 956:  # of the second clip, all whole samples that are there
                    got += await ear.read(9999)
                with growing.open("ab") as file:
                    file.write(whole[1001:])
                later.ended.set()
                while more := await ear.read(9999):
                    got += more
    assert (numpy.frombuffer(got, numpy.int16) == numpy.arange(3000)).all()


async def test_a_clip_that_was_broken_off_is_passed_over(machine: Path, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    recorder(machine, "aplay", heard)
    gone = player.Growing(tmp_path / "gone.wav")
    gone.ended.set()

    async def both() -> AsyncGenerator[Path | player.Growing, None]:
        yield gone
        yield clip(tmp_path / "1.wav", 0)

    await player.play("aplay", both())
    assert len(heard.read_bytes()) == 2000


async def test_a_player_of_files_is_given_each_file(machine: Path, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    recorder(machine, "afplay", heard)
    one, two = clip(tmp_path / "1.wav", 0), clip(tmp_path / "2.wav", 0)
    await player.play("afplay", given(one, two))
    assert heard.with_suffix(".how").read_text().splitlines() == [str(one), str(two)]


@pytest.mark.parametrize("name", ["aplay", "afplay"])
async def test_a_player_that_fails_says_why(machine: Path, tmp_path: Path, name: str) -> None:
    program(machine, name, "sys.stderr.write('audio open error: No such file\\nmore\\n'); sys.exit(1)")
    with pytest.raises(player.PlayerFailed, match=f"^{name} cannot play here: audio open error: No such file$"):
        await player.play(name, given(clip(tmp_path / "1.wav", 0, 500_000), clip(tmp_path / "2.wav", 0, 500_000)))


async def test_cancelling_falls_silent(machine: Path, tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    program(machine, "aplay", f"import time; open({str(started)!r}, 'w').close(); time.sleep(60)")
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(player.play, "aplay", given(clip(tmp_path / "1.wav", 0, 500_000)))
            await anyio.to_thread.run_sync(lambda: started.open().close())
            tasks.cancel_scope.cancel()
