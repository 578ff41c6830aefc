"""A plan holds what was asked for, once, and its bytes do not show how the index was cut or shuffled."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from crawl_made_here import NEW, OLD, Crawl, made, write_index

from corpus_builder.cli.main import main
from corpus_builder.errors import BuildError, CallError
from corpus_builder.selection.book import Asked, Selection, load
from corpus_builder.selection.select import select

ASKED = Asked(("jpn",), 2000, 10_000)


def quiet(name: str, pages: int) -> None:
    pass


def planned(selection: Selection) -> dict[str, bytes]:
    """Everything that is fetched by, byte for byte."""
    return {p.name: p.read_bytes() for p in [*selection.folder.glob("units/*"), selection.folder / "whole.tsv"]}


def rows_of(selection: Selection) -> list[dict[str, object]]:
    return [row for unit in selection.units for row in pq.read_table(selection.plan(unit)).to_pylist()]


@pytest.fixture(scope="module")
def crawl() -> Crawl:
    return made((NEW, OLD), files=4, pages=40)


def test_every_wanted_record_is_planned_once_and_in_order(crawl: Crawl, tmp_path: Path) -> None:
    made_of = select(write_index(crawl.rows, tmp_path / "index"), tmp_path / "out", ASKED, quiet)
    found = [(r["file"], r["offset"], r["length"], r["digest"], r["url"]) for r in rows_of(made_of)]
    names = ("warc_filename", "warc_record_offset", "warc_record_length", "content_digest", "url")
    assert found == [tuple(row[name] for name in names) for row in crawl.wanted()]
    new = next(share for share in made_of.crawls if share.crawl == NEW)
    assert new.records == len(found) and new.bytes_wanted == sum(row[2] for row in found)
    assert len(made_of.units) > 2 and load(tmp_path / "out") == made_of


def test_crawls_without_languages_are_read_whole(crawl: Crawl, tmp_path: Path) -> None:
    selection = select(write_index(crawl.rows, tmp_path / "index"), tmp_path / "out", ASKED, quiet)
    whole = dict(selection.whole())
    assert set(whole) == {name for name in crawl.files if OLD in name}
    assert all(0 < size <= len(crawl.files[name]) for name, size in whole.items())
    assert {share.crawl: (share.whole_files, share.records > 0) for share in selection.crawls} == {
        OLD: (4, False),
        NEW: (0, True),
    }


@pytest.mark.parametrize("parts", [1, 3, 7])
def test_the_bytes_do_not_show_how_the_index_was_split_or_ordered(crawl: Crawl, tmp_path: Path, parts: int) -> None:
    first = select(write_index(crawl.rows, tmp_path / "index"), tmp_path / "out", ASKED, quiet)
    rows = [*crawl.rows, *crawl.rows[:50]]  # index files that overlap
    random.Random(parts).shuffle(rows)
    paths = write_index(rows, tmp_path / "other", parts, dictionary=parts == 3)
    second = select(paths[::-1], tmp_path / "second", ASKED, quiet, "200MB")
    assert planned(first) == planned(second) and first.units == second.units


def test_what_is_no_page_or_lies_in_no_possible_place_is_left_out_and_counted(tmp_path: Path) -> None:
    crawl = made(files=1, pages=20)
    good = [row for row in crawl.wanted()]
    spoilt = [{**good[0], "warc_record_length": 0}, {**good[0], "warc_record_offset": -5}]
    spoilt += [{**good[0], "warc_filename": "crawl-data/x\r\nX-Origin-Error: no"}]
    others = [
        {**good[0], "subset": "robotstxt", "warc_record_offset": 1},
        {**good[0], "subset": "crawldiagnostics", "warc_record_offset": 2},
        {**good[0], "fetch_status": 404, "warc_record_offset": 3},
        {**good[0], "content_mime_detected": "application/pdf", "warc_record_offset": 4},
        {**good[0], "content_languages": "jpx,eng", "warc_record_offset": 5},
    ]
    selection = select(write_index(good + spoilt + others, tmp_path / "i"), tmp_path / "out", ASKED, quiet)
    assert [row["offset"] for row in rows_of(selection)] == [row["warc_record_offset"] for row in good]
    assert selection.total.unusable == 3 and selection.total.pages == len(good) + 3 + 1


def test_the_crawl_is_known_by_the_file_where_no_column_says_it(tmp_path: Path) -> None:
    crawl = made(files=1, pages=10)
    names = ["url", "fetch_status", "content_languages", "warc_filename", "warc_record_offset", "warc_record_length"]
    table = pa.Table.from_pylist([{name: row[name] for name in names} for row in crawl.rows])
    pq.write_table(table, tmp_path / "bare.parquet")
    selection = select([str(tmp_path / "bare.parquet")], tmp_path / "out", ASKED, quiet)
    assert [share.crawl for share in selection.crawls] == [NEW]
    assert len(rows_of(selection)) == len(crawl.wanted())


def test_an_index_on_s3_gives_the_same_plan(crawl: Crawl, tmp_path: Path, s3_server: str) -> None:
    from corpus_builder.store import at

    local = write_index(crawl.rows, tmp_path / "index")
    store = at(f"{s3_server}/cc-index")
    for path in local:
        store.replace(str(Path(path).relative_to(tmp_path / "index")), Path(path).read_bytes())
    first = select(local, tmp_path / "out", ASKED, quiet)
    out = str(tmp_path / "second")
    asked = ["--gap", "2000", "--unit-bytes", "10000"]
    assert main(["select", f"{s3_server}/cc-index/crawl=*/subset=warc/*.parquet", "--out", out, *asked]) == 0
    assert planned(first) == planned(load(tmp_path / "second"))


def test_a_second_select_keeps_the_plan_and_another_is_refused(crawl: Crawl, tmp_path: Path) -> None:
    paths = write_index(crawl.rows, tmp_path / "index")
    first = select(paths, tmp_path / "out", ASKED, quiet)
    assert select([*paths[::-1], *paths], tmp_path / "out", ASKED, quiet) == first
    with pytest.raises(CallError, match="holds another selection"):
        select(paths, tmp_path / "out", Asked(("kor",), 2000, 10_000), quiet)
    with pytest.raises(CallError, match="holds another selection"):
        select(paths[1:], tmp_path / "out", ASKED, quiet)


def test_a_select_that_broke_off_leaves_no_plan_and_is_begun_anew(crawl: Crawl, tmp_path: Path) -> None:
    paths = write_index(crawl.rows, tmp_path / "index")
    whole = Path(paths[-1]).read_bytes()
    Path(paths[-1]).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CallError, match=r"00001-0c5b.*cannot be read as an index"):
        select(paths, tmp_path / "out", ASKED, quiet)
    with pytest.raises(CallError, match="corpus select"):
        load(tmp_path / "out")
    (tmp_path / "out" / "units").mkdir()
    (tmp_path / "out" / "units" / "left-behind.parquet").touch()
    Path(paths[-1]).write_bytes(whole)
    assert len(list(select(paths, tmp_path / "out", ASKED, quiet).folder.glob("units/left*"))) == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["selection.json", "units", "whole.tsv"]


def test_a_file_that_names_no_language_does_not_make_its_crawl_old(crawl: Crawl, tmp_path: Path) -> None:
    rows = [row for row in crawl.rows if row["crawl"] == NEW]
    silent = [row for row in rows if row["content_languages"] is None]
    [first] = write_index(silent, tmp_path / "a", 1)
    [second] = write_index([row for row in rows if row["content_languages"]], tmp_path / "b", 1)
    total = select([second, first], tmp_path / "out", ASKED, quiet).total
    html = [row for row in silent if row["fetch_status"] == 200]
    assert (total.whole_files, total.unknown_language) == (0, len(html)) and total.records == len(crawl.wanted())


def test_a_folder_with_other_things_is_left_alone(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "out" / "units").mkdir(parents=True)
    with pytest.raises(CallError, match="holds units and no selection"):
        select(write_index(crawl.rows, tmp_path / "index"), tmp_path / "out", ASKED, quiet)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["units"]


def test_a_file_of_something_else_is_told_by_name(tmp_path: Path) -> None:
    pq.write_table(pa.table({"url": ["a"]}), tmp_path / "other.parquet")
    with pytest.raises(CallError, match=r"other\.parquet: has no column warc_filename"):
        select([str(tmp_path / "other.parquet")], tmp_path / "out", ASKED, quiet)


@pytest.mark.parametrize(
    "call",
    [["nothing-*.parquet"], ["none.parquet"], ["https://example.org/a.parquet"], ["INDEX", "--language", "japanese"]],
)
def test_wrong_calls_are_told(
    crawl: Crawl, tmp_path: Path, call: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    [path] = write_index(crawl.wanted(), tmp_path / "index", 1)
    call = [path if word == "INDEX" else word for word in call]
    assert main(["select", *call, "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.strip()


def test_selection_json_says_what_was_asked_and_by_which_versions(crawl: Crawl, tmp_path: Path) -> None:
    select(write_index(crawl.rows, tmp_path / "index"), tmp_path / "out", ASKED, quiet)
    said = json.loads((tmp_path / "out" / "selection.json").read_bytes())
    assert said["asked"] == {"languages": ["jpn"], "gap": 2000, "unit_bytes": 10_000}
    assert set(said["versions"]) == {"duckdb", "numpy", "pyarrow"}
    assert all(len(each["sample"]) == 32 and each["bytes"] > 0 for each in said["index"])


def test_languages_that_nobody_speaks_are_told_with_those_there_and_leave_no_plan(
    crawl: Crawl, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = write_index([row for row in crawl.rows if row["crawl"] == NEW], tmp_path / "index")
    out = str(tmp_path / "out")
    assert main(["select", *paths, "--language", "xyz", "--out", out]) == 1
    pages = [r["content_languages"] or "" for r in crawl.rows if r["crawl"] == NEW and r["fetch_status"] == 200]
    english = sum("eng" in each for each in pages)
    told = capsys.readouterr()
    assert f"is in xyz; the index has eng ({english:,}), " in told.err and "next:" not in told.out
    assert main(["select", *paths, "--language", "jpn", "--out", out]) == 0


@pytest.mark.parametrize(
    ("change", "told"), [(None, "no HTML page"), ({"warc_record_length": 0}, "no.* possible place")]
)
def test_an_index_of_nothing_is_no_selection(
    crawl: Crawl, tmp_path: Path, change: dict[str, int] | None, told: str
) -> None:
    rows = [{**row, **(change or {"fetch_status": 404})} for row in crawl.rows]
    with pytest.raises(BuildError, match=told):
        select(write_index(rows, tmp_path / "index"), tmp_path / "out", ASKED, quiet)
    assert not (tmp_path / "out" / "selection.json").exists()


def test_whole_files_alone_are_a_selection_that_says_why_to_fetch(
    crawl: Crawl, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = write_index([row for row in crawl.rows if row["crawl"] == OLD], tmp_path / "index")
    assert main(["select", *paths, "--out", str(tmp_path / "out")]) == 0
    assert "from where a build reads the whole files" in capsys.readouterr().out
