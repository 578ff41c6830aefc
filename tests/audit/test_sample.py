"""The rejects browser: counts that add up, samples that do not depend on order, and reasons told as they were given."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from test_report import Balance

from corpus_builder.audit.query import Session, session
from corpus_builder.audit.report import render_samples
from corpus_builder.audit.sample import Said, Sampled, Wanted, reasons, sample
from corpus_builder.cli.main import main
from corpus_builder.errors import CallError
from corpus_builder.store import Store


def told(store: Store, wanted: Wanted) -> list[Sampled]:
    with session(store) as asked:
        return sample(asked, wanted)


def test_reasons_add_up_to_what_is_out(built: Store) -> None:
    with session(built) as asked:
        found, seals = reasons(asked, Wanted()), asked.corpus["seals"]
        rejected = sum(seals["judge"]["counts"]["dropped"].values())
        assert sum(each.first or 0 for each in found) == rejected
        by = Counter[str]()
        for each in found:
            by[each.what] += each.documents
        assert by["dropped"] == sum(seals["read"]["counts"]["dropped"].values())
        assert by["quarantined"] == seals["read"]["counts"]["quarantined"]
        assert by["duplicate"] == sum(seals["cluster"]["counts"]["dropped"].values())
        first = Counter({(e.source, e.reason): e.first for e in found if e.first})
        assert sum(seals["judge"]["counts"]["dropped"].values()) == first.total()


def test_alone_counts_what_would_come_in_without_the_bound(built: Store) -> None:
    with session(built) as asked:
        for each in reasons(asked, Wanted()):
            if each.what == "objection":
                only = "SELECT count(*) AS n FROM verdicts WHERE source = ? AND objections = [?]"
                assert asked.rows(only, [each.source, each.reason])[0]["n"] == each.sole


def test_every_document_of_a_sample_has_the_reason(built: Store) -> None:
    for reason in ("japanese_prose", "japanese_prose/kuten_ratio<0.0005", "in_language/ja"):
        found = told(built, Wanted(reason))
        assert found and all(any(s.objection.startswith(reason) for s in each.said) for each in found)
        assert all(each.decision == "rejected" and each.text for each in found)
    near = told(built, Wanted("duplicate/near"))
    assert near and all(re.match(r"duplicate/near of [0-9a-f]{32} http.*similarity 0\.", e.decision) for e in near)
    assert all(each.said == () and each.decision.startswith("kept for") for each in told(built, Wanted(kept=True)))


def test_values_are_those_that_break_the_bound(built: Store) -> None:
    for each in told(built, Wanted("", count=100)):
        for said in each.said:
            match re.fullmatch(r".*?([<>=])(\S+)", said.objection):
                case None:
                    raise AssertionError(said)
                case found if found[1] == "=":
                    assert said.value is None
                case found:
                    assert said.value is not None
                    assert (said.value < float(found[2])) if found[1] == "<" else (said.value > float(found[2]))


def test_a_sample_is_the_same_again_and_the_beginning_of_a_larger_one(built: Store) -> None:
    some, all_ = told(built, Wanted("", count=5)), told(built, Wanted("", count=100))
    assert some == all_[:5] and len(all_) > 5
    other = told(built, Wanted("", count=100, seed=1))
    assert sorted(other) == sorted(all_) and other != all_


def test_a_stricter_level_answers_by_its_own_bounds(built: Store) -> None:
    """What is computed in SQL for ja_cc1 is what the verdicts say of it: no objection where it took the document."""
    with session(built) as asked:
        counts = {each.reason: each.documents for each in reasons(asked, Wanted(line="ja_cc1"))}
        found = sample(asked, Wanted("", line="ja_cc1", count=1000))
        taken = asked.rows("SELECT id FROM verdicts WHERE line = 'ja_cc1'")
        all_ = asked.rows("SELECT id FROM verdicts WHERE source = 'ja_cc'")
    assert {e.id for e in found} == {r["id"] for r in all_} - {r["id"] for r in taken}
    assert "japanese_prose/kuten_ratio<0.002" in counts
    said = Counter(s.objection for each in found for s in each.said)
    assert all(counts[objection] == n for objection, n in said.items())


def test_quarantine_is_browsed_by_its_error(built: Store) -> None:
    [one] = told(built, Wanted("gzip_truncated"))
    assert one.text is None and "web-broken.warc.gz at byte" in one.origin and one.note


def test_text_that_was_not_kept_is_told_of(textless: Store) -> None:
    [one] = told(textless, Wanted("in_language"))
    assert one.text is None and "keep_rejected: all" in one.note and one.said[0].value is not None
    assert all(each.text for each in told(textless, Wanted(kept=True)))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted("hiragana"), "japanese_prose/hiragana_share<"),
        (Wanted("not_japanese_bytes"), "dropped before there was text"),
        (Wanted("x' OR true --"), "no document is out for"),
        (Wanted("in_language", source="nowhere"), "--source nowhere: .* it has notes, kaken, ja_cc|ja_cc"),
        (Wanted("in_language", line="ja_cc9"), "--line ja_cc9"),
        (Wanted("in_language", source="kaken", line="ja_cc1"), "is of source ja_cc"),
    ],
)
def test_a_wrong_call_is_told_what_there_is(built: Store, wanted: Wanted, words: str) -> None:
    with pytest.raises(CallError, match=words):
        told(built, wanted)


def test_what_is_not_judged_cannot_be_sampled(only_read: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", only_read.root]) == 2
    assert f"--out {only_read.root} --until judge" in capsys.readouterr().err


def test_the_page_is_whole_and_needs_no_network(built: Store, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert main(["sample", built.root, "--reason", "japanese_prose", "--html", str(page)]) == 0
    balance = Balance()
    balance.feed(page.read_text(encoding="utf-8"))
    assert balance.open == [] and not re.search(r"(?:src|href)=|url\(|@import|<script", page.read_text("utf-8"))


def test_markup_in_a_text_is_text(built: Store) -> None:
    with session(built) as asked:
        page = render_samples("<i>t", asked.corpus, [example(asked)], 100)
    assert "<script>" not in page and "<i>t" not in page and "&lt;script&gt;" in page


def example(asked: Session) -> Sampled:
    said = (Said("a/b<1", 0.5, "<b>evidence"),)
    return Sampled("00", "web", "https://example.org/<b>", "rejected", "a.warc.gz", said, "<script>alert(1)", "")
