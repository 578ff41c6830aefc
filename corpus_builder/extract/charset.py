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

from corpus_builder.extract import detect, japanese
from corpus_builder.extract.labels import codec_of

HEAD_BYTES = 4096
"""How far from the start a ``<meta>`` may stand; the standard promises 1024, pages need more."""

Labels = tuple[tuple[str, str], ...]

_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta\b[^>]{0,500}?\bcharset\s*+=\s*+[\"']?\s*+([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*+=\s*+[\"']([\w.:-]{2,40})", re.IGNORECASE)
_BROKEN = re.compile("[\ufffd\x80-\x9f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


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
    for mark, marked in _BOMS:
        if body.startswith(mark):
            body = body[len(mark) :]
            text = body.decode(marked, "replace") if marked != "utf-8" else detect.nearly_utf8(body)
            if text is not None:
                return Decoded(text, marked, "bom")
            break  # a mark before something else is no news
    labels = tuple(_labels(body, http_charset))
    if codec := detect.wide(body):
        return Decoded(body.decode(codec, "replace"), codec, _who(codec, labels))
    if body.isascii():
        return _seven_bit(body, labels)
    if (text := detect.strictly(body, "utf-8")) is not None:
        return _short_japanese(body, text, labels) or Decoded(text, "utf-8", _who("utf-8", labels))
    for damaged in (False, True):
        for codec, source in labels:
            if (text := _believed(body, codec, damaged)) is not None:
                return Decoded(text, codec, source)
    return _without_label(body, labels)


def declared(body: bytes, http_charset: str | None = None) -> str | None:
    """The codec that the header or else the page names, before its bytes are looked at.

    >>> declared(b'<meta http-equiv=Content-Type content="text/html; charset=x-sjis">')
    'cp932'
    """
    return next((codec for codec, _ in _labels(body, http_charset)), None)


def _labels(body: bytes, http_charset: str | None) -> Iterator[tuple[str, str]]:
    if http_charset and (codec := codec_of(http_charset)):
        yield codec, "http"
    head = body[:HEAD_BYTES]
    found = _META.search(head) or _XML.search(head)
    if found and head.find(b"<!--", 0, found.start()) >= 0:
        found = _META.search(_COMMENT.sub(b"", head))
    if found and (codec := codec_of(found[1].decode("ascii", "replace"))):
        # A page that says utf-16 in ASCII letters is not (WHATWG "prescan", step on UTF-16).
        yield ("utf-8" if codec.startswith("utf-16") else codec), "meta"


def _who(codec: str, labels: Labels) -> str:
    return dict(reversed(labels)).get(codec, "mislabelled" if labels else "detected")


def _seven_bit(body: bytes, labels: Labels) -> Decoded:
    """ASCII is the same text under nearly every label; escapes make whole text of it, and none of others."""
    shifted = b"\x0e" in body and any(codec == "iso-2022-jp" for codec, _ in labels)
    if shifted or japanese.has_iso2022(body):
        return Decoded(japanese.iso_2022_jp(body), "iso-2022-jp", _who("iso-2022-jp", labels))
    if b"\x1b$)C" in body and (text := detect.strictly(body, "iso2022_kr")) is not None:
        return Decoded(text, "iso2022_kr", _who("iso2022_kr", labels))
    says_hz = b"~{" in body and b"hz-gb-2312" in body[:HEAD_BYTES].lower()
    if says_hz and (text := detect.strictly(body, "hz")) is not None:
        return Decoded(text, "hz", _who("hz", labels))
    for codec, source in labels:
        if not codec.startswith("utf-16"):
            return Decoded(body.decode("ascii"), codec, source)
    return Decoded(body.decode("ascii"), "utf-8", _who("utf-8", labels))


def _short_japanese(body: bytes, text: str, labels: Labels) -> Decoded | None:
    """A few legacy characters can be valid UTF-8 by chance; then a label that makes Japanese of them is right."""
    if len(body) - len(text) <= 8 and labels and labels[0][0] in japanese.CODECS:
        reading = japanese.read(body, labels[0][0])
        if detect.is_japanese(reading) and japanese.likeness(text) < detect.PROSE:
            return Decoded(reading.text, *labels[0])
    return None


def _believed(body: bytes, codec: str, damaged: bool) -> str | None:
    """The text by a label's codec, if it is whole or little of it ``damaged``, and no other charset fits better."""
    if codec.startswith("utf-"):
        return None
    if codec in japanese.CODECS:
        reading = japanese.read(body, codec)
        if reading.errors > damaged * detect.allowed(reading.wide):
            return None
        if reading.likeness >= detect.PROSE:
            return reading.text
        _, best = detect.most_japanese(body)
        return None if detect.is_japanese(best) and best.likeness > reading.likeness + 0.1 else reading.text
    text = detect.decoded(body, codec, "replace")
    if text.count("\ufffd") > damaged * detect.allowed(detect.foreign(text)):
        return None
    _, best = detect.most_japanese(body)
    # Kana stand in the same rows of GB 2312 and JIS; the kanji tell.
    if detect.is_japanese(best) and (codec not in detect.OTHER_CJK or best.likeness > japanese.likeness(text) + 0.05):
        return None
    if codec == "cp1252" and (found := detect.detected(body)) in detect.OTHER_CJK:
        return text if detect.strictly(body, found) is None else None  # servers say Latin-1 of everything
    return text


def _without_label(body: bytes, labels: Labels) -> Decoded:
    """By the bytes alone; ``labels`` have failed, but one of them may still fail least."""
    if not japanese.has_iso2022(body) and (text := detect.nearly_utf8(body)) is not None:
        return Decoded(text, "utf-8", _who("utf-8", labels))
    codec, best = detect.most_japanese(body)
    if detect.is_japanese(best) or codec == "iso-2022-jp":
        return Decoded(best.text, codec, _who(codec, labels))
    found = detect.detected(body)
    if found not in detect.OTHER_CJK and not best.errors and best.likeness >= detect.PROSE / 2:
        return Decoded(best.text, codec, _who(codec, labels))  # a few kanji; Western text makes only rare ones
    if found not in japanese.CODECS and (text := detect.strictly(body, found)) is not None:
        return Decoded(text, found, _who(found, labels))
    guesses = [*labels, (found, _who(found, labels)), (codec, _who(codec, labels)), ("utf-8", _who("utf-8", labels))]
    texts = [Decoded(detect.decoded(body, codec, "replace"), codec, who) for codec, who in guesses]
    return min(texts, key=_strangeness)


def _strangeness(guess: Decoded) -> float:
    """Share of undecodable characters, and what speaks against the charset itself."""
    share = len(_BROKEN.findall(guess.text)) / max(1, detect.foreign(guess.text))
    if guess.charset in japanese.CODECS:
        share += 0.4 * (1 - japanese.likeness(guess.text))
    elif guess.charset != "utf-8":
        share += 0.15  # a one-byte charset decodes anything
    return share - 0.1 * (guess.source in ("http", "meta"))
