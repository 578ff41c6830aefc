"""The crawl against a real server on this machine: what it fetches, leaves alone, keeps and goes on with."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from warcio.archiveiterator import ArchiveIterator

from corpus_builder.crawl.archive import CrawlInUse, alone, fetched_urls, salvage, whole_members
from corpus_builder.crawl.urls import BadLine, Target, read_urls

AGENT = "corpus-test/1.0 (+http://127.0.0.1/about)"
SJIS_PAGE = "<html><meta charset=Shift_JIS><p>①号線の㈱髙橋製作所前</p></html>".encode("cp932")
GZIPPED = gzip.compress("<p>圧縮されたページ</p>".encode() * 50, mtime=0)
ROBOTS = b"""User-agent: *
Disallow: /private

User-agent: corpus-test
Disallow: /private
Disallow: /notus
"""


class Visit(NamedTuple):
    path: str
    when: float
    agent: str


class Site(NamedTuple):
    url: str
    visits: list[Visit]
    robots: dict[str, tuple[int, bytes]]
    release: threading.Event


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.site.visits.append(Visit(self.path, time.monotonic(), self.headers["User-Agent"]))
        if self.path == "/robots.txt":
            self.say(*self.site.robots["answer"], "text/plain")
        elif self.path == "/sjis":
            self.say(200, SJIS_PAGE, "text/html; charset=Shift_JIS")
        elif self.path == "/gzip":
            self.say(200, GZIPPED, "text/html", ("Content-Encoding", "gzip"))
        elif self.path == "/moved":
            self.say(301, b"gone there", "text/plain", ("Location", "/sjis"))
        elif self.path == "/moved-to-private":
            self.say(302, b"", "text/plain", ("Location", "/private/page"))
        elif self.path == "/loop":
            self.say(302, b"", "text/plain", ("Location", "/loop"))
        elif self.path == "/chunked":
            self.chunks([b"<p>in ", b"pieces</p>"])
        elif self.path == "/big":
            self.say(200, b"x" * 300_000, "text/html")
        elif self.path == "/endless":
            self.chunks([b"y" * 10_000] * 30)
        elif self.path == "/slow":
            self.site.release.wait(20)
            self.say(200, b"late", "text/html")
        elif self.path.startswith("/page"):
            self.say(200, f"<p>{self.path}</p>".encode(), "text/html")
        else:
            self.say(404, b"not here", "text/html")

    def say(self, status: int, body: bytes, kind: str, *more: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), *more):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def chunks(self, pieces: list[bytes]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for piece in [*pieces, b""]:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients that give up in the middle are what some tests are about


@pytest.fixture
def site() -> Iterator[Site]:
    handler = type("Handler", (Pages,), {})
    with Quiet(("127.0.0.1", 0), handler) as server:
        site = Site(
            f"http://127.0.0.1:{server.server_address[1]}",
            [],
            {"answer": (200, ROBOTS)},
            threading.Event(),
        )
        handler.site = site  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield site
        finally:
            site.release.set()
            server.shutdown()
            thread.join()


PROGRAM = """
import json, sys
from pathlib import Path
from corpus_builder.crawl import crawl
s = crawl(Path(sys.argv[1]), Path(sys.argv[2]), **json.loads(sys.argv[3]))
print(json.dumps({"listed": s.listed, "repeated": s.repeated, "done_before": s.done_before,
  "not_reached": s.not_reached, "invalid": s.invalid, "outcomes": s.outcomes, "end": s.end,
  "complete": s.complete, "parts": [str(p) for p in s.parts]}))
"""


def start(urls: Path, out: Path, **options: Any) -> subprocess.Popen[str]:
    given = {
        "user_agent": AGENT,
        "delay_seconds": 0.0,
        "concurrency": 8,
        "timeout_seconds": 5.0,
        "max_bytes": 100_000,
        "retries": 0,
    }
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(urls), str(out), json.dumps(given | options)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
    )


def run(urls: Path, out: Path, **options: Any) -> dict[str, Any]:
    process = start(urls, out, **options)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    summary: dict[str, Any] = json.loads(printed)
    parts = ("repeated", "done_before", "not_reached")
    total = sum(summary[name] for name in parts)
    total += sum(summary["invalid"].values()) + sum(summary["outcomes"].values())
    assert summary["listed"] == total, "every line of the list must be accounted for"
    return summary


class Kept(NamedTuple):
    kind: str
    url: str
    status: str
    headers: list[tuple[str, str]]
    body: bytes


def records(out: Path) -> list[Kept]:
    kept = []
    for part in sorted(out.glob("*.warc.gz")):
        with part.open("rb") as file:
            for record in ArchiveIterator(file):
                http = record.http_headers
                kept.append(
                    Kept(
                        record.rec_type,
                        record.rec_headers.get_header("WARC-Target-URI") or "",
                        http.get_statuscode() if http and record.rec_type == "response" else "",
                        list(http.headers) if http else [],
                        record.raw_stream.read(),
                    )
                )
    return kept


def responses(out: Path) -> dict[str, Kept]:
    return {each.url: each for each in records(out) if each.kind == "response"}


@pytest.fixture
def listed(tmp_path: Path, site: Site) -> Callable[..., Path]:
    def write(*paths: str) -> Path:
        target = tmp_path / "urls.txt"
        target.write_text("".join(f"{path if '://' in path else site.url + path}\n" for path in paths))
        return target

    return write


def test_an_answer_is_kept_byte_for_byte_with_its_request(
    site: Site, listed: Callable[..., Path], tmp_path: Path
) -> None:
    summary = run(listed("/sjis", "/gzip", "/chunked", "/missing"), tmp_path / "out")
    assert summary["outcomes"] == {"fetched": 4}
    assert summary["complete"]
    kept = responses(tmp_path / "out")
    assert kept[f"{site.url}/sjis"].body == SJIS_PAGE
    assert kept[f"{site.url}/gzip"].body == GZIPPED
    assert ("Content-Encoding", "gzip") in kept[f"{site.url}/gzip"].headers
    assert kept[f"{site.url}/missing"].status == "404"
    chunked = kept[f"{site.url}/chunked"]
    assert chunked.body == b"<p>in pieces</p>"
    assert dict(chunked.headers)["Content-Length"] == str(len(chunked.body))
    assert "Transfer-Encoding" not in dict(chunked.headers)
    asked = [each for each in records(tmp_path / "out") if each.kind == "request"]
    assert all(("User-Agent", AGENT) in each.headers for each in asked)
    assert {visit.agent for visit in site.visits} == {AGENT}


def test_robots_txt_is_obeyed_also_after_a_redirect(site: Site, listed: Callable[..., Path], tmp_path: Path) -> None:
    summary = run(listed("/private/page", "/notus", "/moved-to-private", "/sjis"), tmp_path / "out")
    assert summary["outcomes"] == {"robots_denied": 3, "fetched": 1}
    assert {visit.path for visit in site.visits} == {"/robots.txt", "/moved-to-private", "/sjis"}


def test_a_robots_txt_that_cannot_be_had_forbids_everything(
    site: Site, listed: Callable[..., Path], tmp_path: Path
) -> None:
    site.robots["answer"] = (503, b"busy")
    summary = run(listed("/sjis"), tmp_path / "out")
    assert summary["outcomes"] == {"robots_unreachable": 1}
    assert {visit.path for visit in site.visits} == {"/robots.txt"}


def test_a_missing_robots_txt_forbids_nothing(site: Site, listed: Callable[..., Path], tmp_path: Path) -> None:
    site.robots["answer"] = (404, b"no")
    assert run(listed("/private/page"), tmp_path / "out")["outcomes"] == {"fetched": 1}


def test_each_hop_of_a_redirect_is_a_record_of_its_own(site: Site, listed: Callable[..., Path], tmp_path: Path) -> None:
    summary = run(listed("/moved", "/loop"), tmp_path / "out")
    assert summary["outcomes"] == {"fetched": 1, "redirect_loop": 1}
    kept = responses(tmp_path / "out")
    assert kept[f"{site.url}/moved"].status == "301"
    assert ("Location", "/sjis") in kept[f"{site.url}/moved"].headers
    assert kept[f"{site.url}/sjis"].status == "200"


def test_requests_to_one_host_are_spaced_by_the_delay(site: Site, listed: Callable[..., Path], tmp_path: Path) -> None:
    run(listed("/page1", "/page2", "/page3"), tmp_path / "out", delay_seconds=0.4)
    times = [visit.when for visit in site.visits]
    assert len(times) == 4
    # A lower bound only: the server notes the arrival, which may lag behind the sending by a few
    # ms.
    assert all(later - earlier > 0.3 for earlier, later in itertools.pairwise(times))


def test_what_is_too_large_or_too_slow_is_given_up_and_written_down(
    site: Site, listed: Callable[..., Path], tmp_path: Path
) -> None:
    summary = run(listed("/big", "/endless", "/slow", "/sjis"), tmp_path / "out", timeout_seconds=2.0)
    assert summary["outcomes"] == {"too_large": 2, "timeout": 1, "fetched": 1}
    notes = {each.url: each.body.decode() for each in records(tmp_path / "out") if each.kind == "metadata"}
    assert "outcome: too_large" in notes[f"{site.url}/big"]
    assert "outcome: timeout" in notes[f"{site.url}/slow"]
    assert f"{site.url}/big" not in responses(tmp_path / "out")


def test_a_host_that_is_not_there_is_written_down(site: Site, listed: Callable[..., Path], tmp_path: Path) -> None:
    summary = run(listed("http://127.0.0.1:9/nothing", "/sjis"), tmp_path / "out")
    assert summary["outcomes"] == {"robots_unreachable": 1, "fetched": 1}


def test_a_second_run_asks_only_for_what_is_missing(site: Site, listed: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(listed("/page1", "/moved", "/slow"), out, timeout_seconds=1.0)
    site.release.set()
    site.visits.clear()
    summary = run(listed("/page1", "/page1", "/moved", "/slow", "/page2", "ftp://127.0.0.1/x"), out)
    assert {visit.path for visit in site.visits} == {"/robots.txt", "/slow", "/page2"}
    assert summary["repeated"] == 1
    assert summary["done_before"] == 2
    assert summary["invalid"] == {"not_http": 1}
    assert summary["outcomes"] == {"fetched": 2}
    assert [path.name for path in sorted(out.glob("*.warc.gz"))] == [
        "crawl-00000.warc.gz",
        "crawl-00001.warc.gz",
    ]
    site.visits.clear()
    assert run(listed("/page1", "/slow"), out)["done_before"] == 2
    assert site.visits == []
    assert len(list(out.glob("crawl-*"))) == 2, "a run with nothing to do writes no part"


def test_a_part_is_closed_when_it_is_full(site: Site, listed: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = run(listed("/page1", "/page2", "/page3"), out, part_bytes=1)
    assert [Path(part).name for part in summary["parts"]] == [f"crawl-{n:05d}.warc.gz" for n in range(3)]
    assert not list(out.glob("*.tmp"))


def killed_while_waiting(site: Site, urls: Path, out: Path, how: signal.Signals) -> int:
    process = start(urls, out, timeout_seconds=30.0)
    try:
        deadline = time.monotonic() + 30
        while not any(visit.path == "/slow" for visit in site.visits):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.02)
        process.send_signal(how)
        site.release.set()
        process.communicate(timeout=30)
        return process.returncode
    finally:
        process.kill()


def test_a_killed_crawl_leaves_a_readable_part_and_goes_on(
    site: Site, listed: Callable[..., Path], tmp_path: Path
) -> None:
    out, urls = tmp_path / "out", listed("/page1", "/page2", "/slow", "/page3")
    assert killed_while_waiting(site, urls, out, signal.SIGKILL) == -signal.SIGKILL
    (left,) = out.glob("*.tmp")
    with left.open("ab") as file:
        file.write(b"\x1f\x8b\x08\x00half a record")
    asked_before = {visit.path for visit in site.visits}
    site.visits.clear()
    summary = run(urls, out)
    asked_now = {visit.path for visit in site.visits}
    assert 1 <= summary["done_before"] <= 3
    assert len(asked_now) == 1 + 4 - summary["done_before"]
    assert {"/page1", "/page2", "/page3", "/slow"} <= asked_before | asked_now
    assert {each.url for each in records(out) if each.kind == "metadata"} == fetched_urls(out)
    assert len(fetched_urls(out)) == 4
    assert not list(out.glob("*.tmp"))


def test_an_interrupted_crawl_finishes_its_part(site: Site, listed: Callable[..., Path], tmp_path: Path) -> None:
    out, urls = tmp_path / "out", listed("/page1", "/slow", "/page2", "/page3")
    assert killed_while_waiting(site, urls, out, signal.SIGINT) == 0
    assert [path.name for path in out.glob("crawl-*")] == ["crawl-00000.warc.gz"]
    assert f"{site.url}/page1" in fetched_urls(out)
    assert run(urls, out)["complete"]


def test_two_crawls_do_not_share_a_directory(tmp_path: Path) -> None:
    with (
        alone(tmp_path / "out"),
        pytest.raises(CrawlInUse, match="another crawl"),
        alone(tmp_path / "out"),
    ):
        pass


def test_only_whole_members_are_salvaged(tmp_path: Path) -> None:
    whole = gzip.compress(b"one") + gzip.compress(b"two")
    for extra in (b"", gzip.compress(b"three")[:-3], b"\x1f\x8bnot gzip at all", b"text"):
        left = tmp_path / "crawl-00003.warc.gz.tmp"
        left.write_bytes(whole + extra)
        assert whole_members(left) == len(whole)
        (saved,) = salvage(tmp_path)
        assert (saved.name, saved.read_bytes()) == ("crawl-00003.warc.gz", whole)
    (tmp_path / "crawl-00004.warc.gz.tmp").write_bytes(b"\x1f\x8b")
    assert salvage(tmp_path) == []
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.txt", "# comment\nhttp://a.example/1\n\nhttp://a.example/2\t2026-01-02\tたいとる\n"),
        ("list.tsv", "\ufeffhttp://a.example/1\nhttp://a.example/2\t2026-01-02\tたいとる\n"),
        (
            "list.csv",
            'title,url,date\n,http://a.example/1,\n"たいとる",http://a.example/2,2026-01-02\n',
        ),
        (
            "list.jsonl",
            '{"url": "http://a.example/1"}\n{"url": "http://a.example/2", "date": "2026-01-02", "title": "たいとる"}\n',
        ),
    ],
)
def test_lists_of_every_form_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    expected = [
        Target("http://a.example/1"),
        Target("http://a.example/2", "2026-01-02", "たいとる"),
    ]
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(read_urls(tmp_path / name)) == expected
    with gzip.open(tmp_path / f"{name}.gz", "wt", encoding="utf-8") as packed:
        packed.write(text)
    assert list(read_urls(tmp_path / f"{name}.gz")) == expected


def test_a_bad_line_costs_only_itself(tmp_path: Path) -> None:
    lines = [
        b'{"url": "http://a.example/1"}',
        b"{",
        b"[1]",
        b'{"title": "no address"}',
        b'{"url": "file:///etc/passwd"}',
        b'{"url": "http://a.example:port/"}',
        b'{"url": "http://\xff.example/"}',
        b'{"url": "http://a.example/2"}',
    ]
    (tmp_path / "list.jsonl").write_bytes(b"\n".join(lines))
    assert list(read_urls(tmp_path / "list.jsonl")) == [
        Target("http://a.example/1"),
        BadLine(2, "invalid_json"),
        BadLine(3, "not_an_object"),
        BadLine(4, "no_url"),
        BadLine(5, "not_http"),
        BadLine(6, "invalid_url"),
        BadLine(7, "invalid_url"),
        Target("http://a.example/2"),
    ]
