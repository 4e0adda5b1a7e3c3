"""The import contracts bite: a forbidden arrow, planted in a copy of the package, is found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own linter on our own copy
        [Path(sys.executable).with_name("lint-imports"), "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "src" / "fullcourse", tmp_path / "fullcourse", ignore=shutil.ignore_patterns("__pycache__", "*.toml")
    )
    return tmp_path


def test_the_package_keeps_its_contracts(copy: Path):
    result = lint(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("clinical/planted.py", "import fullcourse.knowledge.reader"),
        ("knowledge/planted.py", "import fullcourse.rules.kleene"),
        ("rules/planted.py", "import fullcourse.screening.screen"),
        ("screening/planted.py", "import fullcourse.journey"),
        ("screening/planted.py", "import fullcourse.pharmacokinetics"),
        ("adapters/planted.py", "import fullcourse.interfaces.cli.main"),
        ("clinical/planted.py", "import click"),
        ("knowledge/planted.py", "import duckdb"),
        ("rules/planted.py", "import rich"),
        ("screening/planted.py", "import lxml"),
    ],
)
def test_a_planted_arrow_is_found(copy: Path, module: str, line: str):
    (copy / "fullcourse" / module).write_text(f'"""Planted."""\n\n{line}\n')
    result = lint(copy)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout
