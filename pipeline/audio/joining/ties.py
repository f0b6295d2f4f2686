"""Words that stand together on a line: a title with its name, a number with its unit."""

from __future__ import annotations

import re

_ADDRESSES = frozenset(
    "Mr Mrs Ms Mx Dr Prof Mme Mlle Herr Frau Monsieur Madame Se\u00f1or Se\u00f1ora Signor Signora".split()
)
_TITLE = re.compile(
    r"(?:mrs?|ms|mx|drs?|profs?|st|ste|rev|hon|gen|col|capt|cpt|lt|sgt|maj|cmdr|adm|gov|sen|rep|pres|messrs|mmes?|"
    r"mlles?|hr|hrn|fr|frl|sra?|srta|dra?|dhr|mevr|sig|sigra|dott|herr|frau|monsieur|madame|bzw|vs|e\.g|i\.e|z\.\s?b|cf|ca)\.",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:nos?|nrs?|n[\u00ba\u00b0]|pp?|s|vols?|figs?|chs?|chap|secs?|arts?|bd|kap|abb|cap|tab)\.", re.IGNORECASE
)
_INITIAL = re.compile(r"(?:[^\W\d_]\.)+")
_UNIT = re.compile(
    r"(?:[munk\u00b5]?m|cm|dm|[mk\u00b5]?g|[mcd]?l|m?s|h|min|[kMG]?Hz|[kMGT]i?B|[mkMG]?W|[kMG]Wh|[mk]?V|m?A|km/h|m/s|mph|"
    r"\u00b0[CF]?|%|\u2030|\u20ac|\u00a3|\$|EUR|USD|GBP|CHF|ft|lbs?|oz|a\.?m\.?|p\.?m\.?|AM|PM|Uhr|"
    r"(?:million|billion|thousand|hundred|per|Millionen|Milliarden|Prozent|percent)s?)(?=$|[\s.,;:!?)\u201d\u2019\"'\u00bb-])"
)


def belong(text: str, following: str) -> bool:
    """Whether a word should not be torn from the next one."""
    end = text[-1:]
    if end != "." and not end.isdigit():
        return text in _ADDRESSES
    bare = text.lstrip("\"'(\u201c\u2018\u00ab[")
    if end.isdigit():
        return _UNIT.match(following) is not None
    if following[:1].isdigit() and _NUMBERED.fullmatch(bare) or _TITLE.fullmatch(bare):
        return True
    return bare.isupper() and following[:1].isupper() and _INITIAL.fullmatch(bare) is not None
