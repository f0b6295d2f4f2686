"""How the signs of formulas are said, by language."""

from __future__ import annotations

from collections.abc import Mapping

ALIASES: Mapping[str, str] = {
    "leq": "le", "leqslant": "le", "geq": "ge", "geqslant": "ge", "neq": "ne", "lt": "<", "gt": ">", "degree": "circ",
    "cdot": "times", "ast": "times", "ldots": "dots", "cdots": "dots", "vdots": "dots", "ddots": "dots",
    "to": "rightarrow", "longrightarrow": "rightarrow", "xrightarrow": "rightarrow", "implies": "Rightarrow",
    "Longrightarrow": "Rightarrow", "Leftrightarrow": "iff", "Longleftrightarrow": "iff", "leftrightarrow": "iff",
    "gets": "leftarrow", "land": "wedge", "lor": "vee", "lnot": "neg", "pmod": "bmod", "mod": "bmod",
    "intercal": "top", "overline": "bar", "widehat": "hat", "widetilde": "tilde",
}  # fmt: skip
"""Commands that are said like another."""

SYMBOLS: Mapping[str, str] = {
    "^": "^", "sub": "", "/": "/", "squared": "²", "cubed": "³", "sqrt": "√", "from": "", "for": "", "to": "",
    "'": "'", "circ": "°", "%": "%", "-": "−", "*": "×", "pm": "±", "times": "×", "div": "÷", "le": "≤", "ge": "≥",
    "ne": "≠", "approx": "≈", "equiv": "≡", "infty": "∞", "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂",
    "rightarrow": "→", "Rightarrow": "⇒", "in": "∈", "forall": "∀", "exists": "∃", "dots": "…", "mid": "|",
    "base": "", "abs": "", "lceil": "", "rceil": "", "lfloor": "", "rfloor": "", "hat": "", "bar": "", "tilde": "",
    "dot": "", "top": "ᵀ", "bmod": "mod", "binom": "", "leftarrow": "←", "wedge": "∧", "vee": "∨", "neg": "¬",
    "cup": "∪", "cap": "∩", "iff": "⇔", "subset": "⊂", "subseteq": "⊆", "notin": "∉", "emptyset": "∅",
    "suchthat": "|",
}  # fmt: skip
"""For a language without words here: what its voices know how to say. Each key is known to every language."""

_ENGLISH = {
    "+": "plus", "-": "minus", "=": "equals", "<": "is less than", ">": "is greater than", "*": "times", "/": "over",
    "!": "factorial", "'": "prime", "%": "percent", "^": "to the power of", "sub": "sub", "squared": "squared",
    "cubed": "cubed", "sqrt": "the square root of", "from": "from", "for": "for", "to": "to", "circ": "degrees",
    "pm": "plus or minus", "mp": "minus or plus", "times": "times", "div": "divided by", "le": "is at most",
    "ge": "is at least", "ne": "is not equal to", "approx": "is about", "sim": "is like", "equiv": "is equivalent to",
    "propto": "is proportional to", "ll": "is much less than", "gg": "is much greater than", "infty": "infinity",
    "sum": "the sum", "prod": "the product", "int": "the integral", "iint": "the double integral",
    "oint": "the closed integral", "lim": "the limit", "max": "the maximum", "min": "the minimum",
    "partial": "partial", "rightarrow": "to", "Rightarrow": "implies", "iff": "if and only if", "mapsto": "maps to",
    "in": "in", "notin": "not in", "subset": "is a subset of", "subseteq": "is a subset of", "cup": "union",
    "cap": "intersected with", "setminus": "without", "forall": "for all", "exists": "there is", "wedge": "and",
    "vee": "or", "neg": "not", "emptyset": "the empty set", "dots": "and so on", "mid": "given",
    "parallel": "is parallel to", "perp": "is perpendicular to", "angle": "angle", "sin": "sine", "cos": "cosine",
    "tan": "tangent", "ln": "the natural log of", "log": "log", "exp": "exp", "hbar": "h bar", "ell": "l",
    "binom": "choose", "base": "base", "abs": "the absolute value of", "lceil": "the ceiling of",
    "lfloor": "the floor of", "hat": "hat", "bar": "bar", "tilde": "tilde", "dot": "dot", "top": "transpose",
    "leftarrow": "gets", "suchthat": "such that",
}  # fmt: skip
_GERMAN = {
    "+": "plus", "-": "minus", "=": "gleich", "<": "kleiner als", ">": "größer als", "*": "mal", "/": "durch",
    "!": "Fakultät", "'": "Strich", "%": "Prozent", "^": "hoch", "sub": "Index", "squared": "Quadrat",
    "cubed": "hoch drei", "sqrt": "Wurzel aus", "from": "von", "for": "für", "to": "bis", "circ": "Grad",
    "pm": "plus minus", "times": "mal", "div": "geteilt durch", "le": "kleiner gleich", "ge": "größer gleich",
    "ne": "ungleich", "approx": "ungefähr", "infty": "unendlich", "sum": "Summe", "prod": "Produkt",
    "int": "Integral", "lim": "Limes", "rightarrow": "gegen", "Rightarrow": "daraus folgt", "in": "in",
    "forall": "für alle", "exists": "es gibt", "dots": "und so weiter", "mid": "gegeben", "sin": "Sinus",
    "cos": "Kosinus", "tan": "Tangens", "base": "zur Basis", "abs": "Betrag von", "lceil": "aufgerundet",
    "lfloor": "abgerundet", "hat": "Dach", "bar": "quer", "tilde": "Tilde", "dot": "Punkt", "top": "transponiert",
    "bmod": "modulo", "binom": "über", "wedge": "und", "vee": "oder", "neg": "nicht", "cup": "vereinigt mit",
    "cap": "geschnitten mit", "iff": "genau dann wenn", "subset": "Teilmenge von", "subseteq": "Teilmenge von",
    "notin": "nicht in", "emptyset": "leere Menge", "suchthat": "mit",
}  # fmt: skip
_FRENCH = {
    "+": "plus", "-": "moins", "=": "égale", "<": "inférieur à", ">": "supérieur à", "*": "fois", "/": "sur",
    "!": "factorielle", "'": "prime", "%": "pour cent", "^": "puissance", "sub": "indice", "squared": "au carré",
    "cubed": "au cube", "sqrt": "racine de", "from": "de", "for": "quand", "to": "à", "circ": "degrés",
    "pm": "plus ou moins", "times": "fois", "div": "divisé par", "le": "inférieur ou égal à",
    "ge": "supérieur ou égal à", "ne": "différent de", "approx": "environ", "infty": "l'infini", "sum": "somme",
    "prod": "produit", "int": "intégrale", "lim": "limite", "rightarrow": "vers", "Rightarrow": "implique",
    "in": "dans", "forall": "pour tout", "exists": "il existe", "dots": "et ainsi de suite", "mid": "sachant",
    "sin": "sinus", "cos": "cosinus", "tan": "tangente", "base": "en base", "abs": "valeur absolue de",
    "lceil": "partie entière supérieure de", "lfloor": "partie entière de", "hat": "chapeau", "bar": "barre",
    "tilde": "tilde", "dot": "point", "top": "transposée", "bmod": "modulo", "binom": "parmi", "wedge": "et",
    "vee": "ou", "neg": "non", "cup": "union", "cap": "inter", "iff": "si et seulement si", "subset": "inclus dans",
    "subseteq": "inclus dans", "notin": "pas dans", "emptyset": "ensemble vide", "suchthat": "tel que",
}  # fmt: skip
_SPANISH = {
    "+": "más", "-": "menos", "=": "igual a", "<": "menor que", ">": "mayor que", "*": "por", "/": "sobre",
    "!": "factorial", "'": "prima", "%": "por ciento", "^": "elevado a", "sub": "sub", "squared": "al cuadrado",
    "cubed": "al cubo", "sqrt": "raíz cuadrada de", "from": "desde", "for": "cuando", "to": "hasta", "circ": "grados",
    "pm": "más o menos", "times": "por", "div": "dividido por", "le": "menor o igual que", "ge": "mayor o igual que",
    "ne": "distinto de", "approx": "aproximadamente", "infty": "infinito", "sum": "suma", "prod": "producto",
    "int": "integral", "lim": "límite", "rightarrow": "a", "Rightarrow": "implica", "in": "en", "forall": "para todo",
    "exists": "existe", "dots": "etcétera", "mid": "dado", "sin": "seno", "cos": "coseno", "tan": "tangente",
    "base": "en base", "abs": "valor absoluto de", "lceil": "techo de", "lfloor": "piso de", "hat": "gorro",
    "bar": "barra", "tilde": "tilde", "dot": "punto", "top": "transpuesta", "bmod": "módulo", "binom": "sobre",
    "wedge": "y", "vee": "o", "neg": "no", "cup": "unión", "cap": "intersección", "iff": "si y solo si",
    "subset": "subconjunto de", "subseteq": "subconjunto de", "notin": "no en", "emptyset": "conjunto vacío",
    "suchthat": "tal que",
}  # fmt: skip
_ITALIAN = {
    "+": "più", "-": "meno", "=": "uguale a", "<": "minore di", ">": "maggiore di", "*": "per", "/": "fratto",
    "!": "fattoriale", "'": "primo", "%": "per cento", "^": "elevato a", "sub": "con", "squared": "al quadrato",
    "cubed": "al cubo", "sqrt": "radice quadrata di", "from": "da", "for": "per", "to": "a", "circ": "gradi",
    "pm": "più o meno", "times": "per", "div": "diviso", "le": "minore o uguale a", "ge": "maggiore o uguale a",
    "ne": "diverso da", "approx": "circa", "infty": "infinito", "sum": "somma", "prod": "prodotto",
    "int": "integrale", "lim": "limite", "rightarrow": "a", "Rightarrow": "implica", "in": "in", "forall": "per ogni",
    "exists": "esiste", "dots": "eccetera", "mid": "dato", "sin": "seno", "cos": "coseno", "tan": "tangente",
    "base": "in base", "abs": "valore assoluto di", "lceil": "parte intera superiore di", "lfloor": "parte intera di",
    "hat": "cappello", "bar": "barrato", "tilde": "tilde", "dot": "punto", "top": "trasposta", "bmod": "modulo",
    "binom": "su", "wedge": "e", "vee": "o", "neg": "non", "cup": "unione", "cap": "intersezione",
    "iff": "se e solo se", "subset": "sottoinsieme di", "subseteq": "sottoinsieme di", "notin": "non in",
    "emptyset": "insieme vuoto", "suchthat": "tale che",
}  # fmt: skip

OPERATORS: Mapping[str, Mapping[str, str]] = {
    "en": {**SYMBOLS, **_ENGLISH},
    "de": {**SYMBOLS, **_GERMAN},
    "fr": {**SYMBOLS, **_FRENCH},
    "es": {**SYMBOLS, **_SPANISH},
    "it": {**SYMBOLS, **_ITALIAN},
}
