"""The published views, run by an engine of others over public records: the rows come to the values of our own columns.

The engine is `sqlonfhir` (SAS Institute, Apache-2.0), which evaluates views by fhirpathpy. What the index leaves
to whoever reads a view (which status counts, shelf lives, the newest) is done here as the index says it.
"""

import copy
import gzip
import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import jsonschema_rs
import pytest
import sqlonfhir

from fullcourse.adapters.fhir.read.codes import plain_code, system_name
from fullcourse.adapters.published.view_parts import SHAREABLE
from fullcourse.adapters.published.views import INDEX, views_of
from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import make_facts
from fullcourse.cohort.plan import fact_columns, high_column, low_column, value_column
from fullcourse.knowledge.codes import PREFIX_SYSTEMS
from patients import knowledge

PEOPLE = Path(__file__).parents[2] / "benchmarks" / "data" / "synthea-40" / "patients.jsonl.gz"
SCHEMA = Path(__file__).parents[1] / "data" / "sql_on_fhir" / "view-definition.schema.json"
DAYS = (date(2019, 7, 1), date(2020, 10, 1), date(2021, 3, 31))
VIEWS = views_of(knowledge())
FACTS = VIEWS[INDEX]["facts"]
Row = dict[str, Any]


@pytest.fixture(name="resources", scope="module")
def resources_() -> list[Row]:
    """Return the records, with each patient named by type and id, as bulk exports name them."""
    with gzip.open(PEOPLE, "rt", encoding="utf-8") as file:
        text = [line.replace('"reference":"urn:uuid:', '"reference":"Patient/') for line in file]
    patients = [json.loads(line) for line in text]
    return [resource for one in patients for resource in one]


@pytest.fixture(name="columns", scope="module")
def columns_(resources: list[Row], tmp_path_factory: pytest.TempPathFactory) -> dict[date, dict[str, Row]]:
    """Return our own facts of each patient at each day."""
    folder = tmp_path_factory.mktemp("facts")
    (folder / "r.ndjson").write_text("".join(json.dumps(resource) + "\n" for resource in resources))
    found = {}
    for day in DAYS:
        made = make_facts(find_register([str(folder / "r.ndjson")]), knowledge(), day, folder / f"{day}", 1, _silent)
        table = duckdb.from_parquet([str(part) for part in made.parts])
        found[day] = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.fetchall()}
    return found


def _silent(*_: object) -> None:
    pass


def run(name: str, resources: Sequence[Row]) -> list[Row]:
    return list(sqlonfhir.evaluate(resources, copy.deepcopy(VIEWS[name])))


def of_codes(fact: str, kind: str, resources: Iterable[Row]) -> list[Row]:
    """Return the resources of which a coding is in the code set of a fact, and every fortieth of the others."""
    wanted = [
        (system, plain_code(system, code))
        for found in knowledge().facts[fact].found
        if found.resource == kind
        for system, codes in found.codes.items()
        for code in codes
    ]
    fits, others = [], []
    for resource in resources:
        if resource["resourceType"] != kind:
            continue
        parts = [resource, *resource.get("component", [])]
        codings = [
            (system_name(coding.get("system", "")), coding.get("code", ""))
            for part in parts
            for coding in part.get("code", {}).get("coding", [])
        ]
        is_fit = any(
            system == of and (plain_code(of, code).startswith(one) if of in PREFIX_SYSTEMS else code == one)
            for system, code in codings
            for of, one in wanted
        )
        (fits if is_fit else others).append(resource)
    return [*fits, *others[::40]]


def dated(row: Row) -> str:
    return next((str(row[name]) for name in row if name.startswith("date_") and row[name]), "")


def means(kind: str, element: str, code: str | None) -> str:
    meanings = VIEWS[INDEX]["reading"][kind]["status"][element]
    return str(meanings.get(code or "missing", meanings["other"]))


NUMBERS = [
    fact
    for fact, said in FACTS.items()
    if said["kind"] == "number" and said["views"] and low_column(value_column(fact)) in fact_columns(knowledge())
]


def test_there_are_numbers_to_compare():
    assert {"creatinine", "weight", "potassium", "haemoglobin"} <= set(NUMBERS)


def test_numbers_of_the_views_are_the_numbers_of_our_columns(resources, columns):
    compared, absent = 0, 0
    for fact in NUMBERS:
        rows = run(FACTS[fact]["views"][0], of_codes(fact, "Observation", resources))
        stem = value_column(fact)
        for day, people in columns.items():
            for patient, ours in people.items():
                newest = at_day([row for row in rows if row["patient"] == patient], fact, day)
                compared += newest is not None
                absent += newest is None
                expected = None if newest is None else pytest.approx(newest, rel=1e-12)
                assert (ours[low_column(stem)], ours[high_column(stem)]) == (expected, expected), (fact, day)
    assert compared > 100
    assert absent > 300


def at_day(rows: Sequence[Row], fact: str, day: date) -> float | None:
    """Return what the rows of a view come to by the index: the newest that counts, within its shelf life."""
    said = FACTS[fact]
    counts = [row for row in rows if means("Observation", "status", row["status"]) == "stated" and dated(row)]
    before = [row for row in counts if dated(row)[:10] <= day.isoformat()]
    if not before:
        return None
    newest = max(before, key=dated)
    if "valid_days" in said and (day - date.fromisoformat(dated(newest)[:10])).days > said["valid_days"]:
        return None
    value = float(newest["value"])
    assert said["plausible"][0] <= value <= said["plausible"][1]
    return value


def test_sex_and_age_come_of_the_view_of_patients(resources, columns):
    rows = run("patient", [resource for resource in resources if resource["resourceType"] == "Patient"])
    ours = columns[DAYS[-1]]
    assert len(rows) == len(ours) == 40
    for row in rows:
        mine = ours[row["patient"]]
        born = date.fromisoformat(row["birth_date"])
        years = DAYS[-1].year - born.year - ((DAYS[-1].month, DAYS[-1].day) < (born.month, born.day))
        assert mine[value_column("sex")] == row["sex"]
        assert mine[low_column(value_column("age"))] == years


def test_what_a_view_says_outright_our_columns_say_too(resources, columns):
    """A coded problem that is active and within its shelf life is yes."""
    day, people = DAYS[-1], columns[DAYS[-1]]
    asked = {
        fact: f"{fact}_condition"
        for fact, said in FACTS.items()
        if f"{fact}_condition" in said["views"]
        and value_column(fact) in fact_columns(knowledge())
        and said["kind"] in ("state", "history")
    }
    yes = [
        (fact, row["patient"])
        for fact, name in asked.items()
        for row in run(name, of_codes(fact, "Condition", resources))
        if row["says"] == "yes"
        and {means("Condition", element, row[column]) for element, column in STATES.items()} == {"stated"}
        and 0 <= (day - date.fromisoformat(dated(row)[:10])).days <= FACTS[fact].get("valid_days", 99_999)
    ]

    assert len(yes) > 3
    assert [said for said in yes if people[said[1]][value_column(said[0])] is not True] == []


STATES = {"clinicalStatus": "clinical_status", "verificationStatus": "verification_status"}


def test_units_are_converted_and_what_measures_nothing_is_shown_without_a_value():
    def result(identity: str, **quantity: Any) -> Row:
        return {
            "resourceType": "Observation",
            "id": identity,
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]},
            "subject": {"reference": "Patient/p"},
            "effectiveDateTime": "2026-01-02",
            "valueQuantity": {"system": "http://unitsofmeasure.org", **quantity},
        }

    rows = run(
        "creatinine_observation",
        [
            result("a", value=1.2, code="mg/dL"),
            result("b", value=88.4, code="umol/L", comparator="<"),
            result("c", value=88.4, code="kg"),
            {**result("d"), "valueQuantity": {"value": 1.0, "unit": "mg per dl"}},
            {**result("e"), "code": {"coding": [{"system": "http://loinc.org", "code": "2161-8"}]}},
        ],
    )

    assert [(row["id"], row["comparator"]) for row in rows] == [("a", None), ("b", "<"), ("c", None), ("d", None)]
    assert [float(row["value"]) for row in rows[:2]] == [1.2, pytest.approx(1.0, abs=0.001)]
    assert [row["value"] for row in rows[2:]] == [None, None]
    assert [float(row["recorded_value"]) for row in rows] == [1.2, 88.4, 88.4, 1.0]


def test_a_longer_prefix_speaks_in_place_of_a_shorter_and_the_dot_may_be_left_out():
    def problem(identity: str, code: str) -> Row:
        coding = {"system": "http://hl7.org/fhir/sid/icd-10", "code": code}
        return {"resourceType": "Condition", "id": identity, "code": {"coding": [coding]},
                "subject": {"reference": "Patient/p"}}  # fmt: skip

    rows = run("dialysis_condition", [problem(code, code) for code in ("Z49", "Z49.1", "Z992", "N18.6", "N18.4")])

    assert [(row["id"], row["says"]) for row in rows] == [
        ("Z49", "yes"), ("Z49.1", "yes"), ("Z992", "yes"), ("N18.6", "unsure"),
    ]  # fmt: skip


def test_drugs_are_found_by_their_own_codes():
    coding = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": knowledge().drugs["cycloserine"].rxnorm}
    request = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "authoredOn": "2026-01-02",
        "medicationCodeableConcept": {"coding": [coding]},
    }

    (row,) = run("medicines_medication_request", [request, {**request, "medicationCodeableConcept": {"text": "x"}}])

    assert (row["patient"], row["drug"], row["status"], dated(row)) == ("p", "cycloserine", "active", "2026-01-02")


@pytest.mark.parametrize("name", [name for name in VIEWS if name != INDEX])
def test_every_view_is_a_view_definition_whose_unions_have_the_same_columns(name: str):
    view = VIEWS[name]
    unions = [part.get("unionAll", []) for part in view["select"]]
    columns = [column["name"] for part in view["select"] for column in part.get("column", [])]
    columns += [column["name"] for union in unions for branch in union[:1] for column in branch["column"]]

    assert list(jsonschema_rs.validator_for(json.loads(SCHEMA.read_text())).iter_errors(view)) == []
    assert view["name"] == name
    assert all(len({str([it["name"] for it in branch["column"]]) for branch in union}) < 2 for union in unions)
    assert len(columns) == len(set(columns))
    assert (view.get("meta") == {"profile": [SHAREABLE]}) is ("startsWith" not in json.dumps(view))


def test_the_schema_refuses_what_is_no_view():
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    view = VIEWS["creatinine_observation"]
    assert not validator.is_valid({**view, "name": "1st"})
    assert not validator.is_valid({**view, "select": []})
    assert not validator.is_valid({**view, "columns": []})


def test_the_index_names_every_fact_and_what_is_left_of_each():
    whole = {"sex", "birth_date"}  # of the view of patients
    without = [said for fact, said in FACTS.items() if not said["views"] and fact not in whole]

    assert set(FACTS) == set(knowledge().facts)
    assert {name for said in FACTS.values() for name in said["views"]} < set(VIEWS)
    assert {fact for fact, said in FACTS.items() if not said["not_in_views"]} <= whole
    assert [said for said in without if not said["not_in_views"][0].startswith("the whole: ")] == []
    assert FACTS["creatinine_clearance"]["not_in_views"] == [
        "the whole: it is worked out of other facts (cockcroft_gault)"
    ]
    assert "no: the problems being complete, which other resources say" in FACTS["dialysis"]["not_in_views"]
