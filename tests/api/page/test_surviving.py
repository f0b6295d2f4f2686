"""A reload, a line that breaks, a service that dies: playback goes on at the same word."""

import asyncio

import pytest_asyncio

from tests.api.page.test_reading import finished, spoken
from tests.api.process import Process
from tests.fakes.speech import speech

TEXT = " ".join(f"Sentence {number} is here to be counted by somebody." for number in range(1, 41))
STATE = "document.querySelector('#player').dataset.state"
POSITION = "Number(document.querySelector('#seek').value)"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def voice():
    async with speech() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def mortal(tmp_path_factory, voice):
    """A function that gives a service to be killed: they start while the tests before wait for sound."""
    settings = {"asked": {"tts_provider": "openai", "speech_url": voice.url}, "slow": {"tone_factor": 0.4}}
    found = {name: Process(tmp_path_factory.mktemp(name), **given) for name, given in settings.items()}
    starting = {name: asyncio.create_task(process.start()) for name, process in found.items()}

    async def started(name):
        await starting[name]
        return found[name]

    yield started
    for name in found:
        await (await started(name)).__aexit__()


async def test_a_reload_goes_on_at_the_same_word(page, house):
    await spoken(page, house, TEXT[:700])
    await page.until(f"{POSITION} > 0.6")
    run = await page.js("location.search")
    before = await page.js(POSITION)
    await page.call("Page.reload")
    await page.until(f"document.readyState === 'complete' && {POSITION} > 0")
    assert await page.js("location.search") == run
    if await page.js(STATE) == "blocked":
        await page.click("#play")
    await page.until("probe.seconds() > 0.5 && probe.word()")
    heard = await page.js("probe.compare()")
    assert heard["wrong"] == 0 and heard["waits"] == []
    assert -0.1 < heard["from"] - before < 1.5  # the bar shows tenths of a second
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
    await page.click("#runs button")
    await page.until("document.querySelector('#history-status').textContent.startsWith('Erased')")
    assert not page.wrong


async def test_a_service_that_is_killed_and_comes_back_is_taken_up_where_it_was(page, chosen, mortal, voice):
    text = TEXT[:100]
    process = await mortal("asked")
    await chosen(rates={"": 24000}, pace="1.5")
    async with asyncio.timeout(30):
        await voice.left.wait()  # it was warmed up
    voice.faults = ["", "mute", "mute", "mute"]
    await spoken(page, process.url, text)
    await page.until("probe.seconds() > 0.5")
    await process.kill()
    await page.until("!document.querySelector('#line').hidden")
    voice.faults = []
    await process.start()
    await page.until("document.querySelector('#line').hidden")
    await finished(page)
    assert await page.js("document.querySelector('#text').textContent") == text
    heard = await page.js("probe.compare()")
    assert (heard["wrong"], heard["missing"]) == (0, 0), "every sample once"
    assert await page.js("document.querySelectorAll('#notes li').length") == 0


async def test_a_clip_that_was_growing_when_the_service_was_killed_is_heard_as_far_as_it_came(page, chosen, mortal):
    process = await mortal("slow")
    await chosen(speed="3")
    await spoken(page, process.url, TEXT[:100])
    await page.until("probe.seconds() > 0.5")
    await process.kill()
    await page.until("!document.querySelector('#line').hidden")
    await process.start()
    await page.until("document.querySelector('#notes').textContent.includes('could not be spoken')")
    await page.until("document.querySelectorAll('.now:not(.failed)').length")
    await finished(page)
    assert "Try again" in await page.js("document.querySelector('#notes').textContent")


async def test_a_network_that_is_away_for_a_while_costs_nothing(page, house):
    await spoken(page, house, TEXT)
    fetched = "performance.getEntriesByType('resource').filter((one) => one.name.includes('/audio/')).length"
    await page.until(f"{fetched} >= 3")  # more seconds of sound than it is away
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    await page.call("Network.emulateNetworkConditions", offline=True, **network)
    await asyncio.sleep(2)  # how long it is away: it asked in vain three times
    await page.call("Network.emulateNetworkConditions", offline=False, **network)
    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    assert await page.js("document.querySelector('#text').textContent") == TEXT
    assert await page.until(STATE) == "playing"
    heard = await page.js("probe.compare()")
    assert heard["wrong"] == 0 and heard["waits"] == []


async def test_two_tabs_share_a_run_by_its_address_and_each_has_its_own_place(page, browser, house):
    await spoken(page, house, TEXT[:200])
    await page.until(f"{POSITION} > 0.6")
    other = await browser.page()
    await other.goto(await page.js("location.href"))
    await other.until("document.querySelector('#sums').textContent.includes('in all')")
    assert await other.js("document.querySelector('#text').textContent") == TEXT[:200]
    assert await other.js(f"{STATE} + {POSITION}") == "paused0"
    await other.click("#play")
    await other.until(f"{POSITION} > 0.3")
    assert await page.js(STATE) == "playing"
    assert not other.wrong
    await other.close()


BARE = """
Object.defineProperty(BaseAudioContext.prototype, 'audioWorklet', {value: undefined});
for (const store of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, store, {get() { throw new DOMException('denied', 'SecurityError'); }});
requestAnimationFrame = () => {};
"""


async def test_where_browsers_give_no_worklet_no_store_and_no_frames_the_page_plays_by_itself(page, house):
    """As addresses without TLS, forbidden cookies and hidden tabs have it."""
    await page.before(BARE)
    await page.goto(house)
    await page.write("#words", "This plays here, to its end.")
    await page.click("#speak")
    await page.until("probe.word()")
    await page.until("navigator.mediaSession.playbackState === 'playing'")
    await page.until("navigator.mediaSession.playbackState === 'paused'")
    await finished(page)
    assert not page.wrong


async def test_sound_that_is_not_there_is_told_of_and_fetched_again_by_play(page, house, chosen):
    await chosen(pace="1.5")
    gone = "was = fetch; gone = true; fetch = (url, how) => was(gone ? url.replace(/[1-9].wav/, '999.wav') : url, how)"
    await page.before(gone)
    await spoken(page, house, "One. " + TEXT[:50])
    await page.until(f"{STATE} === 'missing' && document.querySelector('#line').textContent.includes('no sound')")
    await page.js("gone = false")
    await page.click("#play")
    await page.until("document.querySelector('#line').hidden && probe.word() === 'counted'")


async def test_a_service_that_is_gone_is_told_of_where_only_sound_is_missing(page, chosen, mortal):
    """All text had come, so no line to the service was open that could have been lost."""
    process = await mortal("asked")
    await page.goto(process.url)
    await page.write("#words", TEXT)
    await page.click("#speak")
    await page.until("document.querySelector('#sums').textContent.includes('in all') && probe.word()")
    await process.kill()
    await page.js("document.querySelector('#seek').value = 60")
    await page.js("document.querySelector('#seek').dispatchEvent(new Event('input'))")
    await page.until("document.querySelector('#line').textContent.includes('cannot be reached')")
    await process.start()
    await page.until(f"document.querySelector('#line').hidden && {STATE} === 'playing'")
