"""Formulas in the listener's language."""

import pytest

from tests.text.spoken.saying import said


@pytest.mark.parametrize(
    ("formula", "language", "spoken"),
    [
        (r"\sum_{i=1}^{n} i^2", "en", "the sum from i equals 1 to n i squared"),
        (r"\sqrt{b^2-4ac}", "en", "the square root of b squared minus 4 a c"),
        (r"90^\circ", "en", "90 degrees"),
        (r"\frac{a}{b} \leq 5\%", "de", "a durch b kleiner gleich 5 Prozent"),
        (r"x^3 \neq \text{odd}", "fr", "x au cube différent de odd"),
        (r"2 \times 3", "pl", "2 × 3"),
        (r"\lceil \log_2 n \rceil \!+\; \binom{n}{k}", "en", "the ceiling of log base 2 n plus n choose k"),
        (r"\left|\vec{a}\right| = P(B|C)", "en", "the absolute value of a equals P (B given C)"),
        (r"\hat{y} := w^T x + 3{,}5", "de", "y Dach gleich w transponiert x plus 3,5"),
        (r"a \lor b \bmod \$5", "fr", "a ou b modulo $5"),
        ("x + " * 200, "en", "formula"),
    ],
)
def test_a_formula_is_read_in_the_listeners_language(formula: str, language: str, spoken: str) -> None:
    assert said(f"$${formula}$$", language) == spoken
