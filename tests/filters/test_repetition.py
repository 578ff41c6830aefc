"""Repetition is counted as a plain program would count it, and a long text is the mean of its blocks."""

from __future__ import annotations

import random

import pytest

from filters import REPETITION, batch_of
from filters.repetition import BLOCK, DUPLICATE, TOP


def found(text: str) -> dict[str, float]:
    return {name: column[0].as_py() for name, column in REPETITION(batch_of([text])).items()}


def duplicate_share(text: str) -> float:
    covered, seen = set(), set()
    for start in range(len(text) - DUPLICATE + 1):
        gram = text[start : start + DUPLICATE]
        if gram in seen:
            covered.update(range(start, start + DUPLICATE))
        seen.add(gram)
    return len(covered) / len(text)


def top_share(text: str) -> float:
    grams = {text[start : start + TOP] for start in range(len(text) - TOP + 1)}
    return max(text.count(gram) - 1 for gram in grams) * TOP / len(text)


def random_text(seed: int, length: int, alphabet: str = "あいう") -> str:
    return "".join(random.Random(seed).choices(alphabet, k=length))


@pytest.mark.parametrize("seed", range(20))
def test_ngrams_are_counted_as_a_plain_program_counts_them(seed: int) -> None:
    text = random_text(seed, 700) + "同じ文句を何度でも言う。" * (seed % 5)
    assert found(text)["duplicate_ngram_char_ratio"] == pytest.approx(duplicate_share(text))
    assert found(text)["top_ngram_char_ratio"] == pytest.approx(top_share(text))


def test_lines_are_counted_as_a_plain_program_counts_them() -> None:
    lines = [random_text(seed % 150, 6) for seed in range(1000)]
    seen: set[str] = set()
    again = [line for line in lines if line in seen or seen.add(line)]  # type: ignore[func-returns-value]
    assert found("\n".join(lines))["duplicate_line_ratio"] == pytest.approx(len(again) / 1000)
    assert found("\n".join(lines))["duplicate_line_char_ratio"] == pytest.approx(len(again) / 1000)


def test_spaces_and_empty_lines_hide_no_repetition() -> None:
    assert found("前のページ\n\n　前の ページ\n次")["duplicate_line_ratio"] == pytest.approx(1 / 3)


def test_a_book_has_the_numbers_of_its_chapters() -> None:
    chapter = random_text(1, BLOCK - 400, "".join(map(chr, range(0x4E00, 0x5E00)))) + "繰り返される句" * 57 + "。"
    once, often = found(chapter), found(chapter * 6)
    for name in ("top_ngram_char_ratio", "duplicate_ngram_char_ratio"):
        assert once[name] == pytest.approx(often[name], abs=1e-6)


@pytest.mark.parametrize("inside", [0, 1, 5, DUPLICATE - 1, DUPLICATE, 30, 39, 40])
def test_a_line_is_whole_across_the_edge_of_a_block_and_an_ngram_is_not(inside: int) -> None:
    """The line of 40 different characters stands first, and again with so many of its characters before the edge."""
    line = "".join(map(chr, range(0x3400, 0x3400 + 40)))
    filler = "".join(map(chr, range(0x4E00, 0x4E00 + BLOCK - 40 - inside)))
    answer = found(f"{line}\n{filler}\n{line}\n末")
    total = BLOCK - inside + 41
    assert answer["duplicate_line_ratio"] == pytest.approx(1 / 4)
    assert answer["duplicate_line_char_ratio"] == pytest.approx(40 / total)
    told = inside if inside >= DUPLICATE else 0
    assert answer["duplicate_ngram_char_ratio"] == pytest.approx(told / total)
    assert answer["top_ngram_char_ratio"] == pytest.approx((TOP if inside >= TOP else 0) / total)


def test_one_character_over_and_over_is_all_repetition() -> None:
    answer = found("あ" * 10_000)
    assert answer["longest_run"] == 10_000
    assert answer["duplicate_ngram_char_ratio"] > 0.99 and answer["top_ngram_char_ratio"] > 0.99


def test_good_short_prose_repeats_nothing() -> None:
    answer = found("朝早く起きて、庭の花に水をやった。今日は暑くなるらしい。昼までには畑の草も取っておきたい。")
    assert (answer["duplicate_line_ratio"], answer["duplicate_ngram_char_ratio"], answer["top_ngram_char_ratio"]) == (
        0,
        0,
        0,
    )
