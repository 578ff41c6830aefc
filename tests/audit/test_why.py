"""Every word on a document is what the stages left, and a document is found by what people have of it."""

from __future__ import annotations

import pytest

from corpus_builder.audit.query import session
from corpus_builder.audit.why import why
from corpus_builder.cli.main import main
from corpus_builder.errors import CallError
from corpus_builder.store import Store


def pick(store: Store, sql: str) -> dict[str, object]:
    with session(store) as asked:
        return asked.rows(sql + " ORDER BY id LIMIT 1")[0]


def test_the_story_of_a_kept_document_is_that_of_the_stages(built: Store) -> None:
    row = pick(built, "SELECT * FROM decisions WHERE decision = 'kept' AND line = 'ja_cc1'")
    [story] = why(built, str(row["id"])).stories
    assert story.document["url"] == row["url"] and story.document["file"].startswith("sample/web-")
    assert story.line == "ja_cc1" and story.objections == [] and story.duplicate is None
    assert all(b.holds for b in story.bounds if b.level == "ja_cc1")
    assert {b.level for b in story.bounds} == {"ja_cc1", "ja_cc2", "ja_cc3"}
    with session(built) as asked:
        used = asked.rows("SELECT pass, shard, n_tokens FROM tokens WHERE doc_id = ? ORDER BY pass", [row["id"]])
    assert story.used == [(r["pass"], r["shard"], r["n_tokens"]) for r in used] and len(used) == 2


def test_objections_are_the_bounds_of_the_last_level_that_do_not_hold(built: Store) -> None:
    row = pick(built, "SELECT * FROM decisions WHERE decision = 'rejected' AND source = 'ja_cc'")
    [story] = why(built, str(row["id"])).stories
    broken = [b.name for b in story.bounds if b.level == "ja_cc3" and not b.holds]
    assert story.objections == row["objections"] and len(broken) == len(story.objections or ())
    assert all(said.startswith(name) for said, name in zip(story.objections or (), broken, strict=True))
    assert story.line is None and story.used == [] and story.measures


def test_a_duplicate_names_what_was_kept_instead(built: Store) -> None:
    row = pick(built, "SELECT * FROM decisions WHERE duplicate = 'near'")
    [story] = why(built, str(row["id"])).stories
    assert story.duplicate is not None and story.duplicate["kept"] == row["kept_instead"]
    [kept] = why(built, str(row["kept_instead"])).stories
    assert story.duplicate["url"] == kept.document["url"] and story.duplicate["similarity"] == row["similarity"]
    assert kept.stands_for >= 1 and kept.used and not story.used


def test_the_first_eight_digits_of_an_id_are_enough(built: Store) -> None:
    row = pick(built, "SELECT id FROM documents")
    for text in (str(row["id"])[:8], str(row["id"])[:13].upper()):
        assert [s.document["id"] for s in why(built, text).stories] == [row["id"]]


def test_other_forms_of_a_url_are_tried_and_told(built: Store) -> None:
    url = "https://www.niwa-to-hatake.example/yasai/minitomato/"
    assert [s.document["url"] for s in why(built, url).stories] == [url] and why(built, url).note == ""
    for form in (url.rstrip("/"), url.replace("https:", "http:"), url.replace("yasai", "%79asai")):
        found = why(built, form)
        assert {s.document["url"] for s in found.stories} >= {url} and "as it is written" in found.note


def test_all_documents_of_a_url_are_told_of(built: Store) -> None:
    row = pick(built, "SELECT url, url AS id FROM documents WHERE source = 'kaken' GROUP BY url HAVING count(*) > 1")
    assert len(why(built, str(row["url"])).stories) > 1


def test_a_record_in_quarantine_is_found_by_its_name(built: Store) -> None:
    row = pick(built, "SELECT file AS id, message, error FROM quarantine WHERE error = 'invalid_json'")
    found = why(built, "notes.jsonl: line 3")
    assert found.stories == [] and [q["error"] for q in found.quarantined] == [row["error"]]


def test_what_is_not_there_is_told_with_the_nearest(built: Store) -> None:
    with pytest.raises(CallError, match=r"no document with url .*nearest: https://niwa-to-hatake\.example/yasai/mini"):
        why(built, "https://niwa-to-hatake.example/yasai/minitomate/")
    for text in ("https://nowhere.example/", "abcdef12", "nobody", "x' OR true --"):
        with pytest.raises(CallError, match="no document with"):
            why(built, text)
    with pytest.raises(CallError, match="which document"):
        why(built, " ")


def test_before_judging_a_story_says_so(only_read: Store, capsys: pytest.CaptureFixture[str]) -> None:
    row = pick(only_read, "SELECT id FROM documents")
    [story] = why(only_read, str(row["id"])).stories
    assert story.objections is None and story.line is None and story.bounds
    assert main(["why", only_read.root, str(row["id"])]) == 0
    assert "not judged yet" in capsys.readouterr().out
