"""What a server refuses is found out once: the next answer is not asked for with it."""

import pytest

from pipeline.sources.connection import refusals
from pipeline.sources.connection.connections import Place
from pipeline.types import Message, Request
from tests.fakes.models import Turn, fake
from tests.sources.providers import asked, heard, said, source, text_of


def refusing(*options):
    """Tells of the first one alone, as most servers do."""

    def answering(sent):
        found = [option for option in options if option in sent]
        return Turn(fault="400", body={"error": {"message": f"Unknown option: '{found[0]}'."}}) if found else Turn()

    return answering


async def test_only_the_first_answer_pays_for_what_is_refused():
    async with fake("openai", refusing("stream_options", "max_tokens")) as server:
        for _ in range(3):
            items, raised = await heard(source(server), asked(max_tokens=7))
            assert (raised, text_of(items)) == (None, "One. Two three.")
        assert len(server.asked) == 5, "two of them were refused, each of them once"
        assert {"max_completion_tokens": 7}.items() <= server.asked[-1].body.items()
        await said(source(server), asked(model="another"))
        assert "stream_options" in server.asked[5].body, "of another model nothing is known"


async def test_a_server_that_has_changed_its_mind_is_understood():
    minds = ["max_tokens", "max_completion_tokens"]
    async with fake("openai", lambda sent: refusing(minds[0])(sent)) as server:
        await said(source(server), asked(max_tokens=7))
        minds.reverse()
        for _ in range(2):
            await said(source(server), asked(max_tokens=7))
    sent = [[name for name in ("max_tokens", "max_completion_tokens") if name in one.body] for one in server.asked]
    assert sent == [
        ["max_tokens"],
        ["max_completion_tokens"],
        ["max_completion_tokens"],
        ["max_tokens"],
        ["max_tokens"],
    ]


async def test_what_is_refused_by_both_its_names_is_told():
    async with fake("openai", refusing("max_tokens", "max_completion_tokens")) as server:
        _, raised = await heard(source(server), asked(max_tokens=7))
        assert "Unknown option" in raised.message and len(server.asked) == 2
        assert not refusals.refused(Place.of(server.url), server.asked[0].body["model"]), "nothing was learnt"


async def test_thoughts_that_a_server_does_not_want_back_are_left_out():
    def answering(sent):
        called, last = [None, *sent["messages"]][-2:]
        if last["role"] != "tool":
            return Turn((), thinking="hm", calls=[("weather", {})])
        told = {"error": {"message": "property 'reasoning_content' is unsupported"}}
        return Turn(fault="400", body=told) if "reasoning_content" in called else Turn()

    async with fake("openai", answering) as server:
        for _ in range(2):
            items, raised = await heard(source(server), asked(options={"run_tool": lambda call: "fine"}))
            assert (raised, text_of(items)) == (None, "One. Two three.")
        assert len(server.asked) == 5, "it was refused once"


@pytest.mark.parametrize(
    "told",
    [
        "The `reasoning_content` in the thinking mode must be passed back to the API.",
        "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2",
    ],
)
async def test_whoever_wants_thoughts_with_each_answer_gets_some(told):
    """DeepSeek's and Kimi's: what was said before is remembered without them."""

    def answering(sent):
        answers = [message for message in sent["messages"] if message["role"] == "assistant"]
        if not all(answer.get("reasoning_content") for answer in answers):
            return Turn(fault="400", body={"error": {"message": told}})
        return Turn(thinking="hm", calls=() if sent["messages"][-1]["role"] == "tool" else [("weather", {})])

    talk = (Message("user", "Hi"), Message("assistant", "Hello."), Message("user", "How is the weather?"))
    request = Request(talk, options={"run_tool": lambda call: "fine"})
    async with fake("openai", answering) as server:
        for _ in range(2):
            _, raised = await heard(source(server), request)
            assert raised is None
    assert len(server.asked) == 5, "it was refused once"
    thoughts = [message.get("reasoning_content") for message in server.asked[-1].body["messages"]]
    assert thoughts == [None, " ", None, "hm", None]


async def test_whoever_no_longer_wants_thoughts_with_each_answer_gets_none():
    """Behind one address there may be one provider today and another tomorrow."""
    told = "The `reasoning_content` must be passed back to the API.", "property 'reasoning_content' is unsupported"
    wanted = [True, False, True]

    def answering(sent):
        given = "reasoning_content" in sent["messages"][1]
        return Turn() if given == wanted[-1] else Turn(fault="400", body={"error": {"message": told[given]}})

    talk = (Message("user", "Hi"), Message("assistant", "Hello."), Message("user", "How are you?"))
    async with fake("openai", answering) as server:
        while wanted:
            assert text_of(await said(source(server), Request(talk))) == "One. Two three."
            wanted.pop()


async def test_a_model_that_takes_tools_only_where_it_does_not_think_is_told_not_to_with_tools_alone():
    """OpenAI's from 5.5 on, whether they were told how much to think or not."""

    def answering(sent):
        if "tools" in sent and sent.get("reasoning_effort") != "none":
            told = "Function tools with reasoning_effort are not supported for gpt-5.6 in /v1/chat/completions."
            return Turn(fault="400", body={"error": {"message": told, "param": "reasoning_effort"}})
        return Turn()

    tools = [{"name": "weather", "description": "of a town", "parameters": {"type": "object", "properties": {}}}]
    async with fake("openai", answering) as server:
        for request in (asked(tools=tools), asked(tools=tools), asked()):
            assert text_of(await said(source(server), request)) == "One. Two three."
        assert [one.body.get("reasoning_effort") for one in server.asked] == [None, "none", "none", None]
        _, raised = await heard(source(server), asked(tools=tools, llm_options={"reasoning_effort": "low"}))
    assert "not supported" in raised.message, "who wants both is told"


async def test_whoever_is_not_content_with_these_thoughts_either_is_told():
    body = {"error": {"message": "The `reasoning_content` must be passed back to the API."}}
    async with fake("openai", Turn(fault="400", body=body)) as server:
        _, raised = await heard(source(server))
    assert "must be passed back" in raised.message and len(server.asked) == 2


async def test_a_model_that_does_not_think_is_not_asked_to_again():
    def answering(sent):
        return Turn(fault="400", message="tiny does not support thinking") if sent.get("think") else Turn()

    async with fake("ollama", answering) as server:
        for _ in range(2):
            assert text_of(await said(source(server), asked(thinking=True))) == "One. Two three."
    assert [sent.body.get("think") for sent in server.asked] == [True, None, None]


async def test_what_is_learnt_while_a_server_is_asked_is_not_forgotten():
    def answering(sent):
        refusals.remember(Place.of(server.url), sent["model"], ["stop"])  # by another answer
        return refusing("stream_options")(sent)

    async with fake("openai", answering) as server:
        await said(source(server))
        assert refusals.refused(Place.of(server.url), server.asked[0].body["model"]) >= {"stop", "stream_options"}


@pytest.mark.parametrize("count", [1, 1000])
def test_no_more_is_remembered_than_there_is_room_for(count):
    place = Place.of("http://127.0.0.1:9/v1")
    for number in range(count):
        refusals.remember(place, f"model {number}", ["stop"])
    assert refusals.refused(place, f"model {count - 1}") == {"stop"}
    assert len(refusals._known) <= 256


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("claude-3-7-sonnet-latest", "enabled"),
        ("claude-sonnet-4-20250514", "enabled"),
        ("claude-opus-4-1", "enabled"),
        ("claude-haiku-4-5-20251001", "enabled"),
        ("claude-opus-4-6", "adaptive"),
        ("claude-opus-4-8-20260601", "adaptive"),
        ("claude-sonnet-5", "adaptive"),
        ("anthropic/claude-sonnet-4.5", "enabled"),
        ("anthropic/claude-3.7-sonnet", "enabled"),
        ("anthropic/claude-opus-4.6", "adaptive"),
        ("claude-opus-40", "adaptive"),
        ("kimi-k3", "enabled"),
    ],
)
@pytest.mark.filterwarnings("ignore:The model .* is deprecated")
async def test_how_long_to_think_is_told_to_models_that_do_not_refuse_it(model, kind):
    async with fake("anthropic") as server:
        await said(source(server), asked(model=model, thinking=True))
    (sent,) = server.asked
    assert sent.body["thinking"]["type"] == kind
    assert ("budget_tokens" in sent.body["thinking"]) == (kind == "enabled")
