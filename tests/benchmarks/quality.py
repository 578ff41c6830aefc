"""The learned quality model, held out and on known-good text.

    PYTHONPATH=.:tests/filters python tests/benchmarks/quality.py [VECTORS]

Reads ``../shared/data``. With VECTORS (see tests/filters/train_quality.py) it trains anew within the folds. Known-good
is by origin and judged by the shipped model, which learned nothing from these texts.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from language_texts import good_pages, learned_from, literature, pages
from train_quality import auc, bags, clusters, folds, held_out, labelled, lexicon, removed

from corpus_builder.extract.html import extract
from filters import batch_of
from filters.quality import measure_quality

BOUNDS = (0.1, 0.15, 0.2, 0.25, 0.3)
PAGES_A_SITE = 60


def cross_validated(vectors: Path) -> None:
    texts, good = labelled()
    given, words, cluster = bags(texts), lexicon(vectors), clusters(texts)
    runs = [held_out(given, good, words, folds(cluster, seed)) for seed in range(3)]
    figures = [[auc(run, good), *(removed(run, good, lost) for lost in (0.05, 0.1, 0.2))] for run in runs]
    print(f"n {len(good)}: AUC, bad removed at 5, 10, 20 % of good lost:", np.round(np.mean(figures, axis=0), 3))


def known_good() -> dict[str, list[str]]:
    sets = {"articles": good_pages(), "aozora": [text for text in literature() if len(text) > 500][:200]}
    seen: dict[str, int] = {}
    for to_learn in (True, False):
        for name, markup in pages("ja", to_learn):
            site = name.split("/")[1]
            seen[site] = seen.get(site, 0) + 1
            if seen[site] <= PAGES_A_SITE and (site.startswith("deb:") or site == "momdo+momdo.github.io"):
                page = extract(markup)
                kind = "documentation" if site.startswith("deb:") else "specifications"
                if page is not None and len(page.text) >= 100:
                    sets.setdefault(kind, []).append(page.text)
    sets["sentences, 4 together"] = ["".join(learned_from()["ja"][at : at + 4]) for at in range(0, 4000, 4)]
    return sets


def main() -> None:
    if sys.argv[1:]:
        cross_validated(Path(sys.argv[1]))
    texts, good = labelled()
    found = {"labelled bad (trained on)": [text for text, is_good in zip(texts, good, strict=True) if not is_good]}
    print("rejected below", BOUNDS)
    for name, cell in (found | known_good()).items():
        batch = batch_of(cell)
        measure_quality(batch)
        started = time.process_time()
        answer = measure_quality(batch)["quality"].to_numpy()
        speed = batch.column("text").nbytes / 1e6 / (time.process_time() - started)
        print(
            f"{name:26} n {len(cell):5}", *(f"{(answer < bound).mean():6.1%}" for bound in BOUNDS), f"{speed:6.0f} MB/s"
        )


if __name__ == "__main__":
    main()
