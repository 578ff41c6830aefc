"""What is fetched is what the index promised, byte for byte, whatever the server does and through any kill."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from crawl_made_here import NEW, OLD, Crawl, made, member, write_index
from moody_server import Site, serving

from corpus_builder.cli.main import main
from corpus_builder.errors import BuildError, CallError
from corpus_builder.selection.ask import Answer, Broken, Refused, Server
from corpus_builder.selection.book import Asked, Selection, Unit, load
from corpus_builder.selection.fetch import STRANGER, Fetcher, Outcome, fetch
from corpus_builder.selection.pace import Budget, Pace, Patience
from corpus_builder.selection.part import Part
from corpus_builder.selection.records import Wanted, check
from corpus_builder.selection.select import select
from corpus_builder.sources.origin import Origin, parse, render
from corpus_builder.store import LocalStore, alone, at

FAST = Budget(1e12, 1e6, 4)
EAGER = Patience(tries=6, first=0.001, longest=0.01, silent=0.3)


class Ear:
    """Hears the progress."""

    def __init__(self) -> None:
        self.waits: list[tuple[float, str]] = []
        self.units: list[tuple[str, int]] = []

    def unit(self, unit: Unit, there: int) -> None:
        self.units.append((unit.name, there))

    def got(self, records: int, asked: int) -> None:
        pass

    def waiting(self, seconds: float, why: str) -> None:
        self.waits.append((seconds, why))


@pytest.fixture(scope="module")
def crawl() -> Crawl:
    return made((NEW,), files=4, pages=40)


@pytest.fixture
def site(crawl: Crawl) -> Iterator[Site]:
    with serving(dict(crawl.files)) as site:
        yield site


@pytest.fixture
def selection(crawl: Crawl, tmp_path: Path) -> Selection:
    paths = write_index(crawl.rows, tmp_path / "index")
    return select(paths, tmp_path / "out", Asked(("jpn",), 1200, 10_000), lambda *_: None)


def run(selection: Selection, site: Site, **more: Any) -> Outcome:
    return fetch(selection, site.base, more.pop("budget", FAST), more.pop("ear", Ear()), patience=EAGER, **more)


def expected(crawl: Crawl, errors: dict[tuple[str, int], str] | None = None) -> bytes:
    """The content of all units in their order."""
    made = []
    for row in crawl.wanted():
        place = row["warc_filename"], row["warc_record_offset"]
        error = (errors or {}).get(place, "")
        made.append(render(*place, row["warc_record_length"], error) + (b"" if error else crawl.records[place]))
    return b"".join(made)


def content(selection: Selection) -> bytes:
    return b"".join(selection.warc(unit).read_bytes() for unit in selection.units)


def places(site: Site) -> list[tuple[str, int]]:
    return [(name, first) for name, first, _ in site.asked]


def test_records_come_byte_for_byte_each_behind_its_origin(crawl: Crawl, selection: Selection, site: Site) -> None:
    outcome = run(selection, site)
    assert content(selection) == expected(crawl)
    assert (outcome.records, outcome.done, outcome.unfinished) == (len(crawl.wanted()), len(selection.units), {})
    assert len(site.asked) == selection.total.requests and len(set(site.asked)) == len(site.asked)
    assert sum(last - first + 1 for _, first, last in site.asked) == selection.total.bytes_fetched == outcome.asked
    assert selection.unfetched() == [] and not list((selection.folder / "part").iterdir())
    members = gzip.decompress(content(selection)).split(b"WARC/1.0\r\n")[1:]
    origins = [parse(head) for head in members[::2]]
    assert origins == [
        Origin(r["warc_filename"], r["warc_record_offset"], r["warc_record_length"]) for r in crawl.wanted()
    ]


def test_a_finished_fetch_asks_for_nothing(selection: Selection, site: Site) -> None:
    run(selection, site)
    site.asked.clear()
    outcome = run(selection, site)
    assert site.asked == [] and outcome.done_before == len(selection.units) and outcome.records > 0


MOODS = ["403", "429", "500", "502", "503", "504", "wrong_range", "no_range", "garbled", "other_page", "early_close"]
MOODS += ["garbage", "stall", "stall_in_body", "whole"]


@pytest.mark.parametrize("mood", MOODS)
def test_a_server_that_misbehaves_once_changes_no_byte(
    crawl: Crawl, selection: Selection, site: Site, mood: str
) -> None:
    one = crawl.wanted()[3]
    starts = {(f, first) for f, first, _ in _ranges(selection)}
    for place in sorted(starts)[:2]:
        site.moods[place] = [mood]
    outcome = run(selection, site)
    assert content(selection) == expected(crawl) and not outcome.errors, one["url"]
    assert len(site.asked) > selection.total.requests


def _ranges(selection: Selection) -> set[tuple[str, int, int]]:
    import pyarrow.parquet as pq

    rows = [row for unit in selection.units for row in pq.read_table(selection.plan(unit)).to_pylist()]
    return {(row["file"], row["range_offset"], row["range_length"]) for row in rows}


def test_all_moods_at_once_and_any_connections_give_the_same_bytes(
    crawl: Crawl, selection: Selection, site: Site
) -> None:
    draw, ear = random.Random(5), Ear()
    for file, first, _ in sorted(_ranges(selection)):
        site.moods[file, first] = draw.sample([m for m in MOODS if m not in ("429", "stall", "stall_in_body")], 2)
    run(selection, site, budget=Budget(1e12, 1e6, 1 + draw.randrange(16)), ear=ear, seed=9)
    assert content(selection) == expected(crawl) and ear.waits


def test_a_server_that_ignores_ranges_is_left_before_its_files_come(selection: Selection, site: Site) -> None:
    site.always = "whole"
    whole = len(site.files[site_file(selection)]) * 2000
    with pytest.raises(BuildError, match="whole files where ranges are asked for, 6 times"):
        run(selection, site)
    assert site.sent / len(site.asked) < whole / 4


def site_file(selection: Selection) -> str:
    return min(_ranges(selection))[0]


@pytest.mark.parametrize("mood", ["301", "401"])
def test_a_server_that_cannot_serve_ends_the_fetch_at_once(selection: Selection, site: Site, mood: str) -> None:
    site.always = mood
    with pytest.raises(BuildError, match=f"status {mood}.*see that --from"):
        run(selection, site)
    assert len(site.asked) <= FAST.connections


def test_refusals_without_end_are_given_up_after_the_stated_tries(selection: Selection, site: Site) -> None:
    site.always = "503"
    with pytest.raises(BuildError, match="status 503, 6 times"):
        run(selection, site, budget=Budget(1e12, 1e6, 1))
    assert len(site.asked) == EAGER.tries


def test_records_that_stay_wrong_become_errors_that_name_their_origin(
    crawl: Crawl, selection: Selection, site: Site
) -> None:
    rows = crawl.wanted()
    gone = rows[-1]["warc_filename"]
    del site.files[gone]
    first, second = rows[0], rows[2]
    body = bytearray(site.files[first["warc_filename"]])
    at, size = first["warc_record_offset"], first["warc_record_length"]
    body[at + size - 6] ^= 0xFF  # the checksum
    at, size = second["warc_record_offset"], second["warc_record_length"]
    sound = zlib.decompress(crawl.records[second["warc_filename"], at], 31)
    digits = [n for n in range(sound.index(b"<p>"), len(sound)) if sound[n : n + 1].isdigit()]
    others = (gzip.compress(sound[:n] + b"%d" % d + sound[n + 1 :], mtime=0) for n in digits for d in range(10))
    other = next(each for each in others if len(each) == size and zlib.decompress(each, 31) != sound)
    body[at : at + size] = other
    site.files[first["warc_filename"]] = bytes(body)
    outcome = run(selection, site)
    errors = {(r["warc_filename"], r["warc_record_offset"]): "not_found" for r in rows if r["warc_filename"] == gone}
    wrong = {(r["warc_filename"], r["warc_record_offset"]) for r in (first, second)}
    errors |= {(f, o): "gzip_corrupt" if o == first["warc_record_offset"] else "digest_differs" for f, o in wrong}
    assert content(selection) == expected(crawl, errors)
    assert outcome.errors["gzip_corrupt"] == outcome.errors["digest_differs"] == 1
    assert outcome.records + outcome.errors.total() == len(rows) and not outcome.unfinished


def test_only_the_wrong_record_is_asked_for_again(crawl: Crawl, selection: Selection, site: Site) -> None:
    ranges = sorted(_ranges(selection))
    row = next(r for r in crawl.wanted() if all(r["warc_record_offset"] != first for _, first, _ in ranges))
    content_of = bytearray(site.files[row["warc_filename"]])
    content_of[row["warc_record_offset"] + 12] ^= 0xFF
    site.files[row["warc_filename"]] = bytes(content_of)
    run(selection, site)
    again = [each for each in site.asked if each[:2] == (row["warc_filename"], row["warc_record_offset"])]
    assert [last - first + 1 for _, first, last in again] == [row["warc_record_length"]] * 2


def test_a_file_that_ends_early_loses_only_what_lay_beyond(crawl: Crawl, selection: Selection, site: Site) -> None:
    last = crawl.wanted()[-1]
    file, end = last["warc_filename"], last["warc_record_offset"] + 10
    site.files[file] = site.files[file][:end]
    run(selection, site)
    assert content(selection) == expected(crawl, {(file, last["warc_record_offset"]): "beyond_end"})


def test_one_range_that_never_comes_leaves_its_unit_unfinished(crawl: Crawl, selection: Selection, site: Site) -> None:
    file, first, _ = min(_ranges(selection))
    site.moods[file, first] = ["early_close"] * 99
    outcome = run(selection, site)
    assert list(outcome.unfinished) == [selection.units[0].name] == [u.name for u in selection.unfetched()]
    site.asked.clear()
    site.moods.clear()
    run(selection, site)
    assert places(site) == [(file, first)] and content(selection) == expected(crawl)


def test_a_server_that_is_gone_ends_the_fetch(selection: Selection, site: Site) -> None:
    site.always = "garbage"
    with pytest.raises(BuildError, match="given up one after the other"):
        run(selection, site)


def until_held(site: Site, process: subprocess.Popen[Any]) -> None:
    while not site.held.wait(0.1):
        assert process.poll() is None, process.communicate()[0]


def test_a_kill_loses_no_finished_range(crawl: Crawl, selection: Selection, site: Site, tmp_path: Path) -> None:
    finished = selection.units[0].requests
    site.hold = finished + 4
    call = [sys.executable, "-m", "corpus_builder.cli.main", "fetch", str(selection.folder), "--from", site.base]
    call += ["--requests-per-second", "1000", "--connections", "2"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        until_held(site, process)
        process.send_signal(signal.SIGKILL)
    site.release.set()
    first, site.hold = list(site.answered), 10**9
    assert [selection.receipt(unit) is not None for unit in selection.units[:2]] == [True, False]
    [journal] = (selection.folder / "part").glob("*.journal")
    kept = len(journal.read_bytes().splitlines()) - 1
    with journal.open("ab") as file:
        file.write(b"[17, 0, 9")  # and a line that the kill cut off
    site.asked.clear()
    ear = Ear()
    run(selection, site, ear=ear)
    assert kept >= 1 and ear.units[0] == (selection.units[1].name, kept)
    assert len(site.asked) == selection.total.requests - finished - kept
    assert len(set(first[: finished + kept]) & set(site.asked)) <= 2
    assert content(selection) == expected(crawl)


def test_an_interrupt_says_what_to_type_next(selection: Selection, site: Site) -> None:
    site.hold = 3
    call = [sys.executable, "-m", "corpus_builder.cli.main", "fetch", str(selection.folder), "--from", site.base]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        until_held(site, process)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=30)
    assert process.returncode == 1 and "Traceback" not in told
    assert f"To go on: corpus fetch {selection.folder} --from {site.base}" in " ".join(told.split())


def test_s3_gives_the_same_bytes(crawl: Crawl, selection: Selection, s3_server: str) -> None:
    store = at(f"{s3_server}/crawl")
    for name, data in crawl.files.items():
        store.replace(name, data)
    gone = crawl.wanted()[-1]["warc_filename"]
    store.remove(gone)
    outcome = fetch(selection, f"{s3_server}/crawl", FAST, Ear(), patience=EAGER)
    errors = {(r["warc_filename"], r["warc_record_offset"]): "not_found" for r in crawl.wanted()}
    assert content(selection) == expected(crawl, {k: v for k, v in errors.items() if k[0] == gone})
    assert set(outcome.errors) == {"not_found"} and load(selection.folder).base() == f"{s3_server}/crawl/"


class FakeClock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.time, self._lock = 1000.0, threading.Lock()

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.time += seconds


def test_no_stretch_of_time_sees_more_than_its_share_and_one_request() -> None:
    clock, draw = FakeClock(), random.Random(3)
    pace = Pace(Budget(1000, 4, 1), clock)
    granted = []
    for _ in range(400):
        size = draw.randrange(1, 1500)
        if draw.random() < 0.1:
            clock.sleep(draw.uniform(0, 20))  # idle time earns nothing
        pace.take(size)
        granted.append((clock.now(), size))
    for begin in range(0, 400, 7):
        for end in range(begin, 400, 13):
            passed = granted[end][0] - granted[begin][0]
            assert sum(size for _, size in granted[begin:end]) <= 1000 * passed + 1e-6
            assert end - begin <= 4 * passed + 1e-6


def test_a_hold_holds_every_thread() -> None:
    clock = FakeClock()
    pace = Pace(Budget(1e9, 1e9, 4), clock)
    pace.hold(50)
    threads = [threading.Thread(target=pace.take, args=(10,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() >= 1050


def fetcher(ask: Callable[[str, int, int], Answer], clock: FakeClock, ear: Ear) -> Fetcher:
    class Scripted:
        base = "http://there/"

        def __init__(self) -> None:
            self.ask = ask

    pace = Pace(Budget(1e9, 1e9, 1), clock)
    server: Any = Scripted()
    return Fetcher(server, pace, Patience(), clock, random.Random(0), ear)


@pytest.mark.parametrize(("wish", "least", "most"), [(120.0, 120, 125), (1e9, 3600, 3605), (0.0, 0, 5)])
def test_retry_after_is_heeded_within_reason(wish: float, least: float, most: float) -> None:
    answers: list[Exception | Answer] = [Refused("status 429", wish), Answer(b"x")]

    def ask(file: str, offset: int, length: int) -> Answer:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    clock, ear = FakeClock(), Ear()
    assert fetcher(ask, clock, ear).patiently("f", 0, 1) == Answer(b"x")
    assert least <= clock.now() - 1000 <= most and ear.waits[0][1] == "status 429"


def test_waits_grow_and_are_bounded() -> None:
    patience, clock = Patience(), FakeClock()

    def ask(file: str, offset: int, length: int) -> Answer:
        raise Broken("broke off")

    with pytest.raises(Broken):
        fetcher(ask, clock, Ear()).patiently("f", 0, 1)
    assert 60 < clock.now() - 1000 < patience.tries * patience.longest
    draw = random.Random(1)
    assert all(0 <= patience.wait(n, draw) <= min(300, 2**n) for n in range(100))


def wanted(data: bytes, url: str | None = "http://a/", digest: str | None = None) -> Wanted:
    return Wanted(0, len(data), digest, url)


BODY = b"<p>body</p>"
SHA1 = base64.b32encode(hashlib.sha1(BODY).digest()).decode()
GOOD = member("response", "http://a/", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n" + BODY)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (GOOD, ""),
        (GOOD[:-3], "gzip_truncated"),
        (GOOD + b"\0", "gzip_corrupt"),
        (GOOD + GOOD, "gzip_corrupt"),
        (b"\x1f\x8b junk", "gzip_corrupt"),
        (gzip.compress(gzip.decompress(GOOD) * 2), "not_one_record"),
        (gzip.compress(b"hello"), "not_one_record"),
        (gzip.compress(gzip.decompress(GOOD).replace(b"Content-Length: ", b"Content-Length: 9")), "not_one_record"),
        (member("request", "http://a/", b"GET / HTTP/1.1\r\n\r\n"), "no_response"),
        (member("response", "http://b/", b"HTTP/1.1 200 OK\r\n\r\n" + BODY), "other_url"),
        (member("response", "http://a/", b"HTTP/1.1 200 OK\r\n\r\n" + BODY + b" "), "digest_differs"),
    ],
)
def test_a_record_is_what_the_index_says_or_is_named(data: bytes, said: str) -> None:
    assert check(data, wanted(data, digest=SHA1)) == said
    assert check(data, wanted(data, digest=f"sha1:{SHA1}")) == said


def test_an_origin_cannot_be_forged_by_a_file_name() -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        render("a\r\nX-Origin-Error: no", 1, 2)


def test_a_part_of_another_plan_is_begun_anew(tmp_path: Path) -> None:
    with Part(tmp_path, "u", "a") as part:
        part.add(0, b"first", 1, {})
    with Part(tmp_path, "u", "a") as part:
        assert list(part.entries) == [0]
    with Part(tmp_path, "u", "b") as part:
        assert not part.entries
        part.add(3, b"later", 1, {})
        part.add(1, b"sooner ", 1, {})
        copied = io.BytesIO()
        assert part.copy(copied)[0] == 12 and copied.getvalue() == b"sooner later"


@pytest.mark.parametrize("damage", [lambda d: d[:-2], lambda d: d[:5] + b"?" + d[6:]])
def test_bytes_that_are_not_what_the_journal_says_are_fetched_again(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    with Part(tmp_path, "u", "a") as part:
        part.add(0, b"first", 1, {})
        part.add(1, b"second", 1, {})
    data = tmp_path / "u.data"
    data.write_bytes(damage(data.read_bytes()))
    with Part(tmp_path, "u", "a") as part:
        assert list(part.entries) == [0]


def test_a_damaged_plan_is_told(selection: Selection, site: Site) -> None:
    selection.plan(selection.units[0]).write_bytes(b"something else")
    with pytest.raises(CallError, match="run corpus select again"):
        run(selection, site)


BAD_BASES = ["ftp://a/", "/a/folder", "https://", "https://a/?b", "http:///x", "http://a:99999/", "http://a:0/"]
BAD_BASES += ["http://local host/", "http://a/b c", "http://日本/", "s3:///x", "http://[::1/"]


@pytest.mark.parametrize("base", BAD_BASES)
def test_a_base_that_nobody_can_fetch_from_is_a_wrong_call(selection: Selection, base: str) -> None:
    assert main(["fetch", str(selection.folder), "--from", base]) == 2
    assert selection.base() is None


def test_a_silent_server_is_given_up(site: Site) -> None:
    site.always = "stall"
    with pytest.raises(Broken, match="no answer"):
        Server(site.base, 1, "tests", 0.1).ask("a", 0, 10)


@pytest.mark.parametrize("agent", ["x\ny: z", "日本", "x\r", " "])
def test_a_user_agent_that_no_header_can_hold_is_a_wrong_call(
    selection: Selection, agent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", str(selection.folder), "--from", "http://127.0.0.1:1/", "--user-agent", agent]) == 2
    assert "--user-agent" in capsys.readouterr().err


def test_a_bucket_without_credentials_is_told_with_what_to_set(
    selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", "http://127.0.0.1:1")
    with pytest.raises(CallError, match="no AWS credentials; set AWS_ACCESS_KEY_ID"):
        fetch(selection, "s3://bucket/x", FAST, Ear(), patience=EAGER)


def test_who_never_answers_is_given_up_soon_and_every_wait_is_told() -> None:
    def ask(file: str, offset: int, length: int) -> Answer:
        raise Broken("no answer: NewConnectionError", answered=False)

    clock, ear = FakeClock(), Ear()
    with pytest.raises(BuildError, match=r"nobody answers.*see that --from"):
        fetcher(ask, clock, ear).patiently("f", 0, 1)
    assert STRANGER <= clock.now() - 1000 < STRANGER + 1 and len(ear.waits) > 3


def test_who_answered_once_has_the_whole_patience() -> None:
    def ask(file: str, offset: int, length: int) -> Answer:
        raise Broken("no answer: NewConnectionError", answered=False)

    clock, ear = FakeClock(), Ear()
    known = fetcher(ask, clock, ear)
    known.answered.set()
    with pytest.raises(Broken):
        known.patiently("f", 0, 1)
    assert clock.now() - 1000 > 2 * STRANGER and len(ear.waits) == Patience().tries - 1


def test_a_base_is_written_down_only_once_something_good_came_from_there(selection: Selection, site: Site) -> None:
    file, first, _ = min(_ranges(selection))
    site.moods[file, first] = ["early_close"] * 99
    run(selection, site)
    assert selection.base() == site.base
    with serving({}) as empty:
        run(selection, empty)
    assert selection.base() == site.base


def test_whole_files_are_tried_by_a_byte_before_their_base_is_written_down(tmp_path: Path) -> None:
    crawl = made((OLD,), files=2, pages=5)
    only = select(write_index(crawl.rows, tmp_path / "index"), tmp_path / "out", Asked(("jpn",), 0, 9), lambda *_: None)
    with serving({}) as empty, pytest.raises(BuildError, match=r"not_found.*see that --from"):
        run(only, empty)
    assert only.base() is None
    with serving(dict(crawl.files)) as site:
        run(only, site)
        run(only, site)
        assert site.asked == [(only.whole()[0][0], 0, 0)] and only.base() == site.base


def test_a_folder_that_is_being_fetched_is_told_as_such(
    selection: Selection, capsys: pytest.CaptureFixture[str]
) -> None:
    with alone(LocalStore(str(selection.folder))):
        assert main(["fetch", str(selection.folder), "--from", "http://127.0.0.1:1/"]) == 2
    told = capsys.readouterr().err
    assert "another select or fetch is under way there" in told and "--out" not in told


def test_connections_are_a_whole_number(selection: Selection, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fetch", str(selection.folder), "--from", "http://127.0.0.1:1/", "--connections", "abc"])
    assert "'abc' is no whole number above 0" in capsys.readouterr().err
