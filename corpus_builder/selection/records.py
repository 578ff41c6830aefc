"""Whether fetched bytes are the record that the index promised."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from typing import NamedTuple

HEAD = re.compile(rb"WARC/1\.\d\r\n")
FIELD = re.compile(rb"\r\n(WARC-Type|Content-Length|WARC-Target-URI)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
HTTP_END = re.compile(rb"\r?\n\r?\n")
END = b"\r\n\r\n"
# A page that inflates to more is none that anybody reads (bytes).
LARGEST = 256 << 20


class Wanted(NamedTuple):
    """A record as the plan has it; ``digest`` is SHA-1 in base32; ``digest`` and ``url`` are None where unknown."""

    offset: int
    length: int
    digest: str | None
    url: str | None


def check(member: bytes, wanted: Wanted) -> str:
    """Empty if ``member`` is one whole gzip member with that record alone, else what is wrong, in a stable word:
    ``gzip_truncated``, ``gzip_corrupt``, ``too_large``, ``not_one_record``, ``no_response``, ``other_url``,
    ``digest_differs``."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = inflate.decompress(member, LARGEST)
    except zlib.error:
        return "gzip_corrupt"
    if not inflate.eof:
        return "too_large" if inflate.unconsumed_tail else "gzip_truncated"
    if inflate.unused_data:
        return "gzip_corrupt"
    return _check_record(content, wanted)


def _check_record(content: bytes, wanted: Wanted) -> str:
    end = content.find(END) + len(END)
    said = {name.lower(): value.strip() for name, value in FIELD.findall(content, 0, end - 2)}
    size = said.get(b"content-length", b"")
    if not HEAD.match(content) or not size.isdigit() or len(content) != end + int(size) + len(END):
        return "not_one_record"
    if not content.endswith(END):
        return "not_one_record"
    if said.get(b"warc-type", b"").lower() != b"response":
        return "no_response"
    if wanted.url is not None and said.get(b"warc-target-uri", b"").strip(b"<>") != wanted.url.encode():
        return "other_url"
    http_end = HTTP_END.search(content, end)
    body = memoryview(content)[http_end.end() if http_end else end : end + int(size)]
    if wanted.digest and base64.b32encode(hashlib.sha1(body).digest()).decode() != _bare(wanted.digest):
        return "digest_differs"
    return ""


def _bare(digest: str) -> str:
    """A digest without the name of its algorithm.

    >>> _bare("sha1:CH7IV3XAD3M7A42JARKRLJ3T5PGGCGXD")
    'CH7IV3XAD3M7A42JARKRLJ3T5PGGCGXD'
    """
    return digest.rpartition(":")[2].upper()
