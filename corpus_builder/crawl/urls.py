"""Reads lists of pages to fetch: one URL a line, or TSV, CSV or JSON lines with a collection date and a title.

Libraries hand out such lists in many shapes, so columns are found by name where there is a header
and by place where there is none, and a line that holds no web address is an answer too, never a
silence.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urlsplit

URL_NAMES = ("url", "uri", "link")
DATE_NAMES = ("collected", "date", "collected_date", "timestamp")
TITLE_NAMES = ("title", "name")
KNOWN_NAMES = frozenset(URL_NAMES + DATE_NAMES + TITLE_NAMES)


class Target(NamedTuple):
    """A page to fetch; ``collected`` (any form of date) and ``title`` are as the list had them, or empty."""

    url: str
    collected: str = ""
    title: str = ""


class BadLine(NamedTuple):
    """A line of a list without a usable address: its number, from 1, and a short stable reason."""

    line: int
    reason: str


class Columns(NamedTuple):
    url: int = 0
    collected: int = 1
    title: int = 2


def read_urls(path: Path) -> Iterator[Target | BadLine]:
    """Every entry of the list at ``path``, in order, repetitions included.

    The form is told by the name: ``.jsonl``/``.ndjson``, ``.csv``, ``.tsv``, else plain text (in
    which a tab separates columns and ``#`` starts a comment line); ``.gz`` may follow. UTF-8, with
    or without a byte order mark. Raises ``OSError`` when the file cannot be read.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = bool(suffixes) and suffixes[-1] == ".gz"
    form = suffixes[-1 - packed] if len(suffixes) > packed else ""
    with path.open("rb") as raw, _unpacked(raw, packed) as file:
        lines = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        if form in (".jsonl", ".ndjson"):
            yield from _json_lines(lines)
        elif form == ".csv":
            yield from _rows(csv.reader(lines))
        else:
            yield from _rows(_tab_rows(lines))


def _unpacked(raw: IO[bytes], packed: bool) -> IO[bytes]:
    return gzip.open(raw, "rb") if packed else raw  # type: ignore[return-value]


def _tab_rows(lines: Iterable[str]) -> Iterator[list[str]]:
    for line in lines:
        text = line.rstrip("\r\n")
        yield [] if text.lstrip().startswith("#") else text.split("\t")


def _rows(rows: Iterable[Sequence[str]]) -> Iterator[Target | BadLine]:
    columns = Columns()
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if number == 1 and KNOWN_NAMES & {cell.lower() for cell in cells}:
            columns = header(cells)
            continue
        yield checked(
            number,
            _cell(cells, columns.url),
            _cell(cells, columns.collected),
            _cell(cells, columns.title),
        )


def header(cells: Sequence[str]) -> Columns:
    """Where the columns are, by their names in the first line; -1 for one that is not there.

    >>> header(["Title", "URL"])
    Columns(url=1, collected=-1, title=0)
    """
    names = [cell.lower() for cell in cells]

    def place(wanted: Sequence[str]) -> int:
        return next((names.index(name) for name in wanted if name in names), -1)

    return Columns(place(URL_NAMES), place(DATE_NAMES), place(TITLE_NAMES))


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if 0 <= place < len(cells) else ""


def _json_lines(lines: Iterable[str]) -> Iterator[Target | BadLine]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            yield BadLine(number, "invalid_json")
            continue
        if not isinstance(entry, dict):
            yield BadLine(number, "not_an_object")
            continue
        url, date, title = (
            next((str(entry[name]) for name in names if entry.get(name)), "")
            for names in (URL_NAMES, DATE_NAMES, TITLE_NAMES)
        )
        yield checked(number, url.strip(), date, title)


def checked(number: int, url: str, collected: str = "", title: str = "") -> Target | BadLine:
    """The target, or why it is none. Only http and https are fetched: a list must not open local files.

    >>> checked(1, "https://example.org/#top")
    Target(url='https://example.org/', collected='', title='')
    >>> checked(2, "file:///etc/hosts")
    BadLine(line=2, reason='not_http')
    """
    if not url:
        return BadLine(number, "no_url")
    try:
        parts = urlsplit(url)
        port_is_number = parts.port is None or parts.port >= 0
    except ValueError:
        return BadLine(number, "invalid_url")
    if parts.scheme not in ("http", "https"):
        return BadLine(number, "not_http")
    if not (parts.hostname and port_is_number) or any(c.isspace() or c == "�" for c in url):
        return BadLine(number, "invalid_url")
    return Target(parts._replace(fragment="").geturl(), collected, title)
