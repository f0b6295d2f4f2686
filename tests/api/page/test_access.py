"""For everybody: no eyes, large print, little room."""

import httpx
import pytest

from tests.api.page.test_reading import TEXT, spoken

CONTROLS = ("button", "checkbox", "combobox", "link", "radio", "slider", "textbox")
WIDE, PHONE, ZOOMED = (1280, 860), (390, 844), (320, 256)


@pytest.mark.parametrize("size", [WIDE, PHONE, ZOOMED])
async def test_nothing_is_wider_than_the_window_and_every_target_is_large_enough_and_has_a_name(
    page, house, size, tmp_path
):
    await page.size(*size)
    await spoken(page, house, TEXT)
    await page.until("probe.word()")
    for view, prepared in (("reading", ""), ("compose", "document.querySelector('#new').click()")):
        await page.js(prepared)
        (tmp_path / f"{view}.png").write_bytes(await page.picture())  # to be looked at
        assert await page.js("document.documentElement.scrollWidth <= innerWidth")
        small = await page.js(
            "[...document.querySelectorAll('button, select, input, summary, a:not(.hidden)')]"
            ".filter((e) => e.offsetParent)"
            ".filter((e) => !e.closest('dialog, .kinds') && (e.offsetHeight < 24 || e.offsetWidth < 24))"
            ".map((e) => `${e.outerHTML} ${e.offsetHeight}`)"
        )
        assert small == []
        seen = (await page.call("Accessibility.getFullAXTree"))["nodes"]
        controls = [node for node in seen if node.get("role", {}).get("value") in CONTROLS]
        assert controls
        assert [node for node in controls if not node["name"]["value"]] == []
    for dialog in ("keys", "settings", "history"):
        shown = f"document.querySelector('#{dialog}')"
        await page.js(f"{shown}.showModal()")
        assert await page.js(f"{shown}.scrollWidth <= {shown}.clientWidth"), dialog
        await page.js(f"{shown}.close()")


async def test_a_screen_reader_is_told_sentences_and_not_every_word(page, house, chosen):
    await chosen(speed="3")
    await page.goto(house)
    await page.js(
        "window.told = []; new MutationObserver(() => told.push(document.querySelector('#sentence').textContent))"
        ".observe(document.querySelector('#sentence'), {childList: true})"
    )
    await page.js("document.querySelector('#volume').value = 0")
    await page.js("document.querySelector('#volume').dispatchEvent(new Event('input'))")
    await page.write("#words", "One is here. Two is there. Three.")
    await page.press("Enter", modifiers=2)
    await page.until("document.querySelector('#player').dataset.state === 'done'")
    assert await page.js("told") == ["One is here.", "Two is there.", "Three."]


SCRIPT = """
cast: {ADA: {voice: espeak/fr-fr}}
steps:
  - {type: speak, inputs: {text: Good day to you.}}
  - {type: speak, config: {voice: ADA}, inputs: {text: Bonjour tout le monde.}}
"""


async def test_a_screen_reader_is_told_which_language_it_reads(page, house):
    async with httpx.AsyncClient(base_url=house) as client:
        asked = [{"text": "Guten Tag.", "voice": "espeak/de"}, {"text": "Good day."}, {"script": SCRIPT}]
        runs = [(await client.post("/api/v1/runs", json=body)).json()["id"] for body in asked]
    found = []
    for run in runs:
        await page.goto(f"{house}/?run={run}")
        await page.until("document.querySelector('#sums').textContent.includes('in all')")
        spoken_ones = "[...document.querySelectorAll('.sentence')].filter((e) => e.textContent.trim())"
        found.append(await page.js(f"{spoken_ones}.map((e) => e.closest('[lang]').lang)"))
    assert found == [["de"], [""], ["", "fr-fr"]], "of what nobody told, it is not said to be English"


async def test_what_is_left_out_says_so_once_and_not_on_every_line(page, house):
    code = (
        "```\n" + "".join(f"total = total + {number}  # of all that there were\n\n" for number in range(20)) + "```\n\n"
    )
    await spoken(page, house, f"Look at this.\n\n{code}So far.\n\n{code}")
    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    assert await page.js("document.querySelectorAll('.skipped').length") > 20
    notes = await page.js("[...document.querySelectorAll('[data-note]')].map((e) => e.dataset.note)")
    assert notes == 2 * ["not spoken (code):"]
