"""A whole answer: all of its text, who gave it, and an end to what is too long."""

import pytest

from pipeline.assembly.asking import Answer, ask
from pipeline.errors import SourceTooLong, SourceTruncated
from pipeline.sources.text import TextSource
from pipeline.types import Handover, Message, Request, Usage

ASKED = Request((Message("user", "go"),), model="mine")


async def test_it_is_what_was_said_and_by_whom_at_last():
    said = ["One ", Usage(1, 2), Handover("a", "b", "source_failed", "", "other"), "two.", Usage(3, 4)]
    assert await ask(TextSource(said), ASKED, 100) == Answer("One two.", "b", "other", 10)
    assert await ask(TextSource("All."), ASKED, 100) == Answer("All.", "text", "mine", None)


async def test_one_without_end_is_ended():
    def endless():
        while True:
            yield "more and "

    with pytest.raises(SourceTooLong, match="100"):
        await ask(TextSource(endless()), ASKED, 100)


async def test_one_that_breaks_off_is_none():
    async def broken():
        yield "{"
        raise SourceTruncated("cut")

    with pytest.raises(SourceTruncated):
        await ask(TextSource(broken()), ASKED, 100)
