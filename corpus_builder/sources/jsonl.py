"""Reads JSON lines, compressed or plain: documents as people write them, and as Dolma does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from corpus_builder.sources.compressed import Damage, codec_of, decompressed
from corpus_builder.sources.reading import Document, Dropped, Input, Poisoned, Reading, Watch

LONGEST_LINE = 64 << 20
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
KEPT = ("source", "version", "license", "licence", "lang", "language")
"""The scalar fields that go on as ``meta``, from the record or its ``meta``/``metadata`` object."""
LONGEST_META = 200


class Line(NamedTuple):
    """``start`` counts content bytes; ``data`` is None where the line is longer than the limit."""

    number: int
    start: int
    length: int
    data: bytes | None


def lines(pieces: Iterator[bytes | Damage], limit: int = LONGEST_LINE) -> Iterator[Line | Damage]:
    """Cuts content at line feeds without ever holding more than one line of up to ``limit`` bytes.

    What damage leaves of a line is given up with it. The last line needs no line feed.
    """
    number, start = 1, 0
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        if isinstance(piece, Damage):
            start, size, held = start + size, 0, []
            yield piece
            continue
        *whole, rest = piece.split(b"\n")
        for end in whole:
            length = size + len(end)
            sound = length <= limit
            yield Line(number, start, length, b"".join((*held, end)) if sound else None)
            number, start, size, held = number + 1, start + length + 1, 0, []
        size += len(rest)
        if size > limit:
            held = []
        elif rest:
            held.append(rest)
    if size:
        yield Line(number, start, size, b"".join(held) if size <= limit else None)


def read_jsonl(input: Input, watch: Watch) -> Iterator[Reading]:
    """``text`` is required; ``id``, ``url``, ``date`` (``timestamp``) may stand in ``meta`` too."""
    return _read(input, watch, required=("text",), date=("date", "timestamp", "created"))


def read_dolma(input: Input, watch: Watch) -> Iterator[Reading]:
    """Dolma documents (docs/data-format.md): ``id``, ``text`` and ``source`` are required.

    Ids repeat there with differing texts, so an identity holds a digest of the text as well.
    """
    return _read(input, watch, required=("text", "id", "source"), date=("created",))


def _read(input: Input, watch: Watch, required: tuple[str, ...], date: tuple[str, ...]) -> Iterator[Reading]:
    plain = codec_of(input.file) is None
    for line in lines(decompressed(input.file)):
        if isinstance(line, Damage):
            message = f"{input.name}: {line.kind} at byte {line.offset}, {line.length} bytes not read"
            yield Poisoned(line.kind, message, line.offset, line.length)
            continue
        place = (line.start, line.length) if plain else (-1, -1)
        name = f"{input.name}: line {line.number}"
        if watch.enter(line.start):
            yield Poisoned("killed", f"{name} ended a process before", *place)
        elif line.data is None:
            message = f"{name} has {line.length} bytes, the limit is {LONGEST_LINE}"
            yield Poisoned("line_too_long", message, *place)
        else:
            yield _reading(line, place, name, required, date)


def _reading(
    line: Line,
    place: tuple[int, int],
    name: str,
    required: tuple[str, ...],
    date: tuple[str, ...],
) -> Reading:
    data = line.data or b""
    if not data.strip():
        return Dropped("empty_line", place[0])
    try:
        record = _parsed(data)
    except (ValueError, RecursionError) as error:
        # The parser's message quotes no text beyond a character's code and its place.
        return Poisoned("invalid_json", f"{name}: {str(error)[:120]}", *place)
    if not isinstance(record, dict):
        return Poisoned("not_an_object", f"{name}: {type(record).__name__}, not an object", *place)
    if fault := next(filter(None, (_fault(record, key) for key in required)), None):
        has = ", ".join(sorted(str(key)[:32] for key in record)[:12])
        return Poisoned(fault[0], f"{name}: {fault[1]}; its fields are {has}", *place)
    if not record["text"].strip():
        return Dropped("empty_text", place[0])
    return _document(record, data, place, line.number, date)


def _parsed(data: bytes) -> Any:
    """orjson where it agrees; Python's parser for lone surrogates, NaN and a byte order mark."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data.decode("utf-8-sig"), parse_constant=lambda constant: None)


def _fault(record: dict[str, Any], key: str) -> tuple[str, str] | None:
    value = record.get(key)
    kinds: tuple[type, ...] = (str, int) if key == "id" else (str,)
    if value is None:
        return (f"no_{key}", f"no field {key!r}")
    if not isinstance(value, kinds) or isinstance(value, bool):
        return (f"bad_{key}", f"field {key!r} is of type {type(value).__name__}, not str")
    return None


def _document(
    record: dict[str, Any], data: bytes, place: tuple[int, int], number: int, date: tuple[str, ...]
) -> Document:
    inner = record.get("meta") or record.get("metadata")
    inner = inner if isinstance(inner, dict) else {}
    text = _repaired(record["text"])
    name = _name(record, inner, ("id",)) or _name(inner, {}, ("docId",)) or _digest(data)
    url = _name(record, inner, ("url", "original_url")) or None
    if url is None and name.startswith(("http://", "https://")):
        url = name
    meta = {key: value for key in KEPT if (value := _name(record, inner, (key,))[:LONGEST_META])}
    if place[0] < 0:
        meta["line"] = str(number)
    identity = f"{name}\n{_digest(text.encode())}"
    return Document(identity, text, url, _date(record, inner, date), *place, meta=meta)


def _name(record: dict[str, Any], inner: dict[str, Any], keys: tuple[str, ...]) -> str:
    """The first string or whole number under ``keys``, the record before its inner object."""
    for key in keys:
        for holder in (record, inner):
            value = holder.get(key)
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                return _repaired(str(value))
    return ""


def _date(record: dict[str, Any], inner: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    """ISO 8601 as it stands; seconds since 1970 are turned into it; anything else is no date."""
    for key in keys:
        value = _name(record, inner, (key,))
        if DAY.match(value):
            return value
        if re.fullmatch(r"\d{9,10}", value):
            return datetime.fromtimestamp(int(value), UTC).isoformat()
    return None


def _repaired(text: str) -> str:
    """The text with surrogates paired where two make a character, U+FFFD where one is alone.

    >>> _repaired("a\\ud842\\udfb7 b\\ud842")
    'a𠮷 b�'
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
