"""English pages that nobody has filtered yet, by the published rules of Gopher, C4 and FineWeb.

For JSON lines or Parquet with a column of text. Dolma comes filtered, and has a recipe of its own.
"""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import (
    MASK_PII,
    NORMALISED,
    c4_page,
    english_prose,
    fineweb_quality,
    gopher_repetition,
    in_language,
)

RECIPE = Recipe(
    name="english_web",
    version=1,
    edits=(NORMALISED, MASK_PII),
    levels=((in_language("en", 0.65), english_prose(), gopher_repetition(), c4_page(), fineweb_quality()),),
    near=NearDuplicates(ngram=10, bands=14, rows=8, threshold=0.8),
)
