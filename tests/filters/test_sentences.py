"""Lines and sentences."""

from __future__ import annotations

import pytest

from filters import SENTENCES, batch_of


def found(text: str) -> dict[str, float]:
    return {name: column[0].as_py() for name, column in SENTENCES(batch_of([text])).items()}


@pytest.mark.parametrize(
    ("text", "sentences", "longest"),
    [
        ("行く。来る。", 2, 3),
        ("本当？！　そう。", 2, 4),
        ("「行くよ！」と言った。", 2, 6),
        ("「行くよ！」", 1, 6),
        ("句点なし", 1, 4),
        ("　字下げ。\n\n　次。　", 2, 4),
        ("改行で\n切れる", 2, 3),
        ("3.14 and e.g. one", 1, 17),
        ("。", 1, 1),
    ],
)
def test_a_sentence_takes_its_end_marks_and_closing_brackets(text: str, sentences: int, longest: int) -> None:
    assert (found(text)["sentences"], found(text)["max_sentence_length"]) == (sentences, longest)


def test_windows_line_ends_and_indents_change_nothing() -> None:
    assert found("一行目。\r\n　二行目。\r\n") | {"kuten_ratio": 0} == found("一行目。\n二行目。") | {"kuten_ratio": 0}


@pytest.mark.parametrize("line", ["終わる。", "終わる」。", "「終わる。」", "Done.", '"Done."', "え…", "何？）"])
def test_lines_that_end_as_sentences_do(line: str) -> None:
    assert found(line)["terminal_punctuation_line_ratio"] == 1


@pytest.mark.parametrize("line", ["会社概要", "（会社概要）", "一、", "a,b"])
def test_lines_that_do_not(line: str) -> None:
    assert found(line)["terminal_punctuation_line_ratio"] == 0


def test_two_full_stops_are_no_ellipsis() -> None:
    assert found("a..\nb...\nc…\nd.")["ellipsis_line_ratio"] == 0.5


def test_crumbs_of_vertical_text_are_short_lines() -> None:
    assert found("縦\n書\nき\nの文章です")["short_line_char_ratio"] == 1
    assert found("一行がもっと長い文章です")["short_line_char_ratio"] == 0
