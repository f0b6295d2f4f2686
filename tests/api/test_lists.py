"""What there is to choose from."""

import asyncio

from pipeline.engines.tone import ToneEngine
from pipeline.sources import SOURCES
from pipeline.types import VoiceInfo
from tests.fakes.models import fake


async def found(client, name):
    providers = (await client.get("/api/v1/providers")).json()["providers"]
    return next(provider for provider in providers if provider["name"] == name)


async def test_a_provider_that_answers_lists_its_models(served):
    async with fake("ollama") as model:
        client = await served({"OLLAMA_HOST": model.url})
        assert await found(client, "ollama") == {
            "name": "ollama",
            "works": True,
            "message": "",
            "models": ["small", "tiny"],
        }
        assert (await found(client, "text"))["works"]


async def test_a_provider_that_cannot_be_reached_says_what_to_do(served):
    client = await served({"OLLAMA_HOST": "http://127.0.0.1:9", "ANTHROPIC_API_KEY": ""})
    gone = await found(client, "ollama")
    assert not gone["works"] and gone["message"] and gone["models"] == []
    assert "ANTHROPIC_API_KEY" in (await found(client, "anthropic"))["message"]


class Stranger:
    name, model, streaming = "Stranger", "", True

    async def models(self):
        raise KeyError("a stranger's bug")

    async def tokens(self, request):
        yield "Hello."


class Panicking(Stranger):
    name = "Panicking"

    async def models(self):
        raise BaseException("a library's panic")


class Strange(Stranger):
    def __init__(self):
        raise ValueError("a stranger's bug")


async def test_what_is_wrong_with_another_packages_source_hides_no_other(served, monkeypatch):
    for cls in (Stranger, Panicking, Strange):
        monkeypatch.setitem(SOURCES, cls.__name__, f"{__name__}:{cls.__name__}")
    client = await served()
    assert "KeyError" in (await found(client, "Stranger"))["message"]
    assert "BaseException" in (await found(client, "Panicking"))["message"]
    assert "cannot be made" in (await found(client, "Strange"))["message"]
    assert (await found(client, "text"))["works"]


async def test_one_that_does_not_answer_keeps_nobody_waiting_and_all_are_asked_once(served, monkeypatch):
    monkeypatch.setattr("api.running.providers._PATIENCE", 1.0)
    met = 0

    async def silent(reader, writer):
        nonlocal met
        met += 1
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = await served({"OLLAMA_HOST": f"http://127.0.0.1:{port}"})
        async with asyncio.timeout(30):
            answers = await asyncio.gather(*[found(client, "ollama") for _ in range(5)])
    assert all("within" in answer["message"] for answer in answers)
    assert met == 1


async def test_a_voice_that_does_not_answer_keeps_nobody_waiting_for_the_others(served, monkeypatch):
    monkeypatch.setattr("api.routes.lists._PATIENCE", 0.2)
    gone = asyncio.Event()

    async def silent(reader, writer):
        await reader.read()  # until whoever asked leaves
        writer.close()
        gone.set()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = await served({"ALOUD_SPEECH_URL": address})
        told = (await client.get("/api/v1/voices")).json()
    by_name = {engine["name"]: engine for engine in told["engines"]}
    assert not by_name["openai"]["works"] and "0.2 s" in by_name["openai"]["message"]
    assert by_name["tone"]["works"] and "tone" in {voice["engine"] for voice in told["voices"]}
    await asyncio.wait_for(gone.wait(), 30)


class Numbered(Stranger):
    name = "Numbered"

    async def models(self):
        return ["one", 2, None]


async def test_what_is_odd_in_one_list_spoils_no_other(served, monkeypatch):
    async def voices(engine):
        return [VoiceInfo("high", "en")]

    monkeypatch.setattr(ToneEngine, "voices", voices)
    monkeypatch.setitem(SOURCES, "Numbered", f"{__name__}:Numbered")
    async with fake("openai") as model:
        model.models = (7, None)
        client = await served({"OPENAI_BASE_URL": model.url})
        assert (await found(client, "openai"))["works"]
        assert (await found(client, "Numbered"))["models"] == ["one"]
    told = (await client.get("/api/v1/voices")).json()
    assert "languages" in next(engine["message"] for engine in told["engines"] if engine["name"] == "tone")
    assert told["voices"]
