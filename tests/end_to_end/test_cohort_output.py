"""What a register's findings are as a programme needs them: in partitions, and said where the disk takes no more."""

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from fullcourse.interfaces.cli.cohort import cohort
from registers import Register, written

AT = ("--at", "2026-11-22")
DRUG = ("--drug", "cycloserine")


def rows_of(what: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"SELECT * FROM {what} ORDER BY patient").fetchall()  # noqa: S608 - our own paths


@pytest.fixture(name="export", scope="module")
def export_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    register, folder = Register(5), tmp_path_factory.mktemp("export")
    lines = [written(one) for number in range(60) for one in register.patient(f"p{number}")]
    (folder / "r.ndjson").write_bytes(b"\n".join(lines) + b"\n")
    return folder


@pytest.mark.parametrize("by", ["clinic", "patient"])
def test_partitions_hold_the_findings_of_the_one_file(export: Path, tmp_path: Path, by: str):
    out = tmp_path / "f.parquet"
    arguments = ["screen", str(export), *DRUG, *AT, "--processes", "1", "--partition-by", by, "--out", str(out)]

    result = CliRunner().invoke(cohort, arguments)

    assert result.exit_code == 0, result.output
    columns = ", ".join(name for name in duckdb.from_parquet(str(out)).columns if name != "clinic")
    parts = f"(SELECT {columns} FROM read_parquet('{tmp_path}/f.by-{by}/*/*.parquet', hive_partitioning = true))"  # noqa: S608
    assert rows_of(parts) == rows_of(f"(SELECT {columns} FROM '{out}')")  # noqa: S608
    assert f"partitions by {by}" in result.output
    assert (tmp_path / f"f.by-{by}" / "_legend.json").is_file()


def test_a_register_of_nobody_has_no_partitions(tmp_path: Path):
    (tmp_path / "r.ndjson").write_bytes(b"")
    arguments = ["screen", str(tmp_path / "r.ndjson"), *DRUG, *AT, "--processes", "1", "--partition-by", "patient"]

    result = CliRunner().invoke(cohort, [*arguments, "--out", str(tmp_path / "f.parquet")])

    assert result.exit_code == 0, result.output
    assert [path.name for path in (tmp_path / "f.by-patient").iterdir()] == ["_legend.json"]


def test_where_no_more_can_be_written_it_is_said_and_the_same_command_goes_on(export: Path, tmp_path: Path):
    command = [sys.executable, "-m", "fullcourse", "cohort", "facts", str(export), *AT, "--processes", "1"]
    most = 8_000

    refused = subprocess.run(  # noqa: S603 - our own command
        [*command, "--out", str(tmp_path / "facts")],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert refused.returncode == 2, refused.stderr
    assert "A limit on the size of files is reached" in refused.stderr or "There is no room left" in refused.stderr
    assert "give the same command again" in refused.stderr

    for folder in ("facts", "fresh"):
        subprocess.run([*command, "--out", str(tmp_path / folder)], check=True, capture_output=True)  # noqa: S603
    assert rows_of(f"'{tmp_path}/facts/*.parquet'") == rows_of(f"'{tmp_path}/fresh/*.parquet'")


def test_a_plan_that_finds_no_room_says_what_it_needs_and_leaves_nothing(export: Path, tmp_path: Path):
    command = [sys.executable, "-m", "fullcourse", "cohort", "plan", str(export), *AT, "--start", "2026-12-01"]

    refused = subprocess.run(  # noqa: S603 - our own command
        [*command, "--processes", "1", "--out", str(tmp_path / "need.csv")],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000)),
    )

    assert refused.returncode == 2, refused.stderr
    assert "A limit on the size of files is reached" in refused.stderr
    assert "about as much as they take unpacked" in refused.stderr
    assert "Nothing of it was kept" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_time_of_all_is_said_in_the_last_step_of_a_run_and_of_no_other(export, tmp_path, monkeypatch):
    monkeypatch.setattr("fullcourse.interfaces.cli.cohort_output._SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr("fullcourse.adapters.register.read.extract.BLOCK_BYTES", 20_000)
    monkeypatch.setattr("fullcourse.adapters.register.read.fact_folder.BUCKET_BYTES", 20_000)
    monkeypatch.setattr("fullcourse.adapters.register.engine.need.BUCKET_BYTES", 20_000)
    kept = ["--processes", "1", "--out"]

    facts = CliRunner().invoke(cohort, ["facts", str(export), *AT, *kept, str(tmp_path / "facts")])
    screen = CliRunner().invoke(cohort, ["screen", str(export), *DRUG, *AT, *kept, str(tmp_path / "f.parquet")])

    said = [line for line in facts.output.splitlines() if " left" in line]
    reading = [line for line in said if line.startswith("reading")]
    establishing = [line for line in said if line.startswith("establishing")]
    assert len(reading) > 1
    assert all(line.endswith("of this step, of all not known yet: then establishing") for line in reading)
    assert len(establishing) > 1
    assert all(line.endswith("left of all") for line in establishing)
    of_screening = [line for line in screen.output.splitlines() if line.startswith("establishing")]
    assert len(of_screening) > 1
    assert all("then screening and joining the parts" in line for line in of_screening)
