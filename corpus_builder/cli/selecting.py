"""``corpus select`` and ``corpus fetch``: the wanted records of a crawl by its index, and how they come along."""

from __future__ import annotations

import argparse
import re
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from corpus_builder.cli.tables import show_selection, size
from corpus_builder.errors import CallError
from corpus_builder.selection.book import Asked, Unit, load
from corpus_builder.selection.pace import Budget
from corpus_builder.store import LocalStore, alone
from corpus_builder.store.inputs import matching

UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}
BUSY = "another select or fetch is under way there; wait for it"
# Seconds between plain lines.
QUIET = 10.0


def select(arguments: argparse.Namespace, console: Console) -> int:
    # DuckDB is heavy and needed here alone.
    from corpus_builder.selection.select import select as select_records

    wrong = [code for code in arguments.language if not re.fullmatch("[a-z]{3}", code)]
    if wrong:
        raise CallError(f"--language {wrong[0]}: must be an ISO 639-3 code of three letters, as the index has: jpn")
    asked = Asked(tuple(sorted(set(arguments.language or ["jpn"]))), arguments.gap, arguments.unit_bytes)
    index = [path for pattern in arguments.index for path in _found(pattern)]
    store = LocalStore(str(_folder(arguments.out)))

    def hear(name: str, pages: int) -> None:
        console.print(f"{name}: {pages:,} pages", highlight=False, markup=False, soft_wrap=True)

    with alone(store, f"{BUSY}, or choose another --out"):
        made = select_records(index, arguments.out, asked, hear)
    show_selection(console, made, arguments.rate, arguments.requests_per_second)
    why = "" if made.units else ", which writes down from where a build reads the whole files"
    console.print(
        f"next: corpus fetch {arguments.out} --from https://data.commoncrawl.org/ (or s3://commoncrawl/){why}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    return 0


def fetch(arguments: argparse.Namespace, console: Console) -> int:
    from corpus_builder.selection.fetch import AGENT
    from corpus_builder.selection.fetch import fetch as fetch_units

    if arguments.user_agent and not re.fullmatch("[!-~]([ -~]*[!-~])?", arguments.user_agent):
        raise CallError(
            f"--user-agent {arguments.user_agent!r}: must be printable ASCII, as in 'mine (me@example.org)'"
        )
    selection = load(_folder(arguments.folder))
    budget = Budget(arguments.rate, arguments.requests_per_second, arguments.connections)
    again = f"corpus fetch {arguments.folder} --from {arguments.base}"
    with alone(LocalStore(str(arguments.folder)), BUSY), FetchProgress(console, len(selection.units)) as progress:
        try:
            done = fetch_units(selection, arguments.base, budget, progress, agent=arguments.user_agent or AGENT)
        except KeyboardInterrupt:
            progress.say(f"stopped; what is fetched stays. To go on: {again}")
            return 1
    failed = ", ".join(f"{name} {count:,}" for name, count in sorted(done.errors.items())) or "none"
    console.print(
        f"{done.done_before + done.done:,} of {len(selection.units):,} units there, {done.records:,} records good; "
        f"not as the index says: {failed}; asked for {size(done.asked)} in this run",
        highlight=False,
        soft_wrap=True,
    )
    for unit, why in sorted(done.unfinished.items()):
        console.print(f"not finished: {unit}: {why}", style="red", highlight=False, markup=False, soft_wrap=True)
    if done.unfinished:
        console.print(f"to go on: {again}", highlight=False, markup=False, soft_wrap=True)
    return 1 if done.unfinished else 0


@dataclass(slots=True)
class FetchProgress:
    """See ``corpus_builder.selection.fetch.Progress``: a live line on a terminal, plain lines elsewhere."""

    console: Console
    units: int
    _live: Progress | None = None
    _bar: TaskID | None = None
    _begun: int = 0
    _unit: str = ""
    _records: int = 0
    _bytes: int = 0
    _spoke: float = 0.0

    def __enter__(self) -> FetchProgress:
        self._spoke = time.monotonic()
        if self.console.is_terminal:
            words = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TextColumn("{task.fields[note]}"))
            self._live = Progress(*words, TimeRemainingColumn(), console=self.console)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def unit(self, unit: Unit, there: int) -> None:
        self._begun, self._unit = self._begun + 1, unit.name
        if there:
            self.say(f"{unit.name}: {there:,} of {unit.requests:,} ranges are there already")
        if self._live is not None:
            if self._bar is not None:
                self._live.remove_task(self._bar)
            self._bar = self._live.add_task(unit.name, total=unit.bytes_fetched, note="")

    def got(self, records: int, asked: int) -> None:
        self._records, self._bytes = self._records + records, self._bytes + asked
        note = f"{self._records:,} records"
        if self._live is not None and self._bar is not None:
            self._live.update(self._bar, advance=asked, note=note)
        elif time.monotonic() - self._spoke >= QUIET:
            self._spoke = time.monotonic()
            self.say(f"{self._unit}: {note}, {size(self._bytes)} so far")

    def waiting(self, seconds: float, why: str) -> None:
        note = f"{why}: asks again in {seconds:,.0f} s"
        if self._live is not None and self._bar is not None:
            self._live.update(self._bar, note=note)
        elif time.monotonic() - self._spoke >= QUIET:
            self._spoke = time.monotonic()
            self.say(note)

    def say(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)


def byte_count(text: str) -> int:
    """Bytes, with or without a unit, and ``/s`` where it is a rate.

    >>> byte_count("64KiB"), byte_count("20 MB/s"), byte_count("0")
    (65536, 20000000, 0)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)(?:/s)?", text.strip())
    if not found or found[2].upper() not in UNITS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of bytes; write 262144, 256KiB or 20MB")
    return int(float(found[1]) * UNITS[found[2].upper()])


def byte_rate(text: str) -> int:
    """Bytes, or bytes a second: at least one."""
    if (rate := byte_count(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0 bytes; write 20MB")
    return rate


def per_second(text: str) -> float:
    """A positive number."""
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of requests a second")
    return rate


def _found(pattern: str) -> list[str]:
    if "://" in pattern and not pattern.startswith("s3://"):
        raise CallError(f"{pattern}: index files are local or s3://; fetch them first")
    if not any(c in pattern for c in "*?["):
        if not pattern.startswith("s3://") and not Path(pattern).is_file():
            raise CallError(f"{pattern}: no such index file")
        return [pattern]
    if not (found := matching(pattern)):
        raise CallError(f"{pattern}: matches no index file")
    return found


def _folder(path: Path) -> Path:
    if re.match("[a-z0-9]+:/", str(path)):
        raise CallError(f"{path}: a selection lies in a local folder")
    if path.exists() and not path.is_dir():
        raise CallError(f"{path}: is a file; a selection lies in a folder")
    return path
