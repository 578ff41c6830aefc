"""The two runners, as one fixture: a law that takes ``runner`` is tried inline and on Ray."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus_builder.engine.ray_runner import RayRunner
from corpus_builder.engine.runner import InlineRunner, Runner

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of real pages skip where there are none."""
    if (SHARED / "data").is_dir():
        return
    for item in items:
        if "shared" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="the real pages of ../shared/data are not here"))


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[None]:
    """A local Ray whose workers find the jobs that tests define."""
    import ray

    os.environ["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
    yield
    ray.shutdown()


@pytest.fixture(params=["inline", "ray"])
def runner(request: pytest.FixtureRequest) -> Runner:
    if request.param == "inline":
        return InlineRunner(2)
    request.getfixturevalue("ray_cluster")
    return RayRunner(2)
