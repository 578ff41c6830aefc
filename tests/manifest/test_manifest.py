"""A manifest is exact, and each mistake in it is told with its place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from corpus_builder.errors import CallError
from corpus_builder.manifest import Manifest, load
from corpus_builder.store.inputs import expand

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "data_manifests" / "llm_jp_v3.yaml"
GOOD = """
corpus: little
version: "2026.11.1"
seed: 1
tokenizer: {file: t.model, sha256: %s}
sources:
  notes:
    kind: jsonl
    recipe: r.py
    licence: CC0-1.0
    inputs: [notes.jsonl]
    budget_tokens: 1000
""" % ("ab" * 32)


def parse(tmp_path: Path, text: str) -> Manifest:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_target_adds_up_to_the_token() -> None:
    budgets = load(TARGET).corpus.budgets()
    assert len(budgets) == 18
    assert sum(unique for unique, _ in budgets.values()) == 1_657_462_681_636
    assert sum(unique * passes for unique, passes in budgets.values()) == 2_072_488_058_295


def test_the_target_takes_as_many_steps_as_the_run_did() -> None:
    corpus = load(TARGET).corpus
    consumed = sum(unique * passes for unique, passes in corpus.budgets().values())
    assert -(-consumed // (corpus.sequence_length * corpus.global_batch)) == 292_812


def test_japanese_of_the_target_is_as_published() -> None:
    budgets = load(TARGET).corpus.budgets()
    japanese = {n: b for n, b in budgets.items() if n.startswith(("ja_", "kaken"))}
    assert sum(unique for unique, _ in japanese.values()) / 1e9 == pytest.approx(592.19, abs=0.005)
    assert sum(unique for unique, passes in japanese.values() if passes == 2) / 1e9 == pytest.approx(415.03, abs=0.005)


def test_levels_are_lines_of_one_reading() -> None:
    corpus = load(TARGET).corpus
    assert list(corpus.lines("ja_cc")) == ["ja_cc1", "ja_cc2", "ja_cc3"]
    assert list(corpus.lines("kaken")) == ["kaken"]


def test_budgets_scale_as_integers(tmp_path: Path) -> None:
    corpus = parse(tmp_path, GOOD + "scale: 1e-2\n").corpus
    assert corpus.scale == Decimal("0.01") and corpus.budgets() == {"notes": (10, 1)}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("budget_tokens: 1000", "budget_tokens: many"), r"at \$\.sources\.notes\.budget_tokens: .*'many'"),
        (("licence:", "license:"), r"at \$\.sources\.notes\.license: nobody knows this key"),
        (("kind: jsonl", "kind: jsonlines"), r"at \$\.sources\.notes\.kind: .*'jsonlines'"),
        (("seed: 1", "seed: -1"), r"at \$\.seed: .*-1"),
        (("ab" * 32, "abc"), r"at \$\.tokenizer\.sha256: .*'abc'"),
        (("[notes.jsonl]", "[{path: 3}]"), r"at \$\.sources\.notes\.inputs\[0\]\.path: "),
        (("    budget_tokens: 1000\n", ""), r"at \$\.sources\.notes: needs budget_tokens"),
        (("inputs: [notes.jsonl]", ""), r"at \$\.sources\.notes: needs inputs, or expected"),
        (("seed: 1", "seed: 1\nseed: 2"), r"the key 'seed' stands twice"),
        (("sources:", "sources: ["), r"not YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(CallError, match=told):
        parse(tmp_path, GOOD.replace(*change))


def test_a_level_cannot_have_the_name_of_a_source(tmp_path: Path) -> None:
    levels = "    levels: {notes2: {budget_tokens: 1}, notes: {budget_tokens: 1}}\n"
    other = GOOD.split("sources:\n")[1].replace("notes:", "more:")
    with pytest.raises(CallError, match="'notes' stands for more than one"):
        parse(tmp_path, GOOD + other.replace("    budget_tokens: 1000\n", levels))


def test_an_absent_manifest_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="cannot be read"):
        load(tmp_path / "none.yaml")


def test_a_missing_input_is_an_error_that_names_its_entry(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"\$\.sources\.notes\.inputs\[0\]: notes\.jsonl cannot be opened"):
        expand(parse(tmp_path, GOOD), "notes")


def test_a_pattern_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"inputs\[0\]: '\*\.jsonl' matches no file"):
        expand(parse(tmp_path, GOOD.replace("[notes.jsonl]", "['*.jsonl']")), "notes")


def test_an_input_listed_twice_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text("{}\n")
    with pytest.raises(CallError, match="listed twice"):
        expand(parse(tmp_path, GOOD.replace("[notes.jsonl]", "[notes.jsonl, '*.jsonl']")), "notes")


def test_lists_give_paths_and_checksums(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text("{}\n")
    (tmp_path / "all.txt").write_text(f"# a list\nnotes.jsonl\t{'a' * 64}\n")
    [ref] = expand(parse(tmp_path, GOOD.replace("[notes.jsonl]", "[{list: all.txt}]")), "notes")
    assert (ref.name, ref.bytes, ref.sha256) == ("notes.jsonl", 3, "a" * 64)


def test_a_changed_file_of_the_same_size_is_another_input(tmp_path: Path) -> None:
    manifest = parse(tmp_path, GOOD)
    samples = set()
    for text in ("{}\n", "[]\n"):
        (tmp_path / "notes.jsonl").write_text(text)
        samples.add(expand(manifest, "notes")[0].sample)
    assert len(samples) == 2


def test_one_file_under_two_names_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text("{}\n")
    with pytest.raises(CallError, match="again; its documents would count twice"):
        expand(parse(tmp_path, GOOD.replace("[notes.jsonl]", "[notes.jsonl, ./notes.jsonl]")), "notes")


@pytest.mark.parametrize("line", ["notes.jsonl\tabc", "notes.jsonl\t" + "g" * 64])
def test_a_checksum_that_is_none_is_told_before_anything_is_read(tmp_path: Path, line: str) -> None:
    (tmp_path / "all.txt").write_text(line + "\n")
    with pytest.raises(CallError, match="which is none"):
        expand(parse(tmp_path, GOOD.replace("[notes.jsonl]", "[{list: all.txt}]")), "notes")
