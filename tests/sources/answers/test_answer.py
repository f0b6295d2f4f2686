"""What is heard of an answer, what is asked for, and tools on the way: the same in three formats."""

import logging
import threading

import pytest

from pipeline.errors import SourceRefused, SourceUnreachable
from pipeline.sources import SOURCES, find, make, ollama
from pipeline.sources.anthropic import AnthropicSource
from pipeline.sources.connection.connections import Connections
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.retry import PatientSource, Retries
from pipeline.sources.ollama import OllamaSource
from pipeline.sources.openai import GEMINI, GROK, LLAMACPP, OPENAI, OpenAISource
from pipeline.types import Message, Request, Thinking, ToolCall, Usage
from tests.fakes.models import Turn, fake
from tests.sources.providers import KEY, asked, said, source, text_of

TOOL = {"name": "weather", "description": "of a town", "parameters": {"type": "object", "properties": {"town": {}}}}


async def test_text_and_usage_come_and_thinking_only_when_asked_for(form):
    turn = Turn(("One <th", "ink>secret</thi", "nk>two."), thinking="hm")
    async with fake(form, turn) as server:
        plain = await said(source(server))
        asked_for = await said(source(server), asked(thinking=True))
    assert text_of(plain) == text_of(asked_for) == "One two."
    assert [item for item in plain if not isinstance(item, str)] == [Usage(7, 5)]
    assert [item for item in asked_for if isinstance(item, Thinking)] == [Thinking("hm"), Thinking("secret")]


async def test_what_was_asked_for_is_what_the_provider_gets(form):
    messages = (Message("user", "hi"), Message("assistant", "hello "), Message("user", "go on"))
    request = Request(messages, model="big", system="be brief", max_tokens=77, stop=("END",))
    async with fake(form, Turn()) as server:
        await said(source(server), request)
    body = server.asked[0].body
    turns = [(message["role"], message["content"]) for message in body["messages"]]
    assert body["model"] == "big"
    assert turns[-3:] == [(message.role, message.content) for message in messages]
    assert body.get("system") == "be brief" or turns[0] == ("system", "be brief")
    most = {"ollama": lambda: body["options"]["num_predict"], "openai": lambda: body["max_tokens"]}
    assert most.get(form, lambda: body["max_tokens"])() == 77
    stop = body["options"]["stop"] if form == "ollama" else body.get("stop") or body.get("stop_sequences")
    assert stop == ["END"]
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.asked[0].headers["accept-encoding"] == "identity"


async def test_questions_of_which_none_was_answered_are_one_message():
    talk = (Message("user", "One?"), Message("assistant", ""), Message("user", "Two?"), Message("assistant", "Yes."))
    talk = (*talk, Message("user", "Three?"), Message("user", "Four?"))
    async with fake("openai", Turn()) as server:
        await said(source(server), Request(talk, system="be brief"))
    told = [(message["role"], message["content"]) for message in server.asked[0].body["messages"]]
    assert told == [
        ("system", "be brief"),
        ("user", "One?\n\nTwo?"),
        ("assistant", "Yes."),
        ("user", "Three?\n\nFour?"),
    ]


async def test_what_the_model_is_told_beforehand_is_one_message():
    """Templates that want user and assistant by turns take one system message, at the very beginning."""
    talk = (Message("system", "You are Ann."), Message("user", "Who are you?"))
    async with fake("openai", Turn()) as server:
        await said(source(server), Request(talk, system="be brief"))
    told = [(message["role"], message["content"]) for message in server.asked[0].body["messages"]]
    assert told == [("system", "be brief\n\nYou are Ann."), ("user", "Who are you?")]


async def test_temperature_goes_to_those_who_take_it(form):
    async with fake(form, Turn()) as server:
        voice = source(server)
        await said(voice, asked(temperature=0.5))
    body = server.asked[0].body
    if form == "anthropic":
        assert "temperature" not in body
        assert voice.ignored(asked(temperature=0.5)) == ("temperature",)
    else:
        assert body.get("temperature", body.get("options", {}).get("temperature")) == 0.5


def test_options_that_a_model_refuses_are_named():
    request = asked(temperature=0.5, stop=("END",))
    assert OpenAISource("gpt-5.4-mini").ignored(request) == ("temperature", "stop")
    assert OpenAISource("gpt-4.1-mini").ignored(request) == ()
    assert OpenAISource("gpt-5.4-mini", url="http://localhost:1/v1").ignored(request) == ()
    assert AnthropicSource().ignored(asked()) == ()
    assert GROK.from_env({}).ignored(request) == ("stop",)
    assert GEMINI.from_env({}).ignored(request) == ()


@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_a_tool_is_run_and_the_model_goes_on_with_its_result(form, kind):
    ran = []

    def weather(call):
        ran.append((call.name, dict(call.arguments), threading.current_thread() is threading.main_thread()))
        return {"degrees": 21}

    async def weather_too(call):
        return weather(call)

    request = asked(tools=[TOOL], options={"run_tool": weather if kind == "sync" else weather_too})
    first = Turn(("Let me see.",), calls=[("weather", {"town": "Bonn"})])
    async with fake(form, first, Turn(("It is ", "21 degrees."))) as server:
        items = await said(source(server), request)
    assert text_of(items) == "Let me see.\n\nIt is 21 degrees."
    (call,) = [item for item in items if isinstance(item, ToolCall)]
    assert (call.name, call.arguments, call.result) == ("weather", {"town": "Bonn"}, '{"degrees": 21}')
    assert ran == [("weather", {"town": "Bonn"}, kind == "async")]
    assert sum(item.output_tokens for item in items if isinstance(item, Usage)) == 10
    told = server.asked[1].body["messages"]
    assert "degrees" in str(told[-1])
    assert "Let me see." in str(told[-2])
    assert "Bonn" in str(told[-2])


async def test_without_a_runner_a_tool_call_is_told_and_the_answer_ends(form):
    async with fake(form, Turn((), calls=[("weather", {"town": "Bonn"}), ("weather", {})])) as server:
        items = await said(source(server), asked(tools=[TOOL]))
    calls = [item for item in items if isinstance(item, ToolCall)]
    assert [(call.arguments, call.result) for call in calls] == [({"town": "Bonn"}, None), ({}, None)]
    assert len({call.id for call in calls}) == 2
    assert text_of(items) == ""


async def test_models_are_listed_within_a_short_time(form):
    async with fake(form) as server:
        assert sorted(await source(server).models()) == ["small", "tiny"]
        patient = PatientSource(source(server), Retries())
        assert sorted(await patient.models()) == ["small", "tiny"]


FAULTS = ["", "401", "404", "429", "500", "error", "cut", "silence", "garbage", "no-marker", "empty"]
LOGGERS = {
    "ollama": ("httpx", "httpcore"),
    "anthropic": ("anthropic", "httpx2", "httpcore2"),
    "openai": ("openai", "httpx2", "httpcore2"),
}


async def test_a_key_is_never_told(form, caplog):
    for name in ("", "aloud", *LOGGERS[form]):
        caplog.set_level(logging.DEBUG, name)
    shown = []
    for fault in FAULTS:
        message = f"Incorrect key {KEY} at http://me:{KEY}@host/?key={KEY}"
        async with fake(form, Turn(fault=fault, after=0, message=message)) as server, Connections() as connections:
            voice = PatientSource(source(server, patience=Patience(0.1, 0.1)), Retries(again=0))
            request = asked(options={"connections": connections})
            try:
                shown += await said(voice, request)
            except Exception as error:  # noqa: BLE001  all are looked at
                shown += [str(error), repr(error), getattr(error, "details", ""), repr(error.__cause__)]
            assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
            shown += [repr(voice), str(voice), repr(request), repr(connections)]
    assert KEY not in str(shown)
    assert KEY not in caplog.text
    assert {record.name.partition(".")[0] for record in caplog.records} >= set(LOGGERS[form]), "they had their say"


async def test_an_address_is_told_without_its_password(form, caplog):
    caplog.set_level(logging.DEBUG)
    async with fake(form, Turn()) as server:
        voice = source(server)
        assert text_of(await said(with_password(voice))) == "One. Two three."
    assert server.asked[0].headers["authorization"].startswith("Basic ")
    with pytest.raises(SourceUnreachable, match=f"127.0.0.1:{server.port}") as caught:
        await said(with_password(voice))
    assert KEY not in str(caught.value) + repr(voice)
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("ollama", "OLLAMA_HOST"),
        ("anthropic", "ANTHROPIC_BASE_URL"),
        ("openai", "OPENAI_BASE_URL"),
        ("grok", "XAI_BASE_URL"),
        ("llamacpp", "LLAMACPP_BASE_URL"),
    ],
)
async def test_who_cannot_be_reached_is_told_with_the_setting_that_says_where_it_is(name, setting):
    env = {setting: "http://127.0.0.1:9", "ANTHROPIC_API_KEY": KEY, "OPENAI_API_KEY": KEY, "XAI_API_KEY": KEY}
    with pytest.raises(SourceUnreachable, match=rf"http://127.0.0.1:9\b.* {setting} may name another\."):
        await said(make(name, env))


def with_password(voice):
    make = {"url": voice.place.url.replace("://", f"://me:{KEY}@")}
    if isinstance(voice, OllamaSource):
        make = {"host": make["url"]}
    return type(voice)(key=KEY, patience=Patience(1, 1), **make)


@pytest.mark.parametrize(
    ("relative", "key"),
    [
        (OPENAI, "OPENAI_API_KEY"),
        (GEMINI, "GEMINI_API_KEY"),
        (GROK, "XAI_API_KEY"),
        (AnthropicSource, "ANTHROPIC_API_KEY"),
    ],
)
async def test_without_a_key_the_setting_is_named_and_nobody_asked(relative, key):
    with pytest.raises(SourceRefused, match=key):
        await said(relative.from_env({}))


@pytest.mark.parametrize(
    ("relative", "prefix"), [(OPENAI, "OPENAI"), (GEMINI, "GEMINI"), (GROK, "XAI"), (LLAMACPP, "LLAMACPP")]
)
async def test_relatives_differ_in_name_and_address_only(relative, prefix):
    async with fake("openai", Turn()) as server:
        env = {f"{prefix}_BASE_URL": server.url.removesuffix("/v1"), f"{prefix}_MODEL": "tiny"}
        voice = relative.from_env(env)
        assert text_of(await said(voice)) == "One. Two three."
    assert voice.name == relative.name
    assert server.asked[0].path == "/v1/chat/completions"
    assert server.asked[0].body["model"] == "tiny"


async def test_an_address_may_be_given_with_its_path():
    async with fake("openai", Turn()) as server:
        await said(OPENAI.from_env({"OPENAI_BASE_URL": f"{server.url}/chat/completions/"}))
    assert server.asked[0].path == "/v1/chat/completions"


async def test_ollama_answers_a_single_prompt_too():
    async with fake("ollama", Turn()) as server:
        voice = find("ollama").from_env({"OLLAMA_HOST": server.url, "ALOUD_OLLAMA_API": "generate"})
        assert text_of(await said(voice, asked(system="be brief"))) == "One. Two three."
    assert server.asked[0].path == "/api/generate"
    assert server.asked[0].body["prompt"] == "say something"
    assert server.asked[0].body["system"] == "be brief"


async def test_a_server_that_cannot_stream_is_asked_for_the_whole():
    async with fake("openai", Turn((), calls=[("weather", {"town": "Bonn"})]), Turn()) as server:
        voice = OPENAI.from_env({"OPENAI_BASE_URL": server.url, "OPENAI_STREAM": "no"})
        assert not voice.streaming
        request = asked(tools=[TOOL], options={"run_tool": lambda call: "21"})
        items = await said(voice, request)
    assert [item for item in items if isinstance(item, str)] == ["One. Two three."]
    assert Usage(7, 5) in items
    assert [item.arguments for item in items if isinstance(item, ToolCall)] == [{"town": "Bonn"}]
    assert "stream" not in server.asked[0].body


@pytest.mark.parametrize(("size", "room"), [(100, None), (30_000, 16_384), (300_000, 131_072), (10_000_000, 131_072)])
async def test_ollama_is_told_to_make_room_for_a_long_text(size, room):
    async with fake("ollama", Turn()) as server:
        await said(source(server), asked("word " * (size // 5)))
    assert server.asked[0].body["options"].get("num_ctx") == room


async def test_ollama_is_told_to_make_room_for_tools_and_what_they_give():
    tool = {**TOOL, "description": "word " * 6000}
    calling = Turn((), calls=[("weather", {"town": "Bonn"})])
    async with fake("ollama", calling, Turn()) as server:
        await said(source(server), asked(tools=[tool], options={"run_tool": lambda call: "word " * 12_000}))
    assert [one.body["options"].get("num_ctx") for one in server.asked] == [16_384, 32_768]


@pytest.mark.parametrize(("loaded", "room"), [(300.0, 16_384), (-1.0, None)])
async def test_the_room_that_a_model_has_is_kept_while_it_is_loaded(monkeypatch, loaded, room):
    """Ollama loads it anew for a smaller one, too."""
    monkeypatch.setattr(ollama, "_LOADED", loaded)
    async with fake("ollama", Turn()) as server:
        for request in (asked("word " * 6000), asked(), asked(model="another")):
            await said(source(server), request)
    assert [one.body["options"].get("num_ctx") for one in server.asked] == [16_384, room, None]


def test_every_name_makes_a_source_from_an_empty_environment():
    for name in SOURCES:
        made = find(name)
        voice = made.from_env({}) if hasattr(made, "from_env") else made()
        assert voice.name == name
        assert isinstance(voice.model, str)
