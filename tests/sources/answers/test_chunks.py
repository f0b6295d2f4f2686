"""What OpenAI's relatives, and whatever stands between, put on the wire in a way of their own."""

import json

import pytest

from pipeline.errors import SourceTimeout, SourceTruncated
from pipeline.sources.answers import chunks
from pipeline.sources.connection.patience import Patience
from pipeline.types import Thinking, ToolCall, Usage
from tests.fakes.models import Turn, fake
from tests.sources.answers.written import END, HELLO, TEXT, WELL, chunk, events
from tests.sources.providers import asked, heard, source, text_of

WHOLE = {
    "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 5},
}
PARTS = (
    {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}, {"type": "reference"}]}]},
    {"content": [{"type": "text", "text": "Hello there. "}]},
)

READ = {
    "content in parts, as Mistral's": events(*map(chunk, PARTS), WELL, END),
    "thinking in reasoning, as vLLM's": events(chunk({"reasoning": "hm", "reasoning_content": None}), HELLO, WELL, END),
    "nothing in a chunk": events({"choices": None}, {}, {"choices": [{"index": 0, "delta": None}]}, HELLO, WELL, END),
    "text behind the end": events(HELLO, END, WELL, END),
    "no blank line at the end": events(HELLO, WELL, END)[:-1],
    "no reason to end": events(HELLO, WELL) + b"data: [DONE]\n\n",
    "an event without data": b"data: \n\n" + events(HELLO) + b"data:\n\ndata: \r\n\r\n" + events(WELL, END),
    "the whole again at the end": events(HELLO, WELL, {**WHOLE, "object": "chat.completion"}),
    "piece by piece, each a message": events(
        *(
            {"choices": [{"index": 0, "message": said["choices"][0]["delta"], "finish_reason": reason}]}
            for said, reason in ((HELLO, None), (WELL, "stop"))
        )
    ),
    "a success that is told": events(HELLO, WELL, END, {"choices": [], "code": 0, "message": "Success"}),
    "tokens with a remark": events(HELLO, WELL, END, {"choices": [], "usage": {"total_tokens": 9}, "message": "Fine"}),
    "an error that is none": events(HELLO, WELL, END, {"choices": [], "error": None}),
    "a mark of the byte order": b"\xef\xbb\xbf" + events(HELLO, WELL, END),
    "all at once": json.dumps(WHOLE).encode(),
    "all at once, on several lines": b"\n " + json.dumps(WHOLE, indent=1).encode(),
}


@pytest.mark.parametrize("shape", READ)
async def test_what_a_relative_says_in_its_own_way_is_heard(shape):
    async with fake("openai", Turn(raw=READ[shape])) as server:
        items, raised = await heard(source(server), asked(thinking=True))
    assert raised is None
    assert text_of(items) == TEXT
    assert Usage(7, 5) in items or not shape.startswith("all at once")
    assert [Thinking("hm")] * ("as" in shape.split()) == [item for item in items if isinstance(item, Thinking)]


@pytest.mark.parametrize("then", ["silence", "cut"])
async def test_an_answer_that_has_ended_is_whole_whatever_becomes_of_its_connection(monkeypatch, then):
    monkeypatch.setattr("pipeline.sources.connection.wire._COUNTS", 0.05)
    async with fake("openai", Turn(raw=events(HELLO, WELL, END), fault=then)) as server:
        items, raised = await heard(source(server))
    assert raised is None
    assert text_of(items) == TEXT


async def test_who_ends_twice_has_ended(monkeypatch):
    monkeypatch.setattr("pipeline.sources.connection.wire._COUNTS", 0.05)
    for fault in ("silence", "cut"):
        async with fake(
            "openai", Turn(raw=events(HELLO, WELL, END, chunk({"content": ""}, "stop")), fault=fault)
        ) as server:
            items, raised = await heard(source(server, patience=Patience(between=30)))
        assert (raised, text_of(items)) == (None, TEXT)


async def test_who_ends_with_every_chunk_is_listened_to(monkeypatch):
    monkeypatch.setattr("pipeline.sources.connection.wire._COUNTS", 0.05)
    ends = events(*(chunk(said["choices"][0]["delta"], "stop") for said in (HELLO, WELL)))
    for fault, kind in (("", type(None)), ("silence", SourceTimeout), ("cut", SourceTruncated)):
        async with fake("openai", Turn(raw=ends, fault=fault)) as server:
            items, raised = await heard(source(server, patience=Patience(between=0.2)))
        assert (type(raised), text_of(items)) == (kind, TEXT)


def call(given, **more):
    return chunk({"tool_calls": [{"function": given, **more}]})


TOWNS = {
    "one number for all": (
        call({"name": "weather", "arguments": '{"town": "Bonn"}'}, index=0, id="a"),
        call({"name": "weather", "arguments": '{"town": "Rome"}'}, index=0, id="b"),
    ),
    "no numbers": (
        call({"name": "weather", "arguments": '{"town": '}, id="a"),
        call({"arguments": '"Bonn"}'}),
        call({"name": "weather", "arguments": '{"town": "Rome"}'}, id="b"),
    ),
    "neither numbers nor names of their own": (
        call({"name": "weather", "arguments": '{"town": "Bonn"}'}),
        call({"name": "weather", "arguments": '{"town": "Rome"}'}),
    ),
    "one number for all, and no names of their own": (
        call({"name": "weather", "arguments": '{"town": "Bonn"}'}, index=0, id=""),
        call({"name": "weather", "arguments": '{"town": '}, index=0, id=""),
        call({"name": "weather", "arguments": '"Rome"}'}, index=0, id=""),
    ),
    "a signature before its call, as Gemini's": (
        chunk({"tool_calls": [{"extra_content": {"google": {"thought_signature": "Sign"}}}]}),
        call({"name": "weather", "arguments": '{"town": "Bonn"}'}, id="a"),
        call({"name": "weather", "arguments": '{"town": "Rome"}'}, id="b"),
    ),
    "the name with each piece": (
        call({"name": "weather", "arguments": '{"town": '}, index=0, id="a"),
        call({"name": "weather", "arguments": '"Bonn"}'}, index=0, id="a"),
        call({"name": "weather", "arguments": {"town": "Rome"}}, index=1, id="b"),
    ),
}


@pytest.mark.parametrize("shape", TOWNS)
async def test_calls_are_told_apart_however_they_are_numbered(shape):
    first = Turn(raw=events(*TOWNS[shape], chunk({}, "tool_calls")))
    async with fake("openai", first, Turn(("Fine.",))) as server:
        items, raised = await heard(source(server), asked(options={"run_tool": lambda call: "fine"}))
    assert raised is None
    calls = [item for item in items if isinstance(item, ToolCall)]
    assert [(call.name, call.arguments) for call in calls] == [("weather", {"town": town}) for town in ("Bonn", "Rome")]
    assert len({call.id for call in calls}) == 2


def details(*parts):
    return [chunk({"reasoning_details": [{"type": "reasoning.text", **part}]}) for part in parts]


THOUGHTS = {
    "none, as DeepSeek's": ([chunk({"reasoning_content": ""})], {"reasoning_content": ""}),
    "by two names": (
        [chunk({"reasoning": "h", "reasoning_content": "h"}), chunk({"reasoning": "m", "reasoning_content": "m"})],
        {"reasoning": "hm", "reasoning_content": "hm"},
    ),
    "signed, as OpenRouter's": (
        details({"text": "h", "index": 0}, {"text": "m", "index": 0}, {"signature": "Sign", "index": 0}, {"index": 1}),
        {
            "reasoning_details": [
                {"type": "reasoning.text", "text": "hm", "index": 0, "signature": "Sign"},
                {"type": "reasoning.text", "index": 1},
            ]
        },
    ),
    "in one form and another": (
        [chunk({"reasoning_details": "h"}), *details({"text": "m", "index": 0})],
        {"reasoning_details": [{"type": "reasoning.text", "text": "m", "index": 0}]},
    ),
    "in no form that is known": (
        [chunk({"reasoning": {"a": 1}, "reasoning_details": ["a", None]})],
        {"reasoning_details": []},
    ),
}


@pytest.mark.parametrize("shape", THOUGHTS)
async def test_what_a_model_thought_goes_back_as_it_came(shape):
    thought, back = THOUGHTS[shape]
    first = Turn(raw=events(*thought, call({"name": "weather", "arguments": "{}"}, id="a"), chunk({}, "tool_calls")))
    async with fake("openai", first, Turn(("Fine.",))) as server:
        _, raised = await heard(source(server), asked(options={"run_tool": lambda call: "fine"}))
    assert raised is None
    called = server.asked[1].body["messages"][1]
    assert {name: given for name, given in called.items() if name.startswith("reasoning")} == back


async def test_only_what_is_kept_of_thoughts_makes_them_long(monkeypatch):
    """OpenRouter says with each word of them whose they are, which is twenty times as much."""
    monkeypatch.setattr(chunks, "LONGEST_THOUGHT", 300)
    thoughts = details(*[{"text": "hm ", "format": "anthropic-claude-v1", "index": 0}] * 60)
    async with fake("openai", Turn(raw=events(*thoughts, HELLO, WELL, END))) as server:
        items, raised = await heard(source(server))
    assert (raised, text_of(items)) == (None, TEXT)


@pytest.mark.parametrize(
    "thought", [{"reasoning_details": [{"text": "y" * 100}]}, {"reasoning_content": "h", "reasoning": "y" * 100}]
)
async def test_thoughts_without_end_are_none_by_any_name(monkeypatch, thought):
    monkeypatch.setattr(chunks, "LONGEST_THOUGHT", 300)
    async with fake("openai", Turn(raw=events(*[chunk(thought)] * 20, HELLO, WELL, END))) as server:
        _, raised = await heard(source(server))
    assert type(raised) is SourceTruncated
    assert "cannot be read" in raised.message


async def test_who_does_not_begin_in_time_is_given_up_however_long_he_may_pause_later(form):
    async with fake(form, Turn(fault="mute")) as server:
        _, raised = await heard(source(server, patience=Patience(first=0.1, between=30)))
    assert type(raised) is SourceTimeout
    assert "0.1 s" in raised.message


async def test_arguments_that_cannot_be_read_are_for_the_model_to_write_anew():
    for form, broken in (
        ("openai", events(call({"name": "weather", "arguments": '{"town": Bo'}, index=0, id="a"), END)),
        ("anthropic", None),
    ):
        first = Turn(raw=broken) if broken else Turn((), calls=[("weather", [1])])
        ran = []
        async with fake(form, first, Turn()) as server:
            items, raised = await heard(source(server), asked(options={"run_tool": ran.append}))
        assert (raised, ran, text_of(items)) == (None, [], "One. Two three.")
        assert "not called" in str(server.asked[1].body["messages"][-1])
        assert "Bo" not in str(server.asked[1].body["messages"])
