"""Documents are read into one shape, and judged from stored numbers alone."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.documents.batches import Batch, batches
from corpus_builder.documents.judge import decide
from corpus_builder.documents.schema import content_of
from corpus_builder.errors import CallError
from corpus_builder.recipe import Recipe
from corpus_builder.recipe import load as load_recipe
from corpus_builder.sources.reading import Document, Dropped, Poisoned, Reading
from corpus_builder.store.digesting import DigestingFile
from filters import MASK_PII, NORMALISED
from filters.core import Bound, Filter, Measure


def unmeasured(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    raise AssertionError("nobody may measure while judging")


OWN_MEASURE = """
from corpus_builder.recipe import Recipe
from filters import Bound, Filter, Measure
def own(batch): ...
RECIPE = Recipe("r", 1, ((Filter("x", (Measure("m", 1, ("c",), own),), (Bound("c", 1),)),),))
"""
LENGTH = Measure("length", 1, ("chars", "lines"), unmeasured)


def recipe(*levels: tuple[Bound, ...]) -> Recipe:
    return Recipe("r", 1, tuple((Filter("fit", (LENGTH,), bounds),) for bounds in levels))


def test_a_document_takes_the_first_level_that_keeps_it() -> None:
    three = recipe((Bound("chars", low=30),), (Bound("chars", low=20),), (Bound("chars", low=10),))
    measured = pa.table({"chars": [35, 25, 15, 5, None], "lines": [1, 1, 1, 1, 1]})
    levels, objection, objections = decide(three, measured)
    assert levels.to_pylist() == [0, 1, 2, None, None]
    assert objection.to_pylist() == [None, None, None, "fit/chars<10", "fit/chars=?"]
    assert objections.to_pylist() == [[], [], [], ["fit/chars<10"], ["fit/chars=?"]]


def test_every_objection_is_told_the_first_first() -> None:
    measured = pa.table({"chars": [5, 5, 50], "lines": [9, 1, 9]})
    one = recipe((Bound("chars", low=10), Bound("lines", high=3)))
    _, objection, objections = decide(one, measured)
    assert objections.to_pylist() == [["fit/chars<10", "fit/lines>3"], ["fit/chars<10"], ["fit/lines>3"]]
    assert objection.to_pylist() == ["fit/chars<10", "fit/chars<10", "fit/lines>3"]


def test_a_recipe_without_a_bound_keeps_everything() -> None:
    levels, _, objections = decide(recipe(()), pa.table({"chars": [1, 2], "lines": [1, 1]}))
    assert levels.to_pylist() == [0, 0] and objections.to_pylist() == [[], []]


def test_no_document_no_verdict() -> None:
    levels, objection, objections = decide(
        recipe((Bound("chars", low=1),)),
        pa.table({"chars": pa.array([], pa.int32()), "lines": pa.array([], pa.int32())}),
    )
    assert len(levels) == len(objection) == len(objections) == 0


def test_a_bound_that_the_recipe_lacks_is_named() -> None:
    with pytest.raises(KeyError, match="fit/words"):
        recipe((Bound("chars", low=1),)).with_bounds({"fit/words": (1, None)})
    changed = recipe((Bound("chars", low=1),)).with_bounds({"fit/chars": (None, 7)})
    assert changed.levels[0][0].bounds == (Bound("chars", None, 7),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("RECIPE = 3", "sets no RECIPE"),
        ("import nothing_of_this_name", "does not run: ModuleNotFoundError"),
        ("from corpus_builder.recipe import Recipe\nRECIPE = Recipe('r', 1, ((),))", "measures nothing"),
        (OWN_MEASURE, "could not travel"),
        ("import sys\nsys.exit(3)", "does not run: SystemExit"),
        ("1 / 0", "does not run: ZeroDivisionError"),
    ],
)
def test_a_recipe_that_cannot_serve_is_refused_by_name(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "odd.py"
    path.write_text(text)
    with pytest.raises(CallError, match=rf"odd\.py: .*{told}"):
        load_recipe(path)


def test_batches_pass_on_what_is_no_document_in_its_place() -> None:
    readings: list[Reading] = [Document("1", "あ"), Dropped("empty"), Document("2", "い"), Poisoned("bad", "m")]
    found = list(batches("s", "f", iter(readings)))
    assert [type(f) for f in found] == [Dropped, Poisoned, Batch]
    [batch] = [f for f in found if isinstance(f, Batch)]
    assert batch.table["text"].to_pylist() == ["あ", "い"] and batch.chars == 2


def test_lone_surrogates_and_odd_dates_cost_nothing() -> None:
    documents = [
        Document("1", "a\ud800b", date="2026-02-30"),
        Document("2", "\x00", date="2026-02-03T01:02:03Z"),
        Document("3", "\udc80\ud83d\ude00", date="yesterday"),
    ]
    [batch] = batches("s", "f", iter(documents))
    assert isinstance(batch, Batch)
    assert batch.table["text"].to_pylist() == ["a\ufffdb", "\x00", "\ufffd\U0001f600"]
    assert [str(d) for d in batch.table["date"].to_pylist()] == ["None", "2026-02-03", "None"]


@given(st.lists(st.binary(max_size=8), max_size=20), st.randoms(use_true_random=False))
def test_content_does_not_depend_on_order(rows: list[bytes], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert content_of(rows) == content_of(shuffled)


@given(st.binary(max_size=300), st.lists(st.tuples(st.integers(0, 320), st.integers(0, 90)), max_size=8))
def test_a_file_is_digested_whole_however_it_is_read(data: bytes, reads: list[tuple[int, int]]) -> None:
    import hashlib

    file = DigestingFile(io.BytesIO(data))
    for place, size in reads:
        file.seek(place)
        assert file.read(size) == data[place : place + size]
    assert file.digest() == hashlib.sha256(data).hexdigest()


TWO_OF_ONE_NAME = """
from corpus_builder.recipe import Recipe
from filters import CHARACTERS, SENTENCES, Bound, Filter, Measure
again = Measure("characters", 9, SENTENCES.columns, SENTENCES.function)
RECIPE = Recipe("r", 1, ((Filter("x", (CHARACTERS,), ()), Filter("y", (again,), ())),))
"""
ONE_COLUMN_TWICE = """
from corpus_builder.recipe import Recipe
from filters import CHARACTERS, Bound, Filter, Measure
again = Measure("letters", 1, CHARACTERS.columns, CHARACTERS.function)
RECIPE = Recipe("r", 1, ((Filter("x", (CHARACTERS, again), ()),),))
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TWO_OF_ONE_NAME, "two different measures are called 'characters'"),
        (ONE_COLUMN_TWICE, "two measures or edits give a column 'chars'"),
    ],
)
def test_measures_that_cannot_be_told_apart_are_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "recipe.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CallError, match=said):
        load_recipe(path)


def test_a_text_is_edited_before_it_is_digested_and_the_edits_are_counted() -> None:
    read = [Document("a", "ｶﾞﾗｽ。連絡先 taro@example.jp"), Document("b", "普通の文。")]
    [batch] = batches("s", "f", iter(read), (NORMALISED, MASK_PII))
    [plain] = batches("s", "f", iter([Document("a", "ガラス。連絡先 <mail>"), read[1]]))
    assert isinstance(batch, Batch) and isinstance(plain, Batch)
    assert batch.table["text"].to_pylist() == ["ガラス。連絡先 <mail>", "普通の文。"]
    assert batch.table.equals(plain.table) and batch.content == plain.content
    assert batch.edited["masked_mail"].to_pylist() == [1, 0] and batch.edited["normalised_chars"][0].as_py() > 0
