"""The report of a quarter as a page: equal to the command, within rights, and honest about what it lacks."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from desk_clinic import DeskClinic
from desk_programme import PATIENTS, programme_clinic, shown_numbers, whole
from fullcourse.interfaces.cli.main import fullcourse

AT = "2026-11-30T08:00+00:00"
BOTH = ("north", "south")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[DeskClinic]:
    with programme_clinic(folder) as opened:
        opened.at_the_desk("both", "nurse", clinics=BOTH).get("/desk/programme")
        whole(opened)
        yield opened


def told(folder: Path, quarter: str) -> dict[str, object]:
    """Return what the command says of the same file, once the service has let go of it."""
    result = CliRunner().invoke(
        fullcourse,
        ["programme", "--store", str(folder / "courses.db"), "--quarter", quarter, "--at", AT, "--format", "json"],
    )
    assert result.exit_code == 1, result.output  # one course is damaged, and the command says so
    return json.loads(result.stdout)  # type: ignore[no-any-return]  # JSON


def test_every_number_of_the_page_is_the_number_of_the_command(tmp_path: Path):
    pages: dict[str, dict[str, str]] = {}
    quarters = ("2026-Q2", "2026-Q3", "2026-Q4", "2025-Q4")
    with programme_clinic(tmp_path) as desk:
        browser = desk.at_the_desk("both", "nurse", clinics=BOTH)
        browser.get("/desk/programme")
        whole(desk)
        for quarter in quarters:
            pages[quarter] = shown_numbers(browser.get(f"/desk/programme?quarter={quarter}").text)
        need = shown_numbers(browser.get("/desk/programme/need").text)
    for quarter in quarters:
        said = told(tmp_path, quarter)
        counted = {
            number["id"]: str(number["count"])
            for section in said["sections"]  # type: ignore[attr-defined]  # JSON
            for table in section["tables"]
            for number in table["numbers"]
        }
        shown = pages[quarter]
        assert {name: shown.get(name, "0") for name in counted} == counted
        assert {name for name in shown if not name.startswith(("read.", "outcome."))} <= counted.keys()
        rows = said["need"]["rows"]  # type: ignore[index]  # JSON
        assert rows
        assert {row["id"]: need[row["id"]] for row in rows} == {row["id"]: str(row["units"]) for row in rows}
        read = said["read"]
        assert shown["outcome.due"] == str(read["outcome_due"])  # type: ignore[index]  # JSON
        assert shown["read.without-day"] == str(read["without_day"])  # type: ignore[index]  # JSON


def test_the_list_of_a_number_leads_to_the_patients_page(desk: DeskClinic):
    browser = desk.at_the_desk("both", "nurse", clinics=BOTH)
    text = browser.get("/desk/programme?quarter=2026-Q3").text
    path = re.search(r'href="(/desk/programme/list[^"]*final\.short\.contradictory-outcomes[^"]*)"', text)
    assert path is not None
    listed = browser.get(path[1].replace("&amp;", "&"))
    assert f'href="/desk/courses/{PATIENTS["d"]}"' in listed.text
    assert "cured 2026-02-01; failed 2026-02-02" in listed.text
    assert browser.get(f"/desk/courses/{PATIENTS['d']}").status_code == 200


def test_who_may_not_read_a_course_sees_its_id_and_no_way_to_it(desk: DeskClinic):
    browser = desk.at_the_desk("counts", "programme", clinics=BOTH)
    text = browser.get("/desk/programme/list?number=quality.no-plan").text
    assert PATIENTS["b"] in text
    assert "/desk/courses/" not in text


@pytest.mark.parametrize("role", ["laboratory", "administrator", "auditor"])
@pytest.mark.parametrize(
    "path",
    ["", "/need", "/quality", "/list?number=read.without-day", "/list.csv?number=read.without-day", "/report.csv"],
)
def test_who_neither_treats_nor_counts_sees_nothing(desk: DeskClinic, role: str, path: str):
    assert desk.at_the_desk(f"the-{role}", role).get(f"/desk/programme{path}").status_code == 403


@pytest.mark.parametrize("path", ["/list?number=registration.group.relapse&quarter=2026-Q3", "/quality", "", "/need"])
def test_nobody_of_another_clinic_is_shown(desk: DeskClinic, path: str):
    text = desk.at_the_desk("north-alone", "nurse").get(f"/desk/programme{path}").text
    assert not [name for name in "hio" if PATIENTS[name] in text]
    assert "Synthetic south" not in text


@pytest.mark.parametrize(
    "query", ["quarter=2026", "quarter=2026-Q5", "clinic=south", "clinic=nowhere", "colour=red", "quarter=a&quarter=b"]
)
def test_what_cannot_be_asked_is_refused_with_the_mend(desk: DeskClinic, query: str):
    answer = desk.at_the_desk("north-alone", "nurse").get(f"/desk/programme?{query}")
    assert answer.status_code == 400
    assert "<h1>" in answer.text


@pytest.mark.parametrize("number", ["final.long.curd", "quality.nothing", "<script>"])
def test_a_number_that_is_not_there_is_not_found(desk: DeskClinic, number: str):
    answer = desk.at_the_desk("both", "nurse", clinics=BOTH).get(f"/desk/programme/list?number={number}")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_what_was_not_looked_at_yet_and_what_cannot_be_read_is_said(desk: DeskClinic):
    text = desk.at_the_desk("both", "nurse", clinics=BOTH).get("/desk/programme").text
    assert "1 courses cannot be read, and no number counts them." in text
    assert "1 courses were erased on demand" in text
    assert "not whole yet" not in text
    assert 'datetime="2026-11-30T08:00+00:00"' in text


def test_the_audit_names_each_person_of_a_list_and_nobody_of_a_total(desk: DeskClinic):
    browser = desk.at_the_desk("read-once", "nurse")
    desk.at_the_desk("auditor", "auditor")
    browser.get("/desk/programme?quarter=2026-Q3")

    def entries(name: str) -> list[object]:
        seen = desk.clinic.ok("GET", f"/api/v1/audit?patient={PATIENTS[name]}", "auditor")
        return [
            it
            for it in seen["entries"]
            if it["did"] == "programme.read" and it["account"] == desk.clinic.ids["read-once"]
        ]

    assert not entries("b")
    browser.get("/desk/programme/list?number=quality.no-plan")
    assert len(entries("b")) == 1
    browser.get("/desk/programme/list.csv?number=quality.no-plan")
    assert len(entries("b")) == 2
    assert not entries("a")


def test_an_event_that_was_just_entered_is_in_the_report(tmp_path: Path):
    with programme_clinic(tmp_path) as desk:
        browser = desk.at_the_desk("clinician", "clinician")
        browser.get("/desk/programme/quality")
        whole(desk)
        assert shown_numbers(browser.get("/desk/programme/quality").text)["quality.results-not-answered"] == "2"
        browser.get(f"/desk/courses/{PATIENTS['a']}/follow-up?matter=visits")
        given = {"how": "phone", "reached": "yes", "about": "the result", "at": "2026-11-30T07:30"}
        answer = browser.post(f"/desk/courses/{PATIENTS['a']}/contacts", id=browser.event_id, **given)
        assert answer.status_code == 200, answer.text
        browser.get("/desk/programme/quality")
        whole(desk)
        assert shown_numbers(browser.get("/desk/programme/quality").text)["quality.results-not-answered"] == "1"


def test_the_age_of_what_is_shown_grows_while_the_store_does_not_answer(tmp_path: Path):
    with programme_clinic(tmp_path) as desk:
        browser = desk.at_the_desk("clinician", "clinician")
        browser.get("/desk/programme")
        whole(desk)
        store = desk.clinic.service.store
        assert store is not None
        store.close()
        desk.clinic.clock.move(hours=3)
        desk.clinic.words.clear()
        again = desk.at_the_desk("clinician", "clinician").get("/desk/programme")
        assert "The store of courses did not answer." in again.text
        assert "3 hours ago" in again.text
