"""Pages of a book that only lead to other pages are for eyes: nobody wants to hear them."""

from pathlib import Path

import pytest

from tests.narration.books import epub, links, outline, read

ENTRIES = [f"{name}, {at}, {at + 9}-{at + 11}" for at, name in enumerate(("Garden", "Pond", "Rain", "Road", "Tree"), 3)]
ENTRIES += ["Water, <i>see</i> Pond", "Wind, x, 12", "Winter, 40<br/>&#160;&#160;in May, 41", "Years, 99"]


@pytest.mark.parametrize("heading", ["INDEX", "General Index.", "Sachregister"])
def test_an_index_is_left_out(tmp_path: Path, heading: str) -> None:
    page = f"<h2>{heading}</h2>" + "".join(f"<p>{entry}</p>" for entry in ENTRIES)
    nav = links(("One", "a.xhtml"), (heading, "i.xhtml"))
    document = read(epub(tmp_path / "b.epub", {"a.xhtml": "<h2>One</h2><p>Words.</p>", "i.xhtml": page}, nav=nav))
    assert outline(document) == [("One", "## One\n\nWords.\n\n")]
    assert [gap.reason for gap in document.left_out] == ["index"]


@pytest.mark.parametrize(
    "page",
    [
        "<h2>Index</h2>" + "<p>He pointed at the sky, and nobody knew why.</p>" * 9,
        "<h2>Index</h2><p>The 3 of them met on page 9.</p>",
        "<h2>Dates</h2>" + "".join(f"<p>{entry}</p>" for entry in ENTRIES),
    ],
    ids=["a story of that name", "a short one", "another list"],
)
def test_a_chapter_is_read_whatever_it_is_called(tmp_path: Path, page: str) -> None:
    document = read(epub(tmp_path / "b.epub", {"a.xhtml": "<h2>One</h2><p>Words.</p>", "i.xhtml": page}))
    assert len(document.chapters) == 2 and document.left_out == ()


def test_a_list_of_pictures_is_left_out_as_that_of_chapters_is(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td><a href='a.xhtml#i{n}'>Picture {n}</a></td><td>{n}</td></tr>" for n in range(1, 5))
    pages = {"l.xhtml": f"<h2>LIST OF ILLUSTRATIONS</h2><table>{rows}</table>", "a.xhtml": "<h2>One</h2><p>Words.</p>"}
    document = read(epub(tmp_path / "b.epub", pages))
    assert outline(document) == [("One", "## One\n\nWords.\n\n")]
    assert "Picture 4" in document.left_out[0].text
