"""A unit is done once or not at all, and a record that kills, hangs or swells costs that record alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import engine_jobs
import pytest
from engine_jobs import Records, task

from corpus_builder.engine.drive import drive
from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.runner import InlineRunner, Runner
from corpus_builder.engine.task import Limits, Outcome, Task
from corpus_builder.errors import UnitError
from corpus_builder.store import LocalStore

LIMITS = Limits(unit_seconds=60, record_seconds=1.0, memory=600 << 20)


class Heard:
    """Remembers what the driver told."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.done_before = 0

    def stage(self, name: str, units: int, done: int) -> None:
        self.done_before = done

    def unit(self, task: Task, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


def play(tasks: list[Task], tmp_path: Path, runner: Runner, heard: Heard | None = None) -> dict[str, Receipt]:
    done = drive("play", tasks, LocalStore(str(tmp_path)), runner, LIMITS, heard or Heard())
    return {t.unit: r for t, r in done.items()}


def test_every_unit_leaves_its_receipt(tmp_path: Path, runner: Runner) -> None:
    done = play([task(f"u/{n}", Records(n)) for n in range(9)], tmp_path, runner)
    assert {unit: r.counts.kept for unit, r in done.items()} == {f"u/{n}": n for n in range(9)}


def test_a_committed_unit_is_not_done_again(tmp_path: Path, runner: Runner) -> None:
    tasks, heard = [task(f"u/{n}", Records(n)) for n in range(3)], Heard()
    first = play(tasks, tmp_path, runner)
    assert play(tasks, tmp_path, runner, heard) == first
    assert (heard.done_before, heard.outcomes) == (3, [])


@pytest.mark.parametrize("how", ["segfault", "hang", "swell", "raise"])
def test_a_record_that_does_harm_costs_itself_alone(tmp_path: Path, how: str) -> None:
    jobs = [task("u/bad", Records(20, (7, 13), how)), task("u/good", Records(20))]
    done = play(jobs, tmp_path, InlineRunner(2))
    assert done["u/bad"].counts == Counts(20, 18, {}, 2)
    assert done["u/good"].counts == Counts(20, 20, {}, 0)


def test_on_ray_too_a_record_that_does_harm_costs_itself_alone(tmp_path: Path, runner: Runner) -> None:
    done = play([task("u/bad", Records(5, (2,), "segfault")), task("u/good", Records(5))], tmp_path, runner)
    assert [done[u].counts.quarantined for u in ("u/bad", "u/good")] == [1, 0]


def test_a_process_killed_from_outside_costs_nothing(tmp_path: Path, runner: Runner) -> None:
    job = Records(5, (3,), "once", str(tmp_path / "mark"))
    assert play([task("u/0", job)], tmp_path / "out", runner)["u/0"].counts == Counts(5, 5, {}, 0)


def test_a_unit_that_cannot_be_done_is_named_after_the_others_are_done(tmp_path: Path) -> None:
    broken = replace(task("u/broken", Records(1)), work=engine_jobs.miscount)
    with pytest.raises(UnitError, match=r"1 of 2 units failed.*\n.*u/broken: SumError.*5 rows in, but 4 kept"):
        play([broken, task("u/good", Records(1))], tmp_path, InlineRunner())
    assert LocalStore(str(tmp_path)).list("receipts") == [task("u/good", Records(1)).receipt]


def test_a_process_that_leaves_without_a_word_is_a_failure(tmp_path: Path) -> None:
    done = play([task("u/0", Records(4, (1,), "leak"))], tmp_path, InlineRunner())
    assert done["u/0"].counts.quarantined == 1


def test_an_outcome_tells_what_the_unit_used(tmp_path: Path, runner: Runner) -> None:
    heard = Heard()
    play([task("u/0", Records(1000))], tmp_path, runner, heard)
    assert heard.outcomes[0].cpu_seconds > 0 and 10 << 20 < heard.outcomes[0].peak_bytes < 1 << 30


def test_a_receipt_survives_its_file() -> None:
    receipt = Receipt("s", Counts(3, 1, {"too_short": 1}, 1), (), (), (("chars", "", 9),), "f" * 32)
    assert Receipt.from_json(receipt.to_json("play", "u/0", "k")) == receipt


def test_a_unit_that_fails_whatever_it_skips_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(UnitError, match="u/0: ValueError: after all records"):
        play([replace(task("u/0", Records(3)), work=engine_jobs.fail_at_the_end)], tmp_path, InlineRunner())
