"""A file in reserve is the whole file at once, or nothing at all."""

import asyncio
import os
import sys

import pytest

from pipeline.stores import blank as reserve
from pipeline.stores import clips
from pipeline.stores.blank import Blank
from pipeline.stores.clips import FolderClipStore
from pipeline.stores.scribe import aside

pytestmark = pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has files without a name")


@pytest.fixture
def blank(tmp_path):
    blank = Blank()
    blank.prepare(tmp_path)
    return blank


def test_it_becomes_a_file_once(blank, tmp_path):
    assert os.listdir(tmp_path) == []
    assert blank.become(str(tmp_path / "clip"), b"sound" * 100_000)
    assert (tmp_path / "clip").read_bytes() == b"sound" * 100_000
    assert not blank.become(str(tmp_path / "other"), b"sound")
    assert os.listdir(tmp_path) == ["clip"]


def test_it_takes_the_place_of_nothing(blank, tmp_path):
    (tmp_path / "clip").write_bytes(b"earlier")
    assert not blank.become(str(tmp_path / "clip"), b"later")
    assert (tmp_path / "clip").read_bytes() == b"earlier"


def test_there_may_be_none(tmp_path):
    blank = Blank()
    blank.prepare(tmp_path / "erased")
    assert not blank.become(str(tmp_path / "clip"), b"sound")
    assert os.listdir(tmp_path) == []


def test_no_file_stays_open(tmp_path):
    before = os.listdir("/proc/self/fd")
    for number in range(20):
        blank = Blank()
        blank.prepare(tmp_path)
        if number % 2:
            blank.become(str(tmp_path / f"{number}"), b"sound")
        del blank
    assert len(os.listdir("/proc/self/fd")) == len(before)


async def test_a_copy_of_the_process_does_not_write_into_it(tmp_path):
    program = """
import os, sys
from pipeline.stores.blank import Blank
blank = Blank()
blank.prepare(sys.argv[1])
child = os.fork()
blank.become(sys.argv[1] + f"/{'clip' if child else 'copy'}", b"sound")
if child:
    os.waitpid(child, 0)
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(tmp_path))
    assert await process.wait() == 0
    assert os.listdir(tmp_path) == ["clip"]


@pytest.mark.parametrize("dear", [0.0, 1.0])
async def test_one_is_made_before_where_files_are_dear(dear, tmp_path, monkeypatch):
    monkeypatch.setattr(reserve, "DEAR", dear)
    monkeypatch.setattr(clips, "DEAR", dear)
    store, held = FolderClipStore(tmp_path), []
    for number in range(3):
        await store.write("run", f"{number}.wav", b"sound")
        await aside(list)  # once what follows a clip is done too
        held.append(store._blank.ready)
    assert held == ([False, True, True] if not dear else [False] * 3)


@pytest.mark.parametrize("dear", [0.0, 1.0])
async def test_clips_are_whole_whichever_way_they_came(dear, tmp_path, monkeypatch):
    monkeypatch.setattr(reserve, "DEAR", dear)
    monkeypatch.setattr(clips, "DEAR", dear)
    store = FolderClipStore(tmp_path)
    for round in range(2):  # the second time each name is taken
        for number in range(10):
            data = bytes([round, number]) * (1 + 10_000 * number)
            path = await store.write("run", f"{number}.wav", data)
            assert path.read_bytes() == data
            assert store.path("run", f"{number}.wav") == path
    assert sorted(os.listdir(tmp_path / "run")) == [f"{number}.wav" for number in range(10)]


async def test_what_a_dead_process_left_half_written_is_written_whole(tmp_path):
    store = FolderClipStore(tmp_path)
    await store.write("run", "0.wav", b"sound")
    store._blank.prepare(tmp_path)
    (tmp_path / "run" / "1.wav.growing").touch()
    await store.write("run", "1.wav", b"sound")
    assert store.path("run", "1.wav") is not None
