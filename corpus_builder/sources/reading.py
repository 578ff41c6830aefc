"""What a reader says of an input file, record by record: a document, a drop with its reason, or a poisoned record.

A reader is a generator ``read(file, watch) -> Iterator[Document | Dropped | Poisoned]``. Nothing that it
meets may end it early without a word: bytes that cannot be read come out as ``Poisoned`` with their place,
and the records behind them are read on where the format allows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, Protocol


class Document(NamedTuple):
    """A record with text.

    ``identity`` names the record for ever, apart from the file that happens to hold it (the WARC record id;
    dump, page and revision): the document's id is made from it, so re-splitting the input changes no id.
    ``offset`` and ``length`` are the bytes of the raw record in the input file as it lies on disk
    (compressed bytes where records are compressed one by one), -1 where the format has no such place.
    ``date`` is ISO 8601 (the first ten characters are used). ``link_chars`` counts characters of ``text``
    that are link labels; ``page_chars`` and ``page_link_chars`` are those of the whole page, menus and all, None where
    there is no page. ``file`` is the archive file that the record is in, where it is not the input itself.
    """

    identity: str
    text: str
    url: str | None = None
    date: str | None = None
    offset: int = -1
    length: int = -1
    link_chars: int = 0
    meta: Mapping[str, str] = {}
    file: str | None = None
    page_chars: int | None = None
    page_link_chars: int | None = None


class Dropped(NamedTuple):
    """A record that is no document, and why, in a few words that stay the same: ``status_not_200``."""

    reason: str
    offset: int = -1


class Poisoned(NamedTuple):
    """A record, or a stretch of bytes, that could not be read: it goes to ``quarantine/``.

    ``error`` is a short stable class of failure (``gzip_truncated``, ``invalid_json``), ``message`` says
    what was wrong, without text of the record. ``file`` is as a document's.
    """

    error: str
    message: str
    offset: int = -1
    length: int = -1
    identity: str = ""
    file: str | None = None


Reading = Document | Dropped | Poisoned


# The position of work that is on no record.
NOWHERE = -1


class Watch(Protocol):
    """Tells the engine which record is being worked on, so that one that kills or hangs the process is known."""

    def enter(self, position: int) -> bool:
        """Say that the record at byte ``position`` is next; True when it must be skipped, for it killed a
        process before (the reader then yields ``Poisoned("killed", …)`` and does not touch the record)."""


class Input(NamedTuple):
    """An opened input file. ``file`` is seekable; ``name`` is what messages call it (the path's last part).

    ``extractor`` is the recipe's, for readers of HTML.
    """

    file: BinaryIO
    name: str
    extractor: str = "japanese"


Reader = Callable[[Input, Watch], Iterator[Reading]]


@dataclass(slots=True)
class NoWatch:
    """For reading outside the engine: remembers nothing, skips nothing."""

    def enter(self, position: int) -> bool:
        return False
