"""The published filters here and in datatrove, on 1,000 real documents: verdicts, every difference, and speed.

    python tests/benchmarks/parity.py

Needs ../shared/data and the ``test`` extra (datatrove, spaCy).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "filters"))

from parity_texts import OURS, compare, documents, peers

from filters import batch_of

REPEATS = 5


def main() -> None:
    texts = documents()
    batch, size = batch_of(texts), sum(len(text.encode()) for text in texts)
    print(f"{len(texts):,} documents, {size / 1e6:.1f} MB of UTF-8")
    print(f"{'':20}{'kept there':>12}{'same verdict':>14}{'MB/s here':>12}{'MB/s there':>12}")
    for ours in OURS:
        start = time.process_time()
        kept, differences = compare(ours, peers()[ours.name], texts)
        there = time.process_time() - start
        here = min(seconds(lambda: ours(batch)) for _ in range(REPEATS))  # noqa: B023
        same = 1 - len(differences) / len(texts)
        print(f"{ours.name:20}{kept:12,}{same:14.1%}{size / here / 1e6:12,.1f}{size / (there - here) / 1e6:12,.2f}")
        for document, mine, other in differences:
            print(f"    document {document}: here {mine or 'kept'}, there {other or 'kept'}")


def seconds(work: object) -> float:
    start = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - start


if __name__ == "__main__":
    main()
