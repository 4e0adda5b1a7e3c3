"""Findings in partitions: every patient in one, found by the first digit of the MD5 of the id, or by the clinic."""

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from fullcourse.adapters.register.engine.partition import LEGEND_FILE, partition

CLINICS = ("Clinic A/1", "", None)


@pytest.fixture
def findings(tmp_path: Path) -> Path:
    rows = ", ".join(
        f"('p{number}', {'NULL' if (clinic := CLINICS[number % 3]) is None else repr(clinic)}, {number})"
        for number in range(90)
    )
    path = tmp_path / "findings.parquet"
    duckdb.sql(f"COPY (SELECT * FROM (VALUES {rows}) t(patient, clinic, applies_0)) TO '{path}' (FORMAT parquet)")  # noqa: S608
    return path


def test_patients_are_divided_by_the_first_digit_of_their_md5_and_nobody_is_lost(findings: Path, tmp_path: Path):
    target = tmp_path / "findings.by-patient"
    count = partition(findings, "patient", target, {"kind": "findings"})

    read = duckdb.sql(f"SELECT patient, part FROM read_parquet('{target}/*/*.parquet', hive_partitioning = true)")  # noqa: S608
    rows = read.fetchall()
    assert sorted(patient for patient, _ in rows) == sorted(f"p{number}" for number in range(90))
    assert all(hashlib.md5(patient.encode()).hexdigest()[0] == str(part) for patient, part in rows)  # noqa: S324
    assert count == len({part for _, part in rows})
    assert json.loads((target / LEGEND_FILE).read_text()) == {"kind": "findings"}


def test_clinics_keep_their_names_and_those_of_no_clinic_are_kept(findings: Path, tmp_path: Path):
    target = tmp_path / "findings.by-clinic"
    assert partition(findings, "clinic", target, {}) == 3

    read = f"read_parquet('{target}/*/*.parquet', hive_partitioning = true)"
    joined = duckdb.sql(
        f"SELECT count(*) FROM {read} AS a JOIN '{findings}' AS b USING (patient) "  # noqa: S608
        "WHERE coalesce(a.clinic, '') = coalesce(b.clinic, '') AND a.applies_0 = b.applies_0"
    ).fetchall()
    assert joined == [(90,)]


def test_partitions_that_were_there_are_replaced(findings: Path, tmp_path: Path):
    target = tmp_path / "findings.by-clinic"
    (target / "clinic=Old").mkdir(parents=True)
    partition(findings, "clinic", target, {})
    assert not (target / "clinic=Old").exists()
