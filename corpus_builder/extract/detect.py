"""Which charset bytes are in, by the bytes alone."""

from __future__ import annotations

import codecs
import re

from resiliparse.parse.encoding import detect_encoding

from corpus_builder.extract import japanese
from corpus_builder.extract.japanese import Reading
from corpus_builder.extract.labels import codec_of

_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_RUSSIAN = re.compile("[оеаинтслрв]")
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic", "cp855")
_SOME = 40  # characters that tell
_SAMPLE = 1 << 16
OTHER_CJK = frozenset({"gb18030", "big5hkscs", "cp949", "johab"})
PROSE = 0.5
"""Likeness to Japanese (see ``japanese.likeness``) above which a reading needs no label."""


def decoded(body: bytes, codec: str, errors: str) -> str:
    """By a codec of ``labels``. To be replaced, gaps of Windows code pages are controls first, as in browsers."""
    if codec in japanese.DECODERS:
        return japanese.DECODERS[codec](body, errors)
    if errors == "replace" and codec.startswith(("cp125", "cp874")):
        errors = "gap-is-control"
    return body.decode(codec, errors)


def strictly(body: bytes, codec: str) -> str | None:
    """The text, or None when some bytes are not of this codec."""
    try:
        return decoded(body, codec, "strict")
    except UnicodeDecodeError:
        return None


def foreign(text: str) -> int:
    """How many characters are not ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def is_japanese(reading: Reading) -> bool:
    """Whether the reading is right without anybody's word for it."""
    return reading.errors <= allowed(reading.wide) and reading.likeness >= PROSE


def allowed(wide: int) -> int:
    """Undecodable characters, of ``wide`` non-ASCII ones, that a page may have and still be in a charset.

    A cut end or one bad byte is no reason against the charset of the shortest text.
    """
    return 2 + wide // 50


def wide(body: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark.

    UTF-32 is known by its highest byte, UTF-16 by the zero bytes of its ASCII letters standing on one side, or
    by text that is Japanese when read so.
    """
    head = body[:512]
    half = len(head) // 2
    if half < 8:
        return None
    even = odd = 0
    if 0 in head:
        for codec, high, plane in (("utf-32-be", 0, 1), ("utf-32-le", 3, 2)):
            if not any(head[high::4]) and max(head[plane::4]) <= 0x10 and head.count(0) < len(head) - half // 4:
                return codec
        even, odd = head[::2].count(0), head[1::2].count(0)
        # U+3000 and U+4E00 have a zero byte on the other side.
        if max(even, odd) > 0.2 * half and 4 * min(even, odd) < max(even, odd):
            return "utf-16-le" if odd > even else "utf-16-be"
    even += head[::2].count(0x30)
    odd += head[1::2].count(0x30)
    if max(even, odd) > 0.2 * half:
        codec = "utf-16-le" if odd > even else "utf-16-be"
        if japanese.likeness(head.decode(codec, "replace")) >= PROSE:
            return codec
    return None


def nearly_utf8(body: bytes) -> str | None:
    """UTF-8, perhaps cut or with foreign bytes; anything else read as UTF-8 is mostly errors."""
    text = body.decode("utf-8", "replace")
    errors = text.count("\ufffd")
    return text if errors == 0 or errors * 20 < foreign(text) else None


def most_japanese(body: bytes) -> tuple[str, Reading]:
    """The legacy Japanese charset that makes most sense of the bytes."""
    if japanese.has_iso2022(body):
        reading = japanese.read(body, "iso-2022-jp")
        if reading.loss < 0.2 and reading.likeness >= PROSE:
            return "iso-2022-jp", reading
    readings = [(codec, japanese.read(body, codec)) for codec in ("cp932", "euc-jp")]
    return max(readings, key=lambda each: each[1].likeness - each[1].loss)


def detected(body: bytes) -> str:
    """The codec of bytes that are neither UTF-8 nor Japanese, as far as they tell; ``cp1252`` where they do not."""
    found = codec_of(detect_encoding(body) or "") or "cp1252"
    if found != "utf-8":
        return found
    # The detector's word for "nothing that I know", here of bytes that are not UTF-8: most often some text too short
    # for it, or a stray quote.
    for codec, common in (("cp949", _HANGUL), *((each, _RUSSIAN) for each in _CYRILLIC)):
        text = (strictly(body, codec) or "")[:_SAMPLE]
        if 2 * len(common.findall(text)) > max(_SOME, foreign(text)):
            return codec
    return "cp1252"


def _gap_is_control(error: UnicodeError) -> tuple[str | bytes, int]:
    assert isinstance(error, UnicodeDecodeError)
    byte = error.object[error.start]
    return (chr(byte) if byte < 0xA0 else "\ufffd"), error.start + 1


codecs.register_error("gap-is-control", _gap_is_control)
