"""What to build: the manifest, its schema, and the files it names."""

from corpus_builder.manifest.load import Manifest, load
from corpus_builder.manifest.model import Corpus, Level, Source

__all__ = ["Corpus", "Level", "Manifest", "Source", "load"]
