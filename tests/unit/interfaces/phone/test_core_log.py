"""How a phone puts claims together: what is one intake and what may be two, and which planned dose a claim is about."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

import course_cases
from course_events import event, new_id, started
from fullcourse.adapters.published.event import event_json
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import DosePartlyTaken, DoseSkipped, DoseTaken, DoseVomited, Retracted
from fullcourse.course.fold import fold
from fullcourse.course.intakes import intakes_of
from fullcourse.course.schedule import slots_of
from fullcourse.course.standing import assigned
from phone_core import CHROMIUM, PhoneCore, phone_core

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, and the phone's modules run in it")

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = datetime(2026, 3, 20, tzinfo=UTC)
INTAKES = """(all) => all.map(claims => core.log.intakesOf(claims.map(core.log.claimOf), 2 * core.clock.HOUR)
  .map(it => [it.at, it.mg, it.claims.map(claim => claim.id)]))"""
ASSIGNED = """([zone, slots, now, all]) => all.map(claims => {
  const told = core.log.assigned(claims.map(core.log.claimOf), slots, now, at => core.clock.dayOf(zone, at));
  const ids = said => said.map(it => it.id);
  return [Object.fromEntries([...told.bySlot].map(([id, said]) => [id, ids(said)])), ids(told.extra)];
})"""
STANDING = """(all) => all.map(events =>
  core.log.logOf({claims: []}, events).dosesOf("cycloserine").map(it => it.id))"""


@pytest.fixture(scope="module")
def core() -> Iterator[PhoneCore]:
    with phone_core() as opened:
        yield opened


def claims(seed: int, at: datetime, apart: tuple[timedelta, ...], slots: tuple[str, ...] = ("",)) -> list[Event]:
    """Return two to five claims of a drug by various people, apart by amounts at which something changes."""
    chance, made = random.Random(seed), list[Event]()
    for _ in range(chance.randrange(2, 6)):
        at += chance.choice(apart)
        mg = chance.choice((250.0, 250.0, 250.0, 500.0, 250.0 * (1 + 1e-12)))
        slot = chance.choice(slots)
        body = chance.choice(
            (
                DoseTaken("cycloserine", mg, slot),
                DoseTaken("cycloserine", mg, slot),
                DosePartlyTaken("cycloserine", mg, slot),
                DoseVomited("cycloserine", mg, slot),
                DoseSkipped("cycloserine", slot),
            )
        )
        actor, device = chance.choice((("patient", "phone"), ("patient", "tablet"), ("supporter", "tablet")))
        made.append(event(body, at, id=new_id(chance.randrange(10**9)), actor=actor, device=device))
    return made


def test_what_is_one_intake_is_so_on_both_sides_of_every_limit(core: PhoneCore) -> None:
    second = timedelta(seconds=1)
    apart = (
        timedelta(),
        second,
        MINUTE - second,
        MINUTE,
        MINUTE + second,
        2 * HOUR - second,
        2 * HOUR,
        2 * HOUR + second,
    )
    cases = [claims(seed, NOW, apart) for seed in range(1500)]
    answers = core.run(INTAKES, [[event_json(it) for it in case] for case in cases])
    for case, answer in zip(cases, answers, strict=True):
        expected = [[it.at.timestamp() * 1000, it.mg, [one.id for one in it.claims]] for it in intakes_of(case, 2.0)]
        assert answer == expected
    assert {len(it) for it in answers} >= {1, 2, 3}


@pytest.mark.parametrize("rhythm", ["q12h", "once a day", "every other day", "M-W-F", "every 36 hours", "every 7 days"])
def test_a_claim_is_about_the_same_planned_dose(core: PhoneCore, rhythm: str) -> None:
    course = course_cases.course([started(f"cycloserine: 250 mg {rhythm}", zone="Europe/Paris")])
    (current,) = course.timeline
    slots = slots_of(current, "cycloserine", NOW - timedelta(days=16), NOW)
    gaps = {after.due - before.due for before, after in pairwise(slots)}
    halves = tuple(gap / 2 + by for gap in gaps for by in (-MINUTE, timedelta(), MINUTE))
    apart = (*halves, 5 * HOUR, 19 * HOUR, timedelta(), 24 * HOUR)
    firsts = (slots[0].due - 3 * HOUR, slots[-1].due, slots[len(slots) // 2].due)
    names = ("", "", "", slots[1].id, "0" * 8)
    cases = [claims(seed, firsts[seed % 3], apart, names) for seed in range(400)]
    written = [{"id": it.id, "due": it.due.timestamp() * 1000} for it in slots]
    first = datetime(2026, 2, 1, tzinfo=UTC)
    changes = [
        [at.timestamp() * 1000, ahead / MINUTE] for at, ahead in current.zone.changes(first, NOW + 40 * 24 * HOUR)
    ]
    until = NOW + timedelta(days=3)
    given = [
        {"changes": changes},
        written,
        until.timestamp() * 1000,
        [[event_json(it) for it in case] for case in cases],
    ]
    for case, (told, extra) in zip(cases, core.run(ASSIGNED, given), strict=True):
        by_slot, beside = assigned(case, slots, until, current.zone.day_of)
        assert told == {name: [it.id for it in said] for name, said in by_slot.items()}
        assert extra == [it.id for it in beside]


def test_what_was_taken_back_counts_as_it_does_for_the_service(core: PhoneCore) -> None:
    cases = []
    for seed in range(400):
        chance = random.Random(seed)
        made = claims(seed, NOW, (MINUTE, HOUR))
        for _ in range(4):
            of = chance.choice(made)
            at = of.recorded_at + chance.choice((-MINUTE, timedelta(), MINUTE))
            actor = chance.choice((of.actor, "clinician", "supporter"))
            made.append(event(Retracted(), at, id=new_id(chance.randrange(10**9)), supersedes=of.id, actor=actor))
        chance.shuffle(made)
        cases.append([*made, made[0]])
    answers = core.run(STANDING, [[event_json(it) for it in case] for case in cases])
    for case, answer in zip(cases, answers, strict=True):
        assert answer == [it.id for it in fold(case).doses_of("cycloserine")]
