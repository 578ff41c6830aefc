"""Extraction against hand-made gold, and its speed: ``python tests/benchmarks/extraction.py``.

Reads ``../shared/data``. The score is the F1 of character 4-grams as multisets, white space left
out, averaged over pages. Both sets were looked at during development: they are no held-out test.
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from corpus_builder.extract.html import extract

DATA = Path(__file__).parents[3] / "shared" / "data"
REPEATS = 3


class Score(NamedTuple):
    precision: float
    recall: float
    f1: float


def grams(text: str) -> Counter[str]:
    joined = "".join(text.split())
    return Counter(joined[i : i + 4] for i in range(len(joined) - 3))


def score(text: str, gold: str) -> Score:
    """Zero throughout when nothing is common; gold texts are never empty.

    >>> score("あいうえお", "あ いうえ")
    Score(precision=0.5, recall=1.0, f1=0.6666666666666666)
    """
    ours, theirs = grams(text), grams(gold)
    common = (ours & theirs).total()
    if not common:
        return Score(0.0, 0.0, 0.0)
    precision, recall = common / ours.total(), common / theirs.total()
    return Score(precision, recall, 2 * precision * recall / (precision + recall))


def evaluate(name: str) -> None:
    path = DATA / f"extraction_gold_{name}.jsonl.gz"
    if not path.exists():
        print(f"{name}: {path} is absent")
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    texts: list[str] = []
    fastest = float("inf")
    for _ in range(REPEATS):
        started = time.process_time()
        found = [extract(page["html"]) for page in pages]
        fastest = min(fastest, time.process_time() - started)
        texts = [page.text if page else "" for page in found]
    scores = [score(text, page["gold"]) for text, page in zip(texts, pages, strict=True)]
    precision, recall, f1 = (100 * statistics.mean(column) for column in zip(*scores, strict=True))
    megabytes = sum(len(page["html"].encode("utf-8", "replace")) for page in pages) / 1e6
    print(
        f"{name}: n={len(pages)} P {precision:.1f} R {recall:.1f} F1 {f1:.1f}"
        f" median {100 * statistics.median(each.f1 for each in scores):.1f}"
        f" below 50: {sum(each.f1 < 0.5 for each in scores)};"
        f" {len(pages) / fastest:.0f} pages/s, {megabytes / fastest:.1f} MB/s (CPU)"
    )


if __name__ == "__main__":
    for each in ("ja", "wcxb"):
        evaluate(each)
