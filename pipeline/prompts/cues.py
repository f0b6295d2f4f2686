"""Words by which stage directions, speakers and preambles are known, in the languages that models write most."""

from __future__ import annotations

import re

CUE = re.compile(
    "applause|beat\\b|break\\b|chuckl|clears? (?:his|her|their)? ?throat|cut to|dramatic|end of|fade|gasp|gently|intro|"
    "jingle|laugh|long pause|moment of|music|narrator|outro|pause|quietly|scene|sfx|sigh|silence|smil|softly|sound|"
    "theme|transition|upbeat|voice|v\\.?o\\.?\\b|whisper|excited|serious|slowly|sadly|warmly|"
    "pausiert|musik|lacht|seufzt|flüstert|stille\\b|geräusch|szene|sprecher|erzähler|"
    "musique|rire|rit\\b|soupir|chuchot|bruit|scène|narrateur|"
    "pausa|música|risas|ríe\\b|suspira|susurra|silencio|escena|sonido|narrador|"
    "musica|ride\\b|risata|sospira|sussurra|silenzio|scena|suono|narratore",
    re.IGNORECASE,
)
"""How a direction begins: "(pause)", "*sighs deeply*"."""

_NAMES = (
    "narrator|narration|host|speaker|announcer|voice ?over|presenter|reader|vo|"
    "erzähler(?:in)?|sprecher(?:in)?|moderator(?:in)?|narrateur|narratrice|présentateur|présentatrice|narradora?|"
    "locutora?|presentadora?|narratore|narratrice|conduttore"
)
_MARKS = r"(?:\*\*|__|\*|_)?"
LABEL = re.compile(
    rf"{_MARKS}(?:{_NAMES})(?: ?\d)?{_MARKS}(?: ?[(\[][^()\[\]\n]{{0,60}}[)\]])?{_MARKS} ?:{_MARKS}[ \t]*",
    re.IGNORECASE,
)
"""Who speaks, where there is only one who can."""
LABELLING = re.compile(rf"{_MARKS}(?:{_NAMES})\b", re.IGNORECASE)
"""How a label begins."""

_SURE = "sure|certainly|of course|absolutely|okay|ok|great|gerne|bien sûr|claro"
OPENER = re.compile(rf"(?:{_SURE}|here|below|this is|hier|voici|aquí|ecco)\b", re.IGNORECASE)
"""How a preamble begins."""
_HERE = (
    rf"(?:(?:{_SURE})\b[^\n]{{0,20}}?[,.!:] ?)?"
    r"(?:here(?:['’]s| is| are)|below is|this is|hier ist|voici|aquí (?:está|tienes)|ecco)\b[^\n.!?:]{0,160}"
)
PREAMBLE = re.compile(rf"{_HERE}:[ \t*_]*", re.IGNORECASE)
"""A model's own words in front of what it was asked for: "Sure, here is the script:" on a line of its own."""
PREAMBLE_BEGUN = re.compile(rf"{_HERE}(?::[ \t*_]*)?", re.IGNORECASE)
PREAMBLE_HEAD = 60
"""Characters within which a preamble shows itself as one."""
