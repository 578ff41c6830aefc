"""Trains a SentencePiece tokenizer in the manner of LLM-jp: Unigram, no normalisation, bytes for what is rare.

The settings are those in the model file of llm-jp-tokenizer v3: text is never changed (no NFKC, spaces kept),
pieces may cross spaces but not hold two digits, runs of spaces are pieces, and every string is encoded without
loss. Unlike there, no special token can be written in a text: all of them are control pieces.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sentencepiece

COVERAGE = 0.9995  # share of the characters of the texts that get a piece; the others are spelt in bytes
LONGEST_PIECE = 16  # characters
# Scores are summed thread by thread, so that another number of threads rounds to another model.
THREADS = 4
LONGEST_LINE = 1 << 20  # characters; SentencePiece would leave out longer lines without a word


def train(texts: Iterable[str], vocabulary: int, out: Path, *, required: Sequence[str] = ()) -> None:
    """Write the model of ``vocabulary`` pieces for ``texts`` to ``out``; the same texts give the same bytes.

    Ids: 0 ``<unk>``, 1 ``<s>``, 2 ``</s>``, then 256 bytes. Line ends are not learnt from, they are encoded as
    the byte ``<0x0A>``. ``required`` are single characters that get a piece however rare they are. The order
    of ``texts`` matters. Raises ``ValueError`` when ``required`` holds a longer string, and ``RuntimeError``
    (with SentencePiece's words) when the texts do not yield so many pieces.
    """
    if longer := [each for each in required if len(each) != 1]:
        raise ValueError(f"required must be single characters, not {longer}")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=lines(texts),
        model_writer=model,
        model_type="unigram",
        vocab_size=vocabulary,
        normalization_rule_name="identity",
        add_dummy_prefix=True,
        remove_extra_whitespaces=False,
        split_by_whitespace=False,
        split_digits=True,
        allow_whitespace_only_pieces=True,
        byte_fallback=True,
        character_coverage=COVERAGE,
        required_chars="".join(required),
        max_sentencepiece_length=LONGEST_PIECE,
        max_sentence_length=4 * LONGEST_LINE,  # bytes
        shuffle_input_sentence=False,
        input_sentence_size=0,
        num_threads=THREADS,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=-1,
        minloglevel=2,
    )
    part = out.with_name(f"{out.name}.tmp")
    with part.open("wb") as file:
        file.write(model.getvalue())
        file.flush()
        os.fsync(file.fileno())
    part.rename(out)


def lines(texts: Iterable[str]) -> Iterator[str]:
    r"""The lines to learn from: no empty ones, long ones in pieces; NUL, which SentencePiece reserves, is left out.

    >>> list(lines(["一行目\n\n二行目\r\n", "three\0"]))
    ['一行目', '二行目', 'three']
    """
    for text in texts:
        for line in text.replace("\0", "").replace("\r\n", "\n").split("\n"):
            for start in range(0, len(line), LONGEST_LINE):
                yield line[start : start + LONGEST_LINE]
