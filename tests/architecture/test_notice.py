"""Every file of data in the tree stands in NOTICE: whose it is and on what terms, or that it was made here."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTICE = (ROOT / "NOTICE").read_text("utf-8")
DATA = re.compile(
    r"\.(tsv|csv|xml|json|gz|ndjson|ack|po|mo|cql|mjs|woff2?|ttf|otf|zip|parquet|pdf|png|svg|jpe?g|sqlite)$"
)
OURS = ("src/fullcourse/adapters/published/schemas/", "src/fullcourse/adapters/e2b/places/")
"""Schemas of our own answers; where data elements of E2B stand in a file, which NOTICE names with their table."""


def data_files() -> list[str]:
    """Return what is kept in the repository, or, without one, what lies there."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout  # noqa: S607
    names = listed.splitlines() or [
        str(it.relative_to(ROOT)) for top in ("src", "tests", "tools", "benchmarks") for it in (ROOT / top).rglob("*")
    ]
    return [it for it in names if DATA.search(it) and not it.startswith(OURS)]


def stands_in_notice(file: str) -> bool:
    """Tell whether a file is named, or a folder around it; the last two words of a path are enough of a name."""
    parts = file.split("/")
    named = {"/".join(parts[: at + 1]) for at in range(1, len(parts))}
    short = {parts[-1], parts[2]} if file.startswith(("tests/data/", "tests/conformance/data/")) else {parts[-1]}
    return any(re.search(rf"(?<![\w/]){re.escape(it)}(?![\w/-])", NOTICE) for it in named | short)


def test_every_file_of_data_stands_in_notice():
    files = data_files()
    assert len(files) > 200
    assert [it for it in files if not stands_in_notice(it)] == []


def test_a_file_of_which_nothing_is_said_is_found():
    assert not stands_in_notice("tests/data/somebody-elses/list.tsv")
    assert not stands_in_notice("src/fullcourse/adapters/documents/fonts/Sans.woff2")


def test_every_folder_with_a_notice_of_its_own_is_named():
    folders = {own.parent.name for own in (ROOT / "tests").rglob("NOTICE")}
    assert folders
    assert {name for name in folders if name not in NOTICE} == set()


@pytest.mark.parametrize(
    "system", ["SNOMED CT", "LOINC", "ICD-10", "ICD-11", "ATC", "RxNorm", "UCUM", "dm+d", "MedDRA"]
)
def test_every_system_of_codes_has_its_terms(system: str):
    (part, *_) = [it for it in re.split(r"\n(?=- |\n)", NOTICE) if system in it]
    assert re.search("copyright|©|licen[cs]e|Licen[cs]e|public domain|courtesy|ship", part)
