"""The filters that recipes are written with: each named for what it keeps; what decides stands in ``bounds``."""

from __future__ import annotations

from filters.bounds import (
    C4_PAGES,
    DECENT,
    ENGLISH_PROSE,
    FINEWEB_QUALITY,
    GOPHER_QUALITY,
    GOPHER_REPETITION,
    JAPANESE,
    JAPANESE_PARAGRAPHS_AT_LEAST,
    JAPANESE_PROSE,
    LINKED_AT_MOST,
    MODERATE,
    PDF_TEXT,
    PROSE_AT_LEAST,
    QUALITY_AT_LEAST,
    SOURCE_CODE,
    UNREPETITIVE,
    WIKIPEDIA_ARTICLE,
)
from filters.characters import CHARACTERS
from filters.code import CODE
from filters.core import Bound, Filter
from filters.english.c4 import C4
from filters.english.fineweb import FINEWEB
from filters.english.gopher import ENGLISH
from filters.english.word_ngrams import WORD_NGRAMS
from filters.language import LANGUAGE, LANGUAGES, MISREAD
from filters.pii import PII
from filters.quality import QUALITY
from filters.repetition import REPETITION
from filters.sentences import SENTENCES
from filters.web import WEB
from filters.wiki import WIKI
from filters.words import words


def in_language(language: str, at_least: float = 0.65) -> Filter:
    """Keep texts with at least this share of their evidence in the language: ``ja``, ``en``, ``zh`` or ``ko``.

    >>> in_language("ja").bounds
    (Bound(measure='ja', low=0.65, high=None),)
    """
    if language not in LANGUAGES:
        raise ValueError(f"in_language({language!r}): no such language; there are {', '.join(LANGUAGES)}")
    return Filter("in_language", (LANGUAGE,), (Bound(language, low=at_least),))


def well_decoded(at_most: float = MISREAD) -> Filter:
    """Keep text that was read in the charset it was written in; of the letters at most this share may be mojibake.

    Range [0, 1]. At 0.06 no clean text of 100 characters in Japanese, standard Chinese, Korean or another language of
    the test sets was refused (Cantonese can be: its own characters are in no everyday set). All Japanese was that had
    been read as Latin-1, Windows-1252 or CP932, or from UTF-8 or CP932 as EUC-JP, GBK or CP949 with lost bytes kept as
    U+FFFD; one text in a hundred from EUC-JP as GBK, and a tenth from EUC-JP as CP949, was not.

    >>> from filters.buffers import batch_of
    >>> text = "文字が化けると、誰にも読めないので困ります。"
    >>> well_decoded()(batch_of([text, text.encode().decode("cp932", "ignore")])).to_pylist()
    [None, 'well_decoded/mojibake>0.06']
    """
    return Filter("well_decoded", (LANGUAGE,), (Bound("mojibake", high=at_most),))


def only_japanese(strictness: int = MODERATE) -> Filter:
    """Keep texts whose evidence of language is Japanese, and hardly Chinese or Korean; English may stand in between.

    >>> from filters.buffers import batch_of
    >>> only_japanese()(batch_of(["値は整数 integer でなければなりません。", "这是一个中文句子。"])).to_pylist()
    [None, 'in_language/ja<0.5']
    """
    return Filter("in_language", (LANGUAGE,), JAPANESE[strictness])


def japanese_paragraphs(at_least: float = JAPANESE_PARAGRAPHS_AT_LEAST[MODERATE]) -> Filter:
    """Keep texts with at least this share of their characters in Japanese paragraphs, in [0, 1].

    A page can be in Japanese by its letters and yet be mostly lines of English or code output; lines that say nothing
    of their language count as the rest does.

    >>> from filters.buffers import batch_of
    >>> english = "This page has not been translated yet, so read the English text below."
    >>> texts = ["日本語の段落です。", "日本語の段落です。\\n" + english]
    >>> japanese_paragraphs()(batch_of(texts)).to_pylist()
    [None, 'japanese_paragraphs/ja_paragraphs<0.5']
    """
    return Filter("japanese_paragraphs", (LANGUAGE,), (Bound("ja_paragraphs", low=at_least),))


def long_enough(min_chars: int = 200) -> Filter:
    """Keep texts of at least so many characters (Swallow 400, uzushio 200)."""
    return Filter("long_enough", (CHARACTERS,), (Bound("chars", low=min_chars),))


def enough_prose(at_least: int = PROSE_AT_LEAST[MODERATE]) -> Filter:
    """Keep texts with at least so many characters in lines that hold a sentence: no menus, lists, empty templates.

    >>> from filters.buffers import batch_of
    >>> said = "来月から図書館が夜の九時まで開くことになった。" * 7
    >>> enough_prose()(batch_of([said, "会社概要\\n" * 40])).to_pylist()
    [None, 'enough_prose/prose_line_chars<150']
    """
    return Filter("enough_prose", (SENTENCES,), (Bound("prose_line_chars", low=at_least),))


def japanese_prose(strictness: int = MODERATE) -> Filter:
    """Keep running Japanese: sentences that end, with grammar in hiragana; no navigation, lists, tables, mojibake.

    >>> from filters.buffers import batch_of
    >>> batch = batch_of(["雨が降ったので、家で本を読みました。", "会社概要\\n採用情報\\n交通案内"])
    >>> japanese_prose()(batch).to_pylist()
    [None, 'japanese_prose/hiragana_share<0.18']
    """
    return Filter("japanese_prose", (CHARACTERS, SENTENCES), JAPANESE_PROSE[strictness])


def unrepetitive(strictness: int = MODERATE) -> Filter:
    """Keep texts that do not say the same lines and phrases over and over."""
    return Filter("unrepetitive", (REPETITION,), UNREPETITIVE[strictness])


def linked_little(at_most: float = LINKED_AT_MOST[MODERATE]) -> Filter:
    """Keep pages whose text is not mostly labels of links."""
    return Filter("linked_little", (WEB,), (Bound("link_ratio", high=at_most),))


def decent(strictness: int = MODERATE) -> Filter:
    """Keep texts that are not made of sexual words, nor of words of money quickly made, gambling and copies of brands.

    Several different words must be there, and they must be a share of the text: a novel or an article that has a few
    is kept. Other lists can take the place of these: see ``filters.words``.
    """
    return Filter("decent", (words("adult"), words("spam")), DECENT[strictness])


def well_written(strictness: int = MODERATE) -> Filter:
    """Keep texts that a model of character n-grams, trained on labelled paragraphs, does not take for commercial."""
    return Filter("well_written", (QUALITY,), (Bound("quality", low=QUALITY_AT_LEAST[strictness]),))


def impersonal(at_most: int | None = None) -> Filter:
    """Keep texts with at most so many occurrences of each kind of personal data; None counts and keeps everything.

    Counts what the text still has: where ``MASK_PII`` is among a recipe's edits, its own counts are stored instead.

    >>> from filters.buffers import batch_of
    >>> impersonal(at_most=0)(batch_of(["連絡先は taro@example.jp です。", "連絡先はありません。"])).to_pylist()
    ['impersonal/pii_mail>0', None]
    """
    bounds = () if at_most is None else tuple(Bound(column, high=at_most) for column in PII.columns)
    return Filter("impersonal", (PII,), bounds)


def japanese_web(strictness: int) -> tuple[Filter, ...]:
    """The filters of one level of Japanese web text, cheapest objection first; a higher index keeps more.

    A text that ``STRICT`` keeps is kept by all three, so the levels of a corpus like LLM-jp's cc1, cc2, cc3 are
    what the strictest filters keep, what only the next keep, and what only the gentlest keep.
    """
    return (
        well_decoded(),
        only_japanese(strictness),
        japanese_paragraphs(JAPANESE_PARAGRAPHS_AT_LEAST[strictness]),
        japanese_prose(strictness),
        unrepetitive(strictness),
        linked_little(LINKED_AT_MOST[strictness]),
        decent(strictness),
        well_written(strictness),
    )


def english_prose() -> Filter:
    """Keep running English by the rules of Gopher and FineWeb."""
    return Filter("english_prose", (ENGLISH, SENTENCES), ENGLISH_PROSE)


def gopher_quality() -> Filter:
    """Keep what Gopher's quality rules keep, as datatrove applies them; stricter than ``english_prose`` on marks."""
    return Filter("gopher_quality", (ENGLISH, SENTENCES), GOPHER_QUALITY)


def gopher_repetition() -> Filter:
    """Keep what Gopher's repetition rules keep: repeated lines, paragraphs and n-grams of words."""
    return Filter("gopher_repetition", (WORD_NGRAMS,), GOPHER_REPETITION)


def c4_page() -> Filter:
    """Keep pages that C4's rules keep whole: without curly brackets and lorem ipsum, with five sentences."""
    return Filter("c4_page", (C4,), C4_PAGES)


def fineweb_quality() -> Filter:
    """Keep what FineWeb's own rules keep: lines that end, that are not short, and are not said again."""
    return Filter("fineweb_quality", (FINEWEB, ENGLISH), FINEWEB_QUALITY)


def wikipedia_article() -> Filter:
    """Keep articles: with some prose, no bare list, no list of meanings, and no wreckage of templates."""
    return Filter("wikipedia_article", (WIKI,), WIKIPEDIA_ARTICLE)


def source_code() -> Filter:
    """Keep source code that people wrote, by the rules of RedPajama, StarCoder and BigCode."""
    return Filter("source_code", (CODE,), SOURCE_CODE)


def pdf_text() -> Filter:
    """Keep text from PDF that came out as lines of text, not as crumbs of vertical type and tables (LLM-jp v4)."""
    return Filter("pdf_text", (CHARACTERS, SENTENCES), PDF_TEXT)


def with_bounds(filter_: Filter, *bounds: Bound) -> Filter:
    """The same filter with these bounds in place of, or added to, its own.

    >>> with_bounds(long_enough(200), Bound("chars", low=50)).bounds
    (Bound(measure='chars', low=50, high=None),)
    """
    replaced = {bound.measure for bound in bounds}
    kept = tuple(bound for bound in filter_.bounds if bound.measure not in replaced)
    return Filter(filter_.name, filter_.measures, kept + bounds)
