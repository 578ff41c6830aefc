"""The house: who may import whom, which heavy package lives where, and what the wheel holds."""

from __future__ import annotations

import ast
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parent.parent

# From the bottom up. A room may import itself and what stands above it in this list, nothing below.
STAIRCASE = [
    "filters",
    "corpus_builder.errors",
    "corpus_builder.versions",
    "corpus_builder.recipe",
    "corpus_builder.datatrove",
    "corpus_builder.manifest",
    "corpus_builder.selection.book",
    "corpus_builder.store",
    "corpus_builder.extract",
    "corpus_builder.sources",
    "corpus_builder.selection",
    "corpus_builder.engine",
    "corpus_builder.documents",
    "corpus_builder.dedup",
    "corpus_builder.tokens",
    "corpus_builder.audit",
    "corpus_builder.estimate",
    "corpus_builder.order",
    "corpus_builder.build",
    "corpus_builder.crawl",
    "corpus_builder.cli",
]

# A heavy package is imported in these modules only, so that it can be replaced, and is paid for only there.
HOMES = {
    "ray": {"corpus_builder.engine.ray_runner"},
    "warcio": {"corpus_builder.crawl.archive"},
    "scrapy": {"corpus_builder.crawl.spider"},
    "sentencepiece": {"corpus_builder.tokens.encoder", "corpus_builder.tokens.train"},
    "pypdfium2": {"corpus_builder.extract.pdf"},
    "pdfminer": {"corpus_builder.extract.pdf_vertical"},
    "isal": {"corpus_builder.sources.place"},
    "fasttext": {"filters.fasttext_model"},
    "datatrove": {"corpus_builder.datatrove"},
    "obstore": {"corpus_builder.store.s3", "corpus_builder.selection.ask"},
    "urllib3": {"corpus_builder.selection.ask"},
    "duckdb": {"corpus_builder.selection.sorter", "corpus_builder.audit.query"},
    "jinja2": {"corpus_builder.audit.report"},
    "pydantic": {"corpus_builder.manifest.model", "corpus_builder.manifest.load"},
}


def modules() -> dict[str, Path]:
    found = {}
    for top in ("filters", "corpus_builder"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(name: str) -> str | None:
    return next((r for r in sorted(STAIRCASE, key=len, reverse=True) if name == r or name.startswith(r + ".")), None)


@pytest.mark.parametrize("module", [m for m in modules() if m != "corpus_builder"])
def test_nobody_looks_up_the_stairs(module: str) -> None:
    here = room(module)
    assert here is not None, f"{module} stands in no room of the staircase"
    allowed = STAIRCASE[: STAIRCASE.index(here) + 1]
    for name in imports(modules()[module]):
        there = room(name)
        assert there is None or there in allowed, f"{module} imports {name}, which stands above it"


@pytest.mark.parametrize("package", HOMES)
def test_a_heavy_package_has_one_home(package: str) -> None:
    users = {m for m, p in modules().items() if any(i.split(".")[0] == package for i in imports(p))}
    assert users <= HOMES[package]


def test_filters_stand_alone() -> None:
    allowed = {"__future__", "pyarrow", "numpy", "numba", "fasttext", "filters"}
    standard = {
        "collections",
        "dataclasses",
        "functools",
        "hashlib",
        "importlib",
        "math",
        "re",
        "string",
        "typing",
        "zlib",
        "unicodedata",
        "itertools",
        "array",
        "pathlib",
    }
    for module, path in modules().items():
        if module.split(".")[0] == "filters":
            tops = {name.split(".")[0] for name in imports(path)}
            assert tops <= allowed | standard, f"{module} imports {tops - allowed - standard}"


def test_recipes_are_data() -> None:
    for path in (ROOT / "pipelines").iterdir():
        assert (path.suffix == ".py" and path.name != "__init__.py") or path.name == "__pycache__", path
        if path.suffix == ".py":
            kinds = {type(node) for node in ast.walk(ast.parse(path.read_text("utf-8")))}
            assert not kinds & {ast.For, ast.While, ast.FunctionDef, ast.Lambda, ast.With, ast.If}, path


def test_the_wheel_holds_two_packages(tmp_path: Path) -> None:
    [wheel] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"corpus_builder", "filters"}
    data = ("corpus_builder/audit/report.html.jinja", "corpus_builder/audit/sample.html.jinja", "filters/han.bin")
    learned = ("filters/quality.bin", "filters/quality.md", "filters/word_lists/adult.txt")
    assert {*data, *learned} <= set(names)


def test_modules_stay_readable() -> None:
    long = {m: n for m, p in modules().items() if (n := len(p.read_text("utf-8").splitlines())) > 300}
    assert not long
