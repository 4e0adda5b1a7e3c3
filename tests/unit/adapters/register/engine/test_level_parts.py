"""Parts of exposures are whole or not there, and facts that lack what a model reads are refused by name."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from fullcourse.adapters.register.engine import level_parts as write
from fullcourse.adapters.register.engine.level_parts import predict_parts
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.levels.question import LevelQuestion
from fullcourse.cohort.plan import fact_columns
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from patients import knowledge

WHO = {"patient": "VARCHAR", "clinic": "VARCHAR", "error": "VARCHAR"}
ADULT = {"age": 41.0, "weight": 59.0, "creatinine": 0.9}


def question(count: int = 20) -> LevelQuestion:
    files = read_pk_models(drug="cycloserine")
    return LevelQuestion("cycloserine", files, False, parse_dose_plan("250 mg q12h"), None, count, 1,
                         read_targets("cycloserine"))  # fmt: skip


def facts(path: Path, people: list[dict[str, Any]], without: str = "") -> Path:
    """Write a table of facts."""
    types = {name: kind for name, kind in {**WHO, **fact_columns(knowledge())}.items() if name != without}
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        connection.execute(f"CREATE TABLE facts ({columns})")
        for number, person in enumerate(people):
            row: dict[str, Any] = {"patient": f"p{number}", "fact__sex": "male"}
            for name, value in person.items():
                row |= {f"fact__{name}__low": value, f"fact__{name}__high": value}
            names = ", ".join(f'"{name}"' for name in row)
            query = f"INSERT INTO facts ({names}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608 - our own names
            connection.execute(query, [*row.values()])
        connection.execute(f"COPY facts TO '{path}' (FORMAT parquet)")
    return path


def predicted(parts: list[Path]) -> list[tuple[Any, ...]]:
    return duckdb.from_parquet([str(path) for path in parts]).select("patient", "reason", "peak_p50").fetchall()


def answer(asked: LevelQuestion, tables: list[Path], folder: Path) -> list[Path]:
    return predict_parts(asked, knowledge(), tables, folder, {"at": "2026-11-22"}, lambda done, whole, people: None)


def test_a_part_has_a_row_for_each_patient_in_their_order_however_many_are_held_at_once(tmp_path: Path, monkeypatch):
    people = [{**ADULT, "weight": 40.0 + number} for number in range(7)]
    table = facts(tmp_path / "f.parquet", people)
    whole = predicted(answer(question(), [table], tmp_path / "a"))
    monkeypatch.setattr(write, "ROWS", 3)

    again = predicted(answer(question(), [table], tmp_path / "b"))

    assert again == whole
    assert [row[0] for row in whole] == [f"p{number}" for number in range(7)]
    assert [row[2] for row in whole] == sorted((row[2] for row in whole), reverse=True)


def test_the_columns_of_groups_are_in_the_units_that_their_names_say():
    units = {column: knowledge().facts[fact].unit for column, fact in write.GROUPED.items()}
    assert units == {"weight_kg": "kg", "clearance_ml_per_min": "mL/min", "age_years": "a"}


def test_nobody_gives_a_part_without_rows(tmp_path: Path):
    assert predicted(answer(question(), [facts(tmp_path / "f.parquet", [])], tmp_path / "a")) == []


def test_a_part_that_is_there_is_not_made_again(tmp_path: Path):
    tables = [facts(tmp_path / f"{number}.parquet", [ADULT]) for number in range(2)]
    first, second = answer(question(), tables, tmp_path / "a")
    second.unlink()
    stamp = first.stat().st_mtime_ns

    again = answer(question(), tables, tmp_path / "a")

    assert again == [first, second]
    assert first.stat().st_mtime_ns == stamp
    assert len(predicted(again)) == 2


def test_parts_of_another_question_are_refused(tmp_path: Path):
    table = facts(tmp_path / "f.parquet", [ADULT])
    answer(question(), [table], tmp_path / "a")

    with pytest.raises(InputError, match="another question"):
        answer(question(30), [table], tmp_path / "a")


def test_facts_that_lack_what_a_model_reads_are_refused_by_name_and_leave_no_part(tmp_path: Path):
    table = facts(tmp_path / "f.parquet", [ADULT], without="fact__height__low")

    with pytest.raises(InputError, match="fact__height__low"):
        answer(question(), [table], tmp_path / "a")

    assert not list((tmp_path / "a").glob("*.parquet"))
