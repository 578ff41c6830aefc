"""What the filters keep and refuse."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import filters
from filters import Bound, batch_of

SHARED = Path(__file__).parents[3] / "shared" / "data"
ARTICLE = (
    "町の図書館が来月から開館時間を延ばすことになった。平日は夜の九時まで利用できる。\n"
    "これまでは六時に閉まっていたため、仕事の帰りに立ち寄れないという声が多かったという。\n"
    "館長は「静かに本を読める場所として、もっと気軽に使ってほしい」と話している。\n"
)
MENU = "ホーム\n会社概要\n製品情報\n採用情報\nお問い合わせ\nサイトマップ\n個人情報保護方針\n"
SPEC = "`width` 属性の値は、non-negative integer でなければなりません。UA は `img` 要素の intrinsic size を使います。\n"


@pytest.mark.parametrize("level", [filters.STRICT, filters.MODERATE, filters.GENTLE])
def test_japanese_web_keeps_articles_and_technical_text_and_refuses_menus(level: int) -> None:
    texts = [ARTICLE, SPEC, MENU]
    said = [each(batch_of(texts)).to_pylist() for each in filters.japanese_web(level)]
    assert [any(objections) for objections in zip(*said, strict=True)] == [False, False, True]


def test_links_alone_are_refused() -> None:
    assert filters.linked_little()(batch_of([ARTICLE, ARTICLE], [0, 100])).to_pylist() == [
        None,
        "linked_little/link_ratio>0.5",
    ]


def test_text_from_a_vertical_pdf_is_refused() -> None:
    crumbs = "\n".join(ARTICLE.replace("\n", ""))
    assert filters.pdf_text()(batch_of([ARTICLE, crumbs])).to_pylist() == [None, "pdf_text/newline_space_ratio>0.2"]


def test_a_language_that_is_not_measured_is_named() -> None:
    with pytest.raises(ValueError, match=r"in_language\('fr'\): no such language; there are ja, en, zh, ko"):
        filters.in_language("fr")


def test_with_bounds_replaces_and_adds() -> None:
    changed = filters.with_bounds(filters.pdf_text(), Bound("newline_space_ratio", high=0.5), Bound("chars", low=9))
    assert {bound.measure: bound.high for bound in changed.bounds} == {
        "short_line_char_ratio": 0.1,
        "replacement_ratio": 0.01,
        "newline_space_ratio": 0.5,
        "chars": None,
    }


@pytest.mark.shared
@pytest.mark.parametrize(("level", "lost"), [(filters.STRICT, 1), (filters.MODERATE, 0), (filters.GENTLE, 0)])
def test_no_good_article_is_lost_but_one_to_the_strictest_model(level: int, lost: int) -> None:
    path = SHARED / "extraction_gold_ja.jsonl.gz"
    if not path.exists():
        pytest.skip(f"no {path}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        batch = batch_of([json.loads(line)["gold"] for line in lines])
    refused = {each.name: batch.num_rows - each(batch).null_count for each in filters.japanese_web(level)}
    assert refused.pop("well_written") <= lost
    assert not any(refused.values())


@pytest.mark.shared
def test_few_good_english_pages_are_lost() -> None:
    path = SHARED / "extraction_gold_wcxb.jsonl.gz"
    if not path.exists():
        pytest.skip(f"no {path}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        batch = batch_of([json.loads(line)["gold"] for line in lines])
    assert filters.english_prose()(batch).null_count >= 0.94 * batch.num_rows
    assert filters.in_language("en")(batch).null_count >= 0.97 * batch.num_rows


def test_a_menu_has_no_prose_however_long_and_a_short_article_has() -> None:
    texts = [MENU * 20, ARTICLE * 2]
    assert filters.enough_prose()(batch_of(texts)).to_pylist() == ["enough_prose/prose_line_chars<150", None]


def test_chinese_with_a_japanese_quotation_is_not_japanese_at_any_level() -> None:
    chinese = "他说这个问题很难，我们还没有找到解决办法。大家都在等待新的消息。" * 4
    for level in (filters.STRICT, filters.MODERATE, filters.GENTLE):
        assert filters.only_japanese(level)(batch_of([chinese + ARTICLE[:70]])).to_pylist() != [None]


def test_personal_data_is_counted_without_a_bound_and_refused_with_one() -> None:
    batch = batch_of(["連絡先は taro@example.jp、hanako@example.jp です。"])
    assert filters.impersonal()(batch).to_pylist() == [None]
    assert filters.impersonal(at_most=1)(batch).to_pylist() == ["impersonal/pii_mail>1"]
