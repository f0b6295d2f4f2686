"""Languages by the codes that people, books and voices write for them: `eng`, `en-GB` and `en_US` are all English."""

from __future__ import annotations

_SAME = (
    "af afr", "am amh", "ar ara arb", "az aze", "be bel", "bg bul", "bn ben", "bs bos", "ca cat", "cs ces cze",
    "cy cym wel", "da dan", "de deu ger", "el ell gre", "en eng", "es spa", "et est", "eu eus baq", "fa fas per pes",
    "fi fin", "fil tl tgl", "fr fra fre", "ga gle", "gl glg", "gu guj", "he iw heb", "hi hin", "hr hrv", "hu hun",
    "hy hye arm", "id in ind", "is isl ice", "it ita", "ja jpn", "jv jav", "ka kat geo", "kk kaz", "km khm", "kn kan",
    "ko kor", "la lat", "lo lao", "lt lit", "lv lav", "mk mkd mac", "ml mal", "mn mon", "mr mar", "ms msa may zsm",
    "mt mlt", "my mya bur", "ne nep", "nl nld dut", "no nb nn nor nob nno", "pa pan", "pl pol", "ps pus", "pt por",
    "ro ron rum", "ru rus", "si sin", "sk slk slo", "sl slv", "so som", "sq sqi alb", "sr srp", "su sun", "sv swe",
    "sw swa swh", "ta tam", "te tel", "th tha", "tr tur", "uk ukr", "ur urd", "uz uzb", "vi vie", "zh zho chi cmn",
    "zu zul",
)  # fmt: skip
_HOME = {"ar": "eg", "bn": "bd", "en": "us", "pt": "br", "sw": "tz", "ta": "in", "ur": "pk", "zh": "cn"}
"""Where a language is at home, as CLDR has it, of those that are spoken in several countries and named for none."""
_USUAL = {code: line.partition(" ")[0] for line in _SAME for code in line.split()}


def uniform(code: str) -> str:
    """In one way of writing: `pt-br`."""
    return code.strip().lower().replace("_", "-")


def usual(code: str) -> str:
    """The language alone, by the code that stands for all that a voice of it can read: `no` for `nb-NO`."""
    own = uniform(code).partition("-")[0]
    return _USUAL.get(own, own)


def home(code: str) -> str:
    """The language as it is spoken where no region is named: `de-de` for `de`, `pt-br` for `pt`."""
    return f"{code}-{_HOME.get(code, code)}"
