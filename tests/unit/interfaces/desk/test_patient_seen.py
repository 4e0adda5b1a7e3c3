"""Who saw a course is shown to whoever may read its audit, with the reason of an emergency, and to nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from service_people import Clinic, clinic_at

PATIENT = "6f1c2f0a-0000-4000-8000-00000000c0de"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with clinic_at(tmp_path / "courses.db") as opened:
        opened.add("away", ("clinician",), ("south",))
        opened.add("looker", ("auditor",), ())
        opened.add("nurse", ("nurse",), ("north",))
        opened.place(PATIENT, "north")
        yield opened


def seen(clinic: Clinic, who: str):
    return clinic.call("GET", f"/desk/courses/{PATIENT}/seen", clinic.tokens[who])


def rows(clinic: Clinic) -> list[list[str]]:
    answer = seen(clinic, "looker")
    assert answer.status_code == 200, answer.text
    table = html.document_fromstring(answer.text).xpath("//tbody/tr")
    return [[cell.text_content() for cell in row.findall("td")] for row in table]


def test_an_emergency_stands_with_who_opened_it_and_why(clinic):
    clinic.ok("POST", f"/api/v1/courses/{PATIENT}/emergency", "away", {"reason": "found unconscious"})
    told = [row for row in rows(clinic) if row[4]]
    assert [(row[1], row[4]) for row in told] == [("Synthetic away (clinician)", "found unconscious")]


def test_what_was_refused_is_told_as_refused_and_the_newest_stands_first(clinic):
    assert clinic.call("GET", f"/desk/courses/{PATIENT}", clinic.tokens["away"]).status_code == 404
    first, second = rows(clinic), rows(clinic)
    assert any(row[1].startswith("Synthetic away") and "refused, 404" in row[2] for row in first)
    assert len(second) == len(first) + 1
    assert second[0][1].startswith("Synthetic looker")


@pytest.mark.parametrize("who", ["nurse", "away"])
def test_who_may_not_read_the_audit_is_told_that_nothing_is_there(clinic, who):
    assert seen(clinic, who).status_code == 404
