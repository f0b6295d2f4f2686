"""Cues stand at their places however the text comes; no character of it is lost."""

from collections.abc import AsyncGenerator

from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.cued import CuedSource
from pipeline.sources.text import TextSource
from pipeline.types import Cue, Request, Said, Usage


async def said(source: CuedSource) -> list[Said]:
    return [item async for item in source.tokens(Request(()))]


@given(st.text(min_size=1, max_size=60), st.lists(st.integers(0, 59), max_size=6), st.integers(1, 9))
async def test_a_cue_comes_before_the_text_at_its_place(text: str, places: list[int], size: int) -> None:
    cues = [(place, Cue(chapter=str(place))) for place in sorted(places) if place < len(text)]
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    found, at = [], 0
    told = await said(CuedSource(TextSource(pieces), cues))
    for item in told:
        if isinstance(item, Cue):
            found.append((at, item))
        else:
            assert isinstance(item, str) and item
            at += len(item)
    assert found == cues
    assert "".join(item for item in told if isinstance(item, str)) == text


async def test_what_is_no_text_goes_through() -> None:
    async def counted() -> AsyncGenerator[Said, None]:
        yield "One."
        yield Usage(1, 2)
        yield " Two."

    cue = Cue(chapter="Two")
    assert await said(CuedSource(TextSource(counted()), [(4, cue)])) == ["One.", Usage(1, 2), cue, " Two."]
