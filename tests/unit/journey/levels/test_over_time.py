"""Numbers that change during a history: each value from its moment on, and the answer of one without changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from bedside import BEDSIDE, asked_patient
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.clinical.quantity import exactly
from fullcourse.journey.levels.estimates import estimates_of
from fullcourse.journey.levels.over_time import FactsFrom, covariates_over_time, facts_over_time
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.advice.history_table import history_table
from fullcourse.pharmacokinetics.inputs.covariates import CovariateSpan, KnownFact, PatientFacts
from fullcourse.pharmacokinetics.inputs.model_files import engine_model

FIRST = datetime(2026, 10, 23, 8, tzinfo=UTC)
AT = datetime(2026, 11, 3, 18, tzinfo=UTC)
MODELS = read_pk_models()


def spans_of(*values: tuple[float, str], now: float, given: dict[str, KnownFact] | None = None):
    pieces = tuple(
        Evidence("creatinine", exactly(value), parse_moment(on, "on"), "record", value, "mg/dL") for value, on in values
    )
    facts = PatientFacts({"creatinine": KnownFact(now, "mg/dL", values[-1][1], "record")})
    return facts_over_time(Record({"creatinine": pieces}), facts, given or {}, load_knowledge(), FIRST, AT)


def creatinines(spans: tuple[FactsFrom, ...]) -> list[tuple[str, float]]:
    return [(f"{span.begins:%d %H:%M}", span.facts.facts["creatinine"].value) for span in spans]


def test_each_value_holds_from_its_moment_until_the_next():
    spans, notes = spans_of((0.9, "2026-10-20"), (1.1, "2026-10-27"), (1.8, "2026-10-30T15:30:00Z"), now=1.8)
    assert creatinines(spans) == [("23 08:00", 0.9), ("27 00:00", 1.1), ("30 15:30", 1.8)]
    assert not notes


def test_the_first_value_reaches_back_to_the_first_dose_where_there_is_none_before():
    spans, _ = spans_of((0.9, "2026-10-25"), (1.8, "2026-10-30"), now=1.8)
    assert creatinines(spans)[0] == ("23 08:00", 0.9)


def test_a_value_that_was_out_of_date_at_the_first_dose_gives_way_to_the_next():
    valid = load_knowledge().facts["creatinine"].valid_days
    assert valid is not None
    fresh, old = ((FIRST - timedelta(days=days)).date().isoformat() for days in (valid - 1, valid + 2))
    assert creatinines(spans_of((0.5, fresh), (1.8, "2026-10-30"), now=1.8)[0])[0] == ("23 08:00", 0.5)
    assert spans_of((0.5, old), (1.8, "2026-10-30"), now=1.8)[0] == ()


def test_two_results_of_one_moment_that_differ_are_named_and_not_used():
    spans, notes = spans_of((0.9, "2026-10-20"), (1.1, "2026-10-27"), (1.4, "2026-10-27"), (1.8, "2026-10-30"), now=1.8)
    assert creatinines(spans) == [("23 08:00", 0.9), ("30 00:00", 1.8)]
    assert notes == (f"creatinine of {date(2026, 10, 27)}: two results that differ; not used",)


def test_what_is_given_beside_the_record_holds_throughout():
    given = {"creatinine": KnownFact(1.0, "mg/dL", "", "command line")}
    assert spans_of((0.9, "2026-10-20"), (1.8, "2026-10-30"), now=1.8, given=given) == ((), ())


def test_a_record_whose_newest_result_is_not_what_holds_changes_nothing():
    assert spans_of((0.9, "2026-10-20"), (1.8, "2026-10-30"), now=1.2) == ((), ())


def test_a_change_that_a_model_does_not_know_leaves_no_span():
    facts = {
        "age": KnownFact(42.0, "a"), "weight": KnownFact(58.0, "kg"), "creatinine": KnownFact(1.8, "mg/dL"),
        "sex": KnownFact("male"),
    }  # fmt: skip
    spans = tuple(
        FactsFrom(FIRST + timedelta(days=days), PatientFacts({**facts, "ast": KnownFact(ast, "U/L")}), {})
        for days, ast in ((0, 20.0), (3, 60.0))
    )
    found = covariates_over_time(MODELS["amikacin.jin-2020"], PatientFacts(facts), spans)
    assert found.over_time == ()


def test_the_record_at_a_change_has_the_values_of_until_then():
    model = engine_model(MODELS["amikacin.jin-2020"])
    person = asked_patient("amikacin.jin-2020", days=10)
    turn = person.doses[4].at + timedelta(hours=3)
    spans = tuple(
        CovariateSpan(begins, {"egfr_mdrd": value, "weight": 58.0}, {})
        for begins, value in ((person.doses[0].at, 92.0), (turn, 41.0))
    )
    start = person.doses[0].at.replace(hour=0)
    table = history_table(model, spans[-1].values, person.doses, person.levels, start, over_time=spans)
    turns = np.flatnonzero(table.evid == 2)
    assert table.time_h[turns].tolist() == [(turn - start).total_seconds() / 3600.0]
    before = table.time_h <= table.time_h[turns[0]]
    assert set(table.covariates["egfr_mdrd"][before]) == {92.0}
    assert set(table.covariates["egfr_mdrd"][~before]) == {41.0}
    assert set(table.covariates["weight"]) == {58.0}


@pytest.mark.parametrize("model", sorted(name for name in BEDSIDE if "estimate" in MODELS[name].uses))
def test_a_change_too_small_to_matter_changes_no_estimate(model: str):
    """The path with changing covariates, for every model that estimates, against the one without."""
    person = asked_patient(model, days=3)
    numbers = {
        name: known
        for name, known in person.facts.facts.items()
        if name in {"weight", "creatinine", "albumin", "bilirubin"} and isinstance(known.value, float)
    }
    nearly = {name: replace(known, value=known.value * (1.0 + 1e-9)) for name, known in numbers.items()}
    spans = (
        FactsFrom(person.doses[0].at, replace(person.facts, facts={**person.facts.facts, **nearly}), nearly),
        FactsFrom(person.doses[1].at + timedelta(hours=5), person.facts, numbers),
    )
    plain = estimates_of(person, model, seed=1).first
    changing = estimates_of(replace(person, over_time=spans), model, seed=1).first
    assert len(changing.covariates.over_time) in {0, 2}
    for one, other in zip(plain.parameters, changing.parameters, strict=True):
        assert other.typical == pytest.approx(one.typical, rel=1e-6)
        assert other.own == pytest.approx(one.own, rel=1e-4)
    assert changing.fits[0].predicted == pytest.approx(plain.fits[0].predicted, rel=2e-2)
