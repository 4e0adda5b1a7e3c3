"""A register as programmes keep it: the same findings from every form of it, or a refusal that says what is wrong.

The cases and what they come to were written before the readers were run. Those that caught peers name the report.

Longer than most: every form of a register is made from the same few patients, and each is held to the same findings.
"""

import gzip
import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.cohort import cohort
from register_forms import as_bulk_export, bulk_manifest, deletion_bundle, delta_table, delta_without_rows, table
from registers import Register, written

AT = ("--at", "2026-11-22")
DRUG = ("--drug", "cycloserine")
ALONE = ("--processes", "1")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cohort, [str(one) for one in arguments])


def screened(out: Path, *inputs: str | Path) -> Result:
    return run("screen", *inputs, *DRUG, *AT, *ALONE, "--out", out)


def done(out: Path, *inputs: str | Path) -> tuple[list[tuple[Any, ...]], str]:
    result = screened(out, *inputs)
    assert result.exit_code == 0, (result.output, result.exception)
    return duckdb.from_parquet(str(out)).order("patient").fetchall(), result.output


def refused(out: Path, *inputs: str | Path) -> str:
    result = screened(out, *inputs)
    assert isinstance(result.exception, InputError), (result.output, result.exception)
    assert not out.exists()
    return str(result.exception)


@pytest.fixture(name="lines", scope="module")
def lines_() -> list[bytes]:
    register = Register(77)
    return [written(one) for number in range(30) for one in register.patient(f"p{number}")]


@pytest.fixture(name="findings", scope="module")
def findings_(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    folder = tmp_path_factory.mktemp("plain")
    (folder / "r.ndjson").write_bytes(b"\n".join(lines) + b"\n")
    return done(folder / "f.parquet", folder / "r.ndjson")[0]


# --- the same findings from every form -------------------------------------------------------------------------------


def facts(lines: Sequence[bytes], folder: Path) -> Path:
    (folder / "r.ndjson").write_bytes(b"\n".join(lines) + b"\n")
    result = run("facts", folder / "r.ndjson", *AT, *ALONE, "--out", folder / "facts")
    assert result.exit_code == 0, result.output
    return folder / "facts"


def moved_facts(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    facts(lines, folder).rename(folder / "elsewhere")
    return [folder / "elsewhere"]


def bare_facts(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """Return a plain folder of Parquet files under other names, without what describes them."""
    (folder / "lake").mkdir()
    for number, file in enumerate(sorted(facts(lines, folder).glob("*.parquet"))):
        shutil.copy(file, folder / "lake" / f"part-{number}.parquet")
    return [folder / "lake"]


def plain_parquet(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    return [table(lines, folder / "t" / "part-0.parquet").parent]


def folders_by_type(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    kinds = {json.loads(line)["resourceType"] for line in lines}
    for kind in kinds:
        of_kind = [line for line in lines if json.loads(line)["resourceType"] == kind]
        table(of_kind, folder / "t" / kind / "part-0.parquet", "raw")
        (folder / "t" / kind / "_SUCCESS").touch()
    return [folder / "t"]


def named_column(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    return [table(lines, folder / "t.parquet", "body of it"), "--column", "body of it"]


def bytes_in_a_table(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    return [table(lines, folder / "t.parquet", "json", "BLOB")]


def pretty_printed(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    return [table([json.dumps(json.loads(line), indent=1) for line in lines], folder / "t.parquet", "JSON")]


def partitions_by_type(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """Return folders that engines take for a column, of the name of the column of resources at that."""
    half = len(lines) // 2
    table(lines[:half], folder / "t" / "resource=Some" / "part-0.parquet")
    table(lines[half:], folder / "t" / "resource=Other" / "part-0.parquet")
    return [folder / "t"]


def delta(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    old = [line.replace(b'"1', b'"2') for line in lines[:200]]
    return [delta_table([lines[:100], old, lines[100:]], folder / "d", removed=[1])]


def delta_by_type(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    for kind in {json.loads(line)["resourceType"] for line in lines}:
        of_kind = [line for line in lines if json.loads(line)["resourceType"] == kind]
        delta_table([of_kind, of_kind[:1]], folder / "lake" / kind, removed=[1])
    return [folder / "lake"]


def delta_with_deletion_vector(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """ClickHouse#115043, delta-rs#2829: rows taken out by a vector are in the file, and not in the table."""
    changed = [line.replace(b'"value":', b'"value":1') for line in lines if b'"value":' in line][:50]
    rows = range(len(lines), len(lines) + len(changed))
    return [delta_without_rows([*lines, *changed], folder / "d", rows)]


def delta_with_vectors_switched_off(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """trino#30685: a vector counts whatever the table's property says now."""
    return [delta_without_rows([lines[0].replace(b"p0", b"p900"), *lines], folder / "d", [0], "false")]


def delta_with_many_commits(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """duckdb#12983: after many writes the log holds Parquet files of its own, which are no data."""
    deltalake = pytest.importorskip("deltalake")
    step = len(lines) // 12 + 1
    delta_table([lines[at : at + step] for at in range(0, len(lines), step)], folder / "d")
    deltalake.DeltaTable(str(folder / "d")).create_checkpoint()
    assert list((folder / "d" / "_delta_log").glob("*.parquet"))
    return [folder / "d"]


def manifest_with_addresses(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """smart-on-fhir/cumulus-etl#99: names as bulk-data-client writes them; medplum#10479: an empty deleted."""
    kinds = as_bulk_export(lines, folder / "e", "1.{}.ndjson".format)
    outputs = [
        {"type": kind, "url": f"https://server.example/bulk/7/1.{kind}.ndjson?token=abc%2Fdef", "count": count}
        for kind in kinds
        for count in [sum(json.loads(line)["resourceType"] == kind for line in lines)]
    ]
    return [bulk_manifest(folder / "e", outputs, deleted=[])]


def manifest_with_relative_names(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """LinuxForHealth/FHIR#2673: several files of one type, in a folder of the job; handed in as the folder."""
    half = len(lines) // 2
    for number, some in enumerate((lines[:half], lines[half:]), 1):
        path = folder / "e" / "75ngSFE9" / f"All_{number}.ndjson.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(b"\n".join(some)))
    outputs = [{"url": f"75ngSFE9/All_{number}.ndjson"} for number in (1, 2)]
    bulk_manifest(folder / "e", outputs)
    return [folder / "e"]


def blank_lines_and_counts(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """hapi-fhir-jpaserver-starter#256, pathling#298: a blank line first and last is no resource, and is not counted."""
    (folder / "all.ndjson").write_bytes(b"\n" + b"\r\n".join(lines) + b"\n\n")
    return [bulk_manifest(folder, [{"type": "Patient", "url": "all.ndjson", "count": len(lines)}])]


def log_beside(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """smart-on-fhir/cumulus-etl#306: the log of the fetching lies beside the export, and is none of its files."""
    as_bulk_export(lines, folder / "e")
    entry = json.dumps({"exportId": "x", "timestamp": "2026-11-22T00:00:00Z", "eventId": "kickoff"})
    (folder / "e" / "log.ndjson").write_text("\n".join([entry] * 40))
    return [folder / "e"]


def gone_conditions(lines: Sequence[bytes], count: int) -> list[bytes]:
    """Return conditions that change what is found of their patient, under ids of their own."""
    fits = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/p4"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "84757009", "display": "Epilepsy"}]},
    }
    return [written({**fits, "id": f"gone-{number}"}) for number in range(count)]


def later_export_that_deletes(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """ohs-foundation/fhir-data-pipes#1218: what a later export names as deleted is not there any more."""
    extra = gone_conditions(lines, 9)
    as_bulk_export([*lines, *extra], folder / "base")
    (folder / "later").mkdir()
    (folder / "later" / "gone.ndjson").write_bytes(
        deletion_bundle([f"Condition/{json.loads(line)['id']}" for line in extra]) + b"\n"
    )
    deleted = [{"type": "Bundle", "url": "https://server.example/gone.ndjson", "count": 1}]
    return [folder / "base", bulk_manifest(folder / "later", [], deleted=deleted)]


def deletions_in_a_folder(lines: Sequence[bytes], folder: Path) -> list[str | Path]:
    """smart-on-fhir/cumulus-etl#343: outcomes and deletions lie in folders of their own, without a manifest."""
    extra = gone_conditions(lines, 2)
    as_bulk_export([*lines, *extra], folder / "base")
    for name, line in (
        ("deleted", deletion_bundle([f"https://server.example/Condition/{json.loads(one)['id']}" for one in extra])),
        ("error", b'{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}'),
    ):
        (folder / "later" / name).mkdir(parents=True)
        (folder / "later" / name / "0.ndjson").write_bytes(line + b"\n")
    (folder / "later" / "Patient.ndjson").write_bytes(b"")
    return [folder / "base", folder / "later"]


@pytest.mark.parametrize(
    "form",
    [
        moved_facts, bare_facts, plain_parquet, folders_by_type, named_column, bytes_in_a_table,
        pretty_printed, partitions_by_type, delta, delta_by_type, delta_with_deletion_vector,
        delta_with_vectors_switched_off, delta_with_many_commits, manifest_with_addresses, manifest_with_relative_names,
        blank_lines_and_counts, log_beside, later_export_that_deletes, deletions_in_a_folder,
    ],
)  # fmt: skip
def test_every_form_of_a_register_has_the_same_findings(
    form: Callable[..., list[str | Path]], lines, findings, tmp_path: Path
):
    if "delta" in form.__name__:
        pytest.importorskip("deltalake")

    rows, _ = done(tmp_path / "f.parquet", *form(lines, tmp_path))

    assert rows == findings


# --- what is refused, and in which words -----------------------------------------------------------------------------


def two_columns(folder: Path) -> list[str | Path]:
    path = folder / "t.parquet"
    duckdb.sql("SELECT '{}' AS resource, '{}' AS raw").write_parquet(str(path))
    return [path]


def columns_of_an_engine(folder: Path) -> list[str | Path]:
    """Pathling and others lay a resource out in columns of its own."""
    path = folder / "Patient" / "part-0.parquet"
    path.parent.mkdir()
    duckdb.sql("SELECT 'p1' AS id, {'family': 'Example'} AS name, '1980' AS birthDate").write_parquet(str(path))
    return [folder / "Patient"]


def no_such_column(folder: Path) -> list[str | Path]:
    return [table([b"{}"], folder / "t.parquet"), "--column", "payload"]


def no_text(folder: Path) -> list[str | Path]:
    path = folder / "t.parquet"
    duckdb.sql("SELECT {'resourceType': 'Patient'} AS resource").write_parquet(str(path))
    return [path]


def broken_table(folder: Path) -> list[str | Path]:
    path = table([b"{}"] * 500, folder / "t.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    return [path]


def iceberg(folder: Path) -> list[str | Path]:
    table([b"{}"], folder / "ice" / "data" / "0.parquet")
    (folder / "ice" / "metadata").mkdir()
    (folder / "ice" / "metadata" / "v1.metadata.json").write_text("{}")
    return [folder / "ice"]


def column_mapping(folder: Path) -> list[str | Path]:
    made = delta_table([[b"{}"]], folder / "d")
    first = made / "_delta_log" / f"{0:020d}.json"
    first.write_text(
        first.read_text().replace('"configuration": {}', '"configuration": {"delta.columnMapping.mode": "name"}')
    )
    return [made]


def unknown_feature(folder: Path) -> list[str | Path]:
    made = delta_without_rows([b"{}", b"{}"], folder / "d", [0])
    second = made / "_delta_log" / f"{1:020d}.json"
    second.write_text(second.read_text().replace('["deletionVectors"]', '["deletionVectors", "variantType"]'))
    return [made]


def delta_that_lacks_a_file(folder: Path) -> list[str | Path]:
    made = delta_table([[b"{}"], [b"{}"]], folder / "d")
    (made / "part-1.snappy.parquet").unlink()
    return [made]


def manifest_of(*outputs: dict[str, Any], **more: Any) -> Callable[[Path], list[str | Path]]:
    def write(folder: Path) -> list[str | Path]:
        (folder / "Patient.ndjson").write_bytes(b'{"resourceType":"Patient","id":"a"}\n' * 3)
        (folder / "err.ndjson").write_bytes(
            b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception",'
            b'"diagnostics":"Jane Example could not be read"}]}\n'
        )
        (folder / "gone.ndjson").write_bytes(deletion_bundle(["Patient/a"]) + b"\n")
        (folder / "puzzling.ndjson").write_bytes(deletion_bundle(["Patient?identifier=77"]) + b"\n")
        return [bulk_manifest(folder, outputs, **more)]

    return write


WHOLE = {"type": "Patient", "url": "Patient.ndjson", "count": 3}


def no_manifest(folder: Path) -> list[str | Path]:
    (folder / "manifest.json").write_text('{"name": "a web app"}')
    return [folder / "manifest.json"]


def unlisted(folder: Path) -> list[str | Path]:
    manifest_of(WHOLE)(folder)
    return [folder]


def bzip(folder: Path) -> list[str | Path]:
    (folder / "e").mkdir()
    (folder / "e" / "Patient.ndjson").write_bytes(b'{"resourceType":"Patient","id":"a"}\n')
    (folder / "e" / "Observation.ndjson.zst").write_bytes(b"(\xb5/\xfd")
    return [folder / "e"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (two_columns, ("2 columns", "resource, raw", "--column")),
        (columns_of_an_engine, ("part-0.parquet", "id, name, birthDate", "one FHIR resource a row", "NDJSON")),
        (no_such_column, ("'payload'", "number, resource")),
        (no_text, ("holds no text", "STRUCT")),
        (broken_table, ("broken or cut off",)),
        (iceberg, ("'ice' is an Iceberg table", "no longer holds")),
        (column_mapping, ("column mapping", "CREATE TABLE")),
        (unknown_feature, ("variantType",)),
        (delta_that_lacks_a_file, ("lacks 1 of its 2 files", "part-1.snappy.parquet")),
        (manifest_of(WHOLE, {"url": "https://a.example/b/Observation.ndjson"}), ("'Observation.ndjson'", "missing")),
        (manifest_of({**WHOLE, "count": 4}), ("says that 'Patient.ndjson' has 4 lines, and it has 3",)),
        (manifest_of({**WHOLE, "count": 2}), ("says that 'Patient.ndjson' has 2 lines, and it has 3",)),
        (manifest_of({**WHOLE, "count": "3"}), ("'count'",)),
        (manifest_of(WHOLE, error=[{"url": "err.ndjson"}]), ("1 outcomes", "line 1 of err")),
        (manifest_of(WHOLE, outcome=[{"url": "err.ndjson"}]), ("1 outcomes", "line 1 of err")),
        (manifest_of(WHOLE, error=[{"url": "lost.ndjson"}]), ("'lost.ndjson'", "missing")),
        (manifest_of(WHOLE, deleted=[{"url": "puzzling.ndjson"}]), ("line 1 of puzzling.ndjson", "no resource")),
        (manifest_of(WHOLE, deleted=[{"url": "gone.ndjson"}]), ("names as deleted", "must not")),
        (manifest_of(WHOLE, link=[{"relation": "next", "url": "x"}]), ("one page",)),
        (manifest_of({"url": "https://a.example/1/Patient.ndjson"}, WHOLE), ("two addresses", "Patient.ndjson")),
        (manifest_of({"url": "../../etc/passwd"}), ("'passwd'", "missing")),
        (no_manifest, ("no manifest of a bulk export", "'output'")),
        (unlisted, ("does not name", "err.ndjson", "gone.ndjson")),
        (bzip, ("Observation.ndjson.zst", "only gzip")),
    ],
)  # fmt: skip
def test_what_is_not_whole_or_not_understood_is_refused_by_name(
    form: Callable[[Path], list[str | Path]], words: Sequence[str], tmp_path: Path
):
    if any(part in str(words) for part in ("column mapping", "variantType", "of its 2 files")):
        pytest.importorskip("deltalake")
    (tmp_path / "in").mkdir()

    said = refused(tmp_path / "f.parquet", *form(tmp_path / "in"))

    assert [word for word in words if word not in said] == []
    assert "Jane" not in said
    assert str(tmp_path) not in said


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (plain_parquet, r"'part-0\.parquet' is a Parquet file, which is not read on Spark yet"),
        (named_column, "--column names a column of a table, and tables are not read on Spark yet"),
        (delta, "a Delta table, which is not read on Spark yet"),
        (manifest_with_relative_names, "the manifest of an export, which is not read on Spark yet"),
        (blank_lines_and_counts, "the manifest of an export, which is not read on Spark yet"),
        (deletions_in_a_folder, "a folder 'deleted' of an export, which is not read on Spark yet"),
        (log_beside, r"'log\.ndjson' may be the log of a program"),
    ],
)
def test_what_spark_does_not_read_yet_is_refused_before_a_cluster_is_started(form, said: str, lines, tmp_path: Path):
    inputs = form(lines, tmp_path)
    assert re.search(said, refused(tmp_path / "f.parquet", *inputs, "--engine", "spark"))
    made = run("facts", *inputs, *AT, "--engine", "spark", "--out", tmp_path / "facts")
    assert isinstance(made.exception, InputError)
    assert re.search(said, str(made.exception))
    assert not (tmp_path / "facts").exists()


def test_a_delta_table_without_what_reads_its_log_is_refused_and_never_read_as_files(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "deltalake", None)

    said = refused(tmp_path / "f.parquet", delta_table([[b"{}"]], tmp_path / "d"))

    assert "'d' is a Delta table" in said
    assert "pip install 'fullcourse[delta]'" in said


def test_facts_of_which_a_file_is_missing_are_refused_with_and_without_their_description(lines, tmp_path, monkeypatch):
    monkeypatch.setattr("fullcourse.adapters.register.read.fact_folder.BUCKET_BYTES", 20_000)
    made = facts(lines, tmp_path)
    assert len(list(made.glob("*.parquet"))) > 2
    next(made.glob("*.parquet")).unlink()
    assert "a part is missing" in refused(tmp_path / "f.parquet", made)
    (made / "facts.json").unlink()
    assert "would be missing or counted twice" in refused(tmp_path / "f.parquet", made)


def test_facts_that_another_program_wrote_again_are_refused(lines, tmp_path: Path):
    made = next(facts(lines, tmp_path).glob("*.parquet"))
    (tmp_path / "again").mkdir()
    duckdb.from_parquet(str(made)).write_parquet(str(tmp_path / "again" / "0.parquet"))

    assert "without a column named" in refused(tmp_path / "f.parquet", tmp_path / "again")
    assert "of ours (facts)" in refused(tmp_path / "f.parquet", made)


def test_cells_without_a_resource_are_lines_set_aside_and_no_line_break_is_mended(lines, findings, tmp_path: Path):
    broken = '{"resourceType":"Condition","subject":{"reference":"Patient/p1"},"note":[{"text":"two\nlines"}]}'
    path = table([None, *lines, "", broken], tmp_path / "t.parquet")

    rows, output = done(tmp_path / "f.parquet", path)

    names = duckdb.from_parquet(str(tmp_path / "f.parquet")).columns
    aside = [json.loads(line) for line in (tmp_path / "f.parquet.aside.jsonl").read_text().splitlines()]
    assert [one["line"] for one in aside] == [1, len(lines) + 2, len(lines) + 3]
    assert "3 lines are not used" in output
    (changed,) = [row for row in rows if row not in findings]
    said = dict(zip(names, changed, strict=True))
    assert (said["patient"], said["lines_set_aside"]) == ("p1", 1)
    assert f"line {len(lines) + 3:,} of t.parquet" in said["set_aside"]


def test_truncated_lines_mark_their_patients_with_how_many_and_which(lines, tmp_path: Path):
    """synthea#457: a line that was cut leaves a first and a second half."""
    whole = [
        written(
            {"resourceType": "Condition", "id": f"cut-{number}", "subject": {"reference": "Patient/p2"}, "note": []}
        )
        for number in range(2)
    ]
    cut = [half for line in whole for half in (line[:-9], line[-9:])]
    (tmp_path / "r.ndjson").write_bytes(b"\n".join([*cut, *lines]) + b"\n")

    done(tmp_path / "f.parquet", tmp_path / "r.ndjson")

    (row,) = duckdb.sql(
        f"SELECT lines_set_aside, set_aside, decision_cycloserine FROM '{tmp_path}/f.parquet' WHERE patient = 'p2'"  # noqa: S608
    ).fetchall()
    assert row[0] == 2
    assert "line 1 of r.ndjson" in row[1]
    assert "line 3 of r.ndjson" in row[1]
    assert row[2] is None
    others = duckdb.sql(f"SELECT sum(lines_set_aside) FROM '{tmp_path}/f.parquet' WHERE patient <> 'p2'")  # noqa: S608
    assert others.fetchall() == [(0,)]


def test_malformed_json_in_a_packed_file_is_named_by_its_line(lines, tmp_path: Path):
    """kind-lab/mimic-fhir#119: an importer that skips it leaves the patient looking well."""
    broken = b'{"resourceType":"Condition","subject":{"reference":"Patient/p3"},"x":}'
    (tmp_path / "r.ndjson.gz").write_bytes(gzip.compress(b"\n".join([*lines, broken])))

    done(tmp_path / "f.parquet", tmp_path / "r.ndjson.gz")

    (row,) = duckdb.sql(f"SELECT set_aside FROM '{tmp_path}/f.parquet' WHERE lines_set_aside = 1").fetchall()  # noqa: S608
    assert f"line {len(lines) + 1:,} of r.ndjson.gz" in row[0]


def test_files_that_are_no_lines_are_named_and_results_of_ours_are_not_read_as_a_register(lines, findings, tmp_path):
    as_bulk_export(lines, tmp_path / "e")
    (tmp_path / "e" / "README.csv").write_text("a,b")
    (tmp_path / "e" / "findings.parquet.aside.jsonl").write_text('{"file": "r", "line": 1, "reason": "x"}\n' * 20)
    done(tmp_path / "e" / "findings.parquet", tmp_path / "e")

    rows, output = done(tmp_path / "f.parquet", tmp_path / "e")

    assert rows == findings
    assert (
        "not read, since no lines of a register: README.csv, findings.parquet, findings.parquet.aside.jsonl" in output
    )


def test_what_an_export_deletes_is_said_and_another_deletion_is_another_register(lines, findings, tmp_path: Path):
    inputs = later_export_that_deletes(lines, tmp_path)
    assert done(tmp_path / "f.parquet", inputs[0])[0] != findings  # it would count, had it not been deleted
    result = run("facts", *inputs, *AT, *ALONE, "--out", tmp_path / "facts")
    assert result.exit_code == 0, result.output
    assert "names 9 resources as deleted" in result.output
    (tmp_path / "later" / "gone.ndjson").write_bytes(deletion_bundle(["Condition/other"]) + b"\n")

    again = run("facts", *inputs, *AT, *ALONE, "--out", tmp_path / "facts")

    assert isinstance(again.exception, InputError)
    assert "another question" in str(again.exception)


def test_one_patient_is_explained_and_plans_are_made_from_a_table(lines, tmp_path: Path):
    path = table(lines, tmp_path / "t.parquet", "body")
    (tmp_path / "r.ndjson").write_bytes(b"\n".join(lines) + b"\n")

    explained = [
        run("explain", "p1", one, *more, *DRUG, *AT, "--format", "json").output
        for one, more in ((path, ("--column", "body")), (tmp_path / "r.ndjson", ()))
    ]
    for name, one, more in (("a", path, ("--column", "body")), ("b", tmp_path / "r.ndjson", ())):
        planned = run("plan", one, *more, *AT, "--start", "2026-12-01", *ALONE, "--out", tmp_path / f"{name}.csv")
        assert planned.exit_code == 0, (planned.output, planned.exception)

    assert '"findings"' in explained[0]
    assert explained[0] == explained[1]
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_views_are_written_each_as_its_own_file_and_not_over_others(tmp_path: Path):
    made = run("views", "--out", tmp_path / "views")
    assert made.exit_code == 0, made.output
    index = json.loads((tmp_path / "views" / "index.json").read_text())
    named = {name for fact in index["facts"].values() for name in fact["views"]}
    there = {path.stem for path in (tmp_path / "views").iterdir()}
    assert named < there
    assert f"{len(there) - 1} views of " in made.output
    assert all(json.loads((tmp_path / "views" / f"{name}.json").read_text())["name"] == name for name in named)

    again = run("views", "--out", tmp_path / "views")

    assert "holds files already" in str(again.exception)
