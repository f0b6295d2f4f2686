"""Anthropic's language, as it is spoken today, and by others."""

import json

import pytest

from pipeline.errors import SourceRefused, SourceTruncated
from pipeline.types import Thinking, ToolCall
from tests.fakes.models import Turn, fake
from tests.sources.providers import asked, heard, source, text_of

START = {"type": "message_start", "message": {"role": "assistant", "content": []}}


def begun(index, **block):
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index, kind, **said):
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **said}}


def stopped(index):
    return {"type": "content_block_stop", "index": index}


def ended(reason="end_turn", **more):
    return ({"type": "message_delta", "delta": {"stop_reason": reason, **more}}, {"type": "message_stop"})


def turn(*events):
    return Turn(raw="".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode())


THOUGHT, SAID = delta(0, "thinking_delta", thinking="hm"), delta(1, "text_delta", text="All is well.")
TOOL = begun(2, type="tool_use", id="t", name="weather", input={})
TOWN = [delta(2, "input_json_delta", partial_json=part) for part in ('{"town": ', "", '"Bonn"}')]

READ = {
    "empty text left out": (begun(0, type="thinking"), THOUGHT, stopped(0), begun(1, type="text"), SAID, stopped(1)),
    "beginnings left out": (THOUGHT, SAID, stopped(1)),
    "another block without text": (THOUGHT, SAID, begun(2, type="text"), stopped(2)),
    "the numbers": [{name: given for name, given in event.items() if name != "index"} for event in (THOUGHT, SAID)],
    "a block of a kind not known yet": (THOUGHT, begun(7, type="summary", text="x"), stopped(7), SAID),
}


@pytest.mark.parametrize("shape", READ)
async def test_what_is_left_out_of_a_block_is_not_missed(shape):
    async with fake("anthropic", turn(START, *READ[shape], *ended())) as server:
        items, raised = await heard(source(server), asked(thinking=True))
    assert raised is None
    assert text_of(items) == "All is well."
    assert Thinking("hm") in items


BARE = begun(2, type="tool_use", id="t", name="weather")
CALLS = {
    "begun without its arguments": (SAID, BARE, *TOWN, stopped(2)),
    "block by block": (SAID, TOOL, *TOWN, stopped(2)),
    "never said to be over": (SAID, TOOL, *TOWN),
    "among other pieces": (begun(1, type="text", text=""), TOOL, TOWN[0], SAID, *TOWN[1:], stopped(1), stopped(2)),
    "whole from the beginning": (SAID, begun(2, type="tool_use", id="t", name="weather", input={"town": "Bonn"})),
}


@pytest.mark.parametrize("shape", CALLS)
async def test_a_tool_is_called_once_however_the_pieces_of_its_call_come(shape):
    ran = []
    first = turn(START, *CALLS[shape], *ended("tool_use"))
    async with fake("anthropic", first, Turn(("Fine.",))) as server:
        items, raised = await heard(source(server), asked(options={"run_tool": lambda call: ran.append(call) or "21"}))
    assert raised is None
    assert [call.arguments for call in ran] == [{"town": "Bonn"}]
    assert [item.result for item in items if isinstance(item, ToolCall)] == ["21"]
    assert server.asked[1].body["messages"][1]["content"] == [
        {"type": "text", "text": "All is well."},
        {"type": "tool_use", "id": "t", "name": "weather", "input": {"town": "Bonn"}},
    ]


async def test_a_call_may_leave_out_that_it_has_no_arguments():
    async with fake("anthropic", turn(START, SAID, BARE, stopped(2), *ended("tool_use"))) as server:
        items, raised = await heard(source(server), asked())
    assert raised is None
    assert [(item.name, item.arguments) for item in items if isinstance(item, ToolCall)] == [("weather", {})]


async def test_a_text_with_many_citations_is_heard():
    parts = [(begun(n, type="text", text=""), delta(n, "text_delta", text="So. "), stopped(n)) for n in range(500)]
    async with fake("anthropic", turn(START, *(event for part in parts for event in part), *ended())) as server:
        items, raised = await heard(source(server))
    assert (raised, text_of(items)) == (None, "So. " * 500)


async def test_what_only_the_model_can_read_goes_back_as_it_came():
    thoughts = (
        begun(0, type="thinking", thinking="", signature=""),
        THOUGHT,
        delta(0, "signature_delta", signature="Sign"),
        begun(1, type="redacted_thinking", data="xyz"),
        begun(3, type="server_tool_use", id="s", name="web_search", input={}),
        delta(3, "input_json_delta", partial_json='{"query": "Bonn"}'),
    )
    first = turn(START, *thoughts, TOOL, *TOWN, *ended("tool_use"))
    async with fake("anthropic", first, Turn(("Fine.",))) as server:
        _, raised = await heard(source(server), asked(options={"run_tool": lambda call: "21"}))
    assert raised is None
    assert server.asked[1].body["messages"][1]["content"][:3] == [
        {"type": "thinking", "thinking": "hm", "signature": "Sign"},
        {"type": "redacted_thinking", "data": "xyz"},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "Bonn"}},
    ]


@pytest.mark.parametrize(("name", "parted"), [(b"event: ", b": "), (b"\ndata: ", b"\n\ndata: ")])
async def test_events_whose_names_a_proxy_took_away_or_apart_are_read(name, parted):
    whole = turn(START, SAID, *ended())
    async with fake("anthropic", Turn(raw=whole.raw.replace(name, parted))) as server:
        items, raised = await heard(source(server))
    assert (raised, text_of(items)) == (None, "All is well.")


async def test_why_it_would_not_go_on_is_told():
    details = {"type": "refusal", "category": "cyber", "explanation": "It might do harm."}
    async with fake("anthropic", turn(START, SAID, *ended("refusal", stop_details=details))) as server:
        items, raised = await heard(source(server))
    assert type(raised) is SourceRefused
    assert "It might do harm." in raised.message
    assert text_of(items) == "All is well."


async def test_blocks_without_end_are_no_answer():
    async with fake("anthropic", turn(START, *[begun(0, type="text")] * 1000, SAID, *ended())) as server:
        _, raised = await heard(source(server))
    assert type(raised) is SourceTruncated
