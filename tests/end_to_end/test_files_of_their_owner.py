"""Every file about a patient that a command writes is its owner's alone, whatever the mask of the shell allows."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from every_command import EXAMPLES
from fullcourse.interfaces.cli.main import fullcourse
from reports import WHOLE

RECORD: Final = EXAMPLES / "synthetic-patient.json"
DRUG: Final = ("--drug", "cycloserine")
NOW: Final = ("--at", "2026-12-01T08:00+02:00")
PLAN: Final = (
    "--plan",
    "cycloserine: 250 mg q12h",
    "--start",
    "2026-12-01",
    "--zone",
    "UTC",
    "--confirmed-by",
    "clinician",
)
LEVELS: Final = (
    *DRUG, "--dose", "250 mg q12h", "--level", "31 mg/L @ 2026-11-03T10:05+02:00",
    "--covariate", "creatinine=0.9 mg/dL", "--covariate", "weight=58 kg",
)  # fmt: skip


@pytest.fixture
def open_mask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def run(*words: object, typed: str = "") -> None:
    done = CliRunner().invoke(fullcourse, [str(it) for it in words], input=typed)
    assert done.exit_code in (0, 1), (words, done.output, done.exception)
    assert done.exception is None or done.exit_code == 1, (words, done.exception)


def read_by_others(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)} {path.stat().st_mode & 0o777:o}"
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_mode & 0o077
    ]


@pytest.mark.usefixtures("open_mask")
def test_files_of_one_patient(tmp_path: Path):
    out = tmp_path / "written"
    out.mkdir()
    report = tmp_path / "given.toml"
    report.write_text(WHOLE, "utf-8")
    run("new", out / "record.toml", *DRUG)
    run("check", RECORD, *DRUG, "--at", "2026-11-22", "--ask", "--save", out / "answers.toml", typed="no\n" * 60)
    run("leaflet", *DRUG, "--record", RECORD, "--out", out / "leaflet.html")
    run("levels", "estimate", RECORD, *LEVELS, "--plot", out / "curve.svg")
    run("report", "--new", out / "report.toml")
    for form, name in (("medwatch", "medwatch.pdf"), ("e2b", "report.xml"), ("json", "report.json")):
        run("report", report, "--at", "2026-11-20", "--format", form, "--out", out / name, "--incomplete")
    assert len(list(out.iterdir())) >= 7
    assert read_by_others(out) == []


@pytest.mark.usefixtures("open_mask")
def test_files_of_a_course(tmp_path: Path):
    out, log = tmp_path / "written", tmp_path / "written" / "course.ndjson"
    out.mkdir()
    run("course", "start", RECORD, "--events", log, *PLAN, *NOW)
    run("course", "log", log, "note", "text=x", *NOW)
    run("schedule", log, *NOW, "--format", "ics", "--out", out / "course.ics")
    run("schedule", log, *NOW, "--sheet", "weekly", "--out", out / "sheet.pdf")
    run("monitor", log, "--at", "2026-12-01", "--format", "ics", "--out", out / "visits.ics")
    run("course", "export", log, "--out", out / "course.zip", *NOW)
    run("course", "import", out / "course.zip", "--store", out / "courses.db", *NOW)
    patient = json.loads(log.read_text("utf-8").split("\n")[0])["patient"]
    run("programme", "--store", out / "courses.db", "--quarter", "2026-Q4", "--open", out / "lists", *NOW)
    run("course", "backup", "--store", out / "courses.db", "--out", out / "backup.zip", *NOW)
    run("course", "export", patient, "--store", out / "courses.db", "--out", out / "again.zip", *NOW)
    run(
        "course",
        "transfer",
        "out",
        patient,
        "--store",
        out / "courses.db",
        "--to",
        "y",
        "--out",
        out / "moved.zip",
        *NOW,
    )
    assert len(list(out.iterdir())) >= 9
    assert read_by_others(out) == []


@pytest.mark.usefixtures("open_mask")
def test_files_of_a_register(tmp_path: Path):
    export, out = tmp_path / "export", tmp_path / "written"
    export.mkdir()
    out.mkdir()
    lines = (json.dumps(it["resource"]) + "\n" for it in json.loads(RECORD.read_text("utf-8"))["entry"])
    (export / "all.ndjson").write_text("".join(lines), "utf-8")
    run(
        "cohort",
        "screen",
        export,
        *DRUG,
        "--at",
        "2026-11-22",
        "--out",
        out / "findings.parquet",
        "--summary",
        "--long",
    )
    run("cohort", "plan", export, "--at", "2026-11-22", "--start", "2026-12-01", "--out", out / "need.csv")
    run("cohort", "facts", export, "--at", "2026-11-22", "--out", out / "facts")
    assert len([it for it in out.rglob("*") if it.is_file()]) >= 4
    assert read_by_others(out) == []
