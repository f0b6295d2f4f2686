"""Ways to a place: chapters, headings, sentence by sentence, what was spoken long ago."""

import httpx

from tests.api.page.keys import enter
from tests.api.page.test_files import PAGE
from tests.api.page.test_reading import lit
from tests.api.page.test_surviving import STATE

BOOK = """# The sea

It was calm. Nobody was there.

# The harbour

Two boats lay in it, and a third was still being built.

# The gulls

They saw it all.
"""
CHAPTERS = "[...document.querySelectorAll('#contents li')].map((e) => [...e.children].map((one) => one.textContent))"


async def brought(url, text):
    async with httpx.AsyncClient(base_url=url) as client:
        return (await client.post("/api/v1/documents", files={"file": ("book.md", text.encode())})).json()["id"]


async def begun(url, **body):
    async with httpx.AsyncClient(base_url=url) as client:
        return (await client.post("/api/v1/runs", json=body)).json()["id"]


async def opened(page, url, **body):
    await page.goto(f"{url}/?run={await begun(url, **body)}")
    await page.until("document.querySelector('#sums').textContent.includes('in all')")


async def test_a_chapter_is_gone_to_by_keys_from_the_one_that_is_heard(page, house, look):
    await opened(page, house, document=await brought(house, BOOK))
    await page.until("document.querySelector('#chapter').textContent === 'Chapters: The sea'")
    await page.press("c")
    titles, begins = zip(*await page.js(CHAPTERS), strict=True)
    assert titles == ("The sea", "The harbour", "The gulls")
    assert begins[0] == "0:00" and list(begins) == sorted(set(begins))
    await look("chapters")
    assert await page.js("document.activeElement.textContent + document.activeElement.ariaCurrent") == "The seatrue"
    await page.press("Tab")
    await lit(page, "harbour", page.press("Enter"))
    assert not await page.js("document.querySelector('#chapters').open")
    await page.until("document.querySelector('#chapter').textContent === 'Chapters: The harbour'")
    await enter(page, "#chapter")
    await page.until("document.activeElement.textContent === 'The harbour'")
    assert not page.wrong


async def test_the_chapters_of_a_document_in_a_script_are_listed_too(page, house):
    steps = [
        {"type": "speak", "inputs": {"text": "Now hear this."}},
        {"type": "document", "inputs": {"path": await brought(house, BOOK)}},
    ]
    await opened(page, house, script={"steps": steps})
    await page.click("#chapter")
    assert [title for title, _ in await page.js(CHAPTERS)] == ["The sea", "The harbour", "The gulls"]


async def test_a_chapter_that_is_not_spoken_yet_can_be_read(page, served):
    url = await served({"ALOUD_TONE_FACTOR": "1"})
    filler = "There is a lot to be said about each of them. " * 40
    document = await brought(url, "".join(f"# Part {number}\n\n{filler}\n\n" for number in range(9)))
    await page.goto(f"{url}/?run={await begun(url, document=document)}")
    await page.until("document.querySelector('#text').textContent.includes('# Part 1')")
    await page.until("!document.querySelector('#chapter').hidden")
    await page.press("c")
    first, second, *_ = await page.js(CHAPTERS)
    assert (first[0], second) == ("Part 0", ["Part 1", "not spoken yet"])
    await page.js("document.querySelectorAll('#contents button')[1].click()")
    assert await page.js("document.querySelector('#status').textContent") == "This is not spoken yet."
    part = "[...document.querySelectorAll('#text p')].find((e) => e.textContent === '# Part 1\\n')"
    top = f"{part}.getBoundingClientRect().top"
    await page.until(f"Math.abs({top}) < 1")
    assert await page.js(STATE) == "paused"
    await page.press("Escape")


async def test_the_page_is_at_a_chapter_far_away_at_once(page, served):
    """What was not seen yet is not laid out: a page that scrolled all the way there took seconds, and went astray."""
    url = await served()
    chapters = (f"# Chapter {number}\n\n" + 20 * "It goes on.\n\n" for number in range(20))
    await opened(page, url, document=await brought(url, "".join(chapters)))
    await page.press("c")
    await page.js("document.querySelectorAll('#contents button')[18].focus()")
    await page.press("Enter")
    await page.until("probe.word() === 'Chapter'")
    await page.js("new Promise(requestAnimationFrame)")
    assert 0 < await page.js("document.querySelector('.now').getBoundingClientRect().top / innerHeight") < 1
    await page.press("Escape")


async def test_the_time_of_a_chapter_with_a_long_title_stays_whole_on_a_phone(page, house):
    await page.size(390, 844)
    title = "Of the sea and of all that is in it"
    await opened(page, house, document=await brought(house, f"# {title}\n\nIt is deep.\n\n# {title}, again\n\nIt is."))
    await page.press("c")
    lines = "(([one]) => one.getClientRects().length)([...document.querySelectorAll('#contents small')]"
    lines += ".map((one) => { const all = document.createRange(); all.selectNodeContents(one); return all; }))"
    assert await page.js(lines) == 1


async def test_what_has_no_chapters_offers_none(page, house):
    await opened(page, house, text="# A heading\n\nAnd a text.")
    assert await page.js("document.querySelector('#chapter').hidden")
    await page.press("c")
    assert not await page.js("document.querySelector('#chapters').open")


async def test_a_screen_reader_finds_the_headings_and_no_marks_of_other_kinds(page, house):
    text = "# One\n\n```\n# a comment\n```\n\n## Two *times*\n\n- not this\n"
    await opened(page, house, text=text)
    nodes = (await page.call("Accessibility.getFullAXTree"))["nodes"]
    headings = [node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == "heading"]
    assert [name.strip() for name in headings][-2:] == ["# One", "## Two *times*"]
    assert await page.js("document.querySelector('#text').textContent") == text


async def test_each_of_several_quick_presses_goes_a_sentence_further(page, house):
    one_clip = {"mode": "fixed", "sentence_buffer_size": 9, "first_chunk_length": 300}
    await opened(page, house, text="One is here. Two is there. Three is nowhere. Four is late.", buffer=one_clip)
    await page.press("k")
    await page.until("probe.word()")
    press = "for (const key of 'lll') document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    await lit(page, "Four", page.js(press))
    assert "Three" not in await page.js("probe.seen.map((one) => one.word)")


async def test_history_goes_back_to_the_first_run(page, served):
    url = await served()
    history = (PAGE / "history.js").read_text()
    assert "MOST = 100" in history
    await page.script("history.js", history.replace("MOST = 100", "MOST = 2"))
    for number in range(5):
        await begun(url, text=f"Run {number}.")
    await page.goto(url)
    await page.click("[data-opens=history]")
    for last in (3, 1):
        await page.until(f"[...document.querySelectorAll('#runs a')].at(-1)?.textContent === 'Run {last}.'")
        await enter(page, "#runs li:last-child button")
    await page.until("document.activeElement.textContent === 'Run 0.'")
    titles = await page.js("[...document.querySelectorAll('#runs li')].map((e) => e.querySelector('a')?.textContent)")
    assert titles == [f"Run {number}." for number in (4, 3, 2, 1, 0)]
    assert not page.wrong


async def test_older_ones_come_once_however_often_they_are_asked_for(page, served):
    url = await served()
    history = (PAGE / "history.js").read_text()
    await page.script("history.js", history.replace("MOST = 100", "MOST = 1"))
    for number in range(3):
        await begun(url, text=f"Run {number}.")
    await page.goto(url)
    await page.click("[data-opens=history]")
    await page.until("document.querySelectorAll('#runs li').length === 2")
    more = "document.querySelector('#runs li:last-child button')"
    await page.js(f"((more) => [1, 2].forEach(() => more.click()))({more})")
    await page.until("document.activeElement.textContent === 'Run 1.'")
    assert len([address for address in page.asked if "before=" in address]) == 1
