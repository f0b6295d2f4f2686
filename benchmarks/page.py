"""The page, in a real Chromium without a screen: from the click to the first sound, and what fills its frames.

    python -m benchmarks.page [CLICKS]

The service is a process of its own, its voice is eSpeak NG, and no text is spoken twice. The first sound is there when
the first sample that is not silent has left the page for the loudspeaker; what the loudspeaker itself takes is not
counted. The long text is 300 kB, read as fast as it comes; its tasks are measured in the processor's time. Ends with 1
if a figure is missed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from tests.api.page.conftest import PROBE, TAP
from tests.api.process import Process
from tests.fakes.browser import Browser, Page, chromium

CLICKS = 20
FIRST, TASK = 150.0, 16.0
"""Milliseconds: of the median click, and of any task."""
LONG = "\n\n".join(f"Paragraph {number}. " + "It goes on and on for a while. " * 9 for number in range(1050))


async def opened(browser: Browser, url: str) -> Page:
    page = await browser.page()
    await page.before(PROBE)
    await page.script("tap.js", TAP)
    await page.goto(url)
    await page.until("document.querySelector('#engine').options.length > 1")
    return page


async def first_sounds(browser: Browser, url: str, clicks: int) -> list[float]:
    """Milliseconds, each in a tab that was just opened."""
    waited = []
    for number in range(clicks):
        page = await opened(browser, url)
        await page.write("#words", f"Hello for the {number}th time. How are you?")
        await page.click("#speak")
        await page.until("probe.tape.length")
        waited.append(await page.js("probe.first"))
        await page.close()
    return sorted(waited)


async def tasks(browser: Browser, url: str) -> list[float]:
    """Milliseconds of each task of the page's own thread while a long text streams in and is spoken."""
    page = await opened(browser, url)
    await page.js(f"document.querySelector('#words').value = {LONG!r}")
    await page.press("End")
    async with page.tasks() as found:
        await page.click("#speak")
        await page.until("document.querySelector('#text').textContent.length > 290_000 && probe.seconds() > 2", 120)
    await page.close()
    return sorted(found)


async def main(clicks: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with Browser(chromium()) as browser, Process(Path(folder), tts_provider="espeak") as service:
            waited = await first_sounds(browser, service.url, clicks)
            found = await tasks(browser, service.url)
    median = statistics.median(waited)
    print(f"first sound after the click: {median:.0f} ms in the median of {clicks} (at most {FIRST:g})")
    print(f"  fastest {waited[0]:.0f}, nine of ten within {waited[clicks * 9 // 10 - 1]:.0f}, slowest {waited[-1]:.0f}")
    print(f"longest of {len(found)} tasks while 300 kB stream in: {found[-1]:.1f} ms (under {TASK:g})")
    return 0 if median <= FIRST and found[-1] < TASK else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CLICKS)))
