"""The report is one page that asks the network for nothing and says what the audit says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from test_accounts import corpus_of

from corpus_builder.audit.report import render

VOID = {"meta", "br"}


class Balance(HTMLParser):
    """Every tag that opens is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<rect/>`` closes itself."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_no_network(tmp_path: Path) -> None:
    page = render(corpus_of(tmp_path))
    balance = Balance()
    balance.feed(page)
    assert balance.open == []
    assert not re.search(r"(?:src|href)=|url\(|@import|<script", page)


def test_the_same_corpus_gives_the_same_page(tmp_path: Path) -> None:
    assert render(corpus_of(tmp_path / "a")) == render(corpus_of(tmp_path / "b"))


def test_markup_in_a_message_is_text(tmp_path: Path) -> None:
    page = render(corpus_of(tmp_path))
    assert "&lt;b&gt;not a tag" in page and "<b>not a tag" not in page
