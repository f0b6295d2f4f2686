"""A browser's own EventSource, with nothing of ours in it: it reads runs, comes back by itself, and knows the end."""

import random
from urllib.parse import urlsplit

import httpx

from tests.api.client import check_run
from tests.fakes.proxy import Proxy

TEXT = "Here is one sentence. And here comes another one! Is this the third? It is. " * 2
LISTEN = """
window.found = []; window.opened = 0; window.ended = false;
window.source = new EventSource('%s');
source.onopen = () => { opened += 1; };
source.onmessage = (message) => {
  found.push([Number(message.lastEventId), JSON.parse(message.data)]);
  if (['complete', 'error', 'cancelled'].includes(found.at(-1)[1].type)) { ended = true; source.close(); }
};
"""


async def begun(url, **more):
    async with httpx.AsyncClient(base_url=url) as client:
        return (await client.post("/api/v1/runs", json={"text": TEXT, "llm_provider": "replay"} | more)).json()["id"]


async def test_it_reads_every_event_by_its_number(tab, served):
    url = await served()
    await tab.goto(f"{url}/docs")
    run = await begun(url)
    await tab.js(LISTEN % f"/api/v1/runs/{run}/events")
    await tab.until("ended")
    found = await tab.js("found")
    assert [number for number, _ in found] == [event["seq"] for _, event in found]
    check_run([event for _, event in found], TEXT)


async def test_cut_off_again_and_again_it_comes_back_by_itself_and_misses_nothing(tab, served):
    url, chance, text = await served(), random.Random(3), TEXT * 20
    async with Proxy(urlsplit(url).port, lambda: chance.randrange(35_000, 45_000)) as proxy:
        await tab.goto(f"{proxy.url}/docs")
        run = await begun(url, text=text, llm_provider="text")
        await tab.js(LISTEN % f"/api/v1/runs/{run}/events")
        await tab.until("ended", seconds=60)
        assert proxy.cuts >= 2 and await tab.js("opened") >= 2
        found = await tab.js("found")
    check_run([event for _, event in found], text)


async def test_who_asks_again_after_the_end_is_told_not_to_come_back(tab, served):
    url = await served()
    await tab.goto(f"{url}/docs")
    run = await begun(url)
    await tab.js(LISTEN % f"/api/v1/runs/{run}/events")
    await tab.until("ended")
    last = (await tab.js("found"))[-1][0]
    await tab.js(f"window.late = new EventSource('/api/v1/runs/{run}/events?after={last}'); 0")
    await tab.until("late.readyState === EventSource.CLOSED")


async def test_with_keys_on_the_address_in_the_first_event_is_all_it_wants(tab, served):
    url = await served(api_keys="secret-key")
    await tab.goto(f"{url}/docs")
    headers = {"Authorization": "Bearer secret-key"}
    async with httpx.AsyncClient(base_url=url, headers=headers) as client:
        run = (await client.post("/api/v1/runs", json={"text": TEXT})).json()["id"]
        first = (await client.get(f"/api/v1/runs/{run}/events")).text
    address = first.partition('"events":"')[2].partition('"')[0]
    await tab.js(LISTEN % address)
    await tab.until("ended")
    check_run([event for _, event in await tab.js("found")], TEXT)
