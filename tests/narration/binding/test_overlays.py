"""A book that lights up what it says: its files are as the rules of media overlays want them, its times are true."""

import errno
import posixpath
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import av
import numpy as np
import pytest

from pipeline.assembly.order import Order
from pipeline.errors import StoreFull
from pipeline.narration import read
from pipeline.narration.binding.overlays import voiced
from pipeline.narration.binding.package import clock
from pipeline.narration.document import WORD
from pipeline.narration.recital import Book, library
from tests.narration.books import epub, links, novel, page

OPF = "{http://www.idpf.org/2007/opf}"
SMIL = "{http://www.w3.org/ns/SMIL}"
XHTML = "{http://www.w3.org/1999/xhtml}"

MARKDOWN = """\
# A *Slanted* Book

## One

It was a **dark** night & <no> more. See [the page](http://example.com/?a=1&b=2). A word\\* here.

- alpha is the first of them
- beta is the second

3. Three
4. Four

> A line of somebody else's.

| Name | Age |
|---|---|
| Ann \\| Bo | 12 |

```python
x = 1 < 2
```

* * *

Two
---

The end of it. Fin.
"""


async def made(source: Path, target: Path, engine: str = "tone", *, kept: bool = True) -> Path:
    """`kept`: with the pages of its own that it has."""
    workshop, shelf = library(target.parent / "work", {})
    async with workshop:
        order = Order(text="", tts_provider=(engine,), voice={"tone": "low"}.get(engine, ""), speed=1.5)
        document = read(source) if kept else replace(read(source), origin=None)
        book = Book(document, order, "epub", workshop=workshop, shelf=shelf)
        await book.make()
        return await voiced(book, target)


def seconds(value: str) -> float:
    hours, minutes, rest = value.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


class Opened:
    """A book as a reading app sees it."""

    def __init__(self, path: Path) -> None:
        self.file = zipfile.ZipFile(path)
        self.package = ElementTree.fromstring(self.file.read("EPUB/package.opf"))
        self.items = {item.get("id", ""): dict(item.attrib) for item in self.package.iter(f"{OPF}item")}
        self.metas = list(self.package.iter(f"{OPF}meta"))

    def meta(self, name: str, refines: str | None = None) -> list[str]:
        return [m.text or "" for m in self.metas if m.get("property") == name and m.get("refines") == refines]

    def xml(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.file.read(f"EPUB/{name}"))

    def pars(self, name: str) -> list[tuple[str, str, float, float]]:
        found, folder = [], posixpath.dirname(name)
        for par in self.xml(name).iter(f"{SMIL}par"):
            text, audio = par.find(f"{SMIL}text"), par.find(f"{SMIL}audio")
            assert text is not None and audio is not None
            begins, ends = seconds(audio.get("clipBegin", "")), seconds(audio.get("clipEnd", ""))
            places = [posixpath.normpath(posixpath.join(folder, e.get("src", ""))) for e in (text, audio)]
            found.append((*places, begins, ends))
        return found

    def samples(self, name: str) -> tuple[int, "np.ndarray[tuple[int], np.dtype[np.float32]]"]:
        with av.open(self.file.open(f"EPUB/{name}")) as sound:
            rate = sound.streams.audio[0].codec_context.sample_rate
            return rate, np.concatenate([frame.to_ndarray().ravel() for frame in sound.decode(audio=0)])


def check(path: Path) -> Opened:
    """The rules of EPUB 3 for media overlays, and of the package around them."""
    book = Opened(path)
    first, second = book.file.infolist()[:2]
    assert (first.filename, first.compress_type, book.file.read(first)) == ("mimetype", 0, b"application/epub+zip")
    assert second.filename == "META-INF/container.xml"
    listed = {f"EPUB/{item['href']}" for item in book.items.values()} | {"EPUB/package.opf"}
    assert set(book.file.namelist()) == listed | {"mimetype", "META-INF/container.xml"}, "listed once, and all of them"
    assert [item for item in book.items.values() if item.get("properties") == "nav"]
    spine = [ref.get("idref", "") for ref in book.package.iter(f"{OPF}itemref")]
    lengths, heard = [], dict[str, list[tuple[float, float]]]()
    for name in spine:
        item = book.items[name]
        ids = [e.get("id", "") for e in book.xml(item["href"]).iter() if e.get("id")]
        assert len(set(ids)) == len(ids)
        if "media-overlay" not in item:
            continue
        overlay = book.items[item["media-overlay"]]
        assert overlay["media-type"] == "application/smil+xml"
        pars = book.pars(overlay["href"])
        lit = [i for i in ids if re.fullmatch(r"s\d+|aloud-\d+", i)]
        assert [text for text, *_ in pars] == [f"{item['href']}#{i}" for i in lit], "in reading order"
        for _, audio, begins, ends in pars:
            (sound,) = [one for one in book.items.values() if one["href"] == audio]
            assert sound["media-type"] == "audio/mpeg"
            assert begins < ends
            heard.setdefault(audio, []).append((begins, ends))
        (length,) = book.meta("media:duration", f"#{overlay['id']}")
        assert seconds(length) == pytest.approx(sum(ends - begins for *_, begins, ends in pars), abs=0.001)
        lengths.append(seconds(length))
    for audio, times in heard.items():
        assert times[0][0] == 0
        assert all(one[1] == two[0] for one, two in zip(times, times[1:], strict=False)), "without a gap"
        rate, samples = book.samples(audio)
        assert len(samples) / rate == pytest.approx(times[-1][1], abs=0.03)
    assert seconds(*book.meta("media:duration")) == pytest.approx(sum(lengths), abs=0.001)
    assert book.meta("media:active-class") == ["-epub-media-overlay-active"]
    styles = "".join(book.file.read(name).decode() for name in book.file.namelist() if name.endswith(".css"))
    assert f".{book.meta('media:active-class')[0]} " in styles
    return book


@pytest.mark.parametrize("kept", [True, False], ids=["its own pages", "pages made"])
async def test_a_book_keeps_the_rules(tmp_path: Path, kept: bool) -> None:
    book = check(await made(novel(tmp_path / "b.epub"), tmp_path / "voiced.epub", kept=kept))
    nav = book.xml("nav.xhtml")
    assert [a.text for a in nav.iter(f"{XHTML}a")] == ["Chapter 1", "Chapter 2", "Chapter 3"]
    assert book.meta("media:narrator") == ["low"]
    again = read(tmp_path / "voiced.epub")
    assert [WORD.findall(c.text) for c in again.chapters] == [
        WORD.findall(c.text) for c in read(tmp_path / "b.epub").chapters
    ]


async def test_all_that_markdown_has_is_shown_as_it_is_meant(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text(MARKDOWN)
    book = check(await made(tmp_path / "b.md", tmp_path / "b.epub"))
    one = re.sub(r'</?span[^>]*>| id="s\d+"|\n', "", book.file.read("EPUB/c0001.xhtml").decode())
    for piece in (
        "<h1>A <em>Slanted</em> Book</h1><h2>One</h2>",
        "<p>It was a <strong>dark</strong> night &amp; &lt;no&gt; more. See the page. A word* here.</p>",
        "<ul><li>alpha is the first of them</li><li>beta is the second</li></ul>",
        '<ol><li value="3">Three</li><li value="4">Four</li></ol>',
        "<blockquote><p>A line of somebody else's.</p></blockquote>",
        "<table><tr><td>Name</td><td>Age</td></tr><tr><td>Ann | Bo</td><td>12</td></tr></table>",
        "<pre>x = 1 &lt; 2</pre><hr/>",
    ):
        assert piece in one
    assert "<h2><span" in book.file.read("EPUB/c0002.xhtml").decode()


@pytest.mark.parametrize("engine", ["tone", "espeak"])
@pytest.mark.parametrize("kept", [True, False], ids=["its own pages", "pages made"])
async def test_what_is_lit_is_heard_at_that_moment(tmp_path: Path, engine: str, kept: bool) -> None:
    book = check(await made(novel(tmp_path / "b.epub", chapters=2), tmp_path / "v.epub", engine, kept=kept))
    overlays = [name.removeprefix("EPUB/") for name in book.file.namelist() if name.endswith(".smil")]
    assert len(overlays) == 2
    for name in overlays:
        pars = book.pars(name)
        rate, samples = book.samples(pars[0][1])
        loud = np.abs(samples) > 0.02
        for _, _, begins, _ in pars[1:]:
            at = round(begins * rate)
            assert not loud[at - round(0.1 * rate) : at - round(0.03 * rate)].any(), "silence before it"
            first = at - round(0.03 * rate) + int(np.argmax(loud[at - round(0.03 * rate) :]))
            assert first / rate - begins < 0.03


async def test_a_passage_over_several_lines_is_lit_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# List\n\n- the first item of them\n- the second item here\n- the third and last\n")
    book = check(await made(tmp_path / "b.md", tmp_path / "b.epub", "espeak"))
    begins = [begins for _, _, begins, _ in book.pars("c0001.smil")]
    assert len(begins) == 4
    gaps = np.diff(begins)
    assert (gaps > 0.3).all()


@pytest.mark.parametrize("kept", [True, False], ids=["its own pages", "pages made"])
async def test_right_to_left_books_turn_their_pages_that_way(tmp_path: Path, kept: bool) -> None:
    body = "<h1>\u05e4\u05e8\u05e7</h1><p>\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd.</p>"
    source = epub(tmp_path / "b.epub", {"a.xhtml": body}, language="he")
    book = check(await made(source, tmp_path / "v.epub", kept=kept))
    spine = book.package.find(f"{OPF}spine")
    assert spine is not None and spine.get("page-progression-direction") == "rtl"
    assert book.xml("book/OEBPS/a.xhtml" if kept else "c0001.xhtml").get("dir") == "rtl"


async def test_other_languages_are_marked_and_a_chapter_without_sound_has_no_overlay(tmp_path: Path) -> None:
    pages = {
        "a.xhtml": page("<h1>One</h1><p>He said it.</p><p lang='fr'>Il est parti ce matin.</p>"),
        "b.xhtml": "<p>* * *</p><p>- - -</p>",
    }
    nav = links(("One", "a.xhtml"), ("Stars", "b.xhtml"))
    book = check(await made(epub(tmp_path / "b.epub", pages, nav=nav), tmp_path / "v.epub", kept=False))
    assert 'lang="fr" xml:lang="fr">Il est' in book.file.read("EPUB/c0001.xhtml").decode()
    assert "media-overlay" not in book.items["c0002"]


async def test_a_full_disk_leaves_no_broken_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    source, target = novel(tmp_path / "b.epub", chapters=1), tmp_path / "voiced" / "b.epub"
    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "write", full)
        with pytest.raises(StoreFull, match="goes on"):
            await made(source, target)
    assert [path.name for path in target.parent.iterdir()] == ["work"]
    check(await made(source, target))


def test_a_clock_has_hours() -> None:
    assert clock(3725.0004) == "1:02:05.000"
    assert clock(59.9996) == "0:01:00.000"
