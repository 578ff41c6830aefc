"""What extraction knows of a page besides its text: how much of it is labels of links, and how much was left out."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from filters.core import Measure

COLUMNS = ("link_ratio", "content_ratio", "page_link_ratio")


def measure_web(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Shares in [0, 1], undefined for the empty text; the last two also where the document is no Web page.

    - ``link_ratio``: characters of the text that are link labels, of all (uzushio refuses pages above .4 or .8).
    - ``content_ratio``: characters of the text, of all the page's, menus, footers and side columns included.
    - ``page_link_ratio``: characters of the page that are link labels, of all the page's. A page of documentation can
      have a long menu beside a short text, so that neither of these two says by itself that a page is a menu.

    >>> from filters.buffers import batch_of
    >>> found = measure_web(batch_of(["次へ 前へ", ""], link_chars=[4, 0], page_chars=[20, 9], page_link_chars=[16, 9]))
    >>> [round(column[0].as_py(), 2) for column in found.values()], found["link_ratio"][1].as_py()
    ([0.8, 0.25, 0.8], nan)
    """
    chars = pc.cast(pc.utf8_length(batch.column("text")), pa.float64())
    page = pc.if_else(
        pc.equal(chars, 0), pa.scalar(None, pa.float64()), pc.cast(batch.column("page_chars"), pa.float64())
    )
    parts = {
        "link_ratio": (batch.column("link_chars"), chars),
        "content_ratio": (chars, page),
        "page_link_ratio": (batch.column("page_link_chars"), page),
    }
    return {name: _share(part, whole) for name, (part, whole) in parts.items()}


def _share(part: pa.Array, whole: pa.Array) -> pa.Array:
    """At most 1: an edit can have made the text shorter than its links were."""
    ratio = pc.divide(pc.cast(part, pa.float64()), whole)
    return pc.cast(pc.if_else(pc.greater(ratio, 1.0), 1.0, ratio), pa.float32())


WEB = Measure("web", 2, COLUMNS, measure_web)
