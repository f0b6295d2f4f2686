"""The page of addresses, for people."""

import pytest_asyncio

SHOWN = """[...document.querySelectorAll('details')]
  .find((one) => one.querySelector('code').textContent === '%s').textContent"""


@pytest_asyncio.fixture(loop_scope="session")
async def docs(browser, house):
    tab = await browser.page()
    await tab.goto(f"{house}/docs")
    await tab.until("document.querySelectorAll('details').length > 20")
    yield tab
    await tab.close()


async def test_what_a_field_is_made_of_is_said_below_it(docs):
    assert "timed within its clip" in await docs.js(SHOWN % "audio")
    assert "A message of a conversation." in await docs.js(SHOWN % "/api/v1/stream/speech")
    captions = await docs.js(SHOWN % "/api/v1/runs/{run}/captions.{kind}")
    assert "joined audio" in captions and "estimated" in captions
    assert "code points" in await docs.js("document.body.textContent")
    assert not docs.wrong
