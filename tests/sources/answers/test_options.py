"""Options that one provider alone knows reach it as they are, and say nothing that is not theirs to say."""

import pytest

from pipeline import create_streaming_pipeline
from pipeline.errors import InvalidRequest, InvalidSetting
from pipeline.sources import make
from pipeline.sources.anthropic import AnthropicSource
from pipeline.sources.openai import GROK, OpenAISource
from tests.fakes.models import Turn, fake
from tests.sources.providers import asked, said, settings, source


def told(form, body, name):
    return body["options"][name] if form == "ollama" else body[name]


async def test_they_are_told_to_the_provider(form):
    async with fake(form, Turn()) as server:
        await said(source(server), asked(llm_options={"seed": 7, "custom": {"deep": [1]}}))
    body = server.asked[0].body
    assert (told(form, body, "seed"), told(form, body, "custom")) == (7, {"deep": [1]})


async def test_those_of_the_settings_come_before_those_of_a_request(form):
    async with fake(form, Turn()) as server:
        voice = make(form, settings(server) | {f"{form.upper()}_OPTIONS": '{"seed": 1, "min_p": 0.1}'})
        await said(voice, asked(llm_options={"seed": 2}))
        await said(voice)
    first, second = (one.body for one in server.asked)
    assert (told(form, first, "seed"), told(form, first, "min_p"), told(form, second, "seed")) == (2, 0.1, 1)


@pytest.mark.parametrize("api", ["chat", "generate"])
async def test_ollama_is_told_each_where_it_looks_for_it(api):
    async with fake("ollama", Turn()) as server:
        given = {"think": False, "keep_alive": "1h", "num_ctx": 9000, "options": {"top_p": 0.9}}
        voice = make("ollama", settings(server) | {"ALOUD_OLLAMA_API": api})
        await said(voice, asked(llm_options=given, max_tokens=5, thinking=True))
    body = server.asked[0].body
    assert (body["think"], body["keep_alive"]) == (False, "1h")
    assert body["options"] == {"num_predict": 5, "num_ctx": 9000, "top_p": 0.9}


def test_what_a_model_refuses_is_named():
    request = asked(llm_options={"top_p": 0.9, "presence_penalty": 1, "seed": 7})
    assert AnthropicSource().ignored(request) == ("top_p",)
    assert OpenAISource("gpt-5.4-mini").ignored(request) == ("top_p", "presence_penalty")
    assert OpenAISource("gpt-4.1-mini").ignored(request) == ()
    assert GROK.from_env({"XAI_OPTIONS": '{"frequency_penalty": 1}'}).ignored(asked()) == ("frequency_penalty",)
    still = asked(temperature=0.5, llm_options={"top_p": 0.9, "reasoning_effort": "none"})
    assert OpenAISource("gpt-5.4-mini").ignored(still) == ()


async def test_what_a_model_refuses_is_not_sent():
    async with fake("anthropic", Turn()) as server:
        await said(source(server), asked(llm_options={"top_p": 0.9, "metadata": {"user_id": "x"}}))
    body = server.asked[0].body
    assert "top_p" not in body and body["metadata"] == {"user_id": "x"}


circle: list[object] = []
circle.append(circle)


def nested(levels):
    return [nested(levels - 1)] if levels else []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"stream": False}, "stream is none of them"),
        ({"model": "another"}, "model is none of them"),
        ({"api_base": "http://elsewhere"}, "api_base is none of them"),
        ({"Stream": False}, "Stream is none of them"),
        ({"n_predict": -1}, "n_predict is none of them"),
        ({"options": {"top_k": 5, "num_predict": -1}}, "num_predict is none of them"),
        ({"options": 5}, "is a mapping"),
        ({"top_p": float("nan")}, "JSON"),
        ({"seed": object()}, "JSON"),
        ({"half": "\ud83d"}, "JSON"),
        ({"circle": circle}, "JSON"),
        ({"deep": nested(200)}, "JSON"),
        ({7: 7}, "JSON"),
        ({"grammar": "x" * 20_000}, "20,015 bytes"),
        ([], "mapping"),
    ],
)
def test_what_cannot_be_given_is_refused_before_anybody_is_asked(given, why):
    with pytest.raises(InvalidRequest, match=why):
        create_streaming_pipeline("ollama", "tone", llm_options=given or ["no mapping"])


@pytest.mark.parametrize("given", ["top_p=0.9", "[1]", '{"stream": false}', '{"top_p": NaN}', "[" * 100_000])
def test_a_setting_that_will_not_do_is_named(given):
    with pytest.raises(InvalidSetting, match="OLLAMA_OPTIONS"):
        make("ollama", {"OLLAMA_OPTIONS": given})


async def test_another_provider_is_not_told_those_of_the_first(tmp_path):
    async with fake("ollama", Turn(fault="400")) as first, fake("openai", Turn()) as second:
        env = settings(first) | settings(second)
        pipeline = create_streaming_pipeline(
            ["ollama", "openai"], "tone", {"output_dir": tmp_path}, llm_options={"think": False}, env=env
        )
        async with pipeline:
            events = [event async for event in pipeline.stream_chat_to_audio("hello", llm_options={"seed": 7})]
    assert events[-1].type == "complete"
    assert first.asked[0].body["options"]["seed"] == 7 and "think" not in first.asked[0].body
    assert "seed" not in second.asked[0].body


async def test_a_tool_that_is_no_json_is_refused_before_anybody_is_asked():
    with pytest.raises(InvalidRequest, match="weather"):
        create_streaming_pipeline("ollama", "tone", tools=[{"name": "weather", "parameters": {"default": object()}}])
