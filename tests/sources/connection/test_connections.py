"""Connections outlive an answer, and nothing else does."""

import asyncio
import ssl
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import httpx2
import pytest

from pipeline import create_streaming_pipeline
from pipeline.errors import InvalidSetting, SourceRefused
from pipeline.narration.scripts import parsed
from pipeline.sources.anthropic import AnthropicSource
from pipeline.sources.connection.border import understood
from pipeline.sources.connection.connections import Connections, Place
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.retry import PatientSource, Retries
from pipeline.sources.connection.wire import Wire
from pipeline.sources.openai import OPENAI
from tests.fakes.models import Turn, fake
from tests.sources.providers import KEY, asked, said, settings, source, text_of


@pytest.mark.parametrize(
    ("given", "url", "far"),
    [
        (" http://here.example/ \n", "http://here.example/v1", True),
        ("https://here.example/api/v1//", "https://here.example/api/v1", True),
        ("http://[::1]:8080", "http://[::1]:8080/v1", False),
        ("http://me:pass@LocalHost", "http://LocalHost/v1", False),
        ("http://0.0.0.0:1", "http://0.0.0.0:1/v1", False),
    ],
)
def test_an_address_is_taken_as_it_is_meant(given, url, far):
    place = Place.of(given, "/v1")
    assert (place.url, place.far) == (url, far)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("localhost:1234/v1", "http://"),
        ("127.0.0.1/v1", "http://"),
        ("ftp://here.example", "http://"),
        ("http://here.example/v1?version=1", "a \\?"),
        ("http://:80", "no host"),
    ],
)
def test_one_that_is_none_is_refused_with_what_it_lacks(given, told):
    with pytest.raises(InvalidSetting, match=told):
        Place.of(given)


async def test_a_last_slash_or_a_version_makes_no_other_provider(monkeypatch):
    same = OPENAI.from_env({"OPENAI_BASE_URL": f"{OPENAI.url}/"})
    assert same.ignored(asked(temperature=1.0)) == ("temperature",)
    with pytest.raises(SourceRefused, match="OPENAI_API_KEY"):
        await said(same)
    assert AnthropicSource(url="http://here.example/v1/").place == Place.of("http://here.example")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-ours")
    async with fake("openai", Turn()) as server:
        await said(source(server))
    assert "openai-organization" not in server.asked[0].headers


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "ftp://me:secret@proxy.example"])
async def test_a_proxy_that_cannot_be_used_is_told_without_its_password(proxy, monkeypatch, kept):
    monkeypatch.setenv("ALL_PROXY", proxy)
    for library in (httpx, httpx2):
        with pytest.raises(SourceRefused, match=r"proxy .* cannot be used") as refused:
            kept.client(library, Place.of("http://far.example"))
        assert "secret" not in str(refused.value)


async def test_a_certificate_that_is_not_trusted_is_told_as_that():
    certificate, handshake = ssl.SSLCertVerificationError("self-signed"), httpx2.ConnectError("no")
    handshake.__context__ = certificate  # as the library has it
    async with Connections() as connections:
        wire = Wire("openai", Patience(), connections)
        told = understood(handshake, wire, AnthropicSource(url="https://here.example"))
    assert type(told) is SourceRefused
    assert "SSL_CERT_FILE" in told.message


@pytest.fixture
async def kept():
    async with Connections() as connections:
        yield connections


def lent(connections, **more):
    return asked(options={"connections": connections}, **more)


async def test_the_next_answer_comes_over_the_same_connection(form, kept):
    async with fake(form, Turn()) as server:
        for _ in range(3):
            assert text_of(await said(source(server), lent(kept))) == "One. Two three."
        assert (len(server.asked), server.connections, server.open) == (3, 1, 1)
        await kept.aclose()
        await server.down_to(0)


async def test_answers_at_once_have_a_connection_each_and_only_some_are_kept(form, kept):
    async with fake(form, Turn(pings=1, gap=0.3)) as server:
        await asyncio.gather(*[said(source(server), lent(kept)) for _ in range(20)])
        assert 8 < server.connections <= 20
        await server.down_to(8)


async def test_a_refusal_costs_no_connection_and_an_answer_that_was_left_does(form, kept):
    async with fake(form, Turn(fault="500"), Turn(), Turn(fault="silence", after=1), Turn()) as server:
        patient = PatientSource(source(server), Retries(again=1, delay=0.01))
        assert text_of(await said(patient, lent(kept))) == "One. Two three."
        assert server.connections == 1
        tokens = patient.tokens(lent(kept))
        await anext(tokens)
        await tokens.aclose()
        assert text_of(await said(patient, lent(kept))) == "One. Two three."
        assert server.connections == 2


async def test_one_that_was_closed_while_nobody_asked_is_no_failure(form, kept):
    async with fake(form, Turn()) as server:
        server.keeps = False
        for _ in range(3):
            assert text_of(await said(source(server), lent(kept))) == "One. Two three."
            await server.down_to(0)
        assert server.connections == len(server.asked) == 3


async def test_one_that_is_not_lent_is_closed_after_the_answer(form):
    async with fake(form, Turn()) as server:
        await said(source(server))
        await server.down_to(0)


async def test_they_know_no_key(form, kept):
    async with fake(form, Turn()) as server:
        request = lent(kept)
        await said(source(server), request)
        first = type(source(server))
        other = {"host": server.url} if form == "ollama" else {"url": server.url}
        await said(first(key="another", **other), request)
        assert server.connections == 1
        assert [sent.headers["authorization"] for sent in server.asked] == [f"Bearer {KEY}", "Bearer another"]
        assert KEY not in repr(request) + repr(kept)


async def test_a_pipeline_keeps_them_from_one_turn_to_the_next(form, tmp_path):
    async with fake(form, Turn()) as server:
        config = {"output_dir": tmp_path}
        async with create_streaming_pipeline(form, "tone", config, env=settings(server)) as pipeline:
            for _ in range(2):
                assert [event async for event in pipeline.stream_chat_to_audio("go")][-1].type == "complete"
            assert (len(server.asked), server.connections, server.open) == (2, 1, 1)
        await server.down_to(0)


async def test_the_steps_of_a_script_share_them(tmp_path):
    steps = "".join(f"  - {{id: {name}, type: llm_chat, inputs: {{message: go}}}}\n" for name in ("one", "two"))
    script = parsed(f"name: two\nconfig: {{default_llm_provider: ollama}}\nsteps:\n{steps}")
    async with fake("ollama", Turn()) as server:
        config = {"output_dir": tmp_path}
        async with create_streaming_pipeline("text", "tone", config, env=settings(server)) as pipeline:
            assert [event async for event in pipeline.stream_script_to_audio(script)][-1].type == "complete"
        assert (len(server.asked), server.connections) == (2, 1)


def test_a_plain_script_leaves_none_behind(tmp_path):
    """Each `for` has an event loop of its own."""

    async def serving(ready, over):
        async with fake("openai", Turn()) as server:
            ready.set_result(server)
            await asyncio.wrap_future(over)
            await server.down_to(0)

    ready, over = Future(), Future()
    with ThreadPoolExecutor(1) as threads:
        served = threads.submit(asyncio.run, serving(ready, over))
        env = settings(ready.result(10))
        pipeline = create_streaming_pipeline("openai", "tone", {"output_dir": tmp_path}, env=env)
        for _ in range(2):
            assert list(pipeline.stream_chat_to_audio("go"))[-1].type == "complete"
        over.set_result(None)
        served.result(10)


async def test_a_key_goes_nowhere_that_the_answer_is_redirected_to(form):
    async with fake(form, Turn()) as elsewhere, fake(form) as server:
        server.plan = [Turn(fault="307", headers={"Location": f"{elsewhere.url}/further"})]
        assert text_of(await said(source(server))) == "One. Two three."
        assert KEY in str(server.asked[0].headers)
        assert KEY not in str(elsewhere.asked[0].headers)
