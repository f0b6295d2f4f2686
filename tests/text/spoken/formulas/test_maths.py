"""Formulas in the listener's language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.spoken.formulas.maths import read_formula
from pipeline.text.spoken.formulas.operators import OPERATORS
from tests.text.spoken.saying import said


@pytest.mark.parametrize(
    ("formula", "language", "spoken"),
    [
        (r"\sum_{i=1}^{n} i^2", "en", "the sum from i equals 1 to n i squared"),
        (r"\sqrt{b^2-4ac}", "en", "the square root of b squared minus 4 a c"),
        (r"90^\circ", "en", "90 degrees"),
        (r"\frac{a}{b} \leq 5\%", "de", "a durch b kleiner gleich 5 Prozent"),
        (r"x^3 \neq \text{odd}", "fr", "x au cube différent de odd"),
        (r"2 \times 3", "cs", "2 × 3"),
        (r"\lceil \log_2 n \rceil \!+\; \binom{n}{k}", "en", "the ceiling of log base 2 n plus n choose k"),
        (r"\left|\vec{a}\right| = P(B|C)", "en", "the absolute value of a equals P (B given C)"),
        (r"\hat{y} := w^T x + 3{,}5", "de", "y Dach gleich w transponiert x plus 3,5"),
        (r"a \lor b \bmod \$5", "fr", "a ou b modulo $5"),
        ("x + " * 200, "en", "formula"),
        (r"\sum\limits_{j} \varepsilon_j \tag{1}", "en", "the sum over j epsilon sub j"),
        (r"(f \circ g)''(x^*) \not= 0", "en", "(f composed with g) double prime (x star) is not equal to 0"),
        (r"(f \circ g)''(x) \mapsto y", "de", "(f nach g) zwei Strich (x) wird abgebildet auf y"),
        (r"|\vec{a}||\vec{b}| \ge 0", "en", "the absolute value of a the absolute value of b is at least 0"),
        (r"\left\| x \right\|_2 \ll \ddot{x}", "en", "the norm of x sub 2 is much less than x dot dot"),
        (r"|\psi\rangle = \alpha|0\rangle", "en", "psi equals alpha 0"),
        (r"\left.\frac{dy}{dx}\right|_{x=0}", "en", "d y over d x for x equals 0"),
        (r"\left[x^2\right]_0^1", "fr", "x au carré de 0 à 1"),
        (r"\begin{bmatrix} 1 & -2 \\ 3 & 4 \end{bmatrix}", "en", "1, minus 2; 3, 4"),
        (
            r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{else} \end{cases}",
            "en",
            "x, if x is greater than 0; 0, else",
        ),
        (r"\operatorname*{arg\,max}_{x \in S} f(x)", "en", "the arg max for x in S f (x)"),
        (r"\underset{x}{\min} \underbrace{a+b}", "en", "the minimum for x a plus b"),
        (r"n^{th} \text{ and } 2^{\text{nd}} e^{st}", "en", "nth and 2nd e to the power of s t"),
        (r"W^{[1]} x^{(i)} + 2\frac{1}{2}", "en", "W (1) x (i) plus 2 and 1 over 2"),
        (r"f: A \to B,\ x \to 0^+", "de", "f: A nach B, x gegen 0 plus"),
        (r"a \mid b", "en", "a divides b"),
        (r"x \in [-2, 3] \cup \left(4, \infty\right]", "en", "x in minus 2 to 3 union 4 to infinity"),
        (r"x \in \left(0, 1\right), \tan^{-1}(x), (1, 2), f[1, 2]", "de", "x in 0 bis 1, arctan (x), (1, 2), f 1, 2"),
        (r"\triangle A \cong \triangle B", "fr", "triangle A congruent à triangle B"),
        (r"x \in [0, 1]", "cs", "x ∈ 0, 1"),
        (r"R_{\max} + T_\min", "en", "R sub max plus T sub min"),
        (r"V_{out} - V_{in} = E_{Total} + T_{avg}", "en", "V sub out minus V sub in equals E sub Total plus T sub avg"),
        (r"a_{ijk} S_{ABC} x_{nm}", "en", "a sub i j k S sub A B C x sub n m"),
        (r"\mathrm{CH_4 + 2O_2 \rightarrow CO_2 + 2H_2O}", "en", "CH4 plus 2 O2 yields CO2 plus 2 H2O"),
        (
            r"6\text{CO}_2 + 6\text{H}_2\text{O} \rightarrow \text{C}_6\text{H}_{12}\text{O}_6",
            "de",
            "6 CO2 plus 6 H2O reagiert zu C6H12O6",
        ),
        (r"\ce{N2 + 3H2 <=> 2NH3}", "en", "N2 plus 3 H2 in equilibrium with 2 NH3"),
        (r"\ce{Fe^{3+} + SO4^2- ->[\Delta] X}", "en", "Fe 3 plus plus SO4 2 minus yields Delta X"),
        (r"\int_D f \neq \|x\|", "cs", "∫ D f ≠ x"),
        (r"x \le -5^{-n}", "zh", "x 小于等于 负 5 的 负 n 次方"),
        (r"\lim_{x \to -\infty} x - 1 > -2 \times -3", "zh", "极限 当 x 趋于 负 无穷大 x 减 1 大于 负 2 乘以 负 3"),
        (r"x = -\frac{\sqrt{2}}{y^3}", "zh", "x 等于 负 根号 2 除以 y 的立方"),
        (r"x^{n+1} \ne \sum_{i=1}^{n} i", "ja", "x の n プラス 1 乗 ノットイコール シグマ i イコール 1 から n i"),
        (r"\int_0^1 x^2 \ge \log_2 n", "pt", "integral de 0 até 1 x ao quadrado maior ou igual a log na base 2 n"),
        (r"\lim_{x \to 0} \frac{\sin x}{x}", "ru", "предел при x стремится к 0 синус x делить на x"),
        (r"E = mc^2", "pl", "E równa się m c do kwadratu"),
    ],
)
def test_a_formula_is_read_in_the_listeners_language(formula: str, language: str, spoken: str) -> None:
    assert said(f"$${formula}$$", language) == spoken


_PARTS = st.sampled_from(
    r"""\frac \sqrt \binom { } ( ) [ ] | || \| _ ^ \circ ^{th} ^* ' '' \ce{ \text{ \mathrm{ \left. \right| \langle
    \rangle \int \sum \lim \to -> <=> H_2O CO_2 x 2 = + - \& & \\ \begin{cases} \begin{pmatrix} \underset \overset
    \arg \max \choose \bar \ddot \norm \not \in \mid " ~""".split()
)


@given(formula=st.lists(_PARTS, max_size=40).map(" ".join), language=st.sampled_from([*OPERATORS, "cs"]))
def test_a_formula_that_is_none_is_read_all_the_same(formula: str, language: str) -> None:
    assert "\\frac" not in (read_formula(formula, language) or "")


@pytest.mark.parametrize("language", [language for language in OPERATORS if language != "en"])
def test_a_language_that_has_words_for_formulas_has_them_all(language: str) -> None:
    letters = {"exp", "log", "ln", "oplus", "otimes", "argmax", "argmin", "dagger"}
    assert set(OPERATORS["en"]) - letters <= set(OPERATORS[language])
