"""Articles of the Korean Wikipedia: wikitext is cleaned by the reader, stubs go here."""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import in_language, long_enough

RECIPE = Recipe(
    name="wikipedia_ko",
    version=1,
    levels=((long_enough(100), in_language("ko", 0.3)),),
    near=NearDuplicates(ngram=5, bands=14, rows=8, threshold=0.8),
)
