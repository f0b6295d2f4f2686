"""Tools on the way of an answer: called at once, for a limited time, whatever they do; the same in three formats."""

import asyncio
import json
import threading
import time

import pytest

from pipeline import create_streaming_pipeline
from pipeline.errors import SourceFailed, SourceTruncated
from pipeline.sources.answers import answer
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.retry import PatientSource, Retries
from pipeline.types import ToolCall
from tests.fakes.frames import FRAMES
from tests.fakes.models import Turn, fake
from tests.sources.providers import asked, heard, said, settings, source, text_of
from tests.stopwatch import least

TOOL = {"name": "weather", "description": "of a town", "parameters": {"type": "object", "properties": {"town": {}}}}
ONE = Turn((), calls=[("weather", {"town": "Bonn"})])
ANSWER = Turn(("It is fine.",))


def given(runner):
    return asked(tools=[TOOL], options={"run_tool": runner})


def results(server):
    """What the model was told of its tools, in its second turn."""
    told = []
    for message in server.asked[1].body["messages"]:
        if message["role"] == "tool":
            told.append(message["content"])
        elif isinstance(message.get("content"), list):
            told += [block["content"] for block in message["content"] if block["type"] == "tool_result"]
    return told


async def test_a_tool_is_described_to_the_model_as_the_caller_describes_it(form):
    schema = {
        "type": "object",
        "$defs": {"town": {"type": "string", "minLength": 2}},
        "properties": {
            "where": {"type": "object", "properties": {"town": {"$ref": "#/$defs/town"}}, "required": ["town"]},
            "days": {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "null"}], "default": None},
        },
        "required": ["where"],
        "additionalProperties": False,
    }
    async with fake(form, ANSWER) as server:
        await said(source(server), asked(tools=[{**TOOL, "parameters": schema}]))
    (tool,) = server.asked[0].body["tools"]
    assert tool.get("input_schema") == schema or tool["function"]["parameters"] == schema


async def test_several_calls_run_at_once_and_each_gets_its_own_result(form):
    towns = ["Bonn", "Rome", "Oslo"]
    there = asyncio.Barrier(len(towns))

    async def weather(call):
        await asyncio.wait_for(there.wait(), 30)
        return f"fine in {call.arguments['town']}"

    first = Turn(("Let me see. ",), calls=[("weather", {"town": town}) for town in towns])
    async with fake(form, first, ANSWER) as server:
        items = await said(source(server), given(weather))
    assert text_of(items) == "Let me see. \n\nIt is fine."
    calls = [item for item in items if isinstance(item, ToolCall)]
    assert [(call.arguments["town"], call.result) for call in calls] == [(town, f"fine in {town}") for town in towns]
    assert results(server) == [f"fine in {town}" for town in towns]
    assert len({call.id for call in calls}) == len(towns)


async def test_calls_that_a_server_does_not_name_have_names_of_their_own_in_all_its_turns():
    pieces = {"index": 0, "function": {"name": "weather", "arguments": "{}"}}
    nameless = {"choices": [{"index": 0, "delta": {"tool_calls": [pieces]}, "finish_reason": "tool_calls"}]}
    turns = {"ollama": ONE, "openai": Turn(raw=b"data: " + json.dumps(nameless).encode() + b"\n\ndata: [DONE]\n\n")}
    for form, turn in turns.items():
        async with fake(form, turn, turn, turn, ANSWER) as server:
            items = await said(source(server), given(lambda call: "fine"))
        assert len({item.id for item in items if isinstance(item, ToolCall)}) == 3


async def test_a_tool_that_fails_is_the_models_to_deal_with(form):
    def broken(call):
        raise KeyError("no such town")

    def leaves(call):
        raise SystemExit(2)

    async def stopped(call):
        raise asyncio.CancelledError

    async def panics(call):
        raise BaseException("of Rust")

    for tool, told in (
        (broken, "KeyError: 'no such town'"),
        (leaves, "SystemExit: 2"),
        (stopped, "CancelledError: "),
        (panics, "BaseException: of Rust"),
    ):
        async with fake(form, ONE, ANSWER) as server:
            assert text_of(await said(source(server), given(tool))) == "It is fine."
        assert results(server) == [f"The tool failed: {told}"]


async def test_a_tool_that_was_not_offered_is_not_run(form):
    run = []
    first = Turn((), calls=[("wether", {"town": "Bonn"}), ("weather", {"town": "Bonn"})])
    async with fake(form, first, ANSWER) as server:
        assert text_of(await said(source(server), given(lambda call: run.append(call.name) or "fine"))) == "It is fine."
    assert run == ["weather"]
    assert results(server) == ["There is no tool 'wether'; there is: weather.", "fine"]


async def test_a_tool_that_only_the_options_name_is_run():
    async with fake("openai", ONE, ANSWER) as server:
        told = asked(llm_options={"tools": [{"type": "function", "function": TOOL}]}, options={"run_tool": str})
        assert text_of(await said(source(server), told)) == "It is fine."
    assert "Bonn" in results(server)[0]


@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_a_tool_that_hangs_is_given_up(form, kind):
    over = threading.Event()

    async def hangs(call):
        await asyncio.Event().wait()

    async with fake(form, ONE, ANSWER) as server:
        patient = source(server, patience=Patience(first=5, between=0.2))
        items = await said(patient, given(hangs if kind == "async" else lambda call: over.wait(30)))
    over.set()
    assert text_of(items) == "It is fine."
    assert results(server) == ["The tool failed: it took longer than 0.2 s."]


async def test_whoever_leaves_does_not_wait_for_a_tool(form):
    loop = asyncio.get_running_loop()

    async def leaving():
        over, running = threading.Event(), asyncio.Event()

        def hangs(call):
            loop.call_soon_threadsafe(running.set)
            over.wait(30)

        async with fake(form, ONE, ANSWER) as server:
            listening = asyncio.create_task(said(source(server), given(hangs)))
            await running.wait()
            began = time.monotonic()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            took = time.monotonic() - began
        over.set()
        return took

    assert await least(leaving, 0.25) < 0.25


async def test_a_result_is_bounded_and_can_be_sent_whatever_it_is(form):
    circle = []
    circle.append(circle)
    for result, told in (
        ("x" * 5_000_000, "(cut off: the result has 5,000,000 characters)"),
        ({"degrees": 21, "at": object}, '"degrees": 21'),
        ("half \ud83d of a pair", "half ? of a pair"),
        (circle, "The tool failed: ValueError"),
        (None, "null"),
    ):
        async with fake(form, ONE, ANSWER) as server:
            assert text_of(await said(source(server), given(lambda call, result=result: result))) == "It is fine."
        (sent,) = results(server)
        assert told in sent
        assert len(sent) < 110_000


async def test_what_it_thought_before_it_called_goes_back_with_the_result(form):
    async with fake(form, Turn((), thinking="Where is Bonn?", calls=ONE.calls), ANSWER) as server:
        await said(source(server), given(lambda call: "fine"))
    (called,) = [message for message in server.asked[1].body["messages"] if message["role"] == "assistant"]
    assert "Where is Bonn?" in str(called)


@pytest.mark.parametrize("again", [2, 1])
async def test_a_model_that_is_busy_after_its_tools_have_run_is_asked_again_and_they_are_not_run_twice(form, again):
    ran = []
    busy = Turn(fault="429")
    async with fake(form, Turn(("I look.",), calls=ONE.calls), busy, busy, ANSWER) as server:
        items, raised = await heard(PatientSource(source(server), Retries(again, 0.001)), given(ran.append))
    assert len(ran) == 1 and len(server.asked) == 2 + again
    assert text_of(items) == "I look.\n\n" + ("It is fine." if again == 2 else "")
    assert (raised is None) == (again == 2)


async def test_a_model_that_calls_tools_for_ever_is_stopped(form):
    async with fake(form, ONE) as server:
        with pytest.raises(SourceFailed, match="8 times"):
            await said(source(server), given(lambda call: "again"))
    assert len(server.asked) == 8


async def test_a_model_that_calls_too_many_at_a_time_is_stopped(form):
    ran = []
    async with fake(form, Turn((), calls=[("weather", {})] * 100)) as server:
        with pytest.raises(SourceFailed, match="more than 64"):
            await said(source(server), given(ran.append))
    assert not ran


async def test_a_model_that_thinks_without_end_is_stopped(form, monkeypatch):
    monkeypatch.setattr(answer, "LONGEST_THOUGHT", 100)
    for turn in (Turn(thinking="hm " * 40), Turn(["<think>", *["hm "] * 40])):
        async with fake(form, turn) as server:
            with pytest.raises(SourceFailed, match="thought on and on"):
                await said(source(server))


@pytest.mark.parametrize("form", ["anthropic", "openai"])
async def test_arguments_without_end_are_no_arguments(form):
    async with fake(form, Turn((), calls=[("weather", {"town": "x" * 1_200_000})])) as server:
        with pytest.raises(SourceTruncated):
            await said(source(server), given(lambda call: "fine"))


@pytest.mark.parametrize("before", ["Let me see:", "One moment", "One moment ", "One moment\n", "I look."])
async def test_what_it_said_before_it_called_is_heard_while_the_tool_works(form, before, tmp_path):
    heard = asyncio.Event()

    async def weather(call):
        await heard.wait()
        return "fine"

    said = ""
    async with fake(form, Turn((before,), calls=ONE.calls), ANSWER) as server, asyncio.timeout(30):
        env, config = settings(server), {"output_dir": tmp_path, "max_idle_time": 60, "max_buffer_time": 60}
        async with create_streaming_pipeline(form, "tone", config, tools=[TOOL], run_tool=weather, env=env) as pipeline:
            async for event in pipeline.stream_chat_to_audio("How is the weather?"):
                if event.type == "audio":
                    said += event.text
                    if said.split() == before.split():
                        heard.set()
    assert said.split() == [*before.split(), "It", "is", "fine."]


async def test_a_run_tells_of_tools_and_thoughts_and_speaks_neither(form, tmp_path):
    first = Turn(("Let me see.",), thinking="Where is Bonn?", calls=[("weather", {"town": "Bonn"})])
    async with fake(form, first, Turn(("It is ", "fine."))) as server:
        env, config = settings(server), {"output_dir": tmp_path}
        async with create_streaming_pipeline(
            form, "tone", config, tools=[TOOL], run_tool=lambda call: {"degrees": 21}, thinking=True, env=env
        ) as pipeline:
            events = [event async for event in pipeline.stream_chat_to_audio("How is the weather?")]
    said_ = "".join(event.content for event in events if event.type == "chunk")
    assert said_ == "Let me see.\n\nIt is fine."
    (tool,) = [event for event in events if event.type == "tool_call"]
    assert (tool.name, tool.arguments, tool.result) == ("weather", {"town": "Bonn"}, '{"degrees": 21}')
    assert [event.content for event in events if event.type == "thinking"] == ["Where is Bonn?"]
    spoken = " ".join(event.spoken for event in events if event.type == "passage")
    assert spoken.split() == said_.split()
    assert events[-1].type == "complete" and events[-1].total_tokens == 24


@pytest.mark.parametrize("before", [(), ONE.calls])
async def test_a_turn_that_breaks_off_among_its_calls_is_asked_again_and_none_of_them_is_run_twice(before):
    """Anthropic's tell of each call when it is whole, and may be overloaded by the next one."""
    ran = []
    calls = [*FRAMES["anthropic"](Turn((), calls=ONE.calls)).opening(), *FRAMES["anthropic"](ONE).ending()[:-2]]
    broken = Turn(raw=b"".join(calls), fault="cut")
    first = (Turn((), calls=before),) if before else ()
    async with fake("anthropic", *first, broken, ONE, ANSWER) as server:
        await said(PatientSource(source(server), Retries(2, 0.001)), given(lambda call: ran.append(call.arguments)))
    assert ran == [{"town": "Bonn"}] * (2 if before else 1)
