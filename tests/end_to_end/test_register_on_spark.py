"""A register that two workers of a cluster read comes to the rows of one machine: facts, errors, lines, findings."""

import gzip
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from cluster_cases import CASES, ERROR, YES, lay_out
from fullcourse.adapters.register.engine.screen import read_legend
from fullcourse.adapters.register.read.fact_files import open_fact_files
from fullcourse.adapters.register.read.fact_folder import FactFolder, open_facts
from fullcourse.interfaces.cli.cohort import cohort

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from real_shaped_register import Patients, generate

LACKING = [name for name in ("pyspark", "pyarrow", "pandas") if importlib.util.find_spec(name) is None]
LACKING += [] if shutil.which("java") else ["Java (apt-get install default-jre-headless)"]
pytestmark = pytest.mark.skipif(
    bool(LACKING), reason=f"needs fullcourse[cohort,spark]; not there: {', '.join(LACKING)}"
)

JOB = Path(__file__).with_name("on_a_cluster.py")
PATIENTS = 200
ASKED = ["--drug", "cycloserine", "--drug", "bedaquiline", "--profile", "who", "--at", "2026-11-22"]
Rows = dict[str, dict[str, Any]]


def submit(home: Path, *words: str) -> None:
    """Run a program on a cluster of two workers, each a machine of its own as far as Spark knows."""
    import pyspark

    home.mkdir()
    for part in ("bin", "jars"):  # workers keep their folders in Spark's home, and the one that is installed is shared
        (home / part).symlink_to(Path(pyspark.__path__[0]) / part)
    settings = {
        "spark.ui.enabled": "false", "spark.log.level": "ERROR", "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
        "spark.sql.files.maxPartitionBytes": "1m", "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN", "spark.local.dir": str(home / "local"),
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }  # fmt: skip
    command = [str(home / "bin" / "spark-submit"), "--master", "local-cluster[2,1,1024]"]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    environment |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([*command, *words], env=environment, capture_output=True, text=True, timeout=900)  # noqa: S603
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]


def damaged(folder: Path) -> None:
    """Damage a line of every twentieth patient of a register, and add lines that are nobody's."""
    for kind, ending in (("Condition", b',"note":[],"note":[]}'), ("Observation", b',"x":NaN}')):
        path = next(folder.glob(f"{kind}.*.ndjson"))
        lines = path.read_bytes().split(b"\n")
        lines[5::1_500] = [line[:-1] + ending if line else line for line in lines[5::1_500]]
        path.write_bytes(b"\n".join([*lines[:40], b'{"resourceType":', *lines[40:]]))


def one_machine(*words: str) -> None:
    done = CliRunner().invoke(cohort, [*words, "--processes", "1"])
    assert done.exit_code == 0, (done.output, done.exception)


def rows_of(pattern: str) -> tuple[list[str], Rows]:
    table = duckdb.from_parquet(pattern)
    rows = {str(row[0]): dict(zip(table.columns, row, strict=True)) for row in table.fetchall()}
    assert len(rows) == table.count("*").fetchall()[0][0]
    return list(zip(table.columns, map(str, table.types), strict=True)), rows  # type: ignore[return-value]


def of_folder(facts: FactFolder) -> list[list[object]]:
    return [[line.file, line.line, line.reason, line.is_of_nobody] for line in facts.aside]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    generate(Patients("mixed"), PATIENTS, folder / "mixed")
    damaged(folder / "mixed")
    lay_out(folder / "cases")
    return folder


@pytest.fixture(scope="module")
def alone(register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone")
    one_machine("facts", str(register), "--at", "2026-11-22", "--out", str(folder / "facts"))
    one_machine("screen", str(folder / "facts"), *ASKED, "--out", str(folder / "findings.parquet"))
    return folder


@pytest.fixture(scope="module")
def job(register: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    broken = tmp_path_factory.mktemp("broken")
    lines = b'{"resourceType":"Patient","id":"a"}\n' * 5_000
    (broken / "cut").mkdir()
    (broken / "cut" / "off.ndjson.gz").write_bytes(gzip.compress(lines)[:-20])
    (broken / "hidden").mkdir()
    (broken / "hidden" / "_later.ndjson").write_bytes(lines)
    out = tmp_path_factory.mktemp("out")
    submit(out / "home", str(JOB), str(register), str(broken), str(out))
    return out, json.loads((out / "said.json").read_text())


def test_two_workers_read_it(job: tuple[Path, dict[str, Any]]):
    assert job[1]["executors"] == 2


@pytest.mark.parametrize("parts", ["two", "eight"])
def test_facts_are_those_of_one_machine(parts: str, job: tuple[Path, dict[str, Any]], alone: Path):
    facts = open_facts(alone / "facts")
    said = job[1][parts]

    assert rows_of(f"{job[0]}/{parts}/facts-*.parquet") == rows_of(f"{alone}/facts/facts-*.parquet")
    assert said["counts"] == [facts.patients, facts.lines, facts.others, len(facts.aside), facts.errors]
    assert said["routed"] == dict(facts.routed)
    assert said["aside"] == of_folder(facts)
    assert len(facts.aside) > 10


@pytest.mark.parametrize("parts", ["two", "eight"])
def test_files_of_facts_say_what_they_are_as_those_of_one_machine(
    parts: str, job: tuple[Path, dict[str, Any]], alone: Path
):
    here, there = open_fact_files(alone / "facts"), open_fact_files(job[0] / parts)  # there without a description
    assert (there.patients, there.errors) == (here.patients, here.errors)
    assert (there.knowledge, there.at) == (here.knowledge, here.at)


def test_lines_set_aside_are_named_by_their_numbers_behind_the_first_block(job: tuple[Path, dict[str, Any]]):
    told = [row["set_aside"] for row in rows_of(f"{job[0]}/two/facts-*.parquet")[1].values() if row["set_aside"]]
    numbers = [
        int(number.replace(",", "")) for words in told for number in re.findall(r"line ([0-9,]+) of Observation", words)
    ]
    assert len(told) > 10
    assert max(numbers) > 1_500


def test_findings_are_those_of_one_machine(job: tuple[Path, dict[str, Any]], alone: Path):
    assert rows_of(f"{job[0]}/findings/*.parquet") == rows_of(f"{alone}/findings.parquet")
    legend = read_legend(alone / "findings.parquet")
    assert {name: value for name, value in job[1]["legend"].items() if name in legend} | {"lines": 0} == {
        **{name: value for name, value in legend.items() if name in job[1]["legend"]}, "lines": 0,
    }  # fmt: skip


def test_every_case_is_decided_as_expected(job: tuple[Path, dict[str, Any]]):
    rows = rows_of(f"{job[0]}/findings/*.parquet")[1]

    assert {case.name for case in CASES if rows[case.name]["error"] is not None} == names_of(ERROR)
    with_epilepsy = {case.name for case in CASES if rows[case.name]["decision_cycloserine"] == "contraindicated"}
    assert with_epilepsy == names_of(YES)


def names_of(expected: str) -> set[str]:
    return {case.name for case in CASES if case.expected == expected}


def test_a_packed_file_that_is_cut_off_fails_the_run_whatever_the_cluster_passes_over(job: tuple[Path, dict[str, Any]]):
    assert "end of input stream" in job[1]["broken"].lower() or "EOF" in job[1]["broken"]


def test_a_file_that_spark_passes_over_is_refused(job: tuple[Path, dict[str, Any]]):
    assert "begin with '_' or '.'" in job[1]["hidden"]


def test_the_command_gives_the_file_of_one_machine(register: Path, job: tuple[Path, dict[str, Any]], tmp_path: Path):
    one_machine("screen", str(register / "cases"), *ASKED, "--out", str(tmp_path / "alone.parquet"))

    cluster, alone = job[0] / "cluster.parquet", tmp_path / "alone.parquet"
    assert rows_of(str(cluster)) == rows_of(str(alone))
    assert read_legend(cluster) == read_legend(alone)
    aside = [path.with_name(f"{path.name}.aside.jsonl").read_text() for path in (cluster, alone)]
    assert aside[0] == aside[1]
    assert len(aside[0].splitlines()) > 3
