"""Every function, by keys alone; and the checker that everybody uses finds nothing on any view, light or dark."""

import json

from tests.api.page.keys import choose, enter, reach
from tests.api.page.test_asking import SCRIPT
from tests.api.page.test_reading import TEXT, finished, lit, run_of
from tests.fakes.speech import speech

STATE = "document.querySelector('#player').dataset.state"


async def test_a_text_is_spoken_and_taken_home(page, house, look, tmp_path):
    await page.size(1280, 860)
    (tmp_path / "walk.md").write_text(TEXT)
    await page.goto(house)
    await page.until("document.querySelector('#engine').options.length > 1")
    await look("the form")
    assert await page.js("document.activeElement.id") == "words"
    async with page.choosing(tmp_path / "walk.md"):
        await enter(page, "#open")
    await page.until(f"document.querySelector('#words').value === {json.dumps(TEXT)}")
    await choose(page, "#engine", "espeak")
    await choose(page, "#voice", "en-gb")
    await choose(page, "#pace", "1.5")
    await choose(page, "#format", "flac")
    await enter(page, "#speak")
    await page.until("probe.word()")
    await look("reading")

    await reach(page, "#text")
    for _ in range(3):
        await page.press("ArrowDown")
    await page.press("ArrowUp")
    there = await page.js("document.activeElement.textContent")
    assert there.strip(), "blank lines are no sentences"
    await page.press("Enter")
    await page.until(f"{json.dumps(there)}.includes(probe.word() || '?')")
    await page.press("ArrowDown")
    await page.until("!document.querySelector('#follow').hidden")
    await enter(page, "#follow")
    assert await page.js("document.activeElement.id") == "play"
    await page.press("Enter")
    await page.until(f"{STATE} === 'paused'")
    for button, back in (("#back", True), ("#forward", False)):
        word = await page.js("probe.word()")
        await enter(page, button, back)
        await page.until(f"probe.word() && probe.word() !== {json.dumps(word)}")
    for slider, key in (("#seek", "ArrowLeft"), ("#speed", "ArrowRight"), ("#volume", "ArrowLeft")):
        await reach(page, slider, back=slider == "#seek")
        before = await page.js("document.activeElement.value")
        await page.press(key)
        await page.until(f"document.querySelector('{slider}').value !== {before!r}")

    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    await enter(page, "#sums", back=True)
    (home := tmp_path / "home").mkdir()
    await page.download_to(home)
    for kind in ("wav", "mp3", "opus", "flac", "vtt", "srt", "txt"):
        await enter(page, f"#takeaway a[download$='.{kind}']")
    await enter(page, "#takeaway button")
    await page.until("document.querySelector('#takeaway button').textContent === 'Copied'")
    await look("what can be taken home")
    await page.downloaded(7)
    assert {path.suffix for path in home.iterdir() if path.stat().st_size > 50} == {
        ".wav", ".mp3", ".opus", ".flac", ".vtt", ".srt", ".txt",
    }  # fmt: skip
    await page.size(320, 256)
    await look("reading, zoomed")
    assert not page.wrong


async def test_keys_without_a_place_do_what_the_list_of_them_says(page, house, look):
    await page.goto(house)
    await page.call("Input.insertText", text=TEXT)
    await page.press("Enter", modifiers=2)
    await page.until("probe.word()")
    for key, state in (("k", "paused"), ("k", "playing"), (" ", "paused"), (" ", "playing")):
        await page.press(key)
        await page.until(f"{STATE} === {state!r}")
    volume, speed = "document.querySelector('#volume').value", "document.querySelector('#speed').value"
    for key, shown, value in (("m", volume, "0"), ("m", volume, "1"), ("+", speed, "1.1"), ("-", speed, "1")):
        await page.press(key)
        assert await page.js(shown) == value
    for key in ("l", "ArrowRight", "j", "ArrowLeft"):
        word = await page.js("probe.word()")
        await page.press(key)
        await page.until(f"probe.word() !== {json.dumps(word)}")
    await page.js("document.querySelector('#seek').focus()")
    await page.until("Number(document.querySelector('#seek').value) > 1.2")
    await lit(page, "walk", page.press("Home"))
    assert await page.js("document.querySelector('#follow').hidden"), "the bar's keys are its own"
    await page.js("document.querySelector('#main').focus()")
    await page.press("ArrowDown")
    await page.until("!document.querySelector('#follow').hidden")
    for key, dialog in (("?", "keys"), ("s", "settings"), ("h", "history")):
        await page.press(key)
        assert await page.js(f"document.querySelector('#{dialog}').open")
        await look(dialog)
        await page.press("Escape")
        assert not await page.js(f"document.querySelector('#{dialog}').open")
    await page.press("Escape")
    await page.until(f"{STATE} === 'paused'")
    await page.press("n")
    assert await page.js("document.activeElement.id") == "words"
    assert not page.wrong


async def test_settings_are_made_and_kept(page, house):
    await page.goto(house)
    await enter(page, "[data-opens=settings]", back=True)
    await page.press("Tab")
    await page.press("Tab")
    await choose(page, "#announce", "always")
    await reach(page, "#letters")
    await page.press(" ")
    await reach(page, "#size")
    await page.press("ArrowRight")
    await enter(page, "#settings form button")
    await page.call("Page.reload")
    await page.until("document.readyState === 'complete' && document.querySelector('#announce').value === 'always'")
    assert await page.js("document.documentElement.style.getPropertyValue('--size')") == "1.3rem"
    await page.js("document.activeElement.blur()")
    await page.press("?")
    assert not await page.js("document.querySelector('#keys').open"), "single keys are off"
    await enter(page, "[data-opens=keys]", back=True)
    assert await page.js("document.querySelector('#keys').open")


async def test_a_model_is_asked_answered_and_stopped(page, house, look):
    await page.goto(house)
    await reach(page, "[name=kind]", back=True)
    await page.press("ArrowRight")
    await page.until("document.querySelector('#template').options.length > 2")
    await page.until("document.querySelector('#provider').options.length")
    await choose(page, "#provider", "replay")
    await choose(page, "#template", "lyrics")
    await look("a template")
    for field, text in (("genre", "folk"), ("mood", "calm"), ("words", "salt\ngulls")):
        await reach(page, f"#field-{field}")
        await page.call("Input.insertText", text=text)
    await reach(page, "#field-chorus", back=True)
    before = await page.js("document.activeElement.checked")
    await page.press(" ")
    assert await page.js("document.querySelector('#field-chorus').checked") is not before
    await reach(page, "#field-verses", back=True)
    await page.press("ArrowUp")
    await choose(page, "#template", "", back=True)
    await reach(page, "#words", back=True)
    await page.call("Input.insertText", text="What is a tide, and why does it come and go so often in a day?")
    await enter(page, "#speak")
    await page.until("probe.word() && document.querySelectorAll('#earlier dd').length === 1")
    await look("a conversation")
    assert await page.js("document.activeElement.id") == "answer"
    await page.call("Input.insertText", text="And the moon?")
    await page.until(f"{STATE} === 'paused'")
    await enter(page, "#send")
    await page.until("document.querySelectorAll('#earlier dd').length === 3")
    await page.press("Escape")
    await page.until(f"{STATE} === 'paused'")
    assert not page.wrong


async def test_a_script_is_performed_and_its_run_found_replayed_and_erased(page, house, look):
    await page.goto(house)
    await reach(page, "[name=kind]", back=True)
    await page.press("ArrowRight")
    await page.press("ArrowRight")
    await look("the form for a script")
    await reach(page, "#words")
    await page.call("Input.insertText", text=SCRIPT)
    await enter(page, "#speak")
    await page.until("probe.word() && document.querySelectorAll('[data-who]').length === 2")
    await look("a performance")
    run = await page.js("location.search")
    await enter(page, "#new", back=True)
    await enter(page, "[data-opens=history]", back=True)
    await page.until("document.querySelector('#runs a')?.textContent === 'two hosts'")
    await look("history")
    await enter(page, "#runs a")
    await page.until(f"location.search === {run!r} && document.querySelectorAll('[data-who]').length === 2")
    await enter(page, "#play")
    await page.until(f"{STATE} === 'playing'")
    await enter(page, "[data-opens=history]", back=True)
    await page.until("document.querySelector('#runs button')?.ariaLabel === 'Erase: two hosts'")
    await enter(page, "#runs button")
    assert await page.js("document.querySelector('#runs button').ariaLabel") == "Erase for good: two hosts"
    await page.press("Enter")
    await page.until("document.querySelector('#history-status').textContent === 'Erased: two hosts'")
    assert await page.js("document.activeElement.closest('#history') !== null"), "the focus is not lost"
    await page.goto(f"{house}/{run}")
    await page.until("!document.querySelector('#line').hidden")
    told = (await page.call("Accessibility.getFullAXTree"))["nodes"]
    assert "alert" in [node.get("role", {}).get("value") for node in told], "a screen reader hears of it"
    await look("a run that is not there")


async def test_a_key_is_given_and_what_failed_is_tried_again(page, served, look):
    async with speech() as server:
        server.faults = ["400"] * 100
        url = await served({"ALOUD_TTS_PROVIDER": "openai", "ALOUD_SPEECH_URL": server.url}, api_keys="a-key")
        await page.goto(url)
        await page.until("document.querySelector('#words-error').textContent.includes('key')")
        await enter(page, "[data-opens=settings]", back=True)
        await reach(page, "#key")
        await page.call("Input.insertText", text="a-key")
        await enter(page, "#settings form button")
        await reach(page, "#words")
        await page.call("Input.insertText", text=TEXT)
        await enter(page, "#speak")
        await page.until("document.querySelectorAll('#notes button').length")
        assert "could not be spoken" in await page.js("document.querySelector('#notes').textContent")
        assert await page.js("document.querySelectorAll('.failed').length") > 0
        assert await page.js("document.querySelector('#text').textContent") == TEXT, "notes are no part of the text"
        await look("passages that failed")
        server.faults = []
        await enter(page, "#notes button", back=True)
        await page.until("probe.tape.length && !document.querySelector('.failed')")


async def test_a_language_may_be_chosen_instead_of_a_voice(page, house):
    await page.goto(house)
    await page.until("document.querySelector('#engine').options.length > 20")
    names = await page.js("[...document.querySelector('#engine').options].map((e) => e.text)")
    assert {"the best here", "espeak", "French", "German"} <= set(names)
    assert names.index("French") < names.index("German") < names.index("Spanish")
    await choose(page, "#engine", "*fr")
    assert await page.js("document.querySelector('#voice-label').hidden")
    await page.write("#words", "Bonjour.")
    await page.press("Enter", modifiers=2)
    await finished(page)
    start = (await run_of(page, house))[0]
    assert (start["voice"], start["language"]) == ("espeak", "fr")
    assert await page.js("document.querySelector('#text').lang") == "fr"
    await page.goto(house)
    await page.until("document.querySelector('#engine').value === '*fr'")
