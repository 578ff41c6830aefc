"""Dresses articles as pages: five ways of building a site, from table layouts with ``<br>`` to sectioned HTML5."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import NamedTuple

from sample_text import RUBY, Article, Block, cells, plain


class Words(NamedTuple):
    """The small print of a page in one language."""

    previous: str
    following: str
    share: str
    recent: str
    search: str
    photo: str
    advertisement: str
    published: str
    ranking: str
    newsletter: str
    operator: str
    to_text: str
    sizes: str
    home: str
    related: str
    to_top: str


WORDS = {
    "ja": Words(
        "前の記事", "次の記事", "シェアする", "最近の記事", "検索", "写真はイメージです", "スポンサーリンク",
        "公開：2026.01.09　更新：2026.01.15", "人気記事ランキング",
        "メールマガジンに登録すると、新着記事をお届けします。", "プライバシーポリシー", "本文へ移動",
        "文字サイズ 標準 拡大", "トップページ", "関連する情報", "このページの先頭へ",
    ),
    "zh": Words(
        "上一篇", "下一篇", "分享", "最新文章", "搜索", "图片仅供参考", "广告", "发布于2026年1月9日",
        "热门排行", "订阅邮件，获取最新文章。", "隐私政策", "跳到正文", "字号 标准 放大", "首页", "相关信息",
        "回到顶部",
    ),
    "zh-TW": Words(
        "上一篇", "下一篇", "分享", "最新文章", "搜尋", "圖片僅供參考", "廣告", "發布於2026年1月9日",
        "熱門排行", "訂閱電子報", "隱私權政策", "跳到主要內容", "字級 標準 放大", "首頁", "相關資訊", "回到頂端",
    ),
    "ko": Words(
        "이전 글", "다음 글", "공유하기", "최근 글", "검색", "참고용 사진입니다", "광고", "2026년 1월 9일",
        "인기 글", "새 글을 메일로 받아 보세요.", "개인정보 처리방침", "본문으로", "글자 크기", "홈", "관련 글",
        "맨 위로",
    ),
    "en": Words(
        "Previous", "Next", "Share", "Recent posts", "Search", "Illustration only", "Advertisement",
        "Published 9 January 2026", "Most read", "Get new posts by mail.", "Privacy", "Skip to content",
        "Text size", "Home", "Related", "Back to top",
    ),
}  # fmt: skip


class Site(NamedTuple):
    """What surrounds the articles of one host; ``menu`` and ``side`` are labels of links."""

    host: str
    name: str
    design: str
    menu: tuple[str, ...]
    side: tuple[str, ...]
    footer: str
    lang: str = "ja"


def page(site: Site, article: Article, meta: str) -> str:
    """The HTML of an article on a site. ``meta`` is the charset declaration, or empty."""
    return DESIGNS[site.design](site, article, meta)


def inline(text: str) -> str:
    """Escaped text with ``{漢字|かんじ}`` as ruby."""
    return RUBY.sub(r"<ruby>\1<rp>（</rp><rt>\2</rt><rp>）</rp></ruby>", escape(text, quote=False))


def links(labels: tuple[str, ...], folder: str) -> str:
    return "\n".join(
        f'<li><a href="/{folder}/{number}.html">{escape(label)}</a></li>' for number, label in enumerate(labels, 1)
    )


def block(each: Block, heading: str = "h2", paragraph: str = "p") -> str:
    if each.kind == "h2":
        return f"<{heading}>{inline(each.lines[0])}</{heading}>"
    if each.kind == "ul":
        items = "\n".join(f"<li>{inline(line)}</li>" for line in each.lines)
        return f"<ol>\n{items}\n</ol>"
    if each.kind == "table":
        return table(each.lines)
    return f"<{paragraph}>{inline(each.lines[0])}</{paragraph}>"


def table(rows: tuple[str, ...]) -> str:
    head, *body = (cells(row) for row in rows)
    lines = ["<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body]
    return '<table border="1">\n' + "\n".join(lines) + "\n</table>"


def blog(site: Site, article: Article, meta: str) -> str:
    say = WORDS[site.lang]
    body = "\n".join(block(each, "h3") for each in article.blocks)
    return f"""<!DOCTYPE html>
<html lang="{site.lang}">
<head>
{meta}
<title>{escape(plain(article.title))} - {escape(site.name)}</title>
<link rel="stylesheet" href="/style.css">
<script>var page = {{"section": "entry", "ads": true}};</script>
</head>
<body>
<header id="head"><p class="site"><a href="/">{escape(site.name)}</a></p>
<nav class="gnav"><ul>
{links(site.menu, "category")}
</ul></nav></header>
<div id="wrap">
<main>
<article class="entry">
<h2 class="entry-title">{inline(article.title)}</h2>
<p class="entry-date">2026-01-12 <a href="/category/1.html">{escape(site.menu[0])}</a></p>
<div class="entry-body">
{body}
</div>
<ul class="share"><li><a href="#">{say.share}</a></li></ul>
</article>
<p class="pager"><a href="/prev.html">&laquo; {say.previous}</a>
<a href="/next.html">{say.following} &raquo;</a></p>
</main>
<aside class="sidebar">
<h3>{say.recent}</h3>
<ul>
{links(site.side, "entry")}
</ul>
<form action="/search"><input name="q"><button>{say.search}</button></form>
</aside>
</div>
<footer><small>{escape(site.footer)}</small></footer>
</body>
</html>
"""


def old(site: Site, article: Article, meta: str) -> str:
    """A page of the 1990s: upper case, a layout table, U+3000 indents, and ``<br>`` for paragraphs."""
    pieces = []
    for each in article.blocks:
        if each.kind == "p":
            pieces.append("　" + inline(each.lines[0]) + "<BR>\n<BR>")
        elif each.kind == "h2":
            pieces.append(f'<FONT SIZE="+1"><B>■{inline(each.lines[0])}</B></FONT><BR>')
        else:
            pieces.append(block(each) + "<BR>")
    menu = "<BR>\n".join(f'<A HREF="{number}.html">{escape(label)}</A>' for number, label in enumerate(site.menu, 1))
    body = "\n".join(pieces)
    return f"""<HTML>
<HEAD>
{meta}
<TITLE>{escape(plain(article.title))}</TITLE>
</HEAD>
<BODY BGCOLOR="#FFFFF0" TEXT="#333333">
<CENTER><FONT SIZE="+2">{escape(site.name)}</FONT></CENTER>
<HR>
<TABLE WIDTH="100%"><TR>
<TD VALIGN="top" WIDTH="120">
{menu}
</TD>
<TD VALIGN="top">
<B>{inline(article.title)}</B><BR>
<BR>
{body}
</TD>
</TR></TABLE>
<HR>
<A HREF="index.html">トップへ戻る</A> あなたは 01432 人目のお客様です。<BR>
<ADDRESS>{escape(site.footer)}</ADDRESS>
</BODY>
</HTML>
"""


def office(site: Site, article: Article, meta: str) -> str:
    """A public body: breadcrumbs, ``div`` paragraphs, a contact box and a long list of links."""
    say = WORDS[site.lang]
    body = "\n".join(block(each, "h2", "div") for each in article.blocks)
    return f"""<!DOCTYPE html>
<html lang="{site.lang}">
<head>
{meta}
<title>{escape(plain(article.title))} | {escape(site.name)}</title>
</head>
<body>
<div id="skip"><a href="#main">{say.to_text}</a></div>
<div id="header"><h1>{escape(site.name)}</h1>
<p class="tools">{say.sizes}</p></div>
<div class="menu"><ul>
{links(site.menu, "menu")}
</ul></div>
<p class="breadcrumb"><a href="/">{say.home}</a> &gt;
<a href="/kurashi/">{escape(site.menu[0])}</a> &gt; {inline(article.title)}</p>
<div id="main">
<h2>{inline(article.title)}</h2>
{body}
</div>
<div class="side"><h3>{say.related}</h3><ul>
{links(site.side, "info")}
</ul></div>
<p class="totop"><a href="#header">{say.to_top}</a></p>
<div id="footer"><address>{escape(site.footer)}</address></div>
</body>
</html>
"""


def magazine(site: Site, article: Article, meta: str) -> str:
    say = WORDS[site.lang]
    first, *rest = article.blocks
    body = "\n".join(block(each) for each in rest)
    ranking = "".join(f'<li><a href="/r/{n}">{escape(s)}</a></li>' for n, s in enumerate(site.side))
    return f"""<!doctype html>
<html lang="{site.lang}">
<head>
{meta}
<meta name="viewport" content="width=device-width">
<meta property="og:title" content="{escape(plain(article.title))}">
<title>{escape(plain(article.title))} | {escape(site.name)}</title>
<style>.lead {{ font-weight: bold }} .ad {{ border: 1px solid }}</style>
</head>
<body class="single">
<div class="site-header"><a class="logo" href="/">{escape(site.name)}</a>
<ul class="nav-menu">
{links(site.menu, "topics")}
</ul></div>
<section class="content">
<h1>{inline(article.title)}</h1>
<p class="meta">{say.published}</p>
<figure><img src="/img/main.jpg" alt=""><figcaption>{say.photo}</figcaption></figure>
<div class="lead">{block(first)}</div>
<div class="ad">{say.advertisement}</div>
{body}
</section>
<section class="ranking"><h2>{say.ranking}</h2><ol>{ranking}</ol></section>
<div class="widget newsletter"><p>{say.newsletter}</p></div>
<footer class="site-footer"><ul><li>{say.operator}</li></ul>
<p>{escape(site.footer)}</p></footer>
</body>
</html>
"""


def bare(site: Site, article: Article, meta: str) -> str:
    """Nothing but the text; end tags of paragraphs left out, as HTML allows."""
    body = "\n".join(block(each).removesuffix("</p>") if each.kind == "p" else block(each) for each in article.blocks)
    return f"""<!DOCTYPE html>
{meta}
<title>{escape(plain(article.title))}</title>
<h1>{inline(article.title)}</h1>
{body}
<p><a href="./">{escape(site.name)}</a>
"""


DESIGNS: dict[str, Callable[[Site, Article, str], str]] = {
    "blog": blog,
    "old": old,
    "office": office,
    "magazine": magazine,
    "bare": bare,
}
