"""The header lines of a WARC record or an HTTP response, looked up by name.

A crawl's records have a dozen lines each and a reader asks for four, so none is parsed that nobody asks for.
"""

from __future__ import annotations

import re

_FOLD = re.compile(rb"\r?\n[ \t]+")
_LOOSE = re.compile(rb"(?m)^([^\s:]+)[ \t]+:")
CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)


class Head:
    """Lines ``Name: value``; names in any case, folded lines joined, the first of a name wins.

    >>> head = Head(b"WARC/1.0\\r\\nContent-Type: text/html;\\r\\n charset=x\\r\\nX: 1\\r\\nx: 2")
    >>> head.get(b"content-type"), head.get(b"x"), head.get(b"y")
    ('text/html; charset=x', '1', '')
    """

    __slots__ = ("_block", "_lower")

    def __init__(self, block: bytes) -> None:
        if b"\n " in block or b"\n\t" in block:
            block = _FOLD.sub(b" ", block)
        if b" :" in block or b"\t:" in block:
            block = _LOOSE.sub(rb"\1:", block)
        self._block = block
        self._lower = block.lower()

    def get(self, name: bytes) -> str:
        """The value of the line called ``name`` (in lower case), stripped; "" without one."""
        at = self._lower.find(b"\n" + name + b":")
        if at < 0:
            return ""
        start = at + len(name) + 2
        end = self._block.find(b"\n", start)
        return self._block[start : end if end >= 0 else None].strip().decode("utf-8", "replace")


def content_type_of(value: str) -> tuple[str, str | None]:
    """The bare media type and the charset of a Content-Type.

    >>> content_type_of('Text/HTML; Charset="Shift_JIS"')
    ('text/html', 'Shift_JIS')
    """
    kind, semicolon, rest = value.partition(";")
    charset = CHARSET.search(rest) if semicolon else None
    return kind.strip().lower(), charset[1] if charset else None
