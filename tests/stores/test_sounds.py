"""What engines said, kept by what they were asked."""

import os
import shutil
import time
from types import SimpleNamespace

import anyio
import pytest

from pipeline.ports import Take
from pipeline.stores.sounds import FolderSoundCache
from pipeline.types import Voice, WordTime

TAKE = Take(b"\x01\x00\n\x02" * 100, 22050, (WordTime(0, 5, 0.1, 0.2),), ((0, 0.5),))


@pytest.fixture
def sounds(tmp_path):
    return FolderSoundCache(tmp_path / "sounds")


def key(sounds, text="Hello.", **voice):
    return sounds.key("espeak", "1", Voice(**voice), text)


async def test_what_was_put_is_got_also_by_the_next_process(sounds):
    assert await sounds.get(key(sounds)) is None
    await sounds.put(key(sounds), TAKE)
    assert await sounds.get(key(sounds)) == TAKE
    assert await FolderSoundCache(sounds.root).get(key(sounds)) == TAKE


def test_whatever_changes_the_sound_changes_the_key(sounds):
    keys = {
        key(sounds),
        key(sounds, "Hello!"),
        key(sounds, name="en-us"),
        key(sounds, speed=1.5),
        key(sounds, pitch=1.5),
        key(sounds, volume=0.5),
        sounds.key("espeak", "2", Voice(), "Hello."),
        sounds.key("piper", "1", Voice(), "Hello."),
    }
    assert len(keys) == 8
    assert key(sounds, "caf\u00e9") == key(sounds, "cafe\u0301"), "the same text, written in two ways"


async def test_a_take_that_is_not_as_it_was_written_is_no_take(sounds):
    await sounds.put(key(sounds), TAKE)
    (file,) = sounds.root.iterdir()
    whole = file.read_bytes()
    for damaged in (
        whole[:-10],
        b"",
        b"\xff",
        bytes(len(whole)),
        whole[:-10] + bytes(10),
        whole.replace(b"22050", b"22051"),
        b"00000000" + b"[" * 100_000,
    ):
        file.write_bytes(damaged)
        assert await FolderSoundCache(sounds.root).get(key(sounds)) is None
    file.write_bytes(whole)
    assert await FolderSoundCache(sounds.root).get(key(sounds)) == TAKE


async def test_who_may_read_it_and_not_write_is_served(sounds, monkeypatch):
    def refuse(*_):
        raise PermissionError

    await sounds.put(key(sounds), TAKE)
    monkeypatch.setattr(os, "utime", refuse)
    assert await FolderSoundCache(sounds.root).get(key(sounds)) == TAKE


async def test_what_a_crash_left_behind_is_removed(sounds):
    await sounds.put(key(sounds), TAKE)
    half, new = sounds.root / "b.take.12.part", sounds.root / "c.take.34.part"
    for part in (half, new):
        part.touch()
    os.utime(half, (time.time() - 7200,) * 2)
    assert await FolderSoundCache(sounds.root).get(key(sounds)) == TAKE
    assert sorted(path.suffix for path in sounds.root.iterdir()) == [".part", ".take"]


async def test_it_holds_no_more_than_its_bytes_and_drops_what_was_not_used(tmp_path):
    sounds = FolderSoundCache(tmp_path, size=2500)
    keys = [key(sounds, str(number)) for number in range(8)]
    for each in keys:
        await sounds.put(each, TAKE)
        await sounds.get(keys[0])
    kept = [await sounds.get(each) is not None for each in keys]
    assert kept[0] and kept[-1] and sum(kept) == len(list(tmp_path.iterdir())) < 8
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 2500


async def test_on_a_disk_that_fills_up_it_leaves_room_and_gives_way(sounds, monkeypatch):
    """Clips and books are written there, too: what can be made again must not keep them out."""
    others = 0

    def disk(path):
        held = sum(file.stat().st_size for file in sounds.root.iterdir())
        return SimpleNamespace(free=max(0, 8000 - others - held))

    monkeypatch.setattr(shutil, "disk_usage", disk)
    for number in range(20):
        await sounds.put(key(sounds, str(number)), TAKE)
    assert 3000 <= disk("").free
    assert await sounds.get(key(sounds, "19")) == TAKE
    others = disk("").free
    await sounds.put(key(sounds, "20"), TAKE)
    assert 1500 <= disk("").free
    others += disk("").free
    await sounds.make_room()  # nobody speaks meanwhile
    assert 500 <= disk("").free


async def test_one_huge_take_does_not_empty_the_cache(tmp_path):
    sounds = FolderSoundCache(tmp_path, size=2500)
    await sounds.put(key(sounds, "small"), TAKE)
    await sounds.put(key(sounds, "huge"), Take(b"\0" * 2000, 22050))
    assert await sounds.get(key(sounds, "small")) == TAKE
    assert await sounds.get(key(sounds, "huge")) is None


async def test_what_nobody_used_for_long_is_removed(sounds):
    await sounds.put(key(sounds), TAKE)
    (file,) = sounds.root.iterdir()
    os.utime(file, (time.time() - 90 * 86400,) * 2)
    assert await FolderSoundCache(sounds.root).get(key(sounds)) is None
    assert not file.exists()


async def test_also_while_the_service_goes_on(sounds, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    await sounds.put(key(sounds, "old"), TAKE)
    await sounds.put(key(sounds, "used"), TAKE)
    now += 20 * 86400
    assert await sounds.get(key(sounds, "used")) == TAKE
    now += 20 * 86400
    assert await sounds.get(key(sounds, "old")) is None
    assert await sounds.get(key(sounds, "used")) == TAKE
    assert len(list(sounds.root.iterdir())) == 1


async def test_a_cache_that_cannot_be_written_costs_nothing_else(tmp_path):
    (tmp_path / "sounds").write_text("a file")
    sounds = FolderSoundCache(tmp_path / "sounds")
    await sounds.put(key(sounds), TAKE)
    assert await sounds.get(key(sounds)) is None


async def test_a_cache_that_is_gone_before_it_is_looked_at_begins_anew(tmp_path):
    (tmp_path / "sounds").mkdir()
    sounds = FolderSoundCache(tmp_path / "sounds")
    sounds.root.rmdir()
    assert await sounds.get(key(sounds)) is None
    await sounds.put(key(sounds), TAKE)
    assert await sounds.get(key(sounds)) == TAKE


async def test_of_many_who_want_the_same_one_makes_it(sounds):
    made = 0

    async def want():
        nonlocal made
        async with sounds.alone(key(sounds)):
            if await sounds.get(key(sounds)) is None:
                made += 1
                await anyio.wait_all_tasks_blocked()
                await sounds.put(key(sounds), TAKE)

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(want)
    assert made == 1


async def test_who_fails_lets_the_next_one_try(sounds):
    with pytest.raises(RuntimeError):
        async with sounds.alone(key(sounds)):
            raise RuntimeError
    async with sounds.alone(key(sounds)):
        pass
