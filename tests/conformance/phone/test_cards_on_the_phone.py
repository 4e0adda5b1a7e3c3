"""The card of a moment holds what the service says of every drug, and whoever obeys it takes no two doses too close."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from fullcourse.adapters.published.event import event_json, read_event
from fullcourse.course.advice import Advice, Verdict, advise
from fullcourse.course.moment_of_dose import look_at
from fullcourse.course.timeline import plan_at
from phone_core import CHROMIUM, PhoneCore, phone_core
from phone_lives import asked_at, life_of
from phone_plans import PhoneJson, handed

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, and the phone's modules run in it")

CARDS = "([plan, asked]) => asked.map(([now, events]) => core.card.cardOf(plan, events, now))"
OBEY = """([plan, moments]) => {
  let events = [];
  for (const now of moments) {
    const who = {plan, device: "phone", actor: "patient"}, card = core.card.cardOf(plan, events, now);
    for (const it of card.drugs)
      events = core.events.withEvents(events, [core.events.doseTaken(who, events, it.slot, {at: now, now})]);
  }
  return events;
}"""
WITHHELD = {Verdict.CALL_FIRST, Verdict.HELD, Verdict.ASK, Verdict.SKIP}


@pytest.fixture(scope="module")
def core() -> Iterator[PhoneCore]:
    with phone_core() as opened:
        yield opened


def ms(at: datetime) -> float:
    return at.timestamp() * 1000


def states_of(answers: list[Advice], unread: set[str], card: dict[str, Any]) -> set[str]:
    """Return the states that a card may be in by the service's answers; the strictest leads."""
    words = {it.verdict for it in answers if it.drug not in unread or it.verdict in (Verdict.CALL_FIRST, Verdict.HELD)}
    if Verdict.CALL_FIRST in words:
        return {"call-first"}
    if Verdict.TAKE_NOW in words:
        return {"due", "late-take"}
    if (
        Verdict.ASK in words
        or len(words) < len({it.verdict for it in answers})
        or (unread and card["reason"] == "unread")
    ):
        return {"call-first"}
    if Verdict.SKIP in words:
        return {"late-skip", "done", "not-yet", "held"}  # said to be left out, it is not told again
    if Verdict.ALREADY_TAKEN in words:
        return {"done"}
    return {"not-yet"} if Verdict.NOT_YET in words else {"held"}


def test_a_card_holds_what_the_service_says_of_every_drug(core: PhoneCore) -> None:
    seen: Counter[str] = Counter()
    for seed in range(44):
        life = life_of(seed)
        plan = handed(life.handed, life.issued_at, profile=life.profile)
        unread, asked = {it["drug"] for it in plan["items"]}, asked_at(life, seed, most=24)
        cards = core.run(CARDS, [plan, [[ms(at), [event_json(it) for it in life.written_by(at)]] for at in asked]])
        for at, card in zip(asked, cards, strict=True):
            seen[card["state"]] += 1
            course = life.known_with(life.written_by(at))
            if course.closing is not None and course.closing.at <= at:
                assert (card["state"], card["reason"], card["drugs"]) == ("call-first", "closed", [])
                continue
            current = plan_at(course.timeline, at) or course.timeline[0]
            answers = [advise(course, it.drug, at) for it in current.plan.drugs]
            take = [it for it in answers if it.verdict is Verdict.TAKE_NOW and it.drug not in unread]
            first = min((it.slot.due for it in take if it.slot), default=None)
            expected = {it.drug for it in take if it.slot and it.slot.due == first}
            assert {it["drug"] for it in card["drugs"]} == expected, (seed, at.isoformat())
            left_out = {it.drug for it in answers if it.verdict in WITHHELD or it.drug in unread}
            if card["state"] != "done":
                assert {it["drug"] for it in card["withheld"]} == left_out, (seed, at.isoformat())
            assert card["state"] in states_of(answers, unread, card), (seed, at.isoformat(), card["state"])
    assert set(seen) >= {"not-yet", "due", "late-take", "late-skip", "done", "call-first"}


def without_danger(plan: PhoneJson) -> PhoneJson:
    """Return a plan of somebody who is well: nothing stops a dose but doses."""
    kept = [it for it in plan["claims"] if it["kind"] not in ("symptom", "result")]
    return {
        **plan,
        "claims": kept,
        "items": [],
        "drugs": [{**it, "hold": [], "hold_claimed": []} for it in plan["drugs"]],
    }


def test_whoever_obeys_the_card_takes_no_two_doses_too_close(core: PhoneCore) -> None:
    taken = 0
    for seed in range(44):
        life = life_of(seed)
        plan = handed(life.handed, life.issued_at, profile=life.profile)
        moments = sorted(
            {*asked_at(life, seed, most=300), *(life.issued_at + timedelta(hours=it) for it in range(0, 400, 3))}
        )
        told = core.run(OBEY, [without_danger(plan) if seed % 2 else plan, sorted({ms(at) for at in moments})])
        written = tuple(read_event(it) for it in told)
        taken, new = taken + len(written), {it.id for it in written}
        for event in written:
            at = event.occurred_at
            course = life.known_with([it for it in written if it.occurred_at <= at])
            drug, current = event.body.drug, plan_at(course.timeline, at)
            moment = look_at(course, drug, at, current, course.rules[drug])
            new = {it.id for it in written}
            assert not [it for it in moment.doubles if it.at == at and it.claims[0].id in new], (
                seed,
                at.isoformat(),
                drug,
            )
    assert taken > 500
