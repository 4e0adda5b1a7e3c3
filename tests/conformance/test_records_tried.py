"""Records made after public bug reports and sample files: what each says is used, asked or named, and is never a no.

What is expected of each stands in the INDEX.tsv and the README.md beside the records.
"""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fhir_records import DATA
from fullcourse.adapters.fhir.read import FhirReader
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import make_facts
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Patient, Record, SettledEntry
from fullcourse.cohort.facts import fact_row
from fullcourse.knowledge.reader import read_knowledge
from fullcourse.rules.establish import establish

KNOWLEDGE = read_knowledge()
READER = FhirReader(
    KNOWLEDGE.facts.values(),
    tuple(KNOWLEDGE.readings.values()),
    recognise,
    other_matters=KNOWLEDGE.other_matters.values(),
)
TRIED, DAMAGED = DATA / "records_tried", DATA / "records_damaged"
AT, DAMAGED_AT = date(2026, 11, 28), date(2026, 11, 22)
LISTS = {"problems": "Condition", "allergies": "AllergyIntolerance", "medicines": "Medication"}
COMPLETE = {
    f"{name}_complete": (Evidence(f"{name}_complete", True, parse_moment("2026-11-20", "on"), "answers", True),)
    for name in LISTS
}


def read(name: str, folder: Path = TRIED, reader: FhirReader = READER) -> Record:
    return reader.read((folder / f"{name}.json").read_bytes())


def answered(name: str, folder: Path = TRIED) -> Patient:
    """Return the patient after somebody said that all three lists are complete."""
    return establish(read(name, folder).plus(Record(COMPLETE)), KNOWLEDGE, DAMAGED_AT if folder is DAMAGED else AT)


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("R04", "heart_failure"),
        ("R06", "hiv_infection"),
        ("R48", "epilepsy"),
        ("R49", "epilepsy"),
        ("R61", "beta_lactam_anaphylaxis"),
        ("R62", "allergy_fluoroquinolone"),
        ("R79", "hiv_infection"),
        ("R81", "peripheral_neuropathy"),
        ("R83", "heart_rhythm_disorder"),
        ("R86", "liver_disease"),
        ("R90", "allergy_rifamycin"),
        ("R95", "hiv_infection"),
        ("R96", "epilepsy"),
    ],
)
def test_a_fact_that_an_entry_may_be_about_is_never_no(name: str, fact: str) -> None:
    assert establish(read(name), KNOWLEDGE, AT).facts[fact].value is not False
    assert answered(name).facts[fact].value is not False


def test_a_medication_that_a_section_refers_to_may_be_taken() -> None:
    patient = establish(read("R01"), KNOWLEDGE, AT)
    assert any("valproate" in medicine.ingredients for medicine in patient.medicines)
    assert patient.facts["medicines_complete"].value is not True


def test_a_medicine_section_with_entries_is_no_complete_list() -> None:
    assert establish(read("R98"), KNOWLEDGE, AT).facts["medicines_complete"].value is None


def test_what_stands_inside_another_resource_is_counted_or_read() -> None:
    assert any(entry.what == "contained Observation" for entry in read("R03").not_used)
    assert [medicine.ingredients for medicine in read("R40").medicines] == [("rifampin",)]


@pytest.mark.parametrize("name", ["R17", "R19", "R20"])
def test_a_denial_in_words_is_no_entry_that_is_not_understood(name: str) -> None:
    denied = read(name)
    assert not [entry for entry in denied.unrecognised if name != "R19"]
    assert all(fact.value is not True for fact in establish(denied, KNOWLEDGE, AT).facts.values() if fact.id != "sex")


def test_a_resource_repeated_with_another_meta_is_read_once() -> None:
    assert [piece.value for piece in read("R55").evidence["epilepsy"]] == [True]


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("manila", "epilepsy", True),
        ("future", "epilepsy", None),
        ("future-allergy", "allergy_cycloserine", None),
        ("icd-G4O.3", "epilepsy", None),
        ("unknown-type", "severe_anxiety", None),
    ],
)
def test_damaged_evidence_is_used_or_leaves_its_fact_unknown(name: str, fact: str, value: bool | None) -> None:
    established = answered(name, DAMAGED).facts[fact]
    assert established.value is value
    assert established.because or answered(name, DAMAGED).unrecognised


def test_dialysis_by_words_alone_is_never_no() -> None:
    assert answered("dialysis-text", DAMAGED).facts["dialysis"].value is not False


def test_what_is_dated_after_the_check_is_named_with_its_date() -> None:
    assert "after the check" in answered("future", DAMAGED).facts["epilepsy"].reason


def _without_codes() -> FhirReader:
    """Return a reader in which every code set is empty: those of facts, of their answers, and of other matters.

    Exact wordings are empty too; the names of substances stay, which are no code of a fact.
    """
    facts = [
        replace(
            fact,
            found=tuple(
                replace(
                    way,
                    codes={},
                    names=(),
                    answers=tuple(replace(answer, codes={}) for answer in way.answers),
                )
                for way in fact.found
            ),
        )
        for fact in KNOWLEDGE.facts.values()
    ]
    return FhirReader(facts, tuple(KNOWLEDGE.readings.values()), recognise)


WITHOUT_CODES = _without_codes()
# A creatinine that cannot be, two Patients, and ingredients in a circle: other tests have them.
_REFUSED = ("R29", "R54", "ingcycle-min")
FILES = [path for folder in (TRIED, DAMAGED) for path in sorted(folder.glob("*.json")) if path.stem not in _REFUSED]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_without_any_code_set_no_record_gives_a_no_for_a_fact_whose_list_holds_an_entry(path: Path) -> None:
    record = WITHOUT_CODES.read(path.read_bytes()).plus(Record(COMPLETE))
    try:
        patient = establish(record, KNOWLEDGE, AT)
    except InputError as refused:
        assert ": " in str(refused)  # refused by name, which is no answer either
        return
    held = {name for name, kind in LISTS.items() if any(_is_entry(it, kind) for it in _resources(path))}
    known = {medicine.origin for medicine in record.medicines if medicine.ingredients}
    known |= {piece.origin for pieces in record.evidence.values() for piece in pieces}
    known -= {entry.origin for entry in record.unrecognised}
    for name in ("medicines", "allergies"):  # where every substance on it is known by its name, no code is needed
        listed = {_origin(it) for it in _resources(path) if _is_entry(it, LISTS[name])}
        held -= {name} if listed <= known else set()
    wrong = [
        fact.id
        for fact in KNOWLEDGE.facts.values()
        if fact.listed_in in held and patient.facts[fact.id].value is False and not _is_said(patient, fact.id)
    ]
    assert wrong == []


def _resources(path: Path) -> list[dict[str, Any]]:
    text = path.read_text("utf-8")
    try:
        values = [json.loads(text)]
    except json.JSONDecodeError:
        values = [json.loads(line) for line in text.splitlines() if line.strip()]
    found: list[dict[str, Any]] = []
    while values:
        value = values.pop()
        if value.get("resourceType") != "Bundle":
            found.append(value)
        values += [row["resource"] for row in value.get("entry", ()) if isinstance(row, dict) and row.get("resource")]
    return found


def _origin(resource: dict[str, Any]) -> str:
    return f"{resource['resourceType']}/{resource.get('id')}"


def _is_entry(resource: dict[str, Any], kind: str) -> bool:
    """Tell whether a resource is an entry of a list, and no denial: not refuted, in error, nor "no known ..."."""
    text = json.dumps(resource)
    is_denied = any(word in text for word in ('"refuted"', '"entered-in-error"', "No known", "no-known", "No current"))
    of_kind = str(resource.get("resourceType")).startswith(kind) and resource["resourceType"] != "Medication"
    return of_kind and not is_denied


def _is_said(patient: Patient, fact: str) -> bool:
    """Tell whether somebody said no of this very fact, or it cannot be."""
    known = patient.facts[fact]
    return "never when" in known.reason or any(piece.fact == fact for piece in known.because)


def test_an_entry_left_open_is_settled_by_one_answer_about_it_by_name() -> None:
    record = read("R86").plus(Record(COMPLETE))
    (entry,) = [entry for entry in record.unrecognised if entry.kind == "problem"] or [None]
    if entry is None:  # its code has become known: then nothing is left to settle
        assert establish(record, KNOWLEDGE, AT).facts["liver_disease"].value is True
        return
    nothing = record.plus(Record({}, settled=(SettledEntry(entry.text, "", (), "answers, entry 1"),)))
    assert establish(nothing, KNOWLEDGE, AT).facts["hiv_infection"].value is False
    liver = record.plus(Record({}, settled=(SettledEntry("", entry.origin, ("liver_disease",), "answers, entry 1"),)))
    assert establish(liver, KNOWLEDGE, AT).facts["liver_disease"].value is True


def test_a_register_says_of_the_same_record_what_a_check_says(tmp_path: Path) -> None:
    path = TRIED / "R01-register.ndjson"
    alone = establish(READER.read(path.read_bytes(), AT), KNOWLEDGE, AT)
    made = make_facts(find_register([str(path)]), KNOWLEDGE, AT, tmp_path / "facts", 1, lambda *_: None)
    table = duckdb.from_parquet([str(part) for part in made.parts])
    (row,) = [dict(zip(table.columns, values, strict=True)) for values in table.fetchall()]
    assert row["error"] is None
    for column, value in fact_row(alone, KNOWLEDGE).items():
        assert row[column] == value, column
