"""A model that only says where its thoughts end is known by that, and heard without them from then on."""

import asyncio

import pytest

from pipeline.errors import SourceFailed, SourceRefused, SourceTruncated
from pipeline.sources.answers import answer
from pipeline.sources.answers.unmarked import Unmarked
from pipeline.types import Message, Request, Thinking, ToolCall
from tests.fakes.models import Turn, fake
from tests.sources.providers import asked, heard, said, source, text_of

UNMARKED = Turn(("I should ", "say hello.\n</thi", "nk>\n", "\nHello", " there."))
PLAIN = Turn(("All is ", "well."))
MENTION = Turn(("They end with\n</think>\n", "and go on."))


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


@pytest.mark.parametrize("before", [PLAIN, Turn(("<think>hm</think>", "Well."))])
async def test_a_model_that_once_mentions_the_mark_is_heard_as_it_comes(form, before):
    full = Turn(PLAIN.tokens, reason="max_tokens" if form == "anthropic" else "length")
    async with fake(form, before, MENTION, full) as server:
        items = [await said(source(server)) for _ in range(3)]
    assert [item for item in items[2] if isinstance(item, str)] == ["All is ", "well."]


async def test_a_model_that_thinks_beside_its_text_may_mention_the_mark_at_once(form):
    async with fake(form, Turn(MENTION.tokens, thinking="hm"), PLAIN) as server:
        items = [await said(source(server)) for _ in range(2)]
    assert [item for item in items[1] if isinstance(item, str)] == ["All is ", "well."]


async def test_a_model_that_begins_to_leave_out_the_mark_is_known_the_second_time(form):
    async with fake(form, PLAIN, UNMARKED) as server:
        heard = await texts(server, *[asked()] * 4)
    assert ["say hello" in text for text in heard] == [False, True, True, False]


async def test_two_answers_at_a_time_teach_the_same(form):
    async with fake(form, UNMARKED) as server:
        await asyncio.gather(said(source(server)), said(source(server)))
        assert [text.strip() for text in await texts(server, asked())] == ["Hello there."]


@pytest.mark.parametrize("form", ["ollama", "anthropic"])
async def test_an_answer_that_is_only_gone_on_with_has_no_thoughts_and_teaches_nothing(form):
    begun = Request((Message("user", "Hi"), Message("assistant", "All is")))
    async with fake(form, UNMARKED, PLAIN, UNMARKED) as server:
        items = [await said(source(server), request) for request in (asked(), begun, asked())]
    assert [item for item in items[1] if isinstance(item, str)] == ["All is ", "well."]
    assert text_of(items[2]).strip() == "Hello there."


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


@pytest.mark.parametrize(("form", "reason"), [("anthropic", "refusal"), ("openai", "content_filter")])
async def test_thoughts_that_were_refused_are_not_heard(form, reason):
    async with fake(form, UNMARKED, Turn(("I should ",), reason=reason), UNMARKED) as server:
        await said(source(server))
        items, raised = await heard(source(server))
        assert (text_of(items), type(raised)) == ("", SourceRefused)
        assert [text.strip() for text in await texts(server, asked())] == ["Hello there."]


async def test_further_thoughts_that_are_marked_change_nothing(form):
    async with fake(form, UNMARKED, Turn(("I should.\n", "</think>", "<think>hm</think>", "Hello."))) as server:
        assert (await texts(server, *[asked()] * 3))[1:] == ["Hello.", "Hello."]


async def test_what_is_held_back_has_an_end(form, monkeypatch):
    monkeypatch.setattr(answer, "LONGEST_THOUGHT", 100)
    async with fake(form, UNMARKED, Turn(["hm "] * 50)) as server:
        await said(source(server))
        with pytest.raises(SourceFailed, match="thought on and on"):
            await said(source(server))
    async with fake(form, Turn(("analysis", *["We think. "] * 50))) as server:
        with pytest.raises(SourceFailed, match="thought on and on"):
            await said(source(server))


def told(text, size, cut=False):
    """What is heard, and what is thought."""
    unmarked = Unmarked(expected=False)
    items = [item for at in range(0, len(text), size) for item in unmarked.feed(text[at : at + size])]
    items += unmarked.end(cut=cut, calls=False)
    return text_of(items), "".join(item.content for item in items if isinstance(item, Thinking))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 100])
def test_harmony_without_its_marks_is_understood(size):
    """As llama_cpp.server passes on what gpt-oss writes."""
    text = "analysisThe user says hi. An assistant answers.assistantfinalHello there, assistantfinal."
    heard = ("Hello there, assistantfinal.", "The user says hi. An assistant answers.")
    assert told(text, size) == heard
    for text in ("analysis of it", "Analysis", "analysis", "analysis.", "anal", "an Analysis", "So: analysisWe"):
        assert told(text, size) == (text, "")
    assert told("analysis用户问好。assistantfinal你好。", size) == ("你好。", "用户问好。")
    assert told("analysisWe assistant", size, cut=True) == ("", "We assistant")
    call = "We look.assistantcommentary to=functions.look {}"
    assert told(f"analysis{call}", size) == ("", call)


@pytest.mark.parametrize("text", ["analysisResult is undefined, my assistant.", "analysis是名词。"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_an_answer_that_begins_with_a_word_of_harmony_is_heard(text, size):
    assert told(text, size) == (text, "")
