"""Every way in which a provider fails, in three formats: the right error, nothing lost, no hang."""

import asyncio
import json
import random
import re
import socket

import pytest

from pipeline import create_streaming_pipeline
from pipeline.errors import (
    InvalidSetting,
    SourceBusy,
    SourceFailed,
    SourceRefused,
    SourceTruncated,
    SourceUnreachable,
)
from pipeline.events import TERMINAL
from pipeline.sources.anthropic import AnthropicSource
from pipeline.sources.ollama import OllamaSource
from pipeline.sources.openai import OpenAISource
from pipeline.types import Stopped
from tests.fakes.models import FORMATS, Turn, fake
from tests.sources.providers import heard, settings, source, text_of

TEXT = "One. Two three."

RUNS = {
    # fault: how the run ends, its code, requests, what was said of it
    "refused": ("error", "source_unreachable", 0, ""),
    "401": ("error", "source_refused", 1, ""),
    "404": ("error", "source_refused", 1, ""),
    "429": ("error", "source_busy", 2, ""),
    "500": ("error", "source_failed", 2, ""),
    "529": ("error", "source_busy", 2, ""),
    "error": ("error", "source_failed", 1, "One. Two "),
    "cut": ("error", "source_truncated", 1, "One. Two "),
    "silence": ("error", "source_timeout", 1, "One. Two "),
    "no-marker": ("error", "source_truncated", 1, TEXT),
    "garbage": ("error", "source_truncated", 1, "One. Two "),
    "huge": ("error", "source_truncated", 1, "One. Two "),
    "empty": ("error", "source_truncated", 2, ""),
    "separator": ("complete", "", 1, TEXT),
    "bytewise": ("complete", "", 1, TEXT),
}


@pytest.mark.parametrize("fault", RUNS)
async def test_a_run_ends_once_says_why_and_keeps_what_was_made(form, fault, tmp_path):
    end, code, requests, text = RUNS[fault]
    env = {"ALOUD_LLM_MAX_RETRIES": "1", "ALOUD_LLM_RETRY_DELAY": "0.01"}
    if fault == "silence":
        env["ALOUD_LLM_TIMEOUT"] = "0.3"
    async with fake(form, Turn(fault=fault, headers={"Retry-After": "0.1"})) as server:
        if fault == "refused":
            with socket.socket() as unused:
                unused.bind(("127.0.0.1", 0))
                server.port = unused.getsockname()[1]
        env |= settings(server)
        config = {"output_dir": tmp_path, "mode": "batch"}
        async with create_streaming_pipeline(form, "tone", config, env=env) as pipeline, asyncio.timeout(20):
            events = [event async for event in pipeline.stream_chat_to_audio("go")]
    last = events[-1]
    assert [event.type for event in events if event.type in TERMINAL] == [last.type] == [end]
    assert getattr(last, "code", "") == code
    assert (len(server.asked), last.chars) == (requests, len(text))
    assert "".join(event.content for event in events if event.type == "chunk") == text
    assert last.audio_files == len([event for event in events if event.type == "audio"])
    assert last.audio_files >= bool(text)
    if end == "error":
        assert last.retryable == (code != "source_refused")
        assert last.message and "Traceback" not in last.message


@pytest.mark.parametrize("fault", ["", "separator", "bytewise"])
async def test_what_only_looks_odd_is_read_whole(form, fault):
    tokens = ("One.\u2028", "Two\x85 \x0b\x0c", "three \u2029\U0001f600 日本.")
    async with fake(form, Turn(tokens, fault=fault, after=0)) as server:
        items, raised = await heard(source(server))
    assert raised is None
    assert text_of(items) == "".join(tokens)


async def test_a_character_that_fell_into_two_tokens_is_one_again(form):
    async with fake(form, Turn(("smile \ud83d", "\ude00 and \ud83d", " half"))) as server:
        items, raised = await heard(source(server))
    assert raised is None
    assert text_of(items) == "smile \U0001f600 and \ufffd half"


@pytest.mark.parametrize("host", ["http://127.0.0.1:99999", "http://[oops", "http://", "http://:80"])
def test_an_address_that_is_none_is_refused_at_once(host):
    for make in (lambda: OllamaSource(host=host), lambda: OpenAISource(url=host), lambda: AnthropicSource(url=host)):
        with pytest.raises(InvalidSetting, match="address"):
            make()


async def test_a_host_that_nobody_has_cannot_be_reached():
    host = "http://nobody has this"
    for made in (OllamaSource(host=host), OpenAISource(url=host), AnthropicSource(url=host, key="K")):
        _, raised = await heard(made)
        assert type(raised) is SourceUnreachable


async def test_an_answer_without_a_word_is_a_failure(form):
    for turn in (Turn(()), Turn((" ", "\n")), Turn(("<think>long</think>",), thinking="hm")):
        async with fake(form, turn) as server:
            items, raised = await heard(source(server))
        assert type(raised) is SourceFailed
        assert text_of(items).strip() == ""


async def test_an_answer_that_the_provider_would_not_go_on_with_is_no_success():
    filtered = ("content_filter", "content_filter: RECITATION", "SAFETY", "sensitive", "refusal")
    for form, reason in (("anthropic", "refusal"), *(("openai", reason) for reason in filtered)):
        async with fake(form, Turn(reason=reason)) as server:
            items, raised = await heard(source(server))
        assert type(raised) is SourceRefused
        assert text_of(items) == TEXT


@pytest.mark.parametrize("reason", ["abort", "insufficient_system_resource", "network_error"])
async def test_a_server_that_gave_up_has_not_ended_its_answer(reason):
    async with fake("openai", Turn(reason=reason)) as server:
        items, raised = await heard(source(server))
    assert type(raised) is SourceTruncated
    assert text_of(items) == TEXT


async def test_a_reason_to_end_is_an_end():
    """As Ollama tells it of some models of MLX."""
    said, last = ({"role": "assistant", "content": text} for text in ("All is well.", ""))
    lines = [{"model": "tiny", "message": said}, {"model": "tiny", "message": last, "done_reason": "stop"}]
    raw = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    async with fake("ollama", Turn(raw=raw)) as server:
        items, raised = await heard(source(server))
    assert (raised, text_of(items)) == (None, "All is well.")


async def test_an_answer_at_its_agreed_length_is_whole_and_told_to_be_stopped():
    for form, reason in (
        ("anthropic", "max_tokens"),
        ("anthropic", "model_context_window_exceeded"),
        ("openai", "length"),
        ("openai", "model_length"),
        ("openai", "MAX_TOKENS"),
        ("ollama", "length"),
    ):
        async with fake(form, Turn(reason=reason)) as server:
            items, raised = await heard(source(server))
        assert raised is None
        assert items[-1] == Stopped()
    for form in FORMATS:
        async with fake(form, Turn()) as server:
            assert Stopped() not in (await heard(source(server)))[0]


async def test_who_used_up_his_tokens_before_a_word_is_told_to_get_more(form):
    reason = "max_tokens" if form == "anthropic" else "length"
    async with fake(form, Turn((), thinking="hm", reason=reason)) as server:
        _, raised = await heard(source(server))
    assert "more `max_tokens`" in raised.message


async def test_what_is_not_there_is_told_with_where_it_was_looked_for(form):
    async with fake(form, Turn(fault="404", message="page not found")) as server:
        _, raised = await heard(source(server))
    assert f"{server.url} " in raised.message and "page not found" in raised.message


async def test_where_an_address_has_moved_to_is_told_as_it_can_be_set(form):
    path = {"ollama": "/api/chat", "anthropic": "/v1/messages", "openai": "/chat/completions"}[form]
    for location in (f"https://new.example/models{path}", f"//new.example/models{path}"):
        async with fake(form, Turn(fault="301", headers={"Location": location})) as server:
            _, raised = await heard(source(server))
        assert re.search(r" sends us on to https?://new\.example/models \(301\)", raised.message)


async def test_an_address_that_has_moved_is_told_with_the_new_one(form):
    moved = Turn(fault="301", headers={"Location": "https://me:secret@new.example/v1/chat?key=secret"})
    async with fake(form, moved) as server:
        _, raised = await heard(source(server))
    assert type(raised) is SourceRefused
    assert "https://new.example/v1/chat" in raised.message and "secret" not in raised.message
    assert len(server.asked) == 1


@pytest.mark.parametrize("fault", ["overloaded_error", "rate_limit_error"])
async def test_an_overload_reported_within_the_answer_is_an_overload(form, fault):
    async with fake(form, Turn(fault="error", after=1, message=f"{fault}: busy now")) as server:
        _, raised = await heard(source(server))
    assert type(raised) is SourceBusy


@pytest.mark.parametrize("seed", range(12))
async def test_a_connection_cut_at_any_byte_is_never_called_a_success(form, seed):
    tokens = tuple(f"word{number} " for number in range(40))
    at = random.Random(f"{form}{seed}").randrange(1, 3500)
    async with fake(form, Turn(tokens, cut_at=at)) as server:
        items, raised = await heard(source(server))
    assert "".join(tokens).startswith(text_of(items))
    assert text_of(items) == "".join(tokens) or isinstance(raised, SourceTruncated | SourceUnreachable)


async def test_an_error_in_a_line_that_is_no_event_is_seen():
    async with fake("openai", Turn(fault="error-line", after=1)) as server:
        items, raised = await heard(source(server))
    assert type(raised) is SourceFailed
    assert "the fake says so" in str(raised)
    assert text_of(items) == "One. "
