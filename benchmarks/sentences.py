"""Sentences: how often they end where they should, how late that is known, and what it costs; beside other splitters.

    python benchmarks/sentences.py [--golden FILE] [--peers ours,sentence-stream,pysbd,sentencex] [--show ours]
                                   [--quick]
    python benchmarks/sentences.py --treebank FILE.conllu ... [--peers ...] [--show ours]

Cases: tests/text/sentences/sentences.txt, or a JSON file of {"lang", "text", "gold": [sentence, ...]}; or whole
treebanks, https://universaldependencies.org, named as they are there: de_gsd-ud-test.conllu. A peer that is not
installed is left out: pip install sentence-stream sentencex. Batch splitters are run anew on the open text at each
token, which is how they are used in a stream. Ends with 1 if a figure of ours is missed.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._splitters import PEERS, Splitter, installed, solid, tokens
from benchmarks._treebank import boundaries
from pipeline.text import SentenceSplitter
from tests.text.sentences.test_splitter_sentences import cases as own_cases

SIZES = (5_000, 20_000, 80_000)
CAP = 2.0
"""Seconds that one measurement of cost may take; what does not end in time is cut off."""

PROSE = """The ferry to Inchmore leaves at 7:40 a.m. from the old pier. Mr. Doyle, who has run it since 1998, says it
is never late. "Never?" I asked. "Well," he said, "hardly ever." The crossing takes 1.5 hours and costs £12.50, i.e.
less than the bus. Bring a coat, a book, etc. It gets cold! Dr. Ames wrote about the island in vol. 2 of her diary (see
https://example.org/ames?p=2.1 for the text). She lived there until 1931... Nobody knows why she left.

1. Buy a ticket.
2. Wait by the red gate.
3. Show it to the guard, e.g. on your phone.

Is there anything else you would like to know?

"""
SHAPES = {
    "prose": PROSE,
    "no stop": "the wind went over the hills and the grass bent and nobody came along the road ",
    "one word": "c2VudGVuY2VzIGVuZA",
    "titles": "Dr. Ames met Mr. Doyle and Mrs. Hale near St. Olave while ",
    "decimals": "from 1.25 to 3.75 in version 2.0.1 and ",
    "quotes": "\"'“(",
}


class Case(NamedTuple):
    language: str
    text: str
    sentences: list[str]


def pieces(text: str) -> Iterator[str]:
    rng, at = random.Random(1), 0
    while at < len(text):
        size = rng.randint(0, 9)
        yield text[at : at + size]
        at += size


def split(make: Callable[[str], Splitter], case: Case, chunks: Iterable[str]) -> list[tuple[str, int]]:
    """The sentences, without white space, each with the number of characters that had come before it was known."""
    splitter, fed, found = make(case.language), 0, []
    for chunk in chunks:
        fed += len(chunk)
        found += [(solid(s), fed) for s in splitter.feed(chunk)]
    found += [(solid(s), fed) for s in splitter.flush()]
    return [(s, at) for s, at in found if s]


def accuracy(make: Callable[[str], Splitter], cases: list[Case], show: bool) -> dict[str, float]:
    exact = exact_tokens = false = single = variant = lost = 0
    delays = []
    for case in cases:
        wanted = [solid(s) for s in case.sentences]
        runs = [split(make, case, way) for way in (case.text, tokens(case.text), pieces(case.text), [case.text])]
        by_character, by_token = ([s for s, _ in run] for run in runs[:2])
        exact += by_character == wanted
        exact_tokens += by_token == wanted
        variant += any([s for s, _ in run] != by_character for run in runs)
        lost += any("".join(s for s, _ in run) != solid(case.text) for run in runs)
        if len(wanted) == 1:
            single += 1
            false += len(by_character) > 1
        if by_character == wanted:
            delays += list(delay(case, runs[0]))
        elif show:
            print(f"[{case.language}] {case.text!r}\n   got  {by_character}\n   want {wanted}")
    delays.sort()
    return {
        "cases": len(cases),
        "exact, by character": exact,
        "exact, by token": exact_tokens,
        "texts of one sentence": single,
        "  cut in several": false,
        "vary with the tokens": variant,
        "lose or change text": lost,
        "delay, median": delays[len(delays) // 2] if delays else 0,
        "delay, 95 %": delays[int(len(delays) * 0.95)] if delays else 0,
    }


def delay(case: Case, run: list[tuple[str, int]]) -> Iterator[int]:
    """Characters behind the true end before it was known, for all sentences but the last."""
    ends = [at + 1 for at, char in enumerate(case.text) if not char.isspace()]
    done = 0
    for sentence, fed in run[:-1]:
        done += len(sentence)
        yield fed - ends[done - 1]


def cost(make: Callable[[str], Splitter], text: str) -> tuple[float, float, float] | None:
    """Microseconds of processor time for each token, their 99th percentile, and milliseconds of the worst; the best of
    three runs, token by token. None if it takes too long."""
    chunks, best = tokens(text), list[float]()
    for _ in range(3):
        splitter, spent = make("en"), []
        gc.disable()
        stop = time.monotonic() + CAP
        for chunk in chunks:
            began = time.perf_counter()
            splitter.feed(chunk)
            ended = time.perf_counter()
            spent.append(ended - began)
            if time.monotonic() > stop:
                gc.enable()
                return None
        gc.enable()
        best = [min(pair) for pair in zip(spent, best, strict=True)] if best else spent
    best.sort()
    return sum(best) / len(best) * 1e6, best[int(len(best) * 0.99)] * 1e6, best[-1] * 1e3


def growth(make: Callable[[str], Splitter]) -> dict[str, list[tuple[float, float, float] | None]]:
    """Each shape of text at each size; a size is left out when a smaller one took too long."""
    table: dict[str, list[tuple[float, float, float] | None]] = {}
    for shape, unit in SHAPES.items():
        row: list[tuple[float, float, float] | None] = []
        for size in SIZES:
            text = (unit * (size // len(unit) + 1))[:size]
            row.append(None if row and row[-1] is None else cost(make, text))
        table[shape] = row
    return table


def silence() -> tuple[float | None, float | None]:
    """Seconds without a token after which ours speaks a finished sentence, and one that ends in "p.m."."""
    found: list[float | None] = []
    for text in ("I am done.", "It is 5 p.m."):
        splitter = SentenceSplitter()
        splitter.feed(text, now=0.0)
        found.append(splitter.deadline)
    return found[0], found[1]


def read(golden: Path | None) -> list[Case]:
    if golden is None:
        return [Case(*case) for case in own_cases()]
    return [Case(c["lang"], c["text"], c["gold"]) for c in json.loads(golden.read_text(encoding="utf-8"))]


def shown(row: list[tuple[float, float, float] | None]) -> str:
    return " ".join("-" if cell is None else f"{cell[0]:.2f}" for cell in row)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--golden", type=Path, help="cases in JSON")
    parser.add_argument("--treebank", type=Path, nargs="+", help="paragraphs of treebanks (CoNLL-U) instead of cases")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--show", default="", help="print the cases that this splitter misses")
    parser.add_argument("--quick", action="store_true", help="accuracy alone")
    wanted = parser.parse_args()
    if wanted.treebank:
        return boundaries(wanted.treebank, dict(installed(wanted.peers)), wanted.show)
    cases, columns = read(wanted.golden), dict[str, dict[str, str]]()
    figures: dict[str, float] = {}
    for name, make in installed(wanted.peers):
        scores = accuracy(make, cases, wanted.show == name)
        column = {label: f"{value:g}" for label, value in scores.items()}
        if not wanted.quick:
            table = growth(make)
            column |= {f"µs a token, {shape}: 5k 20k 80k": shown(row) for shape, row in table.items()}
        columns[name] = column
        if name == "ours":
            figures = scores
            if not wanted.quick:
                whole = [(row[0], row[-1]) for row in table.values()]
                figures["growth"] = max(b[0] / a[0] if a and b else 99.0 for a, b in whole)
                figures["worst"] = max(b[2] if b else 99.0 for _, b in whole)
                figures["µs"], figures["p99"] = (table["prose"][-1] or (99.0, 99.0, 99.0))[:2]
    labels = list(dict.fromkeys(label for column in columns.values() for label in column))
    width = max(map(len, labels))
    print(" " * width, *(f"{name:>18}" for name in columns))
    for label in labels:
        print(label.ljust(width), *(f"{column.get(label, '-'):>18}" for column in columns.values()))
    if "ours" not in columns:
        return 0
    print("ours, in silence: a full stop after {} s, p.m. after {} s; no peer speaks".format(*silence()))
    missed = [label for label, met in goals(figures, wanted.golden is None) if not met]
    if not wanted.quick:
        print(
            f"ours: growth {figures['growth']:.2f}, worst token {figures['worst']:.2f} ms, p99 {figures['p99']:.1f} µs"
        )
    print("missed: " + ", ".join(missed) if missed else "all figures met")
    return 1 if missed else 0


def goals(figures: dict[str, float], own: bool) -> Iterator[tuple[str, bool]]:
    yield "no text varies with the tokens", figures["vary with the tokens"] == 0
    yield "no text is lost", figures["lose or change text"] == 0
    yield "delay, median <= 2", figures["delay, median"] <= 2
    if not own:
        yield "delay, 95 % <= 5", figures["delay, 95 %"] <= 5
    if own:
        yield "97 % exact", figures["exact, by token"] >= 0.97 * figures["cases"]
        yield "3 % cut in several", figures["  cut in several"] <= 0.03 * figures["texts of one sentence"]
    if "growth" in figures:
        yield "growth <= 1.3", figures["growth"] <= 1.3
        yield "worst token <= 0.5 ms", figures["worst"] <= 0.5
        yield "3 µs a token", figures["µs"] <= 3.0
        yield "p99 <= 25 µs", figures["p99"] <= 25.0


if __name__ == "__main__":
    sys.exit(main())
