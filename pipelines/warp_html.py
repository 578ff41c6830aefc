"""Pages of public bodies from crawls of URL lists of the National Diet Library's web archive.

Notices and minutes are shorter and more list-like than articles, so the filters are the moderate ones.
"""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import MODERATE, japanese_web, long_enough

RECIPE = Recipe(
    name="warp_html",
    version=2,
    levels=((long_enough(100), *japanese_web(MODERATE)),),
    near=NearDuplicates(ngram=5, bands=14, rows=8, threshold=0.7),
)
