"""The page by keys alone."""

import json


async def reach(page, selector, back=False):
    """By Tab, and one sees where one is on the way."""
    for _ in range(60):
        await page.press("Tab", modifiers=8 if back else 0)
        there, shown = await page.js(
            "(() => { const e = document.activeElement; const { outlineStyle } = getComputedStyle(e);"
            f" return [e.matches({json.dumps(selector)}),"
            " outlineStyle !== 'none' || e.matches('[type=radio], body') || e.id || e.outerHTML]; })()"
        )
        assert shown is True, f"{shown} does not show that it has the focus"
        if there:
            return
    raise AssertionError(f"Tab does not lead to {selector}")


async def choose(page, selector, value, back=False):
    """In a list that has the focus, by the arrow keys."""
    await reach(page, selector, back)
    names = await page.js("[...document.activeElement.options].map((e) => e.value)")
    steps = names.index(value) - await page.js("document.activeElement.selectedIndex")
    for _ in range(abs(steps)):
        await page.press("ArrowDown" if steps > 0 else "ArrowUp")
    assert await page.js("document.activeElement.value") == value


async def enter(page, selector, back=False):
    await reach(page, selector, back)
    await page.press("Enter")
