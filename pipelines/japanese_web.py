"""Japanese pages of Common Crawl, in three levels like LLM-jp's cc1, cc2 and cc3.

The archive is read once. A page belongs to the first level whose filters all keep it; bounds loosen from level to
level, measures are the same. Rejected pages keep their measures, so bounds can be moved without reading again. Mail
addresses, telephone numbers and the like are masked: a page's author did not give them to a language model.
"""

from corpus_builder.recipe import NearDuplicates, Recipe
from filters import GENTLE, MASK_PII, MODERATE, NORMALISED, STRICT, enough_prose, japanese_web, long_enough

RECIPE = Recipe(
    name="japanese_web",
    version=3,
    edits=(NORMALISED, MASK_PII),
    levels=(
        (long_enough(200), enough_prose(200), *japanese_web(STRICT)),
        (long_enough(200), enough_prose(150), *japanese_web(MODERATE)),
        (long_enough(100), enough_prose(100), *japanese_web(GENTLE)),
    ),
    near=NearDuplicates(ngram=5, bands=14, rows=8, threshold=0.7),
)
