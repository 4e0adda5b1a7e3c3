"""The phone's modules by themselves: clock, ids, events, the card and what stops it; and how little they weigh."""

import gzip
import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

import course_cases
from course_events import event, new_id, plan
from fullcourse.adapters.published.event import event_json, read_event
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import (
    DosePartlyTaken,
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Held,
    PlanActivated,
    Result,
    Symptom,
)
from fullcourse.course.advice import Verdict, advise
from fullcourse.course.schedule import Slot, slots_between
from fullcourse.course.standing import Standing, standings_of
from fullcourse.interfaces.phone.lean import lean_script
from phone_core import CHROMIUM, CORE, PhoneCore, phone_core
from phone_plans import PhoneJson, handed

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, and the phone's modules run in it")

MOST_BYTES = 16 * 1024
ZONES = ("UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Africa/Casablanca")
ISSUED = datetime(2026, 4, 20, 6, tzinfo=UTC)
DUE = datetime(2026, 4, 20, 8, tzinfo=UTC)
EPOCH, MS = date(1970, 1, 1), timedelta(milliseconds=1)
DAYS_AND_TIMES = "([zone, all]) => all.map(it => [core.clock.dayOf(zone, it), core.clock.isoOf(zone, it)])"
INSTANTS = "([zone, all]) => all.map(([day, clock]) => core.clock.instant(zone, day, clock))"
IDS = """([plan, now]) => {
  const ids = [], times = {at: now, now}, e = core.events;
  for (const device of ["a", "b"]) for (const actor of ["patient", "supporter"]) for (const slot of plan.slots) {
    const who = {plan, device, actor};
    ids.push(e.doseTaken(who, [], slot, times).id, e.doseSkipped(who, [], slot, "other", times).id);
  }
  return ids;
}"""
DAY_SHOWN = """([plan, events, now]) =>
  core.card.dayAt(plan, events, now).flatMap(it => it.drugs.map(d => [d.slot.id, d.standing]))"""
WHO = {"device": "4b8d6a1e-synthetic", "actor": "patient", "claim": "self"}


@pytest.fixture(scope="module")
def core() -> Iterator[PhoneCore]:
    with phone_core() as opened:
        yield opened


def log_of(*doses: str, told: tuple[Event, ...] = (), **more: object) -> list[Event]:
    """Return a log in which every dose of the last week was taken in time, and what is told beside it."""
    body = PlanActivated(plan(*doses, **more), "synthetic clinician")  # type: ignore[arg-type]
    log = [event(body, "2026-03-01T09:00", actor="clinician", id=new_id(1))]
    slots = slots_between(course_cases.course(log).timeline, ISSUED - timedelta(days=8), ISSUED)
    return [*log, *(event(DoseTaken(it.drug, it.mg, it.id), it.due, device="phone") for it in slots), *told]


def plan_of(*doses: str, told: tuple[Event, ...] = (), days: int = 28, **more: object) -> PhoneJson:
    return handed(course_cases.course(log_of(*doses, told=told, **more)), ISSUED, days=days)


def ms(at: datetime) -> float:
    return at.timestamp() * 1000


def card(core: PhoneCore, given: PhoneJson, at: datetime, *events: object, seen: datetime | None = None) -> Any:
    told = [event_json(it) if isinstance(it, Event) else it for it in events]
    asked = [given, told, at.timestamp() * 1000, (seen or at).timestamp() * 1000]
    return core.run("([plan, events, now, seen]) => core.card.cardOf(plan, events, now, seen)", asked)


def write(core: PhoneCore, given: PhoneJson, events: list[Any], call: str, at: datetime) -> Any:
    """Return what a call of the module of events makes; ``slot`` is the first slot that is due from 08:00 on."""
    script = (
        "([plan, events, who, now, due]) => { const e = core.events, w = {...who, plan}, times = {at: now, now};"
        f"const slot = plan.slots.find(it => it.due >= due); return {call}; }}"
    )
    return core.run(script, [given, events, WHO, at.timestamp() * 1000, ms(DUE)])


ONE = "cycloserine: 250 mg q12h"
BOTH = (ONE, "linezolid: 600 mg once a day")


def test_the_modules_are_small() -> None:
    sent = (lean_script(path.read_text("utf-8")) for path in CORE.glob("*.js"))
    assert sum(len(gzip.compress(script.encode(), 9)) for script in sent) <= MOST_BYTES


@pytest.mark.parametrize("name", ZONES)
def test_the_clock_of_the_plan_is_that_of_the_zone(core: PhoneCore, name: str) -> None:
    zone, chance = load_zone(name), random.Random(name)
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    changes = [[at.timestamp() * 1000, ahead.total_seconds() / 60] for at, ahead in zone.changes(first, last)]
    edges = [at for at, _ in zone.changes(first, last)]
    moments = [at + timedelta(minutes=chance.choice((0, 1, -1, 30, -30, 90, -90, 180, 179, 200))) for at in edges * 20]
    moments += [first + timedelta(minutes=chance.randrange(360 * 24 * 60)) for _ in range(400)]
    moments = [at for at in moments if first <= at < last - timedelta(days=2)]
    clocks = (time(2, 30), time(3), time(1, 59))
    days = [(zone.local(at).date(), chance.choice((zone.local(at).time(), *clocks)).replace(fold=0)) for at in moments]
    walls = [[(day - EPOCH).days, (datetime.combine(day, at) - datetime.combine(day, time())) / MS] for day, at in days]
    told = core.run(DAYS_AND_TIMES, [{"name": name, "changes": changes}, [ms(at) for at in moments]])
    instants = core.run(INSTANTS, [{"name": name, "changes": changes}, walls])
    for at, (day, iso) in zip(moments, told, strict=True):
        assert day == (zone.day_of(at) - EPOCH).days
        assert datetime.fromisoformat(iso) == at
        assert datetime.fromisoformat(iso).utcoffset() == zone.local(at).utcoffset()
    for (day, at), answer in zip(days, instants, strict=True):
        assert answer == zone.instant(day, at).timestamp() * 1000, (day, at)


@pytest.mark.parametrize("text", ["", "abc", "ñ" * 40, "a" * 55, "a" * 56, "a" * 63, "a" * 64, "a" * 1000])
def test_the_digest_is_sha_256(core: PhoneCore, text: str) -> None:
    assert core.run("it => core.digest.sha256(it)", text) == hashlib.sha256(text.encode()).hexdigest()


def test_a_triple_tap_is_one_event_and_taken_back_and_said_again_are_two_more(core: PhoneCore) -> None:
    given, events = plan_of(ONE), list[Any]()
    taken = "e.doseTaken(w, events, slot, times)"
    for seconds in (0, 1, 95):  # the third by somebody who was not sure
        first = write(core, given, events, taken, DUE + timedelta(seconds=seconds))
        events = core.run("([all, it]) => core.events.withEvents(all, [it])", [events, first])
    assert len(events) == 1
    assert events[0]["occurred_at"] == "2026-04-20T08:00:00.000+00:00"
    for _ in range(2):
        back = write(core, given, events, "e.undone(w, events[0], now)", DUE + timedelta(minutes=3))
        events = core.run("([all, it]) => core.events.withEvents(all, [it])", [events, back])
    assert [it["kind"] for it in events] == ["dose_taken", "retracted"]
    again = write(core, given, events, taken, DUE + timedelta(minutes=4))
    events = core.run("([all, it]) => core.events.withEvents(all, [it])", [events, again])
    assert len({it["id"] for it in events}) == 3
    whole = course_cases.course([*log_of(ONE), *(read_event(it) for it in events)])
    assert advise(whole, "cycloserine", DUE + timedelta(minutes=5)).verdict is Verdict.ALREADY_TAKEN


def test_two_tabs_and_two_attempts_of_two_devices_have_ids_that_differ_where_they_must(core: PhoneCore) -> None:
    given = plan_of(*BOTH)
    ids = core.run(IDS, [given, ms(DUE)])
    assert len(set(ids)) == len(ids) > 500


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("e.doseTaken(w, events, slot, times)", {"mg": 250}),
        ("e.dosePartlyTaken(w, events, slot, 125, times)", {"mg": 125}),
        ("e.doseVomited(w, events, slot, 10, times)", {"mg": 250, "minutes_after": 10}),
        ("e.doseVomited(w, events, slot, null, times)", {"mg": 250}),
        ("e.doseSkipped(w, events, slot, 'medical', times)", {"reason": "medical"}),
        ("e.symptom(w, 'symptom_rash', true, now, now)", {"symptom": "symptom_rash"}),
        ("e.symptom(w, 'symptom_rash', false, now, now)", {"symptom": "symptom_rash", "present": False}),
        ("e.note(w, 'my teeth itch', now, now)", {"text": "my teeth itch"}),
        ("e.stockCounted(w, 'cycloserine', 'capsule 250 mg', 12, now, now)", {"units": 12}),
    ],
)
def test_the_service_takes_every_event_that_a_phone_makes(core: PhoneCore, call: str, body: dict[str, object]) -> None:
    given = plan_of(ONE, zone="Asia/Kathmandu")
    made = write(core, given, [], call, DUE + timedelta(minutes=5))
    read = read_event(made)
    assert (read.patient, read.actor, read.claim.value, read.zone) == (
        given["patient"],
        "patient",
        "self",
        "Asia/Kathmandu",
    )
    assert made["body"].items() >= body.items()
    assert read.occurred_at == DUE + timedelta(minutes=5)
    assert read.occurred_at.utcoffset() == timedelta(hours=5, minutes=45)


def test_a_dose_brought_up_again_takes_the_place_of_the_one_taken_and_is_no_second_dose(core: PhoneCore) -> None:
    given = plan_of(ONE)
    taken = write(core, given, [], "e.doseTaken(w, events, slot, times)", DUE)
    vomited = write(
        core, given, [taken], "e.doseVomited(w, events, slot, 10, {at: due, now})", DUE + timedelta(minutes=10)
    )
    assert vomited["supersedes"] == taken["id"]
    whole = course_cases.course([*log_of(ONE), read_event(taken), read_event(vomited)])
    assert advise(whole, "cycloserine", DUE + timedelta(minutes=11)).verdict is Verdict.ASK
    shown = card(core, given, DUE + timedelta(minutes=11), taken, vomited)
    assert (shown["state"], shown["reason"], shown["drugs"]) == ("call-first", "ask", [])


def test_a_time_that_is_corrected_stays_one_dose(core: PhoneCore) -> None:
    given = plan_of(ONE)
    taken = write(core, given, [], "e.doseTaken(w, events, slot, times)", DUE + timedelta(hours=1))
    moved = write(core, given, [taken], "e.takenAt(w, events[0], due, now)", DUE + timedelta(hours=1))
    assert read_event(moved).occurred_at == DUE
    shown = card(core, given, DUE + timedelta(hours=1, minutes=1), taken, moved)
    assert shown["state"] == "done"
    assert shown["stop"] == {"drug": "cycloserine", "at": ms(DUE)}


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (timedelta(hours=-1), "done"),  # of the evening before
        (timedelta(), "due"),
        (timedelta(hours=2), "due"),
        (timedelta(hours=2, minutes=1), "late-take"),
        (timedelta(hours=8), "late-skip"),
    ],
)
def test_one_dose_goes_from_done_to_due_late_and_too_late(core: PhoneCore, after: timedelta, state: str) -> None:
    shown = card(core, plan_of(ONE), DUE + after)
    assert shown["state"] == state
    assert bool(shown["drugs"]) == (state in ("due", "late-take"))


def test_a_dose_that_the_person_said_was_left_out_is_not_told_to_be_skipped_again(core: PhoneCore) -> None:
    given, at = plan_of(ONE), DUE + timedelta(hours=9)
    skipped = write(core, given, [], "e.doseSkipped(w, events, slot, 'forgotten', times)", at)
    shown = card(core, given, at + timedelta(minutes=1), skipped)
    assert (shown["state"], shown["isSkipped"]) == ("not-yet", True)
    assert shown["at"] == (DUE + timedelta(hours=12)).timestamp() * 1000


def test_one_card_holds_all_drugs_of_its_time(core: PhoneCore) -> None:
    shown = card(core, plan_of(*BOTH), DUE)
    assert [(it["drug"], it["mg"]) for it in shown["drugs"]] == [("cycloserine", 250), ("linezolid", 600)]
    assert shown["at"] == ms(DUE)


def test_a_drug_of_whose_late_dose_no_source_speaks_is_left_out_by_name(core: PhoneCore) -> None:
    shown = card(core, plan_of(*BOTH), DUE + timedelta(hours=3))
    assert shown["state"] == "late-take"
    assert [it["drug"] for it in shown["drugs"]] == ["cycloserine"]
    assert [(it["drug"], it["verdict"]) for it in shown["withheld"]] == [("linezolid", "ask")]


def test_before_the_plan_begins_the_card_waits_for_its_first_dose(core: PhoneCore) -> None:
    given = plan_of(ONE, start=date(2026, 4, 22))
    shown = card(core, given, ISSUED)
    assert (shown["state"], shown["drugs"]) == ("not-yet", [])
    assert shown["at"] == datetime(2026, 4, 22, 8, tzinfo=UTC).timestamp() * 1000


# Where no dose is advised.


def test_without_a_plan_the_clinic_is_called(core: PhoneCore) -> None:
    given = handed(course_cases.course([event(Symptom("symptom_rash"), ISSUED - timedelta(hours=1))]), ISSUED)
    shown = card(core, given, DUE)
    assert (shown["state"], shown["reason"], shown["drugs"]) == ("call-first", "no-plan", [])


@pytest.mark.parametrize(("days", "hours", "is_old"), [(1, -0.01, False), (1, 0, True), (28, 0, True), (28, 400, True)])
def test_past_its_expiry_a_plan_advises_no_dose(core: PhoneCore, days: int, hours: float, is_old: bool) -> None:
    given = plan_of(ONE, days=days)
    shown = card(core, given, ISSUED + timedelta(days=days, hours=hours))
    assert (shown["reason"] == "expired") is is_old
    if is_old:
        assert (shown["state"], shown["drugs"], shown["key"]) == ("call-first", [], "plan-expired")


def test_a_clock_that_is_put_back_renews_no_plan(core: PhoneCore) -> None:
    given = plan_of(ONE, days=14)
    for at, seen, reason in (
        (DUE, ISSUED + timedelta(days=14), "expired"),
        (DUE, DUE + timedelta(minutes=11), "clock"),
        (DUE, DUE + timedelta(minutes=10), None),
        (ISSUED - timedelta(minutes=11), ISSUED - timedelta(days=1), "clock"),
    ):
        shown = card(core, given, at, seen=seen)
        assert shown["reason"] == reason
        assert bool(shown["drugs"]) is (reason is None)


def test_a_held_drug_is_left_out_and_the_others_are_taken(core: PhoneCore) -> None:
    hold = event(Held(("linezolid",), "side effects"), ISSUED - timedelta(hours=1), actor="clinician")
    shown = card(core, plan_of(*BOTH, told=(hold,)), DUE)
    assert (shown["state"], [it["drug"] for it in shown["drugs"]]) == ("due", ["cycloserine"])
    assert [(it["drug"], it["verdict"], it["key"]) for it in shown["withheld"]] == [("linezolid", "held", "held")]
    everything = event(Held((), "result"), ISSUED - timedelta(hours=1), actor="clinician")
    assert card(core, plan_of(*BOTH, told=(everything,)), DUE)["state"] == "held"


@pytest.mark.parametrize(("unit", "is_unread"), [("furlong", True), ("mg/L", False)])
def test_an_unread_result_stops_its_drug_alone(core: PhoneCore, unit: str, is_unread: bool) -> None:
    result = event(Result("cycloserine_level", 12.0, unit), ISSUED - timedelta(hours=1), actor="clinician")
    given = plan_of(*BOTH, told=(result,))
    assert [it["drug"] for it in given["items"]] == ["cycloserine"] * is_unread
    shown = card(core, given, DUE)
    assert [it["drug"] for it in shown["drugs"]] == (["linezolid"] if is_unread else ["cycloserine", "linezolid"])
    if is_unread:
        assert [it["key"] for it in shown["withheld"]] == ["unread-result"]
        alone = card(core, plan_of(ONE, told=(result,)), DUE)
        assert (alone["state"], alone["reason"], alone["drugs"]) == ("call-first", "unread", [])


def test_an_emergency_that_this_phone_wrote_stops_every_drug(core: PhoneCore) -> None:
    given = plan_of(*BOTH)
    seizure = event(Symptom("symptom_seizure"), DUE - timedelta(hours=1))
    shown = card(core, given, DUE, seizure)
    assert (shown["state"], shown["reason"], shown["drugs"]) == ("call-first", "danger", [])


def test_a_danger_of_one_drug_comes_first_and_drops_no_other_in_silence(core: PhoneCore) -> None:
    level = event(Result("cycloserine_level", 45.0, "mg/L"), ISSUED - timedelta(hours=1), actor="clinician")
    shown = card(core, plan_of(*BOTH, told=(level,)), DUE)
    assert (shown["state"], [it["drug"] for it in shown["drugs"]]) == ("call-first", ["linezolid"])


@pytest.mark.parametrize(
    ("minutes", "is_stopped"),
    [(0, True), (359, True), (360, True), (719, True)],
)
def test_a_second_dose_of_one_planned_dose_is_stopped(core: PhoneCore, minutes: int, is_stopped: bool) -> None:
    given = plan_of(ONE)
    taken = write(core, given, [], "e.doseTaken(w, events, slot, times)", DUE)
    stop = card(core, given, DUE + timedelta(minutes=minutes), taken)["stop"]
    assert (stop is not None) is is_stopped


@pytest.mark.parametrize(("hours", "is_stopped"), [(5.99, True), (6.0, False)])
def test_a_dose_within_half_the_interval_of_another_is_stopped(core: PhoneCore, hours: float, is_stopped: bool) -> None:
    given = plan_of(ONE)
    slot = next(it["id"] for it in given["slots"] if it["due"] >= ms(DUE))
    late = event(DoseTaken("cycloserine", 250.0, slot), DUE + timedelta(hours=8))
    stop = card(core, given, DUE + timedelta(hours=8) + timedelta(hours=hours), late)["stop"]
    assert (stop is not None) is is_stopped


def test_two_doses_of_one_planned_dose_are_two_however_far_apart(core: PhoneCore) -> None:
    given = plan_of(ONE)
    slot = next(it["id"] for it in given["slots"] if it["due"] >= ms(DUE))
    twice = [event(DoseTaken("cycloserine", 250.0, slot), DUE + timedelta(hours=it), device="phone") for it in (0, 7)]
    at = DUE + timedelta(hours=7, minutes=1)
    assert advise(course_cases.course([*log_of(ONE), *twice]), "cycloserine", at).verdict is Verdict.CALL_FIRST
    shown = card(core, given, at, *twice)
    assert (shown["state"], shown["key"], shown["drugs"]) == ("call-first", "two-doses", [])


def test_the_day_is_what_the_service_says_of_it(core: PhoneCore) -> None:
    log, around = log_of(*BOTH), (DUE - timedelta(days=2), DUE + timedelta(days=2))
    planned = [it for it in slots_between(course_cases.course(log).timeline, *around) if it.due >= ISSUED]
    given, words = handed(course_cases.course(log), ISSUED), {Standing.DUE: ("due", "to come")}
    for seed in range(24):
        chance = random.Random(seed)
        now = DUE + timedelta(hours=chance.choice((0, 3, 11, 13, 20)))
        told = [it for slot in planned for it in told_of(slot, chance) if it.occurred_at <= now]
        whole = course_cases.course([*log, *told])
        shown = dict(core.run(DAY_SHOWN, [given, [event_json(it) for it in told], ms(now)]))
        zone = whole.timeline[0].zone
        for drug in ("cycloserine", "linezolid"):
            rows, _ = standings_of(whole.state, whole.timeline, drug, around, now, 2.0)
            for row in rows:
                if zone.day_of(row.slot.due) == zone.day_of(now):
                    assert shown.pop(row.slot.id) in words.get(row.standing, (row.standing.value,))
        assert not shown


def told_of(slot: Slot, chance: random.Random) -> Iterator[Event]:
    """Yield what somebody says of a planned dose, or nothing, or two things that contradict each other."""
    at = slot.due + timedelta(minutes=chance.choice((0, 119, 121, 125)))
    for body in (
        DoseTaken(slot.drug, slot.mg, slot.id),
        DosePartlyTaken(slot.drug, slot.mg / 2, slot.id),
        DoseVomited(slot.drug, slot.mg, slot.id),
        DoseSkipped(slot.drug, slot.id),
    ):
        if chance.random() < 0.3:
            yield event(body, at)


def test_words_fall_back_to_english(core: PhoneCore) -> None:
    script = """() => { const t = core.words.wordsOf({a: "Take {n}", b: "Help"}, {a: "Tome {n}", b: ""});
      let missing = ""; try { t("c"); } catch (error) { missing = error.message; }
      return [t("a", {n: 2}), t("b"), missing]; }"""
    assert core.run(script) == ["Tome 2", "Help", "no words for c"]
