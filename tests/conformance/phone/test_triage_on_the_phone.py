"""Triage without a network is that of the service, and never milder: over thousands of reports."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

import course_cases
from course_events import event, new_id, plan
from fullcourse.adapters.published.event import event_json
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.clinical.event_bodies import PlanActivated
from fullcourse.clinical.quantity import exactly
from fullcourse.interfaces.cli.triage_input import calls_of
from fullcourse.journey.triage import Heard, Report, TriageRequest, triage
from fullcourse.rules.situation import nobody
from fullcourse.triage.judge import Triage, judge
from fullcourse.triage.next_dose import NextDose, next_dose_of
from patients import knowledge
from phone_core import CHROMIUM, PhoneCore, phone_core
from phone_lives import AMOUNTS, asked_at, life_of
from phone_plans import handed

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, and the phone's modules run in it")

SYMPTOMS = tuple(it.fact for it in read_questions().questions)
AT = datetime(2026, 4, 20, 9, tzinfo=UTC)

JUDGE = "([plan, reports]) => reports.map(it => told(core.triage.judge(plan, it)))"
IN_A_COURSE = """([plan, reports]) => reports.map(([events, answers, now]) =>
  told(core.triage.judge(plan, core.diary.withDiary(plan, events, answers, now))))"""
TOLD = """() => { globalThis.told = it => ({urgency: it.urgency, nextDose: it.nextDose, driving: it.noDriving,
  raised: it.raised.map(r => [r.id, r.because, r.waitsFor]), calls: it.calls.map(c => c.whom),
  says: it.calls.map(c => c.says),
  notAsked: it.notAsked.length, words: it.words}); }"""


@pytest.fixture(scope="module")
def core() -> Iterator[PhoneCore]:
    with phone_core() as opened:
        opened.run(TOLD)
        yield opened


def said(judged: Triage, next_dose: NextDose) -> dict[str, Any]:
    """Return what must be the same on the phone."""
    calls = calls_of(judged, knowledge(), "US")
    most = [it for it in judged.urgent if it.urgency is judged.urgency]
    return {
        "urgency": judged.urgency.word,
        "nextDose": {"word": next_dose.word.value, "drugs": list(next_dose.drugs)},
        "driving": judged.no_driving.rule.statement.patient if judged.no_driving else None,
        "raised": [[it.rule.statement.id, list(it.because), list(it.waits_for)] for it in judged.urgent],
        "calls": [it.whom for it in calls],
        "says": [it.says for it in calls],
        "notAsked": len(judged.not_asked),
        "words": list(dict.fromkeys(text for it in most if (text := it.rule.statement.patient))),
    }


def reports(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield answers: each symptom alone, pairs, and many at once, with "not sure" and words that nobody understands."""
    chance = random.Random(seed)
    yield from ({"symptoms": {name: word}, "unread": []} for name in SYMPTOMS for word in ("yes", "unsure", "no"))
    for _ in range(count):
        names = chance.sample(SYMPTOMS, chance.choice((0, 1, 2, 2, 3, 4, 8, len(SYMPTOMS))))
        words = ("yes", "no", "unsure") if len(names) < 5 else ("no", "no", "no", "no", "yes", "unsure")
        unread = ["my teeth itch"] if chance.random() < 0.1 else []
        yield {"symptoms": {name: chance.choice(words) for name in names}, "unread": unread}


def as_report(answers: Mapping[str, Any]) -> Report:
    symptoms = {name: Heard(word) for name, word in answers["symptoms"].items()}
    numbers = {name: exactly(low) for name, (low, _) in answers.get("numbers", {}).items()}
    return Report(symptoms, numbers, {}, tuple(answers["unread"]))


@pytest.mark.parametrize("seed", range(11))
def test_a_report_is_as_urgent_on_the_phone_as_for_the_service(core: PhoneCore, seed: int) -> None:
    drugs = sorted(AMOUNTS)[2 * seed : 2 * seed + 2]  # every shipped drug once
    body = PlanActivated(plan(*(f"{it}: {AMOUNTS[it]} mg once a day" for it in drugs)), "synthetic clinician")
    handed_in = handed(course_cases.course([event(body, "2026-03-01T09:00", actor="clinician", id=new_id(1))]), AT)
    told = list(reports(seed, 400))
    for answers, answer in zip(told, core.run(JUDGE, [handed_in, told]), strict=True):
        judged = judge(knowledge(), as_report(answers), nobody(), drugs)
        assert answer == said(judged, next_dose_of(judged)), answers


def test_before_any_plan_begins_the_statements_of_every_drug_count(core: PhoneCore) -> None:
    body = PlanActivated(plan("isoniazid: 300 mg once a day"), "synthetic clinician")
    course = course_cases.course([event(body, "2026-02-20T09:00", actor="clinician", id=new_id(1))])
    handed_in = handed(course, datetime(2026, 2, 21, tzinfo=UTC))
    told = list(reports(99, 200))
    for answers, answer in zip(told, core.run(JUDGE, [handed_in, told]), strict=True):
        judged = judge(knowledge(), as_report(answers), nobody(), ())
        assert answer == said(judged, next_dose_of(judged)), answers


def test_what_the_log_says_counts_as_it_does_for_the_service(core: PhoneCore) -> None:
    known, seen = knowledge(), Counter[str]()
    for seed in range(33):
        life, chance = life_of(seed), random.Random(seed)
        plan_of_phone = handed(life.handed, life.issued_at, profile=life.profile)
        told = []
        for at in asked_at(life, seed, most=24):
            answers = next(iter(chance.sample(list(reports(chance.randrange(10**6), 30))[-30:], 1)))
            told.append((at, life.written_by(at), answers))
        asked = [[[event_json(it) for it in written], answers, at.timestamp() * 1000] for at, written, answers in told]
        for (at, written, answers), answer in zip(told, core.run(IN_A_COURSE, [plan_of_phone, asked]), strict=True):
            request = TriageRequest(at.date(), (), None, life.known_with(written), at)
            expected = triage(known, known.profile("us"), as_report(answers), request)
            assert answer == said(expected.triage, expected.next_dose), (seed, at.isoformat(), answers)
            seen[expected.triage.urgency.word] += 1
            seen["amounts"] += any("overdose" in it.rule.statement.id for it in expected.triage.urgent)
    assert len(seen) == 5, seen
