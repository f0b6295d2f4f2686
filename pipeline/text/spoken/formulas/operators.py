"""How the signs of formulas are said, by language."""

from __future__ import annotations

from collections.abc import Mapping

ALIASES: Mapping[str, str] = {
    "leq": "le", "leqslant": "le", "geq": "ge", "geqslant": "ge", "neq": "ne", "lt": "<", "gt": ">", "degree": "circ",
    "cdot": "times", "ast": "star", "star": "star", "ldots": "dots", "cdots": "dots", "vdots": "dots", "ddots": "dots",
    "dotsc": "dots", "dotsb": "dots", "dotsm": "dots", "colon": ":", "prime": "'", "not": "neg", "longmapsto": "mapsto",
    "varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "varrho": "rho", "varsigma": "sigma",
    "varnothing": "emptyset", "rightleftarrows": "rightleftharpoons", "leftrightharpoons": "rightleftharpoons",
    "to": "rightarrow", "longrightarrow": "rightarrow", "xrightarrow": "rightarrow", "implies": "Rightarrow",
    "Longrightarrow": "Rightarrow", "Leftrightarrow": "iff", "Longleftrightarrow": "iff", "leftrightarrow": "iff",
    "gets": "leftarrow", "land": "wedge", "lor": "vee", "lnot": "neg", "pmod": "bmod", "mod": "bmod", "intercal": "top",
    "overline": "bar", "widehat": "hat", "widetilde": "tilde",
}  # fmt: skip
"""Commands that are said like another."""

SYMBOLS: Mapping[str, str] = {
    "^": "^", "sub": "", "+": "+", "=": "=", "/": "/", "squared": "²", "cubed": "³", "sqrt": "√", "from": "", "for": "",
    "to": "", "and": "", "'": "'", "circ": "°", "%": "%", "-": "−", "*": "×", "pm": "±", "times": "×", "div": "÷",
    "le": "≤", "ge": "≥", "ne": "≠", "approx": "≈", "equiv": "≡", "infty": "∞", "sum": "∑", "prod": "∏", "int": "∫",
    "partial": "∂", "rightarrow": "→", "Rightarrow": "⇒", "in": "∈", "forall": "∀", "exists": "∃", "dots": "…",
    "given": "|", "mid": "|", "nmid": "∤", "base": "", "abs": "", "lceil": "", "rceil": "", "lfloor": "", "rfloor": "",
    "hat": "", "bar": "", "tilde": "", "dot": "", "top": "ᵀ", "bmod": "mod", "binom": "", "leftarrow": "←",
    "wedge": "∧", "vee": "∨", "neg": "¬", "cup": "∪", "cap": "∩", "iff": "⇔", "subset": "⊂", "subseteq": "⊆",
    "notin": "∉", "emptyset": "∅", "suchthat": "|", "star": "*", "dagger": "†", "''": "''", "'''": "'''", "norm": "",
    "over": "", "compose": "∘", "into": "→", "yields": "→", "rightleftharpoons": "⇌", "sim": "~", "mapsto": "→",
    "setminus": "∖", "propto": "∝", "ll": "≪", "gg": "≫", "parallel": "∥", "perp": "⊥", "angle": "∠", "triangle": "△",
    "hbar": "ħ", "ell": "l", "iint": "∬", "iiint": "∭", "oint": "∮", "mp": "∓", "therefore": "∴", "because": "∵",
    "oplus": "⊕", "otimes": "⊗", "nabla": "∇", "argmax": "arg max", "argmin": "arg min", "uparrow": "↑",
    "downarrow": "↓", "cong": "≅", "upto": ",",
}  # fmt: skip
"""For a language without words here: what its voices know how to say. Each key is known to every language."""

NAMES: Mapping[str, str] = {
    "∈": "in", "∉": "notin", "∪": "cup", "∩": "cap", "⊂": "subset", "⊆": "subseteq", "∅": "emptyset", "∀": "forall",
    "∃": "exists", "∧": "wedge", "∨": "vee", "⇔": "iff", "⊥": "perp", "∥": "parallel", "∠": "angle", "∘": "compose",
    "∓": "mp", "≪": "ll", "≫": "gg", "∖": "setminus", "∇": "nabla", "∏": "prod", "∮": "oint", "∬": "iint",
}  # fmt: skip
"""What no voice says of itself, wherever it stands."""
FORMULAIC = "".join(NAMES)

_ENGLISH = {
    "+": "plus", "-": "minus", "=": "equals", "<": "is less than", ">": "is greater than", "*": "times", "/": "over",
    "!": "factorial", "'": "prime", "%": "percent", "^": "to the power of", "sub": "sub", "squared": "squared",
    "cubed": "cubed", "sqrt": "the square root of", "from": "from", "for": "for", "to": "to", "circ": "degrees",
    "pm": "plus or minus", "mp": "minus or plus", "times": "times", "div": "divided by", "le": "is at most",
    "ge": "is at least", "ne": "is not equal to", "approx": "is about", "sim": "is like", "equiv": "is equivalent to",
    "propto": "is proportional to", "ll": "is much less than", "gg": "is much greater than", "infty": "infinity",
    "sum": "the sum", "prod": "the product", "int": "the integral", "iint": "the double integral",
    "oint": "the closed integral", "lim": "the limit", "max": "the maximum", "min": "the minimum", "partial": "partial",
    "rightarrow": "to", "Rightarrow": "implies", "iff": "if and only if", "mapsto": "maps to", "in": "in",
    "notin": "not in", "subset": "is a subset of", "subseteq": "is a subset of", "cup": "union",
    "cap": "intersected with", "setminus": "without", "forall": "for all", "exists": "there is", "wedge": "and",
    "cong": "is congruent to", "upto": "to",
    "vee": "or", "neg": "not", "emptyset": "the empty set", "dots": "and so on", "given": "given", "mid": "divides",
    "nmid": "does not divide", "and": "and", "parallel": "is parallel to", "perp": "is perpendicular to",
    "angle": "angle", "sin": "sine", "cos": "cosine", "tan": "tangent", "ln": "the natural log of", "log": "log",
    "exp": "exp", "hbar": "h bar", "ell": "l", "binom": "choose", "base": "base", "abs": "the absolute value of",
    "lceil": "the ceiling of", "lfloor": "the floor of", "hat": "hat", "bar": "bar", "tilde": "tilde", "dot": "dot",
    "top": "transpose", "leftarrow": "gets", "suchthat": "such that", "''": "double prime", "'''": "triple prime",
    "star": "star", "dagger": "dagger", "norm": "the norm of", "over": "over", "compose": "composed with", "into": "to",
    "yields": "yields", "rightleftharpoons": "in equilibrium with", "therefore": "therefore", "because": "because",
    "triangle": "triangle", "iiint": "the triple integral", "oplus": "direct sum", "otimes": "tensor", "nabla": "nabla",
    "argmax": "the arg max", "argmin": "the arg min", "sup": "the supremum", "inf": "the infimum",
}  # fmt: skip
_GERMAN = {
    "+": "plus", "-": "minus", "=": "gleich", "<": "kleiner als", ">": "größer als", "*": "mal", "/": "durch",
    "!": "Fakultät", "'": "Strich", "%": "Prozent", "^": "hoch", "sub": "Index", "squared": "Quadrat",
    "cubed": "hoch drei", "sqrt": "Wurzel aus", "from": "von", "for": "für", "to": "bis", "circ": "Grad",
    "pm": "plus minus", "times": "mal", "div": "geteilt durch", "le": "kleiner gleich", "ge": "größer gleich",
    "ne": "ungleich", "approx": "ungefähr", "infty": "unendlich", "sum": "Summe", "prod": "Produkt", "int": "Integral",
    "lim": "Limes", "rightarrow": "gegen", "Rightarrow": "daraus folgt", "in": "in", "forall": "für alle",
    "exists": "es gibt", "dots": "und so weiter", "given": "gegeben", "mid": "teilt", "nmid": "teilt nicht",
    "and": "und", "sin": "Sinus", "cos": "Kosinus", "tan": "Tangens", "base": "zur Basis", "abs": "Betrag von",
    "lceil": "aufgerundet", "lfloor": "abgerundet", "hat": "Dach", "bar": "quer", "tilde": "Tilde", "dot": "Punkt",
    "top": "transponiert", "bmod": "modulo", "binom": "über", "wedge": "und", "vee": "oder", "neg": "nicht",
    "cup": "vereinigt mit", "cap": "geschnitten mit", "iff": "genau dann wenn", "subset": "Teilmenge von",
    "subseteq": "Teilmenge von", "notin": "nicht in", "emptyset": "leere Menge", "suchthat": "mit", "''": "zwei Strich",
    "'''": "drei Strich", "star": "Stern", "norm": "Norm von", "over": "über", "compose": "nach", "into": "nach",
    "yields": "reagiert zu", "rightleftharpoons": "im Gleichgewicht mit", "sim": "ähnlich", "equiv": "äquivalent zu",
    "propto": "proportional zu", "ll": "viel kleiner als", "gg": "viel größer als", "mapsto": "wird abgebildet auf",
    "setminus": "ohne", "parallel": "parallel zu", "perp": "senkrecht zu", "angle": "Winkel", "triangle": "Dreieck",
    "hbar": "h quer", "iint": "Doppelintegral", "iiint": "Dreifachintegral", "oint": "Ringintegral", "mp": "minus plus",
    "max": "Maximum", "min": "Minimum", "sup": "Supremum", "inf": "Infimum", "partial": "del", "nabla": "nabla",
    "therefore": "also", "because": "weil", "leftarrow": "wird", "cong": "kongruent zu", "upto": "bis",
}  # fmt: skip
_FRENCH = {
    "+": "plus", "-": "moins", "=": "égale", "<": "inférieur à", ">": "supérieur à", "*": "fois", "/": "sur",
    "!": "factorielle", "'": "prime", "%": "pour cent", "^": "puissance", "sub": "indice", "squared": "au carré",
    "cubed": "au cube", "sqrt": "racine de", "from": "de", "for": "quand", "to": "à", "circ": "degrés",
    "pm": "plus ou moins", "times": "fois", "div": "divisé par", "le": "inférieur ou égal à",
    "ge": "supérieur ou égal à", "ne": "différent de", "approx": "environ", "infty": "l'infini", "sum": "somme",
    "prod": "produit", "int": "intégrale", "lim": "limite", "rightarrow": "vers", "Rightarrow": "implique",
    "in": "dans", "forall": "pour tout", "exists": "il existe", "dots": "et ainsi de suite", "given": "sachant",
    "mid": "divise", "nmid": "ne divise pas", "and": "et", "sin": "sinus", "cos": "cosinus", "tan": "tangente",
    "base": "en base", "abs": "valeur absolue de", "lceil": "partie entière supérieure de",
    "lfloor": "partie entière de", "hat": "chapeau", "bar": "barre", "tilde": "tilde", "dot": "point",
    "top": "transposée", "bmod": "modulo", "binom": "parmi", "wedge": "et", "vee": "ou", "neg": "non", "cup": "union",
    "cap": "inter", "iff": "si et seulement si", "subset": "inclus dans", "subseteq": "inclus dans",
    "notin": "pas dans", "emptyset": "ensemble vide", "suchthat": "tel que", "''": "seconde", "'''": "tierce",
    "star": "étoile", "norm": "norme de", "over": "sur", "compose": "rond", "into": "dans", "yields": "donne",
    "rightleftharpoons": "en équilibre avec", "sim": "semblable à", "equiv": "équivalent à",
    "propto": "proportionnel à", "ll": "très inférieur à", "gg": "très supérieur à", "mapsto": "a pour image",
    "setminus": "privé de", "parallel": "parallèle à", "perp": "perpendiculaire à", "angle": "angle",
    "triangle": "triangle", "hbar": "h barre", "iint": "intégrale double", "iiint": "intégrale triple",
    "oint": "intégrale fermée", "mp": "moins ou plus", "max": "maximum", "min": "minimum", "sup": "borne supérieure",
    "inf": "borne inférieure", "partial": "d rond", "nabla": "nabla", "therefore": "donc", "because": "car",
    "leftarrow": "reçoit", "cong": "congruent à", "upto": "à",
}  # fmt: skip
_SPANISH = {
    "+": "más", "-": "menos", "=": "igual a", "<": "menor que", ">": "mayor que", "*": "por", "/": "sobre",
    "!": "factorial", "'": "prima", "%": "por ciento", "^": "elevado a", "sub": "sub", "squared": "al cuadrado",
    "cubed": "al cubo", "sqrt": "raíz cuadrada de", "from": "desde", "for": "cuando", "to": "hasta", "circ": "grados",
    "pm": "más o menos", "times": "por", "div": "dividido por", "le": "menor o igual que", "ge": "mayor o igual que",
    "ne": "distinto de", "approx": "aproximadamente", "infty": "infinito", "sum": "suma", "prod": "producto",
    "int": "integral", "lim": "límite", "rightarrow": "a", "Rightarrow": "implica", "in": "en", "forall": "para todo",
    "exists": "existe", "dots": "etcétera", "given": "dado", "mid": "divide a", "nmid": "no divide a", "and": "y",
    "sin": "seno", "cos": "coseno", "tan": "tangente", "base": "en base", "abs": "valor absoluto de",
    "lceil": "techo de", "lfloor": "piso de", "hat": "gorro", "bar": "barra", "tilde": "tilde", "dot": "punto",
    "top": "transpuesta", "bmod": "módulo", "binom": "sobre", "wedge": "y", "vee": "o", "neg": "no", "cup": "unión",
    "cap": "intersección", "iff": "si y solo si", "subset": "subconjunto de", "subseteq": "subconjunto de",
    "notin": "no en", "emptyset": "conjunto vacío", "suchthat": "tal que", "''": "doble prima", "'''": "triple prima",
    "star": "asterisco", "norm": "norma de", "over": "sobre", "compose": "compuesta con", "into": "en",
    "yields": "produce", "rightleftharpoons": "en equilibrio con", "sim": "similar a", "equiv": "equivalente a",
    "propto": "proporcional a", "ll": "mucho menor que", "gg": "mucho mayor que", "mapsto": "se transforma en",
    "setminus": "menos", "parallel": "paralelo a", "perp": "perpendicular a", "angle": "ángulo",
    "triangle": "triángulo", "hbar": "h barra", "iint": "integral doble", "iiint": "integral triple",
    "oint": "integral cerrada", "mp": "menos o más", "max": "máximo", "min": "mínimo", "sup": "supremo",
    "inf": "ínfimo", "partial": "parcial", "nabla": "nabla", "therefore": "por lo tanto", "because": "porque",
    "leftarrow": "recibe", "cong": "congruente con", "upto": "hasta",
}  # fmt: skip
_ITALIAN = {
    "+": "più", "-": "meno", "=": "uguale a", "<": "minore di", ">": "maggiore di", "*": "per", "/": "fratto",
    "!": "fattoriale", "'": "primo", "%": "per cento", "^": "elevato a", "sub": "con", "squared": "al quadrato",
    "cubed": "al cubo", "sqrt": "radice quadrata di", "from": "da", "for": "per", "to": "a", "circ": "gradi",
    "pm": "più o meno", "times": "per", "div": "diviso", "le": "minore o uguale a", "ge": "maggiore o uguale a",
    "ne": "diverso da", "approx": "circa", "infty": "infinito", "sum": "somma", "prod": "prodotto", "int": "integrale",
    "lim": "limite", "rightarrow": "a", "Rightarrow": "implica", "in": "in", "forall": "per ogni", "exists": "esiste",
    "dots": "eccetera", "given": "dato", "mid": "divide", "nmid": "non divide", "and": "e", "sin": "seno",
    "cos": "coseno", "tan": "tangente", "base": "in base", "abs": "valore assoluto di",
    "lceil": "parte intera superiore di", "lfloor": "parte intera di", "hat": "cappello", "bar": "barrato",
    "tilde": "tilde", "dot": "punto", "top": "trasposta", "bmod": "modulo", "binom": "su", "wedge": "e", "vee": "o",
    "neg": "non", "cup": "unione", "cap": "intersezione", "iff": "se e solo se", "subset": "sottoinsieme di",
    "subseteq": "sottoinsieme di", "notin": "non in", "emptyset": "insieme vuoto", "suchthat": "tale che",
    "''": "secondo", "'''": "terzo", "star": "asterisco", "norm": "norma di", "over": "su", "compose": "composto con",
    "into": "in", "yields": "produce", "rightleftharpoons": "in equilibrio con", "sim": "simile a",
    "equiv": "equivalente a", "propto": "proporzionale a", "ll": "molto minore di", "gg": "molto maggiore di",
    "mapsto": "va in", "setminus": "meno", "parallel": "parallelo a", "perp": "perpendicolare a", "angle": "angolo",
    "triangle": "triangolo", "hbar": "h tagliato", "iint": "integrale doppio", "iiint": "integrale triplo",
    "oint": "integrale chiuso", "mp": "meno o più", "max": "massimo", "min": "minimo", "sup": "estremo superiore",
    "inf": "estremo inferiore", "partial": "d", "nabla": "nabla", "therefore": "quindi", "because": "poiché",
    "leftarrow": "riceve", "cong": "congruente a", "upto": "a",
}  # fmt: skip

OPERATORS: Mapping[str, Mapping[str, str]] = {
    "en": {**SYMBOLS, **_ENGLISH},
    "de": {**SYMBOLS, **_GERMAN},
    "fr": {**SYMBOLS, **_FRENCH},
    "es": {**SYMBOLS, **_SPANISH},
    "it": {**SYMBOLS, **_ITALIAN},
}
