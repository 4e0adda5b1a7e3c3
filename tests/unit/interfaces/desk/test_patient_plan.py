"""A plan is changed in two steps: what moves is shown, and nothing is kept before it is confirmed."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from lxml import html

from clinic_service import NORTH, NOW, as_of
from course_events import event, plan
from desk_courses import Desk, desk_at, person
from fullcourse.clinical.event_bodies import Dispensed, PlanChanged, Result

HELD_FOR_NERVES = 5  # linezolid, levofloxacin and cycloserine, each at its dose
TOMORROW = (NOW.date() + timedelta(days=1)).isoformat()
LOWER = "linezolid: 300 mg once a day\nlevofloxacin: 750 mg once a day\ncycloserine: 250 mg q12h"


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        yield opened


def begun(desk: Desk, *more) -> str:
    one = person(HELD_FOR_NERVES)
    resumed = [it for it in one.events if it.kind != "held"]
    return desk.keep(one.patient, [*resumed, *more])


def typed(desk: Desk, address: str, **changed: str) -> dict[str, str]:
    """Return the fields of the form as a browser would send them, with what somebody typed."""
    form = desk.page(f"{address}/plan").forms[-1]
    return {**dict(form.fields), "because": "numb feet", "confirmed_by": "Dr A", **changed}


def send(desk: Desk, address: str, fields: dict[str, str], role: str = "clinician"):
    return desk.client.post(address, data=fields, headers=as_of(role, NORTH), follow_redirects=False)


def plans_in(desk: Desk, address: str) -> list:
    return [it for it in desk.service.store.events(address.rpartition("/")[2]) if it.kind == "plan_changed"]


def rows(page, section: str) -> dict[str, list[str]]:
    """Return the cells of each row of a table, by its heading."""
    found = page.xpath(f"//section[@aria-labelledby='{section}']//tbody/tr")
    return {row.find("th").text: [" ".join(cell.text_content().split()) for cell in row.findall("td")] for row in found}


def test_the_form_holds_the_plan_in_force_and_the_days_that_are_left(desk):
    address = begun(desk)
    fields = typed(desk, address)
    assert fields["plan"].splitlines()[0] == "linezolid: 600 mg at 08:00"
    assert fields["start"] == TOMORROW
    assert fields["days"] == str(540 - 95)


def test_a_loading_dose_that_is_over_is_not_begun_anew_and_an_unchanged_form_moves_nothing(desk):
    one = person(2)  # bedaquiline for 110 days: 400 mg every day for two weeks, then 200 mg three days a week
    address = desk.keep(one.patient, one.events)
    fields = typed(desk, address)
    assert "bedaquiline: 200 mg at 08:00 on mon, wed, fri" in fields["plan"].splitlines()
    assert "400 mg" not in fields["plan"]
    page = html.document_fromstring(send(desk, f"{address}/plan/preview", fields).text)
    assert {tuple(cells[2:4]) for cells in rows(page, "drugs").values()} == {("0", "0")}
    assert "stays right" in page.xpath("//section[@aria-labelledby='others']")[0].text_content()


def test_a_loading_dose_that_somebody_types_again_is_marked_as_moved(desk):
    one = person(2)
    address = desk.keep(one.patient, one.events)
    text = "bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F\nclofazimine: 100 mg once a day"
    answer = send(desk, f"{address}/plan/preview", typed(desk, address, plan=text))
    page = html.document_fromstring(answer.text)
    assert "bedaquiline" in page.xpath("//tr[@class='moved']/th")[0].text
    assert int(rows(page, "drugs")["bedaquiline"][3]) >= 14


def test_a_preview_says_what_moves_and_keeps_nothing(desk):
    address = begun(desk)
    answer = send(desk, f"{address}/plan/preview", typed(desk, address, plan=LOWER))
    assert answer.status_code == 200, answer.text
    page = html.document_fromstring(answer.text)
    assert "Nothing has changed yet." in answer.text
    drugs = rows(page, "drugs")
    assert drugs["linezolid"][:4] == ["600 mg at 08:00", "300 mg at 08:00", "28", "28"]
    assert drugs["linezolid"][4].startswith(TOMORROW)
    assert drugs["cycloserine"][2:4] == ["0", "0"]
    assert TOMORROW in page.xpath("//section[@aria-labelledby='others']")[0].text_content()
    assert plans_in(desk, address) == []


def test_a_change_that_was_confirmed_is_kept_once_however_often_it_is_sent(desk):
    address = begun(desk)
    fields = typed(desk, address, plan=LOWER)
    preview = html.document_fromstring(send(desk, f"{address}/plan/preview", fields).text)
    confirmed = dict(preview.forms[-1].fields)
    assert [send(desk, f"{address}/plan", confirmed).status_code for _ in range(2)] == [303, 303]
    (kept,) = plans_in(desk, address)
    assert (kept.body.because, kept.body.confirmed_by, kept.actor) == ("numb feet", "Dr A", "clinician")
    assert kept.body.plan.drug("linezolid").steps[0].doses[0].mg == 300.0
    assert kept.body.plan.starts_on == date.fromisoformat(TOMORROW)
    assert kept.body.plan.treatment_day == 96
    assert "300 mg at 08:00" in desk.page(address).text_content()


def test_a_drug_that_is_left_out_ends_and_one_that_is_added_begins(desk):
    address = begun(desk)
    text = "levofloxacin: 750 mg once a day\ncycloserine: 250 mg q12h\nclofazimine: 100 mg once a day"
    page = html.document_fromstring(send(desk, f"{address}/plan/preview", typed(desk, address, plan=text)).text)
    drugs = rows(page, "drugs")
    assert drugs["linezolid"][:4] == ["600 mg at 08:00", "ends", "28", "0"]
    assert drugs["clofazimine"][:4] == ["not in the plan", "100 mg at 08:00", "0", "28"]


def test_a_supply_that_was_counted_lasts_longer_at_half_the_dose(desk):
    one = person(HELD_FOR_NERVES)
    given = event(
        Dispensed("linezolid", "tablet 300 mg", 500.0), NOW - timedelta(days=94, hours=4), patient=one.patient,
        actor="clinician",
    )  # fmt: skip
    address = begun(desk, given)
    page = html.document_fromstring(send(desk, f"{address}/plan/preview", typed(desk, address, plan=LOWER)).text)
    before, after = (cell[:10] for cell in rows(page, "refill")["linezolid"])
    assert date.fromisoformat(after) - date.fromisoformat(before) > timedelta(days=100)


def test_a_drug_that_the_log_speaks_against_is_named_before_it_is_confirmed(desk):
    one = person(HELD_FOR_NERVES)
    high = event(Result("qtcf", 530.0, "ms"), NOW - timedelta(hours=2), patient=one.patient, actor="clinician")
    address = begun(desk, high)
    text = LOWER + "\nbedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F"
    answer = send(desk, f"{address}/plan/preview", typed(desk, address, plan=text))
    alert = html.document_fromstring(answer.text).xpath("//*[@role='alert']")[0].text_content()
    assert "bedaquiline (contraindicated)" in alert
    assert "numb feet" in alert


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("plan", "linezolid 300 mg", "has no colon"),
        ("plan", "linzolid: 300 mg once a day", "linzolid"),
        ("plan", "", "nothing stands there"),
        ("start", "2026-01-01", "never reaches back"),
        ("start", "soon", "not a date"),
        ("days", "0", "no length"),
        ("because", "", "nothing stands there"),
        ("confirmed_by", "", "nothing stands there"),
    ],
)
@pytest.mark.parametrize("step", ["plan/preview", "plan"])
def test_what_cannot_be_used_is_told_and_what_was_typed_stays(desk, step, field, value, told):
    address = begun(desk)
    answer = send(desk, f"{address}/{step}", typed(desk, address, **{field: value}))
    assert answer.status_code == 422
    page = html.document_fromstring(answer.text)
    assert told in page.xpath("//*[@role='alert']")[0].text_content()
    assert page.get_element_by_id("confirmed-by").get("value") == ("" if field == "confirmed_by" else "Dr A")
    assert plans_in(desk, address) == []


@pytest.mark.parametrize("step", ["plan/preview", "plan"])
def test_a_form_of_a_plan_that_somebody_else_changed_meanwhile_is_refused(desk, step):
    address = begun(desk)
    fields = typed(desk, address, plan=LOWER)
    other = PlanChanged(plan("levofloxacin: 750 mg once a day", start=NOW.date()), "Dr A", "somebody else")
    one = person(HELD_FOR_NERVES)
    desk.keep(one.patient, [event(other, NOW, patient=one.patient, actor="clinician")])
    assert send(desk, f"{address}/{step}", fields).status_code == 409
    assert len(plans_in(desk, address)) == 1


@pytest.mark.parametrize("step", ["plan/preview", "plan"])
def test_who_may_not_change_a_plan_is_told_that_nothing_is_there(desk, step):
    address = begun(desk)
    fields = typed(desk, address, plan=LOWER)
    assert send(desk, f"{address}/{step}", fields, role="nurse").status_code == 404
    assert plans_in(desk, address) == []
