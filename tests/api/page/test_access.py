"""For everybody: no mouse, no eyes, large print, little room."""

import json
import shutil
import subprocess
import tarfile

import pytest

from tests.api.page.test_asking import choose_template, offered
from tests.api.page.test_reading import TEXT, spoken

VIEWS = {
    "compose": "",
    "history": "document.querySelector('#history').showModal()",
    "settings": "document.querySelector('#settings').showModal()",
    "keys": "document.querySelector('#keys').showModal()",
}
WIDE, PHONE, ZOOMED = (1280, 860), (390, 844), (320, 256)


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The checker that everybody uses, where it can be had."""
    folder = tmp_path_factory.mktemp("axe")
    if not shutil.which("npm"):
        pytest.skip("no npm on this machine to fetch axe-core with")
    fetched = subprocess.run(["npm", "pack", "--silent", "axe-core@4"], cwd=folder, capture_output=True, timeout=60)
    if fetched.returncode:
        pytest.skip("axe-core cannot be fetched here")
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        found = packed.extractfile("package/axe.min.js")
        assert found is not None
        return found.read().decode()


async def check(page, axe, view):
    await page.js(f"{axe}; 0")
    found = await page.js(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        ".then((all) => all.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html + ' '"
        " + node.failureSummary).join(' | ')}`))"
    )
    assert found == [], f"{view}: {json.dumps(found, indent=1)}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_checker_finds_nothing_on_any_view(page, house, axe, scheme):
    await page.prefer(color_scheme=scheme)
    await page.size(*WIDE)
    for view, shown in VIEWS.items():
        await page.goto(house)
        await page.js(shown)
        await check(page, axe, view)
    await offered(page, house)
    await choose_template(page, "lyrics")
    await check(page, axe, "template")
    await choose_template(page, "")
    await page.write("#words", "What is a tide?")
    await page.click("#speak")
    await page.until("document.querySelectorAll('#earlier dd').length")
    await check(page, axe, "conversation")
    await page.goto(f"{house}/?run=rnothing")
    await page.until("!document.querySelector('#line').hidden")
    await check(page, axe, "a run that is not there")
    await spoken(page, house, TEXT)
    await page.until("probe.word()")
    await check(page, axe, "reading")
    await page.js("document.querySelector('#more').open = true")
    await page.until("!document.querySelector('#takeaway').hidden")
    await page.js("document.querySelector('#history').showModal()")
    await page.until("document.querySelectorAll('#runs a').length")
    await check(page, axe, "history with runs in it")
    await page.js("document.querySelector('#history').close()")
    await page.size(*ZOOMED)
    await check(page, axe, "reading, zoomed")


@pytest.mark.parametrize("size", [WIDE, PHONE, ZOOMED])
async def test_nothing_is_wider_than_the_window_and_every_target_is_large_enough(page, house, size, tmp_path):
    await page.size(*size)
    await spoken(page, house, TEXT)
    await page.until("probe.word()")
    for view, prepared in (("reading", ""), ("compose", "document.querySelector('#new').click()")):
        await page.js(prepared)
        (tmp_path / f"{view}.png").write_bytes(await page.picture())  # to be looked at
        assert await page.js("document.documentElement.scrollWidth <= innerWidth")
        small = await page.js(
            "[...document.querySelectorAll('button, select, input, summary, a:not(.skip)')]"
            ".filter((e) => e.offsetParent)"
            ".filter((e) => !e.closest('dialog, .kinds') && (e.offsetHeight < 24 || e.offsetWidth < 24))"
            ".map((e) => `${e.outerHTML} ${e.offsetHeight}`)"
        )
        assert small == []


async def test_everything_can_be_done_without_a_mouse(page, house):
    await page.goto(house)
    assert await page.js("document.activeElement.id") == "words"
    await page.call("Input.insertText", text=TEXT)
    reached = await walk(page)
    assert {"open", "engine", "pace", "format", "speak", "history", "settings", "keys"} <= reached
    await page.js("document.querySelector('#words').focus()")
    await page.press("Enter", modifiers=2)
    await page.until("probe.word()")
    reached = await walk(page)
    assert {"seek", "play", "back", "forward", "speed", "volume", "text", "new"} <= reached
    await page.js("document.activeElement.blur()")
    await page.press("m")
    assert await page.js("document.querySelector('#volume').value") == "0"
    await page.press("m")
    await page.press("+")
    assert await page.js("document.querySelector('#speed-shown').textContent") == "1.1×"
    await page.press(" ")
    await page.until("document.querySelector('#play').ariaLabel === 'Play'")
    await page.press("?", modifiers=8)
    assert await page.js("document.querySelector('#keys').open")
    await page.press("Escape")
    assert not await page.js("document.querySelector('#keys').open")


async def walk(page):
    """Where the Tab key leads, and that one sees where one is."""
    reached = set()
    for _ in range(25):
        await page.press("Tab")
        found = await page.js(
            "(() => { const e = document.activeElement; const { outlineStyle } = getComputedStyle(e);"
            " return [e.id || e.dataset.opens || e.tagName, outlineStyle !== 'none' || e.matches('[type=radio]')]; })()"
        )
        reached.add(found[0])
        assert found[1] or found[0] == "BODY", f"{found[0]} does not show that it has the focus"
    return reached


async def test_a_screen_reader_is_told_sentences_and_not_every_word(page, house):
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
