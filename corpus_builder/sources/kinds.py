"""A reader for each kind of source that a manifest can name."""

from corpus_builder.sources.jsonl import read_dolma, read_jsonl
from corpus_builder.sources.kaken import read_kaken
from corpus_builder.sources.pdf_crawl import read_warp_pdf
from corpus_builder.sources.reading import Reader
from corpus_builder.sources.tables import read_parquet, read_stack
from corpus_builder.sources.web import read_common_crawl, read_warp_html, warm
from corpus_builder.sources.wikipedia import read_wikipedia

# What a reader's process loads once, before it works on units.
WARMERS = {"common_crawl": warm, "warp_html": warm}
# The kinds of ``corpus_builder.manifest.model.Kind``.
READERS: dict[str, Reader] = {
    "common_crawl": read_common_crawl,
    "warp_html": read_warp_html,
    "warp_pdf": read_warp_pdf,
    "wikipedia": read_wikipedia,
    "kaken": read_kaken,
    "dolma": read_dolma,
    "stack": read_stack,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
}
