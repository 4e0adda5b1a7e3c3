"""Events of synthetic courses for tests: one by one, and as a strategy over every kind."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import strategies as st

from fullcourse.clinical import Claim, CoursePlan, Event, RegimenDrug
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.event_bodies import (
    CONTACT_WAYS,
    HOLD_REASONS,
    MATTERS,
    OUTCOMES,
    REASONS,
    Body,
    Consent,
    Contact,
    Dispensed,
    DosePartlyTaken,
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Held,
    Note,
    Outcome,
    PlanActivated,
    PlanChanged,
    PlanSeen,
    PlanStopped,
    Registered,
    Result,
    ResultInWords,
    Resumed,
    Retracted,
    Snoozed,
    StockCounted,
    Symptom,
    Transfer,
    UnknownKind,
    Visit,
)
from fullcourse.clinical.event_bodies.registration import CONFIRMATIONS, GROUPS, HIV, RESISTANCES, SEXES, SITES
from fullcourse.clinical.event_id import event_id

PATIENT = "6f1c2f0a-synthetic"
DIGEST = "0f" * 32
START = date(2026, 3, 2)  # a Monday

_numbers = count(1)


def new_id(seed: int | None = None) -> str:
    """Return an id of its own; the same one for the same seed."""
    number = next(_numbers) if seed is None else seed
    return event_id(1_772_000_000_000 + number, random.Random(number).getrandbits(74))


def at(text: str) -> datetime:
    """Return an instant; UTC where the text has no offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def event(body: Body, occurred: str | datetime, **more: object) -> Event:
    """Return an event of the synthetic patient, written down when it happened."""
    occurred_at = at(occurred) if isinstance(occurred, str) else occurred
    given: dict[str, object] = {
        "id": new_id(),
        "patient": PATIENT,
        "body": body,
        "occurred_at": occurred_at,
        "recorded_at": occurred_at,
        "zone": "UTC",
        "claim": Claim.SELF,
        "actor": "patient",
        "source": "test 1",
        "device": "device-1",
        **more,
    }
    return Event(**given)  # type: ignore[arg-type]


def plan(*drugs: str, start: date = START, zone: str = "UTC", **more: object) -> CoursePlan:
    """Return a plan of drugs written as ``cycloserine: 250 mg q12h``."""
    rows = []
    for text in drugs:
        name, dose = text.split(":", 1)
        rows.append(RegimenDrug(name.strip(), parse_dose_plan(dose.strip())))
    return CoursePlan(tuple(rows), start, zone, DIGEST, **more)  # type: ignore[arg-type]


def started(*drugs: str, on: str = "2026-03-01T09:00", start: date = START, zone: str = "UTC", **more: object) -> Event:
    """Return the event that begins a plan."""
    return event(PlanActivated(plan(*drugs, start=start, zone=zone, **more), "Dr A"), on, actor="clinician", zone=zone)


DRUGS = ("cycloserine", "bedaquiline", "linezolid")
_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)
_words = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=8)
_amounts = st.floats(0.5, 2000.0, allow_nan=False)
_drugs = st.sampled_from(DRUGS)
_days = st.dates(date(2026, 1, 1), date(2029, 12, 31))
_plans = st.builds(
    lambda doses, start, days, phase: plan(
        *doses, start=start, days=days, phase_ends_on=None if phase is None else start + timedelta(days=phase)
    ),
    st.sampled_from(
        [
            ("cycloserine: 250 mg q12h",),
            ("cycloserine: 250 mg morning + 500 mg evening", "bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F"),
            ("linezolid: 600 mg once a day",),
        ]
    ),
    _days,
    st.none() | st.integers(1, 900),
    st.none() | st.integers(0, 900),
)

BODIES_OF_ALL_KINDS: st.SearchStrategy[Body] = st.one_of(
    st.builds(DoseTaken, _drugs, _amounts, _words | st.just(""), _words | st.just("")),
    st.builds(DosePartlyTaken, _drugs, _amounts, _words | st.just("")),
    st.builds(DoseVomited, _drugs, _amounts, _words | st.just(""), st.none() | st.floats(0, 600)),
    st.builds(DoseSkipped, _drugs, _words | st.just(""), st.sampled_from(REASONS)),
    st.builds(Held, st.lists(_drugs, max_size=2).map(tuple), st.sampled_from(HOLD_REASONS)),
    st.builds(Resumed, st.lists(_drugs, max_size=2).map(tuple)),
    st.builds(Dispensed, _drugs, _words, _amounts, _words, st.none() | _days, st.none() | st.integers(0, 12)),
    st.builds(StockCounted, _drugs, _words, st.floats(0, 500), _words, st.none() | _days),
    st.builds(Result, _words, st.floats(-1e6, 1e6), st.sampled_from(["mg/L", "ms"])),
    st.builds(ResultInWords, _words, st.sampled_from(["negative", "positive", "contaminated"])),
    st.builds(Symptom, st.sampled_from(["symptom_seizure", "symptom_rash"]), st.booleans()),
    st.builds(Visit, st.booleans(), _texts),
    st.builds(PlanActivated, _plans, _words),
    st.builds(PlanChanged, _plans, _words, _texts),
    st.builds(PlanStopped, st.sampled_from(["clinician", "patient"]), _texts),
    st.builds(PlanSeen, st.floats(1, 2e12)),
    st.builds(Note, _texts),
    st.builds(Retracted, _texts),
    st.builds(Consent, _words, st.booleans(), _words, _words, _texts),
    st.builds(Transfer, st.sampled_from(["in", "out"]), _words, _words),
    st.builds(Outcome, st.sampled_from(OUTCOMES), _words, _words),
    st.builds(
        Registered,
        *[st.sampled_from(("", *words)) for words in (GROUPS, CONFIRMATIONS, SITES, RESISTANCES)],
        st.none() | st.integers(0, 130),
        *[st.sampled_from(("", *words)) for words in (SEXES, HIV)],
    ),
    st.builds(Contact, st.sampled_from(CONTACT_WAYS), st.booleans(), _texts),
    st.builds(Snoozed, st.sampled_from(MATTERS), _days, _words),
    st.builds(UnknownKind, st.just("hologram_shown"), st.sampled_from(['{"a":1}', "[]", '{"b":{"c":"é"}}'])),
)
"""A body of every kind, one that no version knows among them."""


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Draw one event of any kind."""
    body = draw(BODIES_OF_ALL_KINDS)
    occurred = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 300_000)))
    recorded = occurred + timedelta(minutes=draw(st.integers(-60, 10_000)))
    number = draw(st.integers(1, 10**9))
    targets = st.integers(1, 10**9).map(new_id)
    supersedes = draw(targets) if isinstance(body, Retracted) else draw(st.just("") | targets)
    return event(
        body,
        occurred,
        id=new_id(number),
        recorded_at=recorded,
        claim=draw(st.sampled_from(list(Claim))),
        actor=draw(st.sampled_from(["patient", "supporter", "clinician", "device"])),
        supersedes=supersedes,
        device=draw(st.sampled_from(["", "phone", "tablet"])),
        received_at=draw(st.none() | st.just(recorded)),
    )
