"""What the page is made of."""

import re
from pathlib import Path

import httpx

PAGE = Path(__file__).parents[3] / "api" / "page"


async def test_the_page_is_light_and_asks_nobody_else_for_anything(house):
    files = [path for path in PAGE.iterdir() if not path.name.startswith("docs")]
    assert sum(path.stat().st_size for path in files) <= 100_000
    for path in files:
        text = path.read_text()
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), path.name
        assert "innerHTML" not in text and "insertAdjacentHTML" not in text and "eval(" not in text
    html = (PAGE / "index.html").read_text()
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", html)


async def test_every_file_comes_with_its_kind_and_is_not_sent_twice(house):
    async with httpx.AsyncClient(base_url=house) as client:
        front = await client.get("/")
        assert front.headers["content-type"].startswith("text/html")
        names = set(re.findall(r'(?:src|href)="(page/[^"]+)"', front.text))
        for name in {path.name for path in PAGE.glob("*.js")}:
            names |= {f"page/{name}"}
        assert all(f"<{name}>" in front.headers["link"] for name in names - {"page/docs.js", "page/icon.svg"})
        for name in names:
            answer = await client.get(name)
            assert answer.status_code == 200, name
            assert answer.headers.get("content-encoding") == ("gzip" if len(answer.content) >= 500 else None), name
            again = await client.get(name, headers={"If-None-Match": answer.headers["etag"]})
            assert again.status_code == 304
        for name in ("nothing.js", "../app.py", "%2e%2e/app.py", "docs.html", ""):
            assert (await client.get(f"/page/{name}")).status_code == 404


async def test_nothing_can_be_asked_for_before_the_page_can_hear_it(house, page):
    await page.script("app.js", "")
    await page.goto(house)
    assert await page.js("document.querySelector('#speak').disabled")
