"""Courses of a programme by chance: registrations, plans, results, outcomes and whatever else a log may hold."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from course_events import BODIES_OF_ALL_KINDS, event, plan
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import (
    OUTCOMES,
    Body,
    Held,
    Outcome,
    PlanActivated,
    Registered,
    ResultInWords,
    Symptom,
)
from fullcourse.clinical.event_bodies.registration import CONFIRMATIONS, GROUPS, HIV, RESISTANCES, SEXES, SITES

__all__ = ["courses", "registrations"]

_DOSES = (
    "linezolid: 600 mg once a day",
    "cycloserine: 250 mg q12h",
    "bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F",
)
_DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
_registered = st.builds(
    Registered,
    *[st.sampled_from(("", *words)) for words in (GROUPS, CONFIRMATIONS, SITES, RESISTANCES)],
    st.none() | st.integers(0, 130),
    *[st.sampled_from(("", *words)) for words in (SEXES, HIV)],
)
_likely: st.SearchStrategy[Body] = st.one_of(
    _registered,
    st.builds(
        lambda dose, start, days: PlanActivated(plan(dose, start=start, days=days), "Dr A"),
        st.sampled_from(_DOSES), _DAYS, st.none() | st.integers(1, 700),
    ),
    st.builds(ResultInWords, st.just("sputum_culture"), st.sampled_from(["negative", "positive", "contaminated"])),
    st.builds(Outcome, st.sampled_from(OUTCOMES), st.just("who-2021"), st.just("Dr A")),
    st.builds(Symptom, st.sampled_from(["symptom_seizure", "symptom_rash"]), st.booleans()),
    st.builds(Held, st.just(()), st.just("side effects")),
    BODIES_OF_ALL_KINDS,
)  # fmt: skip


def registrations() -> st.SearchStrategy[Registered]:
    """Return registrations of which anything may be left out."""
    return _registered


@st.composite
def courses(draw: st.DrawFn) -> list[Event]:
    """Return the events of one course: what reports count, and anything else among it."""
    made: list[Event] = []
    for body in draw(st.lists(_likely, max_size=7)):
        day = draw(_DAYS)
        corrects = {"supersedes": draw(st.sampled_from(made)).id} if made and body.kind == "retracted" else {}
        if body.kind == "retracted" and not corrects:
            continue
        at = datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), tzinfo=UTC)
        made.append(event(body, at, actor=draw(st.sampled_from(["clinician", "patient"])), **corrects))
    return made
