"""Runs' folders lie apart where the disk can do it, and nothing is asked of one that cannot."""

from __future__ import annotations

import array
import os
import sys
from pathlib import Path

import pytest

from pipeline.stores.apart import keep_apart
from pipeline.stores.clips import FolderClipStore

fcntl = pytest.importorskip("fcntl")

GET_ATTRIBUTES, APART = 0x80086601, 0x20000


def attributes(folder: Path) -> int:
    """As the system tells them, or 0."""
    descriptor, told = os.open(folder, os.O_RDONLY), array.array("i", [0, 0])
    try:
        fcntl.ioctl(descriptor, GET_ATTRIBUTES, told)
    except OSError:
        return 0
    finally:
        os.close(descriptor)
    return told[0]


@pytest.mark.skipif(sys.platform != "linux" or sys.maxsize < 2**32, reason="asks Linux on 64 bits")
def test_folders_in_it_are_kept_apart_and_all_else_of_it_stays(tmp_path: Path) -> None:
    before = attributes(tmp_path)
    if not keep_apart(str(tmp_path)):
        pytest.skip("this file system knows nothing of it")
    assert attributes(tmp_path) == before | APART
    assert not keep_apart(str(tmp_path)), "it is so already"
    folders = [tmp_path / name for name in "abcdefgh"]
    for folder in folders:
        folder.mkdir()
    assert not any(attributes(folder) & APART for folder in folders)
    assert len({folder.stat().st_ino // 8192 for folder in folders}) > 4, "in as many parts of the disk"


def test_a_folder_that_cannot_be_told_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"sound")
    assert not any(keep_apart(str(place)) for place in (tmp_path / "none", tmp_path / "file", "/proc"))


async def test_where_folders_are_dear_to_make_a_run_has_its_own_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.stores.clips.DEAR", -1.0)
    store = FolderClipStore(tmp_path / "new" / "clips")
    clips = [await store.write(run, f"{number:05d}.wav", b"sound") for run in "ab" for number in range(3)]
    assert [clip.read_bytes() for clip in clips] == [b"sound"] * 6
    assert len(set(clips)) == 6
