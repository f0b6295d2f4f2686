"""Formulas that Word or a page draws are said as formulas: a third was thirteen."""

import zipfile
from pathlib import Path

import pytest

from pipeline.narration import read
from tests.narration.books import docx, odt, written
from tests.text.spoken.saying import said

MATHS = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def r(text: str) -> str:
    return f"<m:r><m:rPr><m:sty m:val='p'/></m:rPr><m:t>{text}</m:t></m:r>"


def of(tag: str, *, facts: str = "", **parts: str) -> str:
    inside = "".join(f"<m:{name}>{part}</m:{name}>" for name, part in parts.items())
    return f"<m:{tag}><m:{tag}Pr>{facts}<m:ctrlPr/></m:{tag}Pr>{inside}</m:{tag}>"


def fact(name: str, value: str) -> str:
    return f'<m:{name} m:val="{value}"/>'


@pytest.mark.parametrize(
    ("formula", "tex"),
    [
        (of("f", num=r("1"), den=r("3")), r"\frac{1}{3}"),
        (of("sSup", e=r("a"), sup=r("2")) + r("\u2264") + r("\u03b2"), "a^{2}\\le \u03b2"),
        (of("sSubSup", e=r("x"), sub=r("i"), sup=r("2")), "x_{i}^{2}"),
        (of("sPre", sub=r("6"), sup=r("14"), e=r("C")) + r("=x"), "14 6 C=x"),
        (of("rad", deg="", e=r("x+1")) + of("rad", deg=r("3"), e=r("8")), r"\sqrt{x+1}\sqrt[3]{8}"),
        (of("nary", facts=fact("chr", "\u2211"), sub=r("i=1"), sup=r("n"), e=r("i")), r"\sum_{i=1}^{n} i"),
        (of("nary", sub="", sup="", e=r("f")), r"\int f"),
        (of("d", e=of("f", facts=fact("type", "noBar"), num=r("n"), den=r("k"))), r"\binom{n}{k}"),
        (of("sSup", e=of("d", facts=fact("begChr", "["), e=r("x")), sup=r("2")), "[x)^{2}"),
        (of("func", fName=of("limLow", e=r("lim"), lim=r("x\u21920")), e=r("f")), r"\lim _{x\rightarrow 0} f"),
        (of("m", mr=f"<m:e>{r('1')}</m:e><m:e>{r('2')}</m:e>"), r"\begin{matrix}1&2\end{matrix}"),
        (of("acc", facts=fact("chr", "\u20d7"), e=r("v")), r"\vec{v}"),
        (of("box", e=of("bar", e=r("{A}_1"))), r"\overline{\{A\}\_1}"),
    ],
)
def test_a_formula_of_word_is_one(tmp_path: Path, formula: str, tex: str) -> None:
    said = f'<w:p><w:r><w:t xml:space="preserve">So </w:t></w:r><m:oMath {MATHS}>{formula}</m:oMath></w:p>'
    assert read(docx(tmp_path / "b.docx", said)).chapters[0].text == f"So ${tex}$\n\n"


def test_a_letter_that_is_a_formula_is_a_letter(tmp_path: Path) -> None:
    said = f"<w:p><m:oMathPara {MATHS}><m:oMath>{r('x')}</m:oMath></m:oMathPara></w:p>"
    cell = f"<w:tbl><w:tr><w:tc>{said}</w:tc><w:tc><w:p><w:r><w:t>a|b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    assert read(docx(tmp_path / "b.docx", said + cell)).chapters[0].text == "x\n\n| x | a\\|b |\n\n"


@pytest.mark.parametrize(
    ("formula", "tex"),
    [
        ("<mfrac><mn>1</mn><mn>3</mn></mfrac>", r"$\frac{1}{3}$"),
        ("<mi>x</mi><mo>\u2264</mo><msup><mi>a</mi><mrow><mn>2</mn><mi>n</mi></mrow></msup>", r"$x\le a^{2n}$"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup><mo>\u2062</mo><mi>y</mi>", "$x_{i}^{2}y$"),
        (
            "<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt><mroot><mn>8</mn><mn>3</mn></mroot>",
            r"$\sqrt{x+1}\sqrt[3]{8}$",
        ),
        ("<munderover><mo>\u2211</mo><mi>i</mi><mi>n</mi></munderover><mi>i</mi>", r"$\sum _{i}^{n}i$"),
        ("<mi>sin</mi><mo>\u2061</mo><mover accent='true'><mi>v</mi><mo>\u2192</mo></mover>", r"$\sin \vec{v}$"),
        ("<mo>(</mo><mfrac linethickness='0pt'><mi>n</mi><mi>k</mi></mfrac><mo>)</mo>", r"$(\binom{n}{k})$"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced><mo>=</mo><mtext>max speed</mtext>", r"$(a, b)=\text{max speed}$"),
        (
            "<mtable><mtr><mtd>\n<mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>",
            r"$\begin{matrix}1&2\end{matrix}$",
        ),
        (
            "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mo>=</mo><mn>1</mn></mtd><mtd/></mtr><mtr><mtd/></mtr></mtable>",
            r"$\begin{matrix}a=1\end{matrix}$",
        ),
        ("<mn>7</mn><mo>-</mo><mn>4</mn><mo>\u22c5</mo><mi>n</mi><mo>!</mo>", "$7\u22124\\cdot n!$"),
        ("<mi>n</mi><mo>!</mo>", "$n!$"),
        ("<mo>|</mo><mi>x</mi><mo>|</mo><mo>\u00b1</mo><mn>1</mn>", r"$\vert x\vert \pm 1$"),
        ("<msup><mi>f</mi><mo>\u2032</mo></msup><msup><mn>9</mn><mo>\u2218</mo></msup>", "$f^{'}9^{\\circ }$"),
        ("<maction><mi>x</mi><mi>y</mi></maction><mprescripts/>", "x"),
        (
            "<mmultiscripts><mi>C</mi><none/><mn>2</mn><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>",
            "$14 6 C^{2}$",
        ),
        (
            "<mtable><mlabeledtr><mtd><mtext>(1)</mtext></mtd><mtd><mi>x</mi></mtd></mlabeledtr></mtable>",
            r"$\begin{matrix}x\end{matrix}$",
        ),
        ("<semantics><mi>x</mi><annotation encoding='StarMath 5.0'>{x}</annotation></semantics>", "x"),
        ("<msup><mi>x</mi></msup><mfrac/>", r"$x\frac{}{}$"),
    ],
)
@pytest.mark.parametrize("told", ["", " alttext='Alternative text not available'", " alttext='equation'"])
def test_a_formula_of_a_page_is_one_without_words_for_it(tmp_path: Path, told: str, formula: str, tex: str) -> None:
    page = f"<p>So\n <math{told}>\n{formula}</math>.</p>"
    document = written(tmp_path / "b.html", page)
    assert document.chapters[0].text == f"So {tex}.\n\n"
    assert document.left_out == ()


def test_a_formula_that_is_hidden_is_not_said(tmp_path: Path) -> None:
    page = "<p>So <span aria-hidden=true><math><mi>x</mi></math></span> it <math hidden><mi>y</mi></math> is.</p>"
    document = written(tmp_path / "b.html", page)
    assert document.chapters[0].text == "So it is.\n\n"
    assert [gap.reason for gap in document.left_out] == ["hidden", "hidden"]


def test_a_formula_of_an_opendocument_text_is_in_a_file_of_its_own(tmp_path: Path) -> None:
    body = "".join(f'<draw:frame><draw:object href="{name}"/></draw:frame>' for name in ("./F 1", "G/", "H", "I"))
    path = odt(tmp_path / "b.odt", f"<text:p>So {body} it is.</text:p>")
    half = "<mfrac linethickness='1pt'><mn>1</mn><mn>2</mn></mfrac>"
    files = {"F 1": f'<m:math xmlns:m="x">{half.replace("/m", "/m:m").replace("<m", "<m:m")}</m:math>', "H": "<b/>"}
    with zipfile.ZipFile(path, "a") as file:
        for name, text in (files | {"I": "<math"}).items():
            file.writestr(f"{name}/content.xml", text)
    document = read(path)
    assert document.chapters[0].text == "So $\\frac{1}{2}$ it is.\n\n"
    assert [(gap.reason, gap.text) for gap in document.left_out] == [("embedded", name) for name in ("G/", "H", "I")]


def test_a_formula_within_a_cell_does_not_end_it(tmp_path: Path) -> None:
    page = "<table><tr><td><math alttext='|x|=3'></math></td><td>y</td></tr><tr><td>1</td><td>2</td></tr></table>"
    assert r"| $\vert x\vert =3$ | y |" in written(tmp_path / "b.html", page).chapters[0].text


@pytest.mark.parametrize("dear", ["$$ is cheap, $$$ is dear", "from $$ to $$ or so", "$$,$$$"])
def test_dollar_signs_alone_are_no_formula(tmp_path: Path, dear: str) -> None:
    text = written(tmp_path / "b.html", f"<p>Lunch: {dear}.</p>").chapters[0].text
    assert text.replace("\\", "") == f"Lunch: {dear}.\n\n"


def test_what_nobody_could_follow_is_still_known_for_a_formula(tmp_path: Path) -> None:
    page = "<p>So " + "<math>" + "<msqrt><mi>x</mi></msqrt>" * 2_000 + "</math> it is.</p>"
    text = written(tmp_path / "b.html", page).chapters[0].text
    assert said(text).strip() == "So formula it is."
