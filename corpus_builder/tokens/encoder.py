"""SentencePiece, pinned by the model's sha256: whole documents, one call each, ids as numpy arrays.

Documents are never cut before encoding: a Unigram lattice spans the document, and ids near a cut would differ.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import sentencepiece

from corpus_builder.store import Store

I32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TokenizerRef:
    """A model file in the store, and what is put before and after each document."""

    path: str
    sha256: str
    bos: bool
    eos: bool

    def identity(self) -> list[object]:
        return ["sentencepiece", sentencepiece.__version__, self.sha256, self.bos, self.eos]


@dataclass(frozen=True, slots=True)
class Encoder:
    """``processor`` with the id classes that the audit counts."""

    processor: Any
    bos: bool
    eos: bool
    vocabulary: int
    is_byte: npt.NDArray[np.bool_]
    is_control: npt.NDArray[np.bool_]
    unknown: int

    def encode(self, texts: list[str]) -> list[I32]:
        """Ids of each text, the policy's BOS and EOS included."""
        if not texts:
            return []
        ids: list[I32] = self.processor.encode(
            texts, out_type="numpy", add_bos=self.bos, add_eos=self.eos, num_threads=1
        )
        return ids


def load(store: Store, reference: TokenizerRef) -> Encoder:
    """The encoder of a model in the store. Raises ValueError when its bytes are not the pinned ones."""
    return _loaded(store, reference)  # type: ignore[arg-type]  # stores are frozen values


@cache
def _loaded(store: Store, reference: TokenizerRef) -> Encoder:
    with store.open(reference.path) as file:
        model = file.read()
    found = hashlib.sha256(model).hexdigest()
    if found != reference.sha256:
        raise ValueError(f"{reference.path}: sha256 is {found}, the manifest says {reference.sha256}")
    return from_model(model, reference.bos, reference.eos)


def from_model(model: bytes, bos: bool, eos: bool) -> Encoder:
    """An encoder of a SentencePiece model's bytes."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    size = processor.vocab_size()
    return Encoder(
        processor,
        bos,
        eos,
        size,
        np.fromiter((processor.is_byte(i) for i in range(size)), bool, size),
        np.fromiter((processor.is_control(i) for i in range(size)), bool, size),
        processor.unk_id(),
    )
