"""``fullcourse dose`` as its users call it: what cannot be used gives an error or a question, never a number."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.dose import dose

UCUM = {"system": "http://unitsofmeasure.org"}


def observation(code: str, value: float, unit: str, name: str, ucum: str = "", on: str = "2026-11-20") -> dict:
    quantity = {"value": value, "unit": unit, **({**UCUM, "code": ucum} if ucum else {})}
    concept = {"coding": [{"system": "http://loinc.org", "code": code}]}
    return {"resourceType": "Observation", "id": name, "status": "final", "code": concept, "effectiveDateTime": on,
            "valueQuantity": quantity}  # fmt: skip


def weight(value: float, unit: str = "kg", ucum: str = "kg", on: str = "2026-11-20", name: str = "w") -> dict:
    return observation("29463-7", value, unit, name, ucum, on)


def record(folder: Path, *resources: dict, born: str = "1986-05-02") -> str:
    base = [
        {"resourceType": "Patient", "id": "p", "birthDate": born, "gender": "male"},
        observation("8302-2", 172, "cm", "h", "cm"),
        observation("2160-0", 1.0, "mg/dL", "c", "mg/dL"),
    ]
    entries = [{"fullUrl": f"urn:x:{place}", "resource": it} for place, it in enumerate([*base, *resources])]
    path = folder / "record.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), "utf-8")
    return str(path)


def run(path: str, *options: str) -> dict:
    done = CliRunner().invoke(dose, [path, "--drug", "cycloserine", "--at", "2026-11-22", "--format", "json", *options],
                              catch_exceptions=False)  # fmt: skip
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


NOW = "2026-11-20T10:00:00Z"
UNUSABLE = {
    "none": (),
    "zero": (weight(0),),
    "heavier than anybody": (weight(700),),
    "pounds without a unit code": (weight(70, "lb", ""),),
    "two at one instant": (weight(60, on=NOW), weight(66, on=NOW, name="w2")),
    "stale": (weight(60, on="2026-01-20"),),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_weight_that_cannot_be_used_is_asked_for_and_gives_no_number(tmp_path, name):
    answer = run(record(tmp_path, *UNUSABLE[name]))
    assert (answer["status"], answer["steps"], answer["not_yet"]) == ("cannot_assess", [], None)
    assert any("weight" in question["facts"] for question in answer["questions"])


def test_somebody_who_is_not_born_yet_gets_no_number(tmp_path):
    answer = run(record(tmp_path, weight(60), born="2027-05-22"))
    assert (answer["status"], answer["steps"], answer["not_yet"]) == ("cannot_assess", [], None)
    assert any("birth_date" in question["facts"] for question in answer["questions"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--drug", "nonsense"], "is not covered"),
        (["--form", "capsule 500 mg"], "is no form of Cycloserine"),
        (["--override", "cycloserine.dose.maximum"], "asks for a --reason"),
        (["--override", "cycloserine.dose.maximum", "--reason", "because"], "forbids nothing"),
        (["--regimen", "nonsense"], "is no regimen"),
        (["--regimen", "who-bpalm"], "is no drug of who-bpalm"),
        (["--at", "2027-02-30"], "--at"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, options, says):
    with pytest.raises(InputError, match=says):
        run(record(tmp_path, weight(60)), *options)


def test_text_says_first_that_it_is_no_dose_yet(tmp_path):
    path = record(tmp_path, weight(60))
    done = CliRunner().invoke(dose, [path, "--drug", "cycloserine", "--at", "2026-11-22"], catch_exceptions=False)
    assert "NOT A DOSE YET" in done.output.splitlines()[1]
    assert "capsule of" not in done.output
