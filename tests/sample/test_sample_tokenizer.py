"""The tokenizer beside the sample is one that LLM-jp's users would recognise, and small."""

from __future__ import annotations

import pytest
import sentencepiece
from make_sample import FOLDER
from sample_text import TEXTS

MODEL = FOLDER / "tokenizer.model"
AUTHORED = sorted(path for path in TEXTS.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def model() -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(model_file=str(MODEL))


def test_it_has_eight_thousand_pieces_in_few_bytes(model: sentencepiece.SentencePieceProcessor) -> None:
    assert model.vocab_size() == 8_000
    assert [model.id_to_piece(n) for n in range(3)] == ["<unk>", "<s>", "</s>"]
    assert MODEL.stat().st_size < 400_000


@pytest.mark.parametrize("path", AUTHORED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_texts_of_the_sample_come_back_unchanged(model: sentencepiece.SentencePieceProcessor, path: object) -> None:
    text = AUTHORED[AUTHORED.index(path)].read_text(encoding="utf-8")  # type: ignore[arg-type]
    ids = model.encode(text)
    assert model.decode(ids) == text
    assert not {0, 1, 2} & set(ids)


def test_japanese_prose_is_not_spelt_in_bytes(model: sentencepiece.SentencePieceProcessor) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (TEXTS / "web").iterdir())
    ids = model.encode(text)
    assert len(text) / len(ids) > 1.3
    assert sum(map(model.is_byte, ids)) / len(ids) < 0.05
