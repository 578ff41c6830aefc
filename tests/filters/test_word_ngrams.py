"""Repeated phrases, lines and paragraphs, against the slow way of counting them."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from filters import batch_of
from filters.english.word_ngrams import BLOCK, DUPLICATE, LONGEST, TOP, WORD_NGRAMS
from filters.english.words import LONGEST as LONGEST_RUN
from filters.english.words import english_words


def found(text: str) -> dict[str, float]:
    return {name: column[0].as_py() for name, column in WORD_NGRAMS(batch_of([text])).items()}


def top(words: list[str], n: int) -> int:
    grams = Counter(" ".join(words[i : i + n]) for i in range(len(words) - n + 1))
    return max((len(gram) * times for gram, times in grams.most_common(1)), default=0)


def duplicates(words: list[str], n: int) -> int:
    met, chars, at = set(), 0, 0
    while at <= len(words) - n:
        gram = tuple(words[at : at + n])
        again = gram in met
        met.add(gram)
        chars += len("".join(gram)) if again else 0
        at += n if again else 1
    return chars


@pytest.mark.parametrize("seed", range(8))
def test_ngrams_are_those_of_the_definition(seed: int) -> None:
    generator = random.Random(seed)
    vocabulary = [f"w{i}" for i in range(2 ** (seed + 1))]
    text = " ".join(generator.choices(vocabulary, k=generator.randrange(400)))
    text += " " + text[: len(text) // 3]
    words, answer = english_words(text), found(text)
    for n in range(TOP, DUPLICATE):
        assert answer[f"top_{n}_gram_ratio"] == pytest.approx(min(1, top(words, n) / len(text)))
    for n in range(DUPLICATE, LONGEST + 1):
        assert answer[f"duplicate_{n}_gram_ratio"] == pytest.approx(duplicates(words, n) / len(text))


def test_lines_and_paragraphs_are_repeated_from_the_second_time_on() -> None:
    answer = found("\n\none\ntwo\n\none\ntwo\n\n\none\n")
    assert answer["repeated_paragraph_ratio"] == pytest.approx(1 / 3)
    assert answer["repeated_paragraph_char_ratio"] == pytest.approx(7 / 25)
    assert answer["repeated_line_ratio"] == pytest.approx(3 / 5)
    assert answer["repeated_line_char_ratio"] == pytest.approx(9 / 25)


def test_a_line_that_differs_in_a_space_is_another_line() -> None:
    assert found("one two\none  two")["repeated_line_ratio"] == 0


def test_a_book_is_looked_at_in_blocks() -> None:
    page = " ".join(f"w{i}" for i in range(BLOCK))
    assert found(f"{page} {page}")["duplicate_5_gram_ratio"] == 0
    assert found(f"{page[: len(page) // 3]} {page[: len(page) // 3]}")["duplicate_5_gram_ratio"] > 0.4


def test_a_run_without_spaces_is_cut_where_room_ends() -> None:
    assert [len(word) for word in english_words("x" * (2 * LONGEST_RUN + 5))] == [LONGEST_RUN, LONGEST_RUN, 5]


@pytest.mark.parametrize("text", ["(" * 9999, "a" * 4095 + ").", "x-" * 5000, "'s" * 3000, ".", "..", "+", "n't", "'"])
def test_no_character_of_a_word_is_lost(text: str) -> None:
    assert "".join(english_words(text)) == text
