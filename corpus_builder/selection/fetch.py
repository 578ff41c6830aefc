"""Fetches a plan: ranges in, checked records with their origins out, and goes on where it was left."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import NamedTuple, Protocol, cast

import pyarrow.parquet as pq

from corpus_builder.errors import BuildError, CallError
from corpus_builder.selection.ask import Answer, Broken, Refused, Server, Unfit
from corpus_builder.selection.base import known_base, note_base
from corpus_builder.selection.book import Receipt, Selection, Unit
from corpus_builder.selection.pace import Budget, Clock, Pace, Patience, WallClock
from corpus_builder.selection.part import Part, forget
from corpus_builder.selection.records import Wanted, check
from corpus_builder.selection.spread import spread
from corpus_builder.sources.origin import render
from corpus_builder.store import LocalStore
from corpus_builder.store.local import DRAFT

# A server that fails so many ranges one after the other is not there.
LOST = 3
# Seconds after which a server is given up of which nothing was ever heard in this run.
STRANGER = 15.0
# How often bytes that are not what the index promised are asked for: what garbles them may sit on the way.
CHECKS = 3
AGENT = "jp-corpus-builder (corpus fetch)"


class Range(NamedTuple):
    """A stretch of a file with the records wanted of it."""

    number: int
    file: str
    records: tuple[Wanted, ...]


class Fetched(NamedTuple):
    """A range as it goes into the unit's file; ``given_up`` says why it is not there."""

    number: int
    data: bytes
    good: int
    errors: Counter[str]
    asked: int
    given_up: str = ""


class Progress(Protocol):
    def unit(self, unit: Unit, there: int) -> None:
        """A unit begins, of which ``there`` ranges are there already."""

    def got(self, records: int, asked: int) -> None:
        """A range is done: so many records, after asking for so many bytes."""

    def waiting(self, seconds: float, why: str) -> None:
        """A range, or everybody after a refusal, waits."""


@dataclass(slots=True)
class Outcome:
    """What a fetch came to. ``records`` good and ``errors`` of all finished units, of earlier runs too; ``asked``
    bytes of this run; ``unfinished`` units with the reason that a range of each was given up for."""

    done_before: int = 0
    done: int = 0
    records: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    lost_in_a_row: int = 0
    unfinished: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Fetcher:
    """What all threads share."""

    server: Server
    pace: Pace
    patience: Patience
    clock: Clock
    draw: random.Random
    progress: Progress
    answered: threading.Event = field(default_factory=threading.Event)

    def range(self, wanted: Range) -> Fetched:
        """Fetch and check one range; what is wrong is asked for again, alone."""
        good: dict[Wanted, bytes] = {}
        wrong: dict[Wanted, str] = dict.fromkeys(wanted.records, "")
        asked = 0
        try:
            for _ in range(CHECKS):
                first, end = min(r.offset for r in wrong), max(r.offset + r.length for r in wrong)
                answer = self.patiently(wanted.file, first, end - first)
                asked += end - first
                for record in list(wrong):
                    member = answer.data[record.offset - first : record.offset - first + record.length]
                    wrong[record] = _judge(member, record, answer)
                    if not wrong[record]:
                        good[record] = member
                        del wrong[record]
                if not wrong or answer.missing:
                    break
        except Broken as error:
            return Fetched(wanted.number, b"", 0, Counter(), asked, f"{wanted.file}: {error}")
        pieces = []
        for record in wanted.records:
            pieces.append(render(wanted.file, record.offset, record.length, wrong.get(record, "")))
            pieces.append(good.get(record, b""))
        return Fetched(wanted.number, b"".join(pieces), len(good), Counter(wrong.values()), asked)

    def patiently(self, file: str, offset: int, length: int) -> Answer:
        """Ask until there is an answer. Raises Broken or BuildError when the tries are used up, Stopped."""
        begun = self.clock.now()
        for tried in range(self.patience.tries):
            self.pace.take(length)
            last = tried == self.patience.tries - 1
            try:
                answer = self.server.ask(file, offset, length)
                self.answered.set()
                return answer
            except Refused as error:
                self.answered.set()
                if last:
                    raise BuildError(self.refused(f"{error}, {self.patience.tries} times")) from None
                wait = self.pace.hold(max(error.wish, self.patience.wait(tried, self.draw)))
                self.progress.waiting(wait, str(error))
            except Broken as error:
                if last:
                    raise
                wait = self.after(error, tried, begun)
                self.progress.waiting(wait, str(error))
                self.clock.sleep(wait)
            except Unfit as error:
                raise BuildError(self.refused(f"{file}: {error}")) from None
        raise AssertionError("a range is asked for at least once")

    def after(self, error: Broken, tried: int, begun: float) -> float:
        """Seconds to wait after a broken answer. Raises BuildError when there never was one, for long enough."""
        if error.answered:
            self.answered.set()
        wait, left = self.patience.wait(tried, self.draw), begun + STRANGER - self.clock.now()
        if self.answered.is_set():
            return wait
        if tried and left <= 0:
            raise BuildError(self.refused(f"nobody answers ({error})"))
        return min(wait, max(left, 0.0))

    def refused(self, why: str) -> str:
        remedy = "see that --from names a server that serves byte ranges and lets you read, or go on later"
        return f"--from {self.server.base}: {why}; {remedy}: what is fetched stays"


def fetch(
    selection: Selection,
    base: str,
    budget: Budget,
    progress: Progress,
    *,
    patience: Patience = Patience(),  # noqa: B008 - frozen
    agent: str = AGENT,
    seed: int = 0,
) -> Outcome:
    """Fetch every unit of a selection that is not there yet, from ``base``.

    The same bytes come of it for any budget, patience, and number of kills; ``seed`` is of the waits alone. Raises
    CallError when the plan is damaged, BuildError when the server refuses for good. ``base`` is written down once
    something good came from there.
    """
    stop = threading.Event()
    server, store = Server(base, budget.connections, agent, patience.silent), LocalStore(str(selection.folder))
    clock = WallClock(stop)
    shared = Fetcher(server, Pace(budget, clock), patience, clock, random.Random(seed), progress)
    for draft in selection.folder.glob(f"*/{DRAFT}*"):
        draft.unlink()  # of a fetch that was killed while it put a unit together
    outcome = Outcome()
    try:
        for unit in selection.units:
            receipt = selection.receipt(unit)
            if receipt is not None:
                outcome.done_before += 1
                forget(selection.folder / "part", unit.name)  # a kill can come between receipt and removal
            receipt = receipt or _fetch_unit(selection, unit, shared, store, budget.connections, outcome, stop)
            if receipt is not None:
                outcome.records += receipt.good
                outcome.errors.update(receipt.errors)
        if not outcome.unfinished and known_base(selection) != server.base:
            _try_whole(selection, shared)
    finally:
        stop.set()
        server.close()
    return outcome


def _fetch_unit(
    selection: Selection,
    unit: Unit,
    shared: Fetcher,
    store: LocalStore,
    threads: int,
    outcome: Outcome,
    stop: threading.Event,
) -> Receipt | None:
    wanted = list(ranges(selection, unit))
    with Part(selection.folder / "part", unit.name, unit.sha256) as part:
        shared.progress.unit(unit, len(part.entries))
        missing = [each for each in wanted if each.number not in part.entries]
        for done in spread(missing, shared.range, threads, stop):
            outcome.asked += done.asked
            outcome.lost_in_a_row = outcome.lost_in_a_row + 1 if done.given_up else 0
            if outcome.lost_in_a_row == LOST:
                raise BuildError(shared.refused(f"{LOST} ranges given up one after the other, {done.given_up}"))
            if done.good:
                note_base(selection, shared.server.base)
            if done.given_up:
                outcome.unfinished[unit.name] = done.given_up
            else:
                part.add(done.number, done.data, done.good, done.errors)
                shared.progress.got(done.good + done.errors.total(), done.asked)
        if unit.name in outcome.unfinished:
            return None
        errors = Counter[str]()
        for entry in part.entries.values():
            errors.update(entry.errors)
        if errors["not_found"] == unit.records:  # so does a wrong --from answer: that must not count as fetched
            part.remove()
            if not outcome.records:
                raise BuildError(shared.refused(f"none of the files of {unit.name} is there"))
            outcome.unfinished[unit.name] = "none of its files is there"
            return None
        with store.create(f"warc/{unit.name}.warc.gz") as file:
            size, sha256 = part.copy(file)
        good = sum(entry.good for entry in part.entries.values())
        receipt = Receipt(unit.name, unit.sha256, unit.records, good, dict(sorted(errors.items())), size, sha256)
        if good + errors.total() != unit.records:
            raise BuildError(
                f"{unit.name}: {good} + {errors.total()} records of {unit.records}; remove the folder part and go on"
            )
        store.replace(f"receipts/{unit.name}.json", json.dumps(asdict(receipt), indent=1).encode() + b"\n")
        part.remove()
    outcome.done += 1
    return receipt


def _try_whole(selection: Selection, shared: Fetcher) -> None:
    """Where files are to be read whole, nothing else asks for them before a build does."""
    if not (whole := selection.whole()):
        return
    file = whole[0][0]
    try:
        answer = shared.patiently(file, 0, 1)
    except Broken as error:
        raise BuildError(shared.refused(f"{file}: {error}")) from None
    if not answer.data:
        raise BuildError(shared.refused(f"{file}: {answer.missing}"))
    note_base(selection, shared.server.base)


def ranges(selection: Selection, unit: Unit) -> Iterator[Range]:
    """The ranges of a unit in order. Raises CallError when its file is not the one of the plan."""
    path = selection.plan(unit)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CallError(f"{path}: cannot be read ({error.strerror}); run corpus select again") from None
    if hashlib.sha256(data).hexdigest() != unit.sha256:
        raise CallError(f"{path}: its sha256 is not {unit.sha256} as selection.json says; run corpus select again")
    names = ["range", "file", "offset", "length", "digest", "url"]
    columns = [column.to_pylist() for column in pq.read_table(path, columns=names).select(names).columns]
    number, file, records = -1, "", list[Wanted]()
    for at, name, *record in zip(*columns, strict=True):
        if at != number and records:
            yield Range(number, file, tuple(records))
            records = []
        number, file = at, name
        records.append(Wanted(*cast("tuple[int, int, str | None, str | None]", tuple(record))))
    if records:
        yield Range(number, file, tuple(records))


def _judge(member: bytes, record: Wanted, answer: Answer) -> str:
    if len(member) < record.length:
        return answer.missing or "gzip_truncated"
    return check(member, record)
