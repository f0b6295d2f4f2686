"""Clips on disk, beside what every store of them promises: whole or not there, whatever process was at it."""

import errno
import os
import re
import shutil
import threading
import time
from pathlib import Path

import anyio
import pytest

from pipeline.errors import StoreError, StoreFull
from pipeline.stores import clips
from pipeline.stores.clips import FolderClipStore


@pytest.fixture
def store(tmp_path):
    return FolderClipStore(tmp_path / "audio")


async def read(growing):
    return b"".join([block async for block in growing.follow()])


async def test_a_clip_is_there_whole_and_alone(store):
    path = await store.write("run1", "00001.wav", b"sound")
    assert path.read_bytes() == b"sound"
    assert store.path("run1", "00001.wav") == path
    assert [file.name for file in path.parent.iterdir()] == ["00001.wav"]


async def test_the_folder_may_be_where_one_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = FolderClipStore(".")
    assert await store.write("run1", "00001.wav", b"sound") == Path("run1/00001.wav")
    growing = await store.grow("run2", "00001.wav")
    await growing.finish(b"sound")
    assert await store.read("run2", "00001.wav") == await store.read("run1", "00001.wav") == b"sound"
    await store.erase("run2")
    assert await store.sweep(keep=(), size=0) == ["run1"] and not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name", ["../x.wav", "a/b.wav", ".wav", "", "x", "00001.wav.part", "a.wav\n", "ä.wav", "x" * 99]
)
async def test_a_name_is_never_a_path(store, name):
    await store.write("run1", "00001.wav", b"sound")
    assert store.path("run1", name) is None
    with pytest.raises(StoreError):
        await store.write("run1", name, b"")
    with pytest.raises(StoreError):
        await store.grow("run1", name)


@pytest.mark.parametrize("run", ["..", "", ".sounds", "a/b", "/etc"])
async def test_nor_is_a_run(store, run):
    assert store.path(run, "00001.wav") is None
    with pytest.raises(StoreError):
        await store.write(run, "00001.wav", b"")
    await store.erase(run)


async def test_a_full_disk_is_named_and_leaves_nothing_behind(store, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(clips.os, "write", full)
    with pytest.raises(StoreFull):
        await store.write("run1", "00001.wav", b"sound")
    assert list((store.root / "run1").iterdir()) == []


async def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "audio").write_text("a file")
    for place in (tmp_path / "audio", tmp_path / ("a" * 300)):
        with pytest.raises(StoreError, match=f"could not be written under {re.escape(str(place))}: "):
            await FolderClipStore(place).write("run1", "00001.wav", b"")


async def test_every_follower_reads_a_growing_clip_from_the_first_byte_to_the_last(store):
    growing = await store.grow("run1", "00001.wav")
    heard, seen = {}, anyio.Event()

    async def follow(number):
        async for block in growing.follow():
            heard[number] = heard.get(number, b"") + block
            if number == 0:
                seen.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(follow, 0)
        await growing.write(b"one ")
        await seen.wait()
        tasks.start_soon(follow, 1)
        await growing.write(b"two ")
        await growing.write(b"three")
        path = await growing.finish()
    assert heard == {0: b"one two three", 1: b"one two three"}
    assert path.read_bytes() == b"one two three"


async def test_finishing_with_other_headers_leaves_followers_of_the_open_ones_in_peace(store):
    growing = await store.grow("run1", "00001.wav")
    await growing.write(b"open half ")
    async with anyio.create_task_group() as tasks:
        read_by_path = growing.path.open("rb")
        heard = []

        async def follow():
            heard.append(await read(growing))

        tasks.start_soon(follow)
        await anyio.wait_all_tasks_blocked()
        await growing.write(b"done")
        await growing.finish(b"closed half done")
    with read_by_path:
        assert read_by_path.read() == b"open half done"
    assert heard == [b"open half done"]
    assert growing.path.read_bytes() == b"closed half done"
    assert [file.name for file in growing.path.parent.iterdir()] == ["00001.wav"]


async def test_a_clip_is_broken_off_behind_what_is_being_written_to_it(store, monkeypatch):
    writing, go = threading.Event(), threading.Event()

    def write_slowly(descriptor, data):
        writing.set()
        go.wait(10)
        os.write(descriptor, data)

    growing = await store.grow("run1", "00001.wav")
    monkeypatch.setattr(clips, "_write_all", write_slowly)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(growing.write, b"begun before")
        await anyio.to_thread.run_sync(writing.wait)
        tasks.start_soon(growing.abort)
        await anyio.wait_all_tasks_blocked()
        go.set()
    assert list((store.root / "run1").iterdir()) == []


async def test_breaking_off_leaves_nothing_even_when_it_is_cancelled(store):
    growing = await store.grow("run1", "00001.wav")
    with anyio.CancelScope() as scope:
        scope.cancel()
        await growing.abort()
    assert list((store.root / "run1").iterdir()) == []


async def test_what_is_broken_off_and_cannot_be_removed_is_not_taken_for_whole(store, monkeypatch):
    growing = await store.grow("run1", "00001.wav")
    await growing.write(b"half")

    def refuse(path, missing_ok=False):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        await growing.abort()
    assert store.path("run1", "00001.wav") is None


def test_a_process_looks_at_all_runs_once(store, monkeypatch):
    monkeypatch.setattr(clips, "_folders", lambda root: pytest.fail("it waits for them"))
    FolderClipStore(store.root)


async def test_half_a_clip_of_a_dead_process_is_never_served_and_later_removed(store, monkeypatch):
    growing = await store.grow("run1", "00001.wav")
    await growing.write(b"half")
    again = FolderClipStore(store.root)
    assert again.path("run1", "00001.wav") is None
    folder = store.root / "run1"
    (folder / "00002.wav.growing").write_bytes(b"half")
    (folder / "00003.wav").write_bytes(b"whole")
    assert len(list(folder.iterdir())) == 4, "another process may still be at it"
    for file in folder.iterdir():
        os.utime(file, (time.time() - 7200,) * 2)
    monkeypatch.setattr(clips, "_tidied", set())  # as in the next process
    FolderClipStore(store.root)
    assert [file.name for file in folder.iterdir()] == ["00003.wav"]
    await growing.abort()


@pytest.mark.parametrize("grown", [True, False])
async def test_a_clip_that_a_dead_process_began_can_be_made_again(store, grown):
    half = await store.grow("run1", "00001.wav")
    await half.write(b"half")
    again = FolderClipStore(store.root)
    if grown:
        growing = await again.grow("run1", "00001.wav")
        await growing.write(b"whole")
        await growing.finish()
    else:
        await again.write("run1", "00001.wav", b"whole")
    assert again.path("run1", "00001.wav").read_bytes() == b"whole"
    assert [file.name for file in (store.root / "run1").iterdir()] == ["00001.wav"]


async def fill(store, ages):
    for run, age in ages.items():
        path = await store.write(run, "00001.wav", b"x" * 1000)
        os.utime(path, (time.time() - age,) * 2)


async def test_sweeping_takes_the_oldest_first_and_spares_open_runs(store):
    await fill(store, {"a": 40, "b": 30, "c": 20, "d": 10})
    assert await store.sweep(keep={"a"}, size=2500) == ["b", "c"]
    assert sorted(folder.name for folder in store.root.iterdir()) == ["a", "d"]
    assert await store.sweep(keep=set(), size=2500) == []


async def test_a_run_that_cannot_be_erased_keeps_no_other(store, monkeypatch, caplog):
    def refuse(folder, remove=shutil.rmtree):
        if folder.name == "a":
            raise PermissionError(errno.EPERM, "Not permitted")
        remove(folder)

    await fill(store, {"a": 20, "b": 10})
    monkeypatch.setattr(shutil, "rmtree", refuse)
    assert await store.sweep(keep=set(), size=500) == ["b"]
    assert "Not permitted" in caplog.text


async def test_what_is_written_while_a_run_is_erased_goes_with_it(store, monkeypatch):
    path = await store.write("run1", "00000.wav", b"sound")

    written = []

    def remove(folder, remove=os.rmdir, **given):
        if not written:
            written.append(path.with_name("whole.wav").write_bytes(b"more"))
        remove(folder, **given)

    monkeypatch.setattr("os.rmdir", remove)
    await store.erase("run1")
    assert not path.parent.exists()
