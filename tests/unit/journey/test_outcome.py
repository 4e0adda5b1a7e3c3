"""What of a log ends a regimen or changes it, what a record tells, and what nobody knows."""

from datetime import date

import pytest

from course_cases import course
from course_events import at, event, plan, started
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import Outcome, PlanChanged, PlanStopped, Result, ResultInWords
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.journey.monitor import Treatment
from fullcourse.journey.outcome import Episode, Said, episode_of_course, episode_of_record
from patients import knowledge

BPAL = ("bedaquiline: 200 mg once a day", "linezolid: 600 mg once a day")
BEGUN = started(*BPAL, start=date(2026, 3, 2), days=182, regimen="who-bpal")
NOW = at("2026-06-01T12:00")


def episode(*log: Event, told: Said = Said(), record: Record | None = None) -> Episode:  # noqa: B008 - a frozen value
    return episode_of_course(course([BEGUN, *log]), knowledge(), NOW, told, record)


def change(*drugs: str, regimen: str, because: str = "", start: date = date(2026, 5, 4)) -> Event:
    body = PlanChanged(plan(*drugs, start=start, regimen=regimen, treatment_day=64), "Dr A", because)
    return event(body, "2026-05-03T09:00", actor="clinician")


NEW_DRUG = (*BPAL, "clofazimine: 100 mg once a day")


@pytest.mark.parametrize(
    ("changed", "is_ended"),
    [
        (change(*BPAL, regimen="who-bpal"), False),
        (change("bedaquiline: 100 mg once a day", BPAL[1], regimen="who-bpal"), False),
        (change(BPAL[0], regimen="who-bpal"), None),
        (change(BPAL[0], regimen="another"), None),
        (change(*NEW_DRUG, regimen="who-bpal"), None),
        (change(*NEW_DRUG, regimen=""), None),
        (change(*NEW_DRUG, regimen="another"), True),
    ],
)
def test_a_regimen_is_changed_for_good_by_another_name_together_with_a_new_drug(changed: Event, is_ended: bool | None):
    assert episode(changed).ended_or_changed is is_ended


def test_the_reason_of_a_change_is_read_where_it_is_exactly_one_of_the_definition():
    exact = episode(change(*NEW_DRUG, regimen="another", because=" No response "))
    assert (exact.reasons, exact.other_reason) == ({"no response"}, False)
    free = episode(change(*NEW_DRUG, regimen="another", because="no response to the first drugs"))
    assert (free.reasons, free.other_reason) == (frozenset(), True)
    assert "no response to the first drugs" in free.ended_because


def test_a_stop_before_the_planned_end_ends_the_regimen_and_one_on_its_last_day_does_not():
    early = event(PlanStopped("clinician", "adverse reaction"), "2026-05-20T09:00", actor="clinician")
    assert episode(early).ended_or_changed is True
    assert episode(early).completed is False
    last = event(PlanStopped("clinician"), "2026-08-30T09:00", actor="clinician")
    late = episode_of_course(course([BEGUN, last]), knowledge(), at("2026-09-02T12:00"), Said())
    assert late.ended_or_changed is False
    assert late.completed is None


def test_what_a_patient_wishes_ends_nothing():
    assert episode(event(PlanStopped("patient", "no response"), "2026-05-20T09:00")).ended_or_changed is False


@pytest.mark.parametrize(
    ("rows", "acquired"),
    [
        ([("2026-02-20", "susceptible"), ("2026-04-01", "resistant")], ("bedaquiline",)),
        ([("2026-02-20", "susceptible"), ("2026-03-02", "resistant")], ()),
        ([("2026-04-01", "resistant")], ()),
        ([("2026-02-20", "resistant"), ("2026-04-01", "susceptible")], ()),
        ([("2026-02-20", "susceptible"), ("2026-04-01", "indeterminate")], ()),
    ],
)
def test_resistance_is_acquired_where_a_drug_was_susceptible_first_and_resistant_after_the_start(rows, acquired):
    log = [
        event(ResultInWords("bedaquiline_susceptibility", word), f"{day}T09:00", actor="clinician")
        for day, word in rows
    ]
    assert episode(*log).acquired == acquired


def test_resistance_to_a_drug_that_is_not_taken_is_none_of_the_regimen():
    rows = [("2026-02-20", "susceptible"), ("2026-04-01", "resistant")]
    log = [event(ResultInWords("cycloserine_susceptibility", word), f"{day}T09:00") for day, word in rows]
    assert episode(*log).acquired == ()


def test_the_lungs_are_known_from_the_log_a_record_or_a_clinician_and_a_contradiction_is_unknown():
    assert episode().pulmonary is None
    logged = event(Result("pulmonary_tuberculosis", 1.0, "1"), "2026-03-01T09:00", actor="clinician")
    assert episode(logged).pulmonary is True
    no = Evidence("pulmonary_tuberculosis", False, parse_moment("2026-02-01", "on"), "Condition/1", False)
    assert episode(record=Record({"pulmonary_tuberculosis": (no,)})).pulmonary is False
    assert episode(logged, record=Record({"pulmonary_tuberculosis": (no,)})).pulmonary is None
    assert episode(logged, told=Said(pulmonary=False)).pulmonary is False


def test_what_happened_after_the_moment_is_not_seen():
    later = event(Outcome("cured", "who-tb-outcomes-2021", "Dr A"), "2026-06-02T09:00", actor="clinician")
    culture = event(ResultInWords("sputum_culture", "negative"), "2026-06-02T09:00", actor="clinician")
    seen = episode(later, culture)
    assert (seen.recorded, seen.specimens) == ("", ())


def test_a_plain_record_tells_of_no_death_transfer_or_end():
    read = episode_of_record(Record({}), date(2026, 8, 1), Treatment(("rifampin",)), Said())
    assert (read.ended_or_changed, read.transferred, read.interrupted_months, read.has_log) == (None, None, None, False)


def test_a_result_without_a_day_may_be_of_any_day_and_one_that_is_not_valid_is_no_result():
    pieces = (
        Evidence("sputum_culture", "negative", None, "Observation/1", "negative"),
        Evidence(
            "sputum_culture", None, parse_moment("2026-05-01", "on"), "Observation/2", "negative", "", Standing.UNUSABLE
        ),
    )
    read = episode_of_record(Record({"sputum_culture": pieces}), date(2026, 8, 1), Treatment(()), Said())
    assert [(one.collected, one.until, one.result) for one in read.specimens] == [
        (date.min, date(2026, 8, 1), "negative"),
        (date(2026, 5, 1), date(2026, 5, 1), "negative, not valid"),
    ]
    assert read.as_susceptible is None


@pytest.mark.parametrize(
    ("drugs", "as_susceptible"),
    [(("rifampin", "isoniazid"), True), (("rifampin", "levofloxacin"), None), (("bedaquiline",), False)],
)
def test_whether_smears_count_follows_from_the_drugs(drugs: tuple[str, ...], as_susceptible: bool | None):
    read = episode_of_record(Record({}), date(2026, 8, 1), Treatment(drugs), Said())
    assert read.as_susceptible is as_susceptible
