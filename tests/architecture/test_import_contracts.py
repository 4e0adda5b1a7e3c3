"""The import contracts bite: a forbidden arrow, planted in a copy of the package, is found."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise, permutations
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "fullcourse"


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


FLOORS = (
    "interfaces",
    "adapters",
    "cohort",
    "journey",
    ("screening", "pharmacokinetics", "regimens", "dosing", "course", "monitoring", "triage", "outcomes"),
    "rules",
    "knowledge",
    "clinical",
)
"""Every folder of the package, from the top floor down; siblings stand together."""


def arrows() -> Iterator[tuple[str, str]]:
    """Every floor with an import of the floor above it, and every sibling with one of another."""
    for above, below in pairwise(FLOORS):
        upper = above if isinstance(above, tuple) else (above,)
        for folder in below if isinstance(below, tuple) else (below,):
            yield from ((folder, f"import fullcourse.{floor}") for floor in upper)
    for siblings in FLOORS:
        if isinstance(siblings, tuple):
            yield from ((one, f"import fullcourse.{other}") for one, other in permutations(siblings, 2))


def libraries() -> Iterator[tuple[str, str]]:
    """Every floor below the adapters with a library that stands above it, in its deepest folder too."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    contract = next(row for row in contracts if row["name"].startswith("No web"))
    for source in contract["source_modules"]:
        floor = PACKAGE / source.removeprefix("fullcourse.")
        deepest = max((path.parent for path in floor.rglob("*.py")), key=lambda path: len(path.parts))
        yield from ((str(deepest.relative_to(PACKAGE)), f"import {name}") for name in ("duckdb", "click"))
    yield from ((source.removeprefix("fullcourse."), "import lxml") for source in contract["source_modules"])


def steps() -> Iterator[tuple[str, str]]:
    """Every step with an import of it from the command line, and one from its deepest folders."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    contract = next(row for row in contracts if row["name"].startswith("An interface asks"))
    yield from (("interfaces/cli", f"import {name}") for name in contract["forbidden_modules"])
    folders = {path.parent for path in (PACKAGE / "interfaces").rglob("*.py")}
    depth = max(len(folder.parts) for folder in folders)
    for folder in sorted(folder for folder in folders if len(folder.parts) == depth):
        yield str(folder.relative_to(PACKAGE)), "import fullcourse.screening.screen"


def test_no_interface_may_import_a_step_or_the_rules():
    assert {line.removeprefix("import fullcourse.") for folder, line in steps() if folder == "interfaces/cli"} == {
        "rules",
        "screening",
        "pharmacokinetics",
        "regimens",
        "dosing",
        "monitoring",
        "course",
        "triage",
        "outcomes",
    }


def test_every_folder_has_its_floor():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    floors = {name for floor in FLOORS for name in (floor if isinstance(floor, tuple) else (floor,))}
    assert folders == floors


def test_every_folder_below_the_adapters_is_kept_from_their_libraries():
    below = {name for floor in FLOORS[2:] for name in (floor if isinstance(floor, tuple) else (floor,))}
    assert {folder.split("/")[0] for folder, _ in libraries()} == below


@pytest.mark.parametrize(("folder", "line"), [*arrows(), *libraries(), *steps()])
def test_a_planted_arrow_or_library_is_found(copy: Path, folder: str, line: str):
    (copy / "fullcourse" / folder / "planted.py").write_text(f'"""Planted."""\n\n{line}\n')
    result = lint(copy)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout


def test_a_folder_without_a_floor_is_found(copy: Path):
    (copy / "fullcourse" / "planted").mkdir()
    (copy / "fullcourse" / "planted" / "__init__.py").write_text('"""Planted."""\n')
    assert lint(copy).returncode == 1
