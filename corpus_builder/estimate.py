"""What a manifest would cost, before any of its inputs is there: units, bytes, core-hours, disk.

Unit costs are CPU seconds of one core of a 2-core AMD EPYC (Zen 3) and are meant to be right within a factor of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus_builder.errors import CallError
from corpus_builder.manifest import Manifest
from corpus_builder.manifest.model import InputSelection
from corpus_builder.selection.book import Selection, Share
from corpus_builder.selection.book import load as load_selection
from corpus_builder.store.inputs import expand

GB = 1e9

# CPU seconds a GB of input as it lies on disk, read stage with all measures: ``python tests/benchmarks/whole_run.py``
# on 4,000 pages (5 % Japanese), 200 Japanese pages, 260 PDFs, 1,622 English articles and 3,105 source files. Plain
# lines of text are reckoned from the readers' and measures' own speeds.
READ_SECONDS: Mapping[str, float] = {
    "common_crawl": 45,
    "warp_html": 350,
    "warp_pdf": 650,
    "wikipedia": 1050,
    "kaken": 100,
    "dolma": 80,
    "stack": 50,
    "jsonl": 80,
    "parquet": 80,
}
# CPU seconds a GB of selected records, nearly all of them Japanese: 2.5 s per 1,000 pages of 6.8 KB in gzip, all
# measures included: ``python tests/benchmarks/whole_run.py`` on 1,500 Japanese pages.
SELECTED_SECONDS = 370.0
# CPU seconds a million unique tokens, everything after reading (0.3 for code to 0.8 for Japanese, same benchmark).
TOKEN_SECONDS = 0.6
# Bytes a unique token on disk: text zstd-3 1.34 and encoded tokens 1.32 (Japanese, LLM-jp's tokenizer), sketches 0.5.
WORK_BYTES = 1.34 + 1.32 + 0.5
# Bytes a consumed token in the shards.
SHARD_BYTES = 1.32
# Documents and text that are read and rejected, for each that is kept.
REJECTED = 2.0


@dataclass(frozen=True, slots=True)
class SourceEstimate:
    """``present`` says whether the inputs were counted or are the manifest's expectation."""

    source: str
    kind: str
    units: int
    bytes: int
    core_hours: float
    present: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    sources: tuple[SourceEstimate, ...]
    unique: int
    consumed: int
    token_core_hours: float
    disk_bytes: int
    steps: int
    selections: tuple[Selection, ...] = ()

    @property
    def core_hours(self) -> float:
        return sum(s.core_hours for s in self.sources) + self.token_core_hours


def estimate(manifest: Manifest) -> Estimate:
    """Estimate a whole manifest. Raises CallError for inputs that are neither there nor expected."""
    corpus = manifest.corpus
    sources = tuple(_source(manifest, name) for name in corpus.sources)
    budgets = corpus.budgets().values()
    unique, consumed = sum(b for b, _ in budgets), sum(b * p for b, p in budgets)
    return Estimate(
        sources,
        unique,
        consumed,
        unique / 1e6 * TOKEN_SECONDS / 3600,
        int(unique * WORK_BYTES * (1 + REJECTED) + consumed * SHARD_BYTES),
        -(-consumed // (corpus.sequence_length * corpus.global_batch)),
        tuple(each for name in corpus.sources for each in _selections(manifest, name)),
    )


def reading_core_hours(share: Share) -> float:
    """Core-hours to read what is selected: records that are nearly all wanted, and whole files that are not."""
    seconds = share.bytes_wanted * SELECTED_SECONDS + share.whole_bytes * READ_SECONDS["common_crawl"]
    return seconds / GB / 3600


def _selections(manifest: Manifest, name: str) -> tuple[Selection, ...]:
    entries = manifest.corpus.sources[name].inputs
    return tuple(
        load_selection(Path(manifest.resolve(each.selection))) for each in entries if isinstance(each, InputSelection)
    )


def _source(manifest: Manifest, name: str) -> SourceEstimate:
    of, selections = manifest.corpus.sources[name], _selections(manifest, name)
    shares = [each.total for each in selections]
    planned = sum(share.bytes_wanted + share.whole_bytes for share in shares)
    selected_hours = sum(map(reading_core_hours, shares))
    try:
        refs = expand(manifest, name)
        present, units, size = bool(refs), len(refs), sum(r.bytes for r in refs)
    except CallError:
        if not (selections and all(isinstance(each, InputSelection) for each in of.inputs)) and of.expected is None:
            raise
        present = False
    if not present and selections:
        units, size = sum(len(each.units) + each.total.whole_files for each in selections), planned
    elif not present and of.expected is not None:
        units, size = of.expected.files, of.expected.bytes
    hours = selected_hours + max(0, size - planned) / GB * READ_SECONDS[of.kind] / 3600
    return SourceEstimate(name, of.kind, units, size, hours, present)
