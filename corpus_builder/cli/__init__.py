"""The command ``corpus``."""

from corpus_builder.cli.main import main

__all__ = ["main"]
