"""Every way in which a provider fails, in three formats: the right error, the right number of requests, no hang."""

import asyncio
import random
import socket
import time
from contextlib import aclosing

import anyio
import pytest

from pipeline import create_streaming_pipeline
from pipeline.errors import (
    InvalidSetting,
    SourceBusy,
    SourceFailed,
    SourceRefused,
    SourceTimeout,
    SourceTruncated,
    SourceUnreachable,
)
from pipeline.events import TERMINAL
from pipeline.sources.anthropic import AnthropicSource
from pipeline.sources.ollama import OllamaSource
from pipeline.sources.openai import OpenAISource
from pipeline.sources.patience import Patience
from pipeline.sources.retry import PatientSource, Retries
from tests.fakes.models import FORMATS, Turn, fake
from tests.sources.providers import asked, source, text_of

SHORT = Patience(first=0.3, between=0.3)
THRICE = Retries(again=2, delay=0.01)
TEXT = "One. Two three."

BEFORE = {
    # fault: the error at last, how many requests it takes
    "401": (SourceRefused, 1),
    "403": (SourceRefused, 1),
    "404": (SourceRefused, 1),
    "400": (SourceRefused, 1),
    "408": (SourceTimeout, 3),
    "429": (SourceBusy, 3),
    "500": (SourceFailed, 3),
    "503": (SourceBusy, 3),
    "529": (SourceBusy, 3),
    "empty": (SourceTruncated, 3),
    "error": (SourceFailed, 3),
    "cut": (SourceTruncated, 3),
    "silence": (SourceTimeout, 3),
    "garbage": (SourceTruncated, 1),
    "huge": (SourceTruncated, 1),
}
WITHIN = {
    "error": SourceFailed,
    "cut": SourceTruncated,
    "silence": SourceTimeout,
    "no-marker": SourceTruncated,
    "garbage": SourceTruncated,
    "huge": SourceTruncated,
}


@pytest.fixture(params=FORMATS)
def form(request):
    return request.param


async def heard(patient, request=None):
    """What came, and the error at the end, if there was one."""
    items = []
    try:
        async with asyncio.timeout(10):
            async for item in patient.tokens(request or asked()):
                items += [item]
    except Exception as error:  # noqa: BLE001  looked at by the tests
        return items, error
    return items, None


@pytest.mark.parametrize("fault", BEFORE)
async def test_before_the_first_word_what_can_pass_is_asked_again(form, fault):
    error, requests = BEFORE[fault]
    async with fake(form, Turn(fault=fault, after=0)) as server:
        items, raised = await heard(PatientSource(source(server, patience=SHORT), THRICE))
    assert type(raised) is error
    assert text_of(items) == ""
    assert len(server.asked) == requests


@pytest.mark.parametrize("fault", WITHIN)
async def test_after_the_first_word_nothing_is_asked_again(form, fault):
    async with fake(form, Turn(fault=fault, after=2)) as server:
        items, raised = await heard(PatientSource(source(server, patience=SHORT), THRICE))
    assert type(raised) is WITHIN[fault]
    assert text_of(items) == ("One. Two three." if fault == "no-marker" else "One. Two ")
    assert len(server.asked) == 1


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
ADDRESS = {"ollama": "OLLAMA_HOST", "anthropic": "ANTHROPIC_BASE_URL", "openai": "OPENAI_BASE_URL"}


@pytest.mark.parametrize("fault", RUNS)
async def test_a_run_ends_once_says_why_and_keeps_what_was_made(form, fault, tmp_path):
    end, code, requests, text = RUNS[fault]
    env = {"ALOUD_LLM_MAX_RETRIES": "1", "ALOUD_LLM_RETRY_DELAY": "0.01", "ALOUD_LLM_TIMEOUT": "0.3"}
    async with fake(form, Turn(fault=fault, headers={"Retry-After": "0.1"})) as server:
        if fault == "refused":
            with socket.socket() as unused:
                unused.bind(("127.0.0.1", 0))
                server.port = unused.getsockname()[1]
        env |= {ADDRESS[form]: server.url, "ANTHROPIC_API_KEY": "k"}
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
        items, raised = await heard(source(server, patience=SHORT))
    assert raised is None
    assert text_of(items) == "".join(tokens)


async def test_a_character_that_fell_into_two_tokens_is_one_again(form):
    async with fake(form, Turn(("smile \ud83d", "\ude00 and \ud83d", " half"))) as server:
        items, raised = await heard(source(server, patience=SHORT))
    assert raised is None
    assert text_of(items) == "smile \U0001f600 and \ufffd half"


async def test_a_provider_that_is_not_there_is_asked_thrice(form):
    async with fake(form) as server:
        pass  # now nobody listens at its port
    patient = PatientSource(source(server, patience=SHORT), THRICE)
    began = time.monotonic()
    items, raised = await heard(patient)
    assert (type(raised), items) == (SourceUnreachable, [])
    assert f"127.0.0.1:{server.port}" in str(raised)
    assert time.monotonic() - began < 2


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


async def test_one_failure_is_got_over(form):
    async with fake(form, Turn(fault="500"), Turn(fault="cut", after=0), Turn()) as server:
        items, raised = await heard(PatientSource(source(server, patience=SHORT), THRICE))
    assert raised is None
    assert text_of(items) == TEXT
    assert len(server.asked) == 3


async def test_retry_after_is_waited_for(form):
    async with fake(form, Turn(fault="429", headers={"Retry-After": "0.4"}), Turn()) as server:
        _, raised = await heard(PatientSource(source(server, patience=SHORT), THRICE))
    assert raised is None
    first, second = server.asked
    assert 0.4 <= second.at - first.at < 1


async def test_a_wait_without_end_is_not_waited(form):
    async with fake(form, Turn(fault="429", headers={"Retry-After": "86400"})) as server:
        _, raised = await heard(PatientSource(source(server, patience=SHORT), THRICE))
    assert raised.retry_after == 86400
    assert len(server.asked) == 1


async def test_signs_of_life_and_thinking_are_life(form):
    turn = Turn(pings=4, gap=0.2, thinking="hm")
    async with fake(form, turn) as server:
        _, raised = await heard(source(server, patience=SHORT))
    assert raised is None


async def test_time_in_which_nobody_asks_does_not_count(form):
    words = [f"word{number} " * 2000 for number in range(40)]  # more than the sockets hold
    async with fake(form, Turn(words)) as server:
        tokens = source(server, patience=SHORT).tokens(asked())
        items = [await anext(tokens)]
        await asyncio.sleep(0.5)
        items += [item async for item in tokens]
    assert text_of(items) == "".join(words)


async def test_leaving_stops_the_model_at_once(form):
    async with fake(form, Turn(fault="silence", after=1)) as server:
        tokens = source(server).tokens(asked())
        await anext(tokens)
        waiting = asyncio.ensure_future(anext(tokens))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await tokens.aclose()
        await asyncio.wait_for(server.asked[0].left.wait(), 2)
        assert time.monotonic() - began < 0.25


async def test_cancelling_the_scope_around_it_closes_the_connection(form):
    async with fake(form, Turn(fault="silence", after=1)) as server:
        first = asyncio.Event()

        async def listen():
            async with aclosing(source(server).tokens(asked())) as tokens:
                async for _ in tokens:
                    first.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen)
            await first.wait()
            began = time.monotonic()
            tasks.cancel_scope.cancel()
        await asyncio.wait_for(server.asked[0].left.wait(), 2)
        assert time.monotonic() - began < 0.25


async def test_an_answer_without_a_word_is_a_failure(form):
    for turn in (Turn(()), Turn((" ", "\n")), Turn(("<think>long</think>",), thinking="hm")):
        async with fake(form, turn) as server:
            items, raised = await heard(source(server))
        assert type(raised) is SourceFailed
        assert text_of(items).strip() == ""


async def test_an_answer_that_the_provider_would_not_go_on_with_is_no_success():
    for form, reason in (("anthropic", "refusal"), ("openai", "content_filter")):
        async with fake(form, Turn(reason=reason)) as server:
            items, raised = await heard(source(server))
        assert type(raised) is SourceRefused
        assert text_of(items) == TEXT


async def test_a_server_that_gave_up_has_not_ended_its_answer():
    async with fake("openai", Turn(reason="abort")) as server:
        items, raised = await heard(source(server))
    assert type(raised) is SourceTruncated
    assert text_of(items) == TEXT


async def test_an_answer_at_its_agreed_length_is_whole():
    for form, reason in (("anthropic", "max_tokens"), ("openai", "length"), ("ollama", "length")):
        async with fake(form, Turn(reason=reason)) as server:
            _, raised = await heard(source(server))
        assert raised is None


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
        items, raised = await heard(source(server, patience=SHORT))
    assert "".join(tokens).startswith(text_of(items))
    assert text_of(items) == "".join(tokens) or isinstance(raised, SourceTruncated | SourceUnreachable)


async def test_an_error_in_a_line_that_is_no_event_is_seen():
    async with fake("openai", Turn(fault="error-line", after=1)) as server:
        items, raised = await heard(source(server, patience=SHORT))
    assert type(raised) is SourceFailed
    assert "the fake says so" in str(raised)
    assert text_of(items) == "One. "
