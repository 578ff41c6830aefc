"""Bytes of a page to text, as browsers do it, and right about Japanese.

Byte order mark, HTTP header, ``<meta>``, detection: in that order, except that a label which the
bytes contradict is not believed. The legacy Japanese codecs are the ones that pages were written in
(see ``japanese``), not the standards of their names.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from resiliparse.parse.encoding import detect_encoding

from corpus_builder.extract import japanese

HEAD_BYTES = 4096
"""How far from the start a ``<meta>`` may stand; the standard promises 1024, pages need more."""

_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta\b[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a label means on the web (WHATWG Encoding, and other names in use): always the superset.
_LABELS = {
    "cp932": "cp932 ms932 ms_kanji shift_jis shift-jis shiftjis sjis sjis-win x-sjis x-ms-cp932"
    " windows-31j csshiftjis cswindows31j x-shift-jis x-shift_jis",
    "euc-jp": "euc-jp euc_jp eucjp x-euc-jp x-euc ujis eucjp-ms eucjp-win cp51932 cseucpkdfmtjapanese",
    "iso-2022-jp": "iso-2022-jp csiso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-ms"
    " jis cp50220 cp50221 cp50222 x-jis",
    "gb18030": "gb18030 gbk gb2312 gb_2312-80 gb_2312 x-gbk cp936 chinese csgb2312 iso-ir-58",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 csbig5 cp950",
    "cp949": "euc-kr euckr ks_c_5601-1987 ks_c_5601 ksc5601 ksc_5601 korean windows-949 cp949 cseuckr",
    "cp1252": "iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 ascii us-ascii windows-1252 cp1252"
    " iso-8859-15 iso8859-15 x-cp1252",
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 utf_8 utf-8n",
    "utf-16-le": "utf-16 utf-16le unicode ucs-2 iso-10646-ucs-2",
    "utf-16-be": "utf-16be unicodefffe",
}
_CODEC = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
# Python knows codecs that no page may ask for (utf-7, unicode_escape, idna).
_OF_BYTES = re.compile(r"(?:iso8859|iso2022_kr|cp\d|koi8|mac|tis|johab|ptcp|kz1048|hz$)")
_WIDE = re.compile(r"[^\x00-\x7f]")
_DETECTED = ("cp932", "euc-jp")
_ANYTHING = frozenset(_DETECTED) | {"cp1252"}
"""Codecs under which foreign bytes often decode without an error, so that success proves little."""


class Decoded(NamedTuple):
    """``charset`` is the codec that was used (``cp932``, never ``shift_jis``).

    ``source`` is who said so: ``bom``, ``http``, ``meta``, ``detected``, or ``mislabelled`` when every
    label was overruled by the bytes.
    """

    text: str
    charset: str
    source: str


def decode(body: bytes, http_charset: str | None = None) -> Decoded:
    """Text of ``body``; undecodable bytes become U+FFFD, never an error.

    >>> decode("髙﨑①㈱Ⅲ".encode("cp932"), "Shift_JIS")
    Decoded(text='髙﨑①㈱Ⅲ', charset='cp932', source='http')
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(codec, "replace"), codec, "bom")
    labels = tuple(_labels(body, http_charset))
    seven_bit = japanese.has_iso2022(body) and body.isascii()
    for codec, source in labels:
        if seven_bit and codec != "iso-2022-jp":
            continue  # its bytes are whole text under any other label, and nonsense
        text = strictly(body, codec)
        if text is not None and (codec not in _ANYTHING or _plausible(body, text, codec)):
            return Decoded(text, codec, source)
    return _without_label(body, labels)


def declared(body: bytes, http_charset: str | None = None) -> str | None:
    """The codec that the header or else the page names, before its bytes are looked at.

    >>> declared(b'<meta http-equiv=Content-Type content="text/html; charset=x-sjis">')
    'cp932'
    """
    return next((codec for codec, _ in _labels(body, http_charset)), None)


def strictly(body: bytes, codec: str) -> str | None:
    """The text, or None when some bytes are not of this codec."""
    try:
        return _decoded(body, codec, "strict")
    except UnicodeDecodeError:
        return None


def _labels(body: bytes, http_charset: str | None) -> Iterator[tuple[str, str]]:
    if http_charset and (codec := _named(http_charset)):
        yield codec, "http"
    head = body[:HEAD_BYTES]
    if b"<!--" in head:
        head = _COMMENT.sub(b"", head)
    if (found := _META.search(head) or _XML.search(head)) and (codec := _named(found[1].decode("ascii", "replace"))):
        # A page that says utf-16 in ASCII letters is not (WHATWG "prescan", step on UTF-16).
        yield ("utf-8" if codec.startswith("utf-16") else codec), "meta"


def _named(label: str) -> str | None:
    name = label.strip(" \t\r\n\f\"'").lower()
    if name in _CODEC:
        return _CODEC[name]
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return info.name if _OF_BYTES.match(info.name) else None


def _plausible(body: bytes, text: str, codec: str) -> bool:
    """False where these bytes are much more likely of another charset than of ``codec``."""
    if text.isascii():
        return True
    if codec == "cp1252":
        return strictly(body, "utf-8") is None and _best_japanese(body) is None
    other = "euc-jp" if codec == "cp932" else "cp932"
    rival = strictly(body, other)
    if strictly(body, "utf-8") is not None:
        return False
    return rival is None or japanese.oddness(text) <= japanese.oddness(rival) + 0.1


def _best_japanese(body: bytes) -> str | None:
    """The legacy Japanese charset under which the bytes are whole and have kana, if any."""
    if japanese.has_iso2022(body) and strictly(body, "iso-2022-jp") is not None:
        return "iso-2022-jp"
    oddness = {}
    for codec in _DETECTED:
        text = strictly(body, codec)
        if text is not None and not text.isascii():
            oddness[codec] = japanese.oddness(text)
    best = min(oddness, key=lambda codec: oddness[codec], default=None)
    return best if best is not None and oddness[best] < 0.15 else None


def _without_label(body: bytes, labels: tuple[tuple[str, str], ...]) -> Decoded:
    """By the bytes alone; ``labels`` have failed, but one of them may still fail least."""
    source = "mislabelled" if labels else "detected"
    if not japanese.has_iso2022(body) and (text := _nearly_utf8(body)) is not None:
        return Decoded(text, "utf-8", dict(labels).get("utf-8", source))
    if codec := _wide(body) or _best_japanese(body):
        return Decoded(_decoded(body, codec, "replace"), codec, dict(labels).get(codec, source))
    guesses = [*labels, ("utf-8", source), (_detected(body), source)]
    if not labels or any(codec in japanese.DECODERS for codec, _ in labels):
        guesses += [(codec, source) for codec in (*_DETECTED, "cp949")]
    texts = [Decoded(_decoded(body, codec, "replace"), codec, who) for codec, who in guesses]
    return min(texts, key=_strangeness)


def _strangeness(guess: Decoded) -> float:
    """Share of undecodable characters, and what speaks against the charset itself."""
    wide = len(_WIDE.findall(guess.text)) or 1
    share = guess.text.count("\ufffd") / wide
    if guess.charset in japanese.DECODERS:
        share += japanese.oddness(guess.text)
    elif guess.charset != "utf-8":
        share += 0.15  # a one-byte charset decodes anything
    return share - 0.1 * (guess.source in ("http", "meta"))


def _nearly_utf8(body: bytes) -> str | None:
    """UTF-8, perhaps cut or with foreign bytes; anything else read as UTF-8 is mostly errors."""
    text = body.decode("utf-8", "replace")
    errors = text.count("\ufffd")
    return text if errors == 0 or errors * 20 < len(_WIDE.findall(text)) else None


def _detected(body: bytes) -> str:
    return _named(detect_encoding(body) or "utf-8") or "utf-8"


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark, known by the zero bytes of its ASCII letters standing on one side."""
    head = body[:512]
    even, odd = head[::2].count(0) * 2, head[1::2].count(0) * 2
    if max(even, odd) < 0.4 * len(head) or min(even, odd) > 0.05 * len(head):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decoded(body: bytes, codec: str, errors: str) -> str:
    if codec in japanese.DECODERS:
        return japanese.DECODERS[codec](body, errors)
    return body.decode(codec, errors)
