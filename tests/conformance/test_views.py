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
                low, high = ours[low_column(stem)], ours[high_column(stem)]
                if newest is None:
                    absent += low is None
                    assert (low, high) == (None, None), (fact, day)
                    continue
                compared += 1
                assert low == high == pytest.approx(newest, rel=1e-12), (fact, day)
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
    """A coded problem that is active and within its shelf life is yes; of whom no view has a row, nothing is."""
    said_yes = 0
    day, people = DAYS[-1], columns[DAYS[-1]]
    for fact, said in FACTS.items():
        name, stem = f"{fact}_condition", value_column(fact)
        if (
            name not in said["views"]
            or stem not in fact_columns(knowledge())
            or said["kind"] not in ("state", "history")
        ):
            continue
        rows = run(name, of_codes(fact, "Condition", resources))
        for row in rows:
            states = {means("Condition", element, row[column]) for element, column in STATES.items()}
            age = (day - date.fromisoformat(dated(row)[:10])).days
            if row["says"] != "yes" or states != {"stated"} or not 0 <= age <= said.get("valid_days", age):
                continue
            said_yes += 1
            assert people[row["patient"]][stem] is True, (fact, row["code"])
        speaks = {row["patient"] for row in rows}
        others = {people[patient][stem] for patient in people if patient not in speaks}
        if not said["not_in_views"][1:] and len(said["views"]) == 1:
            assert True not in others
    assert said_yes > 3


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


def test_every_view_is_a_view_definition_and_unions_have_the_same_columns():
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    for name, view in VIEWS.items():
        if name == INDEX:
            continue
        assert validator.is_valid(view), (name, [str(error) for error in validator.iter_errors(view)][:3])
        assert view["name"] == name
        unions = [part["unionAll"] for part in view["select"] if "unionAll" in part]
        for union in unions:
            assert len({tuple(column["name"] for column in branch["column"]) for branch in union}) == 1
        names = [column["name"] for part in view["select"] for column in part.get("column", [])]
        names += [column["name"] for union in unions for column in union[0]["column"]]
        assert len(names) == len(set(names))
        is_shareable = "startsWith" not in json.dumps(view)
        assert (view.get("meta", {}).get("profile") == [SHAREABLE]) is is_shareable


def test_the_schema_refuses_what_is_no_view():
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    view = VIEWS["creatinine_observation"]
    assert not validator.is_valid({**view, "name": "1st"})
    assert not validator.is_valid({**view, "select": []})
    assert not validator.is_valid({**view, "columns": []})


def test_the_index_names_every_fact_and_what_is_left_of_each():
    assert set(FACTS) == set(knowledge().facts)
    for fact, said in FACTS.items():
        assert all(name in VIEWS for name in said["views"])
        is_whole = fact in ("sex", "birth_date")
        assert is_whole or said["not_in_views"], fact
        if not said["views"] and not is_whole:
            assert said["not_in_views"][0].startswith("the whole: "), fact
    assert FACTS["creatinine_clearance"]["not_in_views"] == [
        "the whole: it is worked out of other facts (cockcroft_gault)"
    ]
    assert "no: the problems being complete, which other resources say" in FACTS["dialysis"]["not_in_views"]
