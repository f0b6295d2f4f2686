"""The example of a page of one's own, as a user opens it: on an origin of its own."""

from pathlib import Path

import pytest_asyncio

from tests.api.page.test_elsewhere import elsewhere  # noqa: F401  a fixture

EXAMPLE = Path(__file__).parents[3] / "examples" / "browser.html"
TEXT = "Hello there. How are you today? This is the last of three sentences, and it is longer than the others."
LOG = """
window.played = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (at) {
  played.push([at, this.buffer.duration]);
  return start.call(this, at);
};
"""
SHOWN = "document.querySelector('#heard').textContent.trim().replaceAll(/\\s+/g, ' ')"
TOLD = "document.querySelector('#told').textContent"


@pytest_asyncio.fixture(loop_scope="session")
async def shown(tab, served, elsewhere, tmp_path):  # noqa: F811
    (tmp_path / EXAMPLE.name).write_text(EXAMPLE.read_text())
    url = await served({"ALOUD_TTS_PROVIDER": "espeak"}, cors_origins=elsewhere)
    await tab.before(LOG)
    await tab.goto(f"{elsewhere}/{EXAMPLE.name}?service={url}")
    await tab.js(f"document.forms[0].text.value = {TEXT!r}")
    await tab.click("[name=speak]")
    return tab


def complaints(page):
    return [one for one in page.wrong if "favicon" not in one]


async def test_it_speaks_a_text_without_a_gap_and_shows_what_is_heard(shown):
    await shown.until(f"{SHOWN} === {TEXT!r}")
    played = await shown.js("played")
    assert len(played) > 1
    for (begins, seconds), (follows, _) in zip(played, played[1:], strict=False):
        assert abs(follows - begins - seconds) < 0.001
    assert (await shown.js(TOLD), complaints(shown)) == ("", [])


async def test_it_is_interrupted_and_tells_what_was_heard(shown):
    await shown.until(f"{SHOWN}.startsWith('Hello there. H')")
    await shown.click("[name=stop]")
    heard = (await shown.until(TOLD)).removeprefix("You heard: ")
    assert heard.startswith("Hello there.") and TEXT.startswith(heard) and heard != TEXT
    assert complaints(shown) == []


async def test_it_says_why_nothing_is_heard(shown):
    await shown.until("!document.forms[0].speak.disabled")
    await shown.js("document.forms[0].text.value = ' '")
    for _ in range(2):
        await shown.click("[name=speak]")
        assert "nothing to speak" in await shown.until(TOLD)
        await shown.until("!document.forms[0].speak.disabled")
    assert await shown.js("document.forms[0].stop.disabled")
    assert [one for one in complaints(shown) if "422" not in one] == []
