"""Who reads a page: the extractor that the recipe names, and a second one where the first finds next to nothing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from archives import page, warc

from corpus_builder.documents import read as stage
from corpus_builder.errors import CallError
from corpus_builder.extract import by_trafilatura, html
from corpus_builder.extract.main_text import main_text
from corpus_builder.recipe import Recipe, load
from corpus_builder.sources.reading import Document, Input, NoWatch
from corpus_builder.sources.web import read_common_crawl
from corpus_builder.store.inputs import InputRef
from filters import long_enough

LINE = "きょうはとてもよいおてんきなので、まちのとしょかんまであるいていきました。"
# A page of which a rule of ours keeps nothing: its whole text stands in elements named as site furniture.
HIDDEN = "<html><body><footer>" + f"<p>{LINE}</p>" * 40 + "</footer></body></html>"


def document(data: bytes, extractor: str) -> Document:
    (found,) = read_common_crawl(Input(io.BytesIO(warc([data])), "made.warc.gz", extractor), NoWatch())
    assert isinstance(found, Document)
    return found


def test_the_recipe_says_who_reads() -> None:
    ours, theirs = document(page(0), "japanese"), document(page(0), "trafilatura")
    assert ours.text == html.extract(page(0).decode()).text
    assert theirs.text == by_trafilatura.extract(page(0).decode()).text
    assert ours.meta["title"] == theirs.meta["title"] == "頁0"


def test_another_extractor_is_another_unit() -> None:
    recipes = [Recipe("r", 1, ((long_enough(10),),), None, extractor) for extractor in ("japanese", "trafilatura")]
    ref = InputRef("a.warc.gz", "a.warc.gz", 1, "0", None)
    one, two = (stage.plan("cc", "common_crawl", [ref], recipe, True)[0].key for recipe in recipes)
    assert one != two


def test_an_extractor_that_could_not_be_used_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recipe.py"
    path.write_text(
        "from corpus_builder.recipe import Recipe\nfrom filters import long_enough\n"
        "RECIPE = Recipe('r', 1, ((long_enough(10),),), None, 'lynx')\n"
    )
    with pytest.raises(CallError, match="'lynx'; there are japanese, trafilatura"):
        load(path)


def test_a_second_opinion_is_asked_where_little_comes_of_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "extract", lambda markup: html.Page("あ", "", 0, 1, 0))
    found, who = main_text(f"<html><body><article>{f'<p>{LINE}</p>' * 40}</article></body></html>")
    assert who == "trafilatura" and found is not None and found.text.count(LINE) == 40


def test_menus_need_no_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_trafilatura, "extract", lambda markup: pytest.fail("was asked"))
    menu = "".join(f'<li><a href="/{i}">{LINE}</a></li>' for i in range(40))
    assert main_text(f"<html><body><ul>{menu}</ul></body></html>")[1] == "japanese"
    assert main_text(f"<html><body><p>{LINE}</p></body></html>")[1] == "japanese"
