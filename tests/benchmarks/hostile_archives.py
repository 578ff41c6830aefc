"""What is read of every real archive, and what is lost: records given, dropped by reason, poisoned by kind and place.

    python tests/benchmarks/hostile_archives.py [FILE ...]

Without files, those of ../shared/data/warc.tar.zst are read. ``bytes lost`` counts poisoned stretches of known length.
"""

from __future__ import annotations

import io
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import zstandard

from corpus_builder.sources.reading import Dropped, NoWatch, Poisoned
from corpus_builder.sources.record import Record
from corpus_builder.sources.warc import walk

ARCHIVES = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "warc.tar.zst"


def archives() -> Iterator[tuple[str, bytes]]:
    with (
        ARCHIVES.open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in tar:
            if member.isfile() and (content := tar.extractfile(member)):
                yield member.name.removeprefix("./"), content.read()


def main() -> None:
    files = ((name, Path(name).read_bytes()) for name in sys.argv[1:]) if len(sys.argv) > 1 else archives()
    total: Counter[str] = Counter()
    for name, data in files:
        given: Counter[str] = Counter()
        dropped: Counter[str] = Counter()
        poisoned: list[Poisoned] = []
        for found in walk(io.BytesIO(data), NoWatch()):
            if isinstance(found, Record):
                given.update([found.type, *(f"({flaw})" for flaw in found.flaws)])
            elif isinstance(found, Dropped):
                dropped[found.reason] += 1
            else:
                poisoned.append(found)
        lost = sum(max(0, x.length) for x in poisoned)
        total.update({"files": 1, "bytes": len(data), "bytes lost": lost, "poisoned": len(poisoned)})
        total.update({kind: n for kind, n in (given + dropped).items() if not kind.startswith("(")})
        places = [f"{x.error} {x.offset}+{x.length}" if x.length >= 0 else f"{x.error} in {x.offset}" for x in poisoned]
        print(f"{name[-64:]:64} {len(data):8} {told(given):34} {told(dropped):14} {', '.join(places)}")
    print(told(total))


def told(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items())) or "-"


if __name__ == "__main__":
    main()
