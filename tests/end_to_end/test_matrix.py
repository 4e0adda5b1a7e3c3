"""``fullcourse knowledge matrix``: text, page, JSON under its schema, CSV, and what it refuses."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema_rs

import fullcourse

PROGRAM = [sys.executable, "-m", "fullcourse", "knowledge", "matrix"]
SCHEMAS = Path(fullcourse.__file__).parent / "adapters" / "published" / "schemas"
SCHEMA = jsonschema_rs.validator_for(json.loads((SCHEMAS / "matrix-1.json").read_text("utf-8")))


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [*PROGRAM, *map(str, arguments), "--at", "2026-11-22"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_the_text_counts_what_is_covered_within_80_columns():
    done = run("--drug", "rifampicin", "--drug", "cycloserine")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("rifampin ") for line in lines)
    assert "not covered" in done.stdout


def test_the_json_keeps_its_schema_and_names_every_statement_of_a_cell():
    done = run("--drug", "moxifloxacin", "--format", "json")
    matrix = json.loads(done.stdout)
    assert [error.message for error in SCHEMA.iter_errors(matrix)] == []
    for row in matrix["medicines"]:
        for cell in row["cells"]:
            assert (cell["state"] == "not_covered") is (cell["findings"] == [])
            assert all(it["statement"] in matrix["statements"] for it in cell["findings"])


def test_the_csv_has_a_line_for_every_finding_and_every_gap():
    lines = list(csv.DictReader(io.StringIO(run("--drug", "rifampin", "--format", "csv").stdout)))
    assert {line["state"] for line in lines} == {
        "finding",
        "no_interaction_expected",
        "none_by_mechanism",
        "not_covered",
    }
    (voriconazole,) = [line for line in lines if line["medicine"] == "voriconazole"]
    assert (voriconazole["severity"], voriconazole["do"], voriconazole["tier"]) == ("contraindicated", "avoid", "B")
    assert len({line["medicine"] for line in lines}) > 400


def test_the_page_is_written_where_it_is_asked_for(tmp_path: Path):
    page = tmp_path / "matrix.html"
    assert run("--html", page).returncode == 0
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_what_cannot_be_is_refused(tmp_path: Path):
    for arguments, said in (
        (("--drug", "warfarin"), "drug 'warfarin' is not covered"),
        (("--profile", "mars"), "profile 'mars' does not exist"),
        (("--html", tmp_path / "no" / "where.html"), "cannot be written (No such file or directory)"),
        (("--html", tmp_path / "x.html", "--format", "csv"), "Give one of them"),
    ):
        done = run(*arguments)
        assert done.returncode == 2, arguments
        assert said in " ".join(done.stderr.split())


UNREAD = jsonschema_rs.validator_for(json.loads((SCHEMAS / "unread-1.json").read_text("utf-8")))


def test_sources_say_what_of_the_cited_documents_is_still_to_be_read():
    command = [sys.executable, "-m", "fullcourse", "knowledge", "sources", "--unread"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own program
    assert max(map(len, text.splitlines())) <= 80
    left = json.loads(
        subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    )
    assert [error.message for error in UNREAD.iter_errors(left)] == []
    assert left["cited"] == len(left["whole"]) + len(left["begun"]) + len(left["without_list"])
    assert f"Of {left['cited']} cited documents {len(left['whole'])} were read whole" in " ".join(text.split())
