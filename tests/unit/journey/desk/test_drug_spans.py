"""A drug's spans are what plans said while they counted; holds stand beside them."""

from datetime import date

from course_events import at, event, plan, started
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import Held, PlanChanged, Resumed
from fullcourse.journey.course import course_from
from fullcourse.journey.desk.drug_spans import drug_spans

NOW = at("2026-06-01T12:00")


def spans(*log):
    course = course_from(log, knowledge_here(), load_zone, NOW)
    return {drug.drug: [(it.first, it.last, it.says, it.is_hold) for it in drug.spans] for drug in drug_spans(course)}


def changed(*drugs, start, on):
    body = PlanChanged(plan(*drugs, start=start), "Dr A", "a test")
    return event(body, on, actor="clinician")


def test_steps_follow_each_other_without_a_gap():
    found = spans(started("bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F", days=168))
    assert found["bedaquiline"] == [
        (date(2026, 3, 2), date(2026, 3, 15), "400 mg at 08:00", False),
        (date(2026, 3, 16), date(2026, 8, 16), "200 mg at 08:00 on mon, wed, fri", False),
    ]


def test_a_changed_dose_ends_the_span_before_it_and_an_unchanged_drug_goes_on():
    found = spans(
        started("linezolid: 600 mg once a day", "levofloxacin: 750 mg once a day"),
        changed(
            "linezolid: 300 mg once a day",
            "levofloxacin: 750 mg once a day",
            start=date(2026, 5, 1),
            on="2026-04-30T10:00",
        ),
    )
    assert found["linezolid"] == [
        (date(2026, 3, 2), date(2026, 4, 30), "600 mg at 08:00", False),
        (date(2026, 5, 1), None, "300 mg at 08:00", False),
    ]
    assert found["levofloxacin"] == [(date(2026, 3, 2), None, "750 mg at 08:00", False)]


def test_a_drug_that_a_change_leaves_out_ends_and_one_that_it_adds_begins():
    found = spans(
        started("linezolid: 600 mg once a day"),
        changed("clofazimine: 100 mg once a day", start=date(2026, 5, 1), on="2026-04-30T10:00"),
    )
    assert found == {
        "linezolid": [(date(2026, 3, 2), date(2026, 4, 30), "600 mg at 08:00", False)],
        "clofazimine": [(date(2026, 5, 1), None, "100 mg at 08:00", False)],
    }


def test_a_hold_of_one_drug_is_none_of_another_and_ends_when_it_is_resumed():
    found = spans(
        started("linezolid: 600 mg once a day", "levofloxacin: 750 mg once a day"),
        event(Held(("linezolid",), "side effects"), "2026-04-01T11:00", actor="clinician"),
        event(Resumed(("linezolid",)), "2026-04-10T11:00", actor="clinician"),
    )
    assert found["linezolid"][1] == (date(2026, 4, 1), date(2026, 4, 10), "side effects", True)
    assert [it[3] for it in found["levofloxacin"]] == [False]
