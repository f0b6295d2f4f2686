"""Documents on the page: those that are brought, those that were, and some chapters of them."""

import json

from tests.api.page.keys import choose, enter, reach
from tests.api.page.test_files_in_and_out import choose as take
from tests.api.page.test_going import BOOK, brought

ABOUT = "document.querySelector('#document-about').textContent"
CHOSEN = "[...document.querySelector('#some').selectedOptions].map((one) => one.text)"
TEXT = "document.querySelector('#text').textContent"
WHOLE = "document.querySelector('#sums').textContent.includes('in all')"
WRONG = "document.querySelector('#words-error').textContent"


async def test_a_document_of_an_earlier_visit_is_heard_chapter_by_chapter_by_keys_alone(page, served, look):
    url = await served({"ALOUD_TTS_PROVIDER": "espeak"})
    document = await brought(url, BOOK)
    await page.goto(url)
    await page.until("document.querySelector('#shelf').length === 2")
    await choose(page, "#shelf", document)
    await page.until(f"{ABOUT} === '\u201cbook\u201d, 3 chapters, {len(BOOK)} characters'")
    await look("chapters to choose")
    assert await page.js("[...document.querySelector('#some').options].map((one) => one.text)") == [
        "all", "1. The sea", "2. The harbour", "3. The gulls",
    ]  # fmt: skip
    nodes = (await page.call("Accessibility.getFullAXTree"))["nodes"]
    lists = [node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == "listbox"]
    assert "Chapters" in lists
    await reach(page, "#some", back=True)
    assert await page.js(CHOSEN) == ["all"]
    for _ in range(2):
        await page.press("ArrowDown")
    await page.until(f"{CHOSEN}.join() === '2. The harbour'")
    await enter(page, "#speak")
    await page.until(WHOLE)
    assert "Two boats lay" in await page.js(TEXT) and "calm" not in await page.js(TEXT)
    await page.until("document.title === 'The harbour \u2013 book \u2013 aloud'")
    await page.press("n")
    assert await page.js("document.activeElement.id") == "some", "the next one is at hand"
    await page.press("ArrowDown")
    await enter(page, "#speak")
    await page.until(f"{TEXT}.includes('They saw it all.')")
    await page.until(WHOLE)
    assert "boats" not in await page.js(TEXT)
    assert not page.wrong


async def test_of_a_document_that_is_too_long_it_is_said_what_to_do(page, served, tmp_path):
    (tmp_path / "book.html").write_text("".join(f"<h1>Part {n}</h1><p>{'It goes on. ' * 10}</p>" for n in range(1, 5)))
    await page.goto(await served(max_chars=300))
    await take(page, tmp_path / "book.html")
    await page.until(f"{ABOUT}.includes('characters')")
    assert await page.js("document.activeElement.id") == "speak"
    await page.press("Enter")
    assert "choose chapters, such as 1-2." in await page.until(WRONG)
    assert await page.js("document.activeElement.id") == "some", "where that is done"
    await page.press("ArrowDown")
    await page.press("ArrowDown", modifiers=8)
    assert await page.js(CHOSEN) == ["1. Part 1", "2. Part 2"]
    assert await page.js(WRONG) == ""
    await page.click("#speak")
    await page.until(WHOLE)
    assert "Part 2" in await page.js(TEXT) and "Part 3" not in await page.js(TEXT)


async def test_a_long_text_is_a_document_too_and_a_short_one_is_edited(page, house, tmp_path):
    (tmp_path / "walk.txt").write_text("One word.")
    (tmp_path / "long.txt").write_text("CHAPTER 1\n\n" + "On and on. " * 20_000 + "\n\nCHAPTER 2\n\nThe end.\n")
    (tmp_path / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello there.\n")
    await page.goto(house)
    await take(page, tmp_path / "walk.txt")
    await page.until("document.querySelector('#words').value === 'One word.'")
    for name, chapters in (("long.txt", 3), ("film.srt", 0)):
        await take(page, tmp_path / name)
        await page.until(f"{ABOUT}.includes({json.dumps(name.partition('.')[0])})")
        assert await page.js("document.querySelector('#words').hidden")
        shown = "document.querySelector('#some-label').hidden ? 0 : document.querySelector('#some').length"
        assert await page.js(shown) == chapters
    await take(page, tmp_path / "walk.txt")
    await page.until("!document.querySelector('#words').hidden && !document.querySelector('#shelf').value")
    assert not page.wrong


async def test_a_document_that_was_erased_meanwhile_is_told_to_be(page, served):
    url = await served()
    other, document = await brought(url, BOOK), await brought(url, BOOK)
    await page.goto(url)
    await page.until("document.querySelector('#shelf').length === 3")
    await choose(page, "#shelf", other)
    await page.until(f"{ABOUT}.includes('3 chapters')")
    await page.js(f"fetch('/api/v1/documents/{document}', {{method: 'DELETE'}})")
    await choose(page, "#shelf", document)
    assert "There is no such document." in await page.until(WRONG)
    assert await page.js(ABOUT) == "", "nothing is said of the one before"
    assert await page.js("document.activeElement.id") == "shelf", "for another choice"
    await page.press("ArrowUp")
    assert await page.js(WRONG) == "" and not await page.js("document.querySelector('#words').hidden")
