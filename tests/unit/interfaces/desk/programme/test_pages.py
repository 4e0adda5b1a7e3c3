"""The programme's pages by cases that were worked out by hand, and by what went wrong in software of peers."""

from collections.abc import Iterator

import pytest

from desk_clinic import Browser, DeskClinic
from desk_programme import PATIENTS, PageCase, page_cases, programme_clinic, shown_numbers, whole


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with programme_clinic(tmp_path_factory.mktemp("desk")) as opened:
        opened.at_the_desk("first", "nurse").get("/desk/programme")
        whole(opened)
        yield opened


def browser_of(desk: DeskClinic, clinics: tuple[str, ...]) -> Browser:
    return desk.at_the_desk(f"nurse-{'-'.join(clinics)}", "nurse", clinics=clinics)


@pytest.mark.parametrize("case", page_cases(), ids=lambda case: case.name)
def test_a_page_says_what_was_worked_out_by_hand_and_its_list_names_whom(desk: DeskClinic, case: PageCase):
    browser = browser_of(desk, case.clinics)
    answer = browser.get(case.page)
    assert answer.status_code == 200, answer.text
    assert shown_numbers(answer.text).get(case.number, "0") == case.says
    path, _, query = case.page.partition("?")
    listed = browser.get(f"/desk/programme/list?number={case.number.replace('+', '%2B')}&{query}".rstrip("&"))
    assert path.startswith("/desk/programme")
    assert listed.status_code == (200 if case.count or listed.status_code == 200 else 404)
    assert sorted(name for name, patient in PATIENTS.items() if patient in listed.text) == sorted(case.behind)
