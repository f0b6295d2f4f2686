"""The page of addresses says what is answered, whatever is asked."""

import asyncio
import json
import subprocess
import sys
from typing import get_args

from pipeline.events import AnyEvent
from tests.api.client import speak
from tests.api.conftest import TEXT
from tests.fakes.models import fake

_PLACE = "#/components/schemas/"


def asked_at_random(url):
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    return subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json", "--checks", checks,
            "--phases", "examples,fuzzing", "--max-examples", "5", "--request-timeout", "20", "--seed", "1",
            "--no-color", "--generation-database", "none",
        ],
        capture_output=True, text=True, timeout=200,
    )  # fmt: skip


async def test_no_request_breaks_it_or_gets_an_answer_that_is_not_documented(served):
    async with fake("ollama") as model:
        client = await served({"OLLAMA_HOST": model.url}, max_chars=2000)
        done = await asyncio.to_thread(asked_at_random, str(client.base_url).rstrip("/"))
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


async def test_every_address_that_gives_something_tells_its_headers_alone(alone):
    run = (await speak(alone, text=TEXT))[0]["run"]
    page = (await alone.get("/openapi.json")).json()
    paths = {path for path, methods in page["paths"].items() if "get" in methods} - {"/api/v1/runs/{run}/events"}
    assert not any("head" in methods for methods in page["paths"].values())
    for path in (*paths, "/", "/docs", "/page/app.js", "/openapi.json"):
        address = path.format(run=run, name="00000.wav", kind="vtt", session="none", document="none")
        head, whole = await alone.head(address), await alone.get(address)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        for name in ("content-type", "content-encoding", "vary"):
            assert head.headers.get(name) == whole.headers.get(name), (path, name)


async def test_every_address_says_what_it_does(client):
    page = (await client.get("/openapi.json")).json()
    for path, methods in page["paths"].items():
        for method, about in methods.items():
            assert about.get("summary") and about.get("description"), (method, path)
            assert about["tags"]
            assert all(parameter.get("schema") for parameter in about.get("parameters", []))
            later = {code for code, answer in about["responses"].items() if "Retry-After" in answer.get("headers", {})}
            assert later == {"429", "503"} & set(about["responses"]) or path == "/readyz"


async def test_clients_can_be_generated(client):
    page = (await client.get("/openapi.json")).json()
    names = [about["operationId"] for methods in page["paths"].values() for about in methods.values()]
    assert len(set(names)) == len(names) and all(name.isidentifier() and "_api_" not in name for name in names)
    kinds = page["components"]["schemas"]
    assert not any("__" in kind for kind in kinds), "two of the same name"
    assert all(f'{_PLACE}{place}"' in kept for kept in [json.dumps(page)] for place in kinds), "nothing is left over"
    assert "HTTPValidationError" not in kinds, "refusals have one shape"
    told = {kinds[one["$ref"].removeprefix(_PLACE)]["properties"]["type"]["const"] for one in kinds["Event"]["oneOf"]}
    assert told == {kind.type for kind in get_args(AnyEvent)}


async def test_generated_clients_take_and_give_files_and_texts(client):
    """What has no schema comes out as nothing, and a file not called binary goes in as a text without a name."""
    page = (await client.get("/openapi.json")).json()
    assert page["components"]["schemas"]["Body_bring_document"]["properties"]["file"]["format"] == "binary"
    run = "/api/v1/runs/{run}"
    given = [
        (kind, about.get("schema"))
        for path in (f"{run}/audio", f"{run}/audio/{{name}}", f"{run}/captions.{{kind}}")
        for kind, about in page["paths"][path]["get"]["responses"]["200"]["content"].items()
    ]
    assert {"audio/wav", "audio/aac", "audio/pcm", "text/vtt"} <= {kind for kind, _ in given}
    assert all(schema for _, schema in given)


async def test_a_reader_that_lights_up_words_is_told_what_their_times_count_from(client):
    page = (await client.get("/openapi.json")).json()
    kinds = page["components"]["schemas"]
    fields = kinds["AudioEvent"]["properties"]
    assert "beginning of this clip" in fields["words"]["description"]
    assert "joined audio" in fields["begins"]["description"]
    assert "code points" in kinds["Event"]["description"]
    answers = page["paths"]["/api/v1/runs/{run}/captions.{kind}"]["get"]["responses"]["200"]["content"]
    captions = answers["application/json"]["schema"]
    assert captions["items"] == {"$ref": f"{_PLACE}Word"} and "joined audio" in captions["description"]
    assert "description" not in fields["url"], "nothing is made up where nothing is said"
