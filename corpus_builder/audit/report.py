"""Pages: the report, and samples to read. Each is one HTML file without network, the same bytes for the same corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2

from corpus_builder.audit.audit import Audit
from corpus_builder.audit.sample import Sampled


def render(audit: Audit) -> str:
    """The page of an audit."""
    return _template("report.html.jinja").render(
        audit=audit,
        total=audit.total,
        largest=max(
            (max(line.tokens_unique, line.budget_tokens) for line in audit.lines.values()),
            default=0,
        )
        or 1,
        stages=[(stage, seal["counts"], seal["units"]) for stage, seal in audit.corpus["seals"].items()],
    )


def render_samples(title: str, corpus: Mapping[str, Any], samples: Sequence[Sampled], shown: int) -> str:
    """A page of documents to read, ``shown`` characters of each."""
    return _template("sample.html.jinja").render(title=title, corpus=corpus, samples=samples, shown=shown)


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["n"] = "{:,}".format
    return environment.from_string(files("corpus_builder.audit").joinpath(name).read_text("utf-8"))
