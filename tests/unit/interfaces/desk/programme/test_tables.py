"""The tables of the programme's pages: the same filters, the same rights, and nothing that a spreadsheet works out."""

import csv
import io
from collections.abc import Iterator

import pytest

from course_events import event
from desk_clinic import DeskClinic
from desk_programme import PATIENTS, programme_clinic, shown_numbers, whole
from fullcourse.clinical.event_bodies import ResultInWords
from service_people import BEGUN

HOSTILE = "=cmd|' /C calc'!A1"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with programme_clinic(tmp_path_factory.mktemp("desk")) as opened:
        store = opened.clinic.service.store
        assert store is not None
        said = event(
            ResultInWords("sputum_culture", HOSTILE), "2026-08-20T08:00", patient=PATIENTS["g"], actor="clinician"
        )
        store.append([said], BEGUN)
        opened.at_the_desk("both", "nurse", clinics=("north", "south")).get("/desk/programme")
        whole(opened)
        yield opened


def rows(desk: DeskClinic, path: str, *clinics: str) -> list[dict[str, str]]:
    answer = desk.at_the_desk(f"of-{'-'.join(clinics)}", "nurse", clinics=clinics).get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_table_has_the_numbers_of_its_page_under_the_same_filters(desk: DeskClinic):
    query = "quarter=2026-Q3&clinic=south"
    browser = desk.at_the_desk("both", "nurse", clinics=("north", "south"))
    shown = shown_numbers(browser.get(f"/desk/programme?{query}").text)
    table = rows(desk, f"/desk/programme/report.csv?{query}", "north", "south")
    assert {row["number"]: row["cases"] for row in table if row["number"] in shown} == {
        name: says for name, says in shown.items() if not name.startswith(("read.", "outcome."))
    }
    assert {row["quarter"] for row in table} == {"2026-Q3"}


def test_a_list_as_a_table_holds_what_its_page_lists(desk: DeskClinic):
    listed = rows(desk, "/desk/programme/list.csv?number=quality.no-plan", "north")
    assert {row["patient"] for row in listed} == {PATIENTS["b"], PATIENTS["k"]}


def test_need_as_a_table_has_its_units(desk: DeskClinic):
    table = {row["number"]: row for row in rows(desk, "/desk/programme/need.csv", "north")}
    assert table["need.2026-12.linezolid.mg"]["units"] == "54600"
    assert table["need.2026-12.linezolid.mg"]["cases"] == "3"


def test_no_cell_is_a_formula_and_no_page_runs_it(desk: DeskClinic):
    listed = rows(desk, "/desk/programme/list.csv?number=quality.own-words", "north")
    (row,) = (row for row in listed if row["patient"] == PATIENTS["g"])
    assert row["says"] == f"'{HOSTILE} 2026-08-20"
    page = desk.at_the_desk("of-north", "nurse").get("/desk/programme/list?number=quality.own-words").text
    assert "=cmd|&#39; /C calc&#39;!A1" in page


def test_what_the_data_lack_as_a_table_says_what_to_do(desk: DeskClinic):
    table = rows(desk, "/desk/programme/quality.csv", "north")
    assert all(row["to do"] for row in table)
    assert {row["number"]: row["cases"] for row in table}["quality.no-plan"] == "2"


def test_somebody_of_another_clinic_gets_no_row(desk: DeskClinic):
    path = "/desk/programme/list.csv?number=registration.group.relapse&quarter=2026-Q3"
    assert rows(desk, path, "north") == []
    assert [row["patient"] for row in rows(desk, path, "south")] == [PATIENTS["h"]]
