"""Summaries of research projects. Each project is a document a language; LLM-jp's part is the Japanese one.

Yearly reports of one project are near-copies of each other, but short; the threshold is high so that only copies go.
"""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import NORMALISED, in_language, long_enough

RECIPE = Recipe(
    name="kaken",
    version=2,
    edits=(NORMALISED,),
    levels=((long_enough(100), in_language("ja", 0.4)),),
    near=NearDuplicates(ngram=5, bands=14, rows=8, threshold=0.8),
)
