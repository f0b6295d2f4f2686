"""The page of addresses, for people."""

SHOWN = """[...document.querySelectorAll('details')]
  .find((one) => one.querySelector('code').textContent === '%s').textContent"""


async def test_what_a_field_is_made_of_is_said_below_it(tab, house):
    await tab.goto(f"{house}/docs")
    await tab.until("document.querySelectorAll('details').length > 20")
    assert "timed within its clip" in await tab.js(SHOWN % "audio")
    assert "A message of a conversation." in await tab.js(SHOWN % "/api/v1/stream/speech")
    captions = await tab.js(SHOWN % "/api/v1/runs/{run}/captions.{kind}")
    assert "joined audio" in captions and "estimated" in captions
    assert "code points" in await tab.js("document.body.textContent")
    assert not tab.wrong
