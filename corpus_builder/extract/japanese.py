"""The legacy Japanese charsets as Windows and browsers write them.

All three are read through CP932's table: Python's ``shift_jis``, ``euc_jp`` and ``iso2022_jp``
refuse the NEC and IBM characters (髙﨑①㈱Ⅲ) that pages are full of, and map 〜 and － to other
code points than CP932 does, so that the same sentence would differ by charset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from corpus_builder.extract import jis
from corpus_builder.extract.jis import Units
from corpus_builder.extract.jis_kernels import read_cp932, read_euc_jp, read_iso_2022_jp, weigh
from filters.buffers import Bytes

SAMPLE = 4000
"""Non-ASCII characters that are looked at to tell whether a text is Japanese."""

# An escape into a set of two-byte characters, or half-width kana; a stray ESC is common, these are not.
_ISO2022 = re.compile(rb"\x1b\$(?:[@B][\x21-\x7e]|\([DOPQ])|\x1b\(I")
# Sets that only later or multilingual versions have: JIS X 0213, GB 2312, KS X 1001.
_RARE = re.compile(rb"\x1b\$(?:\([COPQ]|A)")
_Kernel = Callable[[Bytes, Units, Units, Units], tuple[int, int]]
_KERNELS: Mapping[str, tuple[_Kernel, Units]] = {
    "cp932": (read_cp932, jis.CP932),
    "euc-jp": (read_euc_jp, jis.ROWS),
    "iso-2022-jp": (read_iso_2022_jp, jis.ROWS),
}

CODECS = frozenset(_KERNELS)


class Reading(NamedTuple):
    """``units`` is the text in UTF-16, of which ``wide`` are not ASCII, among them ``errors`` U+FFFD."""

    units: Units
    errors: int
    wide: int
    likeness: float

    @property
    def text(self) -> str:
        return str(self.units.data, "utf-16-le")

    @property
    def loss(self) -> float:
        """Errors for each non-ASCII character, 0 to 1."""
        return self.errors / max(1, self.wide)


def read(body: bytes, codec: str) -> Reading:
    """``body`` by one of ``CODECS``; anything is read, with errors as browsers make them."""
    if codec == "iso-2022-jp" and (text := _rare(body)) is not None:
        units, errors = _units(text), 0
    else:
        function, table = _KERNELS[codec]
        out = np.empty(len(body), np.uint16)
        written, errors = function(np.frombuffer(body, np.uint8), table, jis.SUPPLEMENT, out)
        units = out[:written]
    wide, share = _weighed(units)
    return Reading(units, errors, wide, share)


def cp932(body: bytes, errors: str = "replace") -> str:
    """CP932, which is what ``Shift_JIS`` means on the web."""
    return _decoded(body, "cp932", errors)


def euc_jp(body: bytes, errors: str = "replace") -> str:
    """EUC-JP with NEC row 13, the NEC-selected and the IBM characters (eucJP-ms), mapped as CP932 maps them."""
    return _decoded(body, "euc-jp", errors)


def iso_2022_jp(body: bytes, errors: str = "replace") -> str:
    """ISO-2022-JP with half-width kana (``ESC ( I``, SO/SI, bare 8 bit) and NEC row 13, as CP50221.

    >>> iso_2022_jp(b"\\x1b$B-!F|\\x1b(I1\\x1b(Bok")
    '①日ｱok'
    """
    return _decoded(body, "iso-2022-jp", errors)


def has_iso2022(body: bytes) -> bool:
    """Whether an escape into Japanese is there; a stray ESC is common, these are not."""
    return b"\x1b" in body and _ISO2022.search(body) is not None


def likeness(text: str) -> float:
    """How much the non-ASCII characters are those of Japanese prose, 0 to 1.

    Kana, the commonest kanji and Japanese punctuation, less half-width kana, private characters and U+FFFD,
    for each non-ASCII character of the first ``SAMPLE``. Prose in the right charset has about 0.8, in a
    wrong one below 0.3. A text without any such character has 0.

    >>> likeness("これは日本語の文です。") == 1.0
    True
    >>> likeness("これは日本語の文です。".encode("euc-jp").decode("cp932", "replace"))
    0.0
    """
    return _weighed(_units(text))[1]


def _weighed(units: Units) -> tuple[int, float]:
    wide, likely, odd = weigh(units, jis.KINDS, SAMPLE)
    return wide, max(0.0, (likely - odd) / min(wide, SAMPLE)) if wide else 0.0


def _units(text: str) -> Units:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)


def _rare(body: bytes) -> str | None:
    if _RARE.search(body):
        for codec in ("iso2022_jp_2", "iso2022_jp_2004"):
            try:
                return body.decode(codec)
            except UnicodeDecodeError:
                continue
    return None


def _decoded(body: bytes, codec: str, errors: str) -> str:
    found = read(body, codec)
    if errors == "strict" and found.errors:
        raise UnicodeDecodeError(codec, body, 0, len(body), f"{found.errors} errors")
    return found.text


DECODERS: Mapping[str, Callable[[bytes, str], str]] = {
    "cp932": cp932,
    "euc-jp": euc_jp,
    "iso-2022-jp": iso_2022_jp,
}
