"""Every planned dose is told to a calendar exactly once, and an entry is found again whatever changes."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from course_cases import course
from course_events import event, plan
from effort import examples
from fullcourse.adapters.calendar.ics import CalendarWords, calendar_ics
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import Held, PlanActivated, PlanChanged, PlanStopped, Resumed, Retracted, Transfer
from fullcourse.course.organizer import sheet_of, sheet_with_id
from fullcourse.course.schedule import slots_between
from fullcourse.journey.course import schedule_of
from fullcourse.journey.course_calendar import calendar_of
from ics_reader import read_ics
from patients import knowledge

ZONES = ("Asia/Kolkata", "Africa/Johannesburg", "Europe/Paris", "America/Santiago", "Pacific/Apia", "Africa/Casablanca")
STARTS = (
    datetime(2026, 3, 24, 5, tzinfo=UTC),
    datetime(2026, 9, 1, 5, tzinfo=UTC),
    datetime(2026, 10, 21, 5, tzinfo=UTC),
)
DOSES = ("250 mg q12h", "250 mg q8h", "500 mg once a day", "250 mg q36h", "500 mg M-W-F", "250 mg at 02:30")
DRUGS = ("cycloserine", "linezolid", "bedaquiline")
FEW = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """Draw a log: a plan, and what may happen to it in the days after, each written down when it happens."""
    start, zone = draw(st.sampled_from(STARTS)), draw(st.sampled_from(ZONES))
    log = [event(PlanActivated(_plan(draw, start, zone), "Dr A"), start - timedelta(days=1), actor="clinician")]
    for _ in range(draw(st.integers(0, 5))):
        when = log[-1].occurred_at + timedelta(hours=draw(st.integers(1, 60)))
        kind = draw(st.sampled_from(["change", "hold", "resume", "out", "in", "stop", "back"]))
        if kind == "change":
            begins = when + timedelta(days=draw(st.integers(0, 4)))
            body = PlanChanged(_plan(draw, begins, draw(st.sampled_from(ZONES))), "Dr A")
            log.append(event(body, when, actor="clinician"))
        elif kind == "back":
            log.append(event(Retracted(), when, actor="clinician", supersedes=draw(st.sampled_from(log)).id))
        else:
            drugs = draw(st.sampled_from([(), ("linezolid",)]))
            bodies = {"hold": Held(drugs, "other"), "resume": Resumed(drugs), "stop": PlanStopped("clinician")}
            log.append(event(bodies.get(kind) or Transfer(kind), when, actor="clinician"))
    return log


def _plan(draw: st.DrawFn, begins: datetime, zone: str):
    drugs = draw(st.lists(st.sampled_from(DRUGS), min_size=1, max_size=3, unique=True))
    return plan(*(f"{drug}: {draw(st.sampled_from(DOSES))}" for drug in drugs), start=begins.date(), zone=zone)


@FEW
@given(log=logs(), days=st.integers(1, 12))
def test_every_slot_of_the_schedule_is_told_exactly_once(log, days):
    lived, now = course(log), log[0].occurred_at + timedelta(days=2)
    assume(lived.timeline)
    entries = calendar_of(lived, load_zone, now, days).entries
    told = [slot.id for entry in entries for slot in entry.slots]
    assert len(told) == len(set(told))
    until = now + timedelta(days=days)
    live = [slot for entry in entries if now <= entry.due < until for slot in entry.taken if not entry.is_cancelled]
    held = {slot.id for entry in entries for slot in entry.slots if slot.drug in entry.held}
    planned = [slot for occasion in schedule_of(lived, knowledge(), now, days).occasions for slot in occasion.slots]
    assert {slot.id for slot in live} == {slot.id for slot in planned} - held
    content = read_ics(calendar_ics(calendar_of(lived, load_zone, now, days).entries, CalendarWords.PLAIN))
    lines = [
        (part.instant("DTSTART"), line.split(":")[0])
        for part in content.parts
        if part["STATUS"] == "CONFIRMED" and now <= part.instant("DTSTART") < until
        for line in part.text("DESCRIPTION").split("\n")
    ]
    mixed = {entry.due for entry in entries if entry.held and not entry.is_cancelled}
    assert sorted(line for line in lines if line[0] not in mixed) == sorted(
        (slot.due, slot.drug) for slot in live if slot.due not in mixed
    )


@FEW
@given(log=logs())
def test_what_was_told_is_found_again_with_its_number_and_what_differs_has_a_higher_one(log):
    first = log[0].occurred_at
    lengths = [it for it in range(1, len(log)) if course(log[:it]).timeline and course(log[: it + 1]).timeline]
    assume(lengths)
    for length in lengths:
        before, after = course(log[:length]), course(log[: length + 1])
        told = calendar_of(before, load_zone, first, 10).entries
        later = {entry.uid: entry for entry in calendar_of(after, load_zone, first, 10).entries}
        for entry in told:
            now = later.get(entry.uid)
            assert now is not None or entry.is_cancelled, entry
            if now is None:
                continue
            same = (now.due, now.slots, now.held, now.is_cancelled) == (
                entry.due,
                entry.slots,
                entry.held,
                entry.is_cancelled,
            )
            assert now.revision >= entry.revision
            assert same or now.revision > entry.revision, (entry, now)
            assert now.revision > entry.revision or now.revised_at == entry.revised_at
            change = log[length]
            if entry.due < min(change.occurred_at, change.recorded_at) and change.kind in ("held", "resumed"):
                assert now == entry


@FEW
@given(log=logs(), days=st.sampled_from([7, 28]), later=st.integers(0, 9))
def test_a_sheet_has_a_box_or_an_ask_for_every_dose_and_is_found_again_however_the_log_grew(log, days, later):
    laid_out = []
    for length in range(1, len(log) + 1):
        lived = course(log[:length])
        first = (log[length - 1].occurred_at + timedelta(days=later)).date()
        if (sheet := sheet_of(lived.state, lived.timeline, first, days)) is not None:
            laid_out.append((lived, first, sheet))
    assume(laid_out)
    for lived, first, sheet in laid_out:
        begins, ends = (sheet.zone.instant(first + timedelta(days=after), time(3)) for after in (0, days))
        planned = {slot.id for slot in slots_between(lived.timeline, begins, ends)}
        boxes, asks = [slot.id for slot in sheet.boxes.values()], [slot.id for slot in sheet.asks]
        assert sorted(boxes + asks) == sorted(planned)
        again = sheet_with_id(course(log).state, load_zone, sheet.id)
        assert again is not None
        assert {code: slot.id for code, slot in again.boxes.items()} == {
            code: slot.id for code, slot in sheet.boxes.items()
        }
