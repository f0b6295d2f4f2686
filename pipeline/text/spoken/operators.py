"""How the signs of formulas are said, by language."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["OPERATORS", "SYMBOLS"]

SYMBOLS: Mapping[str, str] = {
    "^": "^", "sub": "", "/": "/", "squared": "²", "cubed": "³", "sqrt": "√", "from": "", "for": "", "to": "",
    "'": "'", "circ": "°", "degree": "°", "%": "%", "-": "−", "*": "×", "pm": "±", "times": "×",
    "cdot": "×", "div": "÷", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "lt": "<", "gt": ">",
    "ne": "≠", "neq": "≠", "approx": "≈", "equiv": "≡", "infty": "∞", "sum": "∑",
    "prod": "∏", "int": "∫", "partial": "∂", "rightarrow": "→", "Rightarrow": "⇒", "in": "∈",
    "forall": "∀", "exists": "∃", "ldots": "…", "cdots": "…", "dots": "…", "mid": "|",
}  # fmt: skip
"""For a language without words here: what its voices know how to say. Each key is known to every language."""

_ENGLISH = {
    "+": "plus", "-": "minus", "=": "equals", "<": "is less than", ">": "is greater than", "*": "times", "/": "over",
    "!": "factorial", "'": "prime", "%": "percent", "^": "to the power of", "sub": "sub", "squared": "squared",
    "cubed": "cubed", "sqrt": "the square root of", "from": "from", "for": "for", "to": "to",
    "circ": "degrees", "degree": "degrees", "pm": "plus or minus", "mp": "minus or plus",
    "times": "times", "cdot": "times", "ast": "times", "div": "divided by", "le": "is at most", "leq": "is at most",
    "ge": "is at least", "geq": "is at least",
    "lt": "is less than", "gt": "is greater than", "ne": "is not equal to", "neq": "is not equal to",
    "approx": "is about", "sim": "is like", "equiv": "is equivalent to", "propto": "is proportional to",
    "ll": "is much less than", "gg": "is much greater than", "infty": "infinity", "sum": "the sum",
    "prod": "the product", "int": "the integral", "iint": "the double integral", "oint": "the closed integral",
    "lim": "the limit", "max": "the maximum", "min": "the minimum", "partial": "partial", "rightarrow": "to",
    "Rightarrow": "implies", "implies": "implies", "iff": "if and only if", "Leftrightarrow": "if and only if",
    "leftrightarrow": "if and only if", "mapsto": "maps to", "in": "in", "notin": "not in",
    "subset": "is a subset of", "subseteq": "is a subset of", "cup": "union", "cap": "intersected with",
    "setminus": "without", "forall": "for all", "exists": "there is", "land": "and", "wedge": "and", "lor": "or",
    "vee": "or", "neg": "not", "lnot": "not", "emptyset": "the empty set", "ldots": "and so on", "dots": "and so on",
    "cdots": "and so on", "mid": "given", "parallel": "is parallel to", "perp": "is perpendicular to", "angle": "angle",
    "sin": "sine", "cos": "cosine", "tan": "tangent", "ln": "the natural log of", "log": "log", "exp": "exp",
    "hbar": "h bar", "ell": "l", "binom": "binomial",
}  # fmt: skip
_GERMAN = {
    "+": "plus", "-": "minus", "=": "gleich", "<": "kleiner als", ">": "größer als", "*": "mal", "/": "durch",
    "!": "Fakultät", "'": "Strich", "%": "Prozent", "^": "hoch", "sub": "Index", "squared": "Quadrat",
    "cubed": "hoch drei", "sqrt": "Wurzel aus", "from": "von", "for": "für", "to": "bis",
    "circ": "Grad", "degree": "Grad", "pm": "plus minus",
    "times": "mal", "cdot": "mal", "div": "geteilt durch", "le": "kleiner gleich", "leq": "kleiner gleich",
    "ge": "größer gleich", "geq": "größer gleich", "ne": "ungleich",
    "neq": "ungleich", "approx": "ungefähr", "infty": "unendlich", "sum": "Summe", "prod": "Produkt",
    "int": "Integral", "lim": "Limes", "rightarrow": "gegen", "Rightarrow": "daraus folgt", "in": "in",
    "forall": "für alle", "exists": "es gibt", "ldots": "und so weiter", "cdots": "und so weiter",
    "dots": "und so weiter", "mid": "gegeben", "sin": "Sinus", "cos": "Kosinus", "tan": "Tangens",
}  # fmt: skip
_FRENCH = {
    "+": "plus", "-": "moins", "=": "égale", "<": "inférieur à", ">": "supérieur à", "*": "fois",
    "/": "sur", "!": "factorielle", "'": "prime", "%": "pour cent", "^": "puissance", "sub": "indice",
    "squared": "au carré", "cubed": "au cube", "sqrt": "racine de", "from": "de", "for": "quand", "to": "à",
    "circ": "degrés", "degree": "degrés", "pm": "plus ou moins", "times": "fois", "cdot": "fois",
    "div": "divisé par", "le": "inférieur ou égal à", "leq": "inférieur ou égal à",
    "ge": "supérieur ou égal à", "geq": "supérieur ou égal à",
    "ne": "différent de", "neq": "différent de", "approx": "environ", "infty": "l'infini", "sum": "somme",
    "prod": "produit", "int": "intégrale", "lim": "limite", "rightarrow": "vers", "Rightarrow": "implique",
    "in": "dans", "forall": "pour tout", "exists": "il existe", "ldots": "et ainsi de suite",
    "cdots": "et ainsi de suite", "dots": "et ainsi de suite", "mid": "sachant", "sin": "sinus", "cos": "cosinus",
    "tan": "tangente",
}  # fmt: skip
_SPANISH = {
    "+": "más", "-": "menos", "=": "igual a", "<": "menor que", ">": "mayor que", "*": "por", "/": "sobre",
    "!": "factorial", "'": "prima", "%": "por ciento", "^": "elevado a", "sub": "sub", "squared": "al cuadrado",
    "cubed": "al cubo", "sqrt": "raíz cuadrada de", "from": "desde", "for": "cuando", "to": "hasta", "circ": "grados",
    "degree": "grados", "pm": "más o menos", "times": "por", "cdot": "por", "div": "dividido por",
    "le": "menor o igual que", "leq": "menor o igual que", "ge": "mayor o igual que", "geq": "mayor o igual que",
    "ne": "distinto de", "neq": "distinto de", "approx": "aproximadamente", "infty": "infinito", "sum": "suma",
    "prod": "producto", "int": "integral", "lim": "límite", "rightarrow": "a", "Rightarrow": "implica",
    "in": "en", "forall": "para todo", "exists": "existe", "ldots": "etcétera", "cdots": "etcétera",
    "dots": "etcétera", "mid": "dado", "sin": "seno", "cos": "coseno", "tan": "tangente",
}  # fmt: skip
_ITALIAN = {
    "+": "più", "-": "meno", "=": "uguale a", "<": "minore di", ">": "maggiore di", "*": "per", "/": "fratto",
    "!": "fattoriale", "'": "primo", "%": "per cento", "^": "elevato a", "sub": "con", "squared": "al quadrato",
    "cubed": "al cubo", "sqrt": "radice quadrata di", "from": "da", "for": "per", "to": "a",
    "circ": "gradi", "degree": "gradi", "pm": "più o meno",
    "times": "per", "cdot": "per", "div": "diviso", "le": "minore o uguale a", "leq": "minore o uguale a",
    "ge": "maggiore o uguale a", "geq": "maggiore o uguale a", "ne": "diverso da",
    "neq": "diverso da", "approx": "circa", "infty": "infinito", "sum": "somma", "prod": "prodotto",
    "int": "integrale", "lim": "limite", "rightarrow": "a", "Rightarrow": "implica", "in": "in",
    "forall": "per ogni", "exists": "esiste", "ldots": "eccetera", "cdots": "eccetera", "dots": "eccetera",
    "mid": "dato", "sin": "seno", "cos": "coseno", "tan": "tangente",
}  # fmt: skip

OPERATORS: Mapping[str, Mapping[str, str]] = {
    "en": {**SYMBOLS, **_ENGLISH},
    "de": {**SYMBOLS, **_GERMAN},
    "fr": {**SYMBOLS, **_FRENCH},
    "es": {**SYMBOLS, **_SPANISH},
    "it": {**SYMBOLS, **_ITALIAN},
}
