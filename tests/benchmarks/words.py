"""What the shipped word lists refuse: of labelled paragraphs, of good text, and how fast they look.

    PYTHONPATH=.:tests/filters python tests/benchmarks/words.py

Reads ``../shared/data``. The halves of the labels are by digest of the text. The lists were written from general
knowledge before any label was seen; paragraphs of the first half alone were read to revise them, but the bound of spam
was set with the figures of both. The labels have near-duplicates, so that n is less than it looks. Whole pages have
their menus, and among their sites is one that sells medicine: of what is refused some is printed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from language_texts import DATA, good_pages, learned_from, literature, measured_on, pages_text

from filters import Measure, batch_of
from filters.words import found, word_list, words

BOUNDS = {"adult": 0.02, "violence": 0.02, "spam": 0.04}
Refused = npt.NDArray[np.bool_]
Columns = dict[str, npt.NDArray[np.float64]]


def columns(texts: Sequence[str]) -> Columns:
    """Every column of every list."""
    batch = batch_of(texts)
    answers = [words(name)(batch) for name in BOUNDS]
    return {name: np.array(column, float) for answer in answers for name, column in answer.items()}


def shipped(measured: Columns, names: Sequence[str] = tuple(BOUNDS)) -> Refused:
    return np.any([measured[f"{name}_ratio"] > BOUNDS[name] for name in names], axis=0)


def labels() -> None:
    with gzip.open(DATA / "quality_labels_ja.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    bad = np.array([row["label"] == "bad" for row in rows])
    half = np.array([hashlib.sha256(row["text"].encode()).digest()[0] % 2 for row in rows])
    measured = columns([row["text"] for row in rows])
    rules: dict[str, Refused] = {}
    for name in BOUNDS:
        rules[f"{name}: any word"] = measured[f"{name}_words"] >= 1
        rules[f"{name}: 2 words"] = measured[f"{name}_words"] >= 2
        rules[f"{name}: shipped"] = shipped(measured, (name,))
    rules["adult, violence"] = shipped(measured, ("adult", "violence"))
    rules["all, shipped"] = shipped(measured)
    print(f"{'rule':18} {'half':>6} {'n':>4} refused  bad precision (95 %) caught good lost")
    for title, refused in rules.items():
        for part, keep in (("first", half == 0), ("second", half == 1), ("both", half >= 0)):
            hits, right = int((refused & keep).sum()), int((refused & keep & bad).sum())
            lost = (hits - right) / (keep & ~bad).sum()
            low = wilson(right, hits)
            precision = f"{right / hits:9.1%} ({low:.0%}–)" if hits else "        –       "
            caught = right / (keep & bad).sum()
            print(f"{title:18} {part:>6} {keep.sum():4} {hits:7} {right:4} {precision} {caught:6.1%} {lost:9.1%}")


def wilson(right: int, of: int) -> float:
    """The lower end of the 95 % interval of a share."""
    if not of:
        return 0.0
    z, share = 1.96, right / of
    return (share + z * z / 2 / of - z * math.sqrt(share * (1 - share) / of + z * z / 4 / of**2)) / (1 + z * z / of)


def safety(sets: dict[str, list[str]]) -> None:
    print(f"\n{'good text':24} {'n':>6}  any adult  violence  spam | refused by adult, violence, spam")
    for title, texts in sets.items():
        measured = columns(texts)
        any_of = " ".join(f"{int((measured[f'{name}_words'] > 0).sum()):9}" for name in BOUNDS)
        refused = {name: shipped(measured, (name,)) for name in BOUNDS}
        print(f"{title:24} {len(texts):6} {any_of} | {' '.join(f'{int(refused[name].sum()):4}' for name in BOUNDS)}")
        for name in BOUNDS:
            for at in np.flatnonzero(refused[name])[:4]:
                print(f"    {name}: {len(texts[at])} characters, {found(texts[at], word_list(name))[:5]}")


def speed(sets: dict[str, list[str]]) -> None:
    print("\nMB/s of UTF-8, one core, least of five")
    for title, texts in sets.items():
        batch = batch_of(texts)
        size = sum(len(text.encode()) for text in texts) / 1e6
        rates = "  ".join(f"{name} {size / seconds(words(name), batch):5.0f}" for name in BOUNDS)
        print(f"{title:24} {size:5.1f} MB  {rates}")


def seconds(measure: Measure, batch: pa.RecordBatch) -> float:
    """Of processor time, the least of five runs after one that compiles."""
    took = []
    for _ in range(6):
        start = time.process_time()
        measure(batch)
        took.append(time.process_time() - start)
    return min(took)


def main() -> None:
    labels()
    sets = {
        "articles": good_pages(),
        "literature (first 200)": literature()[:200],
        "literature": literature(),
        "UD, WAC sentences": measured_on()["ja"],
        "JGLUE, complaints, pages": learned_from()["ja"],
        "pages, whole": pages_text("ja"),
    }
    safety(sets)
    speed({title: sets[title] for title in ("literature (first 200)", "pages, whole")})


if __name__ == "__main__":
    main()
