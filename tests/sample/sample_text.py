"""Reads the texts written for the sample (``texts/``) as blocks of prose, headings, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TEXTS = Path(__file__).parent / "texts"
RUBY = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")


class Block(NamedTuple):
    """``kind`` is ``p``, ``h2``, ``ul`` or ``table``; ``lines`` has one entry, or one an item or row."""

    kind: str
    lines: tuple[str, ...]


class Article(NamedTuple):
    title: str
    blocks: tuple[Block, ...]


class Part(NamedTuple):
    """A stretch of a file that begins with ``@@ key=value …``."""

    head: dict[str, str]
    body: str


def raw(name: str) -> str:
    return (TEXTS / name).read_text(encoding="utf-8")


def article(name: str) -> Article:
    """The article in ``texts/NAME.txt``: a title, then blocks separated by empty lines."""
    title, *rest = raw(f"{name}.txt").strip().split("\n\n")
    return Article(title, tuple(map(_block, rest)))


def _block(text: str) -> Block:
    lines = tuple(text.split("\n"))
    if text.startswith("## "):
        return Block("h2", (text[3:],))
    if text.startswith("- "):
        return Block("ul", tuple(line[2:] for line in lines))
    if text.startswith("| "):
        return Block("table", lines)
    return Block("p", (" ".join(lines),))


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def edited(source: Article, edits: tuple[tuple[str, str], ...]) -> Article:
    """The article with words exchanged; every word to be replaced must be there."""
    text = "\n".join(line for block in source.blocks for line in block.lines)
    missing = [old for old, _ in edits if old not in text]
    if missing:
        raise ValueError(f"{source.title}: no {missing}")

    def change(line: str) -> str:
        for old, new in edits:
            line = line.replace(old, new)
        return line

    blocks = (Block(kind, tuple(map(change, lines))) for kind, lines in source.blocks)
    return Article(source.title, tuple(blocks))


def plain(text: str) -> str:
    """Without ruby: the base characters alone."""
    return RUBY.sub(r"\1", text)


def parts(name: str) -> Iterator[Part]:
    """The parts of ``texts/NAME``; values in a head go up to the next ``key=``."""
    for chunk in re.split(r"^@@ ", raw(name), flags=re.MULTILINE)[1:]:
        head, _, body = chunk.partition("\n")
        pairs = re.findall(r"(\w+)=(.*?)(?=\s+\w+=|$)", head)
        yield Part(dict(pairs), body.strip("\n"))
