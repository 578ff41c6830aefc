"""Dumps of four small wikis in MediaWiki's export format, and two that are broken."""

from __future__ import annotations

import bz2
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from sample_text import Part, parts

TALK = {"ja": "ノート", "en": "Talk", "zh": "讨论", "ko": "토론"}
TEMPLATE = {"ja": "Template", "en": "Template", "zh": "Template", "ko": "틀"}
SCHEMA = "http://www.mediawiki.org/xml/export-0.11/"


def wiki_files() -> Iterator[tuple[str, bytes]]:
    """Names as Wikimedia gives them, with ``sample`` in place of the date."""
    for lang in ("ja", "en", "zh", "ko"):
        dump = xml(lang, list(parts(f"wiki/{lang}.txt"))).encode()
        yield f"{lang}wiki-sample-pages-articles.xml.bz2", bz2.compress(dump, 9)
    yield "enwiki-truncated-pages-articles.xml.bz2", truncated()
    yield "wiki-broken.xml", broken().encode()


def truncated() -> bytes:
    """Two bzip2 streams, as in the multistream dumps: two pages in the first, the second cut off."""
    whole = xml("en", list(parts("wiki/en-truncated.txt")), first=201).encode()
    cut = whole.rindex(b"  <page>")
    last = bz2.compress(whole[cut:], 9)
    return bz2.compress(whole[:cut], 9) + last[: len(last) // 2]


def xml(lang: str, pages: list[Part], first: int = 101) -> str:
    body = "".join(page(lang, number, part) for number, part in enumerate(pages, first))
    return f"{head(lang)}{body}</mediawiki>\n"


def head(lang: str) -> str:
    return f"""<mediawiki xmlns="{SCHEMA}" version="0.11" xml:lang="{lang}">
  <siteinfo>
    <sitename>Wikipedia</sitename>
    <dbname>{lang}wiki</dbname>
    <base>https://{lang}.wikipedia.example/wiki/</base>
    <generator>make_sample.py</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">{TALK[lang]}</namespace>
      <namespace key="10" case="first-letter">{TEMPLATE[lang]}</namespace>
    </namespaces>
  </siteinfo>
"""


def page(lang: str, number: int, part: Part) -> str:
    redirect = part.head.get("redirect")
    pointer = f"\n    <redirect title={quoteattr(redirect)} />" if redirect else ""
    size = len(part.body.encode())
    return f"""  <page>
    <title>{escape(part.head["title"])}</title>
    <ns>{part.head["ns"]}</ns>
    <id>{number}</id>{pointer}
    <revision>
      <id>{number * 1000 + len(lang)}</id>
      <parentid>{number * 1000}</parentid>
      <timestamp>2026-01-{number % 28 + 1:02d}T04:05:06Z</timestamp>
      <contributor><ip>192.0.2.{number % 250}</ip></contributor>
      <origin>{number * 1000 + len(lang)}</origin>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes="{size}" xml:space="preserve">{escape(part.body)}</text>
    </revision>
  </page>
"""


def broken() -> str:
    """A dump whose DTD asks a parser to write out ten million letters."""
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">\n' for n in range(1, 8))
    (good,) = parts("wiki/broken.txt")
    bomb = page("ja", 201, Part({"ns": "0", "title": "爆弾"}, "BOMB")).replace("BOMB", "&l7;")
    doctype = f'<!DOCTYPE mediawiki [\n<!ENTITY l0 "あ">\n{steps}]>\n'
    return f'<?xml version="1.0"?>\n{doctype}{head("ja")}{page("ja", 200, good)}{bomb}</mediawiki>\n'
