"""Models of several makers one after the other, over their real libraries, and whole runs with them."""

import asyncio
import time

import pytest

from pipeline import create_streaming_pipeline
from pipeline.assembly.succession import Succession, in_turn
from pipeline.types import Handover
from tests.fakes.models import FORMATS, Turn, fake
from tests.sources.providers import KEY, asked, said, settings, source, text_of
from tests.tellers import STORY, Broken, Continuing, last_sentence, tokens_of


async def test_a_model_that_takes_no_beginning_is_told():
    def answer(body):
        if body["messages"][-1]["role"] == "assistant":
            return Turn(fault="400")
        return Turn(tuple(tokens_of(STORY[100:], 3)))

    async with fake("anthropic", answer) as server:
        items = await said(Succession([Broken(STORY, 100), source(server)]))
    assert text_of(items) == STORY
    assert [asked.body["messages"][-1]["role"] for asked in server.asked] == ["assistant", "user"]


@pytest.mark.parametrize("second", FORMATS)
@pytest.mark.parametrize("first", FORMATS)
async def test_it_holds_over_the_real_libraries(first, second):
    cut = 40
    tokens = tuple(tokens_of(STORY, 7))

    def rest(body):
        shown = next(message["content"] for message in reversed(body["messages"]) if message["role"] == "assistant")
        return Turn(tuple(tokens_of("Sure, here is the rest:\n\n" + STORY[last_sentence(shown) :], 5)))

    async with fake(first, Turn(tokens, fault="cut", after=cut)) as broken, fake(second, rest) as good:
        items = await said(in_turn([source(broken), source(good)], {}))
    assert text_of(items) == STORY
    (seam,) = [item for item in items if isinstance(item, Handover)]
    assert (seam.from_, seam.to, seam.code) == (first, second, "source_truncated")
    assert len(broken.asked) == len(good.asked) == 1


@pytest.mark.parametrize("before", ["", "I book it. "])
@pytest.mark.parametrize("form", FORMATS)
async def test_the_next_provider_knows_what_tools_gave_and_need_not_call_them_again(form, before):
    ran = []
    call = [("book", {"town": "Bonn"})]

    def book(call):
        ran.append(call.arguments)
        return "booked as number 17"

    def answer(body):
        return Turn(("It is number 17.",)) if "number 17" in str(body["messages"]) else Turn((), calls=call)

    request = asked(tools=[{"name": "book"}], options={"run_tool": book})
    async with fake("ollama", Turn((before,), calls=call), Turn(fault="401")) as first, fake(form, answer) as second:
        items = await said(in_turn([source(first), source(second)], {}), request)
    assert ran == [{"town": "Bonn"}]
    assert text_of(items).split() == [*before.split(), "It", "is", "number", "17."]


async def test_three_fail_and_the_fourth_speaks_within_a_second():
    env = {"ALOUD_LLM_RETRY_DELAY": "0.01"}
    async with fake("openai") as gone:
        pass
    async with (
        fake("ollama", Turn(fault="500")) as failing,
        fake("anthropic", Turn(fault="401")) as refusing,
        fake("openai", Turn()) as good,
    ):
        items, times = [], []
        chain = in_turn([source(gone), source(failing), source(refusing), source(good)], env)
        async for item in chain.tokens(asked()):
            items += [item]
            times += [time.monotonic()]
    assert text_of(items) == "One. Two three."
    codes = [item.code for item in items if isinstance(item, Handover)]
    assert codes == ["source_unreachable", "source_failed", "source_refused"]
    assert times[3] - times[2] < 1
    assert (len(failing.asked), len(refusing.asked)) == (3, 1)


async def test_who_asks_to_be_left_alone_for_long_is_not_waited_for_where_another_one_is_there():
    busy = Turn(fault="429", headers={"Retry-After": "60"})
    async with fake("ollama", busy) as full, fake("openai", Turn()) as good, asyncio.timeout(30):
        items = await said(in_turn([source(full), source(good)], {}))
    assert text_of(items) == "One. Two three."
    assert [item.code for item in items if isinstance(item, Handover)] == ["source_busy"]
    assert len(full.asked) == 1


async def test_after_three_that_fail_the_fourth_is_heard_within_a_second(tmp_path):
    async with fake("openai") as gone:
        pass
    async with (
        fake("ollama", Turn(fault="500")) as failing,
        fake("anthropic", Turn(fault="401")) as refusing,
        fake("openai", Turn(tuple(tokens_of(STORY, 5)))) as good,
    ):
        env = settings(failing) | settings(refusing) | settings(good)
        env |= {"LLAMACPP_BASE_URL": gone.url, "ALOUD_LLM_RETRY_DELAY": "0.05"}
        names = ["llamacpp", "ollama", "anthropic", "openai"]
        async with create_streaming_pipeline(names, "tone", {"output_dir": tmp_path}, env=env) as pipeline:
            events = [event async for event in pipeline.stream_chat_to_audio("tell me")]
    steps = [event for event in events if event.type == "fallback"]
    assert [(step.stage, step.from_, step.to, step.code, step.at_text) for step in steps] == [
        ("llm", "llamacpp", "ollama", "source_unreachable", 0),
        ("llm", "ollama", "anthropic", "source_failed", 0),
        ("llm", "anthropic", "openai", "source_refused", 0),
    ]
    assert (len(failing.asked), len(refusing.asked), len(good.asked)) == (3, 1, 1)
    heard = next(event for event in events if event.type in ("speaking", "audio"))
    assert heard.at - steps[-1].at < 1
    assert "".join(event.content for event in events if event.type == "chunk") == STORY
    assert (events[0].provider, events[-1].type) == ("llamacpp", "complete")


async def test_a_whole_run_tells_of_each_step_and_accounts_for_every_character(tmp_path):
    def good(body):
        shown = next(message["content"] for message in reversed(body["messages"]) if message["role"] == "assistant")
        return Turn(tuple(tokens_of(STORY[last_sentence(shown) :], 5)))

    cut = Turn(tuple(tokens_of(STORY, 7)), fault="cut", after=40)
    async with (
        fake("ollama", cut) as first,
        fake("anthropic", Turn(fault="529")) as second,
        fake("openai", good) as third,
    ):
        env = settings(first) | settings(second) | settings(third) | {"ALOUD_LLM_RETRY_DELAY": "0.01"}
        names = ["ollama", "anthropic", "openai"]
        async with create_streaming_pipeline(names, "tone", {"output_dir": tmp_path}, env=env) as pipeline:
            events = [event.as_dict() async for event in pipeline.stream_chat_to_audio("tell me")]
    assert "".join(event["content"] for event in events if event["type"] == "chunk") == STORY
    steps = [event for event in events if event["type"] == "fallback"]
    assert [(step["from"], step["to"], step["code"]) for step in steps] == [
        ("ollama", "anthropic", "source_truncated"), ("anthropic", "openai", "source_busy"),
    ]  # fmt: skip
    seam = "".join(tokens_of(STORY, 7))[: steps[0]["at_text"]]
    assert STORY.startswith(seam) and 0 < len(seam) < len(STORY)
    spans = [event for event in events if event["type"] in ("passage", "skipped")]
    assert "".join(STORY[span["start"] : span["end"]] for span in spans) == STORY
    assert events[-1]["type"] == "complete"
    assert KEY not in str(events)


async def test_sources_of_ones_own_may_follow_one_another_and_names(tmp_path):
    chain = [Broken(STORY, 60), "text", Continuing(STORY, "begins again", False)]
    async with create_streaming_pipeline(chain, "tone", {"output_dir": tmp_path}, env={}) as pipeline:
        events = [event async for event in pipeline.stream_chat_to_audio("tell me")]
    assert "".join(event.content for event in events if event.type == "chunk") == STORY
    assert events[-1].type == "complete"


@pytest.mark.parametrize("form", FORMATS)
async def test_an_answer_that_is_known_in_part_is_said_and_gone_on_with(form):
    at = STORY.index("Did he complain") + 7
    async with fake(form, Turn(list(tokens_of(STORY[at:], 1)))) as model:
        succession = Succession([source(model)], said=STORY[:at])
        assert text_of(await said(succession, asked("Tell."))) == STORY
        assert len(model.asked) == 1


@pytest.mark.parametrize("fault", [KeyError("its own mistake"), SystemExit(3), BaseException("panic")])
async def test_a_source_that_breaks_in_a_way_of_its_own_is_followed_too(fault):
    class Breaking:
        name, model, streaming = "breaking", "", True

        async def tokens(self, request):
            yield STORY[:100]
            raise fault

    items = await said(in_turn([Breaking(), Continuing(STORY, "goes on at once", True)], {}))
    assert text_of(items) == STORY
    assert [item.code for item in items if isinstance(item, Handover)] == ["source_failed"]
