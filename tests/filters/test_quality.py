"""The learned quality model: what it must say of plain cases, and that it is the same for a text however it is kept."""

from __future__ import annotations

import math

import pytest

from filters.buffers import batch_of
from filters.quality import ENOUGH, MODEL, WINDOW, Model, measure_quality, model, weightiest

STORY = "そのころ祖父は山の村に住んでいて、冬になると炭を焼いた。雪の朝には煙がまっすぐに立ったという。"
SPAM = "今だけ送料無料！最安値で激安通販ショップの人気商品を購入するなら当店がおすすめです！クリック！"


def qualities(*texts: str) -> list[float]:
    return [float(x) for x in measure_quality(batch_of(texts))["quality"].to_pylist()]


def test_a_story_is_better_than_an_advertisement() -> None:
    story, spam = qualities(STORY, SPAM)
    assert story > 0.5 > spam


def test_text_without_characters_has_no_quality() -> None:
    assert all(math.isnan(x) for x in qualities("", " ", "\n\u3000\t\n"))


def test_full_width_and_digits_make_no_difference() -> None:
    assert len(set(qualities("Ｗｅｂ　１２３件", "web 987件"))) == 1


def test_a_long_text_is_judged_like_its_parts() -> None:
    part = (STORY * 20).encode()[: WINDOW // 3 * 3].decode()
    one, many = qualities(part, part * 10)
    assert many == pytest.approx(one, abs=1e-6)


def test_the_weightiest_grams_of_an_advertisement_speak_against_it() -> None:
    assert sum(part for _, part in weightiest(SPAM, 30)) < 0


def test_a_model_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="make it anew"):
        Model.read(MODEL.read_bytes()[:-1])


def test_the_score_is_the_sum_of_what_its_ngrams_say() -> None:
    for text in (SPAM, STORY, STORY + SPAM + STORY[:9]):
        parts = weightiest(text, 9999)
        logit = model().bias * min(len(parts) / ENOUGH, 1) + sum(part for _, part in parts)
        assert qualities(text)[0] == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-6)


def test_a_text_without_known_ngrams_is_neither_good_nor_bad() -> None:
    assert qualities("\u0e01") == [0.5]
