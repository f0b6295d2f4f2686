"""A reload, a line that breaks, a service that dies: playback goes on at the same word."""

import asyncio

from tests.api.page.test_reading import finished, run_of, spoken
from tests.api.process import Process

TEXT = " ".join(f"Sentence {number} is here to be counted by somebody." for number in range(1, 41))
STATE = "document.querySelector('#player').dataset.state"
POSITION = "Number(document.querySelector('#seek').value)"


async def test_a_reload_goes_on_at_the_same_word(page, house):
    await spoken(page, house, TEXT)
    await page.until(f"{POSITION} > 2")
    run = await page.js("location.search")
    before = await page.js(POSITION)
    await page.call("Page.reload")
    await page.until(f"document.readyState === 'complete' && {POSITION} > 0")
    assert await page.js("location.search") == run
    if await page.js(STATE) == "blocked":
        await page.click("#play")
    await page.until("probe.starts.length && probe.word()")
    assert 0 <= await page.js(POSITION) - before < 2
    assert not page.wrong


async def test_a_run_has_an_address_and_is_left_and_found_again(page, house):
    await spoken(page, house, "This one is to be found again. It says little else.")
    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    text = await page.js("document.querySelector('#text').textContent")
    await page.press("n")
    assert await page.js("location.search + document.activeElement.id") == "words"
    await page.js("document.activeElement.blur()")
    await page.press("h")
    await page.until("document.querySelector('#runs a')?.textContent.startsWith('This one')")
    await page.click("#runs a")
    await page.until(f"document.querySelector('#text').textContent === {text!r}")
    await page.js("history.back()")
    await page.until("!document.querySelector('#compose').hidden")
    await page.js("document.activeElement.blur()")
    await page.press("h")
    await page.until("document.querySelector('#runs button')?.textContent === 'Erase'")
    await page.click("#runs button")
    await page.until("document.querySelector('#status').textContent.startsWith('Erased')")
    assert not page.wrong


async def test_a_service_that_is_killed_and_comes_back_is_taken_up_where_it_was(page, tmp_path):
    text = TEXT[:240]
    async with Process(tmp_path, tone_factor=0.3) as process:
        await page.call(
            "Page.addScriptToEvaluateOnNewDocument", source="localStorage.setItem('aloud.choices', '{\"speed\":\"3\"}')"
        )
        await spoken(page, process.url, text)
        await page.until(f"{POSITION} > 1")
        await process.kill()
        await page.until("!document.querySelector('#line').hidden")
        await process.start()
        await page.until("document.querySelector('#line').hidden")
        await finished(page)
        assert await page.js("document.querySelector('#text').textContent") == text
        starts = await page.js("probe.starts")
        clips = [event for event in await run_of(page, process.url) if event["type"] == "audio"]
        assert len(starts) == len(clips), "every clip once"
        assert all(one["skip"] == 0 for one in starts)


async def test_a_network_that_is_away_for_a_while_costs_nothing(page, house):
    await spoken(page, house, TEXT)
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    await page.call("Network.emulateNetworkConditions", offline=True, **network)
    await asyncio.sleep(5)  # how long it is away
    await page.call("Network.emulateNetworkConditions", offline=False, **network)
    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    assert await page.js("document.querySelector('#text').textContent") == TEXT
    assert await page.until(STATE) == "playing"
    starts = await page.js("probe.starts")
    assert all(one["skip"] == 0 for one in starts)
