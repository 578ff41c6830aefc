"""English documents of Dolma, which filtered them already: what is left to do is language, wreckage and copies."""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import GENTLE, in_language, long_enough, unrepetitive

RECIPE = Recipe(
    name="dolma",
    version=1,
    levels=((long_enough(100), in_language("en", 0.5), unrepetitive(GENTLE)),),
    near=NearDuplicates(ngram=10, bands=14, rows=8, threshold=0.8),
)
