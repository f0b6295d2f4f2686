"""A script of a document as long as a book: heard from its first sentence on, however long the model thinks first."""

import pytest

from pipeline.sources.connection.connections import Connections, Place
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.wire import Wire
from tests.api.client import Reading, check_run, events, listen, up_to
from tests.fakes.models import FORMATS, Turn, fake

DOCUMENT = " ".join(f"Sentence {number} of the report says that the river rose." for number in range(5600))
SCRIPT = " ".join(f"In week {number} the river rose, and nobody in the valley was surprised." for number in range(60))
TOKENS = [SCRIPT[at : at + 6] for at in range(0, len(SCRIPT), 6)]
ENV = {"ollama": "OLLAMA_HOST", "anthropic": "ANTHROPIC_BASE_URL", "openai": "OPENAI_BASE_URL"}


def env(model):
    return {
        "ALOUD_LLM_PROVIDER": model.form,
        ENV[model.form]: model.url,
        "ANTHROPIC_API_KEY": "k",
        "ALOUD_LLM_MAX_RETRIES": "0",
    }


@pytest.fixture
def told(served):
    """A function that brings the document to a service and gives the stream of its script."""

    async def tell(model, **settings):
        client = await served(env(model), **settings)
        assert len(DOCUMENT) > 300_000
        brought = await client.post("/api/v1/documents", files={"file": ("report.txt", DOCUMENT.encode())})
        body = {"document": brought.json()["id"], "instructions": "Be brief."}
        return client, client.stream("POST", "/api/v1/stream/script", json=body)

    return tell


@pytest.fixture(params=FORMATS)
def form(request):
    return request.param


async def test_it_is_heard_from_the_first_sentence_on(told, form):
    async with fake(form, Turn(TOKENS, fault="silence", after=40)) as model:
        _, stream = await told(model)
        async with stream as response:
            *_, event = await up_to(listen(response), "audio")
        assert event["begins"] == 0 and event["text"].startswith("In week 0 the river rose")
        assert DOCUMENT in str(model.asked[0].body)


async def test_whoever_waits_is_kept_awake_while_the_model_thinks(told, form):
    async with fake(form, Turn(TOKENS, pings=1, gap=0.5)) as model:
        _, stream = await told(model, ping_seconds=0.02)
        reading = Reading()
        async with stream as response:
            awake = 0
            async for event in listen(response, reading):
                if event["type"] == "chunk":
                    awake = awake or len(reading.comments)
        assert awake >= 3
        check_run(reading.events, SCRIPT)
        assert reading.events[-1]["type"] == "complete"


async def test_nobody_on_the_way_is_less_patient_than_the_settings_say():
    async with Connections() as connections:
        wire = Wire("model", Patience(), connections)
        place = Place.of("http://127.0.0.1:1")
        for options in (wire.httpx(place), wire.httpx2(place)):
            assert options["timeout"].read == options["timeout"].write == options["timeout"].pool == 300


async def test_what_was_told_survives_a_break_and_the_rest_is_asked_for_alone(told, form):
    def rest(body):
        shown = next(message["content"] for message in reversed(body["messages"]) if message["role"] == "assistant")
        assert SCRIPT.startswith(shown)
        return Turn([SCRIPT[len(shown) :]])

    async with fake(form, Turn(TOKENS, fault="cut", after=300), rest) as model:
        client, stream = await told(model)
        async with stream as response:
            first = [event async for event in listen(response)]
        assert first[-1]["type"] == "error" and first[-1]["retryable"]
        clips = [event for event in first if event["type"] == "audio"]
        assert len(clips) > 5
        for clip in clips:
            assert (await client.get(clip["url"])).status_code == 200
        again = (await client.post(f"/api/v1/runs/{first[0]['run']}/retry")).json()["id"]
        second = await events(client, again)
        check_run(second, SCRIPT)
        assert second[-1]["type"] == "complete"
        assert sum(event["cached"] for event in second if event["type"] == "audio") >= len(clips) - 1
        assert len(model.asked) == 2
