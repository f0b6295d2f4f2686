"""Does an engine keep its promises? Asked of every engine in the tests, and briefly by `aloud doctor`."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pipeline.engines import trials
from pipeline.engines.trials import SENTENCE, Fault, amiss, cancelled, closed, least, speak, stillness, within
from pipeline.errors import AloudError, EngineError, UnknownVoice
from pipeline.ports import Engine
from pipeline.types import Voice
from pipeline.utterance import ends, offers, unfit

OTHERS = (
    "Seven ships sailed north.",
    "A thin layer of snow covered the silent fields beyond the village.",
    "Please remember to lock the front door when you leave the house tonight, and put the key under the mat.",
)
SCRIPTS = {
    "Arabic": "مرحبا بالعالم",
    "Bengali": "ওহে বিশ্ব",
    "Chinese": "你好，世界。",
    "Cyrillic": "Привет, мир!",
    "Devanagari": "नमस्ते दुनिया।",
    "Ethiopic": "ሰላም ዓለም።",
    "Georgian": "გამარჯობა მსოფლიო",
    "Greek": "Γειά σου Κόσμε.",
    "Hebrew": "שלום עולם",
    "Japanese": "こんにちは、世界。",
    "Korean": "안녕하세요 세계",
    "Latin": "Zażółć gęślą jaźń, naïve façade.",
    "Tamil": "வணக்கம் உலகம்",
    "Thai": "สวัสดีชาวโลก",
    "emoji": "👩\u200d👩\u200d👧 🇺🇳 👍🏽 ☕",
    "cuneiform": "𒀀𒁀 and 𓀀",
    "mathematics": "∑ x² ≤ √π ⇒ ∞",
}
HOSTILE = (
    "before\0after",
    "lone \ud800 surrogate",
    "bell \x07 escape \x1b[31m delete \x7f",
    "right \u202e to left \u2066 marks \ufeff",
    "<speak><break time='9s'/>markup & entities &amp; ]]></speak>",
    "[[h@'loU]] {tags} %s %n $(x)",
    "a" * 600,
    "e" + "\u0301" * 300,
)
WIDE = "\u201cIt\u2019s a \u201cquick\u201d brown fox,\u201d she said \u2014 \U0001f44d \u2014 and went. He did not."
"""In bytes, and in the units of UTF-16, its words stand elsewhere than in characters."""
CODE = re.compile("[A-Za-z]{2,4}([-_][A-Za-z0-9]+)*")
"""Of a language, as de, pt-BR, or eSpeak's own piqd."""

CANCEL = 0.25
"""Seconds in which a closed generator has stopped the voice."""
STILL = 0.2
"""Seconds that the event loop may stand still."""


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    ok: bool
    detail: str
    seconds: float


async def fits(engine: Engine, voice: Voice) -> str:
    """It has all that `Engine` asks for, and says what it is."""
    if wrong := unfit(engine, Engine):
        raise Fault(wrong)
    if not engine.name or not engine.version:
        raise Fault("its name or its version is empty, and kept sounds are found by them")
    return f"{engine.name} {engine.version}"


async def speaks(engine: Engine, voice: Voice) -> str:
    """A sentence is heard, as 16-bit samples at the rate that the engine declares."""
    rate = engine.sample_rate
    began = time.monotonic()
    spoken = await speak(engine, SENTENCE, voice)
    if wrong := amiss(spoken.sound):
        raise Fault(wrong)
    pace = len(SENTENCE) / spoken.seconds
    if not 4 < pace < 40:
        raise Fault(f"{pace:.1f} characters per second at the declared rate of {rate} Hz: is the rate true?")
    if engine.sample_rate != rate:
        raise Fault(f"the sample rate changed from {rate} to {engine.sample_rate} Hz by speaking")
    return f"{spoken.seconds:.1f} s of sound in {time.monotonic() - began:.2f} s"


async def blank(engine: Engine, voice: Voice) -> str:
    """Nothing to say makes no sound, and no error."""
    for text in ("", " ", "\n\t\u00a0\u3000"):
        if spoken := (await speak(engine, text, voice)).seconds:
            raise Fault(f"{text!r} gave {spoken:.2f} s of sound")
    return "no sound"


async def unknown_voice(engine: Engine, voice: Voice) -> str:
    """A voice that does not exist is refused by name, not replaced."""
    wrong = "no-such-voice-anywhere"
    try:
        await speak(engine, SENTENCE, Voice(engine=voice.engine, name=wrong))
    except UnknownVoice as error:
        if wrong not in error.message:
            raise Fault(f"the refusal does not name the voice: {error.message}") from error
        return error.message
    if await engine.voices():
        raise Fault("a voice that is not in the list was accepted")
    return "any name may be tried"


async def cancel(engine: Engine, voice: Voice) -> str:
    """Closing stops the voice at once, wherever it is, and leaves the engine fit."""
    slowest = 0.0
    for heard in (0, 1, 5):
        for way in (closed, cancelled):
            slowest = max(slowest, await least(way, engine, voice, heard, enough=CANCEL))
            if slowest > CANCEL:
                raise Fault(f"stopping took {1000 * slowest:.0f} ms; {1000 * CANCEL:.0f} are allowed")
    await speak(engine, SENTENCE, voice)
    return f"{1000 * slowest:.0f} ms"


async def voices(engine: Engine, voice: Voice) -> str:
    """The list is whole, without doubles, and what stands in it can be asked for, languages too."""
    async with within(trials.PATIENCE, "tell its voices"):
        infos = offers(engine.name, await engine.voices())
    names = [info.name for info in infos]
    if len(set(names)) != len(names) or not all(names):
        raise Fault("the list of voices has doubles, or a voice without a name")
    codes = [code for info in infos for code in info.languages]
    if odd := [code for code in codes if not CODE.fullmatch(code)]:
        raise Fault(f"{odd[0]!r} is the code of no language, as de or pt-BR are")
    for name in {names[0], names[-1]} if names else ():
        await speak(engine, "One.", Voice(engine=voice.engine, name=name))
    for code in {codes[0], codes[-1]} if codes else ():
        await speak(engine, "One.", Voice(engine=voice.engine, language=code))
    with suppress(UnknownVoice, EngineError):
        await speak(engine, "One.", Voice(engine=voice.engine, language="zxx"))
    return f"{len(names)} voices"


async def together(engine: Engine, voice: Voice) -> str:
    """Several at once are each as long as alone: none is lost, cut or mixed up."""
    texts = (SENTENCE, *OTHERS)
    alone = [(await speak(engine, text, voice)).seconds for text in texts]
    many = list(itertools.islice(itertools.cycle(range(len(texts))), max(8, engine.parallel + 2)))
    spoken = await asyncio.gather(*(speak(engine, texts[which], voice) for which in many))
    for which, one in zip(many, spoken, strict=True):
        if abs(one.seconds - alone[which]) > 0.1 * alone[which] + 0.05:
            raise Fault(f"alone a sentence takes {alone[which]:.2f} s, among others {one.seconds:.2f} s")
    return f"{len(many)} at once"


async def long(engine: Engine, voice: Voice) -> str:
    """A text of 10,000 characters is spoken to its end."""
    text = (SENTENCE + " ") * (10_000 // len(SENTENCE) + 1)
    one, whole = await speak(engine, SENTENCE, voice), await speak(engine, text[:10_000], voice)
    share = whole.seconds / (one.seconds * 10_000 / len(SENTENCE) or 1)
    if share < 0.6:
        raise Fault(f"only about {100 * share:.0f} % of 10,000 characters were heard")
    return f"{whole.seconds:.0f} s"


async def scripts(engine: Engine, voice: Voice) -> str:
    """Every script ends in sound, in nothing or in an EngineError, and harms nothing."""
    return await _survives(engine, voice, SCRIPTS.values())


async def hostile(engine: Engine, voice: Voice) -> str:
    """Control characters, markup and half characters are text like any other."""
    return await _survives(engine, voice, HOSTILE)


async def numbers(engine: Engine, voice: Voice) -> str:
    """Speed, pitch and volume outside of what the engine can do are kept within it; faster is not slower."""
    for odd in (0.0, -1.0, 1e9, float("nan"), float("inf")):
        for changed in (Voice(name=voice.name, speed=odd), Voice(name=voice.name, pitch=odd, volume=odd)):
            if not (await speak(engine, SENTENCE, changed)).seconds:
                raise Fault(f"no sound with {changed}")
    slow, fast = [(await speak(engine, SENTENCE, Voice(name=voice.name, speed=speed))).seconds for speed in (0.8, 1.25)]
    if fast > 1.1 * slow:
        raise Fault(f"a sentence takes {slow:.2f} s at a speed of 0.8, and {fast:.2f} s at one of 1.25")
    return "kept within bounds" if slow > 1.1 * fast else "kept within bounds; speed makes no difference"


async def times(engine: Engine, voice: Voice) -> str:
    """Word times, where there are any, point into the text and the sound, in order."""
    count = 0
    for text in (SENTENCE, *OTHERS, WIDE):
        spoken = await speak(engine, text, voice)
        start, at = 0, 0.0
        for word in spoken.times:
            if not start <= word.start < word.end <= len(text):
                raise Fault(f"{word} is out of order, or outside of the {len(text)} characters of the text")
            if not (word.at >= 0 and word.seconds >= 0 and word.at + word.seconds <= spoken.seconds + 0.1):
                raise Fault(f"{word} is outside of the {spoken.seconds:.2f} s of sound")
            if word.at < at - 0.001:
                raise Fault(f"{word} is heard before the word in front of it: times count from the first sample")
            start, at = word.start, word.at
        if spoken.times and at < spoken.seconds / 3:
            raise Fault(f"the last of {len(spoken.times)} words begins at {at:.2f} s of {spoken.seconds:.2f}")
        count += len(spoken.times)
    return f"{count} word times" if count else "no word times"


async def loop(engine: Engine, voice: Voice) -> str:
    """While it speaks, everything else goes on."""
    longest = await least(stillness, engine, voice, 3, enough=STILL)
    if longest > STILL:
        raise Fault(f"the event loop stood still for {1000 * longest:.0f} ms")
    return f"never still for more than {1000 * longest:.0f} ms"


async def closes(engine: Engine, voice: Voice) -> str:
    """It can be closed twice. Asked last: afterwards the engine is gone."""
    async with within(trials.STOP, "close"):
        await engine.aclose()
        await engine.aclose()
    return "closed"


Check = Callable[[Engine, Voice], Awaitable[str]]

QUICK: tuple[Check, ...] = (fits, speaks, blank, unknown_voice, cancel)
CHECKS: tuple[Check, ...] = (
    *QUICK, voices, together, long, scripts, hostile, numbers, times, loop, closes,
)  # fmt: skip


async def check(engine: Engine, voice: Voice | None = None, checks: Sequence[Check] = QUICK) -> list[Result]:
    """A result for each promise in turn; a broken one does not end the others. `checks`: the `QUICK` ones, or `CHECKS`,
    which are all of them and leave the engine closed."""
    return [await examine(engine, one, voice) for one in checks]


async def examine(engine: Engine, one: Check, voice: Voice | None = None) -> Result:
    began = time.monotonic()
    try:
        detail, ok = await one(engine, voice or Voice()), True
    except (AloudError, Fault) as error:
        detail, ok = str(error), False
    except BaseException as error:  # an engine must raise nothing but AloudError
        if ends(error):
            raise
        detail, ok = f"it raised {type(error).__name__}: {error}", False
    return Result(one.__name__, ok, detail, time.monotonic() - began)


async def _survives(engine: Engine, voice: Voice, texts: Iterable[str]) -> str:
    refused = 0
    for text in texts:
        try:
            await speak(engine, text, voice)
        except EngineError:
            refused += 1
    if not (await speak(engine, SENTENCE, voice)).seconds:
        raise Fault("afterwards the engine is silent")
    return f"{refused} refused" if refused else "all taken"
