"""A summary counts everybody once in each way of grouping, and says why patients have no prediction."""

from pathlib import Path

import duckdb
import pytest

from fullcourse.adapters.register.engine.level_summary import LevelLine, ReasonLine, summarise_levels, summarise_reasons
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.cohort.levels.question import LevelQuestion, target_column
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets

QUESTION = LevelQuestion(
    "cycloserine", read_pk_models(drug="cycloserine"), False, parse_dose_plan("250 mg q12h"), None, 10, 1,
    read_targets("cycloserine"),
)  # fmt: skip
PEOPLE = [  # weight, clearance, age, sex, model, reason, facts, median peak
    (49.9, 29.9, 40.0, "male", "m", None, None, 30.0),
    (50.0, 30.0, 41.0, "female", "m", None, None, 20.0),
    (50.1, 31.0, 41.0, "female", "m", None, None, 24.0),
    (None, None, None, None, None, "missing", "age", None),
    (55.0, None, 50.0, "male", "m", "missing", "creatinine", None),
    (56.0, None, 50.0, "male", "m", "missing", "creatinine", None),
]


@pytest.fixture(name="exposures")
def exposures_(tmp_path: Path) -> Path:
    path = tmp_path / "levels.parquet"
    targets = ", ".join(f'CASE WHEN peak_p50 IS NULL THEN NULL ELSE 0.5 END AS "{target_column(one)}"' for one in
                        QUESTION.judged)  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE people (weight_kg DOUBLE, clearance_ml_per_min DOUBLE, age_years DOUBLE, sex VARCHAR, "
            "model VARCHAR, reason VARCHAR, facts VARCHAR, peak_p50 DOUBLE)"
        )
        connection.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?)", PEOPLE)
        query = f"SELECT *, '' AS clinic, peak_p50 * 20 AS auc24_p50, peak_p50 / 2 AS trough_p50, {targets} FROM people"  # noqa: S608
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def test_each_way_of_grouping_counts_everybody_once(exposures: Path):
    lines = summarise_levels(QUESTION, exposures)

    for by in {line.by for line in lines}:
        assert sum(line.patients for line in lines if line.by == by) == len(PEOPLE)
        assert sum(line.predicted for line in lines if line.by == by) == 3
    assert len(LevelLine.columns(QUESTION)) == len(lines[0].values)


def test_the_lower_end_of_a_group_belongs_to_it_and_medians_are_over_patients(exposures: Path):
    lines = {(line.by, line.group): line for line in summarise_levels(QUESTION, exposures)}

    lighter, heavier = lines["weight_kg", "from 40, below 50"], lines["weight_kg", "from 50, below 60"]
    assert (lighter.patients, heavier.patients, heavier.predicted) == (1, 4, 2)
    assert heavier.values[:3] == (440.0, 22.0, 11.0)
    assert set(heavier.values[3:]) == {0.5}
    assert lines["clearance_ml_per_min", "from 0, below 30"].patients == 1
    assert lines["clearance_ml_per_min", "not known"].values[0] is None


def test_reasons_stand_with_the_most_patients_first(exposures: Path):
    assert summarise_reasons(exposures) == [
        ReasonLine("missing", "creatinine", 2), ReasonLine("missing", "age", 1),
    ]  # fmt: skip
