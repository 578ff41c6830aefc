"""Articles of the Chinese Wikipedia: wikitext is cleaned by the reader; stubs, lists and lists of meanings go here."""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import NORMALISED, Bound, in_language, long_enough, wikipedia_article, with_bounds

RECIPE = Recipe(
    name="wikipedia_zh",
    version=2,
    edits=(NORMALISED,),
    levels=(
        (long_enough(100), in_language("zh", 0.3), with_bounds(wikipedia_article(), Bound("prose_chars", low=50))),
    ),
    near=NearDuplicates(ngram=5, bands=14, rows=8, threshold=0.8),
)
