"""The numbers that decide: every bound of the filters in ``catalogue``, as data.

Japanese ones come in three strictnesses: ``STRICT``, ``MODERATE`` and ``GENTLE``, tuples by that index below. They are
made to lose little good text. Published stacks lose a fifth to a half of good long articles and more of technical
text, mostly by rules made for words applied to characters, by maximal sentence lengths and by demands on 。.
``python tests/benchmarks/filter_safety.py`` shows what they throw away.
"""

from __future__ import annotations

from filters.core import Bound

STRICT, MODERATE, GENTLE = 0, 1, 2

# Of the evidence of language. The gentle level takes technical text that is mostly English words, code or a part not
# yet translated; Chinese and Korean with Japanese quotations it does not take (no good Japanese text has more than a
# tenth of its evidence in either).
JAPANESE = (
    (Bound("ja", low=0.65), Bound("zh", high=0.15), Bound("ko", high=0.15)),
    (Bound("ja", low=0.5), Bound("zh", high=0.2), Bound("ko", high=0.2)),
    (Bound("ja", low=0.25), Bound("zh", high=0.25), Bound("ko", high=0.25)),
)
JAPANESE_PARAGRAPHS_AT_LEAST = (0.6, 0.5, 0.12)
JAPANESE_PROSE = (
    (
        Bound("japanese_ratio", low=0.2),
        Bound("hiragana_share", low=0.22),
        Bound("katakana_ratio", high=0.45),
        Bound("symbol_ratio", high=0.2),
        Bound("halfwidth_kana_ratio", high=0.02),
        Bound("replacement_ratio", high=0.001),
        Bound("kuten_ratio", low=0.002),
        Bound("terminal_punctuation_line_ratio", low=0.08),
        Bound("short_line_ratio", high=0.6),
    ),
    (
        Bound("japanese_ratio", low=0.15),
        Bound("hiragana_share", low=0.18),
        Bound("katakana_ratio", high=0.5),
        Bound("symbol_ratio", high=0.25),
        Bound("halfwidth_kana_ratio", high=0.05),
        Bound("replacement_ratio", high=0.01),
        Bound("kuten_ratio", low=0.001),
        Bound("terminal_punctuation_line_ratio", low=0.05),
        Bound("short_line_ratio", high=0.7),
    ),
    (
        Bound("japanese_ratio", low=0.05),
        Bound("hiragana_share", low=0.12),
        Bound("katakana_ratio", high=0.6),
        Bound("symbol_ratio", high=0.3),
        Bound("halfwidth_kana_ratio", high=0.1),
        Bound("replacement_ratio", high=0.02),
        Bound("kuten_ratio", low=0.0005),
        Bound("terminal_punctuation_line_ratio", low=0.02),
        Bound("short_line_ratio", high=0.85),
    ),
)
UNREPETITIVE = (
    (
        Bound("duplicate_line_char_ratio", high=0.2),
        Bound("top_ngram_char_ratio", high=0.15),
        Bound("duplicate_ngram_char_ratio", high=0.45),
        Bound("longest_run", high=100),
    ),
    (
        Bound("duplicate_line_char_ratio", high=0.3),
        Bound("top_ngram_char_ratio", high=0.2),
        Bound("duplicate_ngram_char_ratio", high=0.6),
        Bound("longest_run", high=200),
    ),
    (
        Bound("duplicate_line_char_ratio", high=0.4),
        Bound("top_ngram_char_ratio", high=0.25),
        Bound("duplicate_ngram_char_ratio", high=0.7),
        Bound("longest_run", high=400),
    ),
)
PROSE_AT_LEAST = (200, 150, 100)
LINKED_AT_MOST = (0.35, 0.5, 0.6)
DECENT = (
    (Bound("adult_ratio", high=0.01), Bound("spam_ratio", high=0.03)),
    (Bound("adult_ratio", high=0.02), Bound("spam_ratio", high=0.04)),
    (Bound("adult_ratio", high=0.04), Bound("spam_ratio", high=0.08)),
)
QUALITY_AT_LEAST = (0.25, 0.2, 0.1)
# Gopher's rules with FineWeb's for lines; the share of words with a letter is of words, not of words and marks.
ENGLISH_PROSE = (
    Bound("words", low=50, high=100_000),
    Bound("mean_word_length", low=3, high=10),
    Bound("symbol_word_ratio", high=0.1),
    Bound("alpha_word_ratio", low=0.8),
    Bound("stop_words", low=2),
    Bound("newline_word_ratio", high=0.3),
    Bound("line_under_30_ratio", high=0.67),
    Bound("bullet_line_ratio", high=0.9),
    Bound("ellipsis_line_ratio", high=0.3),
    Bound("terminal_punctuation_line_ratio", low=0.12),
)
# Rae et al. 2021, table A1; words are cut as spaCy cuts them, for the verdicts of datatrove.
GOPHER_QUALITY = (
    Bound("words", low=50, high=100_000),
    Bound("mean_word_length", low=3, high=10),
    Bound("symbol_word_ratio", high=0.1),
    Bound("bullet_line_ratio", high=0.9),
    Bound("ellipsis_line_ratio", high=0.3),
    Bound("alpha_token_ratio", low=0.8),
    Bound("stop_words", low=2),
)
GOPHER_REPETITION = (
    Bound("repeated_paragraph_ratio", high=0.3),
    Bound("repeated_paragraph_char_ratio", high=0.2),
    Bound("repeated_line_ratio", high=0.3),
    Bound("repeated_line_char_ratio", high=0.2),
    *(Bound(f"top_{n}_gram_ratio", high=high) for n, high in ((2, 0.2), (3, 0.18), (4, 0.16))),
    *(Bound(f"duplicate_{n}_gram_ratio", high=(20 - n) / 100) for n in range(5, 11)),
)
# Raffel et al. 2020, the rules for whole pages: those for lines take lines out, and no filter here edits.
C4_PAGES = (
    Bound("c4_lorem_ipsum_lines", high=0),
    Bound("c4_curly_bracket_lines", high=0),
    Bound("c4_sentences", low=5),
)
# Penedo et al. 2024.
FINEWEB_QUALITY = (
    Bound("fineweb_line_end_ratio", low=0.12),
    Bound("line_under_30_ratio", high=0.67),
    Bound("fineweb_repeated_char_ratio", high=0.01),
    Bound("newline_word_ratio", high=0.3),
)
SOURCE_CODE = (
    Bound("code_lines", high=20_000),
    Bound("max_line_length", high=1000),
    Bound("mean_line_length_code", high=100),
    Bound("ascii_alnum_ratio", low=0.25),
    Bound("autogenerated", high=0),
    Bound("ascii_alpha_ratio", low=0.2),
    Bound("comment_ratio", high=0.97),
    Bound("blob_ratio", high=0.5),
    Bound("minified", high=0),
    Bound("data_file", high=0),
)
WIKIPEDIA_ARTICLE = (
    Bound("prose_chars", low=100),
    Bound("list_line_ratio", high=0.95),
    Bound("empty_brackets", high=1),
    Bound("leftover_markup", high=2),
    Bound("disambiguation", high=0),
)
PDF_TEXT = (
    Bound("newline_space_ratio", high=0.2),
    Bound("short_line_char_ratio", high=0.1),
    Bound("replacement_ratio", high=0.01),
)
