"""The files that a command leaves."""

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import anyio

from api.cli.files import write_whole


async def test_of_two_who_write_one_file_each_writes_it_whole(tmp_path: Path) -> None:
    begun, path = anyio.Event(), tmp_path / "book.vtt"

    async def slow() -> AsyncGenerator[str, None]:
        yield "slow"
        await begun.wait()
        assert path.read_text() == "quick"
        yield "ly"

    async def quick() -> AsyncGenerator[str, None]:
        yield "quick"

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(write_whole, path, slow())
        await write_whole(path, quick())
        begun.set()
    assert path.read_text() == "slowly"
    assert os.listdir(tmp_path) == ["book.vtt"]
