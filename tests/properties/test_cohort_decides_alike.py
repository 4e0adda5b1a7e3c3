"""A register gets the decisions, bits and missing facts that a check of each patient gives, on DuckDB and on Spark."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fullcourse.adapters.register.engine.screen import legend_of, merge, read_legend, screen_facts, screen_on_spark
from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import make_facts
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.finding import Status
from fullcourse.cohort.plan import Plan, make_plan
from fullcourse.cohort.screen_sql import decision_column, known_column, open_column
from fullcourse.journey.check import check
from patients import AT, knowledge
from registers import Register, reader_of, written

DRUGS = ("cycloserine", "terizidone", "bedaquiline")
DATA = Path(__file__).parents[1] / "data" / "synthea-bulk-10"


def plan_for(profile: str) -> Plan:
    known = knowledge()
    return make_plan(known, known.profile(profile), [known.drug(name) for name in DRUGS])


def facts_of(inputs: list[Path], folder: Path, at: date = AT) -> list[Path]:
    return list(
        make_facts(find_register([str(path) for path in inputs]), knowledge(), at, folder, 1, lambda *_: None).parts
    )


def bits(row: dict[str, Any], kind: str, legend: list[dict[str, Any]]) -> list[int]:
    return [number for number, one in enumerate(legend) if row[f"{kind}_{one['word']}"] >> one["bit"] & 1]


def expected(lines: list[bytes], plan: Plan) -> dict[str, object]:
    drugs = [plan.knowledge.drugs[drug] for drug in plan.drugs]
    try:
        record = reader_of(plan.knowledge).read(b"\n".join(lines), AT)
        result = check(record, plan.knowledge, plan.profile, AT, drugs)
    except InputError as error:
        return {"error": str(error)}
    found = {(one.drug, finding.id): finding for one in result.drugs for finding in one.findings}
    ordered = [found[one.drug, one.statement.id] for one in plan.executed]
    missing = {fact for finding in ordered if finding.status is Status.CANNOT_ASSESS for fact in finding.missing}
    return {
        "error": None,
        "decisions": [one.decision.value for one in result.drugs],
        "known": [one.known.value for one in result.drugs],
        "open": [one.open.strictest.value for one in result.drugs],
        "applies": [number for number, one in enumerate(ordered) if one.status is Status.APPLIES],
        "cannot_assess": [number for number, one in enumerate(ordered) if one.status is Status.CANNOT_ASSESS],
        "missing": sorted(missing),
    }


def shown(row: dict[str, Any], plan: Plan, legend: dict[str, Any]) -> dict[str, object]:
    if row["error"] is not None:
        return {"error": row["error"]}
    return {
        "error": None,
        "decisions": [row[decision_column(drug)] for drug in plan.drugs],
        "known": [row[known_column(drug)] for drug in plan.drugs],
        "open": [row[open_column(drug)] for drug in plan.drugs],
        "applies": bits(row, "applies", legend["statements"]),
        "cannot_assess": bits(row, "cannot_assess", legend["statements"]),
        "missing": sorted(plan.missing[number] for number in bits(row, "missing", legend["missing"])),
    }


def rows_of(path: Path) -> dict[str, dict[str, Any]]:
    found = duckdb.from_parquet(str(path))
    return {str(row[0]): dict(zip(found.columns, row, strict=True)) for row in found.fetchall()}


def assert_alike(people: dict[str, list[bytes]], inputs: list[Path], folder: Path, profile: str) -> None:
    plan = plan_for(profile)
    facts = facts_of(inputs, folder / "facts")
    screen_facts(plan, facts, folder / "part.parquet")
    merge([folder / "part.parquet"], folder / "findings.parquet", legend_of(plan, AT.isoformat(), {}))
    legend, rows = read_legend(folder / "findings.parquet"), rows_of(folder / "findings.parquet")
    assert rows.keys() == people.keys()
    for name, lines in people.items():
        assert shown(rows[name], plan, legend) == expected(lines, plan), name


@pytest.mark.parametrize("profile", ["us", "who"])
def test_every_drug_is_decided_alike_for_made_up_patients(tmp_path: Path, profile: str):
    register = Register(11)
    people = {f"p{number}": register.patient(f"p{number}") for number in range(120)}
    products = [written(resource) for resource in register.products()]
    by_name = {name: [*map(written, resources), *products] for name, resources in people.items()}
    (tmp_path / "all.ndjson").write_bytes(b"\n".join([line for lines in by_name.values() for line in lines]))

    assert_alike(by_name, [tmp_path / "all.ndjson"], tmp_path, profile)


def test_synthetic_bulk_data_is_decided_alike(tmp_path: Path):
    people: dict[str, list[bytes]] = {}
    for path in sorted(DATA.glob("*.ndjson")):
        for line in path.read_bytes().splitlines():
            resource = json.loads(line)
            about = resource.get("subject") or resource.get("patient") or {"reference": f"Patient/{resource['id']}"}
            people.setdefault(about["reference"].removeprefix("Patient/"), []).append(line)

    assert_alike(people, [DATA], tmp_path, "us")


def test_spark_finds_what_duckdb_finds(tmp_path: Path):
    pyspark = pytest.importorskip("pyspark.sql", reason="Spark is not installed: pip install 'fullcourse[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed, which Spark needs: apt-get install default-jre-headless")
    register = Register(12)
    people = {f"p{number}": register.patient(f"p{number}") for number in range(150)}
    lines = [written(resource) for resources in people.values() for resource in resources]
    (tmp_path / "all.ndjson").write_bytes(b"\n".join(lines))
    facts = facts_of([tmp_path / "all.ndjson"], tmp_path / "facts")
    plan = plan_for("who")
    screen_facts(plan, facts, tmp_path / "duckdb.parquet")
    session = (
        pyspark.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.codegen.wholeStage", "false")
        .getOrCreate()
    )
    try:
        screen_on_spark(session, plan, facts, tmp_path / "spark")
    finally:
        session.stop()

    found: dict[str, dict[str, Any]] = {}
    for part in (tmp_path / "spark").glob("*.parquet"):
        found |= rows_of(part)
    assert found == rows_of(tmp_path / "duckdb.parquet")
