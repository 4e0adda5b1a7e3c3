"""``fullcourse check`` as its users call it: the installed program, real files, exit codes, both outputs."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse
import fullcourse.adapters.published as published

PROGRAM = Path(sys.executable).with_name("fullcourse")
EXAMPLE = Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json"
SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "check-2.json").read_text("utf-8"))
)
AT = ("--at", "2026-11-22")
DATA = Path(__file__).parents[1] / "data"


def run(*arguments: object, given: str | bytes = "", **environment: str) -> subprocess.CompletedProcess[str]:
    data = given.encode() if isinstance(given, str) else given
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, *map(str, arguments)],
        input=data,
        capture_output=True,
        env={**os.environ, "COLUMNS": "100", **environment},
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def as_json(*arguments: object, **more: object) -> dict:
    done = run("check", *arguments, *AT, "--format", "json", **more)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    SCHEMA.validate(result)
    return result


def bundle(*resources: dict, patient: dict | None = None) -> str:
    who = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-02-03", **(patient or {})}
    entries = [{"fullUrl": f"urn:uuid:{number}", "resource": item} for number, item in enumerate([who, *resources])]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def observation(**more: object) -> dict:
    return {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "subject": {"reference": "urn:uuid:0"},
        "effectiveDateTime": "2026-11-20",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "valueQuantity": {"value": 60, "system": "http://unitsofmeasure.org", "code": "kg"},
        **more,
    }


def test_the_example_is_checked_and_its_json_is_what_the_schema_says():
    result = as_json(EXAMPLE, "--drug", "cycloserine")
    (drug,) = result["drugs"]
    assert (drug["drug"], drug["decision"], drug["known"]) == ("cycloserine", "caution", "caution")
    assert drug["open"]["strictest"] == "contraindicated"
    assert drug["open"]["could_forbid"]
    assert len(result["question_groups"]) <= 5
    assert any(item["why"] for item in result["not_checked"])
    assert result["not_used"]["resources"]


def test_the_text_says_the_decision_what_applies_and_what_to_ask():
    done = run("check", EXAMPLE, "--drug", "Seromycin", *AT)
    assert done.returncode == 0
    assert "CYCLOSERINE" in done.stdout.splitlines()[1]
    assert "CAUTION" in done.stdout.splitlines()[1]
    assert "facts still open that could forbid it" in done.stdout.splitlines()[1]
    assert "ASK FIRST" in done.stdout
    assert "Not established" in done.stdout
    assert done.stdout.count("  1. ") == 1
    assert "not a replacement for medical advice" in done.stdout


def test_without_a_drug_the_tb_drugs_ordered_are_checked():
    result = as_json(EXAMPLE)
    assert "cycloserine" in [drug["drug"] for drug in result["drugs"]]


def test_colour_is_off_where_there_is_no_terminal_and_where_it_is_not_wanted():
    assert "\x1b[" not in run("check", EXAMPLE, "--drug", "cycloserine", *AT).stdout
    assert "\x1b[" not in run("check", EXAMPLE, "--drug", "cycloserine", *AT, NO_COLOR="1", FORCE_COLOR="").stdout


def test_standard_input_and_ndjson_are_read():
    lines = "\n".join(json.dumps(entry["resource"]) for entry in json.loads(bundle(observation()))["entry"])
    lines = lines.replace("urn:uuid:0", "Patient/p")
    for given in (bundle(observation()), lines):
        result = as_json("-", "--drug", "cycloserine", given=given)
        assert result["drugs"][0]["decision"] == "cannot_assess"


def test_a_severity_that_is_reached_exits_with_one(tmp_path):
    record = tmp_path / "record.toml"
    record.write_text('[[fact]]\nid = "epilepsy"\nvalue = true\non = 2026-11-01\n')
    arguments = ("check", record, "--drug", "cycloserine", *AT, "--fail-on")
    assert run(*arguments, "contraindicated").returncode == 1
    record.write_text('[[fact]]\nid = "epilepsy"\nvalue = false\non = 2026-11-01\n')
    assert run(*arguments, "contraindicated").returncode == 0


def test_answers_add_to_the_record_and_a_contradiction_is_shown_and_resolved_to_the_safe_side(tmp_path):
    condition = {
        "resourceType": "Condition",
        "id": "fits",
        "subject": {"reference": "urn:uuid:0"},
        "recordedDate": "2020-01-01",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "G40.909"}]},
    }
    answers = tmp_path / "answers.toml"
    answers.write_text('[[fact]]\nid = "epilepsy"\nvalue = false\non = 2026-11-20\nby = "patient"\n')
    result = as_json("-", "--drug", "cycloserine", "--answers", answers, given=bundle(condition))
    found = next(f for f in result["drugs"][0]["findings"] if f["id"] == "cycloserine.contraindication.epilepsy")
    assert found["status"] == "applies"
    assert [(item["value"], item["from"]) for item in found["because"]] == [
        ("G40.909", "Condition/fits"),
        (False, "answers (patient)"),
    ]


def test_an_override_is_recorded_and_shown(tmp_path):
    record = tmp_path / "record.toml"
    record.write_text('[[fact]]\nid = "epilepsy"\nvalue = true\non = 2026-11-01\n')
    answers = tmp_path / "answers.toml"
    answers.write_text(
        '[[override]]\nfinding = "cycloserine.contraindication.epilepsy"\n'
        'reason = "benefit outweighs"\nby = "prescriber"\non = 2026-11-02\n'
    )
    result = as_json(record, "--drug", "cycloserine", "--answers", answers)
    (drug,) = result["drugs"]
    found = next(f for f in drug["findings"] if f["id"] == "cycloserine.contraindication.epilepsy")
    assert found["override"]["reason"] == "benefit outweighs"
    assert drug["decision"] == "cannot_assess"


def test_questions_are_asked_and_the_answers_kept(tmp_path):
    record = tmp_path / "record.toml"
    record.write_text('[[fact]]\nid = "sex"\nvalue = "male"\n')
    kept = tmp_path / "answers.toml"
    done = run("check", record, "--drug", "cycloserine", *AT, "--ask", "--save", kept, given="2\nno\n" + "\n" * 40)
    assert done.returncode == 0, done.stderr
    assert "CONTRAINDICATED" in done.stdout
    saved = tomllib.loads(kept.read_text())["fact"]
    assert len(saved) == 1
    assert saved[0]["value"] is True
    again = as_json(record, "--drug", "cycloserine", "--answers", kept)
    assert again["drugs"][0]["decision"] == "contraindicated"
    assert run("check", record, "--drug", "cycloserine", *AT, "--ask", "--save", kept).returncode == 2


def test_an_entry_is_settled_by_one_yes_or_no_by_name_as_a_file_of_answers_settles_it(tmp_path):
    problem = {"resourceType": "Condition", "subject": {"reference": "Patient/p"}}
    active = {"clinicalStatus": {"coding": [{"code": "active"}]}}
    provisional = {"verificationStatus": {"coding": [{"code": "provisional"}]}}
    snomed = {"coding": [{"system": "http://snomed.info/sct", "code": "35489007"}], "text": "Depression"}
    order = {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order"}
    record = tmp_path / "record.json"
    record.write_text(
        bundle(
            {**problem, **active, "id": "u", "code": {"text": "Wibble disease"}},
            {**problem, **active, **provisional, "id": "d", "code": snomed},
            {**order, "subject": problem["subject"], "medicationCodeableConcept": {"text": "xyzzy forte"}},
        )
    )
    before = as_json(record, "--drug", "cycloserine")
    assert [(entry["from"], entry["answer_as"]) for entry in before["open_entries"]] == [
        ("Condition/d", "entry"),
        ("Condition/u", "entry"),
        ("MedicationRequest/m", "medicine"),
    ]
    kept = tmp_path / "answers.toml"
    given = "no\nno\nno\n2026-01\n" + "\n" * 60
    done = run("check", record, "--drug", "cycloserine", *AT, "--ask", "--save", kept, "--format", "json", given=given)
    assert done.returncode == 0, done.stderr
    asked, again = json.loads(done.stdout), as_json(record, "--drug", "cycloserine", "--answers", kept)
    assert asked["open_entries"] == again["open_entries"] == []
    assert asked["not_checked"] == again["not_checked"] == []
    assert {name: asked[name] for name in ("questions", "on_file")} == {
        name: again[name] for name in ("questions", "on_file")
    }
    kept.unlink()
    run("check", record, "--drug", "cycloserine", *AT, "--ask", "--save", kept, given="yes\n" + "\n" * 60)
    assert as_json(record, "--drug", "cycloserine", "--answers", kept)["drugs"][0]["decision"] == "contraindicated"


def test_no_answer_leaves_everything_open(tmp_path):
    record = tmp_path / "record.toml"
    record.write_text('[[fact]]\nid = "sex"\nvalue = "male"\n')
    done = run("check", record, "--drug", "cycloserine", *AT, "--ask", given="\n" * 60)
    assert "CANNOT BE ASSESSED YET" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--drug", "cyclosporine"], "is not Cycloserine, though the names look alike"),
        (["--drug", "cyclosporne"], "is not covered. Check the spelling."),
        (["--drug", "cycloserinne"], "Did you mean 'cycloserine'?"),
        (["--drug", "linezollid"], "Did you mean 'linezolid'?"),
        (["--drug", "cycloserine", "--profile", "eu"], "profile 'eu' does not exist"),
        (["--drug", "cycloserine", "--at", "2026-02-30"], "--at: '2026-02-30' is not a date"),
        (["--drug", "cycloserine", "--answers", "no-such-file.toml"], "no such file"),
        (["--drug", "cycloserine", "--save", "x.toml"], "--save keeps the answers of --ask"),
        (["--drug", "cycloserine", "--fail-on", "bad"], "--fail-on"),
    ],
)
def test_a_wrong_command_exits_with_two_and_says_the_mend(arguments, message):
    done = run("check", EXAMPLE, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""


BAD = {
    "no json": ("{nothing", "JSON"),
    "truncated": (bundle(observation())[:-40], "JSON"),
    "repeated key": (bundle(observation()).replace('"id": "o"', '"id": "o", "id": "o2"'), "twice"),
    "NaN": (bundle(observation()).replace('"value": 60', '"value": NaN'), "NaN"),
    "infinity": (bundle(observation()).replace('"value": 60', '"value": Infinity'), "Infinity"),
    "1e999": (bundle(observation()).replace('"value": 60', '"value": 1e999'), "too large"),
    "lone surrogate": (bundle(observation()).replace('"final"', '"\\ud800"'), "surrogate"),
    "deep": ("[" * 10_000 + "]" * 10_000, "nest"),
    "no patient": (json.dumps({"resourceType": "Bundle", "type": "collection", "entry": []}), "Patient"),
    "two patients": (bundle({"resourceType": "Patient", "id": "q"}), "Patient"),
    "not UTF-8": (b'{"resourceType": "\xff"}', "UTF-8"),
    "empty": ("", "empty"),
}


ONE_BAD_ELEMENT = {
    "no date of the calendar": (bundle(observation(effectiveDateTime="2023-02-30")), "2023-02-30"),
    "number as text": (
        bundle(observation(valueQuantity={"value": "60", "system": "http://unitsofmeasure.org", "code": "kg"})),
        "60",
    ),
    "wrong type in a known place": (bundle(observation(code="weight")), "code"),
    "one id, two contents": (
        bundle(observation(), observation(effectiveDateTime="2026-11-19")),
        "Observation/o (content 2 of 2)",
    ),
}


@pytest.mark.parametrize("name", ONE_BAD_ELEMENT)
def test_one_element_that_cannot_be_read_is_named_and_loses_no_record(name):
    given, message = ONE_BAD_ELEMENT[name]
    done = run("check", "-", "--drug", "cycloserine", *AT, given=given)
    assert done.returncode == 0, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert "set aside" in said
    assert message in said


@pytest.mark.parametrize("name", BAD)
def test_bad_input_exits_with_two_a_message_and_nothing_half_done(name):
    given, message = BAD[name]
    done = run("check", "-", "--drug", "cycloserine", *AT, given=given)
    assert done.returncode == 2, done.stdout + done.stderr
    assert message in done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") <= 4


def epilepsy() -> dict:
    return {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "84757009"}]},
    }


@pytest.mark.parametrize("weight", [7000, -60, 1e308])
def test_a_weight_that_cannot_be_is_set_aside_and_the_rest_of_the_record_is_read(weight):
    odd = observation(valueQuantity={"value": weight, "system": "http://unitsofmeasure.org", "code": "kg"})
    result = as_json("-", "--drug", "cycloserine", given=bundle(odd, epilepsy()))
    assert result["drugs"][0]["decision"] == "contraindicated"


def test_a_birth_date_after_the_check_is_set_aside():
    record = bundle(epilepsy(), patient={"birthDate": "2031-01-01"})
    assert as_json("-", "--drug", "cycloserine", given=record)["drugs"][0]["decision"] == "contraindicated"


def test_a_unit_that_is_not_known_leaves_the_weight_open_and_says_so():
    odd = observation(valueQuantity={"value": 9, "unit": "stone"})
    height = observation(
        id="h",
        code={"coding": [{"system": "http://loinc.org", "code": "8302-2"}]},
        valueQuantity={"value": 170, "system": "http://unitsofmeasure.org", "code": "cm"},
    )
    result = as_json("-", "--drug", "cycloserine", given=bundle(odd, height))
    renal = next(f for f in result["drugs"][0]["findings"] if f["id"] == "cycloserine.contraindication.severe-renal")
    assert "weight" in renal["missing"]


def test_a_huge_file_is_refused_at_once(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    done = run("check", path, "--drug", "cycloserine")
    assert done.returncode == 2
    assert "MiB" in done.stderr


@pytest.mark.parametrize(
    "path",
    [path for folder in ("ips", "synthea-bundles") for path in sorted(DATA.rglob(f"{folder}/*.json"))],
    ids=lambda path: path.stem[:24],
)
def test_real_records_are_read_as_they_are(path):
    result = as_json(path, "--drug", "cycloserine", "--drug", "terizidone")
    assert [drug["drug"] for drug in result["drugs"]] == ["cycloserine", "terizidone"]


def test_a_companion_alone_is_no_tb_drug_to_check(tmp_path):
    record = tmp_path / "record.toml"
    record.write_text('[[medicine]]\nname = "Augmentin"\nsince = "2026-10"\n', "utf-8")
    done = run("check", record, "--at", "2026-11-22")
    assert done.returncode == 2
    assert "orders no TB drug" in done.stderr
    assert run("check", record, "--at", "2026-11-22", "--drug", "clavulanate").returncode == 0


def test_the_knowledge_is_checked_shown_and_counted():
    assert "no fault" in run("knowledge", "check").stdout
    shown = run("knowledge", "show", "terizidone").stdout
    assert "terizidone.contraindication" in shown
    assert "unreviewed" in shown
    assert "Not covered, because no source that was read says it: food, " in shown
    assert "capsule 250 mg" in shown
    counted = json.loads(run("knowledge", "coverage", "--format", "json").stdout)
    assert [row["id"] for row in counted] == [f"S{number:03}" for number in range(1, 83)]
    assert [row["id"] for row in counted if not row["stated"]] == []
    assert "\n82 of 82 stated, each with a command that does it" in run("knowledge", "coverage").stdout


def test_faulty_knowledge_exits_with_three(tmp_path):
    (tmp_path / "drugs").mkdir()
    (tmp_path / "drugs" / "x.toml").write_text('[[statement]]\nid = "x.y.z"\n')
    done = run("knowledge", "check", "--folder", tmp_path)
    assert done.returncode == 3
    assert "drugs/x.toml 'x.y.z': 'says' is missing" in done.stderr
