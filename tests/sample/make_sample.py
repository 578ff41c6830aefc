"""Writes the inputs of the embedded sample, ``data_manifests/sample/``, from the texts under ``texts/``.

Every text was written for this sample, and no person, town or institution in it is real. Run it
again after a change of a text or of a page:

    pip install reportlab==5.1.0        # draws the PDFs; needed here only
    python tests/sample/make_sample.py [FOLDER]

The same texts give the same bytes: dates are fixed, ids are made from content, nothing is drawn by
lot. ``test_sample_is_reproducible.py`` holds this. The tokenizer beside the inputs is made by
``train_tokenizer.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from sample_pdf import documents
from sample_records import dolma_files, kaken_files, notes_files, stack_files
from sample_warp import html_file, pdf_file
from sample_web import web_files
from sample_wiki import wiki_files

FOLDER = Path(__file__).parents[2] / "data_manifests" / "sample"
PDFS = "warp-pdf.warc.gz"


def sample_files(*, with_pdfs: bool = True) -> Iterator[tuple[str, bytes]]:
    """Name and content of each input. The PDFs need ReportLab."""
    yield from web_files()
    yield "warp-html.warc.gz", html_file()
    if with_pdfs:
        yield PDFS, pdf_file(documents)
    yield from wiki_files()
    yield from kaken_files()
    yield from dolma_files()
    yield from stack_files()
    yield from notes_files()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sample_files():
        (folder / name).write_bytes(content)
        print(f"{len(content):>8,}  {folder / name}")


if __name__ == "__main__":
    main()
