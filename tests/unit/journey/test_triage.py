"""Where record and diary meet a report: drugs, what could take the place of one, low mood on two days."""

from course_events import at, event, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import Symptom
from fullcourse.clinical.patient import Record
from fullcourse.journey.course import course_from
from fullcourse.journey.triage import Heard, Report, TriageAnswer, TriageRequest, Urgency, drugs_on_record, triage
from patients import AT, knowledge, medicine, patient

LOW = Report({"symptom_low_mood": Heard.YES})


def answer(report: Report, **more: object) -> TriageAnswer:
    request = TriageRequest(AT, **more)  # type: ignore[arg-type]
    return triage(knowledge(), knowledge().profile("us"), report, request)


def test_the_drugs_of_a_record_are_those_that_are_not_over():
    from fullcourse.clinical import Taken

    listed = patient([], ["cycloserine", medicine("linezolid", Taken.MAYBE), medicine("ethambutol", Taken.PAST)])
    assert drugs_on_record(listed, knowledge()) == ("cycloserine", "linezolid")


def test_the_drug_that_is_probably_changed_gets_an_answer_of_composition():
    record = Record({}, medicines=(medicine("cycloserine"), medicine("linezolid"), medicine("bedaquiline")))
    (replaced,) = answer(LOW, record=record).replacements
    assert (replaced.drug, replaced.because) == ("cycloserine", "low mood")
    assert replaced.answer is not None
    proposed = [it for it in replaced.answer.regimens if it.drugs]
    assert all("cycloserine" not in it.names and "terizidone" not in it.names for it in proposed)


def test_without_a_record_it_says_why_nothing_is_composed():
    (replaced,) = answer(LOW, drugs=("terizidone",)).replacements
    assert replaced.answer is None
    assert "no record" in replaced.why_not


def test_a_drug_that_nobody_named_is_not_replaced():
    assert answer(LOW).replacements == ()


def test_low_mood_today_and_in_the_diary_are_two_days():
    now = at("2026-03-09T12:00")
    log = [started("cycloserine: 250 mg q12h"), event(Symptom("symptom_low_mood"), "2026-03-05T08:00")]
    course = course_from(log, knowledge(), load_zone, now)
    told = answer(LOW, course=course, now=now).triage
    assert "triage.low-mood-twice" in {it.rule.statement.id for it in told.raised}
    once = course_from(log[:1], knowledge(), load_zone, now)
    assert "triage.low-mood-twice" not in {
        it.rule.statement.id for it in answer(LOW, course=once, now=now).triage.raised
    }


def test_what_is_logged_is_not_taken_back_by_an_answer():
    now = at("2026-03-09T12:00")
    log = [started("cycloserine: 250 mg q12h"), event(Symptom("symptom_seizure"), "2026-03-08T08:00")]
    course = course_from(log, knowledge(), load_zone, now)
    denied = Report({"symptom_seizure": Heard.NO})
    assert answer(denied, course=course, now=now).triage.urgency is Urgency.EMERGENCY
    assert answer(Report({}), course=course, now=now).triage.drugs == ("cycloserine",)
