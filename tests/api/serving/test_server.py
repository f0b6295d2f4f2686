"""The process: how it starts, stops, dies and comes back."""

import asyncio
import json
import socket
import sys
import time
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from api.app import create_app
from api.serving.server import Server, listening, serving
from api.settings import Settings
from pipeline.errors import InvalidSetting
from tests.api.client import Reading, check_run, events, listen, until
from tests.api.process import Process
from tests.stopwatch import least

SLOW = {"text": "A sentence that takes some time to say. " * 12, "llm_provider": "replay"}
"""About two seconds at 60 tokens a second."""


def client_of(process):
    return httpx.AsyncClient(base_url=process.url, timeout=60)


async def answering(client):
    async def answers():
        try:
            return (await client.get("/livez")).status_code == 200
        except httpx.TransportError:
            return False

    await until(answers)


async def draining(client):
    async def drains():
        return "about to stop" in (await client.get("/readyz")).text

    await until(drains)


def test_a_connection_that_clients_keep_for_a_minute_is_open_as_long():
    assert Server(FastAPI(), Settings.load({}), signals=False).config.timeout_keep_alive > 60


async def test_a_signal_lets_an_open_stream_end_well_and_the_next_process_goes_on(tmp_path):
    process = Process(tmp_path, drain_seconds=1, replay_rate=10)
    reading = Reading()

    async def ending():
        nonlocal reading
        reading = Reading()
        await process.start()
        body = SLOW | {"on_disconnect": "cancel"}
        async with client.stream("POST", "/api/v1/stream/speech", json=body) as response:
            stream = listen(response, reading)
            await anext(stream)
            asked = time.monotonic()
            process.terminate()
            async for _ in stream:
                pass
        await process.ended()
        return time.monotonic() - asked

    async with AsyncExitStack() as stack:
        stack.push_async_exit(process)
        client = await stack.enter_async_context(client_of(process))
        assert await least(ending, 3) <= 3
        assert reading.rest == b"retry: 200\n", "the client is asked to come back soon"
        before = reading.events
        assert before[-1]["type"] not in ("complete", "error", "cancelled")
        assert b"Traceback" not in process.log and b"ERROR" not in process.log

        process._env["ALOUD_REPLAY_RATE"] = "2000"
        await process.start()
        after = await events(client, before[0]["run"], before[-1]["seq"])
    check_run(before + after, SLOW["text"])
    assert after[-1]["type"] == "complete"
    assert after[0]["at"] > before[-1]["at"]


async def test_while_it_drains_new_runs_are_refused_and_the_old_ones_end(tmp_path):
    process = Process(tmp_path, drain_seconds=60, replay_rate=60)
    async with process, client_of(process) as client:
        await answering(client)
        run = (await client.post("/api/v1/runs", json=SLOW)).json()["id"]
        async with client.stream("GET", f"/api/v1/runs/{run}/events") as response:
            stream = listen(response)
            found = [await anext(stream)]
            process.terminate()
            await draining(client)
            refused = await client.post("/api/v1/runs", json=SLOW)
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) >= 1
            assert refused.json()["error"]["code"] == "draining"
            assert (await client.get("/livez")).status_code == 200
            found += [event async for event in stream]
        check_run(found, SLOW["text"])
        assert found[-1]["type"] == "complete"
        assert await asyncio.wait_for(process.ended(), 30) in (0, -15, 143), "nobody is waited for any more"


async def test_whoever_still_waits_for_an_answer_when_it_stops_is_told_and_nothing_is_logged_as_broken(
    tmp_path, monkeypatch, caplog
):
    asked = asyncio.Event()

    async def endless(_):
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("api.serving.server._GRACE", 0.05)
    monkeypatch.setattr("api.running.providers.Providers.all", endless)
    settings = Settings.load({}, port=0, drain_seconds=0, output_dir=tmp_path)
    async with httpx.AsyncClient() as client:
        async with serving(settings, {"ALOUD_TTS_PROVIDER": "tone"}) as url:
            answer = asyncio.create_task(client.get(f"{url}/api/v1/providers"))
            await asked.wait()
        assert (await answer).status_code == 503
    assert (await answer).json()["error"]["code"] == "draining" and "retry-after" in (await answer).headers
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_second_signal_ends_it_at_once(tmp_path):
    process = Process(tmp_path, drain_seconds=60, replay_rate=5)
    async with process, client_of(process) as client:
        await answering(client)
        await client.post("/api/v1/runs", json=SLOW)
        process.terminate()
        await draining(client)
        process.terminate()
        await asyncio.wait_for(process.ended(), 30)


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is at home on Linux alone")
@pytest.mark.parametrize("named", ["a file", "no file"])
async def test_systemd_is_told_when_it_takes_requests_and_when_it_stops(tmp_path, monkeypatch, named):
    place = f"{tmp_path}/s" if named == "a file" else f"@{uuid4()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(place.replace("@", "\0"))
        told.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", place)
        async with Process(tmp_path / "output") as process, client_of(process) as client, asyncio.timeout(30):
            assert await asyncio.get_running_loop().sock_recv(told, 100) == b"READY=1"
            assert (await client.get("/livez")).status_code == 200
            process.terminate()
            assert await asyncio.get_running_loop().sock_recv(told, 100) == b"STOPPING=1"
            await process.ended()


async def test_killed_again_and_again_no_event_is_lost_or_doubled(tmp_path):
    process = Process(tmp_path, replay_rate=60)
    async with process, client_of(process) as client:
        await answering(client)
        runs = [(await client.post("/api/v1/runs", json=SLOW)).json()["id"] for _ in range(5)]
        seen = {run: [] for run in runs}

        async def read(run):
            while not seen[run] or seen[run][-1]["type"] != "complete":
                reading = Reading()
                headers = {"Last-Event-ID": str(len(seen[run]))}
                try:
                    async with client.stream("GET", f"/api/v1/runs/{run}/events", headers=headers) as response:
                        assert response.status_code == 200
                        async for event in listen(response, reading):
                            seen[run].append(event)
                except httpx.TransportError:
                    await asyncio.sleep(0.02)

        readers = [asyncio.create_task(read(run)) for run in runs]
        for kill in range(2):

            async def further(count=4 * (kill + 1)):
                return all(len(found) >= count for found in seen.values())

            await until(further)
            await process.kill()
            await process.start()
        async with asyncio.timeout(60):
            await asyncio.gather(*readers)
        for run in runs:
            check_run(seen[run], SLOW["text"])
            assert await events(client, run) == seen[run]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALOUD_PORT", "many"),
        ("ALOUD_MAX_CHARS", "-5"),
        ("ALOUD_DRAIN_SECONDS", "soon"),
        ("ALOUD_READER_TIMEOUT", "1e300"),
        ("ALOUD_LLM_RETRY_DELAY", "inf"),
        ("ALOUD_HOST", "0.0.0.0"),
        ("ALOUD_CORS_ORIGINS", "*"),
        ("ALOUD_CORS_ORIGINS", "https://*.example.org"),
        ("ALOUD_TTS_PROVIDER", "nobody"),
        ("ALOUD_TONE_START", "-1"),
        ("ALOUD_LLM_PROVIDER", "nobody"),
        ("ALOUD_LLM_PROVIDER", "auto"),
        ("ALOUD_API_KEYS", "sha256:12"),
        ("ALOUD_API_KEYS", "schlüssel"),
        ("ALOUD_API_KEYS", "k" * 513),
        ("ALOUD_API_KEYS", " , "),
        ("ALOUD_ALLOWED_HOSTS", "https://example.org"),
        ("ALOUD_ALLOWED_HOSTS", "example.org:8443"),
        ("ALOUD_ALLOWED_HOSTS", "*.example.org"),
        ("ALOUD_TEMPLATES", "/nowhere"),
        ("ALOUD_LLM_CONTINUE", "perhaps"),
        ("ALOUD_OLLAMA_API", "talk"),
        ("OLLAMA_HOST", "ftp://here.example"),
        ("LLAMACPP_BASE_URL", "here.example"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(tmp_path, name, value):
    env = {"ALOUD_OUTPUT_DIR": str(tmp_path), "ALOUD_TTS_PROVIDER": "tone", "ALOUD_TTS_FALLBACKS": "auto"}
    env["ALOUD_LLM_PROVIDER"] = "ollama,llamacpp"
    env[name] = value
    with pytest.raises(InvalidSetting) as refused:
        create_app(Settings.load(env), env)
    assert refused.value.message.startswith((f"{name}: ", f"{name} is "))
    assert "\n" not in refused.value.message


def test_a_port_that_is_taken_is_named():
    with listening("127.0.0.1", 0, 30) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidSetting, match=str(port)):
            listening("127.0.0.1", port, 30)


def test_without_keys_only_this_machine_is_served():
    for host in ("127.0.0.1", "localhost", "::1", "127.8.8.8"):
        Settings.load({"ALOUD_HOST": host})
    for host in ("0.0.0.0", "::", "192.168.1.5", "example.org", ""):
        with pytest.raises(InvalidSetting, match="ALOUD_HOST"):
            Settings.load({}, host=host)
    assert Settings.load({"ALOUD_HOST": "0.0.0.0", "ALOUD_API_KEYS": "a,b"}).host == "0.0.0.0"


async def test_its_log_is_lines_of_json_with_the_run_and_without_the_text(tmp_path):
    process = Process(tmp_path, drain_seconds=1, max_char=10, api_keys="sesame")
    async with process, client_of(process) as client:
        client.headers["Authorization"] = "Bearer sesame"
        await answering(client)
        with pytest.raises(InvalidStatus, match="401"):
            await connect(process.url.replace("http", "ws") + "/api/v1/stream")
        run = (await client.post("/api/v1/runs?token=canary-token", json={"text": "A canary-text to say."})).json()[
            "id"
        ]
        await events(client, run)
        process.terminate()
        await process.ended()
    lines = [json.loads(line) for line in process.log.splitlines() if line.startswith(b"{")]
    assert len(lines) >= 4
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)
    assert {"method": "POST", "path": "/api/v1/runs", "status": 201}.items() <= next(
        line for line in lines if line.get("path") == "/api/v1/runs"
    ).items()
    assert [line["message"] for line in lines if line.get("run") == run] == ["run begun", "run over"]
    over = next(line for line in lines if line["message"] == "run over")
    assert {"level": "info", "outcome": "complete", "chars": 21, "failed": 0}.items() <= over.items()
    assert over["sound"] > 0 and over["seconds"] > 0 and len(over["owner"]) == 8
    assert "/livez" not in [line.get("path") for line in lines], "who only asks whether all is well fills no log"
    assert b"canary" not in process.log
    assert "error" not in [line["level"] for line in lines], "a socket that is refused is no fault of ours"
    assert {"level": "warning", "logger": "aloud.server"}.items() <= next(
        line for line in lines if "is ALOUD_MAX_CHARS meant?" in line["message"]
    ).items()
