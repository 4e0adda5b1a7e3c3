"""What a phone advises without a network is what the service advises: over every shipped drug, rhythm and slip."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest

from fullcourse.adapters.published.event import event_json
from fullcourse.course.advice import Advice, Verdict, advise
from phone_core import CHROMIUM, PhoneCore, phone_core
from phone_lives import asked_at, life_of
from phone_plans import handed, phone_schema

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, and the phone's modules run in it")

LIVES = 66
"""Each drug three times at least, in other rhythms, zones and profiles."""

ADVISE = """([plan, asked]) => asked.map(([drug, now, events]) => {
  const it = core.advice.advise(plan, events, drug, now);
  return [it.verdict, it.slot && it.slot.id, it.nextAt, it.patient, it.statements, it.madeUp,
    it.proposal && [it.proposal.insteadOf.id, it.proposal.at, it.proposal.usualFrom]];
})"""


@pytest.fixture(scope="module")
def core() -> Iterator[PhoneCore]:
    with phone_core() as opened:
        yield opened


def ms(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp() * 1000


def said(advice: Advice) -> list[object]:
    """Return what must be the same on the phone."""
    moved = advice.proposal
    proposal = None if moved is None else [moved.instead_of.id, ms(moved.at), ms(moved.usual_from)]
    slot = advice.slot.id if advice.slot else None
    statements = [it.statement for it in advice.executed]
    return [advice.verdict.value, slot, ms(advice.next_at), advice.patient, statements, advice.made_up, proposal]


def test_the_phone_advises_what_the_service_advises(core: PhoneCore) -> None:
    seen: Counter[str] = Counter()
    for seed in range(LIVES):
        life = life_of(seed)
        plan = handed(life.handed, life.issued_at, profile=life.profile)
        phone_schema().validate(plan)
        asked = [(drug, at) for at in asked_at(life, seed) for drug in life.drugs]
        told = [[drug, ms(at), [event_json(it) for it in life.written_by(at)]] for drug, at in asked]
        answers = core.run(ADVISE, [plan, told])
        known = {at: life.known_with(life.written_by(at)) for _, at in asked}
        for (drug, at), answer in zip(asked, answers, strict=True):
            expected = advise(known[at], drug, at)
            assert answer == said(expected), (seed, drug, at.isoformat(), expected.why)
            seen[expected.verdict.value] += 1
            seen["moved"] += expected.proposal is not None
    assert sum(seen.values()) > 5_000
    assert all(seen[word] >= 5 for word in (*(verdict.value for verdict in Verdict), "moved")), seen
