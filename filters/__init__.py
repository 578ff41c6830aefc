"""Judgement: text in, measures and objections out. Usable alone, without Ray and without this corpus.

>>> from filters import batch_of, japanese_prose
>>> japanese_prose()(batch_of(["昨日は友だちと山に登りました。"])).to_pylist()
[None]
"""

from filters.buffers import batch_of
from filters.catalogue import (
    GENTLE,
    MODERATE,
    STRICT,
    english_prose,
    in_language,
    japanese_paragraphs,
    japanese_prose,
    japanese_web,
    linked_little,
    long_enough,
    pdf_text,
    source_code,
    unrepetitive,
    well_decoded,
    with_bounds,
)
from filters.characters import CHARACTERS
from filters.code import CODE
from filters.core import Bound, Filter, Measure, measure
from filters.english import ENGLISH
from filters.language import LANGUAGE, best_language, paragraph_languages
from filters.repetition import REPETITION
from filters.sentences import SENTENCES
from filters.web import WEB

__all__ = [
    "CHARACTERS",
    "CODE",
    "ENGLISH",
    "GENTLE",
    "LANGUAGE",
    "MODERATE",
    "REPETITION",
    "SENTENCES",
    "STRICT",
    "WEB",
    "Bound",
    "Filter",
    "Measure",
    "batch_of",
    "best_language",
    "english_prose",
    "in_language",
    "japanese_paragraphs",
    "japanese_prose",
    "japanese_web",
    "linked_little",
    "long_enough",
    "measure",
    "paragraph_languages",
    "pdf_text",
    "source_code",
    "unrepetitive",
    "well_decoded",
    "with_bounds",
]
