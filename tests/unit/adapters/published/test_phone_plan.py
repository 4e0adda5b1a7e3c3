"""The JSON of a phone's plan: as its schema says, for every drug; small; in the patient's language; naming nobody."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta

import pytest

import course_cases
from course_events import event, new_id, plan
from fullcourse.clinical.event_bodies import DoseTaken, Held, Outcome, PlanActivated, PlanStopped, Resumed, StockCounted
from fullcourse.course.advice_words import PATIENT_WORDS
from fullcourse.course.schedule import slots_between
from phone_lives import AMOUNTS, RHYTHMS
from phone_plans import PhoneJson, handed, phone_schema

NOW = datetime(2026, 4, 20, 9, tzinfo=UTC)
MOST_BYTES = 60_000


def log_of(*doses: str, **more: object) -> list:
    body = PlanActivated(plan(*doses, **more), "synthetic clinician")
    return [event(body, "2026-03-01T09:00", actor="clinician", id=new_id(1))]


def json_of(log: list, **more: object) -> PhoneJson:
    made = handed(course_cases.course(log), NOW, **more)
    phone_schema().validate(made)
    return made


@pytest.mark.parametrize("profile", ["us", "who", "india", "msf"])
@pytest.mark.parametrize("drug", sorted(AMOUNTS))
def test_every_drug_is_written_as_the_schema_says(drug: str, profile: str) -> None:
    rhythm = RHYTHMS[len(drug) % len(RHYTHMS)].format(mg=AMOUNTS[drug], twice=2 * AMOUNTS[drug])
    made = json_of(log_of(f"{drug}: {rhythm}"), profile=profile)
    (of_drug,) = made["drugs"]
    assert (of_drug["drug"], of_drug["least_share"], of_drug["late_after_h"]) == (drug, 0.5, 2.0)
    named = {
        place for it in made["drugs"] for key, listed in it["rules"].items() if key != "just_late" for place in listed
    }
    named |= {it["rules"]["just_late"] for it in made["drugs"]} | set(made["emergencies"])
    named |= {it["rule"] for it in made["triage"]["rules"]}
    assert named == set(range(len(made["rules"])))  # each rule once, and none that nobody asks


@pytest.mark.parametrize("ends", ["2026-04-18", "2026-04-26"])  # two days ago, and in six
def test_a_phase_that_ends_changes_nothing_on_the_phone_whose_doses_go_on(ends: str) -> None:
    doses = ("rifampin: 600 mg once a day", "pyrazinamide: 1500 mg once a day")
    made = json_of(log_of(*doses, phase_ends_on=date.fromisoformat(ends)))
    assert made == json_of(log_of(*doses))
    last = date(2026, 6, 10)
    late = {it["drug"] for it in made["slots"] if datetime.fromtimestamp(it["due"] / 1000, UTC).date() == last}
    assert late == {"rifampin", "pyrazinamide"}


def test_seven_drugs_with_two_months_of_doses_and_one_of_events_are_small() -> None:
    drugs = sorted(AMOUNTS)[:6]
    log = log_of(*(f"{drug}: {AMOUNTS[drug]} mg once a day" for drug in drugs), "terizidone: 250 mg q12h", days=600)
    for place, slot in enumerate(slots_between(course_cases.course(log).timeline, NOW - timedelta(days=32), NOW)):
        log.append(event(DoseTaken(slot.drug, slot.mg, slot.id), slot.due + timedelta(minutes=place % 47)))
    written = json.dumps(json_of(log), separators=(",", ":")).encode()
    assert len(gzip.compress(written, 9)) <= MOST_BYTES


def test_a_hold_a_claimed_hold_and_who_resumed_stand_beside_the_drug() -> None:
    log = log_of("cycloserine: 250 mg q12h")
    at = NOW - timedelta(hours=5)
    log += [
        event(Held((), "side effects"), at, actor="clinician"),
        event(Resumed(("cycloserine",)), at + timedelta(hours=1), actor="clinician"),
        event(Held((), "other"), at + timedelta(hours=2), actor="supporter"),
    ]
    (drug,) = json_of(log)["drugs"]
    since = at.timestamp() * 1000
    assert drug["hold"] == [{"since": since, "until": since + 3_600_000, "side_effects": True}]
    assert drug["resumed"] == [since + 3_600_000]
    assert drug["hold_claimed"] == [since + 7_200_000]


@pytest.mark.parametrize(
    ("body", "closed"),
    [
        (None, None),
        (PlanStopped("clinician"), {"died": False}),
        (Outcome("died", "who-2021", "synthetic clinician"), {"died": True}),
    ],
)
def test_the_end_of_a_course_is_told(body: object, closed: dict[str, bool] | None) -> None:
    at = NOW - timedelta(days=1)
    log = [*log_of("cycloserine: 250 mg q12h"), *([] if body is None else [event(body, at, actor="clinician")])]
    expected = None if closed is None else {"at": at.timestamp() * 1000, **closed}
    assert json_of(log)["closed"] == expected


def test_pills_left_are_a_range_and_unknown_where_nobody_counted() -> None:
    log = log_of("cycloserine: 1 capsule of 250 mg q12h")
    assert json_of(log)["supply"][0]["units_left"] is None
    counted = event(StockCounted("cycloserine", "capsule 250 mg", 40.0), NOW - timedelta(hours=40))
    (supply,) = json_of([*log, counted])["supply"]
    low, high = supply["units_left"]
    assert (low, high) == (37, 40)  # three doses since then of which nobody said anything
    assert supply["order_by"] is not None


def test_the_words_are_in_the_patients_language_where_it_is_known() -> None:
    log = log_of("cycloserine: 250 mg q12h")
    english, spanish = json_of(log), json_of(log, language="es")
    assert english["words"] == dict(PATIENT_WORDS)
    assert spanish["language"] == "es"
    assert english["triage"]["questions"][0]["ask"] != spanish["triage"]["questions"][0]["ask"]
    said = [(one["words"], other["words"]) for one, other in zip(english["rules"], spanish["rules"], strict=True)]
    assert all(other for one, other in said if one)  # none is left out
    assert sum(one != other for one, other in said) > 20


def test_who_confirmed_the_plan_and_notes_are_not_on_the_phone() -> None:
    assert "synthetic clinician" not in json.dumps(json_of(log_of("cycloserine: 250 mg q12h")))
