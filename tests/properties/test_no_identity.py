"""What identifies a patient goes no further than the reader of the record: no output and no error repeats it."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

import fullcourse
from clinic_service import NORTH, as_of, clinic_service
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.published.check import check_json
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical import FullcourseError
from fullcourse.interfaces.cli.main import fullcourse as command_line
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
        said = ""
    except FullcourseError as error:
        said = str(error)
    assert "canary" not in said.casefold()


@pytest.mark.parametrize("born", ["1917-13-45", "1917-02-30", "19170203", "1917-02-03T99", "3/2/1917"])
def test_no_error_and_no_output_repeats_a_birth_date_that_cannot_be_read(born: str, tmp_path: Path):
    bundle = marked()
    patient(bundle)["birthDate"] = born
    for words in commands(written(bundle, tmp_path), tmp_path):
        done = run(words)
        assert "1917" not in done.output + done.stderr, words
        assert done.exit_code in (0, 2), words


@pytest.mark.parametrize("born", ["1917-02-03", "1066-10-14", "2999-05-06", "1917-02"])
def test_no_answer_repeats_a_birth_date_that_can_be_read(born: str, tmp_path: Path):
    """One that is right, one before anybody who lives, one to come, and one without its day."""
    bundle = marked()
    patient(bundle)["birthDate"] = born
    for words in commands(written(bundle, tmp_path), tmp_path):
        done = run(words)
        assert born not in done.output + done.stderr, words
        assert done.exit_code in (0, 2), words
    answers = tmp_path / "answers.toml"
    answers.write_text(f'[[fact]]\nid = "birth_date"\nvalue = {born if len(born) > 7 else repr(born)}\n', "utf-8")
    for form in ("text", "json"):
        done = run(["check", str(answers), "--drug", "cycloserine", "--at", AT.isoformat(), "--format", form])
        assert born not in done.output + done.stderr
        assert done.exit_code in (0, 2)


@pytest.mark.parametrize("name", ["check", "questions", "plan", "dose", "regimen", "leaflet"])
def test_the_service_repeats_neither_a_name_nor_a_birth_date(name: str, tmp_path: Path):
    bundle = marked()
    patient(bundle)["birthDate"] = "1917-02-03"
    asked = {"record": bundle, "drug": "cycloserine", "drugs": ["cycloserine"], "at": AT.isoformat()}
    with clinic_service(tmp_path) as client:
        statuses = []
        for left_out in ({"drug"}, {"drugs"}, {"drug", "drugs"}, set()):
            body = {key: value for key, value in asked.items() if key not in left_out}
            reply = client.post(f"/api/v1/{name}", json=body, headers=as_of("clinician", NORTH))
            statuses.append(reply.status_code)
            assert "canary" not in reply.text.casefold()
            assert "1917-02" not in reply.text
    assert 200 in statuses, "one of them is understood"
    assert max(statuses) < 500


def test_no_command_repeats_what_identifies_a_patient(tmp_path: Path):
    said = []
    for words in commands(written(marked(), tmp_path), tmp_path):
        done = run(words)
        assert "canary" not in (done.output + done.stderr).casefold(), words
        assert done.exit_code in (0, 2), (words, done.output)
        said.append(done.exit_code)
    assert said.count(0) >= 4
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("findings*")} == {0}


def patient(bundle: dict) -> dict:
    (resource,) = [it["resource"] for it in bundle["entry"] if it["resource"]["resourceType"] == "Patient"]
    return resource


def written(bundle: dict, folder: Path) -> str:
    path = folder / "record.json"
    path.write_text(json.dumps(bundle), "utf-8")
    return str(path)


def commands(record: str, folder: Path) -> list[list[str]]:
    """Return a command of each kind: terminal, JSON, leaflet, levels, dose, and a register of this one record."""
    export = folder / "export"
    export.mkdir(exist_ok=True)
    lines = (json.dumps(entry["resource"]) for entry in json.loads(Path(record).read_text("utf-8"))["entry"])
    (export / "all.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
    drug, at = ["--drug", "cycloserine"], ["--at", AT.isoformat()]
    return [
        ["check", record, *drug, *at],
        ["check", record, *drug, *at, "--format", "json"],
        ["leaflet", *drug, "--record", record, *at],
        ["dose", record, *drug, *at],
        ["levels", "estimate", record, *drug, "--dose", "250 mg q12h", "--level", "31 mg/L @ 2026-11-03T10:05+02:00"],
        ["cohort", "screen", str(export), *drug, *at, "--out", str(folder / "findings.parquet"), "--summary"],
    ]


class Done(NamedTuple):
    """What a command printed and said, and its exit code."""

    output: str
    stderr: str
    exit_code: int


def run(words: list[str]) -> Done:
    done = CliRunner().invoke(command_line, words)
    if isinstance(done.exception, FullcourseError):  # as the program ends with it
        return Done(done.output, str(done.exception), 2)
    return Done(done.output, done.stderr, done.exit_code)
