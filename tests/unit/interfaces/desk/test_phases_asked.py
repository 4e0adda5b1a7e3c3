"""A course of several phases, from its beginning at the desk to the list that asks for the next one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html

from begin_pages import alerts, begun, fields_of, first, looked, send
from clinic_service import NORTH, NOW, as_of
from course_events import PATIENT, started
from desk_clinic import DeskClinic, desk_clinic
from desk_courses import Desk, desk_at
from fullcourse.adapters.working_days import every_day_is_open
from fullcourse.adapters.worklist.index import Worklist
from fullcourse.adapters.zones import load_zone
from fullcourse.journey.course import course_from
from fullcourse.journey.course.needs import Rank
from fullcourse.journey.course.queue import needs_of, now_needed

TODAY = NOW.date()
HRZE = ("isoniazid: 300 mg once a day", "rifampin: 600 mg once a day", "pyrazinamide: 1500 mg once a day")


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        yield opened


def log(ends: date | None, now: datetime) -> list:
    """Return the log of a course that began fifty days ago."""
    start = now.date() - timedelta(days=50)
    return [started(*HRZE, on=(now - timedelta(days=51)).isoformat(), start=start, phase_ends_on=ends)]


def in_phase(desk: Desk, ends: date | None) -> str:
    """Keep a course that began fifty days ago, and return its address."""
    return desk.keep(PATIENT, log(ends, NOW))


def acts(page) -> list[tuple[str, str, str]]:
    """Return by when, the words and the way on of each line under 'Act today' that is of a phase."""
    lines = page.xpath(
        "//section[contains(@class, 'today')]//li[contains(@class, 'act ')][span[@class='kind']='Phase']"
    )
    return [
        (
            it.xpath("string(span[@class='by'])"),
            it.xpath("string(.//summary)"),
            it.xpath("string(a[@class='go']/@href)"),
        )
        for it in lines
    ]


@contextmanager
def listed(folder: Path, days: int | None) -> Iterator[DeskClinic]:
    """Open a clinic whose list holds a course with so many days left of its phase; None for a plan without a day."""
    with desk_clinic(folder, people=0) as clinic:
        now = clinic.clinic.clock()
        store = clinic.clinic.service.store
        assert store is not None
        store.append(log(None if days is None else now.date() + timedelta(days=days), now), now)
        clinic.clinic.place(PATIENT, "north")
        clinic.at_the_desk("clinician", "clinician").get("/desk/queue")
        worklist = clinic.clinic.service.parts["worklist"]
        assert isinstance(worklist, Worklist)
        worklist.finish(now)
        yield clinic


def rows(clinic: DeskClinic, name: str) -> list:
    """Return the rows of the list that ask somebody of a role for the next phase."""
    page = html.document_fromstring(clinic.at_the_desk(name, name).get("/desk/queue?tab=visits").text)
    return [it for it in page.xpath("//table[@class='queue']/tbody/tr") if "next phase" in it.text_content()]


def test_the_wizard_keeps_the_day_that_it_proposes_and_the_list_asks_a_week_before_the_next(desk):
    page = looked(desk, first(desk, "first-line.toml"))
    assert fields_of(page, "/desk/begin")["phase_ends"] == "2027-01-22"
    patient = begun(desk, page)
    events = desk.service.store.events(patient)
    (plan,) = [it.body.plan for it in events if it.kind == "plan_activated"]
    assert plan.phase_ends_on == date(2027, 1, 22)
    knowledge = desk.service.knowledge
    shown = []
    for day in (date(2027, 1, 15), date(2027, 1, 16), date(2027, 1, 22), date(2027, 1, 23)):
        now = load_zone(plan.zone).instant(day, NOW.time())
        needs = needs_of(course_from(events, knowledge, load_zone, now), knowledge, now, None, every_day_is_open)
        shown.append([it.by for it in now_needed(needs, now)[0] if it.rank is Rank.PHASE])
    assert shown == [[], ["this week"], ["this week"], ["today"]]


def test_a_day_that_a_clinician_names_is_kept_in_its_place_and_stands_in_the_note(desk):
    patient = begun(desk, looked(desk, first(desk, "first-line.toml")), phase_ends="2027-01-31")
    events = desk.service.store.events(patient)
    assert [it.body.plan.phase_ends_on for it in events if it.kind == "plan_activated"] == [date(2027, 1, 31)]
    assert any("planned to end on 2027-01-31" in it.body.text for it in events if it.kind == "note")


@pytest.mark.parametrize("day", ["", "soon", "2026-11-01"])
def test_a_phase_that_waits_is_not_begun_without_a_day_of_its_own(desk, day):
    page = looked(desk, first(desk, "first-line.toml"))
    fields = {**fields_of(page, "/desk/begin"), "confirmed_by": "Dr A", "phase_ends": day}
    answer = send(desk, "/desk/begin", fields)
    assert answer.status_code == 422
    assert "phase" in alerts(html.document_fromstring(answer.text))
    assert list(desk.service.store.patients()) == []


@pytest.mark.parametrize(
    ("days", "by"), [(7, []), (6, ["this week"]), (0, ["this week"]), (-1, ["today"]), (-40, ["today"])]
)
def test_the_patients_page_asks_and_leads_to_the_change(desk, days, by):
    address = in_phase(desk, TODAY + timedelta(days=days))
    found = acts(desk.page(address))
    assert [it for it, _, _ in found] == by
    assert all((TODAY + timedelta(days=days + 1)).isoformat() in says for _, says, _ in found)
    assert all(to == f"{address}/plan" for _, _, to in found)


def test_a_plan_without_a_further_phase_asks_for_nothing(desk):
    assert acts(desk.page(in_phase(desk, None))) == []


def test_the_list_and_the_print_of_the_day_name_it_and_lead_to_the_change(tmp_path):
    with listed(tmp_path, 2) as clinic:
        (row,) = rows(clinic, "clinician")
        address = f"/desk/courses/{PATIENT}"
        ways = row.xpath(".//td[@class='acts']/a/@href")
        assert {f"{address}/plan", f"{address}/follow-up?matter=visits"} == set(ways)
        assert "The next phase is due on" in clinic.at_the_desk("clinician").get("/desk/digest").text


def test_who_may_not_change_a_plan_is_told_and_led_nowhere_that_is_closed(tmp_path):
    with listed(tmp_path, 2) as clinic:
        (row,) = rows(clinic, "nurse")
        assert row.xpath(".//td[@class='acts']/a/@href") == [f"/desk/courses/{PATIENT}/follow-up?matter=visits"]
        page = html.document_fromstring(clinic.at_the_desk("nurse").get(f"/desk/courses/{PATIENT}").text)
        ((_, says, to),) = acts(page)
        assert ("The next phase is due on" in says, to) == (True, "")


@pytest.mark.parametrize("days", [None, 7])
def test_the_list_asks_nothing_without_a_further_phase_or_before_its_week(tmp_path, days):
    with listed(tmp_path, days) as clinic:
        assert rows(clinic, "clinician") == []


def sent(desk: Desk, address: str, **typed: str):
    """Confirm a change of the plan, and return the body that was kept and the page before it."""
    form = dict(desk.page(f"{address}/plan").forms[-1].fields)
    fields = {**form, "because": "as planned", "confirmed_by": "Dr A", **typed}
    heads = as_of("clinician", NORTH)
    answer = desk.client.post(f"{address}/plan/preview", data=fields, headers=heads)
    assert answer.status_code == 200, answer.text
    preview = html.document_fromstring(answer.text)
    confirmed = dict(preview.forms[-1].fields)
    assert desk.client.post(f"{address}/plan", data=confirmed, headers=heads, follow_redirects=False).status_code == 303
    (kept,) = [it.body.plan for it in desk.service.store.events(PATIENT) if it.kind == "plan_changed"]
    return kept, preview.xpath("string(//section[@aria-labelledby='others'])")


def test_a_dose_that_is_changed_within_the_phase_keeps_its_day(desk):
    ends = TODAY + timedelta(days=5)
    address = in_phase(desk, ends)
    kept, preview = sent(desk, address, plan="isoniazid: 200 mg once a day\nrifampin: 600 mg once a day")
    assert kept.phase_ends_on == ends
    assert f"{ends} now, {ends} then" in " ".join(preview.split())
    assert len(acts(desk.page(address))) == 1


def test_the_change_to_the_next_phase_ends_the_asking(desk):
    address = in_phase(desk, TODAY - timedelta(days=3))
    assert dict(desk.page(f"{address}/plan").forms[-1].fields)["phase_ends"] == ""  # that phase is over
    kept, preview = sent(desk, address, plan="isoniazid: 300 mg once a day\nrifampin: 600 mg once a day")
    assert kept.phase_ends_on is None
    assert "nobody is asked for a further phase" in preview
    assert acts(desk.page(address)) == []


def test_a_phase_that_is_prolonged_gets_a_new_day(desk):
    address = in_phase(desk, TODAY)
    kept, _ = sent(desk, address, phase_ends=(TODAY + timedelta(days=28)).isoformat())
    assert kept.phase_ends_on == TODAY + timedelta(days=28)
    assert acts(desk.page(address)) == []


@pytest.mark.parametrize("days", [0, 1])
def test_the_form_offers_the_day_while_the_phase_is_not_over_on_the_first_day_of_the_change(desk, days):
    address = in_phase(desk, TODAY + timedelta(days=days))  # the form proposes tomorrow
    offered = dict(desk.page(f"{address}/plan").forms[-1].fields)["phase_ends"]
    assert offered == ("" if days == 0 else (TODAY + timedelta(days=1)).isoformat())


def test_what_was_put_off_is_hidden_until_its_day(desk):
    address = in_phase(desk, TODAY + timedelta(days=2))
    page = desk.page(f"{address}/follow-up?matter=visits")
    form = next(it for it in page.forms if "until" in dict(it.fields))
    until = (TODAY + timedelta(days=2)).isoformat()
    fields = {**dict(form.fields), "until": until, "because": "waits for the smear"}
    answer = desk.client.post(
        form.get("action"), data=fields, headers=as_of("clinician", NORTH), follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    page = desk.page(address)
    assert "waits for the smear" in page.xpath("string(//div[@class='put-off'])")
    assert not page.xpath("//ul[@class='acts'][not(ancestor::div[@class='put-off'])]//span[@class='kind'][.='Phase']")
