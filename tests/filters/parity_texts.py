"""A thousand real documents, our published filters beside datatrove's, and where their verdicts differ."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import zstandard

from corpus_builder.extract.html import extract
from filters import Filter, batch_of, c4_page, fineweb_quality, gopher_quality, gopher_repetition

SHARED = Path(__file__).parents[3] / "shared" / "data"
NEEDED = ("extraction_gold_wcxb.jsonl.gz", "html_other.tar.zst", "html_ja.tar.zst")
DOCUMENTS, JAPANESE = 1000, 65

OURS = (gopher_quality(), gopher_repetition(), c4_page(), fineweb_quality())


class Difference(NamedTuple):
    document: int
    ours: str | None  # the first objection; None where it is kept
    theirs: str | None


class Compared(NamedTuple):
    kept: int  # by the peer
    differences: list[Difference]


def documents() -> list[str]:
    """Texts as this builder extracts them: WCXB's pages, English pages and, for the last, Japanese ones."""
    with gzip.open(SHARED / NEEDED[0], "rt", encoding="utf-8") as lines:
        found = [page.text for page in (extract(json.loads(line)["html"]) for line in lines) if page]
    english = pages(NEEDED[1], "lang_gt", "en")
    found += [text for text, _ in zip(english, range(DOCUMENTS - JAPANESE - len(found)), strict=False)]
    japanese = pages(NEEDED[2], "lang_heur", "ja")
    return found + [text for text, _ in zip(japanese, range(DOCUMENTS - len(found)), strict=False)]


def pages(archive: str, column: str, language: str) -> Iterator[str]:
    """Extracted texts of the pages in a language, in an order that nothing but their paths decides."""
    raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO((SHARED / archive).read_bytes())).read()
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        members = {member.name.removeprefix("./"): member for member in tar if member.isfile()}
        index = next(name for name in members if name.endswith("index.tsv"))
        table = io.StringIO(read(tar, members[index]).decode())
        rows = [row for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)]
        rows = [row for row in rows if row[column].startswith(language)]
        for row in sorted(rows, key=lambda row: hashlib.sha256(row["path"].encode()).digest()):
            path = index.removesuffix("index.tsv") + row["path"]
            page = extract(read(tar, members[path]).decode(row["decoded_as"].replace("-bom", "-sig"), "replace"))
            if page and page.text.strip():
                yield page.text


def read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    assert file is not None
    return file.read()


def peers() -> dict[str, Any]:
    """datatrove's filters as they are published, by our names."""
    from datatrove.pipeline import filters as theirs

    return {
        "gopher_quality": theirs.GopherQualityFilter(),
        "gopher_repetition": theirs.GopherRepetitionFilter(),
        "c4_page": theirs.C4QualityFilter(),
        "fineweb_quality": theirs.FineWebQualityFilter(),
    }


def compare(ours: Filter, peer: Any, texts: list[str]) -> Compared:
    from datatrove.data import Document

    said = [peer.filter(Document(text=text, id="0")) for text in texts]
    reasons = [None if answer is True else answer[1] if isinstance(answer, tuple) else "refused" for answer in said]
    pairs = enumerate(zip(ours(batch_of(texts)).to_pylist(), reasons, strict=True))
    differences = [Difference(i, mine, other) for i, (mine, other) in pairs if (mine is None) != (other is None)]
    return Compared(reasons.count(None), differences)
