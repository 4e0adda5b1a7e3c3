"""Records that nobody here wrote are read as they are; what each says was worked out by hand from the files."""

import os
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse
from fhir_records import DATA, only, unused
from fhir_records import READER as SMALL
from fullcourse.adapters.fhir.read import FhirReader
from fullcourse.adapters.json_text import parse_json
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.patient import Record, Taken
from fullcourse.clinical.quantity import exactly
from fullcourse.knowledge.reader import read_knowledge

KNOWLEDGE = read_knowledge()
READER = FhirReader(
    KNOWLEDGE.facts.values(),
    tuple(KNOWLEDGE.readings.values()),
    recognise,
    other_matters=KNOWLEDGE.other_matters.values(),
)
EXAMPLE = Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json"
ELSEWHERE = Path(os.environ.get("FULLCOURSE_TESTDATA") or "/nowhere")
needs_testdata = pytest.mark.skipif(
    not ELSEWHERE.is_dir(), reason="FULLCOURSE_TESTDATA does not name the folder of real inputs"
)


def read(path: Path) -> Record:
    return READER.read(path.read_bytes())


def counted(path: Path) -> dict[str, int]:
    """Return what is not used with the small vocabulary of the tests, which does not grow: counted by hand."""
    return unused(SMALL.read(path.read_bytes()))


def problems_open(path: Path) -> int:
    """Return how many problems and allergies the small vocabulary leaves open: no fact of it knows their codes."""
    return sum(entry.kind != "medicine" for entry in SMALL.read(path.read_bytes()).unrecognised)


def taken(record: Record) -> dict[str, tuple[tuple[str, ...], Taken]]:
    return {one.name: (one.ingredients, one.taken) for one in record.medicines}


def test_a_synthea_patient_with_epilepsy_says_so_and_takes_carbamazepine() -> None:
    (path,) = (DATA / "synthea-bundles").glob("Alberto_Atencio_*.json")
    record = read(path)
    states = [(piece.recorded, piece.standing) for piece in record.evidence["epilepsy"]]
    assert sorted(states, key=str) == [
        ("Epilepsy", Standing.STATED),
        ("History of single seizure (situation)", Standing.UNSURE),
        ("Seizure disorder", Standing.STATED),
    ]
    assert (only(record, "sex").value, only(record, "birth_date").value) == ("male", "1993-06-07")
    assert [len(record.evidence[fact]) for fact in ("weight", "height", "haemoglobin")] == [4, 4, 1]
    assert taken(record) == {
        "Clonazepam [Klonopin]": (("clonazepam",), Taken.NOW),
        "Carbamazepine[Tegretol]": (("carbamazepine",), Taken.NOW),
    }
    assert (record.unrecognised, record.notes) == ((), ())
    assert counted(path) == {
        "Claim: no fact uses it": 8,
        "DiagnosticReport: no fact uses it": 1,
        "Encounter: no fact uses it": 6,
        "ExplanationOfBenefit: no fact uses it": 6,
        "Immunization: no fact uses it": 7,
        # 35 in all, less 4 weights
        "Observation: no fact uses it": 31,
        "Organization: no fact uses it": 2,
        "Practitioner: no fact uses it": 2,
        "Procedure: no fact uses it": 3,
    }


def test_a_synthea_patient_with_hypertension_has_one_running_order_of_three() -> None:
    (path,) = (DATA / "synthea-bundles").glob("Edward_Gulgowski_*.json")
    record = read(path)
    assert taken(record) == {
        "Hydrochlorothiazide 6.25 MG": (("hydrochlorothiazide",), Taken.PAST),
        "Hydrochlorothiazide 25 MG": (("hydrochlorothiazide",), Taken.NOW),
        "Ibuprofen 200 MG Oral Tablet": (("ibuprofen",), Taken.PAST),
    }
    assert {"epilepsy", "depression", "problems_complete", "medicines_complete"} & record.evidence.keys() == set()
    assert [len(record.evidence[fact]) for fact in ("weight", "height", "haemoglobin")] == [3, 3, 1]
    counts = counted(path)
    # 32 in all, less 3 weights
    assert counts["Observation: no fact uses it"] == 29
    # Four Conditions, of which hypertension is known to mean something else.
    assert (problems_open(path), counts["Condition: no fact uses it"]) == (3, 1)
    assert counts["CarePlan: no fact uses it"] == 1


def test_a_patient_summary_states_depression_without_a_date_and_no_complete_list() -> None:
    path = DATA / "ips" / "Bundle-gravitate-Alicia.json"
    record = read(path)
    depression = only(record, "depression")
    assert (depression.value, depression.on, depression.origin) == (True, None, "Condition/alicia-cond-1")
    # A section with entries is no list of which somebody said that it is all.
    assert not {"problems_complete", "medicines_complete", "allergies_complete"} & record.evidence.keys()
    assert any("nobody says that this is all" in note for note in record.notes)
    assert any(entry.why == "its text says more than its entries" for entry in record.unrecognised)
    ingredients = {one for medicine in record.medicines for one in medicine.ingredients}
    assert {"carbamazepine", "orlistat", "st. john's wort"} <= ingredients
    assert len(record.medicines) == 6
    assert "Flucelvax" in [listed.text for listed in record.unrecognised]
    # HIV, trigeminal neuralgia, overweight
    assert problems_open(path) == 3
    assert counted(path) == {"Practitioner: no fact uses it": 1}


def test_a_patient_summary_with_three_sections_completes_no_list() -> None:
    path = DATA / "ips" / "Bundle-gravitate-ips-1.json"
    record = read(path)
    for name in ("problems_complete", "medicines_complete", "allergies_complete"):
        assert name not in record.evidence
    lactose = only(record, "allergy_terizidone_excipient")
    assert lactose.standing is Standing.UNSURE
    assert set(taken(record).values()) == {
        (("dimethyl fumarate",), Taken.NOW),
        (("irbesartan",), Taken.NOW),
        (("oxymetazoline",), Taken.NOW),
    }
    assert not any(entry.kind == "medicine" for entry in record.unrecognised)
    # Lactose; psoriasis and heart failure. Pollen is a substance and hypertension a code that is known.
    assert problems_open(path) == 3


def test_a_national_medicine_card_is_read_with_every_status_it_uses() -> None:
    record = read(DATA / "ips" / "Bundle-gravitate-ole.json")
    states = [medicine.taken for medicine in record.medicines]
    # 43 statements: 9 active, 23 of unknown status and 3 on hold, 5 stopped; those completed or in error otherwise
    assert len(record.medicines) == 43 - sum(one.count for one in record.not_used if one.what == "MedicationStatement")
    assert (states.count(Taken.NOW), states.count(Taken.MAYBE)) == (9, 26)
    warfarin = next(medicine for medicine in record.medicines if "warfarin" in medicine.ingredients)
    assert warfarin.taken is Taken.MAYBE
    # Immunizations that name another patient are used by no fact, and are counted.
    assert unused(record)["Immunization: no fact uses it"] == 11


def test_a_patient_of_a_bulk_export_is_read_from_ndjson() -> None:
    folder = DATA / "synthea-bulk-10"
    lines = [line for path in sorted(folder.glob("*.ndjson")) for line in path.read_text("utf-8").splitlines()]
    mine = [line for line in lines if "a5cb8ce9-cec6-6b23-0990-cbaf753578a4" in line]
    record = READER.read("\n".join(mine).encode())
    # 33 Conditions, 62 MedicationRequests, 3 AllergyIntolerances and the Patient
    assert len(mine) == 99
    assert only(record, "birth_date").value == "1927-05-21"
    assert len(record.medicines) == 62
    assert "problems_complete" not in record.evidence


@needs_testdata
@pytest.mark.parametrize("folder", ["synthea-bundles", "ips"])
def test_every_real_bundle_is_read_and_names_nobody(folder: str) -> None:
    paths = sorted((ELSEWHERE / folder).glob("*.json"))
    assert paths
    for path in paths:
        record = read(path)
        assert only(record, "birth_date").standing is Standing.STATED
        assert record.medicines or "Luigi" in path.name
        family = path.stem.split("_")[1] if "_" in path.stem else "Rasmussen"
        assert family not in repr(record)


def test_the_synthetic_example_shows_every_part_of_a_check() -> None:
    record = read(EXAMPLE)
    assert only(record, "pulmonary_tuberculosis").value is True
    assert only(record, "depression").standing is Standing.UNSURE
    assert only(record, "allergies_complete").value is True
    creatinine = only(record, "creatinine")
    assert (creatinine.recorded, creatinine.unit) == (118.0, "µmol/L")
    assert only(record, "weight").value == exactly(51.4)
    orders = {one for medicine in record.medicines if medicine.ordered for one in medicine.ingredients}
    assert orders == {
        "cycloserine", "bedaquiline", "linezolid", "levofloxacin", "isoniazid", "amlodipine", "ethambutol",
    }  # fmt: skip
    unread = [entry.text for entry in record.unrecognised if entry.kind == "medicine"]
    assert unread == ["Cough syrup", "Seven-herb lung tea"]
    assert unused(record)["Observation: no fact uses it"] >= 3
    assert any(key.startswith("FamilyMemberHistory") for key in unused(record))


@needs_testdata
def test_the_synthetic_example_is_valid_fhir_r4() -> None:
    schema = parse_json((ELSEWHERE / "fhir-r4-schema" / "fhir.schema.json").read_text("utf-8"))
    assert isinstance(schema, dict)
    for dangling in ("integer64", "Resource"):
        schema["definitions"].setdefault(dangling, {})
    validator = jsonschema_rs.validator_for(schema)
    example = parse_json(EXAMPLE.read_text("utf-8"))
    assert [error.message for error in validator.iter_errors(example)] == []
    assert isinstance(example, dict)
    example["entry"][0]["resource"]["birthDate"] = 1984
    assert not validator.is_valid(example)
