"""How good Japanese Web text is, learned from labelled paragraphs: one linear model over character n-grams.

``quality.bin`` is made by tests/filters/train_quality.py; quality.md beside it tells from what, and how well it does.
"""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, decode, kernel, signed, texts, whole
from filters.core import Measure
from filters.scripts import CONTROL, DIGIT, NEWLINE, SPACE, kinds

WINDOW = 900  # bytes: 300 characters of Japanese, as the labelled paragraphs have
MOST_WINDOWS = 12  # of a text that are looked at, evenly spread
ENOUGH = 150  # known n-grams: what fewer say is believed in proportion, since no label was given to so short a text
BITS = 19  # the table has 2^19 slots, so that few n-grams meet a full one
ORDERS = 3
OTHER_PLANE = 0xFFFF
SPACE_CODE = 0x20
SEEN = 4096  # n-grams of a window that are remembered, so that each counts about once

Table = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int64]

MODEL = Path(__file__).with_name("quality.bin")
# Whoever trains anew writes the new digest here: it is the measure's `data`, which makes stored numbers stale.
MODEL_SHA256 = "e0711a949fb383cd4dfe8038eaa14e79a84f5adb8f18e97c3af403ba05037be6"


class Model(NamedTuple):
    """The logit of a window with m distinct known n-grams is ``bias + scale * sum(their weights) / sqrt(m)``, and of
    one with m < ENOUGH only ``m / ENOUGH`` of that.

    ``table`` is a hash table with open addressing: 0 is a free slot, otherwise the upper 24 bits mark the n-gram and
    the lower 8 are its weight + 128. N-grams that are not in it do not count.
    """

    scale: float
    bias: float
    table: Table

    @classmethod
    def read(cls, stored: bytes) -> Model:
        """Raises ``ValueError`` when the bytes are not as many as a model has."""
        if len(stored) != (needed := 8 + 4 * (1 << BITS)):
            raise ValueError(f"a quality model has {needed} bytes, not {len(stored)}: make it anew")
        scale, bias = np.frombuffer(stored, "<f4", 2)
        return cls(float(scale), float(bias), np.frombuffer(stored, np.dtype("<u4"), offset=8))


@functools.cache
def model() -> Model:
    """The model in the wheel. Raises ``ValueError`` when the file is another one than it must be."""
    stored = MODEL.read_bytes()
    if (digest := hashlib.sha256(stored).hexdigest()) != MODEL_SHA256:
        raise ValueError(f"{MODEL} has sha256 {digest}, expected {MODEL_SHA256}")
    return Model.read(stored)


def measure_quality(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """``quality``: how probable it is that a reader calls the text good, not commercial or garbage; in [0, 1].

    The mean over windows of at most 900 bytes (300 Japanese characters, the length of what was labelled), equal in
    size, so that a long text is not judged more sharply than its parts. Of a text of more than 12 windows, 12 are
    looked at, evenly spread, the first and the last among them. Undefined for a text without any character but space.
    Says nothing of other languages than Japanese.

    >>> from filters.buffers import batch_of
    >>> story = "そのころ祖父は山の村に住んでいて、冬になると炭を焼いた。雪の朝には煙がまっすぐに立ったという。"
    >>> spam = "今だけ送料無料！最安値で激安通販ショップの人気商品を購入するなら当店がおすすめです！クリック！"
    >>> good, bad, nothing = measure_quality(batch_of([story, spam, " "]))["quality"].to_pylist()
    >>> good > 0.7, bad < 0.3, nothing
    (True, True, nan)
    """
    data, offsets = texts(batch.column("text"))
    learned = model()
    return columns(("quality",), _qualities(data, offsets, folded(), learned.table, learned.scale, learned.bias))


QUALITY = Measure("quality", 1, ("quality",), measure_quality, data=MODEL_SHA256)


def weightiest(text: str, n: int) -> list[tuple[str, float]]:
    """The ``n`` n-grams that move the text's score most, with their part of the sum: positive speaks for the text.

    N-grams are shown as they are looked up: in lower case, full-width as half-width, every digit 0.

    >>> "無料" in [gram for gram, part in weightiest("送料無料！今すぐ購入！", 12) if part < 0]
    True
    """
    learned = model()
    parts: dict[str, float] = {}
    for gram in grams(text):
        slot = slot_of(learned.table, *key_of(gram))
        if slot >= 0:
            parts[gram] = learned.scale * (int(learned.table[slot] & 0xFF) - 128)
    size = max(len(parts), 1) ** 0.5 / min(max(len(parts), 1) / ENOUGH, 1)
    ordered = sorted(parts.items(), key=lambda found: (-abs(found[1]), found[0]))
    return [(gram, part / size) for gram, part in ordered[:n]]


def grams(text: str) -> list[str]:
    """The distinct n-grams of a text, as they are looked up, in the order of their ends.

    >>> grams("Ａ  7")
    ['a', ' ', 'a ', '0', ' 0', 'a 0']
    """
    codes = folded()
    kept = ""
    for each in text:
        code = int(codes[ord(each)]) if ord(each) < 0x10000 else OTHER_PLANE
        if code != SPACE_CODE or kept[-1:] not in ("", " "):
            kept += chr(code)
    ends = range(1, len(kept) + 1)
    return list(dict.fromkeys(kept[end - order : end] for end in ends for order in range(1, min(ORDERS, end) + 1)))


def key_of(gram: str) -> tuple[int, int]:
    """What the table knows an n-gram of folded characters by: its code points, 16 bits each, and how many they are."""
    key = 0
    for each in gram:
        key = key << 16 | ord(each)
    return key, len(gram)


@functools.cache
def folded() -> Codes:
    """What a character of the Basic Multilingual Plane is looked up as: a code point each, read-only.

    >>> "".join(chr(folded()[ord(each)]) for each in "Ｗｅｂ　７ｱ。①")
    'web 0ア。①'
    """
    table = np.arange(1 << 16, dtype=np.uint16)
    for code in (*range(0x41, 0x5B), *range(0xC0, 0x180), *range(0xFF01, 0xFFE7)):
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(plain) == 1:
            table[code] = ord(plain)
    kind = kinds()
    table[kind == DIGIT] = ord("0")
    table[(kind == SPACE) | (kind == NEWLINE) | (kind == CONTROL)] = ord(" ")
    table.flags.writeable = False
    return table


@kernel
def mixed(key: int, order: int) -> int:
    """The upper BITS + 24 bits of an n-gram's hash: where its search begins, and below that its mark."""
    product = (np.uint64(key) ^ (np.uint64(order) << np.uint64(60))) * np.uint64(0x9E3779B97F4A7C15)
    return signed(product >> np.uint64(64 - 24 - BITS))


@kernel
def slot_of(table: Table, key: int, order: int) -> int:
    """The slot of an n-gram of ``order`` code points, 16 bits each in ``key``; -1 when it is not known.

    One in some ten millions of unknown n-grams is taken for a known one.
    """
    found = mixed(key, order)
    slot = found >> 24
    mark = found & 0xFFFFFF
    while table[slot] != 0:
        if signed(table[slot]) >> 8 == mark:
            return slot
        slot = (slot + 1) & ((1 << BITS) - 1)
    return -1


@kernel
def _summed(data: Bytes, at: int, end: int, fold: Codes, table: Table, seen: Places, stamp: int) -> tuple[int, int]:
    """How many distinct known n-grams a window has (-1: it is all space), and the sum of their weights.

    ``seen`` has SEEN numbers and ``stamp`` is another one for every window, 0 for none. Runs of space count as one.
    """
    count = 0
    total = 0
    key = 0
    length = 0
    while at < end:
        code, at = decode(data, at)
        code = signed(fold[code]) if code < 0x10000 else OTHER_PLANE
        if code == SPACE_CODE and (length == 0 or key & 0xFFFF == SPACE_CODE):
            continue
        key = (key << 16 | code) & 0xFFFFFFFFFFFF
        length += 1
        for order in range(1, min(length, ORDERS) + 1):
            slot = slot_of(table, key & ((1 << 16 * order) - 1), order)
            if slot >= 0:
                mark = stamp << BITS | slot
                fresh = seen[slot & (SEEN - 1)] != mark
                seen[slot & (SEEN - 1)] = mark
                count += fresh
                total += fresh * (signed(table[slot] & np.uint32(0xFF)) - 128)
    return count if length > 0 else -1, total


@kernel
def _qualities(data: Bytes, offsets: Offsets, fold: Codes, table: Table, scale: float, bias: float) -> Numbers:
    rows = len(offsets) - 1
    answers = np.full((1, rows), np.nan, np.float64)
    seen = np.zeros(SEEN, np.int64)
    stamp = 0
    for row in range(rows):
        start = offsets[row]
        end = whole(data, start, offsets[row + 1])
        windows = (end - start + WINDOW - 1) // WINDOW
        looked = min(windows, MOST_WINDOWS)
        total, judged = 0.0, 0
        for i in range(looked):
            window = i if windows == looked else i * (windows - 1) // (looked - 1)
            first = _boundary(data, start + (end - start) * window // windows, end)
            last = _boundary(data, start + (end - start) * (window + 1) // windows, end)
            stamp += 1
            count, summed = _summed(data, first, last, fold, table, seen, stamp)
            if count >= 0:
                logit = (bias + scale * summed / np.sqrt(max(count, 1))) * min(count / ENOUGH, 1.0)
                total += 1 / (1 + np.exp(-logit))
                judged += 1
        if judged > 0:
            answers[0, row] = total / judged
    return answers


@kernel
def _boundary(data: Bytes, at: int, end: int) -> int:
    """The start of the first character at or after ``at``."""
    moved = 0
    while at < end and moved < 3 and data[at] & 0xC0 == 0x80:
        at += 1
        moved += 1
    return at
