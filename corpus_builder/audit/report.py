"""The report: one HTML page without network, the same bytes for the same corpus."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import jinja2

from corpus_builder.audit.audit import Audit


def render(audit: Audit) -> str:
    """The page of an audit."""
    return _template().render(
        audit=audit,
        total=audit.total,
        largest=max(
            (max(line.tokens_unique, line.budget_tokens) for line in audit.lines.values()),
            default=0,
        )
        or 1,
        stages=[(stage, seal["counts"], seal["units"]) for stage, seal in audit.corpus["seals"].items()],
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["n"] = "{:,}".format
    return environment.from_string(files("corpus_builder.audit").joinpath("report.html.jinja").read_text("utf-8"))
