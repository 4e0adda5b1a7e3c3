"""A register is screened in parts that are kept until the whole is done, and used for nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from fullcourse.adapters.register.engine.screen import legend_of, read_legend, screen_register
from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import make_facts
from fullcourse.clinical.errors import KnowledgeError
from fullcourse.cohort.plan import Plan, make_plan
from fullcourse.knowledge.statements import Tells
from patients import AT, knowledge
from registers import Register, written


class Stopped(Exception):
    """Somebody stopped the run."""


def plan_for(*drugs: str) -> Plan:
    known = knowledge()
    return make_plan(known, known.profile("us"), [known.drug(name) for name in drugs])


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    folder = tmp_path_factory.mktemp("tables")
    found: list[Path] = []
    for number in range(3):
        register = Register(number)
        lines = [written(one) for at in range(20) for one in register.patient(f"p{number}-{at}")]
        (folder / f"{number}.ndjson").write_bytes(b"\n".join(lines))
        source = [str(folder / f"{number}.ndjson")]
        found += make_facts(
            find_register(source), knowledge(), AT, folder / f"facts-{number}", 1, lambda *_: None
        ).parts
    return found


def screened(plan: Plan, tables: Sequence[Path], folder: Path, batch_bytes: int, stop_after: int = 99) -> list[object]:
    told: list[tuple[int, int]] = []

    def progress(step: str, done: int, whole: int, people: int) -> None:
        told.append((done, people))
        if len(told) == stop_after:
            raise Stopped

    (folder / "parts").mkdir(exist_ok=True)
    legend = legend_of(plan, AT.isoformat(), {"remark": "it's whole"})
    screen_register(plan, tables, folder / "parts", folder / "out.parquet", legend, 1, progress, batch_bytes)
    assert read_legend(folder / "out.parquet")["remark"] == "it's whole"
    assert told == sorted(told)
    return duckdb.from_parquet(str(folder / "out.parquet")).fetchall()


def test_a_register_in_parts_has_the_findings_of_a_register_in_one(tables: Sequence[Path], tmp_path: Path):
    plan = plan_for("cycloserine")

    whole, in_parts = (screened(plan, tables, tmp_path, size) for size in (1 << 30, 1))

    assert whole == in_parts
    assert len(whole) == 60


def test_a_run_that_was_stopped_goes_on_with_the_parts_that_are_whole(tables: Sequence[Path], tmp_path: Path):
    plan = plan_for("cycloserine")
    with pytest.raises(Stopped):
        screened(plan, tables, tmp_path, 1, stop_after=2)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}

    found = screened(plan, tables, tmp_path, 1)

    assert len(kept) == 2
    assert kept == {path: path.stat().st_mtime_ns for path in kept}
    assert found == screened(plan, tables, tmp_path, 1 << 30)


def test_parts_that_another_drug_left_behind_are_not_taken_for_those_of_this_one(
    tables: Sequence[Path], tmp_path: Path
):
    with pytest.raises(Stopped):
        screened(plan_for("terizidone"), tables, tmp_path, 1, stop_after=3)

    found = screened(plan_for("cycloserine"), tables, tmp_path, 1)

    assert found == screened(plan_for("cycloserine"), tables, tmp_path, 1 << 30)


def test_a_statement_that_cannot_be_compiled_is_refused_by_name_and_nothing_is_written(
    tables: Sequence[Path], tmp_path: Path
):
    plan = plan_for("cycloserine")
    first = plan.executed[0]
    told = replace(first, statement=replace(first.statement, body=Tells("storage")))

    with pytest.raises(KnowledgeError, match=first.statement.id):
        screened(replace(plan, executed=(told, *plan.executed[1:])), tables, tmp_path, 1)

    assert not (tmp_path / "out.parquet").exists()
