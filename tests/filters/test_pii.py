"""Laws of the search for personal data: how right it is on the authored cases, and what masking keeps."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pyarrow as pa
import pytest
from pii_examples import Case, case, cases, my_number, scores

from filters.buffers import batch_of
from filters.pii import COLUMNS, KINDS, MASK_PII, MASKED, PII, PLACEHOLDERS, find

CASES = cases()


def masked(texts: list[str]) -> list[str]:
    return MASK_PII(batch_of(texts))[0].to_pylist()


def test_the_authored_set_has_six_hundred_cases_of_all_kinds_and_many_without_any() -> None:
    assert len(CASES) >= 700
    assert sum(not each.answers for each in CASES) >= 250
    assert min(Counter(answer[2] for each in CASES for answer in each.answers)[kind] for kind in KINDS) >= 50


@pytest.mark.parametrize("kind", [*KINDS, None])
def test_what_is_found_is_right_and_what_is_there_is_found(kind: str | None) -> None:
    score = scores(kind, CASES)
    assert score.precision >= 0.98
    assert score.recall >= 0.95


@pytest.mark.parametrize("each", [each for each in CASES if not each.answers], ids=lambda each: each.text[:30])
def test_a_number_of_another_kind_is_left_alone(each: Case) -> None:
    assert find(each.text) == []
    assert masked([each.text]) == [each.text]


def test_a_wrong_check_digit_is_no_my_number_and_no_card() -> None:
    rng = random.Random(1)
    for _ in range(50):
        number = my_number(rng)
        for digit in set("0123456789") - {number[-1]}:
            assert not find(f"マイナンバー {number[:-1]}{digit}")
        assert [span.kind for span in find(f"マイナンバー {number}")] == ["my_number"]
    assert find("4111-1111-1111-1111") and not find("4111-1111-1111-1112")


def test_measure_and_mask_and_find_tell_the_same() -> None:
    batch = batch_of([each.text for each in CASES])
    measured = PII(batch)
    _, counts = MASK_PII(batch)
    for row, each in enumerate(CASES):
        listed = Counter(span.kind for span in find(each.text))
        assert {kind: measured[f"pii_{kind}"][row].as_py() for kind in KINDS} == {k: listed[k] for k in KINDS}
    assert [counts[name].to_pylist() for name in MASKED] == [measured[name].to_pylist() for name in COLUMNS]
    assert {column.type for column in (*measured.values(), *counts.values())} == {pa.int32()}


def test_masking_puts_a_mark_for_every_span_and_keeps_the_rest() -> None:
    for each in CASES:
        expected, last = "", 0
        for start, end, kind in find(each.text):
            expected += each.text[last:start] + f"<{kind}>"
            last = end
        assert masked([each.text]) == [expected + each.text[last:]]


def test_to_mask_twice_is_to_mask_once() -> None:
    rng = random.Random(3)
    pieces = [each.text for each in CASES] + list(PLACEHOLDERS) + [" ", "-", "/", "\n", ".", "0", "1-2", "TEL", "@"]
    texts = ["".join(rng.choices(pieces, k=rng.randrange(2, 7))) for _ in range(1500)]
    shredded = ["".join(text[a : a + rng.randrange(9)] for a in range(0, len(text), 7)) for text in texts]
    once = masked(texts + shredded)
    again, counts = MASK_PII(batch_of(once))
    assert again.to_pylist() == once
    assert not any(sum(column.to_pylist()) for column in counts.values())


def test_spans_are_in_order_apart_and_inside_the_text() -> None:
    rng = random.Random(5)
    for _ in range(500):
        text = "".join(rng.choice(CASES).text for _ in range(3))
        spans = find(text)
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
        assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


def test_where_nothing_is_found_the_same_array_comes_back() -> None:
    batch = batch_of(["吾輩は猫である。", "", "2024年1月2日"])
    assert MASK_PII(batch)[0].equals(batch.column("text"))
    assert MASK_PII(batch)[0].buffers()[2].address == batch.column("text").buffers()[2].address


def test_masking_does_not_depend_on_the_neighbours_or_on_where_a_slice_starts() -> None:
    texts = [each.text for each in CASES[::7]]
    alone = [masked([text])[0] for text in texts]
    assert masked(texts) == alone
    assert MASK_PII(batch_of(texts).slice(5, 20))[0].to_pylist() == alone[5:25]
    assert MASK_PII(batch_of([]))[0].to_pylist() == []


def test_nulls_and_small_strings_are_masked_as_texts() -> None:
    batch = pa.record_batch({"text": pa.array(["a@example.jp", None, "あ"], pa.string())})
    answer, counts = MASK_PII(batch)
    assert answer.to_pylist() == ["<mail>", "", "あ"] and answer.type == pa.large_string()
    assert counts["masked_mail"].to_pylist() == [1, 0, 0]


@pytest.mark.parametrize(
    "piece",
    ["1", "1.", "1-", "@", "a@", "丁", "一", "一-", "〒", "[a", "東京都1", "0:", "2001:", "03-", "\0", "１", "😀"],
)
def test_a_long_text_of_one_piece_is_read_once(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert MASK_PII(batch_of([text]))[0].to_pylist()[0].count("<") <= len(text)


def test_bytes_that_are_no_utf8_stay_inside_their_document() -> None:
    pieces = [
        b"03-1234-5678\xe3",
        b"\xe3\x81",
        b"\xf0\x9f\x981",
        b"\x80\xbf1-2",
        b"a\xff@\xfe.jp",
        b"1\xef\xbc",
        b"\xe4\xb8",
    ]
    batch = pa.record_batch({"text": pa.array([*pieces, b"a@example.jp"], pa.large_binary()).view(pa.large_string())})
    rows = [list(column) for column in zip(*(PII(batch)[name].to_pylist() for name in COLUMNS), strict=True)]
    alone = [[PII(batch.slice(at, 1))[name][0].as_py() for name in COLUMNS] for at in range(len(pieces) + 1)]
    assert rows == alone
    assert rows[-1] == [1, 0, 0, 0, 0, 0] and rows[0][1] == 1


def test_the_notation_of_cases_is_read() -> None:
    assert case("は‹ip:192.0.2.44›⏎‹mail:a@b.jp›").answers == ((1, 11, "ip"), (12, 18, "mail"))
