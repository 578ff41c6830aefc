"""Laws that every measure and every filter keeps, whatever it measures."""

from __future__ import annotations

import math
import random
import string

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import filters
from filters import Bound, Edit, Filter, Measure, batch_of, measure
from filters.catalogue import japanese_paragraphs, well_decoded
from filters.words import words

MEASURES = [each for each in vars(filters).values() if isinstance(each, Measure)]
MEASURES += [words("adult"), words("violence"), words("spam")]
EDITS = [each for each in vars(filters).values() if isinstance(each, Edit)]
FILTERS = [
    *(filters.in_language(language) for language in ("ja", "en", "zh", "ko")),
    *(each for level in (filters.STRICT, filters.MODERATE, filters.GENTLE) for each in filters.japanese_web(level)),
    filters.long_enough(),
    filters.enough_prose(),
    filters.impersonal(10),
    filters.english_prose(),
    filters.gopher_quality(),
    filters.gopher_repetition(),
    filters.c4_page(),
    filters.fineweb_quality(),
    filters.source_code(),
    filters.pdf_text(),
    filters.wikipedia_article(),
    well_decoded(),
    japanese_paragraphs(),
]
NASTY = [
    "",
    " ",
    "\n\n\n",
    "\u3000\t\r\n",
    "\0",
    "あ\0い\0\n\0",
    "a",
    "。",
    "。。。！？！？",
    "…",
    "😀👨‍👩‍👧‍👦🇯🇵",
    "葛󠄀城市",  # with a variation selector
    "𠮟る𩸽",  # beyond the BMP
    "\ufffd\ufffd",
    "\u0080\uffff\U0010ffff\ufeff",
    "ｱｲｳﾞ",
    "한국어 문장입니다.",
    "这是一个中文句子。",
    "Der Hund läuft. Ελληνικά русский",
    "The end of the story is to be told, and that with care... # 1",
    "http://example.com/?q=1&r=2",
    "x = {'a': 1}  # 辞書\n" * 3,
    "吾輩は猫である。\n" * 40,
    "あ" * 350_000,
    "ab " * 100_000,
    "\n" * 100_000,
]

each_measure = pytest.mark.parametrize("one", MEASURES, ids=lambda m: m.name)
each_edit = pytest.mark.parametrize("one", EDITS, ids=lambda e: e.name)
each_filter = pytest.mark.parametrize("one", FILTERS, ids=lambda f: f"{f.name}/{f.bounds[0].measure}{f.bounds[0].low}")


def said(columns: dict[str, pa.Array]) -> list[tuple[str, ...]]:
    """The rows, written out, for NaN is not equal to itself."""
    return list(zip(*([repr(x) for x in column.to_pylist()] for column in columns.values()), strict=True))


def links(texts: list[str]) -> list[int]:
    return [len(text) // 2 for text in texts]


def nasty_batch(texts: list[str] = NASTY) -> pa.RecordBatch:
    return batch_of(texts, links(texts), [2 * len(text) for text in texts], [len(text) for text in texts])


@each_measure
def test_a_measure_answers_once_for_every_document_in_every_column(one: Measure) -> None:
    answer = one(nasty_batch())
    assert tuple(answer) == one.columns
    assert {len(column) for column in answer.values()} == {len(NASTY)}
    assert {column.type for column in answer.values()} <= {pa.int32(), pa.float32()}


@each_measure
def test_a_measure_says_the_same_twice(one: Measure) -> None:
    assert said(one(nasty_batch())) == said(one(nasty_batch()))


@each_measure
def test_an_answer_does_not_depend_on_the_neighbours(one: Measure) -> None:
    together = said(one(nasty_batch()))
    order = list(range(len(NASTY)))
    random.Random(7).shuffle(order)
    shuffled = said(one(nasty_batch([NASTY[i] for i in order])))
    assert [shuffled[order.index(i)] for i in range(len(NASTY))] == together
    assert [said(one(nasty_batch([text])))[0] for text in NASTY] == together


@each_measure
def test_a_slice_is_measured_like_a_copy(one: Measure) -> None:
    assert said(one(nasty_batch().slice(3, 9))) == said(one(nasty_batch(NASTY[3:12])))


@each_measure
def test_an_empty_batch_has_empty_columns(one: Measure) -> None:
    for empty in (batch_of([]), nasty_batch().slice(2, 0)):
        assert {name: len(column) for name, column in one(empty).items()} == dict.fromkeys(one.columns, 0)


@each_measure
def test_small_strings_and_nulls_are_measured_too(one: Measure) -> None:
    texts = ["あ", None, "b"]
    batch = batch_of(["", "", ""]).set_column(0, "text", pa.array(texts, pa.string()))
    answer = said(one(batch))
    assert answer[::2] == said(one(batch_of(["あ", "b"])))
    assert len(answer) == 3


@each_measure
def test_a_share_lies_between_nothing_and_all(one: Measure) -> None:
    generator = random.Random(1)
    alphabet = string.printable + "あア漢字。、々ｱ한ß😀\ufffd…　「」★" * 4
    texts = ["".join(generator.choices(alphabet, k=generator.randrange(400))) for _ in range(200)]
    for name, column in one(nasty_batch(texts)).items():
        if name.endswith(("_ratio", "_share", "_paragraphs", "mojibake")) and name not in (
            "newline_word_ratio",
            "symbol_word_ratio",
        ):
            known = [x for x in column.to_pylist() if x is not None and not math.isnan(x)]
            assert known and all(0 <= x <= 1 for x in known), name


@each_measure
def test_bytes_that_are_no_utf8_stay_inside_their_document(one: Measure) -> None:
    pieces = [
        b"\xe3",
        b"\xe3\x81",
        b"\xf0\x9f\x98",
        b"\x80\xbf",
        b"a\xff\xfe",
        b"\xc3",
        b"\xe3\n\xe3\x81\n",
        b"\xed\xa0\x80",
    ]
    broken = pa.array([*pieces, "あ".encode()], pa.large_binary()).view(pa.large_string())
    batch = batch_of([""] * 9).set_column(0, "text", broken)
    together = said(one(batch))
    assert together == [said(one(batch.slice(i, 1)))[0] for i in range(9)]
    assert together[-1] == said(one(batch_of(["あ"])))[0]


@each_measure
def test_every_column_is_described(one: Measure) -> None:
    whose = getattr(one.function, "func", one.function).__doc__ or ""
    prefix = one.name.removeprefix("words_") + "_"  # a list's columns are named after it
    assert all(f"``{name}``" in whose or f"``{name.removeprefix(prefix)}``" in whose for name in one.columns)


def test_no_two_measures_share_a_column() -> None:
    names = [name for each in MEASURES for name in each.columns]
    assert len(names) == len(set(names))


@each_filter
def test_a_filter_answers_once_for_every_document_and_signs_it(one: Filter) -> None:
    answer = one(nasty_batch())
    assert len(answer) == len(NASTY)
    assert all(objection is None or objection.startswith(f"{one.name}/") for objection in answer.to_pylist())


@each_filter
def test_a_filter_decides_the_same_from_stored_measures(one: Filter) -> None:
    stored = pa.table(measure(one.measures, nasty_batch()))
    at_once = one(nasty_batch()).to_pylist()
    later = [
        next((x for x in row if x), None) for row in zip(*(a.to_pylist() for a in one.objections(stored)), strict=True)
    ]
    assert at_once == later


@each_filter
def test_an_undefined_measure_objects(one: Filter) -> None:
    undefined = pa.table({bound.measure: pa.array([None, float("nan")], pa.float32()) for bound in one.bounds})
    for bound, answer in zip(one.bounds, one.objections(undefined), strict=True):
        assert answer.to_pylist() == [f"{one.name}/{bound.measure}=?"] * 2


@pytest.mark.parametrize("one", [each for each in FILTERS if each.name != "impersonal"], ids=lambda f: f.name)
def test_no_filter_keeps_the_empty_text_but_the_one_that_asks_for_nothing(one: Filter) -> None:
    assert one(batch_of([""])).to_pylist() != [None]


def test_a_value_on_the_bound_is_kept_in_single_and_double_precision() -> None:
    for kind in (pa.float32(), pa.float64()):
        for value in (0.1, 0.2, 0.3, 0.7):
            assert Bound("x", low=value, high=value).objections(pa.array([value], kind)).to_pylist() == [None]


def test_what_a_stricter_level_keeps_the_gentler_ones_keep() -> None:
    for strict, gentle in ((filters.STRICT, filters.MODERATE), (filters.MODERATE, filters.GENTLE)):
        for one, other in zip(filters.japanese_web(strict), filters.japanese_web(gentle), strict=True):
            assert one.name == other.name
            for a, b in zip(one.bounds, other.bounds, strict=True):
                assert a.measure == b.measure
                assert (a.low is None) == (b.low is None) and (a.low is None or a.low >= b.low)  # type: ignore[operator]
                assert (a.high is None) == (b.high is None) and (a.high is None or a.high <= b.high)  # type: ignore[operator]


@each_edit
def test_an_edit_answers_once_a_document_and_the_same_alone(one: Edit) -> None:
    texts, counts = one(nasty_batch())
    assert texts.type == pa.large_string() and texts.null_count == 0 and len(texts) == len(NASTY)
    assert tuple(counts) == one.columns and {column.type for column in counts.values()} == {pa.int32()}
    together = list(zip(texts.to_pylist(), said(counts), strict=True))
    alone = [one(nasty_batch().slice(i, 1)) for i in range(len(NASTY))]
    assert together == [(text[0].as_py(), said(count)[0]) for text, count in alone]


@each_edit
def test_to_edit_twice_is_to_edit_once(one: Edit) -> None:
    generator = random.Random(2)
    alphabet = string.printable + "あアｶﾞ漢０９Ａ。、々ｱ한ß😀\ufffd…　「」★﨑\u3099e\u0301\u200b@.-ー〒" * 4
    mixed = ["".join(generator.choices(alphabet, k=generator.randrange(400))) for _ in range(300)]
    once, _ = one(batch_of([*NASTY, *mixed]))
    twice, counts = one(batch_of(once.to_pylist()))
    assert twice.equals(once)
    assert {pc.sum(column).as_py() for column in counts.values()} == {0}


@each_edit
def test_an_edit_leaves_what_it_does_not_touch_and_reads_a_null_as_nothing(one: Edit) -> None:
    plain = pa.array(["雨が降ったので、家で本を読みました。", "Plain words."], pa.large_string())
    assert one(pa.record_batch({"text": plain}))[0].equals(plain)
    texts, _ = one(pa.record_batch({"text": pa.array(["あ", None, "b"], pa.string())}))
    assert texts.to_pylist() == ["あ", "", "b"]
    assert len(one(batch_of([]))[0]) == 0


@each_edit
@pytest.mark.parametrize("letter", ["a", "1", "@", "あ", "ｶ", "\u3099", "0-", "〒", "😀"])
def test_an_edit_gets_through_megabytes_of_one_character(one: Edit, letter: str) -> None:
    size = 2_000_000
    texts, _ = one(batch_of([letter * size]))
    assert len(texts) == 1
