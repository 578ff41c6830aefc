"""The extractor against marked pages, by split and type: ``python tests/benchmarks/gold/gold_score.py [FOLDER]``.

FOLDER is where ``html_ja.tar.zst`` was unpacked; without it the archive in ``../shared/data`` is read. F1 of
character 4-grams as multisets without white space, macro average; pages without main text are listed apart.
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from render import ARCHIVE, bodies, gold, load, split, text_of

from corpus_builder.extract.html import extract

WORST = 15


class Scored(NamedTuple):
    path: str
    groups: tuple[str, ...]
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / ((self.precision + self.recall) or 1.0)


def grams(text: str) -> Counter[str]:
    joined = "".join(text.split())
    return Counter(joined[i : i + 4] for i in range(len(joined) - 3))


def line(name: str, pages: list[Scored]) -> str:
    precision, recall, f1 = (
        100 * statistics.mean(column) for column in zip(*((p.precision, p.recall, p.f1) for p in pages), strict=True)
    )
    low = sum(page.f1 < 0.5 for page in pages)
    median = 100 * statistics.median(page.f1 for page in pages)
    scores = f"P {precision:5.1f} R {recall:5.1f} F1 {f1:5.1f} median {median:5.1f} below 50: {low}"
    return f"{name:14} n={len(pages):3} {scores}"


def main(source: Path) -> None:
    pages: list[Scored] = []
    for row, body in bodies(load(), source):
        html = text_of(row, body)
        page = extract(html)
        ours, theirs = grams(page.text if page else ""), grams(gold(html, row))
        if not theirs:
            print(f"no main text: {ours.total()} 4-grams from {row['path']}")
            continue
        common = (ours & theirs).total()
        groups = ("all", split(row), row["type"])
        pages.append(Scored(row["path"], groups, common / (ours.total() or 1), common / theirs.total()))
    for name in sorted({group for page in pages for group in page.groups}):
        print(line(name, [page for page in pages if name in page.groups]))
    for page in sorted(pages, key=lambda page: page.f1)[:WORST]:
        print(f"F1 {100 * page.f1:5.1f} P {100 * page.precision:5.1f} R {100 * page.recall:5.1f} {page.path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ARCHIVE)
