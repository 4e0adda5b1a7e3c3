"""What identifies a patient goes no further than the reader of the record: no output and no error repeats it."""

import json
from pathlib import Path

import pytest

import fullcourse
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.published.check import check_json
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical import FullcourseError
from fullcourse.journey.check import check
from patients import AT, knowledge

EXAMPLE = Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json"
CANARIES = {
    "name": [{"family": "Canaryfamily", "given": ["Canarygiven"]}],
    "identifier": [{"system": "urn:x", "value": "CANARY-ID-7"}],
    "telecom": [{"system": "phone", "value": "+1 555 0100 CANARY"}],
    "address": [{"line": ["Canary Street 1"], "city": "Canarytown"}],
    "contact": [{"name": {"family": "Canarycontact"}}],
    "photo": [{"title": "canaryphoto"}],
}


def marked() -> dict:
    bundle = json.loads(EXAMPLE.read_text("utf-8"))
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"].update(CANARIES)
            entry["resource"]["text"] = {"status": "generated", "div": "<div>Canarynarrative</div>"}
    return bundle


def read(bundle: dict):
    known = knowledge()
    reader = RecordReader(known.facts.values(), tuple(known.readings.values()), recognise, known.other_matters.values())
    return reader.read(json.dumps(bundle).encode(), AT)


def test_no_output_repeats_it():
    known = knowledge()
    result = check(read(marked()), known, known.profile("us"), AT)
    assert "canary" not in json.dumps(check_json(result)).casefold()
    assert "canary" not in repr(result).casefold()


@pytest.mark.parametrize("element", ["birthDate", "gender", "id", "name", "link", "deceasedDateTime"])
@pytest.mark.parametrize("value", ["Canary", 7, {"x": "Canary"}, ["Canary"], None])
def test_no_error_repeats_what_stands_in_the_patient(element, value):
    bundle = marked()
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"][element] = value
    try:
        read(bundle)
    except FullcourseError as error:
        assert "canary" not in str(error).casefold()
