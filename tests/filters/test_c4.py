"""C4's rules about lines and pages, and FineWeb's about lines."""

from __future__ import annotations

import pytest

from filters import batch_of
from filters.english.c4 import C4
from filters.english.fineweb import FINEWEB

GOOD = "The first sentence is here. And a second one, too."


def found(text: str) -> dict[str, float]:
    return {name[3:]: column[0].as_py() for name, column in C4(batch_of([text])).items()}


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        (GOOD, 2),
        (f"  {GOOD}\u3000", 2),
        ("Mr. Smith lives in the U.S. now.", 1),
        ('He asked: "Why not?" Nobody knew.', 2),
        ("We counted.[12] Then we left.[edit]", 2),
        ("We waited... and then we left!", 1),
        ("no stop at the end", 0),
        ("Read more about this...", 0),
        ("Too short.", 0),
        (f"A word of {'x' * 1001} characters.", 0),
        ("You need JavaScript for this.", 0),
        ("This site Uses Cookies for you.", 0),
    ],
)
def test_sentences_are_counted_in_the_lines_c4_keeps(line: str, sentences: int) -> None:
    answer = found(f"{line}\nHome")
    assert answer["sentences"] == sentences
    assert answer["line_ratio"] == (0.5 if sentences else 0)


def test_what_refuses_a_page_counts_only_in_lines_c4_would_keep() -> None:
    answer = found("Lorem Ipsum dolor sit.\nlorem ipsum\nif (x) { go on. }\nif x { go on.\nEnable javascript in {.")
    assert answer["lorem_ipsum_lines"] == 1
    assert answer["curly_bracket_lines"] == 1
    assert answer["javascript_lines"] == 1


def test_policies_are_counted_and_the_longest_word_is_measured() -> None:
    answer = found("Read our privacy policy here.\nRead our Terms of Use.\nA cookie policyholder.\nabcdefghijklm")
    assert answer["policy_lines"] == 3
    assert answer["longest_word"] == 13


def test_fineweb_looks_at_the_very_last_character_of_a_line() -> None:
    answer = FINEWEB(batch_of(["One.\nTwo. \n“Three.”\n\nFour！"]))
    assert answer["fineweb_line_end_ratio"].to_pylist() == [0.5]


def test_fineweb_counts_repeated_lines_in_all_characters_but_line_ends() -> None:
    answer = FINEWEB(batch_of(["abc\nabc\n \nabc \n"]))
    assert answer["fineweb_repeated_char_ratio"].to_pylist() == pytest.approx([3 / 11])
