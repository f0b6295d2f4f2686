"""The service below a path of a name that others share, whether or not its proxy takes the path off."""

import json
from urllib.parse import urljoin

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.settings import Settings
from pipeline.errors import InvalidSetting
from tests.api.client import check_run, events, listen, speak
from tests.api.conftest import PLAIN, QUICK, TEXT, starting
from tests.fakes.shared_name import ROOT, SharedName

KEY = {"Authorization": "Bearer a-key-for-all"}


@pytest.fixture(params=[True, False], ids=["taken off", "left on"])
async def beneath(served, request):
    """A client of a service whose every address begins with ROOT, through the proxy."""
    service = await served(api_keys="a-key-for-all", root_path=ROOT)
    async with SharedName(service.base_url.port, off=request.param) as proxy:
        async with httpx.AsyncClient(base_url=proxy.url, **PLAIN) as client:
            yield client


async def begun(client, path="/api/v1/runs"):
    answer = await client.post(ROOT + path, json={"text": TEXT}, headers=KEY)
    assert answer.status_code in (200, 201), answer.text
    return answer


async def test_every_address_that_it_gives_can_be_asked_as_it_is(beneath):
    answer = await begun(beneath)
    said = answer.json()
    assert answer.headers["location"] == f"{ROOT}/api/v1/runs/{said['id']}"
    assert (await beneath.get(answer.headers["location"], headers=KEY)).json()["id"] == said["id"]
    async with beneath.stream("GET", said["events"]) as stream:
        found = [event async for event in listen(stream)]
    check_run(found, TEXT)
    told = [event["url"] for event in found if event["type"] == "audio"]
    for address in (said["audio"], said["captions"], found[0]["events"], *told):
        assert address.startswith(f"{ROOT}/api/v1/runs/{said['id']}/")
        assert (await beneath.get(address)).status_code == 200, address
    again = await beneath.post(f"{ROOT}/api/v1/runs/{said['id']}/retry", headers=KEY)
    assert (await beneath.get(again.headers["location"], headers=KEY)).json()["id"] == again.json()["id"]


async def test_a_socket_opens_by_the_address_of_its_ticket_and_gives_such_addresses(beneath, talking):
    ticket = (await beneath.post(f"{ROOT}/api/v1/stream/ticket", headers=KEY)).json()["url"]
    async with talking(beneath, path=ticket) as talk:
        await talk.say("start", text=TEXT)
        found = await talk.until("complete")
    addresses = [event["url"] for event in found if event["type"] == "audio"]
    assert addresses and all([(await beneath.get(address)).status_code == 200 for address in addresses])


async def test_the_page_and_what_it_is_made_of_lie_below_it(beneath):
    page = await beneath.get(f"{ROOT}/")
    assert page.status_code == 200
    parts = [part.partition(">")[0].strip("<, ") for part in page.headers["link"].split(", ")]
    for part in parts:
        assert (await beneath.get(urljoin(f"{ROOT}/", part))).status_code == 200, part
    for name in ("docs", "openapi.json", "livez", "v1/models"):
        assert (await beneath.get(f"{ROOT}/{name}")).status_code == 200, name


async def test_generated_clients_are_told_where_it_is(beneath):
    assert (await beneath.get(f"{ROOT}/openapi.json")).json()["servers"] == [{"url": ROOT}]


async def test_refusals_have_the_shape_that_callers_of_the_address_know(beneath):
    ours = (await beneath.post(f"{ROOT}/api/v1/runs", json={})).json()
    openais = (await beneath.post(f"{ROOT}/v1/audio/speech", json={})).json()
    assert (ours["error"]["code"], openais["error"]["type"]) == ("unauthorized", "authentication_error")


async def test_a_document_may_be_larger_than_other_bodies(served):
    client = await served(root_path=ROOT, max_chars=10)
    file = {"file": ("long.txt", b"word " * 50_000, "text/plain")}
    assert (await client.post(f"{ROOT}/api/v1/documents", files=file)).status_code != 413


async def test_the_path_without_its_slash_leads_to_the_page(served):
    client = await served(root_path=f"{ROOT}/")
    answer = await client.get(ROOT)
    assert (answer.status_code, answer.headers["location"]) == (307, f"{ROOT}/")
    assert (await client.get(f"{ROOT}?run=abc")).headers["location"] == f"{ROOT}/?run=abc", "the run that is meant"
    assert (await client.get(f"{ROOT}er")).status_code == 404
    assert (await client.get("/readyz")).status_code == 200, "whoever asks past the proxy needs no path"


async def test_what_was_spoken_before_the_service_moved_is_found_where_it_is_now(tmp_path):
    run = ""
    for root in ("", ROOT, "/elsewhere"):
        async with (
            starting(tmp_path) as start,
            httpx.AsyncClient(base_url=await start(root_path=root), **PLAIN) as client,
        ):
            run = run or (await speak(client, text=TEXT))[0]["run"]
            for event in await events(client, run):
                if event["type"] == "audio":
                    assert event["url"].startswith(f"{root}/api/v1/runs/{run}/")
                    assert (await client.get(event["url"])).status_code == 200


async def test_another_app_may_hold_it_below_a_path(tmp_path):
    inner = create_app(Settings.load({}, root_path=ROOT, output_dir=tmp_path), QUICK)
    outer = FastAPI()
    outer.mount(ROOT, inner)
    transport = httpx.ASGITransport(outer)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        forgotten = await client.get(f"{ROOT}/api/v1/runs")
        assert (forgotten.status_code, "lifespan" in forgotten.json()["error"]["message"]) == (500, True)
    async with inner.router.lifespan_context(inner):
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.post(f"{ROOT}/api/v1/stream/speech", json={"text": TEXT})
            found = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
            check_run(found, TEXT)
            for event in found:
                if event["type"] == "audio":
                    assert (await client.get(event["url"])).headers["content-type"] == "audio/wav"


@pytest.mark.parametrize("given", ["aloud", "/a//b", "/..", "/a b", "https://example.org/aloud", "/a?b", "/ü"])
def test_what_is_no_path_is_refused(given):
    with pytest.raises(InvalidSetting, match="ALOUD_ROOT_PATH: .* is no path such as /aloud"):
        Settings.load({"ALOUD_ROOT_PATH": given})


@pytest.mark.parametrize("given", ["/api", "/api/v1/", "/docs", "/page"])
def test_a_path_that_its_own_addresses_begin_with_is_refused(given, tmp_path):
    """Nobody could tell whether it had been taken off."""
    with pytest.raises(InvalidSetting, match="ALOUD_ROOT_PATH: addresses of the service's own begin with"):
        create_app(Settings.load({}, root_path=given, output_dir=tmp_path), QUICK)
