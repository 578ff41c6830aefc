"""Reads KAKEN's project XML (NII, XML definition 4.3.0): one document for each award and language.

An award holds a synthesised summary for each language and the paragraphs of its yearly reports, which
repeat much of it and are mostly not marked with a language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from corpus_builder.sources.reading import Document, Dropped, Input, Poisoned, Reading, Watch
from corpus_builder.sources.xml_elements import Outside, Record, records

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ROOTS = ("grantAwards", "grantAwardList", "grants", "grantAward")
TYPES = frozenset(
    (
        "purpose",
        "abstract",
        "outline_of_research_initial",
        "outline_of_research_achievement",
        "outline_of_research_performance",
        "significance_of_research_achievement",
        "implementation_schedule",
        "progress",
        "planning_scheme",
        "assessment",
        "assessment_result",
        "inspection",
        "conclusion",
    )
)
"""The paragraph types about research; budgets, carried-over money, remarks and notes are left out."""
PLACEHOLDER = re.compile(
    r"(?:記入|記載|記述)(?:事項|内容)?(?:し(?:ない|ません)|せず|なし|無し|不要|(?:の必要)?[はが]?(?:ない|無い)|できない)$"
    r"|該当(?:する.{1,12})?(?:しない|せず|(?:事項)?[はが]?(?:なし|無し|ない|無い))$"
    r"|(?:辞退|廃止|中断)(?:する|した|の)?(?:ため|予定|こと(?:に|と)(?:なった|した))$"
    r"|最終年度(?:である|となる|の)?(?:ため|につき)$"
    r"|^(?:特に)?(?:な[しい]|無し|未記入|未定|同上|上記の?(?:とおり|通り)|上記と(?:同じ|同様)|非公開|省略)$"
    r"|^(?:none|nothing|n/?a|not applicable|same as above|no (?:entry|data|description))$",
    re.IGNORECASE,
)
LONGEST_PLACEHOLDER = 80
MARKS = " \t\n　。．.、,()（）「」-ー―*※・"
JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u3005\u4e00-\u9fff\uff66-\uff9d]")
WRAPPED = re.compile(r"[ \t]*\r?\n[ \t]{2,}")


class _Paragraph(NamedTuple):
    language: str
    text: str


def read_kaken(input: Input, watch: Watch) -> Iterator[Reading]:
    """``<grantAward>`` elements of any number of concatenated API responses, or of none.

    Text is the title, a blank line, and the paragraphs about research, the summary's before the reports',
    each once and none that only says that nothing was entered. A paragraph goes to the language that it is
    written in whatever it is marked as, so that no document mixes them. An award without any text is
    ``Dropped("empty_text")``.
    """
    for each in records(input, watch, "grantAward", ROOTS, "not_kaken_awards"):
        if isinstance(each, Record):
            yield from _award(input.name, each)
        elif not isinstance(each, Outside):
            yield each


def _award(name: str, record: Record) -> Iterator[Reading]:
    award = record.element
    number = award.get("id") or award.get("awardNumber")
    if not number:
        message = f"{name}: an award without an id"
        yield Poisoned("no_id", message, record.offset, record.length)
        return
    titles = _titles(award)
    paragraphs = list(dict.fromkeys(_paragraphs(award)))
    languages = [each for each in ("ja", "en") if each in titles or any(p.language == each for p in paragraphs)]
    for language in languages:
        body = "\n\n".join(p.text for p in paragraphs if p.language == language)
        yield Document(
            identity=f"{number}\n{language}",
            text="\n\n".join(filter(None, (titles.get(language), body))),
            url=_text(award.find("urlList/url")) or None,
            date=award.findtext("modified") or award.findtext("created"),
            offset=record.offset,
            length=record.length,
            meta=_meta(award, language),
        )
    if not languages:
        yield Dropped("empty_text", record.offset)


def _titles(award: Element) -> dict[str, str]:
    """The title of each language; one that is marked wrongly counts for the language it is in."""
    found: dict[str, str] = {}
    for summary in award.findall("summary"):
        title = _text(summary.find("title"))
        if title:
            found.setdefault(_language(title, summary.get(LANG), least=0.05), title)
    return found


def _paragraphs(award: Element) -> Iterator[_Paragraph]:
    marked = [(each, summary.get(LANG)) for summary in award.findall("summary") for each in _lists(summary)]
    marked += [(each, each.get(LANG)) for each in _lists(award)]
    for each, mark in marked:
        for paragraph in each.findall("paragraph"):
            text = _text(paragraph)
            if text and not _says_nothing(text):
                yield _Paragraph(_language(text, mark), text)


def _lists(parent: Element) -> list[Element]:
    found = [each for each in parent.findall("paragraphList") if each.get("type") in TYPES]
    return sorted(found, key=lambda each: _number(each.get("sequence") or each.get("sequecne")))


def _number(text: str | None) -> int:
    """A sequence number; ``sequecne`` is how the definition itself spells one of them."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _language(text: str, mark: str | None, least: float = 0.2) -> str:
    """``ja`` or ``en`` by script, where ``least`` of the letters must be Japanese for ``ja``.

    A Japanese paragraph may quote much English, an English one hardly any Japanese. The mark decides
    only where there are no letters.

    >>> _language("ｐＨ7のＤＮＡの構造を解析した", "en"), _language("On 短歌 and other poems", "ja")
    ('ja', 'en')
    """
    letters = sum(map(str.isalpha, text))
    if not letters:
        return mark if mark in ("ja", "en") else "ja"
    return "ja" if len(JAPANESE.findall(text)) >= least * letters else "en"


def _says_nothing(text: str) -> bool:
    """
    >>> _says_nothing("次年度は研究を行わないため、記入しない。"), _says_nothing("土器に記入しない印を調べた例")
    (True, False)
    """
    bare = text.strip(MARKS)
    return not bare or (len(bare) <= LONGEST_PLACEHOLDER and bool(PLACEHOLDER.search(bare)))


def _text(element: Element | None) -> str:
    """Its text; a line break with an indent is of the file's layout, any other is the author's."""
    if element is None:
        return ""
    text = "".join(element.itertext()).strip()
    if "\n" not in text:
        return text
    return WRAPPED.sub("" if _language(text, None) == "ja" else " ", text)


def _meta(award: Element, language: str) -> dict[str, str]:
    summary = next((s for s in award.findall("summary") if s.get(LANG) == language), award.find("summary"))
    found = {"lang": language, "awardNumber": award.get("awardNumber") or ""}
    if summary is not None:
        found["category"] = _text(summary.find("category"))
        found["institution"] = _text(summary.find("institution"))
    return {key: value[:200] for key, value in found.items() if value}
