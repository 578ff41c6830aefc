"""Text of PDF files from the same crawls, in two grades like LLM-jp's e00 (used twice) and e02.

What e00 and e02 meant was not published; here the first grade is text whose lines came out whole, the second has more
crumbs of tables and vertical type. LLM-jp v4 removed two thirds of the PDF text as near-duplicates; so does this.
"""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import (
    GENTLE,
    MODERATE,
    NORMALISED,
    Bound,
    in_language,
    japanese_prose,
    long_enough,
    pdf_text,
    unrepetitive,
    with_bounds,
)

RECIPE = Recipe(
    name="warp_pdf",
    version=2,
    edits=(NORMALISED,),
    levels=(
        (
            long_enough(200),
            in_language("ja", 0.5),
            japanese_prose(MODERATE),
            unrepetitive(MODERATE),
            with_bounds(pdf_text(), Bound("newline_space_ratio", high=0.1), Bound("short_line_char_ratio", high=0.02)),
        ),
        (long_enough(200), in_language("ja", 0.4), japanese_prose(GENTLE), unrepetitive(GENTLE), pdf_text()),
    ),
    near=NearDuplicates(ngram=5, bands=14, rows=8, threshold=0.7),
)
