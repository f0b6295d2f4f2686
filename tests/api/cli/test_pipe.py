"""Text from a pipe arrives while the pipe is still being written, whole characters only."""

import os
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import anyio
import pytest

from api.cli.pipe import NotText, arriving


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            pass


async def test_text_is_handed_on_before_the_line_ends(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    async with aclosing(arriving(reader)) as text:
        for word in ("Hello ", "there", "."):
            os.write(writer, word.encode())
            assert await anext(text) == word
        os.close(writer)
        assert [piece async for piece in text] == []


async def test_a_character_cut_in_two_is_whole(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    data = "h€llo 🎉".encode()
    pieces = []
    async with aclosing(arriving(reader)) as text:
        for byte in data:
            os.write(writer, bytes([byte]))
            if byte < 0x80:
                pieces.append(await anext(text))
        os.close(writer)
        pieces += [piece async for piece in text]
    assert "".join(pieces) == "h€llo 🎉"


async def test_a_byte_order_mark_is_not_text(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.write(writer, b"\xef\xbb\xbfhi \xef\xbb\xbf")
    os.close(writer)
    assert "".join([piece async for piece in arriving(reader)]) == "hi \ufeff"


@pytest.mark.parametrize(("data", "good", "byte"), [(b"good \xff bad", "good ", "6"), (b"cut \xe2\x82", "cut ", "5")])
async def test_what_is_not_utf8_is_named_by_its_place(pipe: tuple[int, int], data: bytes, good: str, byte: str) -> None:
    reader, writer = pipe
    os.write(writer, data)
    os.close(writer)
    got = ""
    with pytest.raises(NotText, match=rf"byte {byte} "):
        async for piece in arriving(reader):
            got += piece
    assert got == good


async def test_a_regular_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("a" * 100_000 + "ü", encoding="utf-8")
    with path.open("rb") as file:
        assert "".join([piece async for piece in arriving(file.fileno())]) == "a" * 100_000 + "ü"


async def test_leaving_does_not_hang_on_a_silent_pipe(pipe: tuple[int, int]) -> None:
    reader, _ = pipe
    with anyio.fail_after(30):
        with anyio.move_on_after(0.01):
            await anext(arriving(reader))
