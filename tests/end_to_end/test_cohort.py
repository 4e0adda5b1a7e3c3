"""The register opens and answers from the command line, sets broken lines aside, and goes on where it was stopped."""

import csv
import json
from pathlib import Path

import duckdb
from click.testing import CliRunner, Result

from fullcourse import __version__
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.register.engine.screen import read_legend
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.cohort import cohort
from registers import written

DATA = Path(__file__).parents[1] / "data" / "synthea-bulk-10"
GOOD = [
    {"resourceType": "Patient", "id": "a", "gender": "female", "birthDate": "1980-01-01"},
    {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/a"},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "G40.9"}]},
        "recordedDate": "2020-05-05",
    },
]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cohort, [*arguments])


def test_a_patient_with_epilepsy_is_found_and_explained_with_evidence(tmp_path: Path):
    (tmp_path / "r.ndjson").write_bytes(b"\n".join(map(written, GOOD)))
    out = tmp_path / "findings.parquet"

    done = run("screen", str(tmp_path / "r.ndjson"), "--drug", "cycloserine", "--at", "2026-11-22", "--out", str(out),
               "--summary", "--long", "--processes", "1")  # fmt: skip

    assert done.exit_code == 0, done.output
    found = duckdb.from_parquet(str(out)).select("patient", "decision_cycloserine").fetchall()
    assert found == [("a", "contraindicated")]
    legend = read_legend(out)
    assert (legend["version"], legend["knowledge"]) == (__version__, load_knowledge().digest)
    long = tmp_path / "findings.long.parquet"
    rows_of_long = duckdb.from_parquet(str(long))
    found = rows_of_long.filter("statement = 'cycloserine.contraindication.epilepsy'").select("status").fetchall()
    assert found == [("applies",)]
    with (tmp_path / "findings.summary.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {"by": "sex", "group": "female", "drug": "cycloserine", "what": "decision", "id": "contraindicated",
            "patients": "1"} in rows  # fmt: skip
    assert not (tmp_path / "findings.parquet.parts").exists()
    explained = run("explain", "a", str(tmp_path), "--drug", "cycloserine", "--at", "2026-11-22", "--format", "json")
    findings = json.loads(explained.stdout)
    assert "Condition/c" in json.dumps(findings)


def test_broken_lines_are_set_aside_with_line_and_reason_and_strict_refuses(tmp_path: Path):
    twice = b'{"resourceType":"Patient","id":"b","gender":"male","gender":"female"}'
    lines = [written(GOOD[0]), twice, b"", b'{"resourceType":', written(GOOD[1]), b'{"a":NaN}']
    (tmp_path / "r.ndjson").write_bytes(b"\n".join(lines))
    command = ["screen", str(tmp_path / "r.ndjson"), "--drug", "cycloserine", "--at", "2026-11-22", "--processes", "1"]

    done = run(*command, "--out", str(tmp_path / "f.parquet"))
    refused = run(*command, "--out", str(tmp_path / "g.parquet"), "--strict")

    assert done.exit_code == 0, done.output
    aside = [json.loads(line) for line in (tmp_path / "f.parquet.aside.jsonl").read_text().splitlines()]
    assert [one["line"] for one in aside] == [2, 4, 6]
    assert "'gender' stands twice" in aside[0]["reason"]
    assert isinstance(refused.exception, InputError)


def test_facts_are_made_once_and_screened_again_with_the_same_findings(tmp_path: Path):
    facts, at = str(tmp_path / "facts"), ["--at", "2026-11-22", "--processes", "1"]
    assert run("facts", str(DATA), *at, "--out", facts).exit_code == 0
    drug = ["--drug", "cycloserine"]
    assert run("screen", facts, *drug, "--out", str(tmp_path / "a.parquet")).exit_code == 0
    assert run("screen", str(DATA), *drug, *at, "--out", str(tmp_path / "b.parquet")).exit_code == 0

    one, other = (duckdb.from_parquet(str(tmp_path / name)).fetchall() for name in ("a.parquet", "b.parquet"))

    assert one == other
    assert len(one) == 3


def test_a_run_that_was_stopped_goes_on_and_another_register_is_refused(tmp_path: Path):
    (tmp_path / "r.ndjson").write_bytes(b"\n".join(map(written, GOOD)))
    command = ["facts", str(tmp_path / "r.ndjson"), "--processes", "1", "--out", str(tmp_path / "facts")]
    assert run(*command, "--at", "2026-11-22").exit_code == 0
    (tmp_path / "facts" / "facts.json").unlink()
    stamp = (tmp_path / "facts" / "facts-00000.parquet").stat().st_mtime_ns

    again = run(*command, "--at", "2026-11-22")
    other = run(*command, "--at", "2026-11-23")

    assert again.exit_code == 0, again.output
    assert (tmp_path / "facts" / "facts-00000.parquet").stat().st_mtime_ns == stamp
    assert isinstance(other.exception, InputError)


TB_LIST = {"coding": [{"system": "http://loinc.org", "code": "10160-0"}]}
ALL_COMPLETE = [
    {"linkId": f"{name}_complete", "answer": [{"valueBoolean": True}]}
    for name in ("problems", "medicines", "allergies")
]


def screened(lines: list[bytes], folder: Path, *more: str) -> tuple[Result, dict[str, object]]:
    """Screen lines; return what was said and the row of the one patient, empty where the run failed."""
    (folder / "r.ndjson").write_bytes(b"\n".join(lines))
    out = folder / "f.parquet"
    done = run("screen", str(folder / "r.ndjson"), "--drug", "cycloserine", "--at", "2026-11-22", "--processes", "1",
               "--out", str(out), *more)  # fmt: skip
    if done.exit_code:
        return done, {}
    rows = duckdb.from_parquet(str(out))
    return done, dict(zip(rows.columns, rows.fetchall()[0], strict=True))


def test_a_line_that_cannot_be_read_is_the_error_of_its_patient_and_never_an_all_clear(tmp_path: Path):
    answered = {
        "resourceType": "QuestionnaireResponse", "id": "q", "questionnaire": "urn:fullcourse:intake",
        "status": "completed", "subject": {"reference": "Patient/a"}, "authored": "2026-11-20", "item": ALL_COMPLETE,
    }  # fmt: skip
    epilepsy = written(GOOD[1])[:-1] + b',"note":[],"note":[]}'

    done, row = screened([written(GOOD[0]), written(answered), epilepsy], tmp_path)

    assert done.exit_code == 0, done.output
    assert "'note' stands twice" in str(row["error"])
    assert row["decision_cycloserine"] is None
    aside = [json.loads(line) for line in (tmp_path / "f.parquet.aside.jsonl").read_text().splitlines()]
    assert [line["line"] for line in aside] == [3]
    assert run("explain", "a", str(tmp_path / "r.ndjson"), "--drug", "cycloserine", "--at", "2026-11-22").exit_code != 0


def test_a_medicine_that_a_list_refers_to_itself_counts_as_in_a_single_check(tmp_path: Path):
    isoniazid = {
        "resourceType": "Medication", "id": "m1",
        "code": {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "6038"}]},
    }  # fmt: skip
    kept = {
        "resourceType": "List", "id": "l1", "status": "current", "mode": "snapshot", "code": TB_LIST,
        "subject": {"reference": "Patient/a"}, "date": "2026-11-20",
        "entry": [{"item": {"reference": "Medication/m1"}}],
    }  # fmt: skip

    done, row = screened([written(one) for one in (GOOD[0], isoniazid, kept)], tmp_path)
    single = run("explain", "a", str(tmp_path / "r.ndjson"), "--drug", "cycloserine", "--at", "2026-11-22",
                 "--format", "json")  # fmt: skip

    assert done.exit_code == 0, done.output
    assert row["error"] is None
    assert row["decision_cycloserine"] == json.loads(single.output)["drugs"][0]["decision"] == "cannot_assess"


def test_a_register_of_which_too_many_lines_are_lost_is_refused(tmp_path: Path):
    people = [written({**GOOD[0], "id": f"p{number}"}) for number in range(50)]
    few, _ = screened([*people, *[b"{"] * 10], tmp_path)
    (tmp_path / "many").mkdir()

    many, _ = screened([*people, *[b"{"] * 11], tmp_path / "many")

    assert few.exit_code == 0, few.output
    assert isinstance(many.exception, InputError)
    assert "11 of 61 lines cannot be used, and nobody can say whose they are" in str(many.exception)
    assert not (tmp_path / "many" / "f.parquet").exists()
