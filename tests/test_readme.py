"""What the README says of the command line is what the command line says of itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def told(*arguments: str) -> str:
    command = [sys.executable, "-m", "corpus_builder.cli.main", *arguments, "--help"]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env={"COLUMNS": "200", "PATH": ""}
    ).stdout


def test_every_command_is_in_the_readme() -> None:
    commands = re.findall(r"^    (\w+) ", told(), re.M)
    assert commands and all(f"    corpus {verb} " in README for verb in commands), commands


@pytest.mark.parametrize(
    "verb", ["plan", "build", "audit", "why", "query", "sample", "verify", "select", "fetch", "crawl"]
)
def test_every_option_in_the_readme_exists(verb: str) -> None:
    block = README.split(f"    corpus {verb} ")[1].split("\n    corpus ")[0].split("\n\n")[0]
    options = re.findall(r"--[a-z-]+", block)
    assert all(option in told(verb) for option in options), options


def test_the_two_commands_are_those_of_ci() -> None:
    run = (ROOT / ".ci" / "run").read_text()
    assert "build data_manifests/sample.yaml" in run and "build data_manifests/sample.yaml" in README
    assert "install -q -e '.[test]'" in run and "install -q -e '.[test]'" in README
