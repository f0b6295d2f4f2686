"""Books made to measure: EPUBs, DOCX files and PDFs, with whatever is wrong with them."""

import random
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from pipeline.narration import Document, read

_WORDS = (
    "the a old river house quiet morning light stone garden letter road winter window voice hand water tree small "
    "story door night rain long slow bright walked found carried opened waited remembered looked turned heard called "
    "left together again never always under over beyond within before after almost perhaps"
).split()


def written(path: Path, text: str) -> Document:
    path.write_text(text, encoding="utf-8")
    return read(path)


def outline(document: Document) -> list[tuple[str, str]]:
    return [(chapter.title, chapter.text) for chapter in document.chapters]


def left_out(document: Document) -> list[tuple[str, str]]:
    return [(gap.reason, gap.text) for gap in document.left_out]


def sentences(count: int, seed: int = 1, words: int = 12) -> list[str]:
    """Sentences of no meaning, no two alike."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        said = " ".join(chance.choice(_WORDS) for _ in range(words - 2))
        found.append(f"{said.capitalize()} {seed} {number}.")
    return found


def prose(count: int, seed: int = 1) -> list[str]:
    """Paragraphs of five sentences."""
    said = sentences(count, seed)
    return [" ".join(said[at : at + 5]) for at in range(0, count, 5)]


def page(body: str, *, title: str = "t") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title></head><body>{body}</body></html>'
    )


CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def epub(
    path: Path,
    pages: Mapping[str, str],
    *,
    nav: str = "",
    ncx: str = "",
    title: str = "A Book",
    author: str = "Ann Author",
    language: str = "en",
    more: Mapping[str, str | bytes] | None = None,
    spine: Mapping[str, str] | None = None,
    manifest: str = "",
    guide: str = "",
    meta: str = "",
) -> Path:
    """`pages`: bodies by their names; `nav`, `ncx`: what stands in the tables of contents; `spine`: attributes."""
    items = "".join(f'<item id="{n}" href="{n}" media-type="application/xhtml+xml"/>' for n in pages)
    refs = "".join(f'<itemref idref="{n}" {(spine or {}).get(n, "")}/>' for n in pages)
    if nav:
        items += '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    if ncx:
        items += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    spine_toc = 'toc="ncx"' if ncx else ""
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>'
        f"<dc:language>{language}</dc:language>{meta}</metadata><manifest>{items}{manifest}</manifest>"
        f"<spine {spine_toc}>{refs}</spine>{guide}</package>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        file.writestr("META-INF/container.xml", CONTAINER)
        file.writestr("OEBPS/content.opf", package)
        for name, body in pages.items():
            file.writestr(f"OEBPS/{name}", body if body.startswith("<?xml") else page(body))
        if nav:
            file.writestr("OEBPS/nav.xhtml", page(f'<nav epub:type="toc">{nav}</nav>'))
        if ncx:
            doctype = '<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx.dtd">'
            head = f'<?xml version="1.0"?>{doctype}<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/">'
            file.writestr("OEBPS/toc.ncx", f"{head}<navMap>{ncx}</navMap></ncx>")
        for name, data in (more or {}).items():
            file.writestr(name, data)
    return path


def links(*entries: tuple[str, str]) -> str:
    return "<ol>" + "".join(f'<li><a href="{address}">{title}</a></li>' for title, address in entries) + "</ol>"


def novel(path: Path, chapters: int = 3, each: int = 10, *, changed: bool = False) -> Path:
    """An EPUB with as many sentences in each chapter; `changed`: one of them is another."""
    pages = {
        f"c{number}.xhtml": f"<h1>Chapter {number}</h1>" + "".join(f"<p>{p}</p>" for p in prose(each, number))
        for number in range(1, chapters + 1)
    }
    if changed:
        pages["c1.xhtml"] = pages["c1.xhtml"].replace("1 0.", "of quite another kind.")
    return epub(path, pages, nav=links(*[(f"Chapter {n}", f"c{n}.xhtml") for n in range(1, chapters + 1)]))


def without(path: Path, name: str = "c2.xhtml") -> Path:
    """A page of an EPUB is no longer where the book says."""
    path.write_bytes(path.read_bytes().replace(f"OEBPS/{name}".encode(), f"OEBPS/{name[::-1]}".encode()))
    return path


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(path: Path, body: str, *, more: Mapping[str, str] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        for name, text in (more or {}).items():
            file.writestr(name, text.replace("W_NS", _W))
    return path


def paragraph(text: str, style: str = "", inside: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r>{inside}</w:p>"


OFFICE = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (
        *((name, name) for name in ("office", "style", "text", "table", "meta")),
        ("draw", "drawing"),
    )
)


def odt(path: Path, body: str, *, automatic: str = "", styles: str = "", meta: str = "") -> Path:
    """`automatic`, `styles`: those that a program made, and those that have names."""
    made = f"<office:automatic-styles>{automatic}</office:automatic-styles>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        inside = f"{made}<office:body><office:text>{body}</office:text></office:body>"
        file.writestr("content.xml", f"<office:document-content {OFFICE}>{inside}</office:document-content>")
        if styles:
            file.writestr("styles.xml", f"<a {OFFICE}><office:styles>{styles}</office:styles></a>")
        if meta:
            dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
            file.writestr("meta.xml", f"<a {OFFICE} {dc}><office:meta>{meta}</office:meta></a>")
    return path


def fb2(path: Path, body: str, *, about: str = "", more: str = "") -> Path:
    spaces = 'xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink"'
    described = f"<description><title-info>{about}</title-info></description>"
    path.write_text(f"<FictionBook {spaces}>{described}<body>{body}</body>{more}</FictionBook>", encoding="utf-8")
    return path


def plainly(path: Path, said: Sequence[str]) -> Path:
    """Paragraphs of ASCII in the format that the path's ending names."""
    match path.suffix:
        case ".docx":
            return docx(path, "".join(map(paragraph, said)))
        case ".pdf":
            return pdf(path, [[line for text in said for line in text.replace(". ", ".\n").split("\n")]])
        case ".odt":
            return odt(path, "".join(f"<text:p>{text}</text:p>" for text in said))
    text = "".join(f"<p>{text}</p>" for text in said)
    match path.suffix:
        case ".epub":
            return epub(path, {"a.xhtml": text})
        case ".fb2":
            return fb2(path, f"<section>{text}</section>")
        case ending:
            path.write_text(text if ending == ".html" else "\n\n".join(said), encoding="utf-8")
            return path


def pdf(path: Path, pages: list[list[str]], outline: Mapping[str, int] | None = None) -> Path:
    """Lines of ASCII on each page, from top to bottom."""
    shown = [" ".join(f"({_bare(line)}) Tj T*" for line in lines) for lines in pages]
    return drawn(path, [f"BT /F1 11 Tf 14 TL 60 740 Td {lines} ET" for lines in shown], outline)


def two_columns(path: Path, pages: list[tuple[str, list[str], list[str]]]) -> Path:
    """A headline, and lines in two columns under it, drawn row by row."""

    def at(x: int, y: int, line: str) -> str:
        return f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({_bare(line)}) Tj ET"

    sheets = []
    for headline, left, right in pages:
        rows = [at(60, 750, headline)] if headline else []
        for number in range(max(len(left), len(right))):
            y = 710 - 13 * number
            rows += [at(60, y, left[number])] if number < len(left) else []
            rows += [at(320, y, right[number])] if number < len(right) else []
        sheets.append(" ".join(rows))
    return drawn(path, sheets)


def _bare(line: str) -> str:
    return line.replace("(", "").replace(")", "")


def seen(path: Path, lines: list[str], *, at: list[tuple[int, int]] | None = None, back: bool = False) -> Path:
    """Lines in any script, as they are seen from left to right. `at`: the place of each. `back`: each sign is drawn on
    the left of the one before."""

    def shown(line: str) -> str:
        if back:
            return "[" + " 1000 ".join(f"<{ord(sign):04x}>" for sign in line) + "] TJ"
        return f"<{''.join(f'{ord(sign):04x}' for sign in line)}> Tj"

    places = at or [(60, 740 - 14 * number) for number in range(len(lines))]
    drawing = [f"BT /F2 11 Tf {x} {y} Td {shown(line)} ET" for (x, y), line in zip(places, lines, strict=True)]
    return drawn(path, [" ".join(drawing)])


_AS_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
5 beginbfrange <0000> <02ff> <0000> <0500> <06ff> <0500>
<2000> <20ff> <2000> <3000> <9fff> <3000> <fb50> <feff> <fb50> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""


_TEX = {
    "/F3": b"<< /Type /Font /Subtype /Type1 /BaseFont /LMRoman10-Regular /FirstChar 32 /Widths [500 278 300 "
    + b"444 556 500 " * 30
    + b"] /Encoding << /Differences [65 /A] >> >>",
    "/F4": b"<< /Type /Font /Subtype /Type0 /BaseFont /Tall /Encoding /Identity-H /DescendantFonts [<< /Type /Font "
    b"/Subtype /CIDFontType2 /BaseFont /Tall /W [32 [564 564] 65 [" + b"444 556 500 " * 20 + b"]] >>] >>",
}


def drawn(path: Path, pages: list[str], outline: Mapping[str, int] | None = None, *, title: str = "") -> Path:
    """`pages`: what draws each of them, in Helvetica (F1), in a font whose codes are those of Unicode (F2), and in
    TeX's, which have no space: the sign at its place is as wide as a letter (F3), or is one (F4, of two bytes: a b)."""
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, read_object

    writer = PdfWriter()
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
    )
    codes = DecodedStreamObject()
    codes.set_data(_AS_UNICODE)
    facts = {"/Type": "/Font", "/Subtype": "/CIDFontType2", "/BaseFont": "/Any"}
    inner = writer._add_object(DictionaryObject({NameObject(k): NameObject(v) for k, v in facts.items()}))
    facts |= {"/Subtype": "/Type0", "/Encoding": "/Identity-H"}
    other = DictionaryObject({NameObject(k): NameObject(v) for k, v in facts.items()})
    other[NameObject("/ToUnicode")] = writer._add_object(codes)
    other[NameObject("/DescendantFonts")] = ArrayObject([inner])
    fonts = DictionaryObject({NameObject("/F1"): font, NameObject("/F2"): writer._add_object(other)})
    for name, entries in _TEX.items():
        fonts[NameObject(name)] = writer._add_object(read_object(BytesIO(entries), writer))
    letters = DecodedStreamObject()
    letters.set_data(_AS_UNICODE.replace(b"<0000> <02ff> <0000>", b"<0041> <007a> <0041>\n<0020> <0020> <0062>\n"))
    fonts["/F4"].get_object()[NameObject("/ToUnicode")] = writer._add_object(letters)
    for draw in pages:
        sheet = writer.add_blank_page(612, 792)
        content = DecodedStreamObject()
        content.set_data(draw.encode("latin-1"))
        sheet[NameObject("/Contents")] = writer._add_object(content)
        sheet[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    for title, number in (outline or {}).items():
        writer.add_outline_item(title=title, page_number=number)
    if title:
        writer.add_metadata({"/Title": title})
    writer.write(path)
    return path
