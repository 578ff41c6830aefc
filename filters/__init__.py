"""Judgement: text in, measures and objections out. Usable alone, without Ray and without this corpus.

>>> from filters import batch_of, japanese_prose
>>> japanese_prose()(batch_of(["昨日は友だちと山に登りました。"])).to_pylist()
[None]
"""

from filters.bounds import GENTLE, MODERATE, STRICT
from filters.buffers import batch_of
from filters.catalogue import (
    c4_page,
    decent,
    english_prose,
    enough_prose,
    fineweb_quality,
    gopher_quality,
    gopher_repetition,
    impersonal,
    in_language,
    japanese_paragraphs,
    japanese_prose,
    japanese_web,
    linked_little,
    long_enough,
    only_japanese,
    pdf_text,
    source_code,
    unrepetitive,
    well_decoded,
    well_written,
    wikipedia_article,
    with_bounds,
)
from filters.characters import CHARACTERS
from filters.code import CODE
from filters.compression import COMPRESSION
from filters.core import Bound, Edit, Filter, Measure, measure
from filters.english.c4 import C4
from filters.english.fineweb import FINEWEB
from filters.english.gopher import ENGLISH
from filters.english.word_ngrams import WORD_NGRAMS
from filters.language import LANGUAGE, best_language, paragraph_languages
from filters.normal import NORMALISED
from filters.pii import MASK_PII, PII
from filters.quality import QUALITY
from filters.repetition import REPETITION
from filters.sentences import SENTENCES
from filters.web import WEB
from filters.wiki import WIKI

__all__ = [
    "C4",
    "CHARACTERS",
    "CODE",
    "COMPRESSION",
    "ENGLISH",
    "FINEWEB",
    "GENTLE",
    "LANGUAGE",
    "MASK_PII",
    "MODERATE",
    "NORMALISED",
    "PII",
    "QUALITY",
    "REPETITION",
    "SENTENCES",
    "STRICT",
    "WEB",
    "WIKI",
    "WORD_NGRAMS",
    "Bound",
    "Edit",
    "Filter",
    "Measure",
    "batch_of",
    "best_language",
    "c4_page",
    "decent",
    "english_prose",
    "enough_prose",
    "fineweb_quality",
    "gopher_quality",
    "gopher_repetition",
    "impersonal",
    "in_language",
    "japanese_paragraphs",
    "japanese_prose",
    "japanese_web",
    "linked_little",
    "long_enough",
    "measure",
    "only_japanese",
    "paragraph_languages",
    "pdf_text",
    "source_code",
    "unrepetitive",
    "well_decoded",
    "well_written",
    "wikipedia_article",
    "with_bounds",
]
