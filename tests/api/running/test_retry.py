"""A run that broke off is tried again: what was received is repeated, and a model is asked for the rest alone."""

import httpx
import pytest

from tests.api.client import check_run, events, listen, speak, up_to
from tests.api.conftest import asking
from tests.api.process import Process
from tests.fakes.models import Turn, fake

WHOLE = "The sea is deep. It is cold and old, too. Nobody knows what lives there. One day we may find out."
TOKENS = [word + " " for word in WHOLE.split()]
TOKENS[-1] = TOKENS[-1].strip()
CUT = 13  # in the middle of the third sentence
PAGE = "Here is a sentence of the page. " * 40


async def again(client, run):
    response = await client.post(f"/api/v1/runs/{run}/retry")
    assert response.status_code == 201, response.text
    return await events(client, response.json()["id"])


def said(found):
    return "".join(event["content"] for event in found if event["type"] == "chunk")


def going_on(body):
    """What a model answers that goes on from the beginning of its own answer."""
    last = body["messages"][-1]
    assert last["role"] == "assistant", "it is shown what was said"
    rest = WHOLE[len(last["content"]) :]
    assert WHOLE.startswith(last["content"])
    return Turn([rest[at : at + 5] for at in range(0, len(rest), 5)])


@pytest.mark.parametrize("cut", [1, 4, 7, CUT, len(TOKENS) - 1])
async def test_what_was_said_is_repeated_and_the_model_goes_on_from_there(served, cut):
    async with fake("ollama", Turn(TOKENS, fault="cut", after=cut), going_on) as model:
        client = await served(asking(model))
        first = await speak(client, prompt="Tell me of the sea.", model="mine")
        assert first[-1]["type"] == "error" and said(first) == "".join(TOKENS[:cut])
        found = await again(client, first[0]["run"])
        check_run(found, WHOLE)
        assert found[-1]["type"] == "complete"
        assert found[0]["retry_of"] == first[0]["run"]
        assert len(model.asked) == 2
        assert model.asked[1].body["model"] == "mine"
        ended = {event["spoken"] for event in first if event["type"] == "passage" and event["spoken"].endswith(".")}
        cached = {event["text"].strip() for event in found if event["type"] == "audio" and event["cached"]}
        assert ended <= cached
        assert not any(event["type"] == "fallback" for event in found)


async def test_what_broke_off_again_is_tried_once_more(served):
    cuts = (Turn(TOKENS, fault="cut", after=5), lambda body: going_on_until(body, 10), going_on)
    async with fake("ollama", *cuts) as model:
        client = await served(asking(model))
        first = await speak(client, prompt="Tell me of the sea.")
        second = await again(client, first[0]["run"])
        assert second[-1]["type"] == "error" and said(second).startswith(said(first)) and said(second) != said(first)
        check_run(await again(client, second[0]["run"]), WHOLE)


def going_on_until(body, after):
    turn = going_on(body)
    turn.fault, turn.after = "cut", after - 5
    return turn


async def test_a_cancelled_answer_goes_on_too(served):
    async with fake("ollama", Turn(TOKENS, fault="silence", after=CUT), going_on) as model:
        client = await served(asking(model))
        body = {"prompt": "Tell me of the sea."}
        async with client.stream("POST", "/api/v1/stream/speech", json=body) as response:
            stream = listen(response)
            run = (await up_to(stream, "audio"))[0]["run"]
            await client.post(f"/api/v1/runs/{run}/cancel")
            await up_to(stream, "cancelled")
        check_run(await again(client, run), WHOLE)


async def test_an_answer_of_which_nothing_was_received_is_asked_for_anew(served):
    async with fake("ollama", Turn(fault="500"), Turn(TOKENS)) as model:
        client = await served(asking(model))
        first = await speak(client, prompt="Tell me of the sea.")
        check_run(await again(client, first[0]["run"]), WHOLE)
        assert [message["role"] for message in model.asked[1].body["messages"]] == ["user"]


async def test_a_script_goes_on_as_a_script(served):
    async with fake(
        "ollama",
        Turn(("# The sea\n\n", "It is *deep*. ", "And ", "old."), fault="cut", after=3),
        Turn((" **old**. ", "(pause) The end.")),
    ) as model:
        client = await served(asking(model))
        async with client.stream("POST", "/api/v1/stream/script", json={"document": "The sea."}) as response:
            first = [event async for event in listen(response)]
        assert first[-1]["type"] == "error"
        found = await again(client, first[0]["run"])
        check_run(found, "The sea.\n\nIt is deep. And old. The end.")


async def test_after_the_death_of_the_service(tmp_path, monkeypatch):
    async with fake("ollama", Turn(TOKENS, fault="silence", after=CUT), going_on) as model:
        monkeypatch.setenv("OLLAMA_HOST", model.url)
        async with Process(tmp_path, llm_provider="ollama", llm_max_retries=0) as service:
            async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
                run = (await client.post("/api/v1/runs", json={"prompt": "Tell me of the sea."})).json()["id"]
                async with client.stream("GET", f"/api/v1/runs/{run}/events") as response:
                    await up_to(listen(response), "audio")
                    await service.kill()
            await service.start()
            async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
                found = await events(client, run)
                assert (await client.get(f"/api/v1/runs/{run}")).json()["status"] == "error"
                check_run(found)
                assert (found[-1]["type"], found[-1]["code"]) == ("error", "interrupted")
                assert found[-1]["unspoken"] == 0, "what there was is spoken"
                check_run(await again(client, run), WHOLE)


async def test_an_answer_that_was_stopped_at_its_length_was_so_also_when_it_is_said_again(served):
    async with fake("ollama", Turn(TOKENS[:CUT], reason="length")) as model:
        client = await served(asking(model))
        runs = [await speak(client, prompt="Tell me of the sea.")]
        runs += [await again(client, runs[-1][0]["run"]) for _ in range(2)]
        assert [run[-1]["stopped"] for run in runs] == ["length"] * 3
        assert len(model.asked) == 1


async def test_a_text_is_cut_as_it_was_and_taken_from_what_is_kept(client):
    first = await speak(client, text=PAGE)
    found = await again(client, first[0]["run"])
    check_run(found, PAGE)
    cuts = [[(e["start"], e["end"]) for e in run if e["type"] == "passage"] for run in (first, found)]
    assert cuts[0] == cuts[1]
    assert all(event["cached"] for event in found if event["type"] == "audio")
