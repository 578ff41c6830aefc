"""Articles of the English Wikipedia: wikitext is cleaned by the reader; stubs, lists and lists of meanings go here."""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import NORMALISED, in_language, long_enough, wikipedia_article

RECIPE = Recipe(
    name="wikipedia_en",
    version=2,
    edits=(NORMALISED,),
    levels=((long_enough(100), in_language("en", 0.3), wikipedia_article()),),
    near=NearDuplicates(ngram=10, bands=14, rows=8, threshold=0.8),
)
