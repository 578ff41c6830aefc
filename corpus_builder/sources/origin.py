"""Where a copied record came from: a small ``warcinfo`` member in front of it, shared by who writes and who reads it.

The member's own gzip frame is stored, not compressed, so that its bytes depend on no version of zlib.
"""

from __future__ import annotations

import hashlib
import re
import struct
import uuid
import zlib
from typing import NamedTuple

FIELD = re.compile(rb"\r\nX-Origin-(File|Offset|Length|Error): ([!-~]*)(?=\r\n)")
PLAIN = re.compile(r"[!-~]+")
NUMBER = re.compile(r"[0-9]{1,18}")
# Members of one origin must be equal whenever they are written.
DATE = "1970-01-01T00:00:00Z"
# Deflate's stored block counts its bytes with 16 bits.
LARGEST = 0xFFFF


class Origin(NamedTuple):
    """The place of the record behind it: ``file`` as its publisher names it, ``offset`` and ``length`` in bytes there.

    ``error`` is empty, or says why the record is not there: no record follows then.
    """

    file: str
    offset: int
    length: int
    error: str = ""


def render(file: str, offset: int, length: int, error: str = "") -> bytes:
    """One gzip member with a ``warcinfo`` record that states an origin. Same origin, same bytes.

    Raises ValueError where ``file`` or ``error`` holds a blank, a control character, or anything beyond ASCII.

    >>> parse(zlib.decompress(render("a.warc.gz", 12, 30), 31))
    Origin(file='a.warc.gz', offset=12, length=30, error='')
    """
    if not PLAIN.fullmatch(file) or (error and not PLAIN.fullmatch(error)):
        raise ValueError(f"an origin's file and error are printable ASCII, not {file!r} and {error!r}")
    said = f"X-Origin-File: {file}\r\nX-Origin-Offset: {offset}\r\nX-Origin-Length: {length}\r\n"
    said += f"X-Origin-Error: {error}\r\n" if error else ""
    identity = uuid.UUID(bytes=hashlib.sha256(said.encode()).digest()[:16], version=5)
    head = f"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:{identity}>\r\nWARC-Date: {DATE}\r\n"
    record = f"{head}{said}Content-Type: application/warc-fields\r\nContent-Length: 0\r\n\r\n\r\n\r\n".encode()
    if len(record) > LARGEST:
        raise ValueError(f"an origin takes at most {LARGEST} bytes, this one {len(record)}")
    stored = struct.pack("<BHH", 1, len(record), len(record) ^ 0xFFFF) + record
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + stored + struct.pack("<II", zlib.crc32(record), len(record))


def parse(head: bytes) -> Origin | None:
    """The origin that a ``warcinfo`` record's head states; None where it states none.

    >>> parse(b"WARC/1.0\\r\\nWARC-Type: warcinfo\\r\\nWARC-Filename: a.warc.gz\\r\\n\\r\\n") is None
    True
    """
    said = {name: value.decode("ascii") for name, value in FIELD.findall(head)}
    file, offset, length = said.get(b"File"), said.get(b"Offset", ""), said.get(b"Length", "")
    if not file or not NUMBER.fullmatch(offset) or not NUMBER.fullmatch(length):
        return None
    return Origin(file, int(offset), int(length), said.get(b"Error", ""))
