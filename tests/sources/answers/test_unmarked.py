"""A model that only says where its thoughts end is known by that, and heard without them from then on."""

import pytest

from pipeline.errors import SourceFailed, SourceTruncated
from pipeline.sources.answers import answer
from pipeline.types import Thinking, ToolCall
from tests.fakes.models import Turn, fake
from tests.sources.providers import asked, heard, said, source, text_of

UNMARKED = Turn(("I should ", "say hello.\n</thi", "nk>\n", "\nHello", " there."))
PLAIN = Turn(("All is ", "well."))


async def texts(server, *requests):
    return [text_of(await said(source(server), request)) for request in requests]


async def test_only_the_thoughts_of_its_first_answer_are_heard(form):
    async with fake(form, UNMARKED) as server:
        items = [await said(source(server), asked(thinking=True)) for _ in range(3)]
        assert await texts(server, asked(model="another")) == ["I should say hello.\n\n\nHello there."]
    assert [text_of(one).strip() for one in items] == ["I should say hello.\n\n\nHello there.", *["Hello there."] * 2]
    thoughts = [[item.content for item in one if isinstance(item, Thinking)] for one in items]
    assert thoughts == [[], *[["I should say hello.\n\n"]] * 2]


async def test_an_answer_without_the_mark_is_heard_whole_and_the_next_one_as_it_comes(form):
    async with fake(form, UNMARKED, PLAIN, PLAIN) as server:
        items = [await said(source(server)) for _ in range(3)]
    pieces = [[item for item in one if isinstance(item, str)] for one in items[1:]]
    assert pieces == [["All is well."], ["All is ", "well."]]


@pytest.mark.parametrize(
    "marked", [Turn(("<think>hm</think>", "All is well.")), Turn(("All is well.",), thinking="hm")]
)
async def test_a_model_that_marks_its_thoughts_again_is_heard_as_it_comes(form, marked):
    async with fake(form, UNMARKED, marked) as server:
        assert (await texts(server, asked(), asked()))[1] == "All is well."


async def test_a_mark_behind_all_that_is_said_ends_no_thoughts(form):
    async with fake(form, Turn(("All is well.", "</think>", "\n"))) as server:
        assert [text.strip() for text in await texts(server, asked(), asked())] == ["All is well."] * 2


async def test_thoughts_before_a_call_are_thoughts(form):
    ran = []
    calling = Turn(("I look.\n", "</think>"), calls=[("weather", {"town": "Bonn"})])
    async with fake(form, UNMARKED, calling, UNMARKED) as server:
        await said(source(server))
        items = await said(source(server), asked(options={"run_tool": ran.append}))
    assert text_of(items).strip() == "Hello there."
    assert len([item for item in items if isinstance(item, ToolCall)]) == len(ran) == 1


async def test_thoughts_that_were_cut_off_are_not_heard(form):
    full = Turn(("I should ", "say"), reason="max_tokens" if form == "anthropic" else "length")
    async with fake(form, UNMARKED, full, Turn(("I should ",), fault="no-marker"), UNMARKED) as server:
        await said(source(server))
        for kind in (SourceFailed, SourceTruncated):
            items, raised = await heard(source(server))
            assert (text_of(items), type(raised)) == ("", kind)
        assert [text.strip() for text in await texts(server, asked())] == ["Hello there."]


async def test_what_is_held_back_has_an_end(form, monkeypatch):
    monkeypatch.setattr(answer, "LONGEST_THOUGHT", 100)
    async with fake(form, UNMARKED, Turn(["hm "] * 50)) as server:
        await said(source(server))
        with pytest.raises(SourceFailed, match="thought on and on"):
            await said(source(server))
