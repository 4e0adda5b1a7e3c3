"""Who a question about levels is about: the moment, the doses that count, the window of a plan, facts for models."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fullcourse.clinical import Fact, Interval, Record, exactly
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.journey.levels.patient import (
    PRESCRIBED_SINCE_DAYS,
    KnownFact,
    LevelPatient,
    LevelQuestion,
    level_patient,
    patient_facts,
)
from patients import knowledge, patient

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEVEL = Level(31.0, datetime(2026, 11, 3, 10, tzinfo=UTC))
QUESTION = LevelQuestion("cycloserine", NOW, levels=(LEVEL,), plan=parse_dose_plan("250 mg q12h"))


def asked(question: LevelQuestion, record: Record | None = None) -> LevelPatient:
    return level_patient(record or Record({}), question, knowledge(), lambda read, day: read)


def test_the_moment_is_the_one_asked_about_else_the_last_level_else_now():
    at = datetime(2026, 11, 5, tzinfo=UTC)
    assert asked(replace(QUESTION, at=at)).at == at
    assert asked(QUESTION).at == LEVEL.at
    assert asked(replace(QUESTION, levels=(), levels_needed=False)).at == NOW


def test_a_plan_without_a_start_is_followed_back_for_the_window_and_that_is_said():
    person = asked(QUESTION)
    assert person.doses[0].at.date() == (LEVEL.at - timedelta(days=PRESCRIBED_SINCE_DAYS)).date()
    assert any(f"followed for {PRESCRIBED_SINCE_DAYS} days" in note for note in person.notes)


def test_a_plan_with_a_start_begins_on_that_day():
    person = asked(replace(QUESTION, since=date(2026, 10, 1)))
    assert person.doses[0].at.date() == date(2026, 10, 1)
    assert not any("no start is given" in note for note in person.notes)


def test_doses_after_the_moment_do_not_count_and_one_at_the_moment_does():
    at = LEVEL.at
    log = tuple(TakenDose(at + timedelta(hours=hours), 250.0) for hours in (-12, 0, 1))
    person = asked(replace(QUESTION, log=log, plan=()))
    assert [dose.at for dose in person.doses] == [at - timedelta(hours=12), at]


def test_doses_of_a_log_go_before_those_of_a_plan():
    log = (TakenDose(LEVEL.at - timedelta(hours=2), 500.0),)
    assert [dose.mg for dose in asked(replace(QUESTION, log=log)).doses] == [500.0]


def test_a_question_without_doses_or_without_a_level_is_refused():
    with pytest.raises(InputError, match="doses: the record holds no administration"):
        asked(replace(QUESTION, plan=()))
    with pytest.raises(InputError, match="levels: the record holds none"):
        asked(replace(QUESTION, levels=()))


def test_an_age_known_to_the_year_is_usable_and_any_other_range_is_not():
    person = patient()
    facts = {
        **person.facts,
        "age": Fact("age", Interval(41.0, 42.0), "a"),
        "weight": Fact("weight", Interval(58.0, 59.0), "kg"),
        "height": Fact("height", exactly(165.0), "cm"),
    }
    known = patient_facts(replace(person, facts=facts), knowledge(), "cycloserine").facts
    assert known["age"].value == 41.0
    assert known["height"].value == 165.0
    assert "weight" not in known
    wider = {**facts, "age": Fact("age", Interval(41.0, 42.1), "a")}
    assert "age" not in patient_facts(replace(person, facts=wider), knowledge(), "cycloserine").facts


def test_what_is_given_beside_the_record_overrules_it():
    given = {"weight": KnownFact(70.0, "kg", "", "command line")}
    person = replace(patient(), facts={**patient().facts, "weight": Fact("weight", exactly(59.0), "kg")})
    assert patient_facts(person, knowledge(), "cycloserine", given).facts["weight"].value == 70.0
