"""What tests share: both runners as one fixture (a law that takes it is tried inline and on Ray), and an S3 server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pyarrow.fs as fs
import pytest
from hypothesis import settings

from corpus_builder.engine.ray_runner import RayRunner
from corpus_builder.engine.runner import InlineRunner, Runner

ROOT = Path(__file__).resolve().parent.parent
# The same examples in every run; search for new ones with --hypothesis-profile=default.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")
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


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """moto's server as a process of its own; the environment points at it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    told = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        files = fs.S3FileSystem(
            endpoint_override=address.removeprefix("http://"), scheme="http", allow_bucket_creation=True
        )
        files.create_dir("corpora")
        yield "s3://corpora"
    finally:
        server.kill()
        server.wait()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
