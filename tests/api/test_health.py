"""Is it alive, is it ready, what has it counted."""

import logging
import re
import shutil
import sys
import threading
from contextlib import aclosing

import anyio
import pytest

from api.errors import RETRY_AFTER, STATUS, headers, status
from api.watching.metrics import Metrics
from pipeline.errors import AloudError, SourceBusy, SourceError, StoreFull
from pipeline.sources.connection.retry import PatientSource, Retries
from pipeline.stores import clips
from pipeline.stores.sqlite import SqliteEventLog
from pipeline.types import Request
from tests.api.client import speak, until
from tests.api.conftest import TEXT
from tests.fakes.models import Turn, fake
from tests.fakes.speech import speech


async def ready(client):
    return (await client.get("/readyz")).status_code == 200


async def test_it_is_alive_before_it_is_ready_and_ready_once_a_voice_has_spoken(served, halfway):
    client = await served()
    assert (await client.get("/livez")).status_code == 200
    for address in ("/", "/livez"):  # as those ask who want to know no more than that
        head = await client.head(address)
        assert (head.status_code, head.content) == (200, b"")
    early = await client.get("/readyz")
    assert (early.status_code, early.json()["status"]) == (503, "not ready")
    assert early.json()["reasons"] and "retry-after" in early.headers
    halfway.set()
    await until(lambda: ready(client))


async def test_without_a_voice_that_works_it_says_why_it_is_not_ready(served):
    client = await served({"ALOUD_TTS_PROVIDER": "piper", "ALOUD_PIPER_VOICES": "/nowhere"})

    async def named():
        return "piper" in (await client.get("/readyz")).text.lower()

    await until(named)
    assert (await client.get("/livez")).status_code == 200


async def test_a_database_that_cannot_be_written_is_not_ready(served, monkeypatch):
    async def full(log):
        raise StoreFull("The disk that holds the database is full.")

    monkeypatch.setattr(SqliteEventLog, "check", full)
    client = await served()
    response = await client.get("/readyz")
    assert response.status_code == 503
    assert "disk" in response.text


async def test_where_no_clip_can_be_written_it_is_not_ready(served, tmp_path):
    client = await served()
    await until(lambda: ready(client))
    clips = tmp_path / "output" / "runs"
    shutil.rmtree(clips, ignore_errors=True)
    clips.write_bytes(b"no folder")
    response = await client.get("/readyz")
    assert response.status_code == 503
    assert "could not be written" in response.text
    clips.unlink()
    assert await ready(client)


async def test_whoever_asks_is_not_kept_waiting_by_a_database_that_another_program_has(served, monkeypatch):
    async def wait(log):
        await anyio.sleep_forever()

    monkeypatch.setattr(SqliteEventLog, "check", wait)
    monkeypatch.setattr("api.running.writable._PATIENCE", 0.01)
    client = await served()
    response = await client.get("/readyz")
    assert response.status_code == 503
    assert "another program" in response.text


async def test_whoever_asks_is_not_kept_waiting_by_a_disk_that_hangs_and_asks_it_once(served, monkeypatch, tmp_path):
    tried, thawed = [], threading.Event()

    def hang(path, data):
        if "probe" in path:
            tried.append(path)
            thawed.wait(30)
        write(path, data)

    client = await served()
    await until(lambda: ready(client))
    write = clips._write_whole
    monkeypatch.setattr(clips, "_write_whole", hang)
    monkeypatch.setattr("api.running.writable._PATIENCE", 0.01)
    for _ in range(3):
        response = await client.get("/readyz")
        assert response.status_code == 503
        assert "disk" in response.text
    assert len(tried) == 1
    thawed.set()
    await until(lambda: ready(client))
    assert not list((tmp_path / "output" / "runs").glob("probe*"))


def counted(page, name):
    return sum(float(value) for value in re.findall(rf"(?m)^{name}(?:{{[^}}]*}})? (\S+)$", page))


async def test_what_happened_is_counted_under_the_names_that_dashboards_know(alone):
    order = {"text": TEXT, "buffer": {"mode": "batch"}}  # which is cut alike, however busy the machine is
    found, again = await speak(alone, **order), await speak(alone, **order)
    page = ""

    async def over():
        nonlocal page
        page = (await alone.get("/metrics")).text
        return counted(page, "aloud_runs_active") == 0

    await until(over)
    clips = [event for event in found if event["type"] == "audio"]
    assert counted(page, "aloud_runs_total") == 2
    assert 'aloud_runs_total{outcome="complete"} 2.0' in page
    assert counted(page, "aloud_characters_total") == 2 * len(TEXT)
    assert counted(page, "aloud_audio_seconds_total") == pytest.approx(2 * sum(clip["seconds"] for clip in clips), 0.01)
    assert counted(page, "aloud_cache_misses_total") == len(clips)
    assert counted(page, "aloud_cache_hits_total") == len(clips)
    for name in (
        "time_to_first_text_seconds", "time_to_first_audio_seconds", "time_to_first_audible_seconds", "gap_seconds",
        "text_aggregation_seconds",
    ):  # fmt: skip
        assert counted(page, f"aloud_{name}_count") == 2
    assert counted(page, "aloud_queue_wait_seconds_count") == 2 * len(clips)
    for name in ("synthesis_seconds", "realtime_factor"):
        assert f'aloud_{name}_count{{engine="tone"}} {len(clips):.1f}' in page, "what is repeated is not counted"
    assert counted(page, "aloud_sse_lag_events_sum") == len(found) + len(again)
    assert counted(page, "aloud_sse_evictions_total") == counted(page, "aloud_redeliveries_total") == 0
    assert counted(page, "aloud_event_commit_seconds_count") >= 2 * len(found)
    assert counted(page, "aloud_build_info") == 1
    if sys.platform == "linux":
        assert counted(page, "process_open_fds") > 0 and counted(page, "process_resident_memory_bytes") > 0


async def test_answers_and_open_sockets_are_counted(alone, talking):
    assert (await alone.get("/nothing")).status_code == 404

    async def page():
        return (await alone.get("/metrics")).text

    async def left():
        return 'aloud_answers_total{status="101"} 1.0' in await page()

    async with talking(alone):
        assert counted(await page(), "aloud_sockets_open") == 1
    await until(left)
    assert counted(await page(), "aloud_sockets_open") == 0
    assert 'aloud_answers_total{status="404"} 1.0' in await page()
    assert "_created" not in await page(), "what no dashboard reads"


async def test_a_run_that_broke_says_in_the_log_by_which_code(served, caplog):
    async with fake("ollama", Turn(fault="401")) as model:
        client = await served({"OLLAMA_HOST": model.url})
        found = await speak(client, prompt="And?", llm_provider="ollama")

        async def told():
            return "run over" in caplog.messages

        await until(told)
    over = next(record for record in caplog.records if record.message == "run over")
    assert over.levelname == "WARNING"
    assert (over.fields["outcome"], over.fields["code"]) == ("error", found[-1]["code"])


async def test_providers_that_were_asked_again_are_counted_by_name_and_reason(served):
    async with fake("ollama", Turn(fault="503"), Turn(("Well then.",))) as model, speech() as voice:
        places = {"OLLAMA_HOST": model.url, "ALOUD_SPEECH_URL": voice.url}
        names = {"ALOUD_LLM_PROVIDER": "ollama", "ALOUD_TTS_PROVIDER": "openai", "ALOUD_LLM_RETRY_DELAY": "0"}
        client = await served(places | names)
        await until(lambda: ready(client))
        voice.faults += ["500", "503"]
        found = await speak(client, prompt="And?")
        assert found[-1]["type"] == "complete"
        page = (await client.get("/metrics")).text
    assert 'aloud_retries_total{engine="ollama",reason="source_busy"} 1.0' in page
    assert 'aloud_retries_total{engine="openai",reason="engine_failed"} 2.0' in page
    assert counted(page, "aloud_retries_total") == 3


async def test_a_source_that_breaks_under_the_services_eyes_is_no_retry_and_fails_as_one_alone_does():
    class Breaking:
        name, model, streaming = "breaking", "", True

        async def tokens(self, request):
            raise KeyError("its own mistake")
            yield ""

    metrics = Metrics("test")
    with metrics.counting_retries():
        logging.getLogger("aloud.retries").error("A line that counts nothing.")
        with pytest.raises(SourceError, match="breaking broke: KeyError"):
            async with aclosing(PatientSource(Breaking(), Retries()).tokens(Request("And?"))) as items:
                async for _ in items:
                    pass
    assert counted(metrics.page().decode(), "aloud_retries_total") == 0


async def test_no_label_holds_a_run_or_a_text(client):
    found = await speak(client, text=TEXT)
    page = (await client.get("/metrics")).text
    assert found[0]["run"] not in page
    assert "sentence" in TEXT and "sentence" not in page


def family(cls):
    yield cls
    for child in cls.__subclasses__():
        yield from family(child)


@pytest.mark.parametrize("cls", [*family(AloudError)], ids=lambda cls: cls.__name__)
def test_every_error_has_a_status_of_its_own_or_of_its_kind(cls):
    assert any(kind in STATUS for kind in cls.__mro__)
    assert 400 <= next(STATUS[kind] for kind in cls.__mro__ if kind in STATUS) <= 503


def test_what_may_pass_says_when_to_come_again():
    assert headers(SourceBusy("busy", retry_after=7.2)) == {"Retry-After": "8"}
    assert headers(SourceBusy("busy")) == {"Retry-After": str(RETRY_AFTER)}
    assert status(SourceBusy("busy")) == 503
