"""Japanese text that somebody prepared: JSON lines or Parquet with a column of text."""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import NORMALISED, in_language, long_enough

RECIPE = Recipe(
    name="plain_ja",
    version=2,
    edits=(NORMALISED,),
    levels=((long_enough(50), in_language("ja", 0.5)),),
    near=NearDuplicates(ngram=5, bands=14, rows=8, threshold=0.7),
)
