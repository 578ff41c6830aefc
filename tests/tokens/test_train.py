"""The tokenizer that a corpus may train for itself: the same texts, the same bytes, and nothing lost in encoding."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import sentencepiece

from corpus_builder.tokens.train import train

PROSE = Path(__file__).parents[1] / "sample" / "texts" / "web"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(PROSE.iterdir())]
SIZE = 2_000


def trained(out: Path, texts: list[str] = TEXTS, **options: list[str]) -> sentencepiece.SentencePieceProcessor:
    train(texts, SIZE, out, required=options.get("required", []))
    return sentencepiece.SentencePieceProcessor(model_file=str(out))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> sentencepiece.SentencePieceProcessor:
    return trained(tmp_path_factory.mktemp("tokenizer") / "model")


def test_the_same_texts_give_the_same_model(tmp_path: Path) -> None:
    digests = []
    for name in ("first", "second"):
        trained(tmp_path / name)
        digests.append(hashlib.sha256((tmp_path / name).read_bytes()).digest())
    assert digests[0] == digests[1]
    assert {path.name for path in tmp_path.iterdir()} == {"first", "second"}


def test_ids_begin_as_in_the_tokenizers_of_llm_jp(model: sentencepiece.SentencePieceProcessor) -> None:
    assert model.vocab_size() == SIZE
    assert [model.id_to_piece(n) for n in range(4)] == ["<unk>", "<s>", "</s>", "<0x00>"]
    assert all(model.is_byte(n) for n in range(3, 259))


@pytest.mark.parametrize(
    "text",
    ["一行目\n二行目\n", "  two  spaces\t tab", "ＡＢＣ㈱①", "がぎ", "<s></s><unk>", "鬱😀", "\r\n", " ", ""],
)
def test_any_text_comes_back_unchanged_without_unknowns_or_controls(
    model: sentencepiece.SentencePieceProcessor, text: str
) -> None:
    ids = model.encode(text)
    assert model.decode(ids) == text
    assert not {0, 1, 2} & set(ids)


def test_required_characters_have_pieces(tmp_path: Path) -> None:
    assert trained(tmp_path / "without").piece_to_id("鬱") == 0
    assert trained(tmp_path / "with", required=["鬱", "〆"]).piece_to_id("鬱") > 258


def test_required_strings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="single characters"):
        train(TEXTS, SIZE, tmp_path / "model", required=["二字"])


def test_too_little_text_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Vocabulary size"):
        train(["短い"], 5_000, tmp_path / "model")
    assert not list(tmp_path.iterdir())
