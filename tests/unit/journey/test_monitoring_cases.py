"""Fifty cases of monitoring, whose answers were written from the sources before the program could answer."""

import json
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical import Evidence, Record, exactly, parse_moment
from fullcourse.journey.course import RIFAMYCINS
from fullcourse.journey.monitor import Do, DoseSpan, Monitor, MonitorAnswer, Treatment
from patients import AT, evidence, knowledge

CASES = tomllib.loads((Path(__file__).parents[2] / "monitoring_cases.toml").read_text("utf-8"))
MONITOR = Monitor(knowledge(), knowledge().profile("us"))
START = date(2026, 11, 22)


def ids(kind: str) -> list[object]:
    return [pytest.param(case, id=case["id"]) for case in CASES[kind]]


def record_of(facts: list[dict]) -> Record:
    found: dict[str, tuple[Evidence, ...]] = {}
    for row in facts:
        name, on = row["id"], row.get("on", AT.isoformat())
        if name == "birth_date":
            piece = Evidence(name, row["value"], parse_moment(on, "on"), "record", row["value"])
        elif name == "creatinine_clearance":  # derived: a patient of whom it comes to about this
            for other, value in {"sex": "male", "weight": 70.0, "height": 175.0, "creatinine": 0.9}.items():
                found[other] = (evidence(other, value, on=on),)
            found["birth_date"] = (
                Evidence("birth_date", "1980-01-01", parse_moment(on, "on"), "record", "1980-01-01"),
            )
            continue
        else:
            piece = evidence(name, row["value"], row.get("unit", ""), on)
        found[name] = (*found.get(name, ()), piece)
    return Record(found)


def treatment_of(drugs: tuple[str, ...], doses: dict, start: date | None, days: int | None) -> Treatment:
    ends = None if start is None or days is None else start + timedelta(days=days - 1)
    spans = {drug: tuple(DoseSpan(day, float(mg)) for day, mg in steps) for drug, steps in doses.items()}
    return Treatment(drugs, spans, start, ends, as_susceptible=not RIFAMYCINS.isdisjoint(drugs))


def asked(case: dict) -> MonitorAnswer:
    start = None if case.get("start") == "" else date.fromisoformat(case.get("start", START.isoformat()))
    at = date.fromisoformat(case.get("at", AT.isoformat()))
    drugs = case["drugs"]
    doses = drugs if isinstance(drugs, dict) else {}
    record = record_of(case.get("facts", []))
    return MONITOR.monitor(record, at, treatment_of(tuple(drugs), doses, start, case.get("days", 180)))


@pytest.mark.parametrize("case", ids("plan"))
def test_the_plan_of_tests(case):
    watched = {it.watch.test: it for it in asked(case).watched}
    for wanted in case["expect"]:
        it = watched[wanted["test"]]
        planned, watch = it.watch.planned, it.watch
        assert watch.certain
        for key, seen in {
            "every_days": planned.every_days, "from_day": planned.from_day, "before_start": planned.before_start,
            "weeks": list(planned.weeks), "hours": list(planned.hours_after_dose), "months": list(watch.months),
            "months_after": list(watch.months_after_end), "at_end": watch.at_end, "at_visits": watch.at_visits,
            "tightened": watch.is_tightened, "drugs": list(watch.drugs), "dated": any(day > 0 for day in it.days),
        }.items():  # fmt: skip
            if key in wanted:
                assert seen == wanted[key], (wanted["test"], key)
        if "asked_by" in wanted:
            assert wanted["asked_by"] in {asked.statement for asked in planned.asked if asked.certain}
    if "one_visit_on_day" in case:
        assert sum(visit.day == case["one_visit_on_day"] for visit in asked(case).visits) == 1


def check_result(case: dict, answer: MonitorAnswer) -> None:
    leads = {lead.drug: lead for lead in answer.leads}
    said = {it.statement: it for it in answer.responses}
    for drug, do in case.get("leads", {}).items():
        assert leads[drug].do.word == do
    for statement, do in case.get("said", {}).items():
        assert said[statement].known, statement
        assert said[statement].do.word == do, statement
    for statement in case.get("not_said", []):
        assert statement not in said or not said[statement].known
    for statement in case.get("at_threshold", []):
        assert said[statement].at_threshold
        assert said[statement].interpretation
    for one, other in case.get("conflicts", []):
        assert other in said[one].conflicts_with
        assert one in said[other].conflicts_with
    for statement, could_be in case.get("open", {}).items():
        assert not said[statement].known
        assert said[statement].do.word == could_be
        assert said[statement].weighs
    missing = {name for it in answer.responses if not it.known and it.weighs for name in it.missing}
    assert set(case.get("missing", [])) <= missing
    if "grades" in case:
        assert {it.of: it.degree for it in answer.grades} == case["grades"]
    readings = {it.fact: it for it in answer.readings}
    for fact in case.get("stale", []):
        assert readings[fact].stale
    for fact in case.get("unusable", []):
        assert readings[fact].newest is None
        assert readings[fact].set_aside
        assert not any(it.known and it.do > Do.CONTINUE for it in answer.responses)
    if "value" in case:
        assert readings[case["value"]["fact"]].newest == exactly(case["value"]["is"])


@pytest.mark.parametrize("case", ids("result"))
def test_results(case):
    check_result(case, asked(case))


@pytest.mark.parametrize("case", ids("reported"))
def test_faults_that_others_reported(case):
    if case["kind"] == "due":
        (due,) = [it.due for it in asked(case).watched if it.watch.test == case["test"]]
        assert due.standing.value == case["expect"]["standing"]
        assert due.next_on is not None
        assert due.next_on.isoformat() == case["expect"]["next"]
        return
    given = case["fhir"]
    value = {"value": given["value"]}
    if "unit" in given:
        value |= {"unit": given["unit"], "system": "http://unitsofmeasure.org", "code": given["unit"]}
    observation = {
        "resourceType": "Observation", "id": "o1", "status": "final", "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": AT.isoformat(),
        "code": {"coding": [{"system": "http://loinc.org", "code": given["code"]}]}, "valueQuantity": value,
    }  # fmt: skip
    if "high" in given:
        observation["referenceRange"] = [{"high": {**value, "value": given["high"]}}]
    known = knowledge()
    reader = RecordReader(known.facts.values(), tuple(known.readings.values()), recognise, known.other_matters.values())
    entries = [{"resource": {"resourceType": "Patient", "id": "p1"}}, {"resource": observation}]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    record = reader.read(json.dumps(bundle).encode(), AT)
    treatment = treatment_of(tuple(case["drugs"]), {}, START, 180)
    check_result(case, MONITOR.monitor(record, AT, treatment))
