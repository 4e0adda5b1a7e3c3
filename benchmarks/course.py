"""How long is the fold of two years' log, one event more, advice on a dose, the schedule of a day; a bare loop beside.

The bare loop does what no fold can leave out: it sees every event once and keeps the doses by drug.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Claim, CoursePlan, Event, RegimenDrug
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.event_bodies import Body, DoseTaken, PlanActivated
from fullcourse.clinical.event_id import event_id
from fullcourse.course.fold import append, fold
from fullcourse.journey.course import course_from, missed_doses, schedule_of
from timing import line, median_s, yardstick

START = date(2026, 3, 2)
DOSES = {
    "cycloserine": "250 mg q12h",
    "bedaquiline": "400 mg q24h for 14 days then 200 mg M-W-F",
    "linezolid": "600 mg once a day",
    "clofazimine": "100 mg once a day",
    "levofloxacin": "750 mg once a day",
    "delamanid": "100 mg q12h",
    "pyrazinamide": "1500 mg once a day",
}
EVENTS = 6000
CHANCE = random.Random(1)  # noqa: S311 - made-up ids, the same each time


def event(number: int, body: Body, at: datetime) -> Event:
    made = event_id(1_772_000_000_000 + number, CHANCE.getrandbits(74))
    return Event(made, "p", body, at, at, "Africa/Johannesburg", Claim.SELF, "patient", "benchmark", "d")


def log() -> list[Event]:
    """Return the log of two years with seven drugs."""
    drugs = tuple(RegimenDrug(drug, parse_dose_plan(dose)) for drug, dose in DOSES.items())
    plan = CoursePlan(drugs, START, "Africa/Johannesburg", "0" * 64, days=730)
    begun = datetime(2026, 3, 1, 8, tzinfo=UTC)
    made = [event(0, PlanActivated(plan, "Dr A"), begun)]
    day = 0
    while len(made) < EVENTS:
        for drug in DOSES:
            for hour in (22, 34) if "q12h" in DOSES[drug] else (22,):
                made.append(event(len(made), DoseTaken(drug, 250.0), begun + timedelta(days=day, hours=hour)))
        day += 1
    return made[:EVENTS]


def bare(events: Sequence[Event]) -> dict[str, list[Event]]:
    seen: dict[str, Event] = {}
    by_drug: dict[str, list[Event]] = {}
    for one in events:
        if one.id in seen:
            continue
        seen[one.id] = one
        if isinstance(one.body, DoseTaken):
            by_drug.setdefault(one.body.drug, []).append(one)
    return by_drug


def main() -> None:
    yardstick()
    events = log()
    shuffled = CHANCE.sample(events, len(events))
    state = fold(events)
    assert fold(shuffled) == state
    assert {drug: len(state.doses_of(drug)) for drug in state.drugs} == {k: len(v) for k, v in bare(events).items()}
    folded, looped = median_s(lambda: fold(shuffled), 30), median_s(lambda: bare(shuffled), 30)
    line(f"fold of {EVENTS} shuffled events, each", folded / EVENTS, 10e-6)
    line("a bare loop over the same events, each", looped / EVENTS)
    print(f"fold is {folded / looped:.1f} times the bare loop   limit 8: {'met' if folded <= 8 * looped else 'MISSED'}")
    one = event(EVENTS, DoseTaken("cycloserine", 250.0), datetime(2027, 6, 1, 6, tzinfo=UTC))
    assert append(append(state, one), one) == append(state, one)
    line("one event more", median_s(lambda: append(state, one), 500), 50e-6)
    knowledge = load_knowledge()
    now = max(one.occurred_at for one in events) + timedelta(hours=1)
    course = course_from(events, knowledge, load_zone, now)
    (advice,) = missed_doses(course, ["cycloserine"], now)
    assert advice.verdict.value == "already taken", advice.why
    line("advice on one drug", median_s(lambda: missed_doses(course, ["cycloserine"], now), 300), 1e-3)
    line("the schedule of a day", median_s(lambda: schedule_of(course, knowledge, now, 1), 20))


if __name__ == "__main__":
    main()
