"""Wikitext to plain text: paragraphs, headings and list items; no notes, tables, link lists.

Pages are written by anyone, so no pattern here can run twice over what it has read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache

from corpus_builder.extract.wikibrackets import flattened

EXTENSION = re.compile(
    r"<(ref|gallery|math|chem|ce|timeline|score|graph|mapframe|maplink|imagemap|hiero|table"
    r"|categorytree|templatedata|templatestyles|inputbox|includeonly|indicator|section|references"
    r"|nowiki|pre|source|syntaxhighlight)\b([^<>]*)>",
    re.IGNORECASE,
)
VERBATIM = frozenset(("nowiki", "pre", "source", "syntaxhighlight"))
MARKUP = str.maketrans({mark: f"&#{ord(mark)};" for mark in "{}[]|'<>=*#:;-_~!"})
RUBY_READING = re.compile(r"<(rt|rp)\b[^<>]*>[^<>]*(?:</\1\s*>)?", re.IGNORECASE)
EXTERNAL = re.compile(r"\[(?:https?:|ftp:|mailto:|//)[^\s\[\]]*+[ \t]*+([^\[\]\n]*+)\]", re.IGNORECASE)
VARIANT = re.compile(r"-\{(?:([A-Z]|zh[\w;-]{0,80})\|)?([^{}]*+)\}-")
QUOTES = re.compile(r"'{2,}")
BREAK = re.compile(
    r"<(?:br|hr)\b[^<>]*>|</?(?:p|div|blockquote|center|poem|[uod]l|li|dd|dt|tr)\b[^<>]*>",
    re.IGNORECASE,
)
TAG = re.compile(
    r"</?(?:abbr|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|h[1-6]|i|ins|kbd|mark|noinclude"
    r"|onlyinclude|q|rb|rbc|rtc|ruby|s|samp|small|span|strike|strong|sub|sup|t[dh]|time|tt|u|var"
    r"|wbr|ref|references|math|gallery|nowiki|pre|source|table)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
SWITCH = re.compile(r"__[A-Z]{3,25}__|__[ァ-ヶー一-龠]{2,12}__")
SPACES = re.compile(r"[ \t\r\n\xa0\u200b\u200e\u200f\ufeff]+")
MARKER = re.compile(r"[*#:;]+[ \t]*")
EMPTY = re.compile(r"（[\s、，,;；:：・/]{0,20}）|(?:[ ]|(?<![\w)]))\([\s、，,;；:：・/]{0,20}\)")
LEADING = re.compile(r"(?<=[（(])[\s、，,;；]{1,20}")
REPEATED = re.compile(r"([、，])(?:[ ]?\1){1,40}|(,)(?: ,){1,40}")
LEFTOVER = re.compile(r"(?:[-–—:：、，,・][ \u3000]+)+")
TRAILING = re.compile(r"[\s、，,;；]{1,20}(?=[）)])")

CUT = {
    "ja": """脚注 注釈 注記 註釈 註 注 出典 典拠 参照 参照文献 参考文献 参考書籍 参考資料 参考
        引用文献 文献 関連項目 日本国内の関連項目 関連文献 関連書籍 関連リンク 関連サイト
        その他関連事項 外部リンク 外部サイト リンク""",
    "en": """references reference notes note footnotes citations sources bibliography see_also
        further_reading external_links external_link works_cited endnotes explanatory_notes
        general_references related_pages other_websites""",
    "zh": """参考文献 參考文獻 参考资料 參考資料 参见 參見 参看 參看 参考 參考 参考来源 參考來源
        来源 來源 資料來源 资料来源 外部链接 外部連結 外部鏈接 相关链接 相關連結 注释 注釋 註釋
        注解 註解 脚注 腳註 脚註 腳注 备注 備註 延伸阅读 延伸閱讀 扩展阅读 擴展閱讀 相关条目
        相關條目""",
    "ko": """각주 주석 출처 내용주 참고_문헌 참고_자료 참조 같이_보기 함께_보기 관련_항목 관련_문서
        외부_링크 외부_고리 바깥_고리 더_읽어보기 더_읽을거리""",
}
AND = re.compile(r"・|、|,|／|/|＆|&|および|及び|与|與|和|と|\band\b|\s및\s")


def to_text(source: str, language: str | None = None, namespaces: frozenset[str] = frozenset()) -> str:
    r"""The running text of a page: paragraphs, headings and list items, one a line.

    ``language`` (``ja en zh ko``) picks the headings whose sections are left out (notes, sources,
    links), English ones always; None or another code means all. ``namespaces`` are further names,
    in lower case, under which files and categories go on the wiki in question.

    >>> to_text("'''東京'''（{{lang|en|Tokyo}}、{{要出典}}）は[[日本]]の[[首都|都]]。<ref>x</ref>")
    '東京（Tokyo）は日本の都。'
    >>> to_text("A\n== 脚注 ==\nB\n=== c ===\nC\n== D ==\n* E").splitlines()
    ['A', '', 'D', '- E']
    """
    text = _without_extensions(_without_comments(source))
    text = flattened(text, namespaces)
    text = VARIANT.sub(_variant, EXTERNAL.sub(r"\1", text))
    text = QUOTES.sub(_apostrophes, text)
    text = SWITCH.sub("", TAG.sub("", BREAK.sub("\n", text)))
    return "\n".join(_lines(text, _cut_sections(language)))


def _without_comments(source: str) -> str:
    kept, at = [], 0
    while (start := source.find("<!--", at)) >= 0:
        kept.append(source[at:start])
        end = source.find("-->", start + 4)
        at = end + 3 if end >= 0 else len(source)
    kept.append(source[at:])
    return "".join(kept)


def _without_extensions(source: str) -> str:
    """References, formulas, galleries go; verbatim text stays, its marks turned into entities."""
    kept: list[str] = []
    at = 0
    endless: set[str] = set()
    while found := EXTENSION.search(source, at):
        kept.append(source[at : found.start()])
        name, at = found[1].lower(), found.end()
        if found[2].endswith("/") or name in endless:
            continue
        end = _ending(name).search(source, at)
        if end is None:
            endless.add(name)
            continue
        if name in VERBATIM:
            kept.append(source[at : end.start()].translate(MARKUP))
        at = end.end()
    kept.append(source[at:])
    return RUBY_READING.sub("", "".join(kept))


@cache
def _ending(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>", re.IGNORECASE)


def _variant(found: re.Match[str]) -> str:
    """``-{zh-hans:A; zh-hant:B}-``: the first variant. Flags other than ``A`` show nothing."""
    flag, content = found[1], found[2]
    if flag in ("H", "T", "D", "N"):
        return ""
    first = content.split(";")[0]
    head, colon, value = first.partition(":")
    return value.strip() if colon and head.strip().startswith("zh") else content


def _apostrophes(found: re.Match[str]) -> str:
    """Two mark italics, three bold, five both; a fourth or sixth is an apostrophe."""
    count = len(found[0])
    return "'" if count == 4 else "'" * max(count - 5, 0)


def _lines(text: str, cut: frozenset[str]) -> Iterator[str]:
    """Clean lines; headings wait for a line below them, and those that get none are left out."""
    waiting: list[tuple[int, str]] = []
    skipped, blank, begun = 0, False, False
    for raw in text.split("\n"):
        line = raw.strip(" \t")
        if line.startswith("=") and (heading := _heading(line)):
            level, title = heading
            if skipped and level > skipped:
                continue
            skipped = level if _is_cut(title, cut) else 0
            while waiting and waiting[-1][0] >= level:
                waiting.pop()
            if title and not skipped:
                waiting.append(heading)
        elif not skipped and not _of_a_table(line):
            line = _line(line)
            if not line:
                blank = True
                continue
            if begun and (blank or waiting):
                yield ""
            yield from (title for _, title in waiting)
            yield line
            waiting, blank, begun = [], False, True


def _of_a_table(line: str) -> bool:
    """Rows of a table that never closes, or that templates open and close."""
    return line.startswith("|") or (line.startswith("!") and ("|" in line or "!!" in line))


def _heading(line: str) -> tuple[int, str] | None:
    left, right = len(line) - len(line.lstrip("=")), len(line) - len(line.rstrip("="))
    level = min(left, right, 6)
    if not level or left == len(line):
        return None
    return level, _plain(line[level:-level])


def _line(line: str) -> str:
    """One line in plain text; list items begin with "- ", rules and remnants are ""."""
    marker = MARKER.match(line)
    body = _plain(line[marker.end() :] if marker else line)
    if not body.strip("-|!"):
        return ""
    if marker and ("*" in marker[0] or "#" in marker[0]):
        leftover = LEFTOVER.match(body)
        return f"- {body[leftover.end() :] if leftover else body}"
    return body


def _plain(text: str) -> str:
    text = SPACES.sub(" ", html.unescape(text) if "&" in text else text)
    if "（" in text or "(" in text:
        text = EMPTY.sub("", TRAILING.sub("", LEADING.sub("", EMPTY.sub("", text))))
    if "、" in text or "," in text or "，" in text:
        text = REPEATED.sub(r"\1\2", text)
    return text.strip()


def _is_cut(title: str, cut: frozenset[str]) -> bool:
    """Whether every part of a heading such as 「脚注・出典」 or "Notes and references" is cut."""
    name = title.lower()
    return _bare(name) in cut or all(_bare(part) in cut for part in AND.split(name))


def _bare(name: str) -> str:
    return "".join(name.replace("_", " ").split())


@cache
def _cut_sections(language: str | None) -> frozenset[str]:
    languages = {language, "en"} if language in CUT else set(CUT)
    return frozenset(_bare(name) for each in languages if each for name in CUT[each].split())
