"""How long is one triage: a report alone, with drugs, with a year's diary, and too much taken; by processor time."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the synthetic course of the tests

from course_events import event, started
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.triage.own_words import understood
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import DoseTaken, Symptom
from fullcourse.clinical.quantity import exactly
from fullcourse.journey.course import course_from
from fullcourse.journey.overdose import OverdoseRequest, overdose
from fullcourse.journey.triage import Heard, Report, TriageRequest, Urgency, triage
from timing import line, yardstick

AT = date(2026, 11, 22)
LIMIT_S = 0.002
DRUGS = ("bedaquiline", "linezolid", "levofloxacin", "cycloserine", "clofazimine", "pyrazinamide", "ethambutol")


def cpu_s(work: Callable[[], object], runs: int = 200) -> float:
    """Return the processor time of a call, seconds, over many runs after a few to warm up."""
    for _ in range(5):
        work()
    start = time.process_time()
    for _ in range(runs):
        work()
    return (time.process_time() - start) / runs


def main() -> None:
    knowledge, asked = load_knowledge(), read_questions()
    profile = knowledge.profile("us")
    yardstick()
    alone = Report({"symptom_seizure": Heard.YES})
    whole = Report({it.fact: Heard.NO for it in asked.questions} | {"symptom_headache": Heard.YES})
    now = datetime(2027, 3, 2, 21, tzinfo=UTC)
    log = [started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day")]
    for day in range(364):
        morning = datetime(2026, 3, 3, 8, tzinfo=UTC) + timedelta(days=day)
        log += [event(DoseTaken("cycloserine", 250.0), morning + timedelta(hours=h)) for h in (0, 12)]
        log += [event(Symptom("symptom_fatigue", present=day % 2 == 0), morning)] if day % 7 == 0 else []
    course = course_from(log, knowledge, load_zone, now)
    cases = {
        "an emergency, nothing else known": (alone, TriageRequest(AT)),
        "every question answered, seven drugs": (whole, TriageRequest(AT, DRUGS)),
        "the diary of a year, two drugs": (alone, TriageRequest(now.date(), course=course, now=now)),
    }
    for what, (report, request) in cases.items():
        answer = triage(knowledge, profile, report, request)
        assert answer.triage.urgency is (Urgency.EMERGENCY if report is alone else Urgency.TODAY)
        line(f"triage: {what}", cpu_s(lambda r=report, q=request: triage(knowledge, profile, r, q)), LIMIT_S)  # type: ignore[misc]
    asked_for = OverdoseRequest(AT, "cycloserine", "Cycloserine", said="5 capsules", mg=exactly(1250.0))
    assert overdose(knowledge, asked_for).triage.urgency is Urgency.EMERGENCY
    line("overdose: from a report", cpu_s(lambda: overdose(knowledge, asked_for)), LIMIT_S)
    words = "I had a fit yesterday, numb feet and very tired"
    assert len(understood(words, asked).symptoms) == 3
    line("own words: a sentence with three symptoms", cpu_s(lambda: understood(words, asked)), LIMIT_S)


if __name__ == "__main__":
    main()
