"""A listener, simulated: how long until the first sound, and how long there is nothing to hear after it.

    python -m benchmarks.listener            # a line for each source and voice (sums over three answers), and the sums
    python -m benchmarks.listener --all      # a line for each answer
    python -m benchmarks.listener --plot     # also draws benchmarks/listener.svg
    python -m benchmarks.listener --texts FILE ...   # other texts than the three answers

No audio and no real time: tokens come on a schedule; a voice speaks one passage after the other as `Speakable` says it,
so code is described (start-up time, then real-time factor x length, the whole clip at its end, 15 characters a second);
a listener plays each clip at once. What it costs him is the time to the first sound + 2 x the seconds without sound
after it.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import groupby, product
from pathlib import Path

from benchmarks._answers import ANSWERS, SOURCES, schedule
from benchmarks._bound import bound
from benchmarks._rivals import RIVALS, Cutter, adaptive, fixed
from pipeline.text import Habit, Pace, Speakable
from pipeline.types import Passage

SPEED = 15.0
"""Characters that the voice says in a second."""
VOICES = [
    (0.0, 0.01),
    (0.0, 0.3),
    (0.0, 0.95),
    (0.3, 0.05),
    (0.3, 0.3),
    (0.3, 0.6),
    (0.7, 0.5),
    (1.5, 0.05),
    (1.5, 0.4),
    (1.5, 0.95),
]
"""(start-up in seconds, real-time factor)"""
GAP = 2.0
"""What a second of silence costs, in seconds of waiting for the first sound."""
SHORTEST_GAP = 0.02
WAVERS = 0.3
"""Part of its time by which an unsteady voice is faster or slower than it should be."""
Tokens = Sequence[tuple[float, str]]
Voice = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Heard:
    first: float
    """Seconds from the first token to the first sound."""
    gaps: int
    silence: float
    """Seconds of all gaps."""
    passages: int
    length: float
    """Characters that are said of a passage, on average."""

    @property
    def cost(self) -> float:
        return self.first + GAP * self.silence


def listen(
    tokens: Tokens, voice: Voice, cutter: Cutter, pace: Pace, speakable: Speakable, wavers: float = 0.0
) -> Heard:
    """Run one answer through a cutter and a voice, and listen."""
    (start_up, factor), chance = voice, random.Random(1)
    now = free = 0.0
    sounds: list[tuple[float, float]] = []  # (ready, seconds) of each clip
    coming: deque[tuple[float, int, float]] = deque()  # (ready, index, seconds) of what the pace does not know of yet
    lengths: list[int] = []
    told = 0  # characters that were handed out

    def speak(passages: list[Passage]) -> None:
        nonlocal free, told
        for passage in passages:
            told += len(passage.text)
            length = len(speakable.say(passage).spoken)
            if not length:
                pace.skipped()
                continue
            length += passage.text != passage.text.strip()  # a pause as long as a letter
            pace.asked(passage.index, length, now)
            work = (start_up + factor * length / SPEED) * chance.uniform(1 - wavers, 1 + wavers)
            free = max(free, now) + work
            coming.append((free, passage.index, length / SPEED))
            sounds.append((free, length / SPEED))
            lengths.append(length)

    def wait_until(then: float) -> None:
        """Let everything happen that is due before `then`."""
        nonlocal now
        while True:
            ready = coming[0][0] if coming else math.inf
            due = cutter.deadline
            soonest = min(ready, math.inf if due is None else due)
            if soonest >= then or soonest == math.inf:
                return
            now = max(now, soonest)
            if ready <= now:
                ready, index, seconds = coming.popleft()
                pace.ready(index, ready, seconds)
            speak(cutter.tick(now))

    for when, text in tokens:
        wait_until(when)
        now = when
        speak(cutter.feed(text, now))
    speak(cutter.finish(now))
    wait_until(math.inf)
    if told < len("".join(text for _, text in tokens).strip()):
        raise AssertionError("text was lost")
    return heard(sounds, lengths)


def heard(sounds: Sequence[tuple[float, float]], lengths: Sequence[int]) -> Heard:
    first = dry = sounds[0][0]
    gaps, silence = 0, 0.0
    for ready, seconds in sounds:
        if ready - dry > SHORTEST_GAP:
            gaps, silence = gaps + 1, silence + ready - dry
        dry = max(dry, ready) + seconds
    return Heard(first, gaps, silence, len(lengths), sum(lengths) / len(lengths))


# ---- all rows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    answer: str
    """Its name."""
    tokens: Tokens
    source: str
    voice: Voice
    ours: Heard
    rivals: dict[str, Heard]
    bound: float

    @property
    def best(self) -> float:
        """Cost of the best rival."""
        return min(heard.cost for heard in self.rivals.values())

    @property
    def allowed(self) -> float:
        return 1.1 * self.best

    @property
    def natural(self) -> float:
        """The bound for who cuts where it sounds well."""
        return bound(self.tokens, self.voice, SPEED, GAP, between_words=False)

    @property
    def spare(self) -> bool:
        """There is time to spare: one sentence at a time leaves no silence."""
        return self.rivals["one sentence"].gaps == 0


def rows(answers: Mapping[str, str] = ANSWERS, sources: Sequence[str] = tuple(SOURCES)) -> Iterator[Row]:
    for source, voice, (name, text) in product(sources, VOICES, answers.items()):
        tokens = schedule(text, source)
        ours = listen(tokens, voice, *adaptive())
        rivals = {rival: listen(tokens, voice, *make()) for rival, make in RIVALS.items()}
        yield Row(name, tokens, source, voice, ours, rivals, bound(tokens, voice, SPEED, GAP))


def again(answers: Mapping[str, str], wavers: float) -> tuple[float, float]:
    """What our answers cost in all by voices that nobody has heard, and by those that have said another one before."""
    first = later = 0.0
    texts = list(answers.values())
    for voice, (before, text) in product(VOICES, zip(texts, texts[1:] + texts[:1], strict=True)):
        habit = Habit()
        listen(schedule(before, "50/s"), voice, *adaptive(habit), wavers)
        for source in SOURCES:
            tokens = schedule(text, source)
            first += listen(tokens, voice, *adaptive(), wavers).cost
            later += listen(tokens, voice, *adaptive(copy(habit)), wavers).cost
    return first, later


def costs(found: Iterable[Row]) -> dict[str, float]:
    """Sums: ours, the bound, each rival, and what choosing the best rival for each row would cost."""
    found = list(found)
    sums = {"ours": sum(row.ours.cost for row in found), "bound": sum(row.bound for row in found)}
    for name in RIVALS:
        sums[name] = sum(row.rivals[name].cost for row in found)
    return sums | {"best of each row": sum(row.best for row in found)}


def lengths(found: Iterable[Row]) -> float:
    """How many times as long our passages are, on average, as one sentence at a time, where there is time to spare."""
    spare = [row for row in found if row.spare]
    return sum(row.ours.length for row in spare) / sum(row.rivals["one sentence"].length for row in spare)


def most(found: Iterable[Row]) -> float:
    """The same of passages that are as long as the limits allow, whole sentences behind the first one."""
    spare = [row for row in found if row.spare]
    full = {row.answer: listen([(0.0, "".join(t for _, t in row.tokens))], (0.0, 0.0), *fixed()) for row in spare}
    return sum(full[row.answer].length for row in spare) / sum(row.rivals["one sentence"].length for row in spare)


# ---- what is shown --------------------------------------------------------------------------------------------------


def table(found: Sequence[Row], every: bool) -> None:
    names = "".join(f"{name:>14}" for name in RIVALS)
    print(f"{'source':18}{'voice':>11}  first  gaps silence length   cost |{names} |  bound")
    for (source, voice), of in groupby(found, key=lambda row: (row.source, row.voice)):
        group = list(of)
        for part in [[row] for row in group] if every else [group]:
            ours, sums = [row.ours for row in part], costs(part)
            gaps, length = sum(h.gaps for h in ours), sum(h.length for h in ours) / len(ours)
            print(
                f"{source:18}{voice[0]:5.1f} x{voice[1]:4.2f} {sum(h.first for h in ours):6.2f} {gaps:5}"
                f" {sum(h.silence for h in ours):7.2f} {length:6.0f} {sums['ours']:6.1f} |"
                + "".join(f"{sums[name]:14.1f}" for name in RIVALS)
                + f" | {sums['bound']:6.1f}"
                + (f"  {part[0].answer}" if every else "")
            )


def verdict(found: Sequence[Row]) -> bool:
    sums = costs(found)
    print(f"\ncost, sum over {len(found)} rows: " + ", ".join(f"{name} {cost:,.0f}" for name, cost in sums.items()))
    best = min(sums[name] for name in RIVALS)
    over = [row for row in found if row.ours.cost > row.allowed]
    checks = [
        (sums["ours"] < best, f"{sums['ours'] / best:.2f} x the best rival (wanted: below 1)"),
        (
            sums["ours"] <= 1.25 * sums["bound"],
            f"{sums['ours'] / sums['bound']:.2f} x the bound (wanted: 1.25 at most)",
        ),
        (not over, f"{len(over)} rows over 1.1 x the best rival (wanted: none)"),
        (
            lengths(found) >= 1.5,
            f"{lengths(found):.2f} x as long as one sentence, with time to spare (wanted: 1.5; whole sentences within"
            f" the limits: {most(found):.2f})",
        ),
    ]
    for met, text in checks:
        print(f"{'met   ' if met else 'MISSED'}  {text}")
    for row in over:
        print(
            f"          {row.answer}, {row.source}, {row.voice[0]} s x{row.voice[1]}: {row.ours.cost:.2f};"
            f" 1.1 x the best rival {row.allowed:.2f}, bound {row.bound:.2f}, at clauses {row.natural:.2f}"
        )
    if over:
        print(
            f"          the bound misses {sum(row.bound > row.allowed for row in over)} of them, too; who cuts at"
            f" sentences, clauses and conjunctions alone {sum(row.natural > row.allowed for row in over)}"
        )
    return all(met for met, _ in checks)


COLOURS = {
    "ours": "#c0392b",
    "one sentence": "#2c7fb8",
    "two sentences": "#41ab5d",
    "clause first": "#8856a7",
    "5 s pacing": "#999999",
    "bound": "#000000",
}


def plot(found: Sequence[Row]) -> str:
    """Two drawings of the mean cost of an answer: by source, by voice."""
    sources = [
        (name, costs(r for r in found if r.source == name), sum(r.source == name for r in found)) for name in SOURCES
    ]
    voices = [
        (f"{v[0]:g} s x{v[1]:g}", costs(r for r in found if r.voice == v), sum(r.voice == v for r in found))
        for v in VOICES
    ]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="980" height="860" font-family="sans-serif" font-size="12">',
        '<rect width="980" height="860" fill="white"/>',
        *panel("Cost to the listener by how the text comes (seconds, mean; log scale)", 30, sources),
        *panel("... and by voice (start-up, real-time factor)", 420, voices),
    ]
    for number, (name, colour) in enumerate(COLOURS.items()):
        x = 60 + 150 * number
        parts.append(f'<rect x="{x}" y="820" width="14" height="14" fill="{colour}"/>')
        parts.append(f'<text x="{x + 20}" y="832">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def panel(title: str, top: int, groups: Sequence[tuple[str, dict[str, float], int]]) -> Iterator[str]:
    height, left, step, low, high = 290, 60, 90, math.log(1.0), math.log(150.0)

    def y(seconds: float) -> float:
        return round(top + 30 + height * (1 - (math.log(max(seconds, 1.0)) - low) / (high - low)), 1)

    yield f'<text x="{left}" y="{top + 12}" font-size="15">{title}</text>'
    for tick in (1, 2, 5, 10, 20, 50, 100):
        yield f'<line x1="{left}" x2="960" y1="{y(tick)}" y2="{y(tick)}" stroke="#dddddd"/>'
        yield f'<text x="{left - 8}" y="{y(tick) + 4}" text-anchor="end">{tick}</text>'
    for number, (label, sums, count) in enumerate(groups):
        for place, (name, colour) in enumerate(COLOURS.items()):
            mean, x = sums[name] / count, left + 10 + number * step + place * 12
            yield f'<rect x="{x}" y="{y(mean)}" width="11" height="{round(y(1.0) - y(mean), 1)}" fill="{colour}"/>'
        yield f'<text x="{left + 46 + number * step}" y="{top + height + 48}" text-anchor="middle">{label}</text>'


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--all", action="store_true", help="a line for each answer")
    options.add_argument("--plot", action="store_true", help="draw benchmarks/listener.svg")
    options.add_argument("--texts", nargs="+", type=Path, metavar="FILE", help="speak these in place of the answers")
    given = options.parse_args()
    texts = {path.stem: path.read_text(encoding="utf-8").strip() for path in given.texts or ()} or ANSWERS
    found = list(rows(texts))
    table(found, given.all)
    if given.plot:
        Path(__file__).with_suffix(".svg").write_text(plot(found), encoding="utf-8")
    met = verdict(found)
    for voices, wavers in (("steady voices", 0.0), (f"voices that waver by {WAVERS:.0%}", WAVERS)):
        first, later = again(texts, wavers)
        print(f"        {voices}: {first:,.0f} when nobody has heard them, {later:,.0f} after another answer")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
