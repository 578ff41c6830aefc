"""Documents to read with one's own eyes: why documents are out, and a sample of those that are out for one reason."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from corpus_builder.audit.query import Session, quoted
from corpus_builder.audit.views import bounds, measure_column
from corpus_builder.errors import CallError
from filters.pii import find
from filters.quality import weightiest
from filters.words import SHIPPED, found, word_list

FOUND = """
SELECT d.id, d.source, d.url, d."line", {said} AS objections, 'duplicate/' || x.reason AS duplicate, x.kept,
  x.kept_line, x.similarity, d.path, d.row
FROM all_documents d LEFT JOIN duplicates x ON d.path = x.path AND d.row = x.row WHERE {source}
"""
REASONS = """
WITH said AS (SELECT source, objections, unnest(objections) AS reason FROM ({found}))
SELECT source, 'objection' AS what, reason, count(*) AS documents, count(*) FILTER (objections[1] = reason) AS first,
  count(*) FILTER (len(objections) = 1) AS sole FROM said GROUP BY ALL
UNION ALL SELECT source, 'duplicate', duplicate, count(*), NULL, NULL FROM ({found}) WHERE duplicate IS NOT NULL
  AND {line} GROUP BY ALL
UNION ALL SELECT source, 'dropped', key, sum(value), NULL, NULL FROM stats
  WHERE stage = 'read' AND metric = 'rows_dropped' AND {source} GROUP BY ALL
UNION ALL SELECT source, 'quarantined', key, sum(value), NULL, NULL FROM stats
  WHERE stage = 'read' AND metric = 'quarantined' AND {source} GROUP BY ALL
ORDER BY source, documents DESC, reason
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """``reason`` is the beginning of an objection (``japanese_prose``), ``duplicate`` or the error class of records in
    quarantine; ``line`` is the level whose bounds are meant, the last of the source if none is named."""

    reason: str | None = None
    source: str | None = None
    line: str | None = None
    kept: bool = False
    count: int = 20
    seed: int = 0


class Reason(NamedTuple):
    """``share`` of the source's records; ``first``: told first; ``sole``: alone, so without this bound they are in."""

    source: str
    what: str
    reason: str
    documents: int
    share: float
    first: int | None
    sole: int | None


class Said(NamedTuple):
    """An objection with the value behind it, and a place in the text that shows it where one can be told."""

    objection: str
    value: float | None
    evidence: str


class Sampled(NamedTuple):
    """``text`` is None where it was not kept; ``origin`` is the input file, and where in it the record lies."""

    id: str
    source: str
    url: str
    decision: str
    origin: str
    said: tuple[Said, ...]
    text: str | None
    note: str


def reasons(session: Session, wanted: Wanted) -> list[Reason]:
    """Every reason for which a record or document is out, by source, the most frequent first."""
    _check(session, wanted)
    source = f"source = {quoted(of)}" if (of := _source(session, wanted)) else "true"
    line = f'"line" = {quoted(wanted.line)}' if wanted.line else "true"
    found = session.rows(REASONS.format(found=_found(session, wanted), source=source, line=line))
    offered = {
        row["source"]: row["n"]
        for row in session.rows(
            "SELECT source, sum(value)::BIGINT AS n FROM stats WHERE stage = 'read' AND metric = 'rows_in' GROUP BY ALL"
        )
    }
    return [
        Reason(**{**row, "documents": int(row["documents"])}, share=int(row["documents"]) / offered[row["source"]])
        for row in found
    ]


def sample(session: Session, wanted: Wanted) -> list[Sampled]:
    """The documents with the lowest keyed digests of their ids: the same ones whatever the order, and more of them
    are the fewer and others. Raises CallError when the reason fits nothing."""
    _check(session, wanted)
    reason = quoted(wanted.reason or "")
    line = f'"line" = {quoted(wanted.line)}' if wanted.line else "true"
    if wanted.kept:
        fits = f'"line" IS NOT NULL AND duplicate IS NULL AND {line}'
    elif (wanted.reason or "").startswith("duplicate"):
        fits = f"starts_with(duplicate, {reason}) AND {line}"
    else:
        fits = f"len(list_filter(objections, lambda o: starts_with(o, {reason}))) > 0"
    rows = session.rows(
        f"SELECT * FROM ({_found(session, wanted)}) WHERE {fits} "
        f"ORDER BY md5('{wanted.seed}:' || id), path, row LIMIT {wanted.count}"
    )
    if not rows:
        return _poisoned(session, wanted)
    full = _documents(session, rows)
    kept = _urls(session, {row["kept"]: row["kept_line"] for row in rows if row["kept"]})
    return [_sampled(session, wanted, row, full[row["path"], row["row"]], kept) for row in rows]


def _found(session: Session, wanted: Wanted) -> str:
    source = f"d.source = {quoted(of)}" if (of := _source(session, wanted)) else "true"
    said = "d.objections"
    if wanted.line and not wanted.kept and not _last(session, wanted.line):
        said = _objections(session, wanted.line)
    return FOUND.format(said=said, source=source)


def _source(session: Session, wanted: Wanted) -> str | None:
    source: str | None = session.corpus["lines"][wanted.line]["source"] if wanted.line else wanted.source
    return source


def _last(session: Session, line: str) -> bool:
    lines = session.corpus["lines"]
    names = [name for name, each in lines.items() if each["source"] == lines[line]["source"]]
    return names[-1:] == [line]


def _objections(session: Session, line: str) -> str:
    """SQL for the objections of a level whose answers are not stored, as ``Bound`` gives them."""
    types = dict(session.columns("all_documents"))
    said = []
    for row in (each for each in bounds(session.corpus) if each["line"] == line):
        name, column = f"{row['filter']}/{row['measure']}", measure_column(row["measure"])
        value, type_ = f'd."{column}"', "FLOAT" if types.get(column) == "FLOAT" else "DOUBLE"
        cases = [f"WHEN {value} IS NULL THEN {quoted(name + '=?')}"]
        for sign, limit in (("<", row["low"]), (">", row["high"])):
            if limit is not None:
                objection = quoted(f"{name}{sign}{limit:.15g}")
                cases.append(f"WHEN {value}::{type_} {sign} {limit!r}::{type_} THEN {objection}")
        said.append(f"CASE {' '.join(cases)} END")
    return f"list_filter([{', '.join(said)}]::VARCHAR[], lambda o: o IS NOT NULL)"


def _check(session: Session, wanted: Wanted) -> None:
    lines, sources = session.corpus["lines"], session.corpus["recipes"]
    if "judge" not in session.corpus["seals"]:
        what = "not judged yet, so nothing is kept or rejected"
        raise CallError(f"{session.root}: {what}; corpus build MANIFEST --out {session.root} --until judge does it")
    if wanted.source is not None and wanted.source not in sources:
        raise CallError(f"--source {wanted.source}: the corpus has no such source; it has {', '.join(sources)}")
    if wanted.line is not None and wanted.line not in lines:
        raise CallError(f"--line {wanted.line}: the corpus has no such line; it has {', '.join(lines)}")
    if wanted.line and wanted.source not in (None, lines[wanted.line]["source"]):
        raise CallError(f"--line {wanted.line} is of source {lines[wanted.line]['source']}, not {wanted.source}")


def _documents(session: Session, rows: list[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """The whole documents: only the row groups that they are in are read."""
    places: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        places[row["path"]].append(row["row"])
    found = {}
    for path, numbers in places.items():
        wanted = ", ".join(str(number) for number in numbers)
        for each in session.rows(f"SELECT * FROM documents WHERE path = {quoted(path)} AND row IN ({wanted})"):
            found[path, each["row"]] = each
    return found


def _urls(session: Session, kept: dict[str, str]) -> dict[str, str]:
    """URLs of ids, each given with its line."""
    if not kept:
        return {}
    sources = {session.corpus["lines"][line]["source"] for line in kept.values()}
    ids, of = (", ".join(quoted(each) for each in sorted(words)) for words in (kept, sources))
    rows = session.rows(f"SELECT id, url FROM documents WHERE source IN ({of}) AND id IN ({ids})")
    return {row["id"]: row["url"] or "" for row in rows}


def _sampled(
    session: Session, wanted: Wanted, row: dict[str, Any], document: dict[str, Any], kept: dict[str, str]
) -> Sampled:
    text: str | None = document["text"]
    said = tuple(_said(session, document, objection, text or "") for objection in row["objections"] or ())
    decision, note = f"kept for {row['line']}" if row["line"] else "rejected", ""
    if row["duplicate"]:
        decision = f"{row['duplicate']} of {row['kept']} {kept.get(row['kept'], '')}".rstrip()
        decision += f", similarity {row['similarity']:.2f}"
    if text is None:
        note = "text not kept, as the source says (keep_rejected: none); build with keep_rejected: all to read it"
    return Sampled(row["id"], row["source"], row["url"] or "", decision, origin(document), said, text, note)


def _said(session: Session, document: dict[str, Any], objection: str, text: str) -> Said:
    for row in bounds(session.corpus):
        name = f"{row['filter']}/{row['measure']}"
        if row["source"] == document["source"] and objection.startswith((f"{name}<", f"{name}>", f"{name}=")):
            value = document.get(measure_column(row["measure"]))
            return Said(objection, value, evidence(row["measure"], text))
    return Said(objection, None, "")


def evidence(measure: str, text: str) -> str:
    """A place in the text that shows what the measure found; empty where no single place does.

    >>> evidence("duplicate_line_ratio", "メニュー\\n本文\\nメニュー"), evidence("kana_ratio", "本文")
    ('2 × メニュー', '')
    >>> evidence("adult_ratio", "人妻と熟女"), evidence("pii_mail", "宛先は taro@example.jp です")
    ('1 × 人妻, 1 × 熟女', 'taro@example.jp')
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        return ""
    if measure == "replacement_ratio" and (at := text.find("\ufffd")) >= 0:
        return text[max(0, at - 20) : at + 20]
    if measure.startswith("duplicate_line"):
        line, count = Counter(lines).most_common(1)[0]
        return f"{count} × {line[:60]}" if count > 1 else ""
    if measure in ("max_line_length", "max_sentence_length"):
        return f"{max(lines, key=len)[:60]}…"
    if (SHIPPED / f"{(listed := measure.partition('_')[0])}.txt").is_file():
        return ", ".join(f"{count} × {word}" for word, count in found(text, word_list(listed))[:8])
    if measure == "quality":
        return ", ".join(f"{gram} {weight:+.2f}" for gram, weight in weightiest(text, 6))
    if measure.startswith("pii_"):
        return ", ".join(text[span.start : span.end] for span in find(text)[:4] if measure == f"pii_{span.kind}")
    return ""


def origin(row: dict[str, Any]) -> str:
    """The input file of a document or record in quarantine, where in it, and what it calls itself.

    >>> origin({"file": "a.warc.gz", "offset": 12, "length": 30, "identity": "urn:uuid:1"})
    'a.warc.gz at byte 12, 30 bytes, record urn:uuid:1'
    """
    name = "".join(c if c.isprintable() else " " for c in row["identity"])
    return f"{row['file']}{place(row)}" + (f", record {name}" if name else "")


def place(row: dict[str, Any]) -> str:
    """Where in its file a record lies.

    >>> place({"offset": 12, "length": 30}), place({"offset": -1, "length": -1})
    (' at byte 12, 30 bytes', '')
    """
    if row["offset"] < 0:
        return ""
    return f" at byte {row['offset']:,}" + (f", {row['length']:,} bytes" if row["length"] >= 0 else "")


def _poisoned(session: Session, wanted: Wanted) -> list[Sampled]:
    """Records in quarantine, or a CallError that says what reasons there are."""
    reason, rows = quoted(wanted.reason or ""), []
    if wanted.reason and not wanted.kept and not wanted.line:
        of = f"source = {quoted(wanted.source)}" if wanted.source else "true"
        rows = session.rows(
            f"SELECT * FROM quarantine WHERE starts_with(error, {reason}) AND {of} "
            f"ORDER BY md5('{wanted.seed}:' || file || \"offset\" || identity || message), file, message "
            f"LIMIT {wanted.count}"
        )
    if not rows:
        raise CallError(_nothing(session, wanted))
    return [Sampled("", r["source"], "", f"quarantined: {r['error']}", origin(r), (), None, r["message"]) for r in rows]


def _nothing(session: Session, wanted: Wanted) -> str:
    of = "".join(f", {word} {name}" for word, name in (("source", wanted.source), ("line", wanted.line)) if name)
    if wanted.kept:
        return f"nothing is kept{of}"
    known = {each.reason: each for each in reasons(session, Wanted(source=wanted.source, line=wanted.line))}
    dropped = [r for r, each in known.items() if each.what == "dropped" and r.startswith(wanted.reason or "")]
    if dropped:
        count = sum(known[r].documents for r in dropped)
        return f"{', '.join(dropped)}: dropped before there was text ({count:,}); only their number is kept"
    asked = wanted.reason or ""
    near = [r for r in known if asked in r][:3] or difflib.get_close_matches(asked, known, 3, 0.3)
    hint = f"; nearest: {', '.join(near)}" if near else ""
    return f"no document is out for {wanted.reason}{of}{hint}; corpus sample OUT lists every reason"
