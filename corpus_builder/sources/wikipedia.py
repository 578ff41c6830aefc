"""Reads a MediaWiki dump (pages-articles, of one or many bzip2 streams): one document an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element

from corpus_builder.extract.wikitext import to_text
from corpus_builder.sources.reading import Document, Dropped, Input, Poisoned, Reading, Watch
from corpus_builder.sources.xml_elements import Outside, Record, records

DATABASE = re.compile(r"([a-z][a-z0-9_]*?)wik(?:i|tionary|ibooks|inews|iquote|isource|iversity)")
HEAD = re.compile(rb"<(dbname|base)>([^<]{1,500})</")
LANGUAGE = re.compile(rb"""<mediawiki\b[^>]{0,2000}?\bxml:lang=["']([\w-]{2,20})["']""")
FILES = re.compile(rb"""<namespace\b[^>]{0,200}?\bkey=["'](?:6|14|-2)["'][^>]{0,200}>([^<]{1,100})</""")
DISAMBIGUATION = re.compile(
    r"""\{\{[ _\n]*(?:Template:)?
    (?:dmbox|(?:人名の|地名の|同名の)?(?:aimai|曖昧さ回避)(?:[ _](?:人名|地名))?
      |disambig(?:uation)?(?:[ _-](?:cleanup|page)|[ _]cjkv)?|disamb|dab|hndis|hndab|geodis|mathdab
      |numberdis|schooldis|letter-number[ ]combdisambig|[\w ]{1,40}[ _]disambiguation(?:[ _]page)?
      |(?:人名|地名)?消歧[义義](?:页|頁)?|동음이의(?:어)?(?:[ _]문서)?|동명이인)
    [ _\n]*(?:\||\}\})""",
    re.IGNORECASE | re.VERBOSE,
)
SWITCH = "__DISAMBIG__"
REDIRECT = re.compile(r"\s*[#＃](?:redirect|転送|重定向|넘겨주기)\b", re.IGNORECASE)


class _Wiki(NamedTuple):
    name: str
    base: str
    language: str | None
    files: frozenset[str]


def read_wikipedia(input: Input, watch: Watch) -> Iterator[Reading]:
    """Articles (namespace 0) that are no redirect and no disambiguation page, as plain text.

    The title is the first line of a text. ``date`` is that of the revision; of several revisions the
    last is read. An identity is the wiki's database name (else its host), page and revision.
    """
    wiki = _wiki(input.name, b"")
    known = False
    found = records(input, watch, "page", ("mediawiki",), "not_mediawiki_pages")
    for each in found:
        if isinstance(each, Outside):
            if not known:
                wiki, known = _wiki(input.name, each.data), True
        elif isinstance(each, Poisoned):
            yield each
        else:
            yield _reading(input.name, wiki, each)


def _wiki(name: str, head: bytes) -> _Wiki:
    """What the dump's head says of itself; its file's name stands in where it has none."""
    said = {key.decode(): value.decode("utf-8", "replace") for key, value in HEAD.findall(head)}
    from_name = DATABASE.match(name)
    base = said.get("base", "")
    database = said.get("dbname") or (from_name[0] if from_name else "")
    named = LANGUAGE.search(head)
    coded = DATABASE.fullmatch(database)
    language = named[1].decode() if named else coded[1].replace("_", "-") if coded else None
    files = frozenset(name.decode("utf-8", "replace").lower() for name in FILES.findall(head))
    return _Wiki(database or urlsplit(base).netloc, base, language, files)


def _reading(name: str, wiki: _Wiki, record: Record) -> Reading:
    page = record.element
    title, number = page.findtext("title"), page.findtext("id")
    revisions = page.findall("revision")
    if not title or not number or not revisions:
        message = f"{name}: page {number or '?'} lacks a title, an id or a revision"
        return Poisoned("page_incomplete", message, record.offset, record.length)
    revision = max(revisions, key=lambda each: each.findtext("timestamp") or "")
    source = revision.findtext("text") or ""
    reason = _objection(page, revision, source)
    if reason:
        return Dropped(reason, record.offset)
    body = to_text(source, wiki.language, wiki.files)
    if not body:
        return Dropped("empty_text", record.offset)
    return Document(
        identity=f"{wiki.name}\n{number}\n{revision.findtext('id') or ''}",
        text=f"{title}\n\n{body}",
        url=_url(wiki.base, title),
        date=revision.findtext("timestamp"),
        offset=record.offset,
        length=record.length,
        meta={"lang": wiki.language} if wiki.language else {},
    )


def _objection(page: Element, revision: Element, source: str) -> str | None:
    if (page.findtext("ns") or "0").strip() != "0":
        return "namespace"
    if page.find("redirect") is not None or REDIRECT.match(source):
        return "redirect"
    if (revision.findtext("model") or "wikitext") != "wikitext":
        return "content_model"
    if not source.strip():
        return "empty_text"
    if SWITCH in source or DISAMBIGUATION.search(source):
        return "disambiguation"
    return None


def _url(base: str, title: str) -> str | None:
    """The page's address, from that of the wiki's main page.

    >>> _url("https://ja.wikipedia.org/wiki/%E3%83%A1", "A b/c")
    'https://ja.wikipedia.org/wiki/A_b/c'
    """
    if not base:
        return None
    head, slash, _ = base.rpartition("/")
    if "/wiki/" in base:
        head, slash = base.split("/wiki/")[0], "/wiki/"
    return head + slash + quote(title.replace(" ", "_"), safe="/:@!$*,;()~'")
