"""Counts, rows and differences of findings say what their bits say, however these stand in the words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fullcourse.adapters.register.engine.diff import write_differences
from fullcourse.adapters.register.engine.screen import screen_facts, write_long
from fullcourse.adapters.register.engine.summary import summarise
from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import make_facts
from fullcourse.cohort.plan import Plan, make_plan
from fullcourse.cohort.screen_sql import BITS, decision_column
from patients import AT, knowledge
from registers import Register, written

DRUGS = ("cycloserine", "terizidone", "bedaquiline")


def plan() -> Plan:
    known = knowledge()
    return make_plan(known, known.profile("us"), [known.drug(name) for name in DRUGS])


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    folder = tmp_path_factory.mktemp("tables")
    register = Register(5)
    lines = [written(one) for at in range(240) for one in register.patient(f"p{at}")]
    (folder / "r.ndjson").write_bytes(b"\n".join(lines))
    return make_facts(
        find_register([str(folder / "r.ndjson")]), knowledge(), AT, folder / "facts", 1, lambda *_: None
    ).parts


@pytest.fixture(scope="module")
def findings(tables: Sequence[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("findings") / "all.parquet"
    screen_facts(plan(), tables, target)
    return target


def rows_of(path: Path) -> list[dict[str, Any]]:
    found = duckdb.from_parquet(str(path))
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def outcome(row: dict[str, Any], number: int) -> str:
    if row["error"] is not None:
        return "error"
    word, bit = divmod(number, BITS)
    for kind in ("applies", "cannot_assess"):
        if row[f"{kind}_{word}"] >> bit & 1:
            return kind
    return "does_not_apply"


def test_there_are_statements_in_every_half_of_a_word():
    assert len(plan().executed) > BITS + BITS // 2


def test_a_summary_counts_every_bit_and_every_group(findings: Path):
    wanted: Counter[tuple[str, str, str, str, str]] = Counter()
    for row in rows_of(findings):
        age = row["age_years"]
        groups = {
            "all": "all",
            "clinic": row["clinic"] or "not recorded",
            "age": "not known" if age is None else f"{int(age // 10) * 10} to {int(age // 10) * 10 + 9}",
            "sex": row["sex"] or "not known",
        }
        found = [("", "record", "patients")]
        if row["error"] is not None:
            found.append(("", "record", "error"))
        else:
            found += [(drug, "decision", row[decision_column(drug)]) for drug in DRUGS]
            found += [
                (one.drug, said, one.statement.id)
                for number, one in enumerate(plan().executed)
                if (said := outcome(row, number)) != "does_not_apply"
            ]
            found += [
                ("", "missing", fact)
                for number, fact in enumerate(plan().missing)
                if row[f"missing_{number // BITS}"] >> number % BITS & 1
            ]
        wanted.update((by, group, *one) for by, group in groups.items() for one in found)

    lines = summarise(plan(), findings)

    assert {(one.by, one.group, one.drug, one.what, one.id): one.patients for one in lines} == wanted
    assert [one.by for one in lines] == sorted((one.by for one in lines), key=["all", "clinic", "age", "sex"].index)


def test_one_row_a_finding_says_what_the_bits_say(findings: Path, tmp_path: Path):
    write_long(plan(), findings, tmp_path / "long.parquet")

    wanted = [
        (row["patient"], one.drug, one.statement.id, said)
        for row in rows_of(findings)
        for number, one in enumerate(plan().executed)
        if (said := outcome(row, number)) in {"applies", "cannot_assess"}
    ]
    assert sorted(duckdb.from_parquet(str(tmp_path / "long.parquet")).fetchall()) == sorted(wanted)


def changed(old: Plan) -> Plan:
    """Return another order of statements; one has the conditions of another, one is gone, one is new."""
    executed = list(reversed(old.executed))
    at = next(
        number for number, one in enumerate(executed) if one.statement.id == "cycloserine.contraindication.epilepsy"
    )
    other = next(one for one in executed if one.statement.id == "cycloserine.contraindication.depression")
    executed[at] = replace(executed[at], statement=replace(executed[at].statement, body=other.statement.body))
    new = replace(executed[40], statement=replace(executed[40].statement, id="a.new-one"))
    return replace(old, executed=(*executed[:20], new, *executed[20:60], *executed[61:]))


def test_a_difference_is_told_for_each_patient_and_statement_that_it_touches(tables: Sequence[Path], tmp_path: Path):
    old, new = plan(), changed(plan())
    screen_facts(old, tables, tmp_path / "old.parquet")
    screen_facts(new, tables, tmp_path / "new.parquet")

    touched = write_differences(old, new, tmp_path / "old.parquet", tmp_path / "new.parquet", tmp_path / "d.parquet")

    places = [{(one.drug, one.statement.id): at for at, one in enumerate(side.executed)} for side in (old, new)]
    wanted = []
    for before, after in zip(rows_of(tmp_path / "old.parquet"), rows_of(tmp_path / "new.parquet"), strict=True):
        for drug in DRUGS:
            pair = before[decision_column(drug)], after[decision_column(drug)]
            wanted += [(before["patient"], drug, "", *pair)] if pair[0] != pair[1] else []
        for name in places[0] | places[1]:
            said = [
                outcome(row, place[name]) if name in place else "not stated"
                for row, place in zip((before, after), places, strict=True)
            ]
            if said[0] != said[1] and set(said) not in ({"not stated", "does_not_apply"}, {"not stated", "error"}):
                wanted.append((before["patient"], *name, *said))
    found = duckdb.from_parquet(str(tmp_path / "d.parquet")).fetchall()
    assert sorted(found) == sorted(wanted)
    assert touched == len({row[0] for row in wanted})
    assert {"a.new-one", "cycloserine.contraindication.epilepsy"} <= {row[2] for row in found}


def test_a_record_that_is_unusable_in_one_edition_alone_is_told_for_each_statement(
    tables: Sequence[Path], tmp_path: Path
):
    source = ", ".join(f"'{path}'" for path in tables)
    duckdb.sql(
        f"SELECT * REPLACE (CASE WHEN patient = 'p3' THEN 'unusable' END AS error) FROM read_parquet([{source}])"  # noqa: S608 - our own files
    ).write_parquet(str(tmp_path / "facts.parquet"))
    duckdb.sql(f"SELECT * REPLACE (NULL::VARCHAR AS error) FROM read_parquet([{source}])").write_parquet(  # noqa: S608 - our own files
        str(tmp_path / "usable.parquet")
    )
    screen_facts(plan(), [tmp_path / "usable.parquet"], tmp_path / "old.parquet")
    screen_facts(plan(), [tmp_path / "facts.parquet"], tmp_path / "new.parquet")

    touched = write_differences(
        plan(), plan(), tmp_path / "old.parquet", tmp_path / "new.parquet", tmp_path / "d.parquet"
    )

    found = duckdb.from_parquet(str(tmp_path / "d.parquet")).fetchall()
    assert touched == 1
    assert {row[4] for row in found if row[2]} == {"error"}
    assert len([row for row in found if row[2]]) == len(plan().executed)


def test_the_same_findings_touch_nobody(findings: Path, tmp_path: Path):
    assert write_differences(plan(), plan(), findings, findings, tmp_path / "d.parquet") == 0
