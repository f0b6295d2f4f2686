"""What every store of clips promises, whether they are files or not."""

import anyio
import pytest

from pipeline.errors import NotHeld, StoreError
from pipeline.stores.clips import FolderClipStore
from pipeline.stores.memory_clips import MemoryClipStore


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path):
    return FolderClipStore(tmp_path) if request.param == "folder" else MemoryClipStore()


async def test_what_is_written_is_read_until_its_run_is_erased(store):
    await store.write("run1", "00001.wav", b"one")
    await store.write("run1", "00001.wav", b"two")
    await store.write("run2", "00001.wav", b"other")
    assert await store.read("run1", "00001.wav") == b"two"
    await store.erase("run1")
    await store.erase("run1")
    with pytest.raises(NotHeld):
        await store.read("run1", "00001.wav")
    assert await store.read("run2", "00001.wav") == b"other"


async def test_a_growing_clip_is_followed_to_its_end_and_read_only_when_it_is_whole(store):
    growing = await store.grow("run1", "00001.wav")
    heard = b""
    async with anyio.create_task_group() as tasks:

        async def follow():
            nonlocal heard
            async for block in growing.follow():
                heard += block

        await growing.write(b"one ")
        tasks.start_soon(follow)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(NotHeld):
            await store.read("run1", "00001.wav")
        assert store.path("run1", "00001.wav") is None
        assert store.growing("run1", "00001.wav") is growing
        await growing.write(b"two")
        await growing.finish(b"with its length: one two")
    assert heard == b"one two"
    assert await store.read("run1", "00001.wav") == b"with its length: one two"
    assert store.growing("run1", "00001.wav") is None


async def test_breaking_off_is_never_a_polite_end(store):
    growing = await store.grow("run1", "00001.wav")
    await growing.write(b"half")
    follower = growing.follow()
    assert await anext(follower) == b"half"
    await store.erase("run1")
    await growing.abort()  # which it is already
    with pytest.raises(StoreError, match="broken off"):
        await anext(follower)
    for late in (growing.write(b"more"), growing.finish(b"whole")):
        with pytest.raises(StoreError, match="broken off"):
            await late
    with pytest.raises(NotHeld):
        await store.read("run1", "00001.wav")


async def test_sweeping_takes_the_oldest_and_spares_open_runs(store):
    for run in "abc":
        await store.write(run, "00001.wav", b"x" * 1000)
    assert await store.sweep(keep={"a"}, size=5000) == []
    assert sorted(await store.sweep(keep={"a"}, size=1500)) == ["b", "c"]
    assert await store.read("a", "00001.wav")
