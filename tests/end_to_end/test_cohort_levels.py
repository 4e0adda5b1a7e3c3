"""Predicted exposure for a register: each row is what the commands for one patient say, and why there is none."""

import csv
import json
import os
import random
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from fullcourse import __version__
from fullcourse.clinical.errors import FullcourseError, InputError
from fullcourse.interfaces.cli.cohort import cohort
from fullcourse.interfaces.cli.levels import levels
from fullcourse.interfaces.exit_codes import USAGE, exit_code
from registers import written

AT = "2026-11-22"
MEASURES = ("auc24", "peak", "trough")
MEASURED = (("29463-7", "kg", "weight"), ("8302-2", "cm", "height"), ("2160-0", "mg/dL", "creatinine"))


def person(name: str, *, born: str = "1980-05-01", sex: str = "female", **values: float) -> list[dict[str, Any]]:
    about = {"reference": f"Patient/{name}"}
    found: list[dict[str, Any]] = [{"resourceType": "Patient", "id": name, "gender": sex, "birthDate": born}]
    for code, unit, fact in MEASURED:
        if fact in values:
            found.append({
                "resourceType": "Observation", "id": f"{name}-{fact}", "status": "final", "subject": about,
                "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "effectiveDateTime": "2026-11-20",
                "valueQuantity": {"value": values[fact], "unit": unit, "system": "http://unitsofmeasure.org",
                                  "code": unit},
            })  # fmt: skip
    return found


def register() -> dict[str, list[dict[str, Any]]]:
    chance = random.Random(8)
    people = {}
    for number in range(6):
        weight, creatinine = round(chance.uniform(38, 95), 1), round(chance.uniform(0.5, 2.5), 2)
        name, sex = f"p{number}", ("male", "female")[number % 2]
        people[name] = person(name, sex=sex, weight=weight, height=165.0, creatinine=creatinine)
    people["young"] = person("young", born="2010-02-01", weight=48.0, height=160.0, creatinine=0.6)
    people["child"] = person("child", born="2018-02-01", weight=18.0, height=110.0, creatinine=0.4)
    people["unmeasured"] = person("unmeasured", weight=60.0)
    return people


def write(people: dict[str, list[dict[str, Any]]], folder: Path) -> Path:
    lines = [written(one) for resources in people.values() for one in resources]
    random.Random(2).shuffle(lines)
    path = folder / "register.ndjson"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cohort, [*arguments])


def rows_of(path: Path) -> dict[str, dict[str, Any]]:
    found = duckdb.from_parquet(str(path))
    return {str(row[0]): dict(zip(found.columns, row, strict=True)) for row in found.fetchall()}


def alone(folder: Path, resources: list[dict[str, Any]], command: str, *more: str) -> dict[str, Any]:
    record = folder / "one.ndjson"
    record.write_bytes(b"\n".join(map(written, resources)))
    asked = [command, "--patient", str(record), "--at", AT, "--n", "300", "--format", "json", *more]
    done = CliRunner().invoke(levels, asked)
    assert done.exit_code == 0, done.exception
    found: dict[str, Any] = json.loads(done.output)
    return found


@pytest.mark.parametrize(
    ("drug", "plan"),
    [("cycloserine", "250 mg q12h"), ("ethambutol", "1200 mg once a day"), ("isoniazid", "300 mg once a day")],
)
def test_each_row_is_what_attainment_says_of_the_patient(tmp_path: Path, drug: str, plan: str):
    people, out = register(), tmp_path / "levels.parquet"
    path, asked = write(people, tmp_path), ["--drug", drug, "--dose", plan]

    done = run("levels", str(path), *asked, "--at", AT, "--n", "300", "--out", str(out), "--processes", "1")

    assert done.exit_code == 0, done.output
    predicted = {name: row for name, row in rows_of(out).items() if row["reason"] is None}
    assert predicted.keys() >= {f"p{number}" for number in range(6)}
    for name, row in predicted.items():
        said = alone(tmp_path, people[name], "attainment", *asked)
        assert said["models"][0]["id"] == row["model"]
        for measure in MEASURES:
            one = [row[f"{measure}_{quantile}"] for quantile in ("p05", "p50", "p95")]
            assert one == pytest.approx(said["attainment"][measure][::2], rel=5e-5), (name, measure)
        for target in said["attainment"]["targets"]:
            column = "p_" + target["id"].replace(".", "_").replace("-", "_")
            if column in row:
                assert row[column] == pytest.approx(target["probability"], abs=1 / 300)


def test_the_rows_of_four_processes_are_those_of_one(tmp_path: Path):
    path, found = write(register(), tmp_path), []
    for processes in ("1", "4"):
        out = tmp_path / f"levels-{processes}.parquet"
        asked = ("--drug", "cycloserine", "--dose", "250 mg q12h", "--n", "100", "--processes", processes)
        assert run("levels", str(path), *asked, "--at", AT, "--out", str(out)).exit_code == 0
        found.append(rows_of(out))
    assert found[0] == found[1]
    assert sum(row["reason"] is None for row in found[0].values()) >= 6


@pytest.mark.parametrize("days", ["1", "3", "9"])
def test_each_row_is_what_simulate_says_of_the_last_day(tmp_path: Path, days: str):
    people, out = register(), tmp_path / "levels.parquet"
    asked = ["--drug", "cycloserine", "--dose", "250 mg q24h for 2 days then 250 mg q12h", "--days", days]

    done = run("levels", str(write(people, tmp_path)), *asked, "--at", AT, "--n", "300", "--out", str(out))

    assert done.exit_code == 0, done.output
    for name in ("p0", "p3", "young"):
        said, row = alone(tmp_path, people[name], "simulate", *asked), rows_of(out)[name]
        for measure in ("peak", "trough"):
            one = [row[f"{measure}_{quantile}"] for quantile in ("p05", "p50", "p95")]
            assert one == pytest.approx(said["simulation"]["last_day"][measure][::2], rel=5e-5, abs=1e-9)


def test_who_cannot_be_predicted_is_there_with_the_reason_and_no_number(tmp_path: Path):
    out = tmp_path / "levels.parquet"

    done = run("levels", str(write(register(), tmp_path)), "--drug", "cycloserine", "--dose", "250 mg q12h", "--at", AT,
               "--n", "50", "--out", str(out), "--summary")  # fmt: skip

    assert done.exit_code == 0, done.output
    rows = rows_of(out)
    assert len(rows) == 9
    assert (rows["child"]["reason"], rows["child"]["facts"]) == ("outside_population", "age")
    assert (rows["unmeasured"]["reason"], rows["unmeasured"]["facts"]) == ("missing", "creatinine")
    assert all(rows["child"][f"{measure}_p50"] is None for measure in MEASURES)
    assert "missing: creatinine" in done.output
    assert not (tmp_path / "levels.parquet.parts").exists()
    with (tmp_path / "levels.summary.csv").open() as file:
        lines = list(csv.DictReader(file))
    everybody = next(line for line in lines if line["by"] == "all")
    assert (everybody["patients"], everybody["predicted"]) == ("9", "7")
    assert sum(int(line["patients"]) for line in lines if line["by"] == "weight_kg") == 9
    assert {"reason: missing", "reason: outside_population"} <= {line["by"] for line in lines}


def test_the_legend_says_what_was_asked_by_which_model_and_what_each_column_means(tmp_path: Path):
    out = tmp_path / "levels.parquet"
    run("levels", str(write(register(), tmp_path)), "--drug", "cycloserine", "--dose", "250 mg q12h", "--at", AT,
        "--n", "20", "--out", str(out))  # fmt: skip

    with duckdb.connect() as connection:
        found = dict(connection.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(out)]).fetchall())
    legend = json.loads(found[b"fullcourse"])

    assert (legend["kind"], legend["at"], legend["drug"], legend["n"], legend["seed"]) == (
        "levels",
        AT,
        "cycloserine",
        20,
        1,
    )
    assert legend["plan"].startswith("250 mg")
    assert legend["version"] == __version__
    assert legend["by_model"]["cycloserine.alghamdi-2019"]["grade"] == "A"
    assert legend["probabilities"]["p_cycloserine_ceiling_label"]["source"] == "us-label-seromycin"
    columns = set(duckdb.from_parquet(str(out)).columns)
    assert legend["exposures"].keys() | legend["probabilities"].keys() <= columns


def test_facts_that_were_made_before_give_the_same_rows(tmp_path: Path):
    path, facts = write(register(), tmp_path), tmp_path / "facts"
    asked = ["--drug", "cycloserine", "--dose", "250 mg q12h", "--n", "50"]
    run("levels", str(path), *asked, "--at", AT, "--out", str(tmp_path / "a.parquet"))
    run("facts", str(path), "--at", AT, "--out", str(facts))

    done = run("levels", str(facts), *asked, "--out", str(tmp_path / "b.parquet"))

    assert done.exit_code == 0, done.output
    assert rows_of(tmp_path / "a.parquet") == rows_of(tmp_path / "b.parquet")


def test_parts_that_are_there_are_kept_and_those_of_another_question_refused(tmp_path: Path):
    facts, out = tmp_path / "facts", tmp_path / "levels.parquet"
    run("facts", str(write(register(), tmp_path)), "--at", AT, "--out", str(facts))
    asked = ["levels", str(facts), "--drug", "cycloserine", "--n", "50", "--out", str(out)]
    whole, broken = (facts / "facts-00000.parquet").read_bytes(), facts / "facts-00001.parquet"
    broken.write_bytes(whole[:-4] + b"????")
    written_at = broken.stat().st_mtime_ns
    assert run(*asked, "--dose", "250 mg q12h").exit_code != 0
    kept = tmp_path / "levels.parquet.parts" / "levels-00000.parquet"
    stamp = kept.stat().st_mtime_ns
    broken.write_bytes(whole)
    os.utime(broken, ns=(written_at, written_at))

    other = run(*asked, "--dose", "500 mg q12h")
    assert kept.stat().st_mtime_ns == stamp
    again = run(*asked, "--dose", "250 mg q12h")

    assert isinstance(other.exception, InputError)
    assert "another question" in str(other.exception)
    assert again.exit_code == 0, again.output
    assert duckdb.from_parquet(str(out)).fetchall()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--drug", "gold", "--dose", "1 mg q24h"], "no published model"),
        (["--drug", "amikacin", "--dose", "500 mg once a day"], "by infusion"),
        (["--drug", "cycloserine", "--dose", "plenty"], "plenty"),
        (["--drug", "cycloserine", "--dose", "250 mg q12h", "--model", "cycloserine.nobody"], "is none of cycloserine"),
        (["--drug", "cycloserine", "--dose", "250 mg q12h", "--n", "0"], "--n 0"),
        (["--drug", "isoniazid", "--dose", "300 mg q24h", "--model", "isoniazid.chen-2022"], "nat2_5_alleles"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_read(tmp_path: Path, options: list[str], says: str):
    done = run("levels", str(tmp_path / "nothing"), *options, "--out", str(tmp_path / "x.parquet"))

    assert isinstance(done.exception, FullcourseError)
    assert says in str(done.exception)
    assert exit_code(done.exception) == USAGE
