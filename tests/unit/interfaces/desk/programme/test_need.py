"""Drug need as a page: bars and a table of the same numbers, what is not known named, a stock that is compared."""

import re
from collections.abc import Iterator

import pytest

from desk_clinic import DeskClinic
from desk_programme import programme_clinic, shown_numbers, whole


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with programme_clinic(tmp_path_factory.mktemp("desk")) as opened:
        opened.at_the_desk("first", "nurse").get("/desk/programme/need")
        whole(opened)
        yield opened


def compared(desk: DeskClinic, stock: str) -> tuple[int, str]:
    browser = desk.at_the_desk("nurse", "nurse")
    browser.get("/desk/programme/need")
    answer = browser.post("/desk/programme/need", stock=stock)
    return answer.status_code, answer.text


def test_bars_say_the_same_numbers_as_the_table(desk: DeskClinic):
    text = desk.at_the_desk("nurse", "nurse").get("/desk/programme/need").text
    described = re.search(r"<desc[^>]*>([^<]*54,600[^<]*)</desc>", text)
    assert described is not None
    shown = shown_numbers(text)
    for number, says in shown.items():
        if ".linezolid." in number:
            assert f" {int(says):,}" in described[1]


def test_what_is_not_counted_is_named_with_its_list(desk: DeskClinic):
    shown = shown_numbers(desk.at_the_desk("nurse", "nurse").get("/desk/programme/need").text)
    assert (shown["outcome.due"], shown["read.without-day"]) == ("1", "2")


@pytest.mark.parametrize(
    ("tablets", "says"),
    [
        (93, "55,800 in stock: short by 600 in December 2026"),  # 3 in November, 91 in December: one is lacking
        (94, "56,400 in stock: short by 36,000 in January 2027"),  # both months are covered to the last tablet
    ],
)
def test_a_stock_reaches_as_far_as_its_last_tablet(desk: DeskClinic, tablets: int, says: str):
    status, text = compared(desk, f"linezolid, tablet 600 mg, {tablets}")
    assert status == 200
    assert says in text
    assert "not on the list of what is in stock" in text  # isoniazid


def test_a_stock_that_lasts_says_so(desk: DeskClinic):
    assert "6,000,000 in stock: enough for these courses" in compared(desk, "linezolid, tablet 600 mg, 10000")[1]


def test_a_stock_without_a_number_is_not_taken_for_none(desk: DeskClinic):
    assert "the list does not say how many there are" in compared(desk, "linezolid, tablet 600 mg")[1]


@pytest.mark.parametrize("stock", ["", "linezolid, what, 3", "<script>alert(1)</script>, tablet 1 mg, 3"])
def test_a_list_that_is_not_understood_is_refused_with_what_was_typed(desk: DeskClinic, stock: str):
    status, text = compared(desk, stock)
    assert status == 422
    assert 'role="alert"' in text
    assert "<script>alert" not in text


def test_nobody_sends_a_form_without_the_proof_of_its_page(desk: DeskClinic):
    client = desk.at_the_desk("nurse", "nurse").client
    assert client.post("/desk/programme/need", data={"stock": "linezolid, tablet 600 mg, 1"}).status_code == 403
