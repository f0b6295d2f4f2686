"""What hostile callers try over HTTP, beside keys and headers: each gets the documented answer and nothing else."""

from __future__ import annotations

import ast
import asyncio
import threading
import time
from functools import partial
from pathlib import Path

import anyio
import httpx
import pytest

from api.running import documents
from tests.api.client import events, listen, speak
from tests.api.conftest import PLAIN, TEXT
from tests.api.process import Process
from tests.narration.readers.test_hostile import CASES

ADA, BOB = {"Authorization": "Bearer ada-key"}, {"Authorization": "Bearer bob-key"}
ROOT = Path(__file__).parents[2]


# ---- what is another's ----------------------------------------------------------------------------------------------


async def test_no_address_of_the_page_gives_away_what_another_owns(served):
    """Every address that names a thing, as /openapi.json lists them: a new one is tried unasked."""
    client = await served({"ALOUD_LLM_PROVIDER": "replay"}, api_keys="ada-key,bob-key")
    said = {"message": "Tell me.", "session_id": "ada-talks"}
    async with client.stream("POST", "/api/v1/stream/chat", json=said, headers=ADA) as response:
        await response.aread()
    run = (await client.post("/api/v1/runs", json={"text": TEXT}, headers=ADA)).json()["id"]
    client.headers.update(ADA)
    clip = next(event["url"] for event in await events(client, run) if event["type"] == "audio")
    file = {"file": ("a.txt", b"Some text of her own.")}
    document = (await client.post("/api/v1/documents", files=file)).json()["id"]
    del client.headers["Authorization"]

    own = {"run": run, "document": document, "session": "ada-talks", "name": clip.partition("?")[0].rpartition("/")[2]}
    unknown = {"run": "r" + "x" * 22, "document": "d" + "x" * 22, "session": "nobody-talks"}
    tried = []
    for path, methods in (await client.get("/openapi.json")).json()["paths"].items():
        if not any(f"{{{what}}}" in path for what in unknown):
            continue
        for method in methods:
            place = path.replace("{kind}", "vtt")
            answers = [
                await client.request(method, place.format(**names), headers=BOB, json={"played_ms": 1})
                for names in (own, own | unknown)
            ]
            assert [answer.status_code for answer in answers] == [404, 404], (method, path)
            assert answers[0].content == answers[1].content, (method, path)
            tried.append((method, path))
    assert len(tried) >= 11
    for body in ({"document": document}, {"script": {"steps": [{"type": "document", "inputs": {"path": document}}]}}):
        assert (await client.post("/api/v1/runs", json=body, headers=BOB)).status_code == 404
    assert (await client.get(f"/api/v1/runs/{run}", headers=ADA)).status_code == 200


async def test_nobody_learns_what_others_have_had_spoken(served):
    """Whether a sound was kept would answer: has anybody said this?"""
    client = await served(api_keys="ada-key,bob-key")
    cached = []
    for headers in (ADA, BOB, ADA, BOB):
        client.headers.update(headers)
        cached.append([event["cached"] for event in await speak(client, text=TEXT) if event["type"] == "audio"])
    ada, bob, *again = cached
    assert not any(ada) and not any(bob)
    assert all(map(all, again))


# ---- too much of everything -----------------------------------------------------------------------------------------


async def test_a_sentence_of_a_million_characters_without_a_stop_is_spoken_in_bounded_pieces(client):
    passages = []
    async with client.stream("POST", "/api/v1/stream/speech", json={"text": "word " * 200_000}) as response:
        async for event in listen(response):
            if event["type"] == "passage":
                passages.append(event)
            if len(passages) == 20:
                break
    assert max(passage["end"] - passage["start"] for passage in passages) <= 301
    assert (await client.get("/livez")).status_code == 200


async def test_what_models_say_counts_among_the_characters_of_a_day(served):
    client = await served(chars_per_day=len(TEXT))
    body = {"prompt": TEXT, "llm_provider": "replay"}
    assert (await speak(client, **body))[-1]["chars"] == len(TEXT)
    for more in (body, {"text": "x"}):
        refused = await client.post("/api/v1/runs", json=more)
        assert refused.status_code == 429 and "characters a day" in refused.json()["error"]["message"]


async def test_a_run_has_its_time_and_no_more(served):
    client = await served({"ALOUD_TONE_START": "60", "ALOUD_RUN_TIMEOUT": "0.3"})
    async with asyncio.timeout(30):
        found = await speak(client, text=TEXT)
    assert (found[-1]["type"], found[-1]["code"]) == ("error", "run_timeout")


# ---- files and addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["zip bomb", "100,000 members", "names that lead out", "billion laughs", "external entity", "encrypted PDF"]
)
async def test_a_document_that_was_made_to_harm_is_refused_at_once(alone, tmp_path, name):
    (tmp_path / "made").mkdir()
    path = CASES[name](tmp_path / "made")
    began = time.monotonic()
    response = await alone.post("/api/v1/documents", files={"file": (path.name, path.read_bytes())})
    assert time.monotonic() - began < 10
    assert (response.status_code, response.json()["error"]["code"]) == (422, "unreadable_document")
    assert "root:" not in response.text and str(tmp_path) not in response.text
    assert list((tmp_path / "output" / "documents").iterdir()) == []


@pytest.mark.parametrize(
    "form",
    [
        {"files": [("file", ("a.txt", b"Some words."))] * 2},
        {"files": [("file", ("a.txt", b"Some words."))], "data": {"about": "x" * 20_000}},
        {"files": [("file", ("a.txt", b"Some words."))], "data": {f"about{n}": "x" for n in range(100)}},
    ],
)
async def test_a_document_is_one_file_and_little_besides(alone, form):
    """What comes in a form beside it would be held in memory, a megabyte each."""
    assert (await alone.post("/api/v1/documents", **form)).status_code == 400
    form = {"files": form["files"][:1], "data": {"about": "A story."}}
    assert (await alone.post("/api/v1/documents", **form)).status_code == 201


async def test_no_other_user_of_the_machine_reads_what_was_brought_or_said(tmp_path):
    async with Process(tmp_path / "output") as service, httpx.AsyncClient(base_url=service.url, **PLAIN) as client:
        await client.post("/api/v1/documents", files={"file": ("a.txt", TEXT.encode())})
        await speak(client, text=TEXT)
    kept = [path for path in (tmp_path / "output").rglob("*") if path.is_file()]
    assert {".db", ".json", ".take", ".wav"} <= {path.suffix for path in kept}
    assert [path for path in kept if path.stat().st_mode & 0o077] == []


async def test_documents_that_take_long_to_read_keep_nobody_else_waiting(alone, monkeypatch):
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(*given, read=documents.read):
        begun.release()
        go_on.wait()
        return read(*given)

    monkeypatch.setattr(documents, "read", slow)
    run = (await speak(alone, text=TEXT))[0]["run"]
    async with anyio.create_task_group() as bringing:
        for _ in range(50):  # more than there are threads
            bringing.start_soon(partial(alone.post, "/api/v1/documents", files={"file": ("a.txt", TEXT.encode())}))
        for _ in range(2):
            await asyncio.to_thread(begun.acquire)
        try:
            with anyio.fail_after(10):
                assert (await alone.get(f"/api/v1/runs/{run}/audio/00000.wav")).status_code == 200
        finally:
            go_on.set()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.1/", "http://2130706433/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data/",
        "https://localhost/", "file:///etc/passwd",
    ],
)  # fmt: skip
async def test_no_address_of_the_callers_is_ever_asked(client, address):
    for field in ("base_url", "url", "host"):
        assert (await client.post("/api/v1/runs", json={"prompt": "x", field: address})).status_code == 422
    assert (await client.post("/api/v1/runs", json={"document": address})).status_code == 404
    steps = [{"type": "document", "inputs": {"path": address}}]
    assert (await client.post("/api/v1/runs", json={"script": {"steps": steps}})).status_code == 404


# ---- what goes on to voices -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        {"voice": "en-US-x'/><audio src='http://x'/><x Neural"},
        {"voice": "espeak/en'>"},
        {"voice": "-fvictim.txt"},
        {"speed": "1.0x"},
        {"speed": "+0%'/>"},
        {"tts_provider": "espeak", "voice": "en-us\n--path=/"},
    ],
)
async def test_neither_a_voice_nor_a_number_carries_markup_or_options(client, field):
    response = await client.post("/api/v1/runs", json={"text": TEXT, **field})
    assert response.status_code == 422


@pytest.mark.parametrize("option", ["-f{}", "-w{}", "--path={}", "-f {}", "@{}"])
async def test_a_text_that_looks_like_an_option_is_read_out_and_no_file_is(alone, tmp_path, option):
    victim = tmp_path / "victim.txt"
    victim.write_text("A long secret that would take a good while to be said aloud, if anybody did. " * 5)
    found = await speak(alone, text=option.format(victim), tts_provider="espeak")
    assert found[-1]["status"] == "complete" and found[-1]["seconds"] < 25
    assert victim.read_text().startswith("A long secret")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["output", "victim.txt"]


def test_nothing_is_ever_unpickled() -> None:
    risky = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}
    for folder in ("pipeline", "api"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            suspect = any(word in text for word in (*risky, "allow_pickle"))  # to parse them all takes seconds
            for node in ast.walk(ast.parse(text)) if suspect else ():
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                assert not risky & {name.partition(".")[0] for name in names}, path
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
                    trusted = isinstance(keywords.get("allow_pickle"), ast.Constant) and keywords["allow_pickle"].value
                    assert not trusted, f"{path}:{node.lineno}"
