"""The sample that ships: built by the command a newcomer types, it finds what was planted in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sample_web import ARTICLES, EXACT_DUPLICATE, NEAR_DUPLICATES

ROOT = Path(__file__).resolve().parents[2]


def corpus(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "corpus_builder.cli.main", *arguments], capture_output=True, text=True)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "out"
    built = corpus("build", str(ROOT / "data_manifests/sample.yaml"), "--out", str(folder))
    assert built.returncode == 0, built.stdout + built.stderr
    for word in ("Where the documents went", "Tokens against the budget", "web-broken.warc.gz at byte", "open next:"):
        assert word in built.stdout
    return folder


@pytest.fixture(scope="module")
def told(out: Path) -> dict[str, Any]:
    run = corpus("audit", str(out), "--json")
    assert run.returncode == 0
    body: dict[str, Any] = json.loads(run.stdout)
    return body


def rows(out: Path, folder: str) -> list[dict[str, Any]]:
    return [r for p in sorted((out / folder).rglob("*.parquet")) for r in pq.read_table(p).to_pylist()]


def test_every_kind_of_source_gives_tokens(told: dict[str, Any]) -> None:
    kinds = {
        "ja_wiki",
        "kaken",
        "ja_warp_html",
        "ja_warp_pdf_e00",
        "ja_cc1",
        "notes",
        "notes_table",
        "dolma_c4",
        "code_stack",
    }
    assert all(
        told["sources"][name]["tokens_unique"] > 0 for name in kinds | {"ja_cc2", "ja_cc3", "zh_wiki", "ko_wiki"}
    )


def test_planted_duplicates_go_and_nothing_else_of_the_web(out: Path) -> None:
    url = {r["id"]: r["url"] for r in rows(out, "documents/ja_cc")}
    gone = {frozenset((url[r["removed"]], url[r["kept"]])) for r in rows(out, "duplicates") if r["removed"] in url}
    place = {page.text: page.url for page in ARTICLES}
    planted = [*NEAR_DUPLICATES, (EXACT_DUPLICATE[0], EXACT_DUPLICATE[1])]
    assert gone == {frozenset((copy, place[original])) for copy, original in planted}


def test_every_japanese_article_of_the_web_is_kept_in_its_charset(out: Path) -> None:
    verdicts = {r["id"]: r["line"] for r in rows(out, "verdicts/ja_cc")}
    lines = {r["url"]: verdicts[r["id"]] for r in rows(out, "documents/ja_cc")}
    assert {page.url: lines.get(page.url) for page in ARTICLES} == {page.url: "ja_cc1" for page in ARTICLES}


def test_no_foreign_page_and_no_menu_is_kept(out: Path, told: dict[str, Any]) -> None:
    kept = sum(told["sources"][f"ja_cc{n}"]["documents_kept"] for n in (1, 2, 3))
    languages = {r["lang"] for r in rows(out, "documents/ja_cc")}
    assert kept == 33 and languages <= {"ja", "other"} | {"zh"}


def test_every_broken_input_is_in_quarantine_with_its_place(out: Path) -> None:
    files = {r["file"].removeprefix("sample/") for r in rows(out, "quarantine")}
    assert files == {
        "web-broken.warc.gz",
        "warp-pdf.warc.gz",
        "wiki-broken.xml",
        "enwiki-truncated-pages-articles.xml.bz2",
        "kaken-broken.xml",
        "stack-broken.parquet",
        "dolma-c4.json.gz",
        "dolma-reddit.json.zst",
        "notes.jsonl",
    }
    assert all(r["error"] and r["message"] for r in rows(out, "quarantine"))


def test_what_a_broken_file_still_holds_is_read(out: Path) -> None:
    salvaged = {r["file"].removeprefix("sample/") for r in rows(out, "documents")}
    assert {"web-broken.warc.gz", "wiki-broken.xml", "enwiki-truncated-pages-articles.xml.bz2"} <= salvaged
    assert {"kaken-broken.xml", "dolma-c4.json.gz", "dolma-reddit.json.zst", "notes.jsonl"} <= salvaged


def test_why_tells_every_stage_of_a_document(out: Path) -> None:
    copies = dict((*NEAR_DUPLICATES, EXACT_DUPLICATE))
    place = {page.text: page.url for page in ARTICLES}
    pair = [corpus("why", str(out), url).stdout for url in (next(iter(copies)), place[next(iter(copies.values()))])]
    assert sorted("removed as near duplicate of" in told for told in pair) == [False, True]
    assert sorted("tokens in tokens/ja_cc1/pass-2/shard-" in told for told in pair) == [False, True]
    assert all("japanese_prose/kuten_ratio" in told and "read from sample/web-0" in told for told in pair)
    forum = corpus("why", str(out), "http://tsuri-bbs.example/test/read.cgi/12/").stdout
    assert "rejected for " in forum and "japanese_prose/kuten_ratio<0.0005" in forum and "✗" in forum


def test_why_finds_by_id_and_says_when_there_is_nothing(out: Path) -> None:
    [some, *_] = rows(out, "documents/kaken")
    assert str(some["url"]) in corpus("why", str(out), some["id"].hex()).stdout
    nothing = corpus("why", str(out), "https://nowhere.example/")
    assert nothing.returncode == 2 and "no document with url" in nothing.stderr


def test_joining_two_archives_changes_no_token(out: Path, tmp_path: Path) -> None:
    """Records keep their ids in whatever file they lie."""
    folder = tmp_path / "data_manifests"
    (folder / "sample").mkdir(parents=True)
    (tmp_path / "pipelines").symlink_to(ROOT / "pipelines")
    for path in (ROOT / "data_manifests/sample").iterdir():
        if path.name not in ("web-00.warc.gz", "web-01.warc.gz"):
            (folder / "sample" / path.name).symlink_to(path)
    parts = [(ROOT / f"data_manifests/sample/web-0{n}.warc.gz").read_bytes() for n in (1, 0)]
    (folder / "sample/web-all.warc.gz").write_bytes(b"".join(parts))
    (folder / "sample.yaml").write_bytes((ROOT / "data_manifests/sample.yaml").read_bytes())
    run = corpus("build", str(folder / "sample.yaml"), "--out", str(tmp_path / "out"), "--runner", "inline")
    assert run.returncode == 0, run.stdout + run.stderr
    hashes = [json.loads((o / "corpus.json").read_text())["build_hash"] for o in (out, tmp_path / "out")]
    assert hashes[0] == hashes[1]
