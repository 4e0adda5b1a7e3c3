"""Every case of a report, against what its source says; each was written before it was run."""

import io
import tomllib
from contextlib import redirect_stdout
from pathlib import Path

import click
import pytest

from fullcourse.adapters.fhir.write.adverse_event import adverse_event_bundle
from fullcourse.adapters.published.report import report_json
from fullcourse.interfaces.cli.report_text import print_form, print_report
from patients import knowledge
from reports import drafted

CASES = tomllib.loads((Path(__file__).parents[2] / "report_cases.toml").read_text("utf-8"))["case"]


def at_path(value: object, path: str) -> object:
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]  # type: ignore[index]
    return "<null>" if value is None else value


def screen(print_it, case: dict) -> str:
    page = io.StringIO()
    with redirect_stdout(page):
        print_it(drafted(case["input"]), knowledge(), case.get("country", ""))
    return " ".join(click.unstyle(page.getvalue()).split())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_report_says_what_its_source_says(case):
    report = drafted(case["input"])
    written = report_json(report, knowledge(), case.get("country", ""))
    assert {path: at_path(written, path) for path in case.get("expect", {})} == case.get("expect", {})
    lacking = " | ".join(lack.what for lack in report.lacks)
    assert [part for part in case.get("lacks", []) if part not in lacking] == []
    assert [part for part in case.get("not_lacks", []) if part in lacking] == []
    bundle = adverse_event_bundle(report, knowledge())
    assert {path: at_path(bundle, path) for path in case.get("fhir", {})} == case.get("fhir", {})
    said = screen(print_report, case)
    assert [part for part in case.get("says", []) if part not in said] == []
    assert [part for part in case.get("says_not", []) if part in said] == []
    form = screen(print_form, case)
    assert [part for part in case.get("form", []) if " ".join(part.split()) not in form] == []


def test_there_are_twenty_cases_from_sources_and_ten_from_what_others_reported():
    reported = [case for case in CASES if "/issues/" in case["source"]]
    assert (len(CASES) - len(reported) >= 20, len(reported) >= 10) == (True, True)
