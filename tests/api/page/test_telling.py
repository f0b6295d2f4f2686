"""What a screen reader is told, and how often; what the keyboard and large or strong type need."""

import base64

from tests.api.page.keys import enter, reach
from tests.api.page.test_asking import choose_template, offered
from tests.api.page.test_reading import TEXT, spoken
from tests.fakes.speech import speech

POSITION = "Number(document.querySelector('#seek').value)"
HEARD = """
window.told = [];
new MutationObserver(() => told.push(document.querySelector('#status').textContent))
  .observe(document.querySelector('#status'), {childList: true});
"""


async def test_what_is_over_at_once_is_not_told(page, house):
    await page.goto(house)
    await page.js(HEARD)
    await page.write("#words", "This plays here, to its end.")
    await page.press("Enter", modifiers=2)
    await page.until(f"told.includes('Playing.') && {POSITION} > 0.3")
    await page.press("k")
    await page.until("told.includes('Paused.')")
    await page.press("k")
    await page.until("told.includes('Finished.')")
    told = await page.js("told.filter((one) => one !== 'Waiting for the voice.' || told.at(-2) === one)")
    assert told == ["Playing.", "Paused.", "Playing.", "Finished."]


async def test_the_bar_does_not_read_out_the_seconds_while_it_has_the_focus(page, house):
    await spoken(page, house, TEXT)
    await page.js("document.querySelector('#seek').focus()")
    told = "document.querySelector('#seek').ariaValueText"
    before = await page.js(told)
    await page.until(f"{POSITION} > 2.2")
    assert await page.js(told) == before
    await page.press("ArrowRight")
    await page.until(f"{told} !== {before!r}")
    await page.press("Tab")
    before = await page.js(told)
    await page.until(f"{told} !== {before!r}")


async def test_the_link_to_the_text_leaves_everything_as_it_is(page, house):
    await page.goto(house)
    await enter(page, "[href='#main']", back=True)
    assert await page.js("document.activeElement.id") == "main"
    await spoken(page, house, TEXT)
    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    await enter(page, "[href='#main']", back=True)
    await page.until("location.hash")
    await page.js("new Promise(requestAnimationFrame)")
    assert await page.js("document.activeElement.id") == "main"
    assert not [address for address in page.asked if "/events" in address], "it was followed from its beginning"
    await page.press("n")
    await page.js("history.back()")
    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    assert not page.wrong


async def test_nothing_is_left_of_a_run_once_the_form_is_back(page, house):
    for _ in range(2):
        await spoken(page, house, TEXT)
        await page.until("navigator.mediaSession.playbackState === 'playing'")
        assert await page.js("document.title.startsWith('A walk')")
        await page.press("n")
        await page.until("navigator.mediaSession.playbackState === 'paused'")
        assert await page.js("navigator.mediaSession.metadata.title") == "aloud"


async def test_passages_that_failed_in_a_row_say_so_once(page, served):
    async with speech() as server:
        server.faults = ["400"] * 100
        url = await served({"ALOUD_TTS_PROVIDER": "openai", "ALOUD_SPEECH_URL": server.url})
        await page.goto(url)
        await page.write("#words", TEXT)
        await page.click("#speak")
        await page.until("document.querySelectorAll('#notes button').length")
    assert await page.js("document.querySelectorAll('.failed').length") > 2
    assert await page.js("[...document.querySelectorAll('.failed[data-note]')].map((e) => e.textContent)") == [
        "# A walk\n"
    ]


async def test_a_key_that_is_wrong_is_told_from_one_that_is_missing(page, served):
    url = await served(api_keys="a-key")
    await page.goto(url)
    said = "document.querySelector('#words-error').textContent"
    await page.until(f"{said} === 'The service wants a key. Enter it in the settings.'")
    for wrong in ("a-kye", "“a-key”"):
        await page.js(
            "document.querySelector('#key').value = ''; document.querySelector('#words-error').textContent = ''"
        )
        await enter(page, "[data-opens=settings]", back=True)
        await reach(page, "#key")
        await page.call("Input.insertText", text=wrong)
        await page.press("Enter")
        await page.until(f"{said} === 'The service does not know the key in the settings.'")


async def test_a_run_that_is_stopped_in_the_history_says_so_and_keeps_the_focus(page, house):
    await offered(page, house)
    await page.write("#words", TEXT * 20)
    await page.click("#speak")
    await page.until("probe.word()")
    await page.click("[data-opens=history]")
    await page.until("document.querySelector('#runs button')?.textContent === 'Stop'")
    run = await page.js("document.querySelector('#runs a').href")
    height = "document.querySelector('#runs button').clientHeight"
    assert await page.js(height) < 50, "its words are in one line"
    await page.js("document.querySelector('#runs button').focus()")
    await page.press("Enter")
    await page.until("document.querySelector('#history-status').textContent.startsWith('Stopped: A walk')")
    assert await page.js("document.activeElement.href") == run
    assert await page.js("document.querySelector('#runs small').textContent.endsWith('stopped')")
    assert await page.js("document.querySelector('#runs button').textContent") == "Erase"


async def test_what_a_choice_brings_comes_behind_it(page, house):
    await offered(page, house)
    await choose_template(page, "lyrics")
    ids = await page.js("[...document.querySelectorAll('#template, #fields [id], #speak')].map((e) => e.id)")
    assert (ids[0], ids[-1]) == ("template", "speak")


async def test_a_language_is_offered_once(page, house):
    await page.goto(house)
    await page.until("document.querySelector('#engine').options.length > 20")
    names = await page.js("[...document.querySelector('#engine').options].map((e) => e.text)")
    assert len(names) == len(set(names))


async def test_a_document_that_was_brought_is_told_of(page, house, tmp_path):
    (tmp_path / "walk.html").write_text("<title>A walk</title><h1>One</h1><p>Here.</p><h1>Two</h1><p>There.</p>")
    await page.goto(house)
    async with page.choosing(tmp_path / "walk.html"):
        await page.click("#open")
    await page.until("document.activeElement.id === 'speak'")
    about = "document.querySelector('#document-about')"
    assert await page.js(f"{about}.role === 'status' && {about}.textContent.includes('2 chapters')")


async def test_without_scripts_the_first_thing_said_is_that_they_are_needed(page, house):
    await page.call("Emulation.setScriptExecutionDisabled", value=True)
    await page.call("Page.navigate", url=house)
    text = await page.until("document.readyState === 'complete' && document.body.innerText")
    assert text.index("JavaScript") < text.index("A text")


async def test_a_whole_form_is_sent_by_ctrl_and_enter_and_keys_with_shift_are_the_browsers(page, house):
    await offered(page, house)
    await choose_template(page, "lyrics")
    await page.write("#words", "the sea in winter")
    await page.write("#field-words", "salt")
    await page.press("Enter", modifiers=2)
    await page.until("probe.word()")
    await page.js("window.taken = []; addEventListener('keydown', (event) => taken.push(event.defaultPrevented))")
    for key, modifiers in ((" ", 8), ("ArrowRight", 8), (" ", 0), ("ArrowRight", 0), ("?", 8)):
        await page.press(key, modifiers=modifiers)
    assert await page.js("taken") == [False, False, True, True, True]
    await page.press("Escape")
    await page.press("Escape")


async def test_the_focus_is_not_lost_with_the_button_that_had_it(page, house):
    await offered(page, house)
    await page.write("#words", TEXT * 20)
    await page.click("#speak")
    await page.until("probe.word()")
    await enter(page, "#stop")
    await page.until("document.querySelector('#stop').hidden")
    assert await page.js("document.activeElement.id") == "play"


async def test_a_sentence_is_a_button_only_while_it_has_the_focus(page, house):
    await spoken(page, house, TEXT)
    await reach(page, "#text")
    for _ in range(3):
        await page.press("ArrowDown")
        assert await page.js("document.querySelectorAll('#text [role=button]').length") == 1


async def test_in_high_contrast_nothing_covers_the_field_for_the_key(page, house, browser):
    """What is painted behind text there was painted over a field in the middle of its label."""
    await page.size(390, 844)
    await page.goto(house)
    await page.call("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    await page.click("[data-opens=settings]")
    edge = (
        "(({left, top, width}) => [left + width / 4, top - 2])(document.querySelector('#key').getBoundingClientRect())"
    )
    x, y = await page.js(edge)
    image = base64.b64encode(await page.picture()).decode()
    other = await browser.page()
    darkest = await other.js(
        f"fetch('data:image/png;base64,{image}').then((it) => it.blob()).then(createImageBitmap).then((image) => {{"
        " const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');"
        " canvas.drawImage(image, 0, 0);"
        f" return Math.min(...canvas.getImageData({x}, {y}, 1, 5).data.filter((_, i) => i % 4 < 3)); }})"
    )
    await other.close()
    assert darkest < 100


SENTENCES = [
    "كيف حالك؟ ", "أنا بخير. ", "यह पाठ है। ", "और यह भी। ", "„Ja.“ ", "Dann ging er. ", "「はい。」", "そして行く。 ",
    "This is bold. ", "Then “more!” ", "Dr. Brown came.",
]  # fmt: skip


async def test_sentences_are_reached_one_by_one_in_every_script(page, house):
    await page.goto(house)
    await page.js("document.querySelector('#volume').value = 0")
    await page.write("#words", "".join(SENTENCES))
    await page.click("#speak")
    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    await page.press("k")
    await reach(page, "#text")
    found = []
    for _ in SENTENCES:
        await page.press("ArrowDown")
        found.append(await page.js("document.activeElement.textContent"))
    assert [one.strip() for one in found] == [one.strip() for one in SENTENCES]
