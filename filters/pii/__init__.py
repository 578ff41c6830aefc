"""Personal data in a text: counted, masked or listed, all from one pass over the bytes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from filters.buffers import Texts, texts
from filters.core import Edit, Measure
from filters.pii.kernels import Spans, count_kinds, masked, scan, triggers

KINDS = ("mail", "phone", "address", "my_number", "card", "ip")
COLUMNS = tuple(f"pii_{kind}" for kind in KINDS)
MASKED = tuple(f"masked_{kind}" for kind in KINDS)
PLACEHOLDERS = tuple(f"<{kind}>" for kind in KINDS)


class Span(NamedTuple):
    """``text[start:end]``, counted in code points, is of that ``kind`` (one of ``KINDS``)."""

    start: int
    end: int
    kind: str


def measure_pii(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """How often a text has personal data of each kind, counted in occurrences (int32, from 0).

    - ``pii_mail``: mail addresses, full-width or with the @ written out too. Handles (@name), hosts in code
      (git@host:path), files (icon@2x.png) and packages (name@1.2.3) are none.
    - ``pii_phone``: Japanese telephone numbers, grouped or after a cue such as TEL; numbers from +81, and from other
      countries with + and groups. Companies' free and flat-rate numbers (0120, 0800, 0570, 0990) are none.
    - ``pii_address``: postal codes with their mark or before an address, and addresses with a house number. A place's
      name alone, with a 丁目 or without, is none. A postal code and its address are one occurrence.
    - ``pii_my_number``: twelve digits with the right check digit, in groups of four or after a cue.
    - ``pii_card``: payment cards by issuer, length, grouping and Luhn's check digit.
    - ``pii_ip``: routed IPv4 and IPv6 unicast addresses, those for documentation among them; private and loopback
      addresses, networks (/24), hosts in URLs, versions and section numbers are none.

    >>> from filters.buffers import batch_of
    >>> found = measure_pii(batch_of(["電話は03-1234-5678、ISBN 978-4-00-000000-2", "taro＠example.jp"]))
    >>> [found[name].to_pylist() for name in ("pii_phone", "pii_mail", "pii_card")]
    [[1, 0], [0, 1], [0, 0]]
    """
    data = texts(batch.column("text"))
    rows = len(data.offsets) - 1
    return _counts(COLUMNS, _spans(data, np.ones(rows, np.bool_)), rows)


def mask_pii(batch: pa.RecordBatch) -> tuple[pa.Array, dict[str, pa.Array]]:
    """Put ``<mail>``, ``<phone>``, ``<address>``, ``<my_number>``, ``<card>`` or ``<ip>`` in place of what is found.

    The marks are plain ASCII that neither HTML nor these rules mean anything by. Masking goes on until nothing is
    found, so that to mask twice is to mask once. Counts: ``masked_mail``, ``masked_phone``, ``masked_address``,
    ``masked_my_number``, ``masked_card``, ``masked_ip`` (int32, from 0).

    >>> from filters.buffers import batch_of
    >>> answer, counts = mask_pii(batch_of(["連絡先 taro@example.jp、03-1234-5678", "2024-01-02"]))
    >>> answer.to_pylist(), counts["masked_phone"].to_pylist()
    (['連絡先 <mail>、<phone>', '2024-01-02'], [1, 0])
    """
    text = batch.column("text")
    data = texts(text)
    rows = len(data.offsets) - 1
    spans = _spans(data, np.ones(rows, np.bool_))
    counts = _counts(MASKED, spans, rows)
    if len(spans) == 0:
        return (text if text.type == pa.large_string() and not text.null_count else _array(data)), counts
    every = count_kinds(spans, rows, len(KINDS))
    while len(spans):
        data = _replaced(data, spans)
        spans = _spans(data, np.asarray(every.any(axis=0), np.bool_))
        every += count_kinds(spans, rows, len(KINDS))
    return _array(data), _named(MASKED, every)


def find(text: str) -> list[Span]:
    """The personal data of one text, in order.

    >>> find("〒100-0001 東京都千代田区千代田1-1、0120-000-000")
    [Span(start=0, end=23, kind='address')]
    """
    data = texts(pa.array([text], pa.large_string()))
    raw = bytes(data.data)
    found = []
    for _, first, last, kind in _spans(data, np.ones(1, np.bool_)).tolist():
        start = len(raw[:first].decode())
        found.append(Span(start, start + len(raw[first:last].decode()), KINDS[kind]))
    return found


PII = Measure("pii", 1, COLUMNS, measure_pii)
MASK_PII = Edit("mask_pii", 1, MASKED, mask_pii)


def _spans(data: Texts, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Spans:
    return scan(data.data, data.offsets, rows, triggers())


def _counts(names: tuple[str, ...], spans: Spans, rows: int) -> dict[str, pa.Array]:
    return _named(names, count_kinds(spans, rows, len(KINDS)))


def _named(names: tuple[str, ...], counts: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> dict[str, pa.Array]:
    return {name: pa.array(row) for name, row in zip(names, counts, strict=True)}


def _replaced(data: Texts, spans: Spans) -> Texts:
    """New texts with the marks in them; read-only, so that every batch meets the one compiled version."""
    marks = np.frombuffer("".join(PLACEHOLDERS).encode(), np.uint8)
    bounds = np.cumsum([0, *map(len, PLACEHOLDERS)], dtype=np.int64)
    bounds.flags.writeable = False
    bytes_, offsets = masked(data.data, data.offsets, spans, marks, bounds)
    bytes_.flags.writeable = offsets.flags.writeable = False
    return Texts(bytes_, offsets)


def _array(data: Texts) -> pa.Array:
    offsets = data.offsets
    buffers = [None, pa.py_buffer(np.ascontiguousarray(offsets)), pa.py_buffer(data.data)]
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)
