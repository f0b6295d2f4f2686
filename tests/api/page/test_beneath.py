"""The page below a path of a name that others share."""

from urllib.parse import urlsplit

import pytest_asyncio

from tests.api.page.test_reading import spoken
from tests.fakes.shared_name import ROOT, SharedName


@pytest_asyncio.fixture(loop_scope="session", params=[True, False], ids=["taken off", "left on"])
async def beneath(served, request):
    port = urlsplit(await served(root_path=ROOT)).port
    async with SharedName(port, off=request.param) as proxy:
        yield f"{proxy.url}{ROOT}/"


async def test_it_speaks_keeps_its_address_and_finds_what_was_said(page, beneath):
    await spoken(page, beneath, "This one lies below a path. It says little else.")
    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    assert (await page.js("location.pathname + location.search")).startswith(f"{ROOT}/?run=")
    address = await page.js("location.href")
    taken = await page.js("[...document.querySelectorAll('#takeaway a:not([href^=blob])')].map((one) => one.pathname)")
    assert taken and all(path.startswith(ROOT) for path in taken), taken
    await page.press("n")
    assert await page.js("location.href") == beneath
    await page.js("document.activeElement.blur()")
    await page.press("h")
    assert await page.until("document.querySelector('#runs a')?.href") == address
    await page.goto(address)
    await page.until("document.querySelector('#text').textContent.includes('below a path')")
    assert not page.wrong


async def test_the_list_of_addresses_says_them_as_callers_reach_them(tab, beneath):
    await tab.goto(f"{beneath}docs")
    await tab.until("document.querySelectorAll('details').length > 20")
    assert f"{ROOT}/api/v1/stream/speech" in await tab.js("document.body.textContent")
    assert not tab.wrong
