"""Words, and the English recipe's filter."""

from __future__ import annotations

import pytest

from filters import ENGLISH, batch_of, english_prose

PROSE = (
    "The river runs through the old town and has been there longer than any of the houses. People who walk along it "
    "with their dogs often stop at the bridge to look at the water, and to talk about the weather that is to come. "
    "Nobody seems to be in a hurry here, and most of the shops close early on days that promise to be warm and dry."
)


def found(text: str) -> dict[str, float]:
    return {name: column[0].as_py() for name, column in ENGLISH(batch_of([text])).items()}


def test_stop_words_are_counted_once_each_whatever_their_case_and_marks() -> None:
    assert found("The, the (of) AND that's")["stop_words"] == 4
    assert found("thé ｔｈｅ でに ば")["stop_words"] == 0


def test_hashes_and_ellipses_are_weighed_apart() -> None:
    assert found("# a # b ... c d e f")["symbol_word_ratio"] == pytest.approx(2 / 9)
    assert found("...... a")["symbol_word_ratio"] == 1


def test_marks_are_no_words_but_are_counted_beside_them() -> None:
    answer = found('"Yes," he said - twice.')
    assert answer["words"] == 4
    assert answer["alpha_token_ratio"] == pytest.approx(4 / 9)
    assert answer["alpha_word_ratio"] == 1
    assert answer["mean_word_length"] == pytest.approx(14 / 4)


def test_english_prose_keeps_prose_and_refuses_menus() -> None:
    menu = "Home\nProducts\nAbout us\nContact\n" * 20
    assert english_prose()(batch_of([PROSE, menu, PROSE.upper()[:60]])).to_pylist() == [
        None,
        "english_prose/stop_words<2",
        "english_prose/words<50",
    ]
