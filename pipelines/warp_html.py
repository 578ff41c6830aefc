"""Pages of public bodies from crawls of URL lists of the National Diet Library's web archive.

Notices and minutes are shorter and more list-like than articles, so the filters are the moderate ones. Addresses and
telephone numbers are mostly those of offices, and part of what a notice says: they are counted and left in.
"""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import MODERATE, NORMALISED, enough_prose, impersonal, japanese_web, long_enough

RECIPE = Recipe(
    name="warp_html",
    version=3,
    edits=(NORMALISED,),
    levels=((long_enough(100), enough_prose(100), *japanese_web(MODERATE), impersonal()),),
    near=NearDuplicates(ngram=5, bands=14, rows=8, threshold=0.7),
)
