"""Source code of The Stack by the rules of LLM-jp: longest line, mean line, share of ASCII letters and digits."""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import long_enough, source_code

RECIPE = Recipe(
    name="stack",
    version=2,
    levels=((long_enough(50), source_code()),),
    near=NearDuplicates(ngram=10, bands=14, rows=8, threshold=0.8),
)
