"""A conversation: the answer is spoken while it is written, and can be interrupted; memory holds what was heard."""

from tests.api.page.test_reading import finished

LONG = "Tell me all about the tides, the moon, the harbour, the boats, and every one of the gulls above them, please."


async def ask(page, url, question):
    await page.goto(url)
    await page.js("document.querySelectorAll('[name=kind]')[1].click()")
    await page.until("document.querySelector('#provider').options.length")
    await page.js("document.querySelector('#provider').value = 'replay'")
    await page.write("#words", question)
    await page.click("#speak")
    await page.until("probe.word()")


async def said(page):
    return await page.js("[...document.querySelectorAll('#earlier dd')].map((e) => e.textContent)")


async def test_typing_interrupts_and_memory_holds_what_was_heard(page, house):
    await ask(page, house, LONG)
    await page.until("document.querySelectorAll('#earlier dd').length === 1")
    assert await said(page) == [LONG]
    await page.until("Number(document.querySelector('#seek').value) > 0.8")
    await page.js("document.querySelectorAll('[name=kind]')[0].click()")  # the next thing will be a text: not this one
    await page.js("sent = [], was = fetch, fetch = (...request) => (sent.push(request), was(...request)), 0")
    await page.write("#answer", "And the fish?")
    await page.until("document.querySelector('#player').dataset.state === 'paused'")
    await page.press("Enter")
    await page.until("document.querySelectorAll('#earlier dd').length === 3")
    (asked,) = await page.js("sent.filter(([url]) => `${url}`.includes('chat')).map(([, how]) => JSON.parse(how.body))")
    assert asked["llm_provider"] == "replay", "who answered before"
    first, heard, second = await said(page)
    assert (first, second) == (LONG, "And the fish?")
    assert heard and LONG.startswith(heard) and len(heard) < len(LONG)
    await page.until("document.querySelector('#text').textContent === 'And the fish?'")
    await finished(page)
    await page.call("Page.reload")
    await page.until("document.querySelectorAll('#earlier dd').length === 3")
    assert not page.wrong


async def test_escape_stops_the_model_and_the_voice_though_nobody_takes_down_what_was_heard(page, house):
    await ask(page, house, LONG * 5)
    full = "`${url}`.endsWith('/heard') ? Promise.resolve(new Response('{}', {status: 503})) : was(url, how)"
    await page.js(f"was = fetch, fetch = (url, how) => {full}, 0")
    place = "Number(document.querySelector('#seek').value)"
    await page.until(f"{place} > 0")
    composing = "new KeyboardEvent('keydown', {key: 'Escape', isComposing: true, bubbles: true})"
    before = await page.js(f"document.body.dispatchEvent({composing}) && {place}")
    await page.until(f"{place} > {before}")
    await page.press("Escape")
    await page.until("document.querySelector('#notes').textContent.startsWith('Stopped')")
    assert await page.js("document.querySelector('#player').dataset.state") == "paused"
    text = await page.js("document.querySelector('#text').textContent")
    assert text and len(text) < len(LONG * 5)


async def test_a_reload_keeps_the_conversation_and_goes_on_with_it(page, house):
    await ask(page, house, "The first?")
    await page.until("document.querySelectorAll('#earlier dd').length === 1")
    await finished(page)
    await page.js("localStorage.clear(), sessionStorage.clear()")
    await page.call("Page.reload")
    await page.until("document.readyState === 'complete' && document.querySelectorAll('#earlier dd').length === 1")
    await page.write("#answer", "The second one.")
    await page.press("Enter")
    await page.until("document.querySelectorAll('#earlier dd').length === 3")
    assert await said(page) == ["The first?", "The first?", "The second one."]
    assert not page.wrong


async def test_what_was_heard_is_told_again_where_the_line_was_cut(page, house):
    await ask(page, house, LONG)
    await page.until("Number(document.querySelector('#seek').value) > 0.8")
    cut = "`${url}`.endsWith('/heard') && !lost++ ? Promise.reject(new TypeError('cut')) : was(url, how)"
    await page.js(f"was = fetch, lost = 0, fetch = (url, how) => {cut}, 0")
    await page.write("#answer", "And the fish?")
    await page.until("document.querySelector('#player').dataset.state === 'paused' && lost")
    await page.press("Enter")
    await page.until("document.querySelectorAll('#earlier dd').length === 3")
    _, heard, _ = await said(page)
    assert heard and LONG.startswith(heard) and len(heard) < len(LONG)


async def test_a_conversation_goes_on_where_an_answer_was_erased_elsewhere(page, house):
    """Nobody remembers how far that was heard."""
    await ask(page, house, LONG)
    await page.until("Number(document.querySelector('#seek').value) > 0.8")
    gone = "`${url}`.endsWith('/heard') ? Promise.resolve(new Response('{}', {status: 404})) : was(url, how)"
    await page.js(f"was = fetch, fetch = (url, how) => {gone}, 0")
    await page.write("#answer", "And the fish?")
    await page.until("document.querySelector('#player').dataset.state === 'paused'")
    await page.press("Enter")
    await page.until("document.querySelector('#text').textContent === 'And the fish?'")
