"""A manifest can name a selection: planned from before it is fetched, built from after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawl_made_here import NEW, OLD, Crawl, made, write_files, write_index
from moody_server import Site, serving

from corpus_builder.cli.main import main
from corpus_builder.cli.tables import hours
from corpus_builder.errors import CallError
from corpus_builder.estimate import estimate, reading_core_hours
from corpus_builder.manifest import Manifest, load
from corpus_builder.selection.book import Asked, Selection
from corpus_builder.selection.fetch import fetch
from corpus_builder.selection.pace import Budget
from corpus_builder.selection.select import select
from corpus_builder.sources.kinds import READERS
from corpus_builder.sources.reading import Document, Input, NoWatch
from corpus_builder.store.inputs import expand, open_input

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "data_manifests" / "sample" / "tokenizer.model"
TEXT = """
corpus: little
version: "2026.11.1"
seed: 1
tokenizer: {file: %s, sha256: "%s"}
sources:
  web:
    kind: common_crawl
    recipe: %s/pipelines/plain_ja.py
    licence: various
    inputs: [{selection: out}]
    budget_tokens: 1000
"""


class Deaf:
    def unit(self, unit: object, there: int) -> None: ...
    def got(self, records: int, asked: int) -> None: ...
    def waiting(self, seconds: float, why: str) -> None: ...


@pytest.fixture(scope="module")
def crawl() -> Crawl:
    return made((NEW, OLD), files=2, pages=20)


@pytest.fixture
def site(crawl: Crawl) -> Iterator[Site]:
    with serving(dict(crawl.files)) as site:
        yield site


@pytest.fixture
def selection(crawl: Crawl, tmp_path: Path) -> Selection:
    paths = write_index(crawl.rows, tmp_path / "index")
    return select(paths, tmp_path / "out", Asked(("jpn",), 0, 2600), lambda *_: None)


def manifest(tmp_path: Path, change: tuple[str, str] = ("", "")) -> Manifest:
    import hashlib

    path = tmp_path / "m.yaml"
    text = TEXT % (MODEL, hashlib.sha256(MODEL.read_bytes()).hexdigest(), ROOT)
    path.write_text(text.replace(*change) if change[0] else text)
    return load(path)


def test_units_that_are_not_fetched_are_named_with_what_to_type(selection: Selection, tmp_path: Path) -> None:
    told = rf"inputs\[0\]: out: 2 of 2 units are not fetched \({NEW}-00000, .*corpus fetch {tmp_path}/out --from BASE"
    with pytest.raises(CallError, match=told):
        expand(manifest(tmp_path), "web")
    assert main(["build", str(tmp_path / "m.yaml"), "--out", str(tmp_path / "corpus"), "--runner", "inline"]) == 2


def test_fetched_units_and_whole_files_are_the_inputs(
    crawl: Crawl, selection: Selection, tmp_path: Path, site: Site
) -> None:
    fetch(selection, site.base, Budget(1e12, 1e6, 4), Deaf())
    refs = expand(manifest(tmp_path), "web")
    old = sorted(name for name in crawl.files if OLD in name)
    assert [ref.name for ref in refs] == [*old, *(f"out/warc/{unit.name}.warc.gz" for unit in selection.units)]
    assert [ref.path for ref in refs[:2]] == [site.base + name for name in old]
    assert all(ref.sha256 and ref.bytes == Path(ref.path).stat().st_size for ref in refs[2:])


def test_a_fetched_unit_reads_as_the_pages_do_in_their_own_file(
    crawl: Crawl, selection: Selection, tmp_path: Path
) -> None:
    with serving(dict(crawl.files)) as site:
        fetch(selection, site.base, Budget(1e12, 1e6, 4), Deaf())
    write_files(crawl, tmp_path / "archive")
    wanted = {row["url"] for row in crawl.wanted()}
    read = READERS["common_crawl"]

    def documents(paths: list[Path]) -> list[tuple[str, str | None, str]]:
        found = []
        for path in paths:
            with open_input(str(path)) as file:
                readings = list(read(Input(file, path.name), NoWatch()))
            found += [(d.identity, d.url, d.text) for d in readings if isinstance(d, Document) and d.url in wanted]
        return found

    there = documents([tmp_path / "archive" / name for name in sorted(crawl.files)])
    assert documents([selection.warc(unit) for unit in selection.units]) == there and len(there) == len(wanted)


@pytest.mark.parametrize("damage", ["gone", "cut", "of another plan"])
def test_a_lost_unit_is_missed(selection: Selection, tmp_path: Path, site: Site, damage: str) -> None:
    fetch(selection, site.base, Budget(1e12, 1e6, 4), Deaf())
    unit = selection.units[1]
    if damage == "gone":
        selection.warc(unit).unlink()
    elif damage == "cut":
        selection.warc(unit).write_bytes(selection.warc(unit).read_bytes()[:-1])
    else:
        path = selection.folder / "receipts" / f"{unit.name}.json"
        path.write_text(path.read_text().replace(unit.sha256, "0" * 64))
    with pytest.raises(CallError, match=rf"1 of 2 units are not fetched .*--from {site.base}"):
        expand(manifest(tmp_path), "web")


def test_a_selection_is_planned_before_anything_is_fetched(
    selection: Selection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    estimated = estimate(manifest(tmp_path))
    total = selection.total
    [web] = estimated.sources
    assert (web.units, web.bytes, web.present) == (4, total.bytes_wanted + total.whole_bytes, False)
    assert web.core_hours == pytest.approx(reading_core_hours(total)) and web.core_hours > 0
    call = ["plan", str(tmp_path / "m.yaml"), "--rate", "1kB/s", "--requests-per-second", "0.5"]
    assert main(call) == 0
    told = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert (
        f"fetch {total.requests:,} requests" in told
        and f"{hours(total.requests / 0.5 / 3600)} by 0.5 requests/s" in told
    )
    assert f"{hours(total.bytes_fetched / 1000 / 3600)} by 1.0 kB/s" in told and "0 of 2 units are there" in told


def test_only_web_pages_can_come_from_a_selection(tmp_path: Path) -> None:
    with pytest.raises(
        CallError, match=r"a selection holds web pages: the kind must be common_crawl or warp_html, not jsonl"
    ):
        manifest(tmp_path, ("kind: common_crawl", "kind: jsonl"))
    with pytest.raises(CallError, match=r"inputs\[0\]\.selections?: "):
        manifest(tmp_path, ("{selection: out}", "{selection: 3}"))


def test_a_selection_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"selection\.json: is not there; make a selection with: corpus select"):
        estimate(manifest(tmp_path))
