"""The sources that come as records: KAKEN projects, Dolma lines, files of The Stack, and plain notes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import PurePath
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from sample_text import TEXTS, Part, parts

LANGUAGES = {
    "py": "Python", "c": "C", "js": "JavaScript", "ts": "TypeScript", "go": "Go", "rs": "Rust",
    "java": "Java", "rb": "Ruby", "sh": "Shell", "sql": "SQL", "md": "Markdown", "css": "CSS",
}  # fmt: skip
DOLMA = ("c4", "cc_en_head", "pes2o", "reddit", "books", "wiki")


def gz(text: bytes) -> bytes:
    data = bytearray(gzip.compress(text, 9, mtime=0))
    data[9] = 255  # the operating system field, which Python versions fill in differently
    return bytes(data)


def kaken_files() -> Iterator[tuple[str, bytes]]:
    """A search answer of the KAKEN service, and one that breaks off inside its third project."""
    projects = list(parts("kaken/projects.txt"))
    good = [award(part) for part in projects if "file" not in part.head]
    bad = [award(part) for part in projects if "file" in part.head]
    yield "kaken.xml", answer(good, len(good)).encode()
    yield "kaken-broken.xml", answer([*bad, good[0]], 3).encode()[: -len(good[0].encode()) // 2]


def answer(awards: list[str], total: int) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<grantAwards>\n'
        f"  <totalResults>{total}</totalResults>\n  <startIndex>1</startIndex>\n"
        f"  <itemsPerPage>20</itemsPerPage>\n{''.join(awards)}</grantAwards>\n"
    )


def award(part: Part) -> str:
    head = part.head
    fields = dict(line.split(": ", 1) for line in part.body.split("\n"))
    number = head["number"]
    name = f"KAKENHI-PROJECT-{number}"
    ja = summary("ja", head["kind"], head["field"], head["keywords"].split("、"), head, fields)
    en = summary("en", head["kind_en"], head["field_en"], head["keywords_en"].split("; "), head, fields)
    return f"""  <grantAward id="{name}" recordSet="kakenhi" projectType="project" awardNumber="{number}">
    <identifier type="nationalAwardNumber">
      <normalizedValue>JP{number}</normalizedValue>
    </identifier>
    <created>{head["start"]}-04-18T00:00:00Z</created>
    <modified>2026-01-16T00:00:00Z</modified>
    <urlList><url>https://kaken.nii.example/grant/{name}/</url></urlList>
{ja}
{en}
  </grantAward>
"""


def summary(lang: str, kind: str, field: str, keywords: list[str], head: dict[str, str], fields: dict[str, str]) -> str:
    university = {"ja": "架空大学", "en": "Invented University"}[lang]
    words = "".join(f'<keyword sequence="{n}">{escape(w)}</keyword>' for n, w in enumerate(keywords, 1))
    lists = "".join(
        f"""
      <paragraphList sequence="{n}" type="{name.removesuffix("_" + lang)}">
{paragraphs(text)}
      </paragraphList>"""
        for n, (name, text) in enumerate(fields.items(), 1)
        if name.endswith("_" + lang) and not name.startswith("title")
    )
    years = f'searchStartFiscalYear="{head["start"]}" searchEndFiscalYear="{head["end"]}"'
    place = f'niiCode="99999" type="academic" participate="{head["start"]}" sequence="1"'
    return f"""    <summary xml:lang="{lang}">
      <title>{escape(fields["title_" + lang])}</title>
      <category niiCode="252">{escape(kind)}</category>
      <field sequence="1" fieldTable="saimoku">{escape(field)}</field>
      <institution {place}>{university}</institution>
      <projectStatus fiscalYear="{head["start"]}" statusCode="{head["status"]}"/>
      <keywordList>{words}</keywordList>{lists}
      <periodOfAward {years}>
        <startFiscalYear>{head["start"]}</startFiscalYear>
        <endFiscalYear>{head["end"]}</endFiscalYear>
      </periodOfAward>
      <overallAwardAmount sequence="1" planned="true">
        <totalCost>4680000</totalCost>
      </overallAwardAmount>
    </summary>"""


def paragraphs(text: str) -> str:
    """Long outlines are given in two paragraphs, as the service often does."""
    half = text.find("。", len(text) // 2) + 1
    pieces = [text[:half], text[half:]] if 0 < half < len(text) and len(text) > 150 else [text]
    return "\n".join(
        f'        <paragraph sequence="{n}">{escape(piece)}</paragraph>' for n, piece in enumerate(pieces, 1)
    )


def dolma_files() -> Iterator[tuple[str, bytes]]:
    """One file a source; ``c4`` has a line that is no JSON, ``reddit`` (zstd) one without a text."""
    for name in DOLMA:
        lines = []
        for part in parts(f"dolma/{name}.txt"):
            record = {
                "id": part.head["id"],
                "text": part.body,
                "source": name,
                "added": "2023-06-12T01:17:24.000Z",
                "created": "2021-05-06T08:41:00.000Z",
                "version": "v1_6",
                "metadata": {"length": len(part.body)},
            }
            lines.append(json.dumps(record))
        if name == "c4":
            lines.insert(1, '{"id": "gardens/broken.html", "text": "cut off in the mid')
        if name == "reddit":
            lines.append(json.dumps({"id": "sample_t3_none", "source": name, "metadata": {}}))
        text = ("\n".join(lines) + "\n").encode()
        if name == "reddit":
            yield "dolma-reddit.json.zst", zstandard.ZstdCompressor(level=3).compress(text)
        else:
            yield f"dolma-{name}.json.gz", gz(text)


def code() -> list[tuple[str, str]]:
    """The authored files by name, and a minified style sheet written from rules."""
    files = [(path.name.removesuffix(".txt"), path) for path in sorted((TEXTS / "stack").iterdir())]
    named = [(name, path.read_text(encoding="utf-8")) for name, path in files]
    rules = (
        f".m-{side}{size}{{margin-{full}:{size * 4}px}}.p-{side}{size}{{padding-{full}:{size * 4}px}}"
        for side, full in (("t", "top"), ("r", "right"), ("b", "bottom"), ("l", "left"))
        for size in range(12)
    )
    return [*named, ("spacing.min.css", "".join(rules))]


def stack_table() -> pa.Table:
    rows = []
    for name, content in code():
        lines = content.splitlines()
        rows.append(
            {
                "hexsha": hashlib.sha1(content.encode()).hexdigest(),
                "size": len(content.encode()),
                "ext": PurePath(name).suffix[1:],
                "lang": LANGUAGES[PurePath(name).suffix[1:]],
                "max_stars_repo_path": f"src/{name}",
                "max_stars_repo_name": f"invented/{PurePath(name).stem.lower().replace('_', '-')}",
                "max_stars_repo_head_hexsha": hashlib.sha1(name.encode()).hexdigest(),
                "max_stars_repo_licenses": ["MIT" if len(name) % 2 else "Apache-2.0"],
                "max_stars_count": len(name),
                "max_stars_repo_stars_event_min_datetime": "2021-03-04T05:06:07.000Z",
                "max_stars_repo_stars_event_max_datetime": "2022-03-04T05:06:07.000Z",
                "content": content,
                "avg_line_length": len(content) / max(len(lines), 1),
                "max_line_length": max(map(len, lines), default=0),
                "alphanum_fraction": sum(map(str.isalnum, content)) / len(content),
            }
        )
    return pa.Table.from_pylist(rows)


def parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def stack_files() -> Iterator[tuple[str, bytes]]:
    table = stack_table()
    yield "stack.parquet", parquet(table)
    yield "stack-broken.parquet", parquet(table.drop_columns(["content"]).slice(0, 3))


def notes_files() -> Iterator[tuple[str, bytes]]:
    """Half of the notes as JSON lines, one of which is cut off, half as Parquet."""
    notes = [
        {"id": p.head["id"], "text": p.body, "lang": p.head["lang"], "date": p.head["date"]}
        for p in parts("notes/notes.txt")
    ]
    lines = [json.dumps(note, ensure_ascii=False) for note in notes[:4]]
    lines.insert(2, '{"id": "note-00", "text": ')
    yield "notes.jsonl", ("\n".join(lines) + "\n").encode()
    yield "notes.parquet", parquet(pa.Table.from_pylist(notes[4:]))
