"""Lay out real input that no one here wrote, from ../shared: ``python tests/real/prepare.py DIR``, then
``corpus build DIR/real.yaml --out OUT``.

WARC files of 4,000 pages (5 % Japanese) and 1,500 (all Japanese), a crawl of PDFs, Wikipedia samples, Dolma's test
documents, a KAKEN answer, and a Parquet file in the shape of The Stack made from the installed packages' sources.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared"
# Name, pages, share of Japanese, seed. The last one stands for a crawl of public bodies.
WARCS = (("mixed.warc.gz", 4000, "0.05", 1), ("ja.warc.gz", 1500, "1", 1), ("bodies.warc.gz", 200, "1", 7))
MINI = "dbpedia-minidumps/dump/src/test/resources/minidumps"
GENSIM = "gensim/gensim/test/test_data"
WIKIS = {
    "enwiki-1.xml.bz2": "wikitextprocessor/tests/test-pages-articles.xml.bz2",
    "enwiki-2.xml.bz2": f"{GENSIM}/enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2",
    "enwiki-3.xml.bz2": f"{MINI}/en/wiki.xml.bz2",
    "jawiki.xml.bz2": f"{MINI}/ja/wiki.xml.bz2",
    "zhwiki.xml.bz2": f"{MINI}/zh/wiki.xml.bz2",
    "kowiki.xml.bz2": f"{MINI}/ko/wiki.xml.bz2",
}
DOLMA = {
    "dolma-cc-head-1.jsonl.gz": "dolma-tests/tests/data/multiple_files/cc_en_head-0091.jsonl.gz",
    "dolma-cc-head-2.jsonl.gz": "dolma-tests/tests/data/multiple_files/cc_en_head-0174.jsonl.gz",
    "dolma-provided.json.gz": "dolma-tests/tests/data/provided/documents/000.json.gz",
    "dolma-formats.jsonl.zst": "dolma-tests/tests/data/formats/test.jsonl.zst",
}
KAKEN = {"kaken.xml": "kaken-api-client/tests/fixtures/projects_response.xml"}
LANGUAGES = {".py": "Python", ".c": "C", ".h": "C", ".js": "JavaScript", ".pyx": "Cython"}
# Source files taken of the installed packages.
SOURCES = 3000


def main(folder: Path) -> None:
    """Everything in ``folder``, which is made; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pages, japanese, seed in WARCS:
        if not (folder / name).exists():
            make = [sys.executable, str(SHARED / "tools" / "make_warc.py"), str(folder / name), "--seed", str(seed)]
            subprocess.run([*make, "--pages", str(pages), "--japanese", japanese], check=True, stdout=sys.stderr)
    for archive, wanted in (("wiki", WIKIS), ("dolma", DOLMA), ("kaken", KAKEN)):
        names = {source: name for name, source in wanted.items()}
        for path, data in packed(archive):
            if path in names:
                (folder / names[path]).write_bytes(data)
    with (folder / "pdf.warc.gz").open("wb") as file:
        write_pdf_crawl(file)
    write_stack(folder / "stack.parquet")
    shutil.copy(SHARED / "data/models/llm-jp-tokenizer-100k.ver3.0b1.model", folder / "tokenizer.model")
    text = (HERE / "real.yaml").read_text(encoding="utf-8")
    (folder / "real.yaml").write_text(
        text.replace("../../pipelines/", f"{HERE.parents[1]}/pipelines/"), encoding="utf-8"
    )


def packed(name: str) -> Iterator[tuple[str, bytes]]:
    """Files of one archive of ../shared/data, by path."""
    with (
        (SHARED / "data" / f"{name}.tar.zst").open("rb") as raw,
        zstandard.ZstdDecompressor().stream_reader(raw) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name.removeprefix("./"), file.read()


def write_pdf_crawl(file: io.BufferedIOBase) -> None:
    """Every PDF as the answer to a request, in the order of their paths."""
    writer = WARCWriter(file, gzip=True)
    for path, data in sorted(packed("pdf")):
        if not path.lower().endswith(".pdf"):
            continue
        digest = hashlib.sha256(path.encode()).hexdigest()
        http = StatusAndHeaders(
            "200 OK", [("Content-Type", "application/pdf"), ("Content-Length", str(len(data)))], "HTTP/1.1"
        )
        identity = uuid.UUID(digest[:32], version=4)
        headers = {"WARC-Date": "2026-01-01T00:00:00Z", "WARC-Record-ID": f"<urn:uuid:{identity}>"}
        url = f"https://pdf.example/{digest[:16]}.pdf"
        writer.write_record(
            writer.create_warc_record(
                url, "response", payload=io.BytesIO(data), http_headers=http, warc_headers_dict=headers
            )
        )


def write_stack(path: Path) -> None:
    """Sources of the standard library and of installed packages, in the columns of The Stack v1."""
    roots = [Path(sysconfig.get_paths()[name]) for name in ("stdlib", "platlib", "include")]
    files = sorted({p for root in roots for suffix in LANGUAGES for p in root.rglob(f"*{suffix}")})
    rows = []
    for file in files[:: max(1, len(files) // SOURCES)]:
        try:
            text = file.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        lines = text.splitlines() or [""]
        rows.append(
            {
                "hexsha": hashlib.sha1(text.encode()).hexdigest(),
                "size": len(text),
                "ext": file.suffix[1:],
                "lang": LANGUAGES[file.suffix],
                "max_stars_repo_path": "/".join(file.parts[-3:]),
                "max_stars_repo_name": f"installed/{file.parts[-3]}",
                "max_stars_repo_head_hexsha": "0" * 40,
                "max_stars_repo_licenses": ["unknown"],
                "content": text,
                "avg_line_length": len(text) / len(lines),
                "max_line_length": max(len(line) for line in lines),
                "alphanum_fraction": sum(c.isalnum() for c in text) / max(1, len(text)),
            }
        )
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=500)
    print(json.dumps({"source files": len(rows)}), file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
