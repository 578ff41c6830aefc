"""From index files to a plan of units: scan, put in order, make ranges, write. The plan is there once it is whole."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpus_builder.errors import BuildError, CallError
from corpus_builder.selection.book import Asked, IndexFile, Selection, Share, Unit, dump, load
from corpus_builder.selection.index import PAGES, pages, speaks, usable
from corpus_builder.selection.ranges import in_ranges, range_heads, units
from corpus_builder.selection.sorter import MEMORY, Sorter
from corpus_builder.store import LocalStore, write_parquet
from corpus_builder.store.inputs import sampled

# In the order of sorting; the index has no two records in one place, unless two index files overlap.
WANTED = pa.schema([PAGES.field(name) for name in ("crawl", "file", "offset", "length", "digest", "url")])
PLAN = pa.schema(
    [
        ("file", pa.string()),
        ("offset", pa.int64()),
        ("length", pa.int64()),
        ("digest", pa.string()),
        ("url", pa.string()),
        ("range", pa.int32()),
        ("range_offset", pa.int64()),
        ("range_length", pa.int64()),
    ]
)
# Stands in a folder as long as its plan is not whole.
BEGUN, SCRATCH = ".selecting", ".sorting-"
# Languages named where none that was asked for is there.
NAMED = 8
Hear = Callable[[str, int], None]


@dataclass(slots=True)
class _Tally:
    """What was seen of a crawl. ``whole`` is kept as long as no page of it bears a language: file → known end;
    ``languages`` are counted as long as none of those asked for was seen."""

    pages: int = 0
    unusable: int = 0
    silent: int = 0
    annotated: bool = False
    picked: bool = False
    whole: dict[str, int] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)


def select(index: Sequence[str], out: Path, asked: Asked, hear: Hear, memory: str = MEMORY) -> Selection:
    """Plan what to fetch from the index files ``index`` (local or s3://) and leave the plan in ``out``.

    The same records come to the same units, byte for byte, in any order and splitting of the index files. A crawl
    of which no page bears a language is planned as whole files. ``hear`` is told each index file and its pages.
    Raises CallError for an index that cannot be read, and where ``out`` holds a plan of something else; BuildError
    where nothing is to be fetched or read.
    """
    files = tuple(IndexFile(name, *sampled(name)) for name in sorted(set(index)))
    if (out / "selection.json").exists():
        return _same(load(out), files, asked)
    _clear(out)
    store, tallies = LocalStore(str(out)), dict[str, _Tally]()
    scratch = tempfile.TemporaryDirectory(prefix=SCRATCH, dir=out)
    with scratch as folder, Sorter(WANTED, Path(folder), memory) as rows:
        for file in files:
            found = 0
            for table in pages(file.name):
                found += table.num_rows
                for picked in _heard(table, asked, tallies):
                    rows.add(picked)
            hear(file.name, found)
        _write_units(store, units(in_ranges(rows.sorted(), asked.gap), asked.unit_bytes), tallies)
    if not any(tally.units or tally.whole for tally in tallies.values()):
        raise BuildError(_nothing(tallies, files, asked))
    whole = _write_whole(store, tallies)
    shares = tuple(_share(crawl, tally) for crawl, tally in sorted(tallies.items()))
    every = tuple(unit for _, tally in sorted(tallies.items()) for unit in tally.units)
    made = Selection(out, asked, files, shares, every, whole)
    store.replace("selection.json", dump(made, {name: version(name) for name in ("duckdb", "numpy", "pyarrow")}))
    (out / BEGUN).unlink()
    return made


def _clear(out: Path) -> None:
    """Take away what a select that was stopped left, and nothing else."""
    there = sorted(path.name for path in out.iterdir()) if out.is_dir() else []
    if there and BEGUN not in there:
        raise CallError(f"{out}: holds {there[0]} and no selection; choose an --out that is new or empty")
    for name in there:
        if name == "units" or name.startswith(SCRATCH):
            shutil.rmtree(out / name)
    out.mkdir(parents=True, exist_ok=True)
    (out / BEGUN).touch()


def _same(there: Selection, files: tuple[IndexFile, ...], asked: Asked) -> Selection:
    if (there.index, there.asked) == (files, asked):
        return there
    what = f"asked for {', '.join(there.asked.languages)}, gap {there.asked.gap}, units of {there.asked.unit_bytes}"
    raise CallError(
        f"{there.folder}: holds another selection ({what}, from {len(there.index)} index files, "
        f"{there.index[0].name if there.index else 'none'} first); choose another --out, or remove the folder"
    )


def _heard(table: pa.Table, asked: Asked, tallies: dict[str, _Tally]) -> Iterator[pa.Table]:
    """Count a batch of pages by crawl, and give those to fetch."""
    good = usable(table)
    for crawl in table["crawl"].unique().to_pylist():
        of = pc.fill_null(pc.equal(table["crawl"], crawl), False) if crawl else pc.is_null(table["crawl"])
        rows = table.filter(pc.and_(of, good))
        tally = tallies.setdefault(crawl or "unknown", _Tally())
        seen = pc.sum(of).as_py()
        tally.pages += seen
        tally.unusable += seen - rows.num_rows
        tally.silent += rows["languages"].null_count
        if rows["languages"].null_count < rows.num_rows:
            tally.annotated = True
            tally.whole.clear()
            picked = rows.filter(speaks(rows["languages"], asked.languages)).select(WANTED.names)
            tally.picked = tally.picked or picked.num_rows > 0
            if not tally.picked:
                _note_languages(rows, tally.languages)
            yield picked
        elif not tally.annotated:
            _note_whole(rows, tally.whole)


def _note_whole(rows: pa.Table, whole: dict[str, int]) -> None:
    ends = pa.table({"file": rows["file"], "end": pc.add(rows["offset"], rows["length"])})
    last = ends.group_by("file").aggregate([("end", "max")])
    for file, end in zip(last["file"].to_pylist(), last["end_max"].to_pylist(), strict=True):
        whole[file] = max(end, whole.get(file, 0))


def _note_languages(rows: pa.Table, seen: Counter[str]) -> None:
    for each in pc.value_counts(rows["languages"].combine_chunks()).to_pylist():
        for language in set(re.findall(r"\b[a-z]{3}\b", each["values"] or "")):
            seen[language] += each["counts"]


def _nothing(tallies: dict[str, _Tally], files: Sequence[IndexFile], asked: Asked) -> str:
    """Why there is nothing to fetch."""
    every = tallies.values()
    pages, unusable = sum(tally.pages for tally in every), sum(tally.unusable for tally in every)
    where = f"{files[0].name}{' …' if len(files) > 1 else ''} ({len(files):,} in all)"
    if not pages:
        return f"{where}: no HTML page with status 200 is listed; give other index files"
    if pages == unusable:
        return f"{where}: none of {pages:,} pages names a possible place in a crawl; give other index files"
    seen = sum((tally.languages for tally in every), Counter[str]())
    ranked = sorted(seen.items(), key=lambda each: (-each[1], each[0]))[:NAMED]
    has = ", ".join(f"{language} ({count:,})" for language, count in ranked) or "none"
    return f"no page of {pages:,} is in {' or '.join(asked.languages)}; the index has {has}: name one by --language"


def _write_units(store: LocalStore, made: Iterator[tuple[str, pa.Table]], tallies: dict[str, _Tally]) -> None:
    for crawl, table in made:
        done = tallies[crawl].units
        name = f"{crawl}-{len(done):05d}"
        plan = table.select(PLAN.names).cast(PLAN).combine_chunks()
        output = write_parquet(store, f"units/{name}.parquet", PLAN, iter([plan]), dictionary=["file"])
        lengths = table["range_length"].combine_chunks().take(pa.array(range_heads(table)))
        wanted, fetched = pc.sum(table["length"]).as_py(), pc.sum(lengths).as_py()
        done.append(Unit(name, output.rows, len(lengths), wanted, fetched, output.sha256))


def _write_whole(store: LocalStore, tallies: dict[str, _Tally]) -> str:
    files = sorted(each for tally in tallies.values() for each in tally.whole.items())
    text = "".join(f"{file}\t{size}\n" for file, size in files).encode("ascii")
    store.replace("whole.tsv", text)
    return hashlib.sha256(text).hexdigest()


def _share(crawl: str, tally: _Tally) -> Share:
    made = tally.units
    return Share(
        crawl,
        tally.pages,
        tally.unusable,
        tally.silent if tally.annotated else 0,
        sum(u.records for u in made),
        sum(u.requests for u in made),
        sum(u.bytes_wanted for u in made),
        sum(u.bytes_fetched for u in made),
        len(tally.whole),
        sum(tally.whole.values()),
    )
