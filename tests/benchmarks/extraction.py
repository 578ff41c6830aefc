"""Extraction against hand-made gold, and its speed: ``python tests/benchmarks/extraction.py``.

Reads ``../shared/data``; ``--trafilatura PYTHON`` scores trafilatura (defaults) as installed for that
interpreter by the same rules, ``--worst N`` lists the N pages with the lowest F1 of each set.

Pages are scored by multisets and averaged: of character 4-grams without white space for Japanese; for
WCXB of words as its own ``evaluate.py`` defines them, ``\\w+`` of the lowercased text. WCXB is split in
halves by a digest of the page's name: rules may be tuned on ``dev``, and are read off ``test`` only.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from corpus_builder.extract.html import extract

DATA = Path(__file__).parents[3] / "shared" / "data"
REPEATS = 3
SIDES = ("dev", "test")
SIDE = 8  # characters on each side by which a line boundary is found again
PEER = """
import json, sys, time, trafilatura
pages = [json.loads(line) for line in sys.stdin]
trafilatura.extract(pages[0])
texts, started = [], time.process_time()
for page in pages:
    texts.append(trafilatura.extract(page) or "")
print(json.dumps({"seconds": time.process_time() - started, "version": trafilatura.__version__, "texts": texts}))
"""
WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff9f\uffe0-\uffe6\U00020000-\U0003fffd"
SPACED = re.compile(rf"(?<=[{WIDE}]) +(?=[{WIDE}])")

Page = dict[str, Any]
Units = Callable[[str], Counter[str]]


class Score(NamedTuple):
    precision: float
    recall: float
    f1: float


class Lines(NamedTuple):
    """Boundaries between gold lines: found again, of these without a newline, and without a tab either (cells of
    a table's row are lines in the gold); line ends of the text that the gold has, of these inside gold lines."""

    found: int
    lost: int
    glued: int
    breaks: int
    added: int


def grams(text: str) -> Counter[str]:
    joined = "".join(text.split())
    return Counter(joined[i : i + 4] for i in range(len(joined) - 3))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def score(text: str, gold: str, units: Units) -> Score:
    """Zero throughout when nothing is common; gold texts are never empty.

    >>> score("あいうえお", "あ いうえ", grams)
    Score(precision=0.5, recall=1.0, f1=0.6666666666666666)
    >>> score("One, two", "two one two", words)
    Score(precision=1.0, recall=0.6666666666666666, f1=0.8)
    """
    ours, theirs = units(text), units(gold)
    common = (ours & theirs).total()
    if not common:
        return Score(0.0, 0.0, 0.0)
    precision, recall = common / ours.total(), common / theirs.total()
    return Score(precision, recall, 2 * precision * recall / (precision + recall))


def boundaries(text: str, gold: str) -> Lines:
    """How line ends of ``gold`` that ``text`` holds were kept, and how many of its own are in mid-line.

    A boundary is the end of a line directly followed by the start of the next, ``SIDE`` characters
    each, white space left out; it is kept when a newline stands there wherever it occurs first.

    >>> boundaries("一行目。二行目。\\n三行\\n目です", "一行目。\\n二行目。\\n三行目です")
    Lines(found=2, lost=1, glued=1, breaks=2, added=1)
    """
    joined, ends = _flat(text)
    cells = _flat(text.replace("\t", "\n"))[1]
    lines = [line for line in ("".join(each.split()) for each in gold.split("\n")) if line]
    found = lost = glued = 0
    for before, after in pairwise(lines):
        left, right = before[-SIDE:], after[:SIDE]
        at = joined.find(left + right)
        found += at >= 0
        lost += at >= 0 and at + len(left) not in ends
        glued += at >= 0 and at + len(left) not in cells
    whole, across = "\n".join(lines), "".join(lines)
    own = [line for line in ("".join(each.split()) for each in text.split("\n")) if line]
    breaks = [before[-SIDE:] + after[:SIDE] for before, after in pairwise(own)]
    breaks = [context for context in breaks if context in across]
    added = sum(context in whole for context in breaks)
    return Lines(found, lost, glued, len(breaks), added)


def _flat(text: str) -> tuple[str, set[int]]:
    """Text without white space, and the offsets in it at which a newline stood."""
    lines = ["".join(line.split()) for line in text.split("\n")]
    ends, at = set(), 0
    for line in lines:
        at += len(line)
        ends.add(at)
    return "".join(lines), ends


def half(page: Page) -> str:
    """``dev`` or ``test``, by the page's name alone."""
    return "dev" if hashlib.sha256(str(page["name"]).encode()).digest()[0] % 2 else "test"


def read(name: str) -> list[Page]:
    path = DATA / f"extraction_gold_{name}.jsonl.gz"
    if not path.exists():
        print(f"{name}: {path} is absent")
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def ours(pages: Sequence[Page]) -> tuple[list[str], float]:
    """Texts, and the least CPU seconds of some repeats."""
    texts: list[str] = []
    fastest = float("inf")
    for _ in range(REPEATS):
        started = time.process_time()
        found = [extract(page["html"]) for page in pages]
        fastest = min(fastest, time.process_time() - started)
        texts = [page.text if page else "" for page in found]
    return texts, fastest


def peer(python: str, pages: Sequence[Page]) -> tuple[list[str], float]:
    """The same by trafilatura in an environment of its own, once, after a first page for its imports."""
    given = "".join(json.dumps(page["html"]) + "\n" for page in pages)
    answer = subprocess.run([python, "-c", PEER], input=given, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)
    return found["texts"], found["seconds"]


def report(label: str, pages: Sequence[Page], texts: Sequence[str], units: Units, seconds: float) -> float:
    """Print a row, return its mean F1."""
    scores = [score(text, page["gold"], units) for text, page in zip(texts, pages, strict=True)]
    precision, recall, f1 = (100 * statistics.mean(column) for column in zip(*scores, strict=True))
    lines = [boundaries(text, page["gold"]) for text, page in zip(texts, pages, strict=True)]
    found, lost, glued, breaks, added = (sum(column) for column in zip(*lines, strict=True))
    spaces = sum(len("".join(SPACED.findall(text))) for text in texts)
    print(
        f"{label:28} {len(pages):4} {precision:6.1f} {recall:6.1f} {f1:6.1f}"
        f" {100 * statistics.median(each.f1 for each in scores):6.1f} {sum(each.f1 < 0.5 for each in scores):4}"
        f" {100 * lost / max(found, 1):6.1f} {100 * glued / max(found, 1):6.1f} {100 * added / max(breaks, 1):6.1f}"
        f" {1e4 * spaces / max(sum(map(len, texts)), 1):7.2f} {len(pages) / seconds:9.0f}"
    )
    return f1


def worst(pages: Sequence[Page], texts: Sequence[str], units: Units, count: int) -> None:
    scored = [(score(text, page["gold"], units), page["name"]) for text, page in zip(texts, pages, strict=True)]
    for each, name in sorted(scored, key=lambda pair: pair[0].f1)[:count]:
        print(f"    {name:40} P {100 * each.precision:5.1f} R {100 * each.recall:5.1f} F1 {100 * each.f1:5.1f}")


def rows(name: str, pages: Sequence[Page]) -> list[tuple[str, list[int], Units]]:
    """What is printed of a set: a label, the pages it is of, and what is counted."""
    everything = list(range(len(pages)))
    if name != "wcxb":
        return [(f"{name} chars", everything, grams)]
    halves = [(f"wcxb {side} words", [i for i in everything if half(pages[i]) == side], words) for side in SIDES]
    return [*halves, ("wcxb words", everything, words), ("wcxb chars", everything, grams)]


def compare(name: str, pages: Sequence[Page], python: str | None, count: int) -> None:
    """Print each row of a set, and under it that of trafilatura where ``python`` has it."""
    texts, seconds = ours(pages)
    theirs, slower = peer(python, pages) if python else ([], 0.0)
    for label, chosen, units in rows(name, pages):
        part, share = [pages[i] for i in chosen], len(chosen) / len(pages)
        mine = [texts[i] for i in chosen]
        f1 = report(label, part, mine, units, seconds * share)
        worst(part, mine, units, count)
        if python:
            other = [theirs[i] for i in chosen]
            their_f1 = report("  trafilatura", part, other, units, slower * share)
            worst(part, other, units, count)
            print(f"    F1 {f1 - their_f1:+.1f}, {slower / seconds:.0f} times as fast")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trafilatura", metavar="PYTHON", help="interpreter that has trafilatura")
    parser.add_argument("--worst", type=int, default=0, metavar="N")
    parser.add_argument("--pages", type=Path, help="one more set, a JSON line a page: name, html, gold")
    options = parser.parse_args()
    print(
        f"{'set':28} {'n':>4} {'P':>6} {'R':>6} {'F1':>6} {'median':>6} {'<50':>4} {'lost%':>6} {'glued%':>6}"
        f" {'added%':>6} {'sp/10k':>7} {'pages/s':>9}"
    )
    for name in ("ja", "wcxb"):
        if pages := read(name):
            compare(name, pages, options.trafilatura, options.worst)
    if options.pages:
        with options.pages.open(encoding="utf-8") as lines:
            compare(options.pages.stem, [json.loads(line) for line in lines], options.trafilatura, options.worst)


if __name__ == "__main__":
    main()
