"""Main text of 91 Japanese pages, marked by hand: what a careful reader would copy, as CSS selectors.

``ja_pages.jsonl`` holds a page a line: ``sha256`` of its bytes, ``path`` in ``html_ja.tar.zst``, ``charset`` (the
Python codec that decodes it), ``keep`` and ``drop`` (selectors; what ``drop`` finds is taken out of what ``keep``
finds), ``lines`` (only where bare text has no element of its own: first and last ordinal, from 1, of the lines that
remain), ``type``, ``note``. No text of a page is stored. ``gold`` renders a label; it shares no code with the
project's extractor, only the parser. Check the labels with ``python tests/benchmarks/gold/render.py``, score with
``python tests/benchmarks/gold/gold_score.py``.

What was chosen: the rule, not taste. Pages whose path ends in ``.htm(l)``, has no ``/_`` in it, whose bytes hold no
``{%`` (page templates) and whose text is at most 20,000 characters, in the order of the SHA-256 of their bytes. From
each site the first with at least 350 characters and 50 kana; from sites that are not software documentation also the
first of its framesets, else of its pages in a legacy charset, else of all pages with kana. Of the documentation
sites 20: those with a legacy charset (drawn from such pages), then by digest; framesets of theirs too. Hence 55 sites,
at most two pages each. One site had nothing but templates.

How it was marked: every visible line of a page was listed with its elements and kept or not; the selectors were
derived from the kept lines and compared with them again. Kept: titles and headings, paragraphs, lists, tables,
captions, footnotes, notes in boxes, questions with answers, addresses and telephone numbers that are the page's
subject, links that are. Dropped: banners and names of the site, menus, breadcrumbs, tables of contents that repeat
headings, links to the top or to other chapters, share buttons, calls to action, advertisements, form fields, site
footers, dates and bylines set by a blog system (those an author wrote into the text are kept), permalink signs,
hidden captions. See-also sections of reference pages are kept. A frameset has no text.

By type: other 24 (policies, company and club pages, course pages), article 21, documentation 21, list 10, product 8,
navigation 7 (5 framesets: the gold is ""). By charset: UTF-8 76 (5 with a byte order mark), CP932 8, ISO-2022-JP 4,
EUC-JP 3. 24 pages have ten ``<br>`` or more, 18 tables with presentational attributes. There is no forum and no
municipality: the archive has none. One reader marked them, once.

``split``: rules may be tuned on ``dev`` (37 pages, 22 sites), and are read off ``test`` (54 pages, 33 sites) only.

To add a page: list what ``texts(pieces(body, frozenset({body})))`` gives, decide line by line, write the row with the
fewest selectors that are tied to an id, a class or a position under ``body``, keep the file in the order of ``path``,
run the check, and read the rendered text beside the page in a browser. Correct a label where it is wrong, never
towards an extractor.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import zstandard
from resiliparse.parse.html import DOMNode, HTMLTree, NodeType

Row = dict[str, Any]

ARCHIVE = Path(__file__).parents[4] / "shared" / "data" / "html_ja.tar.zst"
LABELS = Path(__file__).with_name("ja_pages.jsonl")
_UNSEEN_TAGS = """
    head title script style noscript template iframe noframes frameset object svg canvas audio video select textarea
    datalist rt rp
"""
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_BLOCKS_TAGS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td
    tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCKS_TAGS.split())
_WIDE = "[\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
_SOURCE_BREAK = re.compile(rf"(?<={_WIDE})[ \t\r\f]*\n\s*(?={_WIDE})")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")


class Piece(NamedTuple):
    """A text node, or one line of it inside ``<pre>``.

    ``line`` and ``cell`` say which line of the page and which cell of that line it belongs to.
    """

    line: int
    cell: int
    text: str
    verbatim: bool
    parent: DOMNode


def gold(html: str, row: Row) -> str:
    """Main text of the page by its label, a block a line; "" for a page that has none."""
    document = HTMLTree.parse(html).document
    keep, drop = (frozenset(n for s in row[name] for n in document.query_selector_all(s)) for name in ("keep", "drop"))
    body = document.query_selector("body")
    lines = list(texts(pieces(body, keep, drop))) if body is not None else []
    if "lines" in row:
        lines = [line for first, last in row["lines"] for line in lines[first - 1 : last]]
    return "\n".join(lines)


def texts(chosen: Iterable[Piece]) -> Iterable[str]:
    """The lines of some pieces, empty ones left out."""
    for _, line in groupby(chosen, key=lambda piece: piece.line):
        cells = ("".join(_shown(cell)) for _, cell in groupby(line, key=lambda piece: piece.cell))
        text = "\t".join(cells).strip()
        if text:
            yield text


def _shown(cell: Iterable[Piece]) -> str:
    members = list(cell)
    text = "".join(piece.text for piece in members)
    if members[0].verbatim:
        return text.rstrip()
    return _SPACES.sub(" ", _SOURCE_BREAK.sub("", text)).strip()


def pieces(body: DOMNode, keep: frozenset[DOMNode], drop: frozenset[DOMNode] = frozenset()) -> list[Piece]:
    """All text inside ``keep`` but not ``drop`` that a browser without style sheets shows, in document order."""
    found: list[Piece] = []
    line = cell = 0

    def text(value: str, verbatim: bool, parent: DOMNode) -> None:
        nonlocal line
        for i, part in enumerate(value.split("\n") if verbatim else [value]):
            line += i > 0
            found.append(Piece(line, cell, part, verbatim, parent))

    def walk(node: DOMNode, kept: bool, verbatim: bool, in_row: bool) -> None:
        nonlocal line, cell
        for child in _children(node):
            if child.type == NodeType.TEXT:
                if kept:
                    text(child.text or "", verbatim, node)
            elif child.type == NodeType.ELEMENT and child.tag not in _UNSEEN and child not in drop:
                is_cell = in_row and child.tag in ("td", "th")
                breaks = child.tag == "br" or (child.tag in _BLOCKS and not is_cell)
                row = child.tag == "tr" and _is_one_line(child)
                cell += is_cell
                line += breaks
                walk(child, kept or child in keep, verbatim or child.tag == "pre", row)
                line += breaks

    walk(body, body in keep, False, False)
    return found


def _children(node: DOMNode) -> Iterator[DOMNode]:
    child = node.first_child  # a pass over child_nodes takes the square of their number
    while child is not None:
        yield child
        child = child.next_sibling


def _is_one_line(row: DOMNode) -> bool:
    """A table's row is a line unless one of its cells has lines of its own."""
    inner = row.query_selector_all("*")
    return all(each.tag in ("td", "th") or not (each.tag in _BLOCKS or each.tag == "br") for each in inner)


def load(path: Path = LABELS) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def split(row: Row) -> str:
    """``dev`` or ``test``, by the site, so that pages of one template never stand in both."""
    site = row["path"].split("/")[1]
    return ("dev", "test")[hashlib.sha256(site.encode()).digest()[0] & 1]


def bodies(rows: Iterable[Row], source: Path = ARCHIVE) -> Iterator[tuple[Row, bytes]]:
    """Each label with its page's bytes, from the archive or from the folder it was unpacked to.

    Raises ValueError when a page is not the one that was marked, or is missing.
    """
    wanted = {row["path"]: row for row in rows}
    for path, body in _members(source, wanted.keys()):
        row = wanted.pop(path)
        if hashlib.sha256(body).hexdigest() != row["sha256"]:
            raise ValueError(f"{source}: sha256 of {path} differs from its label: mark the page anew")
        yield row, body
    if wanted:
        raise ValueError(
            f"{source}: {len(wanted)} marked pages are missing, {min(wanted)} first: unpack the archive anew"
        )


def _members(source: Path, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    if source.is_dir():
        yield from ((path, (source / path).read_bytes()) for path in sorted(paths) if (source / path).exists())
        return
    wanted = frozenset(paths)
    with source.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as unpacked:
        buffered = io.BufferedReader(unpacked)
        with tarfile.open(fileobj=buffered, mode="r|") as archive:
            for member in archive:
                path = member.name.removeprefix("./")
                if path in wanted and (file := archive.extractfile(member)):
                    yield path, file.read()


def text_of(row: Row, body: bytes) -> str:
    return body.decode(row["charset"], "replace")


def faults(html: str, row: Row) -> list[str]:
    """Selectors that find nothing, and ordinals past the end."""
    document = HTMLTree.parse(html).document
    idle = [selector for selector in row["keep"] + row["drop"] if not document.query_selector_all(selector)]
    past = [
        span for span in row.get("lines", []) if span[1] > gold(html, row | {"lines": [[1, span[1]]]}).count("\n") + 1
    ]
    return [*idle, *map(str, past)]


def main() -> None:
    rows = load()
    total: Counter[str] = Counter()
    for row, body in bodies(rows):
        html = text_of(row, body)
        for fault in faults(html, row):
            print(f"{row['path']}: {fault} finds nothing")
        total.update(pages=1, chars=len(gold(html, row)), **{row["type"]: 1, row["charset"]: 1, split(row): 1})
    print(dict(sorted(total.items())), "sites:", len({row["path"].split("/")[1] for row in rows}))


if __name__ == "__main__":
    main()
