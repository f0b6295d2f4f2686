"""Whatever is not heard is told with its reason and its place in the chapter."""

from pathlib import Path

from pipeline.narration.recital import unheard
from tests.narration.books import epub, prose
from tests.narration.child import make


async def test_what_failed_and_what_is_skipped_has_its_place(tmp_path: Path) -> None:
    long = "".join(f"<p>{text}</p>" for text in prose(120))
    pages = {
        "a.xhtml": "<h1>One</h1><p>All of this is fine.</p>",
        "b.xhtml": f"<h1>Two</h1>{long}<p>* * *</p><p>This is BROKEN for ever.</p><p>The end.</p>",
    }
    (tmp_path / "made").mkdir()
    book = await make(epub(tmp_path / "b.epub", pages), tmp_path / "b.mp3", tmp_path / "made", wrong="BROKEN")
    assert len([portion for portion in book.portions if portion.chapter == 1]) > 1
    stars, broken = unheard(book)
    text = book.document.chapters[1].text
    assert (stars.reason, stars.chapter, stars.title, stars.failed) == ("rules", 2, "Two", False)
    assert text[stars.start : stars.end].strip() == stars.text == "* * *"
    assert (broken.reason, broken.failed, bool(broken.message)) == ("engine_failed", True, True)
    assert text[broken.start : broken.end].strip() == broken.text == "This is BROKEN for ever."
