"""Pages made to cost: each is cut where parsing would stop being linear, and what stands before is still read."""

from __future__ import annotations

import pytest

from corpus_builder.extract import limits
from corpus_builder.extract.html import extract

PROSE = "吾輩はここで始めて人間というものを見た。しかもあとで聞くと、一番獰悪な種族であったそうだ。"


@pytest.mark.parametrize(
    "opening", ["<div>", "<a href=x><div>", "<table><tr><td>", "<ul><li>", "<div><table></div></table>"]
)
def test_nesting_without_end_is_cut_and_named(opening: str) -> None:
    page = extract(f"<p>{PROSE}</p>" + opening * 60_000)
    assert page is not None and page.text == PROSE and page.cut == "depth"


def test_tags_that_close_each_other_are_not_deep() -> None:
    for markup in ("<p>あ", "<li>い", "<br>", "<div>う</div>", "<ul><li>え</ul>", "<tr><td>お"):
        assert limits.bounded(markup * 40_000) == (markup * 40_000, "")


def test_too_many_tags_and_characters_are_cut_and_named() -> None:
    page = extract("<p>文。</p>" * (limits.MAX_TAGS // 2 + 1))
    assert page is not None and page.cut == "tags" and len(page.text.split("\n")) == limits.MAX_TAGS // 2
    page = extract("文" * (limits.MAX_CHARS + 1))
    assert page is not None and (len(page.text), page.cut) == (limits.MAX_CHARS, "characters")


def test_open_formatting_is_not_repeated_in_every_paragraph() -> None:
    bold = "".join(f"<b id=i{n}>" for n in range(2_000))
    markup = f"<p>{bold}" + f"<p>{PROSE}" * 2_000
    assert "<b" not in limits.bounded(markup)[0]
    page = extract(markup)
    assert page is not None and page.text.split("\n") == [PROSE] * 2_000


def test_formatting_that_is_closed_is_left_alone() -> None:
    markup = f"<p><b>{PROSE}</b></p>" * 5_000
    assert limits.bounded(markup) == (markup, "")


def test_a_tag_of_thousands_of_attributes_is_taken_out() -> None:
    flood = "<div " + " ".join(f"a{n}" for n in range(300_000)) + ">"
    page = extract(f"<p>{PROSE}</p>{flood}<p>{PROSE}</p>")
    assert page is not None and page.text.split("\n")[0] == PROSE


def test_long_attributes_and_long_scripts_are_not_floods() -> None:
    image = f'<img src="data:{"A" * 5_000}" alt="{"a b " * 500}">'
    script = f"<script>if (a <b && {'c = d; ' * 500})</script>"
    page = extract(f"<p>{PROSE}</p>{image}{script}<p>{PROSE}</p>")
    assert page is not None and page.text == f"{PROSE}\n{PROSE}"


def test_a_page_within_limits_is_not_cut() -> None:
    page = extract(f"<p>{PROSE}</p>")
    assert page is not None and page.cut == ""
