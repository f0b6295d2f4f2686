"""Documents go in, sound and captions come out."""

import pytest

from tests.narration.books import novel, without

FICTION = """<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0">
<description><title-info><book-title>A tale</book-title><lang>en</lang></title-info></description>
<body><section><p>It was told.</p></section></body></FictionBook>"""


async def choose(page, path):
    root = await page.call("DOM.getDocument")
    found = await page.call("DOM.querySelector", nodeId=root["root"]["nodeId"], selector="#file")
    await page.call("DOM.setFileInputFiles", files=[str(path)], nodeId=found["nodeId"])


@pytest.mark.parametrize(
    ("put", "words"),
    [
        ("setData('text/plain', 'It fell from elsewhere.')", "It fell from elsewhere."),
        ("items.add(new File(['# A note'], 'note.md'))", "# A note"),
    ],
)
async def test_a_text_or_a_file_is_dropped_anywhere_on_the_page(page, house, put, words):
    await page.goto(house)
    await page.js(
        f"(() => {{ const dataTransfer = new DataTransfer(); dataTransfer.{put};"
        " for (const kind of ['dragover', 'drop'])"
        " document.body.dispatchEvent(new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true})); })()"
    )
    await page.until(f"document.querySelector('#words').value === {words!r}")
    assert not await page.js("document.querySelector('#compose').classList.contains('over')")


async def test_a_book_is_spoken_by_the_service(page, house, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<title>A page</title><h1>Heading</h1><p>What it says.<script>alert(1)</script></p>")
    await page.goto(house)
    await choose(page, path)
    await page.until("document.querySelector('#document-about').textContent.includes('characters')")
    await page.click("#speak")
    await page.until("probe.word()")
    shown = await page.js("document.querySelector('#text').textContent")
    assert "What it says." in shown and "alert" not in shown
    await page.js("localStorage.clear()")
    await page.call("Page.reload")
    await page.until("document.readyState === 'complete' && document.title === 'A page – aloud'")
    await page.click("[data-opens=history]")
    await page.until("document.querySelector('#runs a')?.textContent === 'A page'")
    assert not page.wrong


async def test_what_of_a_book_cannot_be_read_is_told(page, house, tmp_path):
    await page.goto(house)
    await choose(page, without(novel(tmp_path / "novel.epub", each=2)))
    told = "document.querySelector('#document-about').textContent.includes('without 1 that cannot be read')"
    await page.until(told)
    assert not page.wrong


async def test_a_fictionbook_goes_to_the_service(page, house, tmp_path):
    path = tmp_path / "tale.fb2"
    path.write_text(FICTION)
    await page.goto(house)
    await choose(page, path)
    await page.until("document.querySelector('#document-about').textContent.includes('A tale')")
    assert not page.wrong


async def test_a_file_that_is_none_is_refused_in_words(page, house, tmp_path):
    await page.goto(house)
    for name, content, told in (
        ("sound.txt", b"RIFF\0\0", "it is no text"),
        ("western.txt", b"A caf\xe9", "it is not UTF-8"),
        ("picture.jpg", b"\xff\xd8\xff\0", "There is no reader for files of the kind .jpg"),
        ("broken.epub", b"PK\x03\x04 no", "is no zip file"),
    ):
        (tmp_path / name).write_bytes(content)
        await choose(page, tmp_path / name)
        assert told in await page.until("document.querySelector('#words-error').textContent")
        assert await page.js("document.activeElement.id") == "words"
        await page.call("Input.insertText", text="x")
        assert await page.js("document.querySelector('#words-error').textContent") == ""
