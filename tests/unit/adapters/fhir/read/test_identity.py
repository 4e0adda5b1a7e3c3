"""Who a record is about is read for comparing, and for nothing else."""

import json

import pytest

from fullcourse.adapters.fhir.read.identity import read_identity
from fullcourse.clinical.errors import InputError


def record(**patient: object) -> bytes:
    resource = {"resourceType": "Patient", **patient}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource}]}
    return json.dumps(bundle).encode()


def names(*written: str) -> frozenset[tuple[str, ...]]:
    return read_identity(record(name=[{"text": text} for text in written]), "it").names


def test_names_are_words_without_accents_in_lower_case():
    named = [{"family": "O'Brien-Nuñez", "given": ["José", "María"]}, {"text": "Søren ÆRØ"}]
    read = read_identity(record(name=named), "it")
    assert read.names == {("obrien", "nunez", "jose", "maria"), ("soren", "aero")}


def test_other_scripts_keep_their_marks():
    assert names("प्रिया शर्मा") == {("प्रिया", "शर्मा")}
    assert names("Йосиф") != names("Иосиф")


def test_the_rest_is_read_as_far_as_it_is_written():
    read = read_identity(
        record(
            birthDate="1980-05",
            gender="female",
            identifier=[{"system": "urn:x", "value": " Ab-7 "}, {"value": "without a system"}, "odd"],
            telecom=[{"system": "phone", "value": "+27 82 555 0100"}, {"system": "email", "value": "12345678@x.org"}],
        ),
        "it",
    )
    assert (read.born, read.sex, read.identifiers) == ("1980-05", "female", {"urn:x": frozenset({"ab-7"})})
    assert read.phones == {"25550100"}


def test_what_is_odd_or_missing_is_unknown():
    read = read_identity(
        record(birthDate="May", gender="other", name="x", telecom=[{"system": "phone", "value": "1"}]), "it"
    )
    assert (read.names, read.born, read.sex, read.phones) == (frozenset(), "", "", frozenset())


def test_ndjson_and_a_bare_patient_are_read_and_one_person_is_needed():
    patient = json.dumps({"resourceType": "Patient", "birthDate": "1980-05-01"})
    other = json.dumps({"resourceType": "Observation"})
    assert read_identity(patient.encode(), "it").born == "1980-05-01"
    assert read_identity(f"{other}\n{patient}\n".encode(), "it").born == "1980-05-01"
    for data, count in ((other, 0), (f"{patient}\n{patient}\n", 2), ("[]", 0)):
        with pytest.raises(InputError, match=f"holds {count} Patients"):
            read_identity(data.encode(), "it")
    with pytest.raises(InputError, match="not JSON"):
        read_identity(b"[[fact]]\nCanary = 1", "it")


def test_nothing_of_it_is_shown_by_accident():
    read = read_identity(record(name=[{"text": "Canary"}], birthDate="1980-05-01", gender="female"), "it")
    assert "anary" not in repr(read)
    assert "1980" not in repr(read)


def test_a_part_of_a_name_that_is_no_text_is_left_out() -> None:
    assert read_identity(record(name=[{"family": "Example", "given": [7, "Ana"]}]), "it").names == {("example", "ana")}


@pytest.mark.parametrize(
    ("number", "phones"), [("1234567", set()), ("12345678", {"12345678"}), ("+112345678", {"12345678"})]
)
def test_a_number_has_eight_digits_at_least(number: str, phones: set[str]) -> None:
    assert read_identity(record(telecom=[{"system": "sms", "value": number}]), "it").phones == phones
