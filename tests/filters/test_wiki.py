"""Pages of a wiki, as the reader leaves them."""

from __future__ import annotations

import pytest

from corpus_builder.extract.wikitext import to_text
from filters.buffers import batch_of
from filters.wiki import WIKI


def found(text: str) -> dict[str, float]:
    return {name: column[0].as_py() for name, column in WIKI(batch_of([text])).items()}


def page(source: str, language: str = "ja") -> str:
    return f"表題\n\n{to_text(source, language)}"


def test_prose_is_what_is_neither_title_nor_heading_nor_item() -> None:
    text = page("'''東京'''は首都。\n\n== 歴史 ==\n=== 近代 ===\n1868年に改称。\n* 一\n* 二\n\n== 名所 ==\n* 塔\n")
    measured = found(text)
    assert measured["prose_chars"] == len("東京は首都。近代1868年に改称。")
    assert measured["list_line_ratio"] == pytest.approx(3 / 8)
    assert measured["heading_line_ratio"] == pytest.approx(2 / 8)  # the second in a row counts as text


def test_a_paragraph_is_no_heading_however_short() -> None:
    for text in (
        "題\n\n一。\n二。",
        "題\n\n一\n\n二",
        "T\n\nOne.\nTwo.",
        "題\n\n- 一\n- 二",
        "題\n\n" + "長" * 61 + "\n二",
    ):
        assert found(text)["heading_line_ratio"] == 0


def test_the_extraction_leaves_no_empty_brackets_nor_marks_of_good_wikitext() -> None:
    measured = found(
        page("'''東京'''（{{無い}}、{{読み|}}）は[[首都|都]]。<ref>x</ref>\n{| class=a\n|-\n| x\n|}\nf() を呼ぶ。")
    )
    assert measured["empty_brackets"] == measured["leftover_markup"] == 0


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("甲（）乙（ 、・）丙", 2),
        ("a () b ( , ; ) c", 2),
        ("call() f_() x)() 1()", 0),
        ("（あ） (a) （", 0),
        ("（" + "、" * 21 + "）", 0),
        ("（)（", 0),
        ("(", 0),
    ],
)
def test_brackets_around_nothing_are_counted_and_calls_are_not(body: str, count: int) -> None:
    text = f"題\n\n{body}"
    assert found(text)["empty_brackets"] * (len(text) - 2) / 1000 == pytest.approx(count)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("{{a}} [[b]]", 4),
        ("{| a\n|-\n| b\n|}", 3),
        ("'''a''' ''b''", 2),
        ("<ref>a", 1),
        ("a|-b {a} [b] <b> it's |", 0),
    ],
)
def test_marks_of_wikitext_are_counted(body: str, count: int) -> None:
    text = f"題\n\n{body}"
    chars = len(text.replace("\n", ""))
    assert found(text)["leftover_markup"] * chars / 1000 == pytest.approx(count)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Ada\n\nAda may refer to:\n\n- a language", 1),
        ("甲\n\n甲（曖昧さ回避）\n- 一", 1),
        ("#REDIRECT x", 1),
        ("甲\n\n甲は町である。", 0),
        ("T\n\n" + "line\n" * 6 + "it may refer to", 0),
    ],
)
def test_pages_about_several_things_say_so_at_their_head(text: str, mark: int) -> None:
    assert found(text)["disambiguation"] == mark
