"""A register in every state in which one arrives, and runs that are stopped: the same findings, or a plain refusal."""

import csv
import gzip
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

import fullcourse.knowledge
from fullcourse.adapters.register.read import workers
from fullcourse.clinical.errors import FullcourseError, InputError
from fullcourse.interfaces.cli.cohort import cohort
from fullcourse.interfaces.exit_codes import USAGE, exit_code
from registers import Register, written

AT = ("--at", "2026-11-22")
DRUGS = ("--drug", "cycloserine", "--drug", "linezolid")
ALONE = ("--processes", "1")
Resources = list[dict[str, Any]]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cohort, [str(one) for one in arguments])


def done(*arguments: str | Path) -> Result:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    return duckdb.from_parquet(str(path)).order("patient").fetchall()


def people(count: int, seed: int = 41) -> list[Resources]:
    register = Register(seed)
    return [register.patient(f"p{number}") for number in range(count)]


def write(lines: list[bytes], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = b"\n".join(lines) + b"\n"
    path.write_bytes(gzip.compress(whole) if path.suffix == ".gz" else whole)
    return path


@pytest.fixture(name="plain", scope="module")
def plain_(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[bytes], list[tuple[Any, ...]], Path]:
    """Return the lines of a register in order, its findings, and its file."""
    folder = tmp_path_factory.mktemp("plain")
    lines = [written(one) for resources in people(80) for one in resources]
    path, out = write(lines, folder / "r.ndjson"), folder / "f.parquet"
    done("screen", path, *DRUGS, *AT, *ALONE, "--out", out)
    return lines, rows_of(out), path


def test_order_files_packing_and_repeated_lines_change_nothing(plain, tmp_path: Path):
    lines, findings, _ = plain
    chance = random.Random(3)
    shuffled = [*lines, *chance.sample(lines, 60)]
    chance.shuffle(shuffled)
    for number in range(5):
        ending = "ndjson.gz" if number % 2 else "ndjson"
        write(shuffled[number::5], tmp_path / "export" / f"deep-{number}" / f"some.{ending}")

    done("screen", tmp_path / "export", *DRUGS, *AT, *ALONE, "--out", tmp_path / "f.parquet")

    assert rows_of(tmp_path / "f.parquet") == findings


def test_a_gzip_file_that_is_cut_off_is_refused_and_leaves_no_findings(plain, tmp_path: Path):
    whole = gzip.compress(b"\n".join(plain[0]))
    (tmp_path / "r.ndjson.gz").write_bytes(whole[: len(whole) // 2])

    refused = run("screen", tmp_path / "r.ndjson.gz", *DRUGS, *AT, *ALONE, "--out", tmp_path / "f.parquet")

    assert isinstance(refused.exception, InputError)
    assert "cut off" in str(refused.exception)
    assert not (tmp_path / "f.parquet").exists()


def test_lines_that_cannot_be_used_are_counted_and_the_rest_is_as_without_them(plain, tmp_path: Path):
    lines, findings, _ = plain
    bad = [b"{", b'{"resourceType":"Patient","id":"x","id":"y"}', b"[]", b'{"resourceType":"Observation","v":NaN}']
    mixed = [*lines[:5], *bad, *lines[5:]]

    result = done("screen", write(mixed, tmp_path / "r.ndjson"), *DRUGS, *AT, *ALONE, "--out", tmp_path / "f.parquet")

    rows = rows_of(tmp_path / "f.parquet")
    assert [row for row in rows if row[0] not in ("x", "y")] == findings
    assert [row[0] for row in rows if row not in findings] == ["x", "y"]  # whose records are not whole
    aside = [json.loads(line) for line in (tmp_path / "f.parquet.aside.jsonl").read_text().splitlines()]
    assert [one["line"] for one in aside] == [6, 7, 8, 9]
    assert all(one["reason"] and one["file"].endswith("r.ndjson") for one in aside)
    assert "4 lines are not used" in result.output


@pytest.mark.parametrize("command", ["screen", "facts", "levels"])
def test_strict_fails_at_a_line_that_cannot_be_used(plain, tmp_path: Path, command: str):
    path = write([*plain[0], b"{"], tmp_path / "r.ndjson")
    more = {"screen": DRUGS, "facts": (), "levels": ("--drug", "cycloserine", "--dose", "250 mg q12h")}[command]

    refused = run(command, path, *more, *AT, *ALONE, "--strict", "--out", tmp_path / "out")

    assert isinstance(refused.exception, InputError)
    assert "cannot be used" in str(refused.exception)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"{\nxx\n", b'{"resourceType":"Organization","id":"o"}\n'],
    ids=["empty", "blank", "bad", "other"],
)
def test_a_register_of_nobody_has_no_rows(tmp_path: Path, content: bytes):
    (tmp_path / "r.ndjson").write_bytes(content)

    result = done(
        "screen", tmp_path / "r.ndjson", *DRUGS, *AT, *ALONE, "--out", tmp_path / "f.parquet", "--summary", "--long"
    )

    assert rows_of(tmp_path / "f.parquet") == []
    assert result.output.startswith("0 patients") or "\n0 patients" in result.output


def test_summary_and_long_rows_count_what_the_findings_hold(plain, tmp_path: Path):
    out = tmp_path / "f.parquet"
    result = done("screen", plain[2], *DRUGS, *AT, *ALONE, "--out", out, "--summary", "--long")

    with duckdb.connect() as connection:
        connection.from_parquet(str(tmp_path / "f.long.parquet")).create_view("long")
        by_statement = "SELECT (drug, statement, status)::VARCHAR, count(*) FROM long GROUP BY 1"
        counted = dict(connection.execute(by_statement).fetchall())
        by_decision = "SELECT decision_cycloserine, count(*) FROM read_parquet(?) GROUP BY 1"
        decided = dict(connection.execute(by_decision, [str(out)]).fetchall())
    with (tmp_path / "f.summary.csv").open() as file:
        lines = [line for line in csv.DictReader(file) if line["by"] == "all"]
    for line in lines:
        if line["what"] in {"applies", "cannot_assess"}:
            key = f"({line['drug']}, {line['id']}, {line['what']})"
            assert int(line["patients"]) == counted.pop(key, 0), key
        if line["what"] == "decision" and line["drug"] == "cycloserine":
            assert int(line["patients"]) == decided[line["id"]]
    assert not counted
    assert "Decisions" in result.output


def test_a_register_is_explained_as_it_was_screened(plain, tmp_path: Path):
    findings = {row[0]: row for row in plain[1]}
    names = [name for name, row in findings.items() if row[-1] is None][:4]
    for name in names:
        shown = done("explain", name, plain[2], "--drug", "cycloserine", *AT, "--format", "json")
        assert json.loads(shown.stdout)["drugs"][0]["decision"] == findings[name][4]
    nobody = run("explain", "nobody", plain[2], "--drug", "cycloserine", *AT)
    assert isinstance(nobody.exception, InputError)


def knowledge_folders(folder: Path) -> tuple[Path, Path]:
    """Return two editions of the knowledge that differ in one age."""
    shipped = Path(fullcourse.knowledge.__file__).parent
    for name in ("old", "new"):
        shutil.copytree(shipped, folder / name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    changed = folder / "new" / "drugs" / "cycloserine.toml"
    text = changed.read_text("utf-8")
    assert text.count('fact = "age", at_least = 65') == 1
    changed.write_text(text.replace('fact = "age", at_least = 65', 'fact = "age", at_least = 40'), "utf-8")
    return folder / "old", folder / "new"


def test_a_changed_label_touches_the_same_patients_from_records_and_from_facts(plain, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "differences.parquet").write_bytes(b"of somebody else")
    old, new = knowledge_folders(tmp_path)
    done("facts", plain[2], *AT, *ALONE, "--out", tmp_path / "facts")
    asked = ("diff", "--knowledge", old, new)

    said = done(*asked, plain[2], *DRUGS[:2], *AT, *ALONE, "--out", tmp_path / "a.parquet")
    done(*asked, tmp_path / "facts", *DRUGS[:2], "--out", tmp_path / "b.parquet")
    counted = done(*asked, tmp_path / "facts", *DRUGS[:2])
    nothing = done("diff", "--knowledge", old, old, tmp_path / "facts", *DRUGS[:2])

    touched = rows_of(tmp_path / "a.parquet")
    assert touched
    assert sorted(touched) == sorted(rows_of(tmp_path / "b.parquet"))
    assert {row[2] for row in touched} - {""} == {"cycloserine.population.65-and-over"}
    assert "changed  cycloserine.population.65-and-over" in said.output
    assert f"{len({row[0] for row in touched})} patients are touched" in counted.output
    assert "0 patients are touched" in nothing.output
    assert (tmp_path / "differences.parquet").read_bytes() == b"of somebody else"
    assert not list(tmp_path.glob("*.parts"))


def test_a_folder_without_knowledge_is_refused(plain, tmp_path: Path):
    refused = run("diff", "--knowledge", tmp_path, tmp_path, plain[2], *DRUGS, *AT)
    assert isinstance(refused.exception, InputError)
    assert "holds no knowledge" in str(refused.exception)


def other_inputs(folder: Path, plain: Path) -> dict[str, list[str]]:
    """Return inputs that are no register, by what the refusal says."""
    with closing(sqlite3.connect(folder / "service.db")) as database, database:
        database.execute("CREATE TABLE events (id TEXT, patient TEXT)")
    database.close()
    (folder / "export").mkdir()
    shutil.copy(folder / "service.db", folder / "export" / "Patient.ndjson")
    (folder / "dump.ndjson").write_bytes(b"PGDMP\x01\x0e")
    (folder / "packed.ndjson").write_bytes(b"PK\x03\x04\x14")
    done("facts", plain, *AT, *ALONE, "--out", folder / "facts")
    part = next((folder / "facts").glob("*.parquet"))
    return {
        "is an SQLite database": [str(folder / "service.db")],
        "'Patient.ndjson' is an SQLite database": [str(folder / "export")],
        "dump of a PostgreSQL database": [str(folder / "dump.ndjson")],
        "is a zip archive": [str(folder / "packed.ndjson")],
        "is a Parquet file": [str(part)],
        "folder of facts is handed in": [str(folder / "facts"), str(plain)],
        "address of a database": ["postgresql://localhost/register"],
        "is not there": [str(folder / "nothing")],
    }


@pytest.mark.parametrize("command", ["screen", "facts", "levels"])
def test_what_is_no_register_is_refused_by_name_and_leaves_nothing_behind(plain, tmp_path: Path, command: str):
    more = {"screen": DRUGS, "facts": (), "levels": ("--drug", "cycloserine", "--dose", "250 mg q12h")}[command]
    for says, inputs in other_inputs(tmp_path, plain[2]).items():
        refused = run(command, *inputs, *more, *AT, "--out", tmp_path / "out")
        assert isinstance(refused.exception, FullcourseError), says
        assert says in str(refused.exception)
        assert exit_code(refused.exception) == USAGE
        assert not list(tmp_path.glob("out*"))


def test_facts_cannot_explain_a_patient_or_be_made_again(plain, tmp_path: Path):
    done("facts", plain[2], *AT, *ALONE, "--out", tmp_path / "facts")
    unexplained = run("explain", "p1", tmp_path / "facts", "--drug", "cycloserine", *AT)
    unmade = run("facts", tmp_path / "facts", *AT, "--out", tmp_path / "again")
    assert isinstance(unexplained.exception, InputError)
    assert "no evidence" in str(unexplained.exception)
    assert isinstance(unmade.exception, InputError)
    assert not (tmp_path / "again").exists()


def test_parts_of_another_profile_or_drug_are_not_mixed_in(plain, tmp_path: Path):
    facts, out = tmp_path / "facts", tmp_path / "f.parquet"
    done("facts", plain[2], *AT, *ALONE, "--out", facts)
    whole = (facts / "facts-00000.parquet").read_bytes()
    (facts / "facts-00001.parquet").write_bytes(b"cut off")
    assert run("screen", facts, *DRUGS, "--out", out).exit_code != 0
    assert (tmp_path / "f.parquet.parts" / "findings.json").exists()

    other = run("screen", facts, *DRUGS, "--profile", "who", "--out", out)
    (facts / "facts-00001.parquet").write_bytes(whole)
    changed = run("screen", facts, *DRUGS, "--out", out)

    assert isinstance(other.exception, InputError)
    assert "another question" in str(other.exception)
    assert isinstance(changed.exception, InputError)
    assert not out.exists()


def killed_when(command: list[str], work: Path, files: int) -> None:
    """Start a command, and kill it without warning once so many files of its work are there."""
    whole = [sys.executable, "-m", "fullcourse", "cohort", *command]
    process = subprocess.Popen(  # noqa: S603 - our own command
        whole, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    ends = time.monotonic() + 60
    while time.monotonic() < ends and len(list(work.rglob("*"))) < files:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_run_killed_while_reading_goes_on_and_gives_the_same(plain, tmp_path: Path):
    lines, findings, _ = plain
    for number in range(60):
        write(lines[number::60], tmp_path / "export" / f"{number:02d}.ndjson")
    out = tmp_path / "f.parquet"
    command = ["screen", str(tmp_path / "export"), *DRUGS, *AT, *ALONE, "--out", str(out)]
    killed_when(command, tmp_path / "f.parquet.parts", 5)
    assert not out.exists()

    done(*command)

    assert rows_of(out) == findings
    assert not (tmp_path / "f.parquet.parts").exists()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not list processes under /proc")
def test_processes_end_with_the_one_that_started_them(plain, tmp_path: Path):
    for number in range(200):
        write(plain[0], tmp_path / "export" / f"{number:03d}.ndjson")
    command = [sys.executable, "-m", "fullcourse", "cohort", "facts", str(tmp_path / "export"), "--processes", "2",
               *AT, "--out", str(tmp_path / "facts")]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    started: set[int] = set()
    ends = time.monotonic() + 60
    while time.monotonic() < ends and len(list(tmp_path.glob("facts/rows/*.json"))) < 2:
        started |= set(map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()))
        assert process.poll() is None, "it ended before it could be killed"
    assert len(started) >= 2

    process.kill()
    process.wait()

    ends = time.monotonic() + 20
    while time.monotonic() < ends and any(Path(f"/proc/{one}").exists() for one in started):
        time.sleep(0.05)
    assert not [one for one in started if Path(f"/proc/{one}").exists()]


def test_facts_that_are_whole_are_not_made_again_when_screening_was_stopped(plain, tmp_path: Path):
    export, out = write(plain[0], tmp_path / "export" / "all.ndjson").parent, tmp_path / "f.parquet"
    done("facts", export, *AT, *ALONE, "--out", tmp_path / "f.parquet.parts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "read_range", lambda *_: pytest.fail("it was read again"))
        done("screen", export, *DRUGS, *AT, *ALONE, "--out", out)

    assert rows_of(out) == plain[1]


def test_a_prediction_killed_between_two_parts_goes_on_and_gives_the_same(plain, tmp_path: Path):
    facts, out = tmp_path / "facts", tmp_path / "l.parquet"
    done("facts", plain[2], *AT, *ALONE, "--out", facts)
    for number in range(1, 40):
        shutil.copy(facts / "facts-00000.parquet", facts / f"facts-{number:05d}.parquet")
    command = ["levels", str(facts), "--drug", "cycloserine", "--dose", "250 mg q12h", "--n", "400", "--out", str(out)]
    killed_when(command, tmp_path / "l.parquet.parts", 3)
    assert not out.exists()
    kept = tmp_path / "l.parquet.parts" / "levels-00000.parquet"
    assert duckdb.from_parquet(str(kept)).fetchall()

    done(*command)
    done(*command[:-1], str(tmp_path / "again.parquet"))

    assert sorted(map(repr, rows_of(out))) == sorted(map(repr, rows_of(tmp_path / "again.parquet")))
