"""The committed sample is what its texts make, byte for byte."""

from __future__ import annotations

import bz2
import gzip
import importlib.metadata
import importlib.util
import io
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from make_sample import FOLDER, PDFS, sample_files
from sample_pdf import REPORTLAB
from sample_text import TEXTS
from sample_web import ARTICLES, BROKEN, EXACT_DUPLICATE, NEAR_DUPLICATES
from warcio.archiveiterator import ArchiveIterator as CheckingIterator

# Other builds of zlib (zlib-ng, say) compress to other bytes: then contents are compared instead.
PROBE = zlib.crc32(zlib.compress(b"".join(b"%d " % (n * n % 9973) for n in range(20_000)), 9))
USUAL_ZLIB = PROBE == 607427463
MADE_WITH_ZSTANDARD = "0.25.0"
MADE_WITH_PYARROW = "26.0.1"

WITHOUT_PDFS = dict(sample_files(with_pdfs=False))


def content(name: str, data: bytes) -> object:
    """What is in a file, apart from how it was compressed."""
    if name.endswith(".parquet"):
        return pq.read_table(io.BytesIO(data)).to_pylist()
    if name.endswith(".zst"):
        return zstandard.ZstdDecompressor().stream_reader(data).read()
    if name == "web-broken.warc.gz":
        return None  # cut and damaged places depend on the compression itself
    if name.endswith(".gz"):
        return gzip.decompress(data)
    return data


def same_bytes_expected(name: str) -> bool:
    if name.endswith(".parquet"):
        return bool(pa.__version__ == MADE_WITH_PYARROW)
    if name.endswith(".zst"):
        return importlib.metadata.version("zstandard") == MADE_WITH_ZSTANDARD
    return USUAL_ZLIB or not name.endswith(".gz")


@pytest.mark.parametrize("name", WITHOUT_PDFS)
def test_making_the_sample_again_gives_the_committed_bytes(name: str) -> None:
    committed = (FOLDER / name).read_bytes()
    assert content(name, WITHOUT_PDFS[name]) == content(name, committed)
    if same_bytes_expected(name):
        assert WITHOUT_PDFS[name] == committed


@pytest.mark.skipif(
    importlib.util.find_spec("reportlab") is None or importlib.metadata.version("reportlab") != REPORTLAB,
    reason=f"drawing the PDFs again needs reportlab=={REPORTLAB}",
)
def test_drawing_the_pdfs_again_gives_the_committed_bytes() -> None:
    if not USUAL_ZLIB:
        pytest.skip("this zlib compresses to other bytes than the one that made the sample")
    made = dict(sample_files())
    assert made[PDFS] == (FOLDER / PDFS).read_bytes()


def test_nothing_else_lies_beside_the_made_files() -> None:
    here = {path.name for path in FOLDER.iterdir()}
    assert here == {*WITHOUT_PDFS, PDFS, "tokenizer.model"}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_500_000


@pytest.mark.parametrize("name", [name for name in (*WITHOUT_PDFS, PDFS) if "warc" in name])
def test_digests_of_every_whole_record_hold(name: str) -> None:
    if "broken" in name:
        pytest.skip("broken on purpose")
    with (FOLDER / name).open("rb") as file:
        for record in CheckingIterator(file, check_digests="raise"):
            record.content_stream().read()


def urls(name: str) -> list[str]:
    with (FOLDER / name).open("rb") as file:
        return [
            record.rec_headers.get_header("WARC-Target-URI")
            for record in CheckingIterator(file)
            if record.rec_type == "response"
        ]


def test_copies_lie_in_another_file_than_their_originals() -> None:
    first, second = set(urls("web-00.warc.gz")), set(urls("web-01.warc.gz"))
    place = {page.text: page.url for page in ARTICLES}
    for url, text in (*NEAR_DUPLICATES, EXACT_DUPLICATE):
        assert (url in first) != (place[text] in first)
    assert len(first | second) == 60


def test_the_truncated_dump_keeps_its_first_stream() -> None:
    data = (FOLDER / "enwiki-truncated-pages-articles.xml.bz2").read_bytes()
    first = bz2.BZ2Decompressor()
    assert first.decompress(data).count(b"<page>") == 2
    rest = bz2.BZ2Decompressor()
    rest.decompress(first.unused_data)
    assert not rest.eof


def test_every_text_has_its_page() -> None:
    texts = {path.stem for path in (TEXTS / "web").iterdir()}
    placed = [page.text for page in (*ARTICLES, *BROKEN)]
    assert len(placed) == len(set(placed))
    assert texts == set(placed)
