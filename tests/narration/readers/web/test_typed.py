"""What stands as it was typed is code, or verse: a poem is heard, and not counted in lines of code."""

from pathlib import Path

import pytest

from tests.narration.books import epub, read, written

POEM = """
     Tell me not, in mournful numbers,
          Life is but an empty dream!\u2014

     For the <i>soul</i> is dead that slumbers,
          And things are not what they seem.
"""


def test_verse_is_read_aloud(tmp_path: Path) -> None:
    page = f"<html><body><p>He said:</p><pre id='v' xml:space='preserve'>{POEM}</pre><p id='x'>So it went.</p>"
    text = written(tmp_path / "b.html", page).chapters[0].text
    assert "`" not in text
    assert text.split() == f"He said: {POEM} So it went.".replace("<i>", "").replace("</i>", "").split()


@pytest.mark.parametrize(
    "code",
    [
        "<pre>x = 1\ny = 2</pre>", "<pre><code>Hello World\nGood Day</code></pre>", "<pre>make test\nmake check</pre>",
        "<pre class='programlisting'>Hello World\nGood Day</pre>", "<pre>Total 5\n2 Files</pre>", "<pre>Hello</pre>",
        "<pre><samp>Hello World\nGood Day</samp></pre>", "<pre>A <pre>Hello World\nGood Day</pre></pre>",
    ],
)  # fmt: skip
def test_code_stays_code(tmp_path: Path, code: str) -> None:
    assert "```" in written(tmp_path / "b.html", f"<p>Type this:</p>{code}<p>Done.</p>").chapters[0].text


def test_what_stands_behind_it_keeps_its_place_and_its_language(tmp_path: Path) -> None:
    body = f"<pre>{POEM}</pre><h1 id='two'>Two</h1><p lang='fr'>Il est parti.</p>"
    nav = "<nav epub:type='toc'><ol><li><a href='a.xhtml'>One</a></li><li><a href='a.xhtml#two'>Two</a></li></ol></nav>"
    one, two = read(epub(tmp_path / "b.epub", {"a.xhtml": body}, nav=nav)).chapters
    assert two.text.startswith("# Two\n\n") and one.text.strip().endswith("seem.")
    assert [two.text[part.start : part.end] for part in two.languages] == ["Il est parti."]
