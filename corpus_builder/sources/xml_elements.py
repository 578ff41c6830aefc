"""Cuts records out of an XML stream by their tags, so that each is parsed alone.

A dump is one huge element of many small ones. Cutting before parsing bounds memory by one record,
keeps a torn record from ending the file, and leaves no document type, and so no entity, in reach of
a parser. It asks what dumps keep: no record within a record, no bare ``<`` in text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from corpus_builder.sources.compressed import Damage, codec_of, decompressed
from corpus_builder.sources.reading import Input, Poisoned, Watch

LARGEST = 16 << 20
"""MediaWiki holds a page's text to 2 MiB; escaping at most quintuples it."""
WINDOW = 1 << 20
MOST_TAGS = 200_000
SLACK = 64
"""Bytes kept back of a window, so that a tag cut by its edge is seen whole in the next one."""
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)\b", re.IGNORECASE)
START_TAG = re.compile(rb"<([A-Za-z_][\w.:-]{0,60})(?=[\s/>])")
ENCODING = re.compile(rb"""\s{0,9}<\?xml[^>]{1,200}?encoding\s*=\s*["']([\w.-]{1,40})""")
OTHER = re.compile(r"euc-(jp|kr)|shift_jis|cp932|windows-125\d|iso-8859-\d+|big5|gb(k|2312|18030)$")
CONTROL = bytes(set(range(32)) - set(b"\t\n\r"))


class Span(NamedTuple):
    """``kind``: ``element``, ``outside`` (between elements), ``torn`` (never ends), ``too_large``.

    ``start`` and ``length`` count content bytes; ``data`` is empty for the last two kinds.
    """

    kind: str
    start: int
    length: int
    data: bytes


class Record(NamedTuple):
    """A parsed element; ``offset`` and ``length`` are -1 when the file is compressed."""

    element: Element
    offset: int
    length: int


class Outside(NamedTuple):
    """Bytes between records: a head such as ``siteinfo``, end tags, white space."""

    data: bytes


def records(
    input: Input, watch: Watch, tag: str, roots: tuple[str, ...], foreign: str
) -> Iterator[Record | Outside | Poisoned]:
    """Every ``<tag>`` element of a file, parsed, and in its place whatever could not be.

    A file without any, whose root is none of ``roots``, is one ``Poisoned`` of class ``foreign``.
    """
    plain = codec_of(input.file) is None
    pieces = decompressed(input.file)
    head = next(pieces, b"")
    encoding = _encoding(head) if isinstance(head, bytes) else None
    content: Iterator[bytes | Damage] = chain((head,), pieces)
    if encoding is not None:
        content, plain = _utf8(content, encoding), False
    root, ended, found, cut = "", True, 0, False
    for span in spans(content, tag):
        if isinstance(span, Damage):
            message = f"{input.name}: {span.kind} at byte {span.offset}, {span.length} not read"
            yield Poisoned(span.kind, message, span.offset, span.length)
            cut = True
        elif span.kind == "outside":
            yield Outside(span.data)
            yield from _declared(input.name, span)
            root = root or _root(span.data)
            ended = _ended(span.data, root, ended)
        else:
            found += 1
            cut = span.kind == "torn"
            yield _record(input.name, span, watch, plain)
    if not found and not cut and root not in roots:
        what = f"root element <{root}>" if root else "no XML element"
        yield Poisoned(foreign, f"{input.name}: {what}; expected <{roots[0]}> with <{tag}>", 0)
    elif not ended and not cut:
        yield Poisoned("xml_truncated", f"{input.name}: <{root}> never ends")


def _encoding(head: bytes) -> str | None:
    """The encoding named by a byte order mark or the XML declaration, None for UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    found = ENCODING.match(head)
    name = found[1].decode().lower() if found else ""
    return name if OTHER.match(name) else None


def _utf8(pieces: Iterator[bytes | Damage], encoding: str) -> Iterator[bytes | Damage]:
    decoder = codecs.getincrementaldecoder(encoding)
    reading = decoder("replace")
    for piece in pieces:
        if isinstance(piece, Damage):
            reading = decoder("replace")
            yield piece
        elif text := reading.decode(piece).encode("utf-8", "replace"):
            yield text


def spans(pieces: Iterator[bytes | Damage], tag: str, largest: int = LARGEST) -> Iterator[Span | Damage]:
    """Every ``<tag>…</tag>`` and what lies between; what damage left of either is given up."""
    name = tag.encode()
    cutter = _Cutter(re.compile(rb"<" + name + rb"(?=[\s/>])"), re.compile(rb"</" + name + rb"\s*>"), largest)
    for piece in pieces:
        if isinstance(piece, Damage):
            cutter.forget()
            yield piece
        else:
            cutter.held += piece
            yield from cutter.whole()
            yield from cutter.overflow()
    if cutter.inside:
        yield cutter.take("torn", len(cutter.held))
    elif cutter.held:
        yield cutter.take("outside", len(cutter.held))


@dataclass(slots=True)
class _Cutter:
    """Content not yet cut. ``lost`` counts bytes of an element too large to be held, ``scan`` is where
    a search goes on, so that nothing is searched twice."""

    opening: re.Pattern[bytes]
    ending: re.Pattern[bytes]
    largest: int
    held: bytearray = field(default_factory=bytearray)
    start: int = 0
    scan: int = 0
    lost: int = 0
    inside: bool = False

    def whole(self) -> Iterator[Span]:
        """What ends within the bytes held."""
        while True:
            if not self.inside:
                found = self.opening.search(self.held, self.scan)
                if not found:
                    break
                if found.start():
                    yield self.take("outside", found.start())
                self.inside, self.scan = True, 1
            end = self._end()
            if end < 0:
                break
            again = None if self.lost else self.opening.search(self.held, 1, end)
            if again:
                yield self.take("torn", again.start())
                self.inside, self.scan = True, 1
            else:
                yield self.take("too_large" if self.lost + end > self.largest else "element", end)
        self.scan = max(len(self.held) - SLACK, 0)

    def _end(self) -> int:
        close = -1 if self.lost else self.held.find(b">")
        if close > 0 and self.held[close - 1] == ord("/"):
            return close + 1
        found = self.ending.search(self.held, self.scan)
        return found.end() if found else -1

    def take(self, kind: str, end: int) -> Span:
        data = bytes(self.held[:end]) if kind in ("element", "outside") else b""
        span = Span(kind, self.start, self.lost + end, data)
        del self.held[:end]
        self.start, self.scan, self.lost, self.inside = self.start + span.length, 0, 0, False
        return span

    def overflow(self) -> Iterator[Span]:
        """Gives up what may not be held any longer, up to the last few bytes."""
        if not self.inside and len(self.held) > WINDOW:
            yield self.take("outside", len(self.held) - SLACK)
        elif self.inside and len(self.held) > self.largest:
            self.lost, self.scan = self.lost + len(self.held) - SLACK, 0
            del self.held[:-SLACK]

    def forget(self) -> None:
        self.start += self.lost + len(self.held)
        self.held, self.scan, self.lost, self.inside = bytearray(), 0, 0, False


def _record(name: str, span: Span, watch: Watch, plain: bool) -> Record | Poisoned:
    place = (span.start, span.length) if plain else (-1, -1)
    where = f"{name}: record at content byte {span.start}"
    if watch.enter(span.start):
        return Poisoned("killed", f"{where} ended a process before", *place)
    if span.kind == "torn":
        return Poisoned("xml_truncated", f"{where} has no end", *place)
    if span.kind == "too_large" or span.data.count(b"<") > MOST_TAGS:
        return Poisoned("xml_too_large", f"{where} has {span.length} bytes or too many tags", *place)
    try:
        return Record(fromstring(span.data.translate(None, CONTROL), forbid_dtd=True), *place)
    except ParseError as error:
        return Poisoned("xml_invalid", f"{where}: {error}", *place)
    except DefusedXmlException:
        return Poisoned("xml_entities_forbidden", f"{where} declares a document type", *place)


def _declared(name: str, span: Span) -> Iterator[Poisoned]:
    if found := DECLARATION.search(span.data):
        at = span.start + found.start()
        message = f"{name}: document type or entity declared at content byte {at}, not obeyed"
        yield Poisoned("xml_entities_forbidden", message)


def _root(data: bytes) -> str:
    """The name of the first element, looked for behind comments, declarations, instructions."""
    at = 0
    while (at := data.find(b"<", at)) >= 0:
        if found := START_TAG.match(data, at):
            return found[1].decode("utf-8", "replace")
        over = b"-->" if data.startswith(b"<!--", at) else b">"
        at = data.find(over, at)
        if at < 0:
            break
    return ""


def _ended(data: bytes, root: str, before: bool) -> bool:
    """Whether the root element, if there is one, has ended behind these bytes."""
    if not root:
        return before
    opened = max((m.start() for m in START_TAG.finditer(data) if m[1] == root.encode()), default=-1)
    closed = data.rfind(b"</" + root.encode())
    return before if opened == closed == -1 else closed > opened
