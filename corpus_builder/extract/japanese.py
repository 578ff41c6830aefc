"""The legacy Japanese charsets as Windows and browsers write them.

All three are read through CP932's table: Python's ``shift_jis``, ``euc_jp`` and ``iso2022_jp``
refuse the NEC and IBM characters (髙﨑①㈱Ⅲ) that pages are full of, and map 〜 and － to other
code points than CP932 does, so that the same sentence would differ by charset.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping

_TO_CP932 = (
    ("\u301c", "\uff5e"),
    ("\u2016", "\u2225"),
    ("\u2212", "\uff0d"),
    ("\u00a2", "\uffe0"),
    ("\u00a3", "\uffe1"),
    ("\u00ac", "\uffe2"),
)
_ESCAPE = re.compile(rb"(\x1b\$[@B]|\x1b\$\(D|\x1b\([BJIH]|\x0e|\x0f)")
_ISO2022 = re.compile(rb"\x1b\$[@B][\x21-\x7e]|\x1b\$\(D|\x1b\(I")
_HIGH = bytes(byte | 0x80 if 0x21 <= byte <= 0x7E else byte for byte in range(256))
_LOW = bytes(range(128)) + b"?" * 128
_ODD = re.compile(r"[\uff61-\uff9f\ue000-\uf8ff\x80-\x9f]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_WIDE = re.compile(r"[^\x00-\x7f]")


def cp932(body: bytes, errors: str = "replace") -> str:
    """CP932, which is what ``Shift_JIS`` means on the web."""
    return body.decode("cp932", errors)


def euc_jp(body: bytes, errors: str = "replace") -> str:
    """EUC-JP with NEC row 13 and the NEC-selected IBM characters, mapped as CP932 maps them."""
    text = body.decode("euc_jp", f"eucjp-ms-{errors}")
    for standard, windows in _TO_CP932:
        text = text.replace(standard, windows)
    return text


def iso_2022_jp(body: bytes, errors: str = "replace") -> str:
    """ISO-2022-JP with half-width kana (``ESC ( I``, SO/SI, bare 8 bit) and NEC row 13, as CP50221.

    >>> iso_2022_jp(b"\\x1b$B-!F|\\x1b(I1\\x1b(Bok")
    '①日ｱok'
    """
    mode, parts = b"\x1b(B", []
    for piece in _ESCAPE.split(body):
        if _ESCAPE.fullmatch(piece):
            mode = b"\x1b(B" if piece == b"\x0f" else piece
        elif piece:
            parts.append(_segment(mode, piece, errors))
    return "".join(parts)


def _segment(mode: bytes, piece: bytes, errors: str) -> str:
    if mode in (b"\x1b$@", b"\x1b$B"):
        return euc_jp(piece.translate(_HIGH), errors)
    if mode == b"\x1b$(D":
        return (mode + piece.translate(_LOW)).decode("iso2022_jp_ext", errors)
    if mode in (b"\x1b(I", b"\x0e"):
        return cp932(piece.translate(_HIGH), errors)
    return cp932(piece, errors)


def has_iso2022(body: bytes) -> bool:
    """Whether an escape into Japanese is there; a stray ESC is common, these are not."""
    return b"\x1b" in body and _ISO2022.search(body) is not None


def oddness(text: str) -> float:
    """How unlike Japanese the non-ASCII characters are, 0 to 1.

    EUC-JP read as CP932 is a soup of half-width kana; CP932 read as EUC-JP has rare kanji and no
    kana. A text without kana scores 0.2.
    """
    wide = len(_WIDE.findall(text))
    if not wide:
        return 0.0
    odd = len(_ODD.findall(text)) / wide
    kana = len(_KANA.findall(text)) / wide
    return min(1.0, odd + max(0.0, 0.2 - kana))


def _extended(error: UnicodeError) -> tuple[str | bytes, int]:
    """The character of the rows that Python's ``euc_jp`` does not know; raises when it is none."""
    if isinstance(error, UnicodeDecodeError):
        pair = error.object[error.start : error.start + 2]
        if len(pair) == 2 and pair[0] in _EXTENDED_ROWS and 0xA1 <= pair[1] <= 0xFE:
            text = _as_cp932(pair[0] - 0xA0, pair[1] - 0xA0).decode("cp932")
            return text, error.start + 2
    raise error


def _extended_or_replaced(error: UnicodeError) -> tuple[str | bytes, int]:
    try:
        return _extended(error)
    except UnicodeDecodeError:
        assert isinstance(error, UnicodeDecodeError)
        return "\ufffd", error.start + 1


_EXTENDED_ROWS = frozenset({0xAD, 0xF9, 0xFA, 0xFB, 0xFC})


def _as_cp932(row: int, cell: int) -> bytes:
    """Row and cell (1 to 94 both) of JIS X 0208 as the two bytes of Shift_JIS."""
    lead = (row - 1) // 2
    lead += 0x81 if lead < 31 else 0xC1
    if row % 2 == 0:
        return bytes((lead, cell + 0x9E))
    return bytes((lead, cell + 0x3F + (cell >= 0x40)))


codecs.register_error("eucjp-ms-strict", _extended)
codecs.register_error("eucjp-ms-replace", _extended_or_replaced)

DECODERS: Mapping[str, Callable[[bytes, str], str]] = {
    "cp932": cp932,
    "euc-jp": euc_jp,
    "iso-2022-jp": iso_2022_jp,
}
