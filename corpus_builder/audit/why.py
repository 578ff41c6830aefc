"""Why is a document in or out? Every stage's word on it, from what the stages left. No text is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.audit.query import Session, quoted, session
from corpus_builder.audit.views import bounds, measure_column
from corpus_builder.documents.schema import ID, halves
from corpus_builder.engine.seal import outputs
from corpus_builder.errors import CallError
from corpus_builder.store import Store
from corpus_builder.tokens.order import sort_keys

# Documents told of at once.
MOST = 100
# Characters that a URL may have besides its own escapes.
PLAIN = "%/:?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Bounded:
    """One bound of one level, and the document's value of its measure."""

    level: str
    name: str
    value: float | None
    low: float | None
    high: float | None

    @property
    def holds(self) -> bool:
        """Undefined never holds."""
        if self.value is None or self.value != self.value:
            return False
        # In the precision that measures are stored and judged in.
        value = np.float32(self.value)
        above = self.low is None or value >= np.float32(self.low)
        below = self.high is None or value <= np.float32(self.high)
        return bool(above and below)


@dataclass(frozen=True, slots=True)
class Story:
    """``document`` is its row without text and measures; ``line`` is what it counts to, None where it was rejected for
    its ``objections``, and both are None where nothing was judged yet.

    ``measures`` are those without a bound. ``duplicate`` is the row of the map that removed it, with the ``url`` of the
    document kept instead; ``stands_for`` counts those that were removed for this one. ``used`` is its place in each
    pass: (pass, shard path, tokens).
    """

    document: dict[str, Any]
    line: str | None
    objections: list[str] | None
    bounds: list[Bounded]
    measures: dict[str, float | None]
    duplicate: dict[str, Any] | None
    stands_for: int
    used: list[tuple[int, str, int]]


@dataclass(frozen=True, slots=True)
class Answer:
    """``note`` says how what was found differs from what was asked; ``quarantined`` are records that name it."""

    stories: list[Story]
    quarantined: list[dict[str, Any]]
    note: str


def why(store: Store, wanted: str) -> Answer:
    """The stories of the documents with an id (or its first 8 digits or more), a URL, or a record's own name.

    Raises CallError where there is none; it names the URLs that come nearest. Records dropped before they had text
    are counted by reason only and have no story.
    """
    if not (wanted := wanted.strip()):
        raise CallError("which document? Give 8 to 32 hex digits of its id, its URL, or the record's own name")
    with session(store) as asked:
        what, rows, note = _documents(asked, wanted)
        text = quoted(wanted)
        quarantined = asked.rows(
            f"SELECT * FROM quarantine WHERE contains(identity, {text}) OR contains(message, {text}) LIMIT {MOST}"
        )
        if not rows and not quarantined:
            raise CallError(f"{store.root}: {_nothing(asked, what, wanted)}")
        return Answer([_story(store, asked, row) for row in rows], quarantined, note)


def _documents(asked: Session, wanted: str) -> tuple[str, list[dict[str, Any]], str]:
    """What was taken for what, the rows without text, and a note."""
    if re.fullmatch("[0-9a-f]{8,32}", wanted.lower()):
        low, high = wanted.lower().ljust(32, "0"), wanted.lower().ljust(32, "f")
        return "id", *_most(_rows(asked, f"id >= '{low}' AND id <= '{high}'"))
    if "://" not in wanted:
        # Records of several fields are named by all of them, with a control character between.
        named = f"regexp_replace(identity, '[[:cntrl:]]', ' ', 'g') = {quoted(wanted)}"
        ids = asked.rows(f"SELECT DISTINCT id FROM documents WHERE {named} LIMIT {MOST + 1}")
        listed = ", ".join(quoted(row["id"]) for row in ids)
        return "record", *_most(_rows(asked, f"id IN ({listed})") if ids else [])
    rows = _rows(asked, f"url IN ({', '.join(map(quoted, forms(wanted)))})")
    if exact := [row for row in rows if row["url"] == wanted]:
        return "url", *_most(exact)
    rows, note = _most(rows)
    return "url", rows, f"no document has this URL as it is written; {note or 'another form of it has'}" if rows else ""


def _most(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    return rows[:MOST], f"there are more; the first {MOST} are told of" if len(rows) > MOST else ""


def _rows(asked: Session, fits: str) -> list[dict[str, Any]]:
    return asked.rows(f"SELECT * EXCLUDE (text) FROM all_documents WHERE {fits} ORDER BY path, row LIMIT {MOST + 1}")


def forms(url: str) -> list[str]:
    """A URL and what is often written for it: http for https, ``www.``, a slash at the end, escapes of UTF-8.

    >>> forms("https://example.org/a")[:4]
    ['https://example.org/a', 'https://example.org/a/', 'http://example.org/a', 'http://example.org/a/']
    """
    scheme, _, rest = url.partition("://")
    hosts = [rest, rest.removeprefix("www.") if rest.startswith("www.") else f"www.{rest}"]
    found = []
    for each in (scheme, "http" if scheme == "https" else "https"):
        for host in hosts:
            for path in (host, f"{host}/" if not host.endswith("/") else host.rstrip("/")):
                found += [f"{each}://{said}" for said in (path, quote(path, PLAIN), unquote(path))]
    return sorted(dict.fromkeys(found), key=lambda form: ("://www." in form) != ("://www." in url))


def _nothing(asked: Session, what: str, wanted: str) -> str:
    """No document; the nearest URLs, and where else it may be."""
    hint = ""
    if what == "url" and (host := urlsplit(wanted).hostname):
        near = asked.rows(
            f"SELECT DISTINCT url, levenshtein(url, {quoted(wanted)}) AS far FROM documents "
            f"WHERE contains(url, {quoted(host)}) ORDER BY far, url LIMIT 3"
        )
        hint = f"; nearest: {', '.join(row['url'] for row in near)}" if near else f"; there is none of {host}"
    elif what == "record":
        hint = "; an id has 8 to 32 hex digits, and a URL a scheme"
    return (
        f"no document with {what} {wanted}{hint}; records that were dropped before they had text "
        "(corpus sample tells how many, and why) or quarantined are not among the documents"
    )


def _story(store: Store, asked: Session, row: dict[str, Any]) -> Story:
    source, corpus = row["source"], asked.corpus
    mine = [each for each in bounds(corpus) if each["source"] == source]
    told = [
        Bounded(b["line"], f"{b['filter']}/{b['measure']}", row[measure_column(b["measure"])], b["low"], b["high"])
        for b in mine
    ]
    of_source = asked.measures[source]
    bounded = {b["measure"] for b in mine}
    measures = {name: row[column] for name, column in of_source.items() if name not in bounded}
    columns = {column for names in asked.measures.values() for column in names.values()}
    document = {k: v for k, v in row.items() if k not in {*columns, "line", "objection", "objections"}}
    duplicate, stands_for, used = None, 0, list[tuple[int, str, int]]()
    if "cluster" in corpus["seals"] and row["line"]:
        duplicate = _duplicate(store, asked, row)
        kept = asked.rows(f"SELECT count(*) AS n FROM duplicates WHERE kept = {quoted(row['id'])}")
        stands_for = 0 if duplicate else kept[0]["n"]
    if row["line"] and not duplicate and "shards" in corpus["seals"]:
        used = list(_used(store, asked, row["line"], bytes.fromhex(row["id"])))
    return Story(document, row["line"], row["objections"], told, measures, duplicate, stands_for, used)


def _duplicate(store: Store, asked: Session, document: dict[str, Any]) -> dict[str, Any] | None:
    """The row of the map for this row of documents: the map is sorted by file, so little of it is read."""
    for output in outputs(store, asked.corpus["seals"]["cluster"]["path"], "duplicates"):
        here = [("file", "==", document["path"]), ("row", "==", document["row"])]
        with store.open(output.path) as file:
            found = pq.read_table(file, filters=here).to_pylist()
        if found:
            kept, of = found[0]["kept"].hex(), asked.corpus["lines"][found[0]["kept_line"]]["source"]
            urls = asked.rows(f"SELECT url FROM documents WHERE source = {quoted(of)} AND id = {quoted(kept)}")
            return {**found[0], "kept": kept, "url": urls[0]["url"] if urls else None}
    return None


def _used(store: Store, asked: Session, line: str, document: bytes) -> Iterator[tuple[int, str, int]]:
    """The shard of each pass, found by the document's key."""
    corpus = asked.corpus
    key = int(sort_keys(halves(pa.array([document], ID)), corpus["manifest"]["seed"], 1)[0])
    for number in range(1, corpus["lines"][line]["passes"] + 1):
        shards = outputs(store, corpus["seals"]["shards"]["path"], f"tokens/{line}/pass-{number}")
        path = shards[key * len(shards) >> 64].path
        with store.open(path) as file:
            found = pq.read_table(file, columns=["n_tokens"], filters=[("doc_id", "==", document)])
        for tokens in found["n_tokens"].to_pylist():
            yield number, path, tokens
