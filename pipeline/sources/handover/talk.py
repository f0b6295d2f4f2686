"""Talk about an answer that is no part of it: "Of course! Continuing from where I left off:", in many languages.

A part is a sentence, or a line, at the beginning of what a model says. One word alone tells nothing: "Continuing his
walk, he met a dog." is a story. A part is talk when it says where the answer broke off, or calls what follows a
continuation, and also begins or ends as talk does; a courtesy ("Sure!") when such a part follows, or a sentence was to
be finished.
"""

from __future__ import annotations

import re
from enum import Enum, auto

LONGEST = 300
"""Characters of a part."""
_WORDS = 3
"""Words of a courtesy at most."""
_BEFORE = 8
"""Characters that may stand before the name of a continuation."""

END = re.compile(
    r"[ \t]*\n{1,2}"
    r"|(?<=[:.!?…])[*_)\]\"'”’»]*[ \t\u00a0]"
    r"|[*_)\]]+[:.!?…][*_]*[ \t]"
    r"|[。！？：؟।]+[*_]*[ \t]?\n{0,2}"
    r"|[ \t][-–—]+[ \t]"
)
"""Where a part ends."""

_COURTESIES = (
    "Sure|Certainly|Of course|Absolutely|Okay|OK|Alright|All right|Great|Understood|Right|Got it|No problem|Gladly|Yes|"
    "Here (?:you|we) go|"
    "Natürlich|Gerne?|Klar|Selbstverständlich|Sicher|Verstanden|In Ordnung|Kein Problem|Bien sûr|Certainement|"
    "D['’]accord|Avec plaisir|Volontiers|Entendu|Très bien|¡?Claro|¡?Por supuesto|Con gusto|De acuerdo|¡?Entendido|"
    "Certo|Certamente|Va bene|Volentieri|Com certeza|Natuurlijk|Zeker|Självklart|Naturligtvis|Selvfølgelig|Naturligvis|"
    "Totta kai|Oczywiście|Jasne|Samozřejmě|Samozrejme|Конечно|Хорошо|Разумеется|Звичайно|Tabi[iî]|Elbette|"
    "Természetesen|Desigur|Sigur|Φυσικά|Βεβαίως|もちろん|はい|わかりました|承知|当然|當然|好的|没问题|물론|알겠습니다|"
    "بالتأكيد|بالطبع|حسنا|כמובן|ज़रूर|बिल्कुल|Chắc chắn|Tentu|Baik|البته"
)
_BEGINNINGS = (
    "Apologies|My apologies|I apologi[sz]e|Sorry|Here['’]s|Here (?:is|are)|Continu(?:ing|ation|ed)|Picking up|"
    "Resuming|Carrying on|Let me|Let['’]s|I['’](?:ll|m)|I (?:will|am)|Below is|The (?:rest|continuation)|As requested|"
    "Hier|Ich|Entschuldig|Fortsetzung|Weiter|Voici|Je|Désolé|Suite|Aquí|Voy|Contin[uú]|Sigo|Retomo|Disculp|Ecco|"
    "Riprendo|Proseguo|Vou|Aqui|Desculp|Ik|Jag|Jeg|Här|Her|Oto|Kontynuuj|Przepraszam|Pokračuj|Продолж|Вот|Извин|Продовж|"
    "Kaldığ|Devam|Folytat|Συνεχίζω|Jatkan"
)
_SEQUELS = {
    "en": r"continuing|continuation|^continued$|the rest|remainder|remaining|picking up|resum(?:e|ing)",
    "de": r"fortsetz\w*|der rest|geht(?: e|['’])s weiter|weiter geht(?: e|['’])s|fahre\b.*\bfort|mache\b.*\bweiter"
    r"|setze\b.*\bfort|weiter$",
    "fr": r"(?:la )?suite|je (?:continue|reprends|poursuis)|le reste",
    "es, it, pt, ro": r"continu(?:ación|azione|ação|ando|are|i)|contin[uú]o|sigo|retomo|ripren\w+|pros[es]+[gi]u?o|"
    r"(?:el|il|o) rest(?:o|ante)|il seguito|restul",
    "nl, sv, da, no, fi": r"vervolg|verder|de rest|forts[aæ]?[tä]\w*|fortsett\w*|resten|jatko|jatkan",
    "pl, cs, sk": r"kontynu\w+|ciąg dalszy|dalsz[ya]|pokračov\w+|pokračuj\w*|zbytek|zvyšok",
    "ru, uk": r"продолж(?:ение|аю|им|у)|оста(?:льн|вш)\w+|продовж(?:ення|ую)|решта",
    "tr, hu, el": r"devam(?:ı| ed)\w*|kaldığı\w*|geri kalan\w*|folytat(?:ás|om)\w*|συνέχεια|συνεχίζω|υπόλοιπ\w+",
    "vi, id": r"tiếp tục|phần (?:còn lại|tiếp)|(?:me)?lanjut\w*|sisanya",
}
_SEQUELS_IN_A_WORD = {
    "ja": r"続き|つづき",
    "zh": r"续写|續寫|接着?上文|继续(?:上文|前文|回答|之前|刚才|讲|写)|剩余|其余部分|余下",
    "ko": r"이어서|계속하겠|이어지는|나머지",
    "ar, fa": r"تكملة|تتمة|[أن]كمل|متابعة|بقية|استكمال|سأتابع|سأواصل|ادامه",
    "he, hi, th": r"המשך|ממשיך|जारी|शेष|ต่อจาก|ส่วนที่เหลือ",
}
_BREAKS = {
    "en": r"\b(?:left|cut|broke) off\b|\bwhere (?:i|we|it) (?:stopped|left)\b|\binterruption\b"
    r"|\b(?:continu(?:e|ing)|pick(?:ing)? up|go(?:ing)? on|resum(?:e|ing)|carry(?:ing)? on) "
    r"(?:right |exactly |directly )?(?:from|where|(?:with )?(?:the|my|our|your) (?:last |previous )?"
    r"(?:story|text|answer|response))\b",
    "de": r"aufgehört|unterbr[oe]ch|unterbrechung|abgebrochen|stehen ?geblieben",
    "fr": r"\boù\b.*(?:arrêté|interrompu|laissé)|interruption",
    "es, it, pt": r"\bdonde\b.*(?:dej|qued|interrump)|interrott|rimast|\bonde (?:parei|paramos|parou)"
    r"|interr(?:upción|uzione|upção)",
    "nl, pl, ru, tr": r"gebleven|onderbr[eo]k|przerwa|останов|прерв|kaldığım",
    "zh, ja, ko, ar": r"中断|停下|断开|途切|중단|멈춘|끊긴|توقفت|انقطع",
}

_SEQUEL = re.compile(rf"(?i)\b(?:{'|'.join(_SEQUELS.values())})\b|{'|'.join(_SEQUELS_IN_A_WORD.values())}")
_BREAK = re.compile(f"(?i){'|'.join(_BREAKS.values())}")
_GO_ON = re.compile(
    r"(?i)\b(?:i['’]ll|i will|let me|let us|let['’]s)(?: now| just)? (?:continu|go on|carry on|resum|proceed|finish)\w*"
    r"(?: now| here)?$"
)
_HERE = re.compile(r"(?i)\bhere(?:['’]s| is| are)\b|\blet me\b|\bi['’]ll\b|\bhier\b|\bvoici\b|\baquí\b|\becco\b")
_FRONT = r"[\s*_(\[\"“]*"
_COURTESY = re.compile(rf"{_FRONT}(?:{_COURTESIES})(?!\w)|{_FRONT}(?:もちろん|承知|물론)")
_BEGINNING = re.compile(rf"{_FRONT}(?:{_COURTESIES}|{_BEGINNINGS})")
_COMMA = re.compile(r"[^,，:\n]*[,，][ \t]*(?=\S)")
_RULE = re.compile(r"\s*([-*_=~])\1{2,}[ \t]*\n")
_WRAPPED = re.compile(r"\s*[(\[*_].*[)\]*_]\s*$", re.DOTALL)


class Verdict(Enum):
    TALK = auto()
    PERHAPS = auto()
    """What follows tells."""
    ANSWER = auto()


def begins(text: str) -> bool:
    """Whether one of the usual phrases stands there; for a few characters, whether one may."""
    return len(text.split()) < _WORDS or bool(_BEGINNING.match(text))


def judged(part: str, *, polite: bool, unfinished: bool) -> Verdict:
    """`polite`: a courtesy stands before it. `unfinished`: a sentence was to be finished, which no talk does."""
    bare = part.strip(" \t\n\u00a0*_#()[]:：.。!！…-–—")
    if not bare:
        return Verdict.TALK if _RULE.match(part) else Verdict.ANSWER
    introduces = part.rstrip(" \t\n*_")[-1:] in (":", "：")
    alone = "\n\n" in part
    courteous = bool(_COURTESY.match(part))
    sequel = _SEQUEL.search(bare)
    about = bool(_BREAK.search(bare) or _GO_ON.search(bare))
    if sequel or about:
        begun = bool(_BEGINNING.match(part))
        if polite or courteous or _WRAPPED.match(part) or (begun and (introduces or about)):
            return Verdict.TALK
        if sequel and introduces and sequel.start() < _BEFORE:
            return Verdict.TALK
        if begun and alone and (_HERE.search(part) or len(bare.split()) < _WORDS):
            return Verdict.TALK
    if courteous:
        brief = len(bare.split()) <= _WORDS and (unfinished or alone)
        closed = "\n" in part or "!" in part or "！" in part or _COURTESY.fullmatch(bare)  # not "Great Britain."
        return Verdict.TALK if (brief and closed) or _HERE.search(part) else Verdict.PERHAPS
    return Verdict.PERHAPS if introduces or alone else Verdict.ANSWER


def before_comma(part: str) -> int:
    """How much is talk of "Picking up where I left off, he went home."; all of it where no comma follows."""
    told = _BREAK.search(part)
    comma = _COMMA.match(part, told.end()) if told else None
    return comma.end() if comma else len(part)
