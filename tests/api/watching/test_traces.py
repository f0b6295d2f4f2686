"""Traces: what a run did and how long it took, for those who collect them; and nothing for the others."""

import asyncio
import re
import subprocess
import sys
import time

import httpx
import pytest

from api.app import create_app
from api.serving.server import serving
from api.settings import Settings
from pipeline.engines.espeak import EspeakEngine
from pipeline.engines.tone import ToneEngine
from pipeline.errors import EngineError, InvalidSetting
from tests.api.client import events, listen, speak, up_to
from tests.api.conftest import PLAIN, TEXT
from tests.api.process import Process
from tests.stopwatch import least

pytest.importorskip("opentelemetry.sdk", reason="OpenTelemetry is not installed: pip install 'aloud[otel]'")

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@pytest.fixture
def spans(monkeypatch):
    """What was traced, in memory."""
    memory = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    monkeypatch.setattr("api.watching.traces.collected", lambda address: provider)
    return memory.get_finished_spans


def named(spans, name):
    return [span for span in spans if span.name == name]


def parent(spans, span):
    return next((one for one in spans if span.parent and one.context.span_id == span.parent.span_id), None)


async def test_a_run_is_a_tree_of_spans(served, spans):
    client = await served({"ALOUD_TONE_START": "0.05"}, traces="http://collector")
    began = time.time_ns()
    found = await speak(client, text=TEXT)
    made = spans()
    clips = [event for event in found if event["type"] == "audio"]
    (run,) = named(made, "run")
    (llm,) = named(made, "llm")
    assert run.parent is None and parent(made, llm) is run
    assert run.attributes["aloud.run"] == found[0]["run"]
    assert run.attributes["aloud.outcome"] == "complete" and run.attributes["aloud.characters"] == len(TEXT)
    assert llm.attributes["aloud.provider"] == "text"
    for name, above in (("passage", "llm"), ("synthesis", "passage"), ("store", "synthesis")):
        assert len(named(made, name)) == len(clips)
        assert {parent(made, span).name for span in named(made, name)} == {above}
    for span in named(made, "synthesis"):
        assert span.attributes["aloud.engine"] == "tone" and span.attributes["aloud.attempt"] == 1
        assert span.end_time - span.start_time >= 0.05e9
    for span in made:
        assert began - 1e8 < span.start_time <= span.end_time < time.time_ns() + 1e8
        above = parent(made, span)
        assert above is None or span.start_time >= above.start_time
    assert "sentence" in TEXT
    assert not any("sentence" in str(value) for span in made for value in span.attributes.values()), "no text"


async def test_what_failed_says_so_and_who_took_over(served, spans):
    client = await served(
        {"ALOUD_LLM_MAX_RETRIES": "0", "OLLAMA_HOST": "http://127.0.0.1:9"}, traces="http://collector"
    )
    found = await speak(client, prompt=TEXT, llm_provider=["ollama", "replay"])
    assert found[-1]["type"] == "complete"
    (run,) = named(spans(), "run")
    assert [(event.name, event.attributes["to"]) for event in run.events] == [("fallback", "replay")]
    found = await speak(client, prompt=TEXT, llm_provider="ollama")
    run = named(spans(), "run")[-1]
    assert not run.status.is_ok and run.status.description == found[-1]["code"]
    assert run.attributes["aloud.outcome"] == "error"


async def test_so_does_a_passage_and_how_many_voices_tried_it(served, spans, monkeypatch):
    async def broken(engine, text, voice):
        raise EngineError("The string broke.")
        yield b""

    client = await served(traces="http://collector")
    with monkeypatch.context() as patch:
        patch.setattr(ToneEngine, "speak", broken)
        await speak(client, text="This is hard.")
    (passage,) = named(spans(), "passage")
    assert not passage.status.is_ok and passage.status.description == "engine_failed"
    monkeypatch.setattr(EspeakEngine, "speak", broken)
    await speak(client, text="This is not.", tts_provider=["espeak", "tone"])
    assert [span.attributes["aloud.attempt"] for span in named(spans(), "synthesis")] == [2]


async def test_a_run_that_is_cancelled_leaves_no_span_open(served, spans):
    client = await served({"ALOUD_TONE_START": "30"}, traces="http://collector")
    run = (await client.post("/api/v1/runs", json={"text": TEXT})).json()["id"]
    async with client.stream("GET", f"/api/v1/runs/{run}/events") as response:
        await up_to(listen(response), "passage")
    await client.delete(f"/api/v1/runs/{run}")
    await events(client, run)
    assert {span.name for span in spans()} == {"run", "llm", "passage"}


async def test_a_run_that_the_service_leaves_leaves_none_open_either(tmp_path, spans):
    settings = Settings.load({}, port=0, drain_seconds=0, output_dir=tmp_path, traces="http://collector")
    async with serving(settings, {"ALOUD_TTS_PROVIDER": "tone", "ALOUD_TONE_START": "30"}) as url:
        async with httpx.AsyncClient(base_url=url, **PLAIN) as client:
            run = (await client.post("/api/v1/runs", json={"text": TEXT})).json()["id"]
            async with client.stream("GET", f"/api/v1/runs/{run}/events") as response:
                await up_to(listen(response), "passage")
    assert {span.name for span in spans()} == {"run", "llm", "passage"}


class Collector:
    """Takes spans over HTTP, as OpenTelemetry's own does."""

    def __init__(self):
        self.spans = []
        self.path = ""

    async def serve(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.path = head.split()[1].decode()
                size = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
                sent = ExportTraceServiceRequest.FromString(await reader.readexactly(size))
                for part in sent.resource_spans:
                    names = {item.key: item.value.string_value for item in part.resource.attributes}
                    self.spans += [(names["service.name"], span) for of in part.scope_spans for span in of.spans]
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


async def test_they_reach_a_collector_before_the_service_ends(tmp_path):
    collector = Collector()
    async with await asyncio.start_server(collector.serve, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        process = Process(tmp_path, traces=address, drain_seconds=1)
        async with process, httpx.AsyncClient(base_url=process.url, timeout=60) as client:
            found = await speak(client, text=TEXT)
            process.terminate()
            await process.ended()
    assert collector.path == "/v1/traces"
    assert {service for service, _ in collector.spans} == {"aloud"}
    run = next(span for _, span in collector.spans if span.name == "run")
    assert run.trace_id.hex().encode() in process.log, "the log names the trace"
    assert found[0]["run"].encode() in process.log


async def test_a_collector_that_is_gone_holds_nothing_up(tmp_path):
    async def ending():
        process = Process(tmp_path, traces="http://127.0.0.1:9", drain_seconds=0)
        async with process, httpx.AsyncClient(base_url=process.url, timeout=60) as client:
            assert (await speak(client, text=TEXT))[-1]["type"] == "complete"
            asked = time.monotonic()
            process.terminate()
            await process.ended()
        return time.monotonic() - asked

    assert await least(ending, 2.5) < 2.5


def test_where_nobody_wants_them_nothing_of_it_is_imported(tmp_path):
    code = (
        "import sys; from api.app import create_app; from api.settings import Settings; "
        f"create_app(Settings.load({{}}, output_dir={str(tmp_path)!r}), {{}}); "
        "sys.exit('opentelemetry.sdk' in sys.modules or 'api.watching.traces' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_where_it_is_not_installed_the_start_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "api.watching.traces", None)
    with pytest.raises(InvalidSetting, match="ALOUD_TRACES.*pip install opentelemetry-sdk"):
        create_app(Settings.load({}, output_dir=tmp_path, traces="http://localhost:4318"), {})
    with pytest.raises(InvalidSetting, match="ALOUD_TRACES: 'localhost' is no address"):
        Settings.load({"ALOUD_TRACES": "localhost"})
