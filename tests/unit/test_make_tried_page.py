"""The page of records that were tried is what trying them again prints, and none of them is passed over."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _tool():
    spec = importlib.util.spec_from_file_location("make_tried_page", ROOT / "tools" / "make_tried_page.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


@pytest.fixture(scope="module")
def page():
    return TOOL.page()


def test_the_page_is_what_trying_the_records_prints(page):
    assert page == (ROOT / "docs" / "reference" / "records-tried.md").read_text("utf-8")


def test_no_record_is_passed_over_in_silence_read_for_something_else_or_cleared(page):
    _, rows = page.split("| case | drug |")
    assert [row for row in rows.splitlines() if row.endswith(("| silent |", "| wrong |", "| dangerous |"))] == []


def test_every_record_that_was_tried_has_a_case():
    tried = {case.file for case in TOOL.cases()}
    elsewhere = {
        "checks_tried/lv.toml",  # levels
        "checks_tried/lv_min.toml",
        "records_damaged/ingcycle-min.json",  # what a record may cost
        "records_damaged/inj.toml",  # what a terminal may show
    }
    files = {
        f"{folder}/{file.name}"
        for folder in {name.split("/")[0] for name in tried}
        for file in (ROOT / "tests" / "data" / folder).iterdir()
        if file.suffix in {".json", ".toml"}
    }
    assert files - tried == elsewhere


@pytest.mark.parametrize(
    ("want", "verdict"),
    [("fact epilepsy yes", "dangerous"), ("named nothing of the kind", "dangerous"), ("decision avoid", "dangerous")],
)
def test_what_clears_a_drug_past_the_matter_is_dangerous(want, verdict):
    case = TOOL.Case("X", "checks_tried/eye.toml", "levofloxacin", "2026-11-28", want, "")
    assert TOOL.verdict(case) == verdict
