"""What the names in markup say of a container: its element, class, id and role.

The words are those that site templates use, English and romanised Japanese; they are matched as
whole parts of a name (``l-side-nav``: l, side, nav), never inside a word.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

MAIN, NEUTRAL, WEAK, BAD, WORST, TALK, HIDDEN, THIN = 1, 0, -1, -2, -3, -4, -5, -6
"""``WORST``: site furniture; ``BAD``: matter beside the text; ``TALK``: readers' comments; ``THIN``: headers
and dates, names and categories, where headings and sentences are text all the same."""


class Hint(NamedTuple):
    """``level`` is one of the constants above; ``name`` is the word that said so."""

    level: int
    name: str


NONE = Hint(NEUTRAL, "")

READ = 500  # characters of attributes that are looked at: longer ones carry data, not names
_NAMES = re.compile(r'\s(?:class|id|role)="([^"]*)"')
_CLASSES = re.compile(r'\s(?:class|role)="([^"]*)"')
_HIDDEN = re.compile(r'\shidden="|\sstyle="[^"]*(?:display:\s*none|visibility:\s*hidden)')
_MAIN = re.compile(r'\s(?:role="main"|itemprop="articleBody"|id="honbun")')
_STATE = re.compile(r"(?:^|\s)(?:has|with|no|without|is|not)[-_]\S+")


def _parts(words: str) -> re.Pattern[str]:
    alternatives = "|".join(words.split())
    return re.compile(rf"(?:^|[\s_-])({alternatives})(?=$|[\s_-])", re.IGNORECASE)


_WORST = _parts(
    r"(?:g|global|site|sub|side|local|page|head|foot|top|bottom)?-?(?:navi?|navigation|menu)s?"
    r" navbar page-?nav\w* (?:site|page|global)?-?footer foot page-?top contentinfo copyright"
    r" side-?bar side-?(?:menu|column)? breadcrumbs? bread crumbs? pan-?kuzu topic-?path"
    r" pagination pager paging cookie\w* consent gdpr skip-?\w* screen-reader\w* noprint popup"
    r" modal login signin signup"
)
_TALK = _parts(r"comments?\w* disqus\w* replies reviews?-?list")
_BAD = _parts(
    r"social\w* share\w* sns\w* twitter tweet facebook fb hatena\w* bookmarks?"
    r" related\w* recommend\w* ranking popular pickup osusume kanren complementary"
    r" advert\w* ads? adsense banners? sponsor\w* promo\w* pr cm affiliate newsletter subscribe"
    r" colophon legal tags tag-?list tag-?cloud categories archives?-?list sitemap search\w*"
    r" respond trackbacks? widgets? tool-?box toolbar utility print\w* feedback"
    r" author-?(?:bio|box|info) profile"
    r" toc table-of-contents mokuji"
)
_THIN = _parts(r"byline meta post-?meta entry-?meta metadata")
_CONTENT = _parts(
    r"article-?body post-?(?:body|content|text) entry-?(?:body|content|text|more) story-?body"
    r" main-?(?:content|contents|text|body) content-?body honbun body-?text article story hentry"
    r" post entry content contents main"
)
_TAGS = {
    "main": Hint(MAIN, "main"),
    "article": Hint(MAIN, "article"),
    "nav": Hint(WORST, "nav"),
    "footer": Hint(WORST, "footer"),
    "search": Hint(WORST, "search"),
    "noscript": Hint(WORST, "noscript"),
    "aside": Hint(BAD, "aside"),
    "header": Hint(THIN, "header"),
    "form": Hint(WEAK, "form"),
    "menu": Hint(WEAK, "menu"),
}
# Their names say little of the text: the state of the page, a post that is embedded to be quoted.
_UNNAMED = frozenset({"body", "blockquote", "frameset"})
# Their ids are made from their own text, to be linked to: <h3 id="comments">. So are those of sections
# that documentation tools write: <section id="comments"> and <div class="section" id="comments">.
_ANCHORS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})


def of(tag: str, attributes: str) -> Hint:
    """What an element's tag and attributes (as serialised, with the space before them) say of it.

    >>> of("div", ' class="l-sidebar"') == Hint(WORST, "sidebar"), of("div", ' class="considered"')
    (True, Hint(level=0, name=''))
    """
    return _of(tag, attributes[:READ])


@functools.lru_cache(maxsize=16384)
def _of(tag: str, attributes: str) -> Hint:
    known = _TAGS.get(tag, NONE)
    if not attributes:
        return known
    if _HIDDEN.search(attributes):
        return Hint(HIDDEN, "hidden")
    if known is not NONE or tag in _UNNAMED:
        return known
    if _MAIN.search(attributes):
        return Hint(MAIN, "main")
    naming = _CLASSES if tag in _ANCHORS or _is_section(tag, attributes) else _NAMES
    names = _STATE.sub("", " ".join(naming.findall(attributes)))
    if not names:
        return NONE
    for level, pattern in ((WORST, _WORST), (TALK, _TALK), (BAD, _BAD), (THIN, _THIN)):
        if found := pattern.search(names):
            # "content-sidebar-wrap": a name that also says content is believed less readily.
            return Hint(BAD if _CONTENT.search(names) else level, found[1].lower())
    return NONE


def _is_section(tag: str, attributes: str) -> bool:
    return ' class="section"' in attributes or (tag == "section" and "class=" not in attributes)
